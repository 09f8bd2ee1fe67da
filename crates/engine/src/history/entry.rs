//! Reading the history of one record, as the timeline and the tests need it.

use std::collections::BTreeMap;

use base::{Error, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::{Row, Sql, Tx};

/// A change of one field as the history knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Value before.
    pub before: Json,
    /// Value after.
    pub after: Json,
}

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
    pub fields: BTreeMap<String, FieldChange>,
}

/// The history of a record, oldest first. Says nothing about who may read it.
pub fn of_record(tx: &mut Tx<'_>, record: Uuid) -> Result<Vec<HistoryEntry>> {
    let sql = Sql::new(
        "SELECT h.version, h.change_id, h.unit_id, h.cause, h.actor, h.on_behalf_of, h.surface, h.action, h.mode, h.reason, \
         h.recorded_at, h.effective_at, h.rule_trace, v.fields FROM history h \
         LEFT JOIN history_value v ON v.change_id = h.change_id WHERE h.record = ? ORDER BY h.version",
    );
    tx.query(&sql.bind(record))?.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<HistoryEntry> {
    let damaged = |error| Error::failed("a history row is no JSON", error);
    let values: BTreeMap<String, Json> = row
        .text(13)?
        .map_or_else(|| Ok(BTreeMap::new()), serde_json::from_str)
        .map_err(damaged)?;
    let fields = values.into_iter().map(|(name, value)| {
        (
            name,
            FieldChange {
                before: value["before"].clone(),
                after: value["after"].clone(),
            },
        )
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
            .map(serde_json::from_str)
            .transpose()
            .map_err(damaged)?,
        fields: fields.collect(),
    })
}
