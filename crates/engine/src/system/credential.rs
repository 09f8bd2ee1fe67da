//! Logins and password hashes. A person without a row here cannot sign in.

use base::{Message, Refused, Result, Timestamp, Uuid, text_key};
use store::{ColumnDef, ColumnKind, Row, Sql, StoreError, TableDef, Tx};

use super::{define, index, required};

/// How a person signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The person.
    pub person: Uuid,
    /// The tenant.
    pub tenant: Uuid,
    /// What they type, compared by its key; unique in the installation.
    pub login: String,
    /// The argon2id hash in PHC form; none where only other ways to sign in are open.
    pub password_hash: Option<String>,
    /// When an administrator closed the account.
    pub disabled_at: Option<Timestamp>,
}

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("person", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        required("login", ColumnKind::Text),
        required("login__key", ColumnKind::Text),
        ColumnDef::new("password_hash", ColumnKind::Text),
        required("changed_at", ColumnKind::Integer),
        ColumnDef::new("disabled_at", ColumnKind::Integer),
    ];
    let indexes = vec![index("credential_login", &["login__key"], true)];
    define("credential", &["person"], columns, indexes)
}

/// Stores a new credential.
///
/// # Errors
/// [`Refused::Invalid`] where the login is taken, or a failure of the store.
pub fn insert(tx: &mut Tx<'_>, credential: &Credential, now: Timestamp) -> Result<()> {
    if find(tx, &credential.login)?.is_some() {
        let message = Message::new("login-taken").with("login", &credential.login);
        return Err(Refused::field("login", message).into());
    }
    let sql = Sql::new(
        "INSERT INTO credential (person, tenant, login, login__key, password_hash, changed_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    );
    let sql = sql
        .bind(credential.person)
        .bind(credential.tenant)
        .bind(credential.login.as_str())
        .bind(text_key(&credential.login))
        .bind(credential.password_hash.as_deref())
        .bind(now.micros());
    tx.execute(&sql)?;
    Ok(())
}

/// The credential with that login, in any case.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, login: &str) -> Result<Option<Credential>> {
    let sql = Sql::new(
        "SELECT person, tenant, login, password_hash, disabled_at FROM credential \
         WHERE login__key = ?",
    );
    let row = tx.query_optional(&sql.bind(text_key(login)))?;
    Ok(row.as_ref().map(read).transpose()?)
}

/// The credential of a person.
///
/// # Errors
/// A failure of the store.
pub fn of_person(tx: &mut Tx<'_>, person: Uuid) -> Result<Option<Credential>> {
    let sql = Sql::new(
        "SELECT person, tenant, login, password_hash, disabled_at FROM credential WHERE person = ?",
    );
    let row = tx.query_optional(&sql.bind(person))?;
    Ok(row.as_ref().map(read).transpose()?)
}

/// All credentials of a tenant by login.
///
/// # Errors
/// A failure of the store.
pub fn all(tx: &mut Tx<'_>, tenant: Uuid) -> Result<Vec<Credential>> {
    let sql = Sql::new(
        "SELECT person, tenant, login, password_hash, disabled_at FROM credential \
         WHERE tenant = ? ORDER BY login__key",
    );
    let rows = tx.query(&sql.bind(tenant))?;
    Ok(rows.iter().map(read).collect::<Result<_, StoreError>>()?)
}

/// Whether anybody of the tenant can sign in.
///
/// # Errors
/// A failure of the store.
pub fn any(tx: &mut Tx<'_>, tenant: Uuid) -> Result<bool> {
    let sql = Sql::new("SELECT 1 FROM credential WHERE tenant = ? AND disabled_at IS NULL LIMIT 1");
    Ok(tx.query_optional(&sql.bind(tenant))?.is_some())
}

/// Sets another password hash.
///
/// # Errors
/// A failure of the store.
pub fn set_password(tx: &mut Tx<'_>, person: Uuid, hash: &str, now: Timestamp) -> Result<()> {
    let sql = Sql::new("UPDATE credential SET password_hash = ?, changed_at = ? WHERE person = ?");
    tx.execute(&sql.bind(hash).bind(now.micros()).bind(person))?;
    Ok(())
}

/// Closes an account, or opens it again with `None`.
///
/// # Errors
/// A failure of the store.
pub fn set_disabled(tx: &mut Tx<'_>, person: Uuid, at: Option<Timestamp>) -> Result<()> {
    let sql = Sql::new("UPDATE credential SET disabled_at = ? WHERE person = ?");
    tx.execute(&sql.bind(at.map(Timestamp::micros)).bind(person))?;
    Ok(())
}

fn read(row: &Row) -> Result<Credential, StoreError> {
    Ok(Credential {
        person: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        login: row.need_text(2)?.to_owned(),
        password_hash: row.text(3)?.map(str::to_owned),
        disabled_at: row.integer(4)?.map(Timestamp::from_micros),
    })
}
