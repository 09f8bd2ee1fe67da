//! Sessions of signed-in people. The browser holds the secret, the table its hash.

use base::{Result, Timestamp, Uuid};
use store::{ColumnKind, Row, Sql, StoreError, TableDef, Tx};

use super::secret::SecretHash;
use super::{define, index, required};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id, fit to be shown in the list of one's sessions.
    pub id: Uuid,
    /// The tenant.
    pub tenant: Uuid,
    /// Who is signed in.
    pub person: Uuid,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When the session was used last, to within some minutes.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub idle_until: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// From which address they signed in.
    pub address: String,
    /// What the browser called itself.
    pub agent: String,
}

impl Session {
    /// Whether the session can be used at that instant.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.expires_at
    }
}

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("token_hash", ColumnKind::Bytes),
        required("id", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        required("person", ColumnKind::Uuid),
        required("created_at", ColumnKind::Integer),
        required("last_seen_at", ColumnKind::Integer),
        required("idle_until", ColumnKind::Integer),
        required("expires_at", ColumnKind::Integer),
        required("address", ColumnKind::Text),
        required("agent", ColumnKind::Text),
    ];
    let indexes = vec![
        index("session_id", &["id"], true),
        index("session_person", &["person"], false),
        index("session_idle_until", &["idle_until"], false),
    ];
    define("session", &["token_hash"], columns, indexes)
}

/// Stores a new session.
///
/// # Errors
/// A failure of the store.
pub fn insert(tx: &mut Tx<'_>, hash: &SecretHash, session: &Session) -> Result<()> {
    let sql = Sql::new(
        "INSERT INTO session (token_hash, id, tenant, person, created_at, last_seen_at, idle_until, \
         expires_at, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let sql = sql
        .bind(hash.as_slice())
        .bind(session.id)
        .bind(session.tenant)
        .bind(session.person)
        .bind(session.created_at.micros())
        .bind(session.last_seen_at.micros())
        .bind(session.idle_until.micros())
        .bind(session.expires_at.micros())
        .bind(session.address.as_str())
        .bind(session.agent.as_str());
    tx.execute(&sql)?;
    Ok(())
}

/// The session of that secret, valid or not.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, hash: &SecretHash) -> Result<Option<Session>> {
    let sql = Sql::new(
        "SELECT id, tenant, person, created_at, last_seen_at, idle_until, expires_at, address, agent \
         FROM session WHERE token_hash = ?",
    );
    let row = tx.query_optional(&sql.bind(hash.as_slice()))?;
    Ok(row.as_ref().map(read).transpose()?)
}

/// Notes that the session is in use and moves the end of its idle time.
///
/// # Errors
/// A failure of the store.
pub fn touch(tx: &mut Tx<'_>, id: Uuid, now: Timestamp, idle_until: Timestamp) -> Result<()> {
    let sql = Sql::new("UPDATE session SET last_seen_at = ?, idle_until = ? WHERE id = ?");
    tx.execute(&sql.bind(now.micros()).bind(idle_until.micros()).bind(id))?;
    Ok(())
}

/// All valid sessions of a person, last used first.
///
/// # Errors
/// A failure of the store.
pub fn of_person(tx: &mut Tx<'_>, person: Uuid, now: Timestamp) -> Result<Vec<Session>> {
    let sql = Sql::new(
        "SELECT id, tenant, person, created_at, last_seen_at, idle_until, expires_at, address, agent \
         FROM session WHERE person = ? AND idle_until > ? AND expires_at > ? \
         ORDER BY last_seen_at DESC, id",
    );
    let rows = tx.query(&sql.bind(person).bind(now.micros()).bind(now.micros()))?;
    Ok(rows.iter().map(read).collect::<Result<_, StoreError>>()?)
}

/// Ends one session of a person. False where they have no such session.
///
/// # Errors
/// A failure of the store.
pub fn revoke(tx: &mut Tx<'_>, person: Uuid, id: Uuid) -> Result<bool> {
    let sql = Sql::new("DELETE FROM session WHERE person = ? AND id = ?");
    Ok(tx.execute(&sql.bind(person).bind(id))? > 0)
}

/// Ends the session of that secret, where there is one: its browser signs in anew.
///
/// # Errors
/// A failure of the store.
pub fn end(tx: &mut Tx<'_>, hash: &SecretHash) -> Result<()> {
    tx.execute(&Sql::new("DELETE FROM session WHERE token_hash = ?").bind(hash.as_slice()))?;
    Ok(())
}

/// Ends all sessions of a person, except the one that asks for it. Returns how many.
///
/// # Errors
/// A failure of the store.
pub fn revoke_others(tx: &mut Tx<'_>, person: Uuid, keep: Option<Uuid>) -> Result<u64> {
    let sql = Sql::new("DELETE FROM session WHERE person = ? AND id <> ?");
    Ok(tx.execute(&sql.bind(person).bind(keep.unwrap_or(Uuid::nil())))?)
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let sql = Sql::new("DELETE FROM session WHERE idle_until <= ? OR expires_at <= ?");
    Ok(tx.execute(&sql.bind(now.micros()).bind(now.micros()))?)
}

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        person: row.need_uuid(2)?,
        created_at: Timestamp::from_micros(row.need_integer(3)?),
        last_seen_at: Timestamp::from_micros(row.need_integer(4)?),
        idle_until: Timestamp::from_micros(row.need_integer(5)?),
        expires_at: Timestamp::from_micros(row.need_integer(6)?),
        address: row.need_text(7)?.to_owned(),
        agent: row.need_text(8)?.to_owned(),
    })
}
