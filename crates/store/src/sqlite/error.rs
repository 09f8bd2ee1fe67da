//! SQLite's error codes, translated by meaning.
//!
//! Values that a user entered never end up in a message.

use crate::StoreError;
use rusqlite::{Connection, ErrorCode, ffi};

/// Translates an error that has nothing to do with a constraint.
pub(crate) fn store_error(error: rusqlite::Error) -> StoreError {
    let (code, message) = match &error {
        rusqlite::Error::SqliteFailure(failure, message) => (*failure, message.clone()),
        rusqlite::Error::SqlInputError { error, msg, .. } => (*error, Some(msg.clone())),
        other => {
            let message = other.to_string();
            return StoreError::Database {
                code: "rusqlite".into(),
                message,
            };
        }
    };
    let message = message.unwrap_or_else(|| error.to_string());
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            StoreError::Busy("another process holds the database")
        }
        ErrorCode::OperationInterrupted => StoreError::TooSlow,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::SchemaChanged => StoreError::StaleSchema(message),
        _ if message.starts_with("no such column") || message.starts_with("no such table") => {
            StoreError::StaleSchema(message)
        }
        _ => StoreError::Database {
            code: code.extended_code.to_string(),
            message,
        },
    }
}

/// Translates an error of a statement, naming the constraint as PostgreSQL would.
pub(crate) fn constraint_error(connection: &Connection, error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = &error else {
        return store_error(error);
    };
    let detail = message
        .split_once("failed: ")
        .map_or("", |(_, detail)| detail);
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => StoreError::Unique {
            constraint: unique_constraint(connection, detail),
        },
        ffi::SQLITE_CONSTRAINT_ROWID => StoreError::Unique {
            constraint: primary_key_of(detail),
        },
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::ForeignKey {
            constraint: String::new(),
        },
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let column = detail.rsplit('.').next().unwrap_or(detail);
            StoreError::NotNull {
                column: column.to_owned(),
            }
        }
        ffi::SQLITE_CONSTRAINT_CHECK => StoreError::Check(detail.to_owned()),
        // The message of a strict column's refusal names the column's type, not the value.
        ffi::SQLITE_CONSTRAINT_DATATYPE => StoreError::Check(message.clone()),
        _ => store_error(error),
    }
}

/// Finds the unique index behind `table.a, table.b`, since SQLite names columns only.
fn unique_constraint(connection: &Connection, detail: &str) -> String {
    if let Some(name) = detail.strip_prefix("index '") {
        return name.trim_end_matches('\'').to_owned();
    }
    let table = table_of(detail);
    let columns: Vec<&str> = detail
        .split(", ")
        .map(|column| column.rsplit('.').next().unwrap_or(column))
        .collect();
    let found = connection
        .prepare_cached(
            "SELECT l.name, l.origin FROM pragma_index_list(?1) AS l WHERE l.\"unique\" = 1 AND \
             (SELECT group_concat(i.name) FROM pragma_index_info(l.name) AS i) = ?2 \
             ORDER BY l.name LIMIT 1",
        )
        .and_then(|mut statement| {
            statement.query_row((table, columns.join(",")), |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
        });
    match found {
        Ok((name, origin)) if origin == "c" => name,
        _ => primary_key_of(detail),
    }
}

fn primary_key_of(detail: &str) -> String {
    format!("{}_pkey", table_of(detail))
}

fn table_of(detail: &str) -> &str {
    detail.split('.').next().unwrap_or(detail)
}
