//! Checks of a change: versions, fields, kinds, choices, states. Everything that does not fit is told at once.

use std::sync::Arc;

use base::{Message, Refused, Result, clean_text, shows_nothing};
use dictionary::{FieldDef, FieldFlag, Kind, StateDef, TypeDef, Value, WrittenBy, spine};
use store::Sql;

use super::write::is_stamp;
use super::{Loaded, permit, references};
use crate::change::{Action, Change, Comment, Visibility};
use crate::draft::Draft;
use crate::permission::{Listed, SpineRow, by_name};
use crate::unit::Unit;

/// Longest comment in bytes.
const MAX_COMMENT_BYTES: usize = 256 * 1024;
/// Most minutes that one comment may report: four weeks.
const MAX_MINUTES: i64 = 28 * 24 * 60;

/// The version that the client saw must be the version that is there.
pub(super) fn check_version(change: &Change, loaded: &Loaded) -> Result<()> {
    let Loaded::Existing { version, .. } = loaded else {
        return Ok(());
    };
    if change
        .expected_version
        .is_none_or(|expected| expected == *version)
    {
        return Ok(());
    }
    let message = Message::new("conflict-version").with("version", version);
    Err(Refused::Conflict {
        message,
        current_version: Some(*version),
    }
    .into())
}

/// The comment as it may be stored.
pub(super) fn clean_comment(record_type: &TypeDef, change: &Change) -> Result<Option<Comment>> {
    let Some(comment) = &change.comment else {
        return if *change.action() == Action::Comment {
            Err(Refused::field("comment", Message::new("refused-required")).into())
        } else {
            Ok(None)
        };
    };
    let refuse = |message: Message| Refused::field("comment", message);
    if !record_type.journal {
        return Err(refuse(Message::new("refused-comment").with("type", &record_type.name)).into());
    }
    let text = clean_text(&comment.text).ok_or_else(|| refuse(Message::new("text-has-nul")))?;
    // A picture alone is an answer, and what was one stays one in an import.
    let with_files = !change.files.is_empty() || change.journal_entry.is_some();
    if shows_nothing(&text) && !with_files {
        return Err(refuse(Message::new("refused-required")).into());
    }
    if text.len() > MAX_COMMENT_BYTES {
        return Err(refuse(Message::new("text-too-long").with("most", MAX_COMMENT_BYTES)).into());
    }
    if comment
        .minutes_worked
        .is_some_and(|it| !(0..=MAX_MINUTES).contains(&it))
    {
        return Err(Refused::field(
            "minutes_worked",
            Message::new("minutes-out-of-range").with("most", MAX_MINUTES),
        )
        .into());
    }
    Ok(Some(Comment {
        text,
        ..comment.clone()
    }))
}

/// Takes the client's values into the draft, each checked for itself.
pub(super) fn take_values(
    unit: &Unit<'_, '_>,
    draft: &mut Draft,
    change: &Change,
    loaded: &Loaded,
) -> Result<()> {
    let record_type = Arc::clone(draft.record_type());
    for (name, value) in &change.set {
        let Some(field) = record_type.field(name) else {
            draft.refuse_field(name, unknown_field(name));
            continue;
        };
        // Whoever built the value, also code of ours, it is held to its kind.
        let value = match field.hold(value) {
            Ok(value) => value,
            Err(problem) => {
                draft.refuse_field(name, problem);
                continue;
            }
        };
        let problem = refusal_to_write(unit, draft, change, loaded, field);
        match problem {
            None => draft.give(name, value),
            // What is stored here keeps its own stamps, whatever a file says.
            Some(_) if draft.is_replay() && is_stamp(name) => {}
            // What was read may be sent back as it is; a field that may not be read is never compared.
            Some(_) if *draft.value(name) == value && may_know(unit, draft, loaded, field) => {}
            Some(problem) => draft.refuse_field(name, problem),
        }
    }
    Ok(())
}

/// Whether the actor may read the field of the record as it stands; a new record tells nothing.
fn may_know(unit: &Unit<'_, '_>, draft: &Draft, loaded: &Loaded, field: &FieldDef) -> bool {
    let Loaded::Existing { values, listed, .. } = loaded else {
        return true;
    };
    let record_type = draft.record_type();
    let value = by_name(record_type, values);
    unit.ctx.may_field(
        &record_type.name,
        "read",
        field,
        &SpineRow {
            value: &value,
            listed: *listed,
        },
    )
}

