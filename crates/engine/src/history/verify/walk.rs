//! Walking the chains of a range of records: every hash recomputed, and what each record should be now.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use base::{Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::{Row, Sql, Tx};

use super::{Damage, Range, Verdict, WHERE};
use crate::history::{FieldDiff, GENESIS, HistoryRow, SALT_BYTES, digests};

/// What the history says of a range of records.
#[derive(Default)]
pub(super) struct Walked {
    pub verdict: Verdict,
    pub records: BTreeMap<Uuid, Replayed>,
    /// Journal entries, with the record and version that tell of them.
    pub comments: BTreeMap<Uuid, Told>,
}

/// A record as its history leaves it.
#[derive(Default)]
pub(super) struct Replayed {
    pub tenant: Uuid,
    pub record_type: String,
    pub version: i64,
    pub chain: Vec<u8>,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    pub fields: BTreeMap<String, Json>,
}

/// A comment as the history tells of it.
pub(super) struct Told {
    pub record: Uuid,
    pub version: i64,
    pub digest: String,
    pub visibility: String,
}

/// Walks all chains of the range.
pub(super) fn walk(tx: &mut Tx<'_>, range: Range) -> Result<Walked> {
    let mut sql = Sql::new(
        "SELECT h.tenant, h.record, h.record_type, h.version, h.change_id, h.unit_id, h.cause, h.actor, h.on_behalf_of, \
         h.surface, h.action, h.mode, h.reason, h.recorded_at, h.effective_at, h.rule_trace, h.previous, h.hash, \
         v.salt, v.fields FROM history h LEFT JOIN history_value v ON v.seq = h.seq",
    );
    range.restrict(&mut sql, WHERE, "h.record");
    sql.push(" ORDER BY h.record, h.version");
    let mut walked = Walked::default();
    tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
        walked.step(&row)?;
        Ok(ControlFlow::Continue(()))
    })?;
    walked.verdict.records = u64::try_from(walked.records.len()).unwrap_or(u64::MAX);
    Ok(walked)
}

impl Walked {
    fn step(&mut self, row: &Row) -> Result<()> {
        let (record, version) = (row.need_uuid(1)?, row.need_integer(3)?);
        let verdict = &mut self.verdict;
        let mut damage = |what| {
            verdict.tell(Damage::Row {
                record,
                version,
                what,
            });
        };
        let replayed = self.records.entry(record).or_insert_with(|| Replayed {
            chain: GENESIS.to_vec(),
            ..Replayed::default()
        });
        if version != replayed.version + 1 {
            damage("a version before it is missing");
        }
        if row.need_bytes(16)? != replayed.chain {
            damage("it does not follow its predecessor");
        }
        // Values that cannot be read do not fit the hash either.
        let values: BTreeMap<String, FieldDiff> = row
            .text(19)?
            .and_then(|it| serde_json::from_str(it).ok())
            .unwrap_or_default();
        let digests = digests(row.bytes(18)?.unwrap_or_default(), &values);
        if restore(row)?.hash(row.need_bytes(16)?, &digests) != *row.need_bytes(17)? {
            damage("its hash does not fit its content");
        }
        if let Some(told) = values.get("@comment")
            && let Some(entry) = text(&told.after, "entry").and_then(|it| Uuid::try_parse(it).ok())
        {
            let told = Told {
                record,
                version,
                digest: text(&told.after, "digest").unwrap_or_default().to_owned(),
                visibility: text(&told.after, "visibility")
                    .unwrap_or_default()
                    .to_owned(),
            };
            self.comments.insert(entry, told);
        }
        verdict.rows += 1;
        for (field, diff) in values.iter().filter(|(name, _)| !name.starts_with('@')) {
            if replayed.fields.get(field).unwrap_or(&Json::Null) != &diff.before {
                verdict.tell(Damage::Field {
                    record,
                    field: field.clone(),
                    what: "its history skips a value",
                });
            }
        }
        replayed.take(row, values)?;
        Ok(())
    }
}

impl Replayed {
    fn take(&mut self, row: &Row, values: BTreeMap<String, FieldDiff>) -> Result<()> {
        let at = row.need_integer(13)?;
        if self.version == 0 {
            self.tenant = row.need_uuid(0)?;
            row.need_text(2)?.clone_into(&mut self.record_type);
            self.created_at = at;
        }
        self.version = row.need_integer(3)?;
        self.updated_at = at;
        row.need_bytes(17)?.clone_into(&mut self.chain);
        if let Some(deleted) = values.get("@deleted") {
            self.deleted_at = (deleted.after == true).then_some(at);
        }
        let fields = values
            .into_iter()
            .filter(|(name, _)| !name.starts_with('@'));
        self.fields
            .extend(fields.map(|(name, diff)| (name, diff.after)));
        Ok(())
    }
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str)
}

fn restore(row: &Row) -> Result<HistoryRow<'_>> {
    Ok(HistoryRow {
        tenant: row.need_uuid(0)?,
        record: row.need_uuid(1)?,
        record_type: row.need_text(2)?,
        version: row.need_integer(3)?,
        change_id: row.need_uuid(4)?,
        unit_id: row.need_uuid(5)?,
        cause: row.uuid(6)?,
        actor: row.need_uuid(7)?,
        on_behalf_of: row.uuid(8)?,
        surface: row.need_text(9)?,
        action: row.need_text(10)?,
        mode: row.need_text(11)?,
        reason: row.text(12)?,
        recorded_at: Timestamp::from_micros(row.need_integer(13)?),
        effective_at: Timestamp::from_micros(row.need_integer(14)?),
        rule_trace: row.text(15)?.map(str::to_owned),
        salt: [0; SALT_BYTES],
        fields: BTreeMap::new(),
    })
}
