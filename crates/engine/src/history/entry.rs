//! Reading the history of one record, as the timeline and the tests need it.

use std::collections::BTreeMap;

use base::{Error, Result, Timestamp, Uuid};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx};

use super::FieldDiff;
use super::stored::{self, Stored};

/// One change of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Version of the record after the change.
    pub version: i64,
    /// Id of the change.
    pub change_id: Uuid,
    /// Id of the unit.
    pub unit_id: Uuid,
    /// The change that caused it.
    pub cause: Option<Uuid>,
    /// Who did it; nil for the system.
    pub actor: Uuid,
    /// For whom.
    pub on_behalf_of: Option<Uuid>,
    /// Through which surface.
    pub surface: String,
    /// Which action or transition.
    pub action: String,
    /// `live` or `replay`.
    pub mode: String,
    /// Why.
    pub reason: Option<String>,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// When it happened.
    pub effective_at: Timestamp,
    /// Which rule set which field and why.
    pub rule_trace: Option<Json>,
    /// Fields that changed; erased values are missing.
    pub fields: BTreeMap<String, FieldDiff>,
}

/// The history of a record, oldest first. Says nothing about who may read it.
pub fn of_record(tx: &mut Tx<'_>, record: Uuid) -> Result<Vec<HistoryEntry>> {
    let rows = of_records(tx, &[record], 1)?;
    Ok(rows.into_iter().map(|(_, entry)| entry).collect())
}

/// The history of several records, each oldest first, with the record of each entry: from that version on, and
/// before it what rules had to do with. Says nothing about who may read it.
pub fn of_records(
    tx: &mut Tx<'_>,
    records: &[Uuid],
    since: i64,
) -> Result<Vec<(Uuid, HistoryEntry)>> {
    let mut sql = Sql::new(
        "SELECT h.version, h.change_id, h.unit_id, h.cause, h.actor, h.on_behalf_of, h.surface, h.action, h.mode, h.reason, \
         h.recorded_at, h.effective_at, h.rule_trace, v.fields, h.record FROM history h \
         LEFT JOIN history_value v ON v.seq = h.seq WHERE h.record IN (",
    );
    sql.arg_list(records.iter().copied()).push(")");
    if since > 1 {
        sql.push(" AND (h.version >= ").arg(since);
        sql.push(" OR h.rule_trace IS NOT NULL)");
    }
    sql.push(" ORDER BY h.record, h.version");
    let rows = tx.query(&sql)?;
    rows.iter()
        .map(|row| Ok((row.need_uuid(14)?, entry(row)?)))
        .collect()
}

fn entry(row: &Row) -> Result<HistoryEntry> {
    let damaged = |error| Error::failed("a history row is no JSON", error);
    let stored = row
        .text(13)?
        .map_or_else(|| Ok(BTreeMap::new()), stored::fields)
        .map_err(damaged)?;
    let kept = stored.into_iter().filter_map(|(name, it)| match it {
        Stored::Kept(diff, _) => Some((name, diff)),
        Stored::Erased(_) => None,
    });
    Ok(HistoryEntry {
        version: row.need_integer(0)?,
        change_id: row.need_uuid(1)?,
        unit_id: row.need_uuid(2)?,
        cause: row.uuid(3)?,
        actor: row.need_uuid(4)?,
        on_behalf_of: row.uuid(5)?,
        surface: row.need_text(6)?.to_owned(),
        action: row.need_text(7)?.to_owned(),
        mode: row.need_text(8)?.to_owned(),
        reason: row.text(9)?.map(str::to_owned),
        recorded_at: Timestamp::from_micros(row.need_integer(10)?),
        effective_at: Timestamp::from_micros(row.need_integer(11)?),
        rule_trace: row
            .text(12)?
            .map(trace_from_text)
            .transpose()
            .map_err(damaged)?,
        fields: kept.collect(),
    })
}

/// A rule, the fields it set and why, as it is stored: one step for all fields with the same rule and reason.
type TraceStep = (String, Vec<String>, Option<Json>);

/// How a trace of `(field, rule, why)` is stored; nothing where no rule set anything.
pub(crate) fn trace_to_text<'a>(
    trace: impl Iterator<Item = (&'a str, &'a str, Option<Json>)>,
) -> serde_json::Result<Option<String>> {
    let mut steps: Vec<TraceStep> = Vec::new();
    for (field, rule, why) in trace {
        match steps.iter_mut().find(|it| it.0 == rule && it.2 == why) {
            Some(step) => step.1.push(field.to_owned()),
            None => steps.push((rule.to_owned(), vec![field.to_owned()], why)),
        }
    }
    let text = (!steps.is_empty()).then(|| serde_json::to_string(&steps));
    text.transpose()
}

/// A trace as it is shown: one object with `field`, `rule` and `why` for each field.
fn trace_from_text(text: &str) -> serde_json::Result<Json> {
    let steps: Vec<TraceStep> = serde_json::from_str(text)?;
    let of_step = |(rule, fields, why): TraceStep| {
        let of_field =
            move |field| json!({ "field": field, "rule": rule.clone(), "why": why.clone() });
        fields.into_iter().map(of_field)
    };
    Ok(steps.into_iter().flat_map(of_step).collect())
}
