//! The verifier: recomputes every hash and says what does not fit, record by record and block by block.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use base::{Error, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use store::{Row, Sql, Tx};

use super::seal::{block_hash, leaves, merkle_root};
use super::{FieldDiff, GENESIS, HistoryRow, SALT_BYTES, digests};
use crate::Snapshot;

/// What the verifier found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows whose hash was recomputed.
    pub rows: u64,
    /// Records whose chain was walked.
    pub records: u64,
    /// Blocks recomputed.
    pub blocks: u64,
    /// Rows younger than the last block, not yet sealed.
    pub unsealed: u64,
    /// What does not fit; empty means intact.
    pub damage: Vec<Damage>,
}

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// A row's hash, place or predecessor is wrong.
    Row {
        /// The record.
        record: Uuid,
        /// Version of the row.
        version: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A record's own row does not end its chain.
    Head {
        /// The record.
        record: Uuid,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A block's root, hash or predecessor is wrong: rows were changed, added or removed.
    Block {
        /// Height of the block.
        height: i64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl std::fmt::Display for Damage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Row {
                record,
                version,
                what,
            } => write!(out, "record {record}, version {version}: {what}"),
            Self::Head { record, what } => write!(out, "record {record}: {what}"),
            Self::Block { height, what } => write!(out, "block {height}: {what}"),
        }
    }
}

/// Recomputes everything. Memory grows with the number of records (48 bytes each), not of rows.
pub fn verify(tx: &mut Tx<'_>, snapshot: &Snapshot) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut walk = verify_rows(tx, &mut verdict)?;
    verify_heads(tx, snapshot, &walk.heads, &mut verdict)?;
    verify_journal(tx, &mut walk.comments, &mut verdict)?;
    verify_blocks(tx, &mut verdict)?;
    Ok(verdict)
}

#[derive(Default)]
struct Walk {
    record: Uuid,
    version: i64,
    hash: Vec<u8>,
    heads: BTreeMap<Uuid, Vec<u8>>,
    /// Journal entries that the history tells of, with their record and version.
    comments: BTreeMap<Uuid, (Uuid, i64)>,
}

fn verify_rows(tx: &mut Tx<'_>, verdict: &mut Verdict) -> Result<Walk> {
    let sql = Sql::new(
        "SELECT h.tenant, h.record, h.record_type, h.version, h.change_id, h.unit_id, h.cause, h.actor, h.on_behalf_of, \
         h.surface, h.action, h.mode, h.reason, h.recorded_at, h.effective_at, h.rule_trace, h.previous, h.hash, \
         v.salt, v.fields FROM history h LEFT JOIN history_value v ON v.seq = h.seq ORDER BY h.record, h.version",
    );
    let mut walk = Walk::default();
    tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
        verify_row(&row, &mut walk, verdict)?;
        Ok(ControlFlow::Continue(()))
    })?;
    verdict.records = u64::try_from(walk.heads.len()).unwrap_or(u64::MAX);
    Ok(walk)
}

