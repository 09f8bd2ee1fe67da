//! Ordinary tables that are no records: who may sign in, sessions, tokens, links that work once,
//! remembered answers, what happened and what imports remember, work for later, and the brake on guessing passwords.
//!
//! Nothing here goes through the door or is shown as a record. Secrets are never stored, only their
//! SHA-256; passwords arrive already hashed. No function here asks for permission: callers do.

pub mod account;
pub mod actor;
pub mod address;
pub mod attachment;
pub mod blob;
pub mod branding;
pub mod bulk;
pub mod credential;
pub mod definition;
mod deleted;
pub mod effects;
pub mod external;
pub(crate) mod grids;
pub mod idempotency;
pub mod import_run;
pub mod invitation;
pub mod job;
mod linked;
pub mod mail;
pub(crate) mod mark;
pub mod outbox;
pub(crate) mod rekey;
pub mod secret;
pub mod session;
pub(crate) mod setting_change;
pub(crate) mod state_flags;
pub mod tenant;
pub mod throttle;
pub mod token;
pub mod upload;
pub mod user;

use base::{Result, Timestamp};
use store::{ColumnDef, ColumnKind, IndexColumn, IndexDef, Sql, TableDef, Tx};

/// Tables of this module, for the schema.
#[must_use]
pub fn tables() -> Vec<TableDef> {
    let mut all = vec![
        address::table(),
        attachment::table(),
        blob::table(),
        tenant::table(),
        credential::table(),
        session::table(),
        token::table(),
        invitation::table(),
        mail::table(),
        mark::table(),
        idempotency::table(),
        import_run::table(),
        throttle::table(),
        upload::table(),
    ];
    all.extend(bulk::tables());
    all
}

/// Removes what nobody can use any more: ended sessions, used links, remembered answers.
///
/// # Errors
/// A failure of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    Ok(session::sweep(tx, now)?
        + invitation::sweep(tx, now)?
        + mark::sweep(tx, now)?
        + idempotency::sweep(tx, now)?
        + throttle::sweep(tx, now)?
        + import_run::sweep(tx, now)?
        + upload::sweep(tx, now)?
        + bulk::sweep(tx, now)?)
}

/// Asks the database for a sign of life.
///
/// # Errors
/// A failure of the store.
pub fn ping(tx: &mut Tx<'_>) -> Result<()> {
    tx.query(&Sql::new("SELECT 1"))?;
    Ok(())
}

/// Figures for monitoring: jobs by state, and what waits in the outbox.
///
/// # Errors
/// A failure of the store.
pub fn figures(tx: &mut Tx<'_>) -> Result<Vec<(&'static str, u64)>> {
    let count = |tx: &mut Tx<'_>, sql: Sql| -> Result<u64> {
        Ok(u64::try_from(tx.query_one(&sql)?.need_integer(0)?).unwrap_or_default())
    };
    let jobs = |state: &str| Sql::new("SELECT COUNT(*) FROM job WHERE state = ?").bind(state);
    Ok(vec![
        ("deskwright_jobs_waiting", count(tx, jobs("waiting"))?),
        ("deskwright_jobs_running", count(tx, jobs("running"))?),
        ("deskwright_jobs_dead", count(tx, jobs("dead"))?),
        (
            "deskwright_outbox_rows",
            count(tx, Sql::new("SELECT COUNT(*) FROM outbox"))?,
        ),
    ])
}

fn required(name: &str, kind: ColumnKind) -> ColumnDef {
    ColumnDef::new(name, kind).required()
}

fn define(name: &str, key: &[&str], columns: Vec<ColumnDef>, indexes: Vec<IndexDef>) -> TableDef {
    let primary_key = key.iter().map(|it| (*it).to_owned()).collect();
    TableDef {
        columns,
        primary_key,
        indexes,
        ..TableDef::new(name)
    }
}

fn index(name: &str, columns: &[&str], unique: bool) -> IndexDef {
    let columns = columns
        .iter()
        .map(|it| IndexColumn::Ascending((*it).to_owned()))
        .collect();
    IndexDef {
        name: name.to_owned(),
        columns,
        unique,
        conditions: Vec::new(),
    }
}
