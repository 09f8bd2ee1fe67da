//! Personal access tokens: what programs show instead of a password. Shown once, stored as a hash.

use base::{Message, Refused, Result, Timestamp, Uuid};
use store::{ColumnDef, ColumnKind, Row, Sql, StoreError, TableDef, Tx};

use super::secret::SecretHash;
use super::{define, index, required};

/// How every token begins, so that scanners of leaked secrets know it.
pub const PREFIX: &str = "dw_";
/// Most scopes of one token.
pub const MAX_SCOPES: usize = 50;
/// Most tokens of one person.
pub const MAX_TOKENS: usize = 100;

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Id.
    pub id: Uuid,
    /// The tenant.
    pub tenant: Uuid,
    /// Whose token it is; it can do at most what they can.
    pub person: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// Its last four characters, to tell tokens apart.
    pub hint: String,
    /// What it may do at most: `*:read`, `incident:write`, `*:admin`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to within some minutes.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Whether the token can be used at that instant.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|it| now < it)
    }
}

/// Checks the scopes of a new token: `<type or *>:<read, write or admin>`.
///
/// # Errors
/// [`Refused::Invalid`] that names the scope that does not fit.
pub fn check_scopes(scopes: &[String], is_type: &dyn Fn(&str) -> bool) -> Result<(), Refused> {
    if scopes.is_empty() {
        return Err(Refused::field("scopes", Message::new("token-needs-scope")));
    }
    if scopes.len() > MAX_SCOPES {
        let message = Message::new("too-many-members").with("most", MAX_SCOPES);
        return Err(Refused::field("scopes", message));
    }
    for scope in scopes {
        let fits = scope.split_once(':').is_some_and(|(of, level)| {
            (of == "*" || is_type(of)) && matches!(level, "read" | "write" | "admin")
        });
        if !fits {
            let message = Message::new("token-unknown-scope").with("scope", scope);
            return Err(Refused::field("scopes", message));
        }
    }
    Ok(())
}

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("token_hash", ColumnKind::Bytes),
        required("id", ColumnKind::Uuid),
        required("tenant", ColumnKind::Uuid),
        required("person", ColumnKind::Uuid),
        required("name", ColumnKind::Text),
        required("hint", ColumnKind::Text),
        required("scopes", ColumnKind::Text),
        required("created_at", ColumnKind::Integer),
        ColumnDef::new("expires_at", ColumnKind::Integer),
        ColumnDef::new("last_used_at", ColumnKind::Integer),
        ColumnDef::new("revoked_at", ColumnKind::Integer),
    ];
    let indexes = vec![
        index("access_token_id", &["id"], true),
        index("access_token_person", &["person"], false),
    ];
    define("access_token", &["token_hash"], columns, indexes)
}

/// Stores a new token.
///
/// # Errors
/// [`Refused::Conflict`] where the person has too many, or a failure of the store.
pub fn insert(tx: &mut Tx<'_>, hash: &SecretHash, token: &Token) -> Result<()> {
    if of_person(tx, token.person)?.len() >= MAX_TOKENS {
        let message = Message::new("token-too-many").with("most", MAX_TOKENS);
        return Err(Refused::Conflict {
            message,
            current_version: None,
        }
        .into());
    }
    let sql = Sql::new(
        "INSERT INTO access_token (token_hash, id, tenant, person, name, hint, scopes, created_at, \
         expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let sql = sql
        .bind(hash.as_slice())
        .bind(token.id)
        .bind(token.tenant)
        .bind(token.person)
        .bind(token.name.as_str())
        .bind(token.hint.as_str())
        .bind(token.scopes.join(" "))
        .bind(token.created_at.micros())
        .bind(token.expires_at.map(Timestamp::micros));
    tx.execute(&sql)?;
    Ok(())
}

/// The token of that secret, valid or not.
///
/// # Errors
/// A failure of the store.
pub fn find(tx: &mut Tx<'_>, hash: &SecretHash) -> Result<Option<Token>> {
    let sql = Sql::new(
        "SELECT id, tenant, person, name, hint, scopes, created_at, expires_at, last_used_at, \
         revoked_at FROM access_token WHERE token_hash = ?",
    );
    let row = tx.query_optional(&sql.bind(hash.as_slice()))?;
    Ok(row.as_ref().map(read).transpose()?)
}

/// Tokens of a person that are not revoked, newest first.
///
/// # Errors
/// A failure of the store.
pub fn of_person(tx: &mut Tx<'_>, person: Uuid) -> Result<Vec<Token>> {
    let sql = Sql::new(
        "SELECT id, tenant, person, name, hint, scopes, created_at, expires_at, last_used_at, \
         revoked_at FROM access_token WHERE person = ? AND revoked_at IS NULL \
         ORDER BY created_at DESC, id",
    );
    let rows = tx.query(&sql.bind(person))?;
    Ok(rows.iter().map(read).collect::<Result<_, StoreError>>()?)
}

/// Notes that the token was used.
///
/// # Errors
/// A failure of the store.
pub fn touch(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<()> {
    let sql = Sql::new("UPDATE access_token SET last_used_at = ? WHERE id = ?");
    tx.execute(&sql.bind(now.micros()).bind(id))?;
    Ok(())
}

/// Revokes a token of a person. False where they have no such token.
///
/// # Errors
/// A failure of the store.
pub fn revoke(tx: &mut Tx<'_>, person: Uuid, id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "UPDATE access_token SET revoked_at = ? WHERE person = ? AND id = ? AND revoked_at IS NULL",
    );
    Ok(tx.execute(&sql.bind(now.micros()).bind(person).bind(id))? > 0)
}

/// Revokes all tokens of a person. Returns how many.
///
/// # Errors
/// A failure of the store.
pub fn revoke_all(tx: &mut Tx<'_>, person: Uuid, now: Timestamp) -> Result<u64> {
    let sql =
        Sql::new("UPDATE access_token SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL");
    Ok(tx.execute(&sql.bind(now.micros()).bind(person))?)
}

fn read(row: &Row) -> Result<Token, StoreError> {
    let instant = |at| row.integer(at).map(|it| it.map(Timestamp::from_micros));
    Ok(Token {
        id: row.need_uuid(0)?,
        tenant: row.need_uuid(1)?,
        person: row.need_uuid(2)?,
        name: row.need_text(3)?.to_owned(),
        hint: row.need_text(4)?.to_owned(),
        scopes: row
            .need_text(5)?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        created_at: Timestamp::from_micros(row.need_integer(6)?),
        expires_at: instant(7)?,
        last_used_at: instant(8)?,
        revoked_at: instant(9)?,
    })
}
