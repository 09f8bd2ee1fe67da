//! Links that work once: the one that creates the first administrator, later those that invite people.

use base::{Message, Refused, Result, Timestamp, Uuid};
use store::{ColumnKind, Sql, TableDef, Tx};

use super::secret::SecretHash;
use super::{define, index, required};

/// Purpose of the link that creates the first administrator.
pub const FIRST_ADMINISTRATOR: &str = "first_administrator";

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("token_hash", ColumnKind::Bytes),
        required("tenant", ColumnKind::Uuid),
        required("purpose", ColumnKind::Text),
        required("created_at", ColumnKind::Integer),
        required("expires_at", ColumnKind::Integer),
    ];
    let indexes = vec![index("invitation_purpose", &["tenant", "purpose"], false)];
    define("invitation", &["token_hash"], columns, indexes)
}

/// Stores a link; earlier ones for the same purpose end.
///
/// # Errors
/// A failure of the store.
pub fn replace(
    tx: &mut Tx<'_>,
    hash: &SecretHash,
    (tenant, purpose): (Uuid, &str),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    let sql = Sql::new("DELETE FROM invitation WHERE tenant = ? AND purpose = ?");
    tx.execute(&sql.bind(tenant).bind(purpose))?;
    let sql = Sql::new(
        "INSERT INTO invitation (token_hash, tenant, purpose, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?)",
    );
    let sql = sql.bind(hash.as_slice()).bind(tenant).bind(purpose);
    tx.execute(&sql.bind(now.micros()).bind(expires_at.micros()))?;
    Ok(())
}

/// Whether the link can be used, and the tenant it belongs to.
///
/// # Errors
/// A failure of the store.
pub fn find(
    tx: &mut Tx<'_>,
    hash: &SecretHash,
    purpose: &str,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    let sql = Sql::new(
        "SELECT tenant FROM invitation WHERE token_hash = ? AND purpose = ? AND expires_at > ?",
    );
    let row = tx.query_optional(&sql.bind(hash.as_slice()).bind(purpose).bind(now.micros()))?;
    Ok(row.map(|it| it.need_uuid(0)).transpose()?)
}

/// Uses the link up and returns its tenant. Of two who come at once one is refused.
///
/// # Errors
/// [`Refused::NotFound`] where the link is unknown, used or too old.
pub fn redeem(tx: &mut Tx<'_>, hash: &SecretHash, purpose: &str, now: Timestamp) -> Result<Uuid> {
    let sql = Sql::new(
        "DELETE FROM invitation WHERE token_hash = ? AND purpose = ? AND expires_at > ? \
         RETURNING tenant",
    );
    let row = tx.query_optional(&sql.bind(hash.as_slice()).bind(purpose).bind(now.micros()))?;
    match row {
        Some(row) => Ok(row.need_uuid(0)?),
        None => Err(Refused::NotFound(Message::new("link-used-or-old")).into()),
    }
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new("DELETE FROM invitation WHERE expires_at <= ?");
    Ok(tx.execute(&sql.bind(now.micros()))?)
}
