//! What hangs on a record: journal entries, links, followers and other readers.

use base::{Error, Message, Refused, Result, Uuid};
use dictionary::{Kind, spine};
use serde_json::{Value as Json, json};
use store::Sql;

use super::Checked;
use super::told::actor;
use crate::Surface;
use crate::additions::{LINK_KINDS, LINK_KINDS_OF_RULES};
use crate::beside::follows;
use crate::change::{Action, Change, Comment};
use crate::system::attachment;
use crate::unit::Unit;

/// What a change of links, followers or deletion did; nothing where it was so already.
pub(super) fn diff(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
) -> Result<Option<(&'static str, Json, Json)>> {
    let record = checked.parts.record;
    Ok(match change.action() {
        Action::Delete => Some(("@deleted", json!(false), json!(true))),
        Action::Restore => Some(("@deleted", json!(true), json!(false))),
        Action::Link { kind, to, primary } => {
            check_kind(unit, kind)?;
            check_link(unit, record, *to)?;
            let told = json!({ "kind": kind, "to": to, "primary": primary });
            (link_is(unit, record, kind, *to)? != Some(*primary)).then_some((
                "@link",
                Json::Null,
                told,
            ))
        }
        Action::Unlink { kind, to } => {
            if LINK_KINDS_OF_RULES.contains(&kind.as_str()) && !makes_links_of_rules(unit) {
                let message = Message::new("link-kind-of-rules").with("kind", kind);
                return Err(Refused::field("kind", message).into());
            }
            let told = json!({ "kind": kind, "to": to });
            link_is(unit, record, kind, *to)?.map(|_| ("@link", told, Json::Null))
        }
        Action::Follow(person) => {
            check_follower(unit, *person)?;
            (!follows(unit.tx, record, *person)?).then(|| ("@follower", Json::Null, json!(person)))
        }
        Action::Unfollow(person) => {
            follows(unit.tx, record, *person)?.then(|| ("@follower", json!(person), Json::Null))
        }
        _ => None,
    })
}

/// Only kinds that the tenant has, so that a link means the same to everybody.
fn check_kind(unit: &Unit<'_, '_>, kind: &str) -> Result<()> {
    let settings = &unit.ctx.snapshot.settings;
    let kinds = settings.get::<Vec<String>>(unit.ctx.tenant, None, LINK_KINDS);
    let kinds = kinds.map_err(|message| {
        Error::failed("the kinds of links cannot be read", message.to_string())
    })?;
    if LINK_KINDS_OF_RULES.contains(&kind) {
        if makes_links_of_rules(unit) {
            return Ok(());
        }
        let message = Message::new("link-kind-of-rules").with("kind", kind);
        return Err(Refused::field("kind", message).into());
    }
    if kinds.iter().any(|it| it == kind) {
        return Ok(());
    }
    let message = Message::new("link-kind-unknown")
        .with("kind", kind)
        .with("offered", kinds.join(", "));
    Err(Refused::field("kind", message).into())
}

/// What a merge, a conversion or a split did is told by its links: a hand that makes or takes one would let a story
/// stand where it does not belong. Imports bring what other houses did.
fn makes_links_of_rules(unit: &Unit<'_, '_>) -> bool {
    unit.ctx.actor.system || unit.ctx.surface == Surface::Import
}

