//! History: one row per changed record per change, chained by hash. Rows are only ever added.
//!
//! The canonical bytes are fixed by docs/decisions (history format 1) and its test vectors; a new
//! format gets a new number, old rows keep theirs.

mod entry;
pub(crate) mod mark;
pub mod seal;
pub mod stored;

use std::collections::BTreeMap;

use base::{Error, Result, Timestamp, Uuid};
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use store::Sql;

pub(crate) use entry::trace_to_text;
pub use entry::{HistoryEntry, of_record, of_records};

/// Format of rows written now.
pub const FORMAT: u8 = 1;
/// What the first row of a record names as its predecessor.
pub const GENESIS: [u8; 32] = [0; 32];
/// Bytes of random salt that hide a value behind its digest.
pub const SALT_BYTES: usize = 16;

/// Kind of the job that verifies, and of which no tenant has two at a time.
pub const VERIFICATION: &str = "history.verify";

/// Digest of a comment's text, which itself is kept once, in the journal.
#[must_use]
pub fn comment_digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// A change of one field: JSON before and after, stored as `[before, after]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "(Json, Json)")]
pub struct FieldDiff {
    /// Value before, as [`dictionary::Value::to_json`] writes it.
    pub before: Json,
    /// Value after.
    pub after: Json,
}

impl From<(Json, Json)> for FieldDiff {
    fn from((before, after): (Json, Json)) -> Self {
        Self { before, after }
    }
}

impl From<FieldDiff> for (Json, Json) {
    fn from(diff: FieldDiff) -> Self {
        (diff.before, diff.after)
    }
}

impl FieldDiff {
    /// SHA-256 of salt, before and after, each JSON with its length in front.
    #[must_use]
    pub fn digest(&self, salt: [u8; SALT_BYTES]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(salt);
        put(&mut hash, self.before.to_string().as_bytes());
        put(&mut hash, self.after.to_string().as_bytes());
        hash.finalize().into()
    }
}

/// The salt of one field: the first bytes of SHA-256 over the row's salt and the field's name. It gives away
/// neither the row's salt nor that of another field.
#[must_use]
pub fn field_salt(salt: &[u8], field: &str) -> [u8; SALT_BYTES] {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(field.as_bytes());
    let mut own = [0; SALT_BYTES];
    own.copy_from_slice(&hash.finalize()[..SALT_BYTES]);
    own
}

/// The digests of changed fields by name.
#[must_use]
pub fn digests(salt: &[u8], fields: &BTreeMap<String, FieldDiff>) -> BTreeMap<String, [u8; 32]> {
    let digest =
        |(name, diff): (&String, &FieldDiff)| (name.clone(), diff.digest(field_salt(salt, name)));
    fields.iter().map(digest).collect()
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
    /// From which the salts of its fields are derived.
    pub salt: [u8; SALT_BYTES],
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
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn statements(&self, previous: &[u8]) -> Result<(Vec<Sql>, [u8; 32])> {
        let hash = self.hash(previous, &digests(&self.salt, &self.fields));
        let values = serde_json::to_string(&self.fields)
            .map_err(|error| Error::failed("a change cannot be written as JSON", error))?;
        let row = Sql::new(
            "INSERT INTO history (tenant, record, record_type, version, change_id, unit_id, cause, actor, on_behalf_of, \
             surface, action, mode, reason, recorded_at, effective_at, rule_trace, format, previous, hash) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        .bind(i64::from(FORMAT))
        .bind(previous.to_vec())
        .bind(hash.to_vec());
        let value = Sql::new(
            "INSERT INTO history_value (seq, salt, fields) \
             SELECT seq, ?, ? FROM history WHERE change_id = ?",
        )
        .bind(self.salt.to_vec())
        .bind(values)
        .bind(self.change_id);
        Ok((vec![row, value], hash))
    }
}

/// Length in four bytes, then the bytes: no two different inputs give the same stream.
fn put(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The vectors of docs/decisions: they must never change for format 1.
    #[test]
    fn format_1_has_fixed_bytes() {
        let diff = FieldDiff {
            before: Json::Null,
            after: json!("VPN is down"),
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
            salt: [9; SALT_BYTES],
            fields: BTreeMap::from([("title".to_owned(), diff.clone())]),
        };
        let digest = diff.digest([7; SALT_BYTES]);
        let hash = row.hash(&GENESIS, &BTreeMap::from([("title".to_owned(), digest)]));
        assert_eq!(
            hex::encode(digest),
            "121bc9c13a7991ebd5ee36194dfd381ed304d7bb06d92d36ad473437c0bf6c91"
        );
        assert_eq!(
            hex::encode(hash),
            "ea304dae4376487526ac6f9341504e680999f87c2d2f0b361c4a5791a044f6fa"
        );
        assert_eq!(
            hex::encode(field_salt(&row.salt, "title")),
            "ee1892d39dbbacd3aeb1cb8a8637e456"
        );
    }
}
