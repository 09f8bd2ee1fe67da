//! Files that were sent ahead: stored, and of no record until the words come with which they belong.
//!
//! Only who sent them may use them, once, within a day. Their content is kept as that of any file which nothing
//! refers to, so it outlives them.

use base::{MICROS_PER_DAY, Message, Refused, Result, Timestamp, Uuid};
use store::{ColumnKind, Row, Sql, TableDef, Tx};

use super::attachment::{BlobRef, LIMITS, Limits};
use super::{define, index, required};

/// How long they wait, in microseconds.
pub const WAITS_MICROS: i64 = MICROS_PER_DAY;

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("id", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        required("person", ColumnKind::Uuid),
        required("name", ColumnKind::Text),
        required("media_type", ColumnKind::Text),
        required("bytes", ColumnKind::Integer),
        required("sha256", ColumnKind::Text),
        required("created_at", ColumnKind::Integer),
    ];
    let indexes = vec![
        index("upload_created_at", &["created_at"], false),
        index("upload_person", &["tenant", "person"], false),
    ];
    define("upload", &["id"], columns, indexes)
}

/// Refuses more files where as many wait already as may. Asked again when they are kept.
///
/// # Errors
/// A conflict where they are too many, or too large together.
pub fn check_room(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    more: &[BlobRef],
    (limits, now): (&Limits, Timestamp),
) -> Result<()> {
    let since = now.plus_micros(-WAITS_MICROS).micros();
    let sql = Sql::new(
        "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM upload \
         WHERE tenant = ? AND person = ? AND created_at > ?",
    );
    let row = tx.query_one(&sql.bind(tenant).bind(person).bind(since))?;
    let (count, bytes) = (row.need_integer(0)?, row.need_integer(1)?);
    let all = usize::try_from(count).unwrap_or(usize::MAX);
    let all = all.saturating_add(more.len().max(1));
    let bytes = more
        .iter()
        .fold(bytes, |sum, it| sum.saturating_add(it.bytes));
    if all <= limits.waiting && bytes <= limits.waiting_bytes {
        return Ok(());
    }
    let message = Message::new("upload-too-many-waiting")
        .with("count", count)
        .with("most", limits.waiting)
        .with("megabytes", limits.waiting_bytes / (1024 * 1024))
        .with("setting", LIMITS);
    Err(Refused::Conflict {
        message,
        current_version: None,
    }
    .into())
}

/// Keeps files for whoever sent them.
///
/// # Errors
/// As [`check_room`].
pub fn keep(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    files: &[BlobRef],
    (limits, now): (&Limits, Timestamp),
) -> Result<()> {
    check_room(tx, (tenant, person), files, (limits, now))?;
    for file in files {
        let sql = Sql::new(
            "INSERT INTO upload (id, tenant, person, name, media_type, bytes, sha256, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        );
        let sql = sql.bind(file.id).bind(tenant).bind(person);
        let sql = sql.bind(file.name.as_str()).bind(file.media_type.as_str());
        let sql = sql.bind(file.bytes).bind(file.sha256.as_str());
        tx.execute(&sql.bind(now.micros()))?;
    }
    Ok(())
}

/// Looks at a file without using it.
///
/// # Errors
/// As [`claim`].
pub fn look(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    id: Uuid,
    now: Timestamp,
) -> Result<BlobRef> {
    let since = now.plus_micros(-WAITS_MICROS).micros();
    let sql = Sql::new(
        "SELECT name, media_type, bytes, sha256 FROM upload \
         WHERE id = ? AND tenant = ? AND person = ? AND created_at > ?",
    );
    let sql = sql.bind(id).bind(tenant).bind(person).bind(since);
    let row = tx.query_optional(&sql)?.ok_or_else(|| unknown(id))?;
    blob_of(id, &row)
}

fn unknown(id: Uuid) -> Refused {
    let message = Message::new("upload-unknown").with("id", id);
    Refused::field("attachments", message)
}

fn blob_of(id: Uuid, row: &Row) -> Result<BlobRef> {
    Ok(BlobRef {
        id,
        name: row.need_text(0)?.to_owned(),
        media_type: row.need_text(1)?.to_owned(),
        bytes: row.need_integer(2)?,
        sha256: row.need_text(3)?.to_owned(),
    })
}

/// Hands files over, in that order; they are gone from here.
///
/// # Errors
/// Where one of them is not there, was used already, or is somebody else's: these are told alike.
pub fn claim(
    tx: &mut Tx<'_>,
    (tenant, person): (Uuid, Uuid),
    ids: &[Uuid],
    now: Timestamp,
) -> Result<Vec<BlobRef>> {
    let since = now.plus_micros(-WAITS_MICROS).micros();
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let sql = Sql::new(
            "DELETE FROM upload WHERE id = ? AND tenant = ? AND person = ? AND created_at > ? \
             RETURNING name, media_type, bytes, sha256",
        );
        let sql = sql.bind(*id).bind(tenant).bind(person).bind(since);
        let row = tx.query_optional(&sql)?.ok_or_else(|| unknown(*id))?;
        files.push(blob_of(*id, &row)?);
    }
    Ok(files)
}

/// Forgets files whose words never came.
pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let before = now.plus_micros(-WAITS_MICROS).micros();
    let sql = Sql::new("DELETE FROM upload WHERE created_at <= ?");
    Ok(tx.execute(&sql.bind(before))?)
}
