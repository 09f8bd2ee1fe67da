//! Links that work once: the one that creates the first administrator, and those that set a password.

use base::{Message, Refused, Result, Timestamp, Uuid};
use store::{ColumnKind, Sql, TableDef, Tx};

use super::secret::SecretHash;
use super::{define, index, required};

/// Purpose of the link that creates the first administrator.
pub const FIRST_ADMINISTRATOR: &str = "first_administrator";

/// Kind of the jobs that mail such a link. No job holds the secret: it is made when the mail is.
pub const MAIL_JOB: &str = "mail.link";

/// Before the person in the purpose of the link that sets their password.
const PASSWORD: &str = "password:";

/// Purpose of the link that sets the password of a person, and lets them in where they had none.
#[must_use]
pub fn password_of(person: Uuid) -> String {
    format!("{PASSWORD}{person}")
}

/// Whose password a link sets, with their tenant; nothing where it is unknown, used or too old.
///
/// # Errors
/// A failure of the store.
pub fn whose(tx: &mut Tx<'_>, hash: &SecretHash, now: Timestamp) -> Result<Option<(Uuid, Uuid)>> {
    let sql =
        Sql::new("SELECT tenant, purpose FROM invitation WHERE token_hash = ? AND expires_at > ?");
    let Some(row) = tx.query_optional(&sql.bind(hash.as_slice()).bind(now.micros()))? else {
        return Ok(None);
    };
    let person = row.need_text(1)?.strip_prefix(PASSWORD);
    let person = person.and_then(|it| Uuid::try_parse(it).ok());
    let tenant = row.need_uuid(0)?;
    Ok(person.map(|it| (tenant, it)))
}

/// Ends the links of a person.
///
/// # Errors
/// A failure of the store.
pub fn end_of(tx: &mut Tx<'_>, person: Uuid) -> Result<()> {
    let sql = Sql::new("DELETE FROM invitation WHERE purpose = ?").bind(password_of(person));
    tx.execute(&sql)?;
    Ok(())
}

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
