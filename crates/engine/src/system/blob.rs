//! Content of files: what is stored under which digest, and when it may go.
//!
//! A blob is announced before its bytes are stored and confirmed afterwards; a file refers to confirmed ones
//! only. What no file and no mail that came in refers to gets a tombstone, and is claimed a day later.

use std::collections::HashSet;

use base::{MICROS_PER_DAY, Message, Refused, Result, Timestamp, Uuid};
use store::{ColumnDef, ColumnKind, Row, Sql, TableDef, Tx};

use super::attachment::{BlobRef, PART};
use super::{define, required};

/// A blob that nothing refers to stays that long after it was last linked.
const UNLINKED_MICROS: i64 = 7 * MICROS_PER_DAY;
/// Between the tombstone and the end.
const CONDEMNED_MICROS: i64 = MICROS_PER_DAY;

pub(super) fn table() -> TableDef {
    let blob = vec![
        required("tenant", ColumnKind::Uuid),
        required("sha256", ColumnKind::Text),
        required("bytes", ColumnKind::Integer),
        required("last_linked_at", ColumnKind::Integer),
        ColumnDef::new("stored_at", ColumnKind::Integer),
        ColumnDef::new("condemned_at", ColumnKind::Integer),
        ColumnDef::new("dying_at", ColumnKind::Integer),
    ];
    define("blob", &["tenant", "sha256"], blob, Vec::new())
}

/// Notes that a blob is about to be stored; takes its tombstone away. Nothing refers to it before [`confirm`].
///
/// # Errors
/// Busy where the blob is being deleted at this moment.
pub fn register(tx: &mut Tx<'_>, tenant: Uuid, blob: &BlobRef, now: Timestamp) -> Result<()> {
    let put = Sql::new(
        "INSERT INTO blob (tenant, sha256, bytes, last_linked_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (tenant, sha256) DO UPDATE SET last_linked_at = excluded.last_linked_at, condemned_at = NULL \
         WHERE blob.dying_at IS NULL",
    );
    let put = put.bind(tenant).bind(blob.sha256.as_str()).bind(blob.bytes);
    if tx.execute(&put.bind(now.micros()))? == 0 {
        return Err(Refused::Busy(Message::new("busy-try-again")).into());
    }
    Ok(())
}

/// Notes that the content of a registered blob is stored, so that files may refer to it.
///
/// # Errors
/// A failure of the store.
pub fn confirm(tx: &mut Tx<'_>, tenant: Uuid, sha256: &str, now: Timestamp) -> Result<()> {
    let sql = Sql::new(
        "UPDATE blob SET stored_at = ? WHERE tenant = ? AND sha256 = ? AND stored_at IS NULL",
    );
    tx.execute(&sql.bind(now.micros()).bind(tenant).bind(sha256))?;
    Ok(())
}

/// Which of these blobs are stored.
///
/// # Errors
/// A failure of the store.
pub fn stored(tx: &mut Tx<'_>, tenant: Uuid, digests: &[&str]) -> Result<HashSet<String>> {
    let mut stored = HashSet::new();
    for part in digests.chunks(PART) {
        let mut sql = Sql::new(
            "SELECT sha256 FROM blob WHERE stored_at IS NOT NULL AND dying_at IS NULL AND tenant = ",
        );
        sql.arg(tenant).push(" AND sha256 IN (");
        sql.arg_list(part.iter().copied()).push(")");
        for row in tx.query(&sql)? {
            stored.insert(row.need_text(0)?.to_owned());
        }
    }
    Ok(stored)
}

/// Puts a tombstone on blobs that nothing refers to and nobody linked for a week.
///
/// # Errors
/// A failure of the store.
pub fn condemn(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new(
        "UPDATE blob SET condemned_at = ? WHERE condemned_at IS NULL AND last_linked_at < ? AND NOT EXISTS \
         (SELECT 1 FROM attachment AS a WHERE a.tenant = blob.tenant AND a.sha256 = blob.sha256) AND NOT EXISTS \
         (SELECT 1 FROM incoming_mail AS m WHERE m.tenant = blob.tenant AND m.sha256 = blob.sha256 \
         AND m.state <> 'discarded') AND NOT EXISTS \
         (SELECT 1 FROM import_run AS i WHERE i.tenant = blob.tenant AND i.sha256 = blob.sha256)",
    );
    let before = now.plus_micros(-UNLINKED_MICROS).micros();
    Ok(tx.execute(&sql.bind(now.micros()).bind(before))?)
}

/// Blobs whose tombstone stood for a day and that still nothing refers to. From now on an upload of the same
/// content has to wait until [`forget`].
///
/// # Errors
/// A failure of the store.
pub fn dying(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(Uuid, String)>> {
    let sql = Sql::new(
        "UPDATE blob SET dying_at = ? WHERE dying_at IS NULL AND condemned_at < ? AND NOT EXISTS \
         (SELECT 1 FROM attachment AS a WHERE a.tenant = blob.tenant AND a.sha256 = blob.sha256) AND NOT EXISTS \
         (SELECT 1 FROM incoming_mail AS m WHERE m.tenant = blob.tenant AND m.sha256 = blob.sha256 \
         AND m.state <> 'discarded') AND NOT EXISTS \
         (SELECT 1 FROM import_run AS i WHERE i.tenant = blob.tenant AND i.sha256 = blob.sha256)",
    );
    let before = now.plus_micros(-CONDEMNED_MICROS).micros();
    tx.execute(&sql.bind(now.micros()).bind(before))?;
    let all = Sql::new(
        "SELECT tenant, sha256 FROM blob WHERE dying_at IS NOT NULL ORDER BY tenant, sha256",
    );
    tx.query(&all)?.iter().map(named).collect()
}

/// Whether a blob is still to go. Asked just before its content is deleted: another process may have deleted it
/// meanwhile, and somebody may have stored the same content again.
///
/// # Errors
/// A failure of the store.
pub fn is_dying(tx: &mut Tx<'_>, tenant: Uuid, sha256: &str, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE blob SET dying_at = ? WHERE tenant = ? AND sha256 = ? AND dying_at IS NOT NULL",
    );
    let sql = sql.bind(now.micros()).bind(tenant).bind(sha256);
    Ok(tx.execute(&sql)? == 1)
}

/// Takes the row of a blob away whose content is gone.
///
/// # Errors
/// A failure of the store.
pub fn forget(tx: &mut Tx<'_>, tenant: Uuid, sha256: &str) -> Result<()> {
    let sql = Sql::new("DELETE FROM blob WHERE tenant = ? AND sha256 = ? AND dying_at IS NOT NULL");
    tx.execute(&sql.bind(tenant).bind(sha256))?;
    Ok(())
}

fn named(row: &Row) -> Result<(Uuid, String)> {
    Ok((row.need_uuid(0)?, row.need_text(1)?.to_owned()))
}
