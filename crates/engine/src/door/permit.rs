//! Permission at the door: on the row before, and again on the row after, except for handing over.

use base::{Message, Refused, Result, Uuid};
use dictionary::TypeDef;

use super::{Loaded, hands_over};
use crate::change::{Action, Change, Comment, Mode, Visibility};
use crate::draft::Values;
use crate::permission::{Listed, SpineRow, by_name};
use crate::system::attachment;
use crate::unit::{Applied, Unit};

/// Replay needs its own right.
pub(super) fn require_mode(unit: &Unit<'_, '_>, change: &Change) -> Result<()> {
    if matches!(change.mode, Mode::Live) {
        return Ok(());
    }
    Ok(unit
        .ctx
        .require_somewhere(&change.record_type, "import_history")?)
}

/// What the actor must be allowed on the row before. A record that the actor may not read does not exist.
pub(super) fn permit_before(
    unit: &Unit<'_, '_>,
    record_type: &TypeDef,
    change: &Change,
    loaded: &Loaded,
) -> Result<()> {
    if unit.ctx.actor.system {
        return Ok(());
    }
    let Loaded::Existing { values, listed, .. } = loaded else {
        return Ok(unit.ctx.require_somewhere(&record_type.name, "create")?);
    };
    let value = by_name(record_type, values);
    let row = SpineRow {
        value: &value,
        listed: *listed,
    };
    if !unit.ctx.may(&record_type.name, "read", &row) {
        return Err(Refused::NotFound(
            Message::new("record-unknown").with("type", &record_type.name),
        )
        .into());
    }
    for needed in needed(unit.ctx.actor.person, record_type, change) {
        if !unit.ctx.may(&record_type.name, &needed, &row) {
            return Err(forbidden(change, &needed).into());
        }
    }
    Ok(())
}

/// Names of the rights that a change of an existing record needs.
pub(super) fn needed(actor: Uuid, record_type: &TypeDef, change: &Change) -> Vec<String> {
    let mut needed = Vec::new();
    match change.action() {
        Action::Create | Action::Comment => {}
        Action::Transition(name) => needed.push(format!("transition:{name}")),
        Action::Link { .. } | Action::Unlink { .. } => needed.push("link".to_owned()),
        Action::Follow(person) | Action::Unfollow(person) => {
            needed.push("follow".to_owned());
            if *person != actor {
                needed.push("update".to_owned());
            }
        }
        Action::Restore => needed.push("delete".to_owned()),
        Action::Detach(_) => {}
        other => needed.push(other.name().to_owned()),
    }
    // Fields of a transition's own dialog come with the transition; any other field needs `update`.
    let transition = change.action().transition(record_type);
    for field in change.set.keys() {
        let own = transition.is_some_and(|it| it.needs.contains(field) || it.asks.contains(field));
        let right = if own {
            continue;
        } else if hands_over(record_type, field) {
            "assign"
        } else {
            "update"
        };
        if *change.action() != Action::Create && !needed.iter().any(|it| it == right) {
            needed.push(right.to_owned());
        }
    }
    let said = change.comment.iter().flat_map(of_comment);
    for right in said.chain(attachment::rights(change)) {
        if !needed.iter().any(|it| it == right) {
            needed.push(right.to_owned());
        }
    }
    needed
}

/// Names of the rights that a comment needs. Work done and words to other records' readers are for those
/// who work on the record.
fn of_comment(comment: &Comment) -> impl Iterator<Item = &'static str> {
    let of_staff = comment.to_children || comment.minutes_worked.is_some();
    let to_write = match comment.visibility {
        Visibility::Public => "comment",
        Visibility::Private => "note_write",
    };
    of_staff.then_some("update").into_iter().chain([to_write])
}

/// What must hold on the row after: creating needs the right on what was created, changing on what became
/// of it. Handing over may put the record out of reach; the answer says whether it did.
pub(super) fn permit_after(
    unit: &mut Unit<'_, '_>,
    change: &Change,
    applied: &Applied,
    loaded: &Loaded,
) -> Result<bool> {
    if unit.ctx.actor.system {
        return Ok(true);
    }
    let record_type = &applied.record_type;
    let follows = matches!(change.action(), Action::Follow(_) | Action::Unfollow(_));
    let same_readers = !follows && !record_type.readers.iter().any(|it| applied.changed(it));
    let listed = match loaded {
        Loaded::Existing { listed, .. } if same_readers => *listed,
        _ => unit.listed(record_type, applied.record)?,
    };
    let value = by_name(record_type, &applied.after);
    let row = SpineRow {
        value: &value,
        listed,
    };
    let right = match change.action() {
        Action::Create => Some("create"),
        Action::Update if !change.set.keys().any(|it| hands_over(record_type, it)) => {
            Some("update")
        }
        _ => None,
    };
    let replays = matches!(change.mode, Mode::Replay { .. });
    if replays && !unit.ctx.may(&record_type.name, "import_history", &row) {
        return Err(forbidden(change, "import_history").into());
    }
    if let Some(right) = right.filter(|right| !unit.ctx.may(&record_type.name, right, &row)) {
        return Err(forbidden(change, right).into());
    }
    if *change.action() == Action::Create {
        check_given(unit, change, applied, &row)?;
        // Facts of the past come whole: the right to import them covers what was said then.
        let said = change.comment.iter().filter(|_| !replays);
        let mut rights = said.flat_map(of_comment).chain(attachment::rights(change));
        if let Some(right) = rights.find(|it| !unit.ctx.may(&record_type.name, it, &row)) {
            return Err(forbidden(change, right).into());
        }
    }
    Ok(unit.ctx.may(&record_type.name, "read", &row))
}

/// A new record has no row before: whether its given fields may be written shows on the row after.
fn check_given(
    unit: &Unit<'_, '_>,
    change: &Change,
    applied: &Applied,
    row: &SpineRow<'_>,
) -> Result<()> {
    let record_type = &applied.record_type;
    let closed = change
        .set
        .keys()
        .filter_map(|it| record_type.field(it))
        .find(|field| {
            !applied.value(&field.name).is_null()
                && !unit.ctx.may_field(&record_type.name, "create", field, row)
        });
    match closed {
        Some(field) => Err(Refused::field(
            field.name.as_str(),
            Message::new("refused-unknown-field").with("field", &field.name),
        )
        .into()),
        None => Ok(()),
    }
}

/// Whether people may write the field of this record; system and replay write all.
pub(super) fn may_write_field(
    unit: &Unit<'_, '_>,
    record_type: &TypeDef,
    values: &Values,
    listed: Listed,
    change: &Change,
    field: &dictionary::FieldDef,
) -> bool {
    let value = by_name(record_type, values);
    let row = SpineRow {
        value: &value,
        listed,
    };
    let name = &record_type.name;
    match change.action() {
        Action::Create => {
            unit.ctx.actor.system
                || unit
                    .ctx
                    .grants(name, "create")
                    .any(|it| it.grant.write_fields.has(field))
        }
        Action::Assign => unit.ctx.may_field(name, "assign", field, &row),
        Action::Transition(transition) => {
            unit.ctx
                .may_field(name, &format!("transition:{transition}"), field, &row)
                || unit.ctx.may_field(name, "update", field, &row)
        }
        _ => {
            unit.ctx.may_field(name, "update", field, &row)
                || unit.ctx.may_field(name, "assign", field, &row)
        }
    }
}

fn forbidden(change: &Change, right: &str) -> Refused {
    Refused::Forbidden(
        Message::new("forbidden-action")
            .with("action", right)
            .with("type", &change.record_type),
    )
}