fn unknown_field(name: &str) -> Message {
    Message::new("refused-unknown-field").with("field", name)
}

fn refusal_to_write(
    unit: &Unit<'_, '_>,
    draft: &Draft,
    change: &Change,
    loaded: &Loaded,
    field: &FieldDef,
) -> Option<Message> {
    if draft.is_replay() {
        // Versions are the engine's own even in a replay, and so are stamps of what it stored itself.
        let own = match field.name.as_str() {
            spine::VERSION | spine::OPEN => true,
            spine::CREATED_AT | spine::UPDATED_AT => !draft.is_new(),
            _ => false,
        };
        return own.then(|| Message::new("refused-read-only"));
    }
    let system = unit.ctx.actor.system;
    let writable = match field.written_by {
        WrittenBy::People | WrittenBy::Assignment => true,
        WrittenBy::Creation => draft.is_new() || system,
        WrittenBy::Transition => system || asks_for(draft.record_type(), change.action(), field),
        // Reactions hand on what rules computed, for example a resolution to children.
        WrittenBy::Rules => {
            system
                && !matches!(
                    field.name.as_str(),
                    spine::VERSION | spine::CREATED_AT | spine::UPDATED_AT
                )
        }
    };
    let read_only = flag(draft, field).is_some_and(|it| it != FieldFlag::Required) && !system;
    if !writable || read_only {
        return Some(Message::new("refused-read-only"));
    }
    let (values, listed) = match loaded {
        Loaded::Existing { values, listed, .. } => (values.clone(), *listed),
        Loaded::New => (
            vec![Value::Null; draft.record_type().fields.len()],
            Listed::No,
        ),
    };
    let may = permit::may_write_field(unit, draft.record_type(), &values, listed, change, field);
    // A field that one may not even see is answered like one that does not exist.
    (!may).then(|| unknown_field(&field.name))
}

/// Whether the action is a transition that takes a value of that field.
fn asks_for(record_type: &TypeDef, action: &Action, field: &FieldDef) -> bool {
    let lifecycle = record_type.lifecycle.as_ref();
    let Action::Transition(name) = action else {
        return false;
    };
    let transition = lifecycle.and_then(|it| it.transition(name));
    transition.is_some_and(|it| {
        let mut taken = it.needs.iter().chain(&it.asks);
        taken.any(|name| *name == field.name)
    })
}

/// The flag of a field in the state the record is in before the change.
fn flag(draft: &Draft, field: &FieldDef) -> Option<FieldFlag> {
    let code = draft.value_before(spine::STATE).as_text()?;
    draft
        .record_type()
        .lifecycle
        .as_ref()?
        .state(code)?
        .flags
        .get(&field.name)
        .copied()
}

/// Moves the draft to the state that the named transition leads to.
pub(super) fn take_transition(draft: &mut Draft, change: &Change) {
    let Action::Transition(name) = change.action() else {
        return;
    };
    let record_type = Arc::clone(draft.record_type());
    let found = record_type
        .lifecycle
        .as_ref()
        .and_then(|it| it.transition(name));
    let Some(transition) = found else {
        draft.refuse(Message::new("transition-unknown").with("transition", name));
        return;
    };
    let from = draft
        .value_before(spine::STATE)
        .as_text()
        .unwrap_or_default()
        .to_owned();
    if !transition.from.contains(&from) {
        draft.breach(
            None,
            Message::new("transition-not-from-here")
                .with("transition", name)
                .with("state", &from),
        );
    }
    draft.enter_rule("transition");
    let why = Message::new("why-transition").with("transition", name);
    draft.set_value(spine::STATE, Value::Choice(transition.to.clone()), why);
}

/// Fields that must have a value: always, in this state, or for this transition.
pub(super) fn check_required(draft: &mut Draft, change: &Change) {
    if super::is_beside(change.action())
        || matches!(change.action(), Action::Delete | Action::Restore)
    {
        return;
    }
    let record_type = Arc::clone(draft.record_type());
    let state = state_after(draft).cloned();
    let transition = change.action().transition(&record_type);
    for field in &record_type.fields {
        let by_state = state
            .as_ref()
            .is_some_and(|it| it.flags.get(&field.name) == Some(&FieldFlag::Required));
        let by_transition = transition.is_some_and(|it| it.needs.contains(&field.name));
        let value = draft.value(&field.name);
        let missing = value.is_null() || value.as_text().is_some_and(shows_nothing);
        // What was refused for its kind is not missing besides.
        let needed = (field.required || by_state || by_transition) && !draft.refuses(&field.name);
        if needed && missing {
            draft.breach(Some(&field.name), Message::new("refused-required"));
        }
    }
    let commented = draft
        .comment()
        .is_some_and(|it| it.visibility == Visibility::Public);
    if transition.is_some_and(|it| it.needs_comment) && !commented {
        draft.breach(Some("comment"), Message::new("refused-required"));
    }
}

