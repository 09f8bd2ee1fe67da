//! From messages and labels to words in the reader's language.

use base::Message;
use dictionary::Label;
use ui::message::{Language, Value, message};

/// Says a message of engine or practice.
#[must_use]
pub fn say(language: &Language, said: &Message) -> String {
    let arguments: Vec<(&str, Value<'_>)> = said
        .args
        .iter()
        .map(|(name, value)| (*name, argument(value)))
        .collect();
    message(language, said.key, &arguments)
}

/// The words of a label: what an administrator typed, or the catalogue's.
#[must_use]
pub fn label(language: &Language, label: &Label) -> String {
    match label.text(language.tag()) {
        Some(text) => text.to_owned(),
        None => message(language, &label.key, &[]),
    }
}

/// Numbers are handed over as numbers, so that the catalogue can choose the plural.
fn argument(value: &str) -> Value<'_> {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value => Value::from(number),
        _ => Value::from(value),
    }
}
