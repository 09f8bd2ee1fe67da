//! Walking the chains of a range of records: every hash recomputed, and what each record should be now.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use base::{Result, Timestamp, Uuid};
use dictionary::spine;
use serde_json::Value as Json;
use store::{Row, Sql, Tx};

use crate::beside::Beside;
use crate::{Damage, Range, Verdict, WHERE};
use engine::history::stored::{self, Stored};
use engine::history::{FieldDiff, GENESIS, HistoryRow, SALT_BYTES};

/// What the history says of a range of records.
#[derive(Default)]
pub(super) struct Walked {
    pub verdict: Verdict,
    pub records: BTreeMap<Uuid, Replayed>,
    pub beside: Beside,
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
    /// Names of which the last change was erased, or one of all where they tell of many things.
    pub erased: BTreeSet<String>,
}

/// Walks all chains of the range.
pub(super) fn walk(tx: &mut Tx<'_>, range: Range, verdict: Verdict) -> Result<Walked> {
    let mut sql = Sql::new(
        "SELECT h.tenant, h.record, h.record_type, h.version, h.change_id, h.unit_id, h.cause, h.actor, h.on_behalf_of, \
         h.surface, h.action, h.mode, h.reason, h.recorded_at, h.effective_at, h.rule_trace, h.previous, h.hash, \
         v.salt, v.fields FROM history h LEFT JOIN history_value v ON v.seq = h.seq",
    );
    range.restrict(&mut sql, WHERE, "h.record");
    sql.push(" ORDER BY h.record, h.version");
    let mut walked = Walked {
        verdict,
        ..Walked::default()
    };
    tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
        walked.step(&row);
        Ok(ControlFlow::Continue(()))
    })?;
    walked.verdict.records = u64::try_from(walked.records.len()).unwrap_or(u64::MAX);
    Ok(walked)
}

impl Walked {
    /// What cannot be read does not fit its hash, which was made over what could.
    fn step(&mut self, row: &Row) {
        let record = row.need_uuid(1).unwrap_or_default();
        let version = row.need_integer(3).unwrap_or_default();
        let verdict = &mut self.verdict;
        let replayed = self.records.entry(record).or_insert_with(|| Replayed {
            tenant: row.need_uuid(0).unwrap_or_default(),
            chain: GENESIS.to_vec(),
            ..Replayed::default()
        });
        let tenant = Some(replayed.tenant);
        let mut damage = |what| {
            let damage = Damage::Row {
                record,
                version,
                what,
            };
            verdict.tell(tenant, damage);
        };
        if version != replayed.version + 1 {
            damage("a version before it is missing");
        }
        let previous = row.need_bytes(16).unwrap_or_default();
        if previous != replayed.chain {
            damage("it does not follow its predecessor");
        }
        let fields = row.text(19).ok().flatten();
        let stored = fields
            .and_then(|it| stored::fields(it).ok())
            .unwrap_or_default();
        let salt = row.need_bytes(18).unwrap_or_default();
        let digest = |(name, it): (&String, &Stored)| (name.clone(), it.digest(salt, name));
        let digests = stored.iter().map(digest).collect();
        let hash = row.need_bytes(17).unwrap_or_default();
        let restored = restore(row).ok();
        if restored
            .as_ref()
            .is_none_or(|it| it.hash(previous, &digests) != *hash)
        {
            damage("its hash does not fit its content");
        }
        verdict.rows += 1;
        let mut stamps = BTreeMap::new();
        for (name, stored) in stored {
            let Stored::Kept(diff, _) = stored else {
                verdict.erased += 1;
                replayed.fields.remove(&name);
                replayed.erased.insert(name);
                continue;
            };
            if matches!(name.as_str(), spine::CREATED_AT | spine::UPDATED_AT) {
                // A stamp that was brought along is told by the row that brought it.
                stamps.insert(name, diff.after);
            } else if !name.starts_with('@') {
                if replayed.skips(&name, &diff) {
                    let damage = Damage::Field {
                        record,
                        field: name.clone(),
                        what: "its history skips a value",
                    };
                    verdict.tell(tenant, damage);
                }
                replayed.erased.remove(&name);
                replayed.fields.insert(name, diff.after);
            } else if name == "@deleted" {
                let at = row.need_integer(13).unwrap_or_default();
                replayed.deleted_at = (diff.after == true).then_some(at);
            } else if let Some(restored) = &restored {
                self.beside.take(restored, &name, &diff);
            }
        }
        replayed.take(row, &stamps);
    }
}

impl Replayed {
    /// Whether a change begins elsewhere than the one before ended, as far as that one is known.
    fn skips(&self, name: &str, diff: &FieldDiff) -> bool {
        let last = self.fields.get(name).unwrap_or(&Json::Null);
        last != &diff.before && !self.erased.contains(name)
    }

    fn take(&mut self, row: &Row, stamps: &BTreeMap<String, Json>) {
        let at = row.need_integer(13).unwrap_or_default();
        let told = |name: &str| {
            let text = stamps.get(name).and_then(Json::as_str);
            let instant = text.and_then(Timestamp::parse);
            instant.map_or(at, Timestamp::micros)
        };
        if self.version == 0 {
            self.record_type = row.need_text(2).unwrap_or_default().to_owned();
            self.created_at = told(spine::CREATED_AT);
        }
        self.version = row.need_integer(3).unwrap_or_default();
        self.updated_at = told(spine::UPDATED_AT);
        self.chain = row.need_bytes(17).unwrap_or_default().to_vec();
    }
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