/// Only people follow, and only those whom the actor may know.
fn check_follower(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<()> {
    if person == unit.ctx.actor.person {
        return Ok(());
    }
    // Who asks and who follows are of the same type, which the spine names.
    let requester = spine::fields()
        .into_iter()
        .find(|it| it.name == spine::REQUESTER);
    let person_type = requester.map(|it| it.kind);
    let found = unit.type_of(person)?.map(|it| Kind::reference(&it.name));
    if found != person_type {
        let message = Message::new("reference-unknown").with("id", person);
        return Err(Refused::field("person", message).into());
    }
    check_readable(unit, "person", person)
}

fn check_link(unit: &mut Unit<'_, '_>, record: Uuid, to: Uuid) -> Result<()> {
    if record == to {
        return Err(Refused::field("to", Message::new("link-to-itself")).into());
    }
    check_readable(unit, "to", to)
}

/// The actor must be able to read what is named; the answer is the same where it does not exist.
fn check_readable(unit: &mut Unit<'_, '_>, field: &str, to: Uuid) -> Result<()> {
    if let Some(found) = unit.type_of(to)? {
        unit.fetch(&found, &[to])?;
        if unit.may_know(to)? {
            return Ok(());
        }
    }
    Err(Refused::field(field, Message::new("reference-unknown").with("id", to)).into())
}

fn link_is(unit: &mut Unit<'_, '_>, record: Uuid, kind: &str, to: Uuid) -> Result<Option<bool>> {
    let sql = Sql::new(
        "SELECT is_primary FROM link WHERE from_record = ? AND kind = ? AND to_record = ?",
    );
    let row = unit
        .tx
        .query_optional(&sql.bind(record).bind(kind).bind(to))?;
    Ok(row.map(|it| it.need_boolean(0)).transpose()?)
}

pub(super) fn journal_entry(
    unit: &Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
) -> Option<Sql> {
    let comment: &Comment = checked.parts.comment.as_ref()?;
    let insert = Sql::new(
        "INSERT INTO journal (id, tenant, record, visibility, text, author, on_behalf_of, written_at, minutes_worked, change_id) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let statement = insert
        .bind(checked.journal_entry)
        .bind(unit.ctx.tenant)
        .bind(checked.parts.record)
        .bind(comment.visibility.code())
        .bind(comment.text.as_str())
        .bind(actor(unit, change))
        .bind(change.on_behalf_of)
        .bind(checked.effective_at.micros())
        .bind(comment.minutes_worked)
        .bind(checked.change_id);
    Some(statement)
}

/// Links, followers and readers by field.
pub(super) fn statements(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> Vec<Sql> {
    let record = checked.parts.record;
    let place = place(unit, checked, change);
    let mut statements = attachment::statements(unit.ctx.tenant, &place, change);
    match change.action() {
        Action::Link { kind, to, primary } => {
            if *primary {
                let others = Sql::new(
                    "UPDATE link SET is_primary = 0 WHERE from_record = ? AND kind = ? AND is_primary = 1",
                );
                statements.push(others.bind(record).bind(kind.as_str()));
            }
            let put = Sql::new(
                "INSERT INTO link (tenant, from_record, kind, to_record, is_primary, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (from_record, kind, to_record) DO UPDATE SET is_primary = excluded.is_primary",
            );
            let put = put
                .bind(unit.ctx.tenant)
                .bind(record)
                .bind(kind.as_str())
                .bind(*to)
                .bind(*primary);
            statements.push(
                put.bind(checked.effective_at.micros())
                    .bind(actor(unit, change)),
            );
        }
        Action::Unlink { kind, to } => {
            let take =
                Sql::new("DELETE FROM link WHERE from_record = ? AND kind = ? AND to_record = ?");
            statements.push(take.bind(record).bind(kind.as_str()).bind(*to));
        }
        Action::Follow(person) => statements.push(add_reader(unit, checked, *person, "follower")),
        Action::Unfollow(person) => statements.push(remove_reader(record, *person, "follower")),
        _ => {}
    }
    for name in &checked.parts.record_type.readers {
        let Some(index) = checked.parts.record_type.field_index(name) else {
            continue;
        };
        let (before, after) = (&checked.before[index], &checked.parts.after[index]);
        if before == after {
            continue;
        }
        statements.extend(
            before
                .as_reference()
                .map(|it| remove_reader(record, it, name)),
        );
        statements.extend(
            after
                .as_reference()
                .map(|it| add_reader(unit, checked, it, name)),
        );
    }
    statements
}

/// Where the files of the change go.
pub(super) fn place(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> attachment::Place {
    attachment::Place {
        record: checked.parts.record,
        journal_entry: checked.journal_entry.or(change.journal_entry),
        at: checked.effective_at,
        by: actor(unit, change),
        change_id: checked.change_id,
    }
}

fn add_reader(unit: &Unit<'_, '_>, checked: &Checked, reader: Uuid, source: &str) -> Sql {
    Sql::new("INSERT INTO record_reader (record, reader, source, record_type, tenant) VALUES (?, ?, ?, ?, ?) ON CONFLICT (record, reader, source) DO NOTHING")
        .bind(checked.parts.record)
        .bind(reader)
        .bind(source)
        .bind(checked.parts.record_type.name.as_str())
        .bind(unit.ctx.tenant)
}

fn remove_reader(record: Uuid, reader: Uuid, source: &str) -> Sql {
    Sql::new("DELETE FROM record_reader WHERE record = ? AND reader = ? AND source = ?")
        .bind(record)
        .bind(reader)
        .bind(source)
}
