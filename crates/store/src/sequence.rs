//! Record numbers: unique and never repeated, with gaps.
//!
//! PostgreSQL has a sequence per name, since a counter row would be a global lock there; SQLite has a
//! counter row, since its writer is alone anyway.

use crate::sql::is_identifier;
use crate::{Dialect, Sql, StoreError, Tx};

/// The counters of SQLite, created when the file is opened.
pub(crate) const SQLITE_TABLE: &str = "CREATE TABLE IF NOT EXISTS number_sequence (\
     name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID";

impl Tx<'_> {
    /// Creates a sequence of numbers if it does not exist. Call it when a type is created or at
    /// start, not in every transaction.
    pub fn ensure_sequence(&mut self, name: &str) -> Result<(), StoreError> {
        let sequence = sequence_name(name)?;
        let mut sql;
        match self.dialect() {
            Dialect::Sqlite => {
                sql = Sql::new("INSERT INTO number_sequence (name, value) VALUES (");
                sql.arg(name).push(", 0) ON CONFLICT (name) DO NOTHING");
            }
            Dialect::Postgres => {
                sql = Sql::new("CREATE SEQUENCE IF NOT EXISTS ");
                sql.identifier(&sequence);
            }
        }
        self.execute(&sql).map(|_| ())
    }

    /// The next number of a sequence. A rolled-back transaction may leave a gap.
    pub fn next_number(&mut self, name: &str) -> Result<i64, StoreError> {
        let statement = self.next_number_statement(name)?;
        self.query_one(&statement)?.need_integer(0)
    }

    /// The statement behind [`Tx::next_number`], to be sent in a batch.
    pub fn next_number_statement(&self, name: &str) -> Result<Sql, StoreError> {
        let sequence = sequence_name(name)?;
        Ok(match self.dialect() {
            Dialect::Sqlite => Sql::new(
                "INSERT INTO number_sequence (name, value) VALUES (?, 1) \
                 ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            )
            .bind(name),
            Dialect::Postgres => {
                Sql::new("SELECT nextval(CAST(?/*text*/ AS regclass))").bind(sequence)
            }
        })
    }

    /// Makes sure that later numbers are above `at_least`, for imports that bring numbers.
    ///
    /// On PostgreSQL a `next_number` at the very same instant may be given a number that is raised
    /// over; the unique index on numbers must be the last word, as always.
    pub fn raise_number(&mut self, name: &str, at_least: i64) -> Result<(), StoreError> {
        let sequence = sequence_name(name)?;
        if self.dialect() == Dialect::Sqlite {
            let sql = Sql::new(
                "INSERT INTO number_sequence (name, value) VALUES (?, ?) ON CONFLICT (name) \
                 DO UPDATE SET value = excluded.value WHERE excluded.value > value",
            );
            return self.execute(&sql.bind(name).bind(at_least)).map(|_| ());
        }
        let mut behind = Sql::new("SELECT 1 FROM ");
        behind.identifier(&sequence).push(" WHERE last_value < ");
        behind.arg(at_least).push(" OR NOT is_called");
        if self.query_optional(&behind)?.is_none() {
            return Ok(());
        }
        // Two raisers could otherwise set the sequence back one after the other.
        let lock = Sql::new("SELECT pg_advisory_xact_lock(hashtext(?/*text*/))").bind(&sequence);
        let mut raise = Sql::new("SELECT setval(CAST(");
        raise
            .typed_arg(crate::ColumnKind::Text, &sequence)
            .push(" AS regclass), ");
        raise
            .arg(at_least)
            .push(") FROM ")
            .identifier(&sequence)
            .push(" WHERE last_value < ");
        raise.arg(at_least).push(" OR NOT is_called");
        self.batch(&[lock, raise]).map(|_| ())
    }
}

fn sequence_name(name: &str) -> Result<String, StoreError> {
    let sequence = format!("number_{name}");
    if is_identifier(&sequence) {
        Ok(sequence)
    } else {
        Err(StoreError::Identifier(name.into()))
    }
}