fn verify_row(row: &Row, walk: &mut Walk, verdict: &mut Verdict) -> Result<()> {
    let (record, version) = (row.need_uuid(1)?, row.need_integer(3)?);
    if record != walk.record {
        walk.record = record;
        walk.version = 0;
        walk.hash = GENESIS.to_vec();
    }
    let mut damage = |what| {
        verdict.damage.push(Damage::Row {
            record,
            version,
            what,
        })
    };
    if version != walk.version + 1 {
        damage("a version before it is missing");
    }
    if row.need_bytes(16)? != walk.hash {
        damage("it does not follow its predecessor");
    }
    let values = values(row.text(19)?)?;
    let digests = digests(row.bytes(18)?.unwrap_or_default(), &values);
    if restore(row)?.hash(row.need_bytes(16)?, &digests) != *row.need_bytes(17)? {
        damage("its hash does not fit its content");
    }
    let told = values
        .get("@comment")
        .and_then(|it| it.after["entry"].as_str());
    let entry = told.and_then(|it| Uuid::try_parse(it).ok());
    walk.comments
        .extend(entry.map(|entry| (entry, (record, version))));
    verdict.rows += 1;
    walk.version = version;
    walk.hash = row.need_bytes(17)?.to_vec();
    walk.heads.insert(record, walk.hash.clone());
    Ok(())
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

fn values(fields: Option<&str>) -> Result<BTreeMap<String, FieldDiff>> {
    let read = fields.map_or_else(|| Ok(BTreeMap::new()), serde_json::from_str);
    read.map_err(|error| Error::failed("values of a history row are no JSON", error))
}

fn verify_heads(
    tx: &mut Tx<'_>,
    snapshot: &Snapshot,
    heads: &BTreeMap<Uuid, Vec<u8>>,
    verdict: &mut Verdict,
) -> Result<()> {
    let mut seen = BTreeSet::new();
    for record_type in snapshot.dictionary.types() {
        let mut sql = Sql::new("SELECT id, chain FROM ");
        sql.identifier(&record_type.table);
        tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
            let record = row.need_uuid(0)?;
            let what = match heads.get(&record) {
                None => Some("it has no history"),
                Some(head) if row.bytes(1)? != Some(head.as_slice()) => {
                    Some("its row does not end its chain")
                }
                Some(_) => None,
            };
            verdict
                .damage
                .extend(what.map(|what| Damage::Head { record, what }));
            seen.insert(record);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    let missing = heads.keys().filter(|record| !seen.contains(*record));
    verdict.damage.extend(missing.map(|record| Damage::Head {
        record: *record,
        what: "its row is missing",
    }));
    Ok(())
}

/// Comments are kept once, in the journal; the history holds their digest.
fn verify_journal(
    tx: &mut Tx<'_>,
    comments: &mut BTreeMap<Uuid, (Uuid, i64)>,
    verdict: &mut Verdict,
) -> Result<()> {
    let sql = Sql::new(
        "SELECT j.record, h.version, j.text, j.visibility, v.fields, j.id FROM journal j \
         LEFT JOIN history h ON h.change_id = j.change_id LEFT JOIN history_value v ON v.seq = h.seq",
    );
    tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
        comments.remove(&row.need_uuid(5)?);
        let fields = values(row.text(4)?).unwrap_or_default();
        let told = fields.get("@comment").map_or(&Json::Null, |it| &it.after);
        let fits = told["digest"].as_str() == Some(comment_digest(row.need_text(2)?).as_str())
            && told["visibility"].as_str() == Some(row.need_text(3)?);
        if !fits {
            let version = row.integer(1)?.unwrap_or_default();
            verdict.damage.push(Damage::Row {
                record: row.need_uuid(0)?,
                version,
                what: "its comment was altered",
            });
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let lost = comments.values().map(|(record, version)| Damage::Row {
        record: *record,
        version: *version,
        what: "its comment is missing",
    });
    verdict.damage.extend(lost);
    Ok(())
}

/// Digest of a comment's text as the history keeps it.
#[must_use]
pub fn comment_digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn verify_blocks(tx: &mut Tx<'_>, verdict: &mut Verdict) -> Result<()> {
    let sql = Sql::new(
        "SELECT height, from_mark, to_mark, rows, root, previous, hash FROM history_block ORDER BY height",
    );
    let (mut previous, mut height, mut mark, mut sealed) = (GENESIS.to_vec(), 0, 0, 0_u64);
    for row in tx.query(&sql)? {
        let here = row.need_integer(0)?;
        let (from, to, rows) = (
            row.need_integer(1)?,
            row.need_integer(2)?,
            row.need_integer(3)?,
        );
        let mut damage = |what| verdict.damage.push(Damage::Block { height: here, what });
        if here != height + 1 || from != mark || row.need_bytes(5)? != previous {
            damage("it does not follow its predecessor");
        }
        let leaves = leaves(tx, from, to)?;
        if i64::try_from(leaves.len()) != Ok(rows) || merkle_root(&leaves) != *row.need_bytes(4)? {
            damage("rows under it were changed, added or removed");
        }
        if block_hash(here, from, to, rows, row.need_bytes(4)?, row.need_bytes(5)?)
            != *row.need_bytes(6)?
        {
            damage("its hash does not fit its content");
        }
        sealed += u64::try_from(leaves.len()).unwrap_or_default();
        verdict.blocks += 1;
        (previous, height, mark) = (row.need_bytes(6)?.to_vec(), here, to);
    }
    verdict.unsealed = verdict.rows.saturating_sub(sealed);
    Ok(())
}
