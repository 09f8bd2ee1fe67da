//! What the history tells of a change: which fields, from what to what, by whom, by which rule.

use std::collections::BTreeMap;

use base::{Error, Result, Uuid};
use dictionary::spine;
use serde_json::{Value as Json, json};
use store::Sql;

use super::{Checked, beside, keeps};
use crate::change::{Change, Mode};
use crate::draft::TraceEntry;
use crate::history::comment_digest;
use crate::history::{FieldDiff, HistoryRow, SALT_BYTES, trace_to_text};
use crate::system::attachment;
use crate::unit::Unit;

/// Fields that the history leaves out, because each of its rows says them anyway, unless they were brought along.
pub(crate) fn is_stamp(name: &str) -> bool {
    matches!(name, spine::CREATED_AT | spine::UPDATED_AT | spine::VERSION)
}

/// What changed.
pub(super) fn diff(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
) -> Result<BTreeMap<String, FieldDiff>> {
    let mut fields: BTreeMap<String, (Json, Json)> = BTreeMap::new();
    for (index, field) in checked.parts.record_type.fields.iter().enumerate() {
        let (before, after) = (&checked.before[index], &checked.parts.after[index]);
        if before != after && !is_stamp(&field.name) {
            fields.insert(field.name.clone(), (before.to_json(), after.to_json()));
        }
    }
    if let Some((comment, entry)) = checked.parts.comment.as_ref().zip(checked.journal_entry) {
        let told = json!({
            "entry": entry, "visibility": comment.visibility.code(), "digest": comment_digest(&comment.text),
            "minutes_worked": comment.minutes_worked,
        });
        fields.insert("@comment".to_owned(), (Json::Null, told));
    }
    let place = beside::place(unit, checked, change);
    if let Some(both) = attachment::diff(unit, &checked.parts.record_type, &place, change)? {
        fields.insert("@attachment".to_owned(), both);
    }
    if let Some((name, before, after)) = beside::diff(unit, checked, change)? {
        fields.insert(name.to_owned(), (before, after));
    }
    for stamp in [spine::CREATED_AT, spine::UPDATED_AT] {
        if !fields.is_empty() && keeps(checked, stamp) {
            let value = |all| checked.parts.record_type.value(all, stamp).to_json();
            let both = (value(&checked.before), value(&checked.parts.after));
            fields.insert(stamp.to_owned(), both);
        }
    }
    let diffs = fields.into_iter().map(|(name, it)| (name, it.into()));
    Ok(diffs.collect())
}

pub(super) fn statements(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
    fields: BTreeMap<String, FieldDiff>,
) -> Result<(Vec<Sql>, [u8; 32])> {
    let mut salt = [0; SALT_BYTES];
    unit.fill(&mut salt);
    let row = HistoryRow {
        tenant: unit.ctx.tenant,
        record: checked.parts.record,
        record_type: &checked.parts.record_type.name,
        version: checked.version,
        change_id: checked.change_id,
        unit_id: unit.unit_id,
        cause: unit.cause,
        actor: actor(unit, change),
        on_behalf_of: change.on_behalf_of,
        surface: unit.ctx.surface.code(),
        action: checked.parts.action.name(),
        mode: if matches!(checked.parts.mode, Mode::Live) {
            "live"
        } else {
            "replay"
        },
        reason: change.reason.as_deref(),
        recorded_at: checked.recorded_at,
        effective_at: checked.effective_at,
        rule_trace: trace(&checked.parts.trace)?,
        salt,
        fields,
    };
    row.statements(&checked.previous)
}

/// Who is recorded: the actor, or in a replay the person whom the source names.
pub(super) fn actor(unit: &Unit<'_, '_>, change: &Change) -> Uuid {
    match change.mode {
        Mode::Replay { .. } => change.recorded_actor.unwrap_or(unit.ctx.actor.person),
        Mode::Live => unit.ctx.actor.person,
    }
}

fn trace(entries: &[TraceEntry]) -> Result<Option<String>> {
    let why = |it: &TraceEntry| {
        let why = it.why.as_ref()?;
        let args = why.args.iter();
        let args: serde_json::Map<String, Json> = args
            .map(|(name, value)| ((*name).to_owned(), Json::from(value.as_str())))
            .collect();
        Some(json!({ "key": why.key, "args": args }))
    };
    trace_to_text(
        entries
            .iter()
            .map(|it| (it.field.as_ref(), it.rule, why(it))),
    )
    .map_err(|error| Error::failed("a rule trace cannot be written as JSON", error))
}
