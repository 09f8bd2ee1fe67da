//! Numbered, irreversible steps of the schema.
//!
//! Additive differences belong to [`crate::TableDef`]; a migration is for everything else. A
//! migration that has been released must never be edited.

use crate::{Dialect, Sql, Store, StoreError, Tx};

/// One step. The text is neutral; `{uuid}`, `{integer}`, `{text}`, `{bytes}` become column types,
/// `{identity}` a primary key that numbers itself, `{strict}` ends a CREATE TABLE.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Position in the list, from 1, without gaps.
    pub number: u32,
    /// A short name for people.
    pub name: &'static str,
    /// Statements for both databases, separated by semicolons.
    pub statements: &'static str,
    /// Statements for SQLite alone, run after those for both.
    pub sqlite: &'static str,
    /// Statements for PostgreSQL alone, run after those for both.
    pub postgres: &'static str,
}

impl Migration {
    /// A step with the same statements on both databases.
    #[must_use]
    pub const fn new(number: u32, name: &'static str, statements: &'static str) -> Self {
        Self {
            number,
            name,
            statements,
            sqlite: "",
            postgres: "",
        }
    }

    /// Adds statements that each database needs in its own words.
    #[must_use]
    pub const fn with_native(mut self, sqlite: &'static str, postgres: &'static str) -> Self {
        self.sqlite = sqlite;
        self.postgres = postgres;
        self
    }
}

impl Store {
    /// Brings the database to the last of these migrations and returns those it ran. Refuses a
    /// database that a newer program has migrated further. Blocks; for the start of the program.
    pub fn migrate(&self, migrations: &[Migration]) -> Result<Vec<u32>, StoreError> {
        check_numbers(migrations)?;
        let owned = migrations.to_vec();
        let recorded = self.maintain(move |tx| recorded(tx, &owned))?;
        let mut run = Vec::new();
        for migration in migrations.iter().skip(recorded).copied() {
            // Another process may have been faster: each step looks again under the lock.
            let ran = self.maintain(move |tx| run_step(tx, migration));
            if ran.map_err(|error| failed(&migration, &error))? {
                run.push(migration.number);
            }
        }
        Ok(run)
    }
}

fn check_numbers(migrations: &[Migration]) -> Result<(), StoreError> {
    for (expected, migration) in (1_u32..).zip(migrations) {
        if migration.number != expected {
            let message = format!(
                "migration {} stands where {expected} belongs",
                migration.number
            );
            return Err(StoreError::Configuration(message));
        }
    }
    Ok(())
}

/// Checks what the database records against the list and returns how many steps are done.
fn recorded(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<usize, StoreError> {
    tx.script(&translate(TABLE, tx.dialect()))?;
    let rows = tx.query(&Sql::new(
        "SELECT number, name FROM schema_migration ORDER BY number",
    ))?;
    for row in &rows {
        let number = u32::try_from(row.need_integer(0)?).unwrap_or(u32::MAX);
        let Some(migration) = migrations
            .iter()
            .find(|migration| migration.number == number)
        else {
            let program = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
            let last = rows.last().map_or(Ok(0), |row| row.need_integer(0))?;
            let database = u32::try_from(last).unwrap_or(u32::MAX);
            return Err(StoreError::NewerDatabase { database, program });
        };
        let name = row.need_text(1)?;
        if name != migration.name {
            let message = format!("the database has recorded it as {name}");
            return Err(StoreError::Migration {
                number,
                name: migration.name.into(),
                message,
            });
        }
    }
    Ok(rows.len())
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (\
     number {integer} NOT NULL PRIMARY KEY, name {text} NOT NULL){strict}";

fn run_step(tx: &mut Tx<'_>, migration: Migration) -> Result<bool, StoreError> {
    let number = i64::from(migration.number);
    let done = Sql::new("SELECT 1 FROM schema_migration WHERE number = ?").bind(number);
    if tx.query_optional(&done)?.is_some() {
        return Ok(false);
    }
    let dialect = tx.dialect();
    let native = match dialect {
        Dialect::Sqlite => migration.sqlite,
        Dialect::Postgres => migration.postgres,
    };
    for text in [migration.statements, native] {
        if !text.trim().is_empty() {
            tx.script(&translate(text, dialect))?;
        }
    }
    let record = Sql::new("INSERT INTO schema_migration (number, name) VALUES (?, ?)");
    tx.execute(&record.bind(number).bind(migration.name))?;
    Ok(true)
}

fn failed(migration: &Migration, error: &StoreError) -> StoreError {
    let message = error.to_string();
    StoreError::Migration {
        number: migration.number,
        name: migration.name.into(),
        message,
    }
}

fn translate(text: &str, dialect: Dialect) -> String {
    use crate::ColumnKind::{Bytes, Integer, Text, Uuid};
    text.replace("{uuid}", dialect.column_type(Uuid))
        .replace("{integer}", dialect.column_type(Integer))
        .replace("{text}", dialect.column_type(Text))
        .replace("{bytes}", dialect.column_type(Bytes))
        .replace("{identity}", dialect.identity())
        .replace("{strict}", dialect.strict())
}