fn state_after(draft: &Draft) -> Option<&StateDef> {
    let code = draft.value(spine::STATE).as_text()?;
    draft.record_type().lifecycle.as_ref()?.state(code)
}

/// Checks values as they shall be stored: choices exist and fit, references can be chosen, no value is
/// refused by its kind. Rules are checked like people.
pub(super) fn check_values(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let record_type = Arc::clone(draft.record_type());
    for field in &record_type.fields {
        if !draft.value_changed(&field.name) && !dependence_moved(draft, field) {
            continue;
        }
        let value = draft.value(&field.name).clone();
        if !field.kind.holds(&value) {
            draft.refuse_field(
                &field.name,
                Message::new("refused-kind").with("kind", field.kind.name()),
            );
        }
        for code in codes(field, &value) {
            check_code(unit, draft, field, &code)?;
        }
    }
    references::check(unit, draft)
}

fn dependence_moved(draft: &Draft, field: &FieldDef) -> bool {
    field
        .depends_on
        .as_deref()
        .is_some_and(|other| draft.value_changed(other))
}

/// Codes that must be among the field's choices.
fn codes(field: &FieldDef, value: &Value) -> Vec<String> {
    match (&field.kind, value) {
        (Kind::Choice, Value::Choice(code)) => vec![code.clone()],
        (Kind::MultiChoice, Value::Choices(codes)) => codes.clone(),
        (Kind::Integer, Value::Integer(number)) if !field.choices.is_empty() => {
            vec![number.to_string()]
        }
        _ => Vec::new(),
    }
}

fn check_code(
    unit: &mut Unit<'_, '_>,
    draft: &mut Draft,
    field: &FieldDef,
    code: &str,
) -> Result<()> {
    let known = field.choice(code);
    // Who may read a record is no word of a log: an unknown access class is refused even there.
    if draft.is_replay() && field.name != spine::ACCESS {
        if known.is_none() {
            keep_imported(unit, draft, field, code)?;
        }
        return Ok(());
    }
    let stays = draft.value_before(&field.name).as_text() == Some(code);
    let Some(choice) = known.filter(|it| it.active || stays) else {
        // An open set without declared choices takes any code; states never do.
        if field.choices.is_empty() && field.name != spine::STATE {
            return Ok(());
        }
        let offered: Vec<&str> = field
            .choices
            .iter()
            .filter(|it| it.active)
            .map(|it| it.code.as_str())
            .collect();
        draft.refuse_field(
            &field.name,
            Message::new("refused-choice")
                .with("code", code)
                .with("offered", offered.join(", ")),
        );
        return Ok(());
    };
    let fits = field.depends_on.as_deref().is_none_or(|other| {
        choice.when.is_empty()
            || draft
                .value(other)
                .as_text()
                .is_some_and(|it| choice.when.iter().any(|when| when == it))
    });
    if !fits {
        let other = field.depends_on.clone().unwrap_or_default();
        draft.refuse_field(
            &field.name,
            Message::new("refused-choice-here")
                .with("code", code)
                .with("field", other),
        );
    }
    Ok(())
}

/// A replayed fact may use a code that nobody declared: it is kept, as an inactive choice of that field.
fn keep_imported(
    unit: &mut Unit<'_, '_>,
    draft: &mut Draft,
    field: &FieldDef,
    code: &str,
) -> Result<()> {
    let insert = Sql::new(
        "INSERT INTO imported_choice (tenant, record_type, field, code) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    let added = unit.tx.execute(
        &insert
            .bind(unit.ctx.tenant)
            .bind(draft.record_type().name.as_str())
            .bind(field.name.as_str())
            .bind(code),
    )?;
    if added > 0 {
        unit.tx.execute(&Sql::new(
            "UPDATE meta SET number = number + 1 WHERE name = 'version'",
        ))?;
    }
    draft.report(
        Message::new("imported-choice")
            .with("field", &field.name)
            .with("code", code),
    );
    Ok(())
}
