//! History: one row per changed record per change, chained by hash. Rows are only ever added.
//!
//! The canonical bytes are fixed by docs/decisions (history format 1) and its test vectors; a new
//! format gets a new number, old rows keep theirs.

mod entry;
pub mod seal;
pub mod verify;

use std::collections::BTreeMap;

use base::{Timestamp, Uuid};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::Sql;

pub use entry::{FieldChange, HistoryEntry, of_record};

/// Format of rows written now.
pub const FORMAT: u8 = 1;
/// What the first row of a record names as its predecessor.
pub const GENESIS: [u8; 32] = [0; 32];
/// Bytes of random salt that hide a value behind its digest.
pub const SALT_BYTES: usize = 16;

/// A change of one field: JSON before and after, and the salt of its digest.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDiff {
    /// Value before, as [`dictionary::Value::to_json`] writes it.
    pub before: Json,
    /// Value after.
    pub after: Json,
    /// Random salt.
    pub salt: [u8; SALT_BYTES],
}

impl FieldDiff {
    /// SHA-256 of salt, before and after, each JSON with its length in front.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        put(&mut hash, self.before.to_string().as_bytes());
        put(&mut hash, self.after.to_string().as_bytes());
        hash.finalize().into()
    }
}

/// One row of the history before it is stored.
#[derive(Clone, Debug)]
pub struct HistoryRow<'a> {
    /// Tenant of the record.
    pub tenant: Uuid,
    /// The record.
    pub record: Uuid,
    /// Name of its type.
    pub record_type: &'a str,
    /// Version of the record after the change, from 1.
    pub version: i64,
    /// Id of the change, unique in the history.
    pub change_id: Uuid,
    /// Id of the unit (one bulk edit, import chunk, merge, request).
    pub unit_id: Uuid,
    /// The change that caused it, for reactions.
    pub cause: Option<Uuid>,
    /// Who did it; nil for the system.
    pub actor: Uuid,
    /// For whom.
    pub on_behalf_of: Option<Uuid>,
    /// Through which surface.
    pub surface: &'a str,
    /// Which action or transition.
    pub action: &'a str,
    /// `live` or `replay`.
    pub mode: &'a str,
    /// Why, in the actor's words.
    pub reason: Option<&'a str>,
    /// When it was stored; never earlier than the record's row before.
    pub recorded_at: Timestamp,
    /// When it happened: the same, except for imports.
    pub effective_at: Timestamp,
    /// Which rule set which field and why, as JSON.
    pub rule_trace: Option<String>,
    /// Field name → change. Names beginning with `@` are no fields: comment, links, followers, deletion.
    pub fields: BTreeMap<String, FieldDiff>,
}

impl HistoryRow<'_> {
    /// Hash of this row after its predecessor, from the digests of its fields.
    #[must_use]
    pub fn hash(&self, previous: &[u8], digests: &BTreeMap<String, [u8; 32]>) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update([FORMAT]);
        put(&mut hash, previous);
        for id in [
            self.tenant,
            self.record,
            self.change_id,
            self.unit_id,
            self.actor,
        ] {
            put(&mut hash, id.as_bytes());
        }
        for id in [self.cause, self.on_behalf_of] {
            put(&mut hash, id.as_ref().map_or(&[][..], |it| it.as_bytes()));
        }
        for text in [self.record_type, self.surface, self.action, self.mode] {
            put(&mut hash, text.as_bytes());
        }
        for text in [self.reason, self.rule_trace.as_deref()] {
            put(&mut hash, text.unwrap_or_default().as_bytes());
        }
        for number in [
            self.version,
            self.recorded_at.micros(),
            self.effective_at.micros(),
        ] {
            hash.update(number.to_be_bytes());
        }
        for (name, digest) in digests {
            put(&mut hash, name.as_bytes());
            hash.update(digest);
        }
        hash.finalize().into()
    }

    /// The statements that store the row, and its hash.
    #[must_use]
    pub fn statements(&self, previous: &[u8]) -> (Vec<Sql>, [u8; 32]) {
        let digests: BTreeMap<String, [u8; 32]> = self
            .fields
            .iter()
            .map(|(name, diff)| (name.clone(), diff.digest()))
            .collect();
        let hash = self.hash(previous, &digests);
        let digests: serde_json::Map<String, Json> = digests
            .into_iter()
            .map(|(name, digest)| (name, Json::from(hex::encode(digest))))
            .collect();
        let values: serde_json::Map<String, Json> = self
            .fields
            .iter()
            .map(|(name, diff)| {
                (name.clone(), json!({ "salt": hex::encode(diff.salt), "before": diff.before, "after": diff.after }))
            })
            .collect();
        let row = Sql::new(
            "INSERT INTO history (tenant, record, record_type, version, change_id, unit_id, cause, actor, on_behalf_of, \
             surface, action, mode, reason, recorded_at, effective_at, rule_trace, digests, format, previous, hash) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(self.tenant)
        .bind(self.record)
        .bind(self.record_type)
        .bind(self.version)
        .bind(self.change_id)
        .bind(self.unit_id)
        .bind(self.cause)
        .bind(self.actor)
        .bind(self.on_behalf_of)
        .bind(self.surface)
        .bind(self.action)
        .bind(self.mode)
        .bind(self.reason)
        .bind(self.recorded_at.micros())
        .bind(self.effective_at.micros())
        .bind(self.rule_trace.clone())
        .bind(Json::Object(digests).to_string())
        .bind(i64::from(FORMAT))
        .bind(previous.to_vec())
        .bind(hash.to_vec());
        let value =
            Sql::new("INSERT INTO history_value (change_id, record, fields) VALUES (?, ?, ?)")
                .bind(self.change_id)
                .bind(self.record)
                .bind(Json::Object(values).to_string());
        (vec![row, value], hash)
    }
}

/// Length in four bytes, then the bytes: no two different inputs give the same stream.
fn put(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of docs/decisions: they must never change for format 1.
    #[test]
    fn format_1_has_fixed_bytes() {
        let diff = FieldDiff {
            before: Json::Null,
            after: json!("VPN is down"),
            salt: [7; SALT_BYTES],
        };
        let row = HistoryRow {
            tenant: Uuid::from_u128(1),
            record: Uuid::from_u128(2),
            record_type: "incident",
            version: 1,
            change_id: Uuid::from_u128(3),
            unit_id: Uuid::from_u128(4),
            cause: None,
            actor: Uuid::from_u128(5),
            on_behalf_of: None,
            surface: "api",
            action: "create",
            mode: "live",
            reason: None,
            recorded_at: Timestamp::from_micros(1_700_000_000_000_000),
            effective_at: Timestamp::from_micros(1_700_000_000_000_000),
            rule_trace: None,
            fields: BTreeMap::from([("title".to_owned(), diff.clone())]),
        };
        let (_, hash) = row.statements(&GENESIS);
        assert_eq!(
            hex::encode(diff.digest()),
            "121bc9c13a7991ebd5ee36194dfd381ed304d7bb06d92d36ad473437c0bf6c91"
        );
        assert_eq!(
            hex::encode(hash),
            "ea304dae4376487526ac6f9341504e680999f87c2d2f0b361c4a5791a044f6fa"
        );
    }
}
