//! PostgreSQL's errors, translated by meaning.
//!
//! Details that quote values stay behind: what users entered does not belong into logs.

use crate::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

/// Translates an error of a statement.
pub(super) fn store_error(error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(refusal) => from_server(refusal),
        None if is_lost(error) => StoreError::ConnectionLost(chain(error)),
        None => StoreError::Database {
            code: "driver".into(),
            message: chain(error),
        },
    }
}

/// Translates an error of a COMMIT. A lost answer leaves the outcome open.
pub(super) fn commit_error(error: &Error) -> StoreError {
    match store_error(error) {
        StoreError::ConnectionLost(_) => StoreError::InDoubt,
        other if error.as_db_error().is_some() => other,
        _ => StoreError::InDoubt,
    }
}

fn from_server(refusal: &DbError) -> StoreError {
    let constraint = || refusal.constraint().unwrap_or_default().to_owned();
    let message = || refusal.message().to_owned();
    match refusal.code() {
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
            StoreError::Conflict
        }
        &SqlState::UNIQUE_VIOLATION => StoreError::Unique {
            constraint: constraint(),
        },
        &SqlState::FOREIGN_KEY_VIOLATION => StoreError::ForeignKey {
            constraint: constraint(),
        },
        &SqlState::NOT_NULL_VIOLATION => StoreError::NotNull {
            column: refusal.column().unwrap_or_default().to_owned(),
        },
        &SqlState::CHECK_VIOLATION => StoreError::Check(constraint()),
        &SqlState::UNDEFINED_COLUMN | &SqlState::UNDEFINED_TABLE => {
            StoreError::StaleSchema(message())
        }
        &SqlState::FEATURE_NOT_SUPPORTED if refusal.message().contains("cached plan") => {
            StoreError::StaleSchema(message())
        }
        // A pooler or a DISCARD took the statement away; preparing it again helps.
        &SqlState::INVALID_SQL_STATEMENT_NAME => StoreError::StaleSchema(message()),
        &SqlState::QUERY_CANCELED => StoreError::TooSlow,
        &SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy("a lock is held for too long"),
        &SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        &SqlState::DISK_FULL => StoreError::DiskFull,
        &SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy("too many connections"),
        &SqlState::ADMIN_SHUTDOWN
        | &SqlState::CRASH_SHUTDOWN
        | &SqlState::CANNOT_CONNECT_NOW
        | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => StoreError::ConnectionLost(message()),
        code if code.code().starts_with("08") => StoreError::ConnectionLost(message()),
        // Class 22 messages quote the value.
        code if code.code().starts_with("22") => {
            StoreError::Check(format!("a value does not fit its column ({})", code.code()))
        }
        code => StoreError::Database {
            code: code.code().to_owned(),
            message: message(),
        },
    }
}

/// Whether the connection itself failed, as opposed to an argument that could not be encoded.
fn is_lost(error: &Error) -> bool {
    use std::error::Error as _;
    error.is_closed()
        || error
            .source()
            .is_some_and(|source| source.is::<std::io::Error>())
}

/// The driver's own words with their cause, which it does not print.
fn chain(error: &Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
