//! One SQLite connection and how a statement runs on it.
//!
//! A session never decides about a transaction; it runs what it is told and reports what SQLite said.

use super::error::{constraint_error, store_error};
use super::limit::{ReadLimit, STEPS};
use crate::tx::BatchResult;
use crate::{Durability, Row, Sql, SqlValue, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

const STATEMENT_CACHE: usize = 512;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection, either the writer's or a reader's.
pub(crate) struct SqliteSession {
    connection: Connection,
    limit: ReadLimit,
    /// Whether a statement that can write has run since it was last asked to forget.
    wrote: Cell<bool>,
    /// What waits for the end of the transaction: see [`Sql::late`].
    late: RefCell<Vec<Sql>>,
}

impl SqliteSession {
    /// Opens the connection that may write, creating the file if need be.
    pub fn writer(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Off => "OFF",
        };
        let session = Self::open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        // The larger checkpoint interval keeps the writer from copying pages back on every burst.
        session.pragmas(&[
            ("journal_mode", "WAL"),
            ("synchronous", synchronous),
            ("foreign_keys", "ON"),
            ("wal_autocheckpoint", "4000"),
            ("journal_size_limit", "67108864"),
            ("cache_size", "-32768"),
            // In memory, the journal of a savepoint is walked from its start at each release: units of many
            // changes would slow down with their length.
            ("temp_store", "FILE"),
        ])?;
        Ok(session)
    }

    /// Opens a connection that can only read, and whose reads can be limited in time.
    pub fn reader(path: &Path) -> Result<Self, StoreError> {
        let mut session = Self::open(path, OpenFlags::empty())?;
        session.pragmas(&[("query_only", "ON"), ("cache_size", "-8192")])?;
        let limit = session.limit.clone();
        session
            .connection
            .progress_handler(STEPS, Some(move || limit.is_over()))
            .map_err(store_error)?;
        Ok(session)
    }

    fn open(path: &Path, extra: OpenFlags) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
        let connection = Connection::open_with_flags(path, flags).map_err(store_error)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(store_error)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // Otherwise SQLite plans a statement anew for each argument it has not met before, which takes
        // longer than most statements run.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(store_error)?;
        let session = Self {
            connection,
            limit: ReadLimit::new(),
            wrote: Cell::new(false),
            late: RefCell::default(),
        };
        session.pragmas(&[("temp_store", "MEMORY"), ("mmap_size", "268435456")])?;
        session.register_functions().map_err(store_error)?;
        Ok(session)
    }

    fn pragmas(&self, settings: &[(&str, &str)]) -> Result<(), StoreError> {
        for (name, value) in settings {
            self.connection
                .pragma_update_and_check(None, name, value, |_| Ok(()))
                .or_else(|error| match error {
                    // Most pragmas answer nothing when they are set.
                    rusqlite::Error::QueryReturnedNoRows => Ok(()),
                    other => Err(other),
                })
                .map_err(store_error)?;
        }
        Ok(())
    }

    /// Functions that PostgreSQL has and SQLite lacks, so that one statement serves both.
    fn register_functions(&self) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        self.connection
            .create_scalar_function("strpos", 2, flags, |context| {
                let (haystack, needle) = (context.get_raw(0), context.get_raw(1));
                let (ValueRef::Text(haystack), ValueRef::Text(needle)) = (haystack, needle) else {
                    return Ok(None);
                };
                let (Ok(haystack), Ok(needle)) =
                    (std::str::from_utf8(haystack), std::str::from_utf8(needle))
                else {
                    return Ok(None);
                };
                // Like PostgreSQL's, the position counts characters from 1.
                let position = haystack
                    .find(needle)
                    .map_or(0, |offset| haystack[..offset].chars().count() + 1);
                Ok(Some(i64::try_from(position).unwrap_or(i64::MAX)))
            })
    }

    /// Limits the reads that follow, or lifts the limit.
    pub fn limit_reads(&self, limit: Option<Duration>) {
        match limit {
            Some(limit) => self.limit.set(limit),
            None => self.limit.clear(),
        }
    }

    /// Whether no transaction is open: inside a job, a sign that SQLite rolled everything back.
    pub fn transaction_is_gone(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Forgets what has been written so far.
    pub fn forget_writes(&self) {
        self.wrote.set(false);
    }

    /// Whether anything may have been written since [`SqliteSession::forget_writes`].
    pub fn has_written(&self) -> bool {
        self.wrote.get()
    }

    /// Forgets prepared statements, which a panic may have left half-way.
    pub fn forget_statements(&self) {
        self.connection.flush_prepared_statement_cache();
    }

    /// Runs a command of the transaction itself.
    pub fn command(&self, verb: &'static str, name: &'static str) -> Result<(), StoreError> {
        let run = |text: &str| self.connection.prepare_cached(text)?.execute(());
        let done = if name.is_empty() {
            run(verb)
        } else {
            run(&format!("{verb}{name}"))
        };
        done.map(|_| ())
            .map_err(|error| constraint_error(&self.connection, error))
    }

    /// Begins a transaction that may write.
    pub fn begin(&self) -> Result<(), StoreError> {
        self.forget_late(0);
        self.command("BEGIN IMMEDIATE", "")
    }

    /// Runs what waited for the end of the transaction, and commits it.
    pub fn commit(&self) -> Result<(), StoreError> {
        let late = self.late.take();
        late.iter().try_for_each(|sql| self.run(sql).map(drop))?;
        self.command("COMMIT", "")
    }

    /// How many statements wait for the end of the transaction.
    pub fn count_late(&self) -> usize {
        self.late.borrow().len()
    }

    /// Forgets the statements that wait beyond that many: what asked for them is rolled back.
    pub fn forget_late(&self, beyond: usize) {
        self.late.borrow_mut().truncate(beyond);
    }

    /// Has a statement wait for the end of the transaction.
    pub fn run_late(&self, sql: &Sql) -> BatchResult {
        self.wrote.set(true);
        self.late.borrow_mut().push(sql.clone());
        BatchResult {
            rows: Vec::new(),
            affected: 0,
        }
    }

    /// Empties the write-ahead log into the database, and waits for readers who still need it.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.empty_log("PRAGMA wal_checkpoint(RESTART)").map(|_| ())
    }

    /// Empties the write-ahead log as far as no reader needs it, and says whether nothing is left.
    pub fn checkpoint_if_free(&self) -> Result<bool, StoreError> {
        self.empty_log("PRAGMA wal_checkpoint(PASSIVE)")
    }

    fn empty_log(&self, text: &str) -> Result<bool, StoreError> {
        // Whether it was held up, the pages of the log, and those of them that the database has.
        let done = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?);
        self.connection
            .query_row(text, (), done)
            .map_err(store_error)
    }

    /// Runs text with several statements and no arguments: migrations.
    pub fn script(&self, text: &str) -> Result<(), StoreError> {
        self.wrote.set(true);
        self.connection.execute_batch(text).map_err(store_error)
    }

    pub fn run(&self, sql: &Sql) -> Result<BatchResult, StoreError> {
        self.run_raw(sql).map_err(|error| self.explain(error))
    }

    pub fn stream(
        &self,
        sql: &Sql,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.stream_raw(sql, visit)
            .map_err(|error| self.explain(error))
    }

    fn run_raw(&self, sql: &Sql) -> Result<BatchResult, Failure> {
        let mut statement = self.prepare(sql)?;
        if statement.column_count() == 0 {
            statement.raw_execute()?;
            return Ok(BatchResult {
                rows: Vec::new(),
                affected: self.connection.changes(),
            });
        }
        let rows = collect(&mut statement)?;
        let affected = if statement.readonly() {
            u64::try_from(rows.len()).unwrap_or(u64::MAX)
        } else {
            self.connection.changes()
        };
        Ok(BatchResult { rows, affected })
    }

    fn stream_raw(
        &self,
        sql: &Sql,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let mut statement = self.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if visit(decode(row, columns)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn prepare(&self, sql: &Sql) -> Result<CachedStatement<'_>, Failure> {
        let mut statement = self.connection.prepare_cached(sql.text())?;
        let (expected, given) = (statement.parameter_count(), sql.args().len());
        if expected != given {
            return Err(Failure::Ours(StoreError::Arguments { expected, given }));
        }
        if !statement.readonly() {
            self.wrote.set(true);
        }
        for (position, value) in sql.args().iter().enumerate() {
            statement.raw_bind_parameter(position + 1, value)?;
        }
        Ok(statement)
    }

    fn explain(&self, failure: Failure) -> StoreError {
        match failure {
            Failure::Ours(error) => error,
            Failure::Sqlite(error) => constraint_error(&self.connection, error),
        }
    }
}

enum Failure {
    Ours(StoreError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn collect(statement: &mut CachedStatement<'_>) -> Result<Vec<Row>, Failure> {
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut collected = Vec::new();
    while let Some(row) = rows.next()? {
        collected.push(decode(row, columns)?);
    }
    Ok(collected)
}

fn decode(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, Failure> {
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        values.push(match row.get_ref(column)? {
            ValueRef::Null => SqlValue::Null,
            ValueRef::Integer(value) => SqlValue::Integer(value),
            ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => {
                let wanted = "an exact value";
                let found = "a floating-point number";
                return Err(Failure::Ours(StoreError::Decode {
                    column,
                    wanted,
                    found,
                }));
            }
        });
    }
    Ok(Row::new(values))
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(Uuid::as_bytes(value)),
        }))
    }
}
