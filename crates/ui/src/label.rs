//! Names of types, fields, choices and states in the reader's language.
//!
//! Built-in names come from the catalogue, names that administrators typed from the label itself.

use base::Message;
use dictionary::{FieldDef, Label, Phase, TypeDef};

use crate::icon::StateKind;
use crate::message::{Language, Value, message};

/// The words of a label.
#[must_use]
pub fn label(language: &Language, label: &Label) -> String {
    match label.text(language.tag()) {
        Some(text) => text.to_owned(),
        None => message(language, &label.key, &[]),
    }
}

/// The words of a choice; a code that nobody declared is shown as it is.
#[must_use]
pub fn choice(language: &Language, field: &FieldDef, code: &str) -> String {
    field
        .choice(code)
        .filter(|it| it.label != Label::default())
        .map_or_else(|| code.to_owned(), |it| label(language, &it.label))
}

/// What the state of a record means for the work, and its name.
#[must_use]
pub fn state(language: &Language, record_type: &TypeDef, code: &str) -> (StateKind, String) {
    let lifecycle = record_type.lifecycle.as_ref();
    let declared = lifecycle.and_then(|it| it.state(code));
    let words = declared.map_or_else(|| code.to_owned(), |it| label(language, &it.label));
    let phase = lifecycle.map_or(Phase::Active, |it| it.phase(code));
    (state_kind(phase), words)
}

/// The words of a phase.
#[must_use]
pub fn phase(language: &Language, phase: Phase) -> String {
    said(language, &key(&["kind", "phase", phase.code()]))
        .unwrap_or_else(|| phase.code().to_owned())
}

/// How a phase is drawn.
#[must_use]
pub const fn state_kind(phase: Phase) -> StateKind {
    match phase {
        Phase::New => StateKind::New,
        Phase::Active => StateKind::Active,
        Phase::OnHold => StateKind::Hold,
        Phase::Resolved => StateKind::Done,
        Phase::Closed | Phase::Cancelled => StateKind::Closed,
    }
}

/// A name as it stands within a sentence: English begins it small, unless it is an abbreviation.
#[must_use]
pub fn within(language: &Language, words: &str) -> String {
    let mut letters = words.chars();
    let (first, second) = (letters.next(), letters.next());
    let abbreviation = second.is_some_and(|it| it.is_uppercase() || !it.is_alphabetic());
    match first {
        Some(first) if language.tag().starts_with("en") && !abbreviation => {
            first.to_lowercase().chain(words.chars().skip(1)).collect()
        }
        _ => words.to_owned(),
    }
}

/// The message of a key that may not exist: what the catalogue says about a type or field besides its name.
#[must_use]
pub fn said(language: &Language, key: &str) -> Option<String> {
    let words = message(language, key, &[]);
    (words != key).then_some(words)
}

/// What people call a role; one that a tenant added is called by its code.
#[must_use]
pub fn role(language: &Language, code: &str) -> String {
    said(language, &key(&["roles", code])).unwrap_or_else(|| {
        let words = code.replace('_', " ");
        let mut letters = words.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    })
}

/// A key by convention: its parts joined by hyphens, underscores as hyphens.
#[must_use]
pub fn key(parts: &[&str]) -> String {
    parts.join("-").replace('_', "-")
}

/// Says a message of the engine or a practice.
#[must_use]
pub fn say(language: &Language, said: &Message) -> String {
    let arguments = said
        .args
        .iter()
        .map(|(name, value)| (*name, argument(value)));
    message(language, said.key, &arguments.collect::<Vec<_>>())
}

/// Numbers are handed over as numbers, so that the catalogue can choose the plural.
#[must_use]
pub fn argument(value: &str) -> Value<'_> {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value => Value::from(number),
        _ => Value::from(value),
    }
}
