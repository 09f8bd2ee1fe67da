//! Remembered answers: a request that is sent again with the same key is answered, not done, again.
//!
//! The answer is stored in the transaction of the change, so there is never one without the other.

use base::{MICROS_PER_DAY, Result, Timestamp, Uuid};
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::{define, index, required};

/// How long answers are kept.
const KEPT_MICROS: i64 = MICROS_PER_DAY;

/// A remembered answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// SHA-256 of the request that was answered.
    pub request_hash: Vec<u8>,
    /// The answer, in the words of the surface that gave it.
    pub answer: String,
}

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("person", ColumnKind::Uuid),
        required("key", ColumnKind::Text),
        required("request_hash", ColumnKind::Bytes),
        ColumnDef::new("answer", ColumnKind::Text),
        required("created_at", ColumnKind::Integer),
    ];
    let indexes = vec![index("idempotency_created_at", &["created_at"], false)];
    define("idempotency", &["person", "key"], columns, indexes)
}

/// The remembered answer of that person and key, or nothing and the key is claimed.
///
/// Another transaction that claimed the key and is not done is waited for (PostgreSQL) or already done
/// (SQLite), so that exactly one of two equal requests does the work.
///
/// # Errors
/// A failure of the store.
pub fn find_or_claim(
    tx: &mut Tx<'_>,
    (person, key): (Uuid, &str),
    request_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Remembered>> {
    let outdated =
        Sql::new("DELETE FROM idempotency WHERE person = ? AND key = ? AND created_at < ?");
    let oldest = now.plus_micros(-KEPT_MICROS).micros();
    let claim = Sql::new(
        "INSERT INTO idempotency (person, key, request_hash, created_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (person, key) DO NOTHING",
    );
    let claim = claim
        .bind(person)
        .bind(key)
        .bind(request_hash)
        .bind(now.micros());
    let found =
        Sql::new("SELECT request_hash, answer FROM idempotency WHERE person = ? AND key = ?");
    let results = tx.batch(&[
        outdated.bind(person).bind(key).bind(oldest),
        claim,
        found.bind(person).bind(key),
    ])?;
    let Some(row) = results.last().and_then(|it| it.rows.first()) else {
        return Ok(None);
    };
    // Only the claim of this very transaction is without an answer.
    if row.text(1)?.is_none() {
        return Ok(None);
    }
    read(row).map(Some)
}

fn read(row: &Row) -> Result<Remembered> {
    Ok(Remembered {
        request_hash: row.need_bytes(0)?.to_vec(),
        answer: row.need_text(1)?.to_owned(),
    })
}

/// The remembered answer of that person and key.
///
/// # Errors
/// A failure of the store.
pub fn find(
    tx: &mut Tx<'_>,
    (person, key): (Uuid, &str),
    now: Timestamp,
) -> Result<Option<Remembered>> {
    let sql = Sql::new(
        "SELECT request_hash, answer FROM idempotency WHERE person = ? AND key = ? AND created_at >= ? \
         AND answer IS NOT NULL",
    );
    let oldest = now.plus_micros(-KEPT_MICROS).micros();
    let row = tx.query_optional(&sql.bind(person).bind(key).bind(oldest))?;
    row.as_ref().map(read).transpose()
}

/// Remembers the answer to the claimed key.
///
/// # Errors
/// A failure of the store.
pub fn remember(tx: &mut Tx<'_>, (person, key): (Uuid, &str), answer: &str) -> Result<()> {
    let sql = Sql::new("UPDATE idempotency SET answer = ? WHERE person = ? AND key = ?");
    tx.execute(&sql.bind(answer).bind(person).bind(key))?;
    Ok(())
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new("DELETE FROM idempotency WHERE created_at < ?");
    Ok(tx.execute(&sql.bind(now.plus_micros(-KEPT_MICROS).micros()))?)
}
