//! What can go wrong between the program and its database.
//!
//! Both drivers translate their own errors into these, so that callers decide by meaning and never
//! by a driver's codes. Nothing here may carry values that a user entered.

/// A failure of the store. Cloneable, because one failure may answer several callers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A queue is full or a lock could not be had in time; trying later is sensible.
    #[error("the database is busy: {0}")]
    Busy(&'static str),
    /// The store was shut down.
    #[error("the store is shut down")]
    Closed,
    /// Concurrent transactions collided and re-running did not help.
    #[error("the transaction collided with others")]
    Conflict,
    /// A unique index refused the row.
    #[error("a row with the same key exists ({constraint})")]
    Unique {
        /// The index's name, or `<table>_pkey`, alike on both databases.
        constraint: String,
    },
    /// A foreign key refused the row.
    #[error("a referenced row is missing or still in use {constraint}")]
    ForeignKey {
        /// The constraint's name on PostgreSQL; SQLite does not tell it.
        constraint: String,
    },
    /// A column that needs a value got none.
    #[error("column {column} needs a value")]
    NotNull {
        /// The column's name.
        column: String,
    },
    /// A check constraint or a strict column type refused the row.
    #[error("a value was refused: {0}")]
    Check(String),
    /// The connection was lost while committing: look the change up before repeating it.
    #[error("it is unknown whether the transaction was committed")]
    InDoubt,
    /// The connection was lost before committing, and could not be had again.
    #[error("the connection to the database was lost: {0}")]
    ConnectionLost(String),
    /// The closure panicked; its changes were rolled back.
    #[error("a transaction panicked: {0}")]
    Panicked(String),
    /// The database rolled the whole transaction back under the closure.
    #[error("the database rolled the transaction back")]
    RolledBack,
    /// The closure went on after a failed statement outside a savepoint.
    #[error("an earlier statement of this transaction failed")]
    Aborted,
    /// The closure ran more statements than one transaction may.
    #[error("the transaction exceeds its budget of {0} statements")]
    Budget(u64),
    /// A read took longer than it may.
    #[error("the query took too long")]
    TooSlow,
    /// A statement names a table or column that does not exist, or an outdated plan.
    #[error("the statement does not fit the schema: {0}")]
    StaleSchema(String),
    /// A read transaction tried to write.
    #[error("a read transaction cannot write")]
    ReadOnly,
    /// The disk or the configured size is full.
    #[error("the disk is full")]
    DiskFull,
    /// A name that may not become an SQL identifier.
    #[error("not a valid identifier: {0:?}")]
    Identifier(String),
    /// The number of placeholders and of arguments differ.
    #[error("{given} arguments for {expected} placeholders")]
    Arguments {
        /// Placeholders in the text.
        expected: usize,
        /// Arguments given.
        given: usize,
    },
    /// A column does not hold what the caller asked for.
    #[error("column {column} holds {found}, not {wanted}")]
    Decode {
        /// Position of the column, from 0.
        column: usize,
        /// What the caller asked for.
        wanted: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A query for exactly one row found another number of rows.
    #[error("exactly one row was expected, {found} found")]
    NotOneRow {
        /// How many there were.
        found: usize,
    },
    /// The database was written by a newer program.
    #[error("the database is at migration {database}, this program knows up to {program}")]
    NewerDatabase {
        /// Last migration recorded in the database.
        database: u32,
        /// Last migration that this program knows.
        program: u32,
    },
    /// A migration failed, or differs from the one recorded.
    #[error("migration {number} ({name}): {message}")]
    Migration {
        /// The migration's number.
        number: u32,
        /// The migration's name.
        name: String,
        /// What went wrong.
        message: String,
    },
    /// The store's configuration makes no sense.
    #[error("store configuration: {0}")]
    Configuration(String),
    /// Anything else that the database said.
    #[error("the database refused ({code}): {message}")]
    Database {
        /// SQLSTATE or SQLite's extended code.
        code: String,
        /// The database's own words.
        message: String,
    },
}

/// What the engine and everything above it sees: busy is a refusal that says to try again, the rest is ours.
impl From<StoreError> for base::Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Closed => {
                base::Refused::Busy(base::Message::new("busy-try-again")).into()
            }
            StoreError::TooSlow => {
                base::Refused::TooSlow(base::Message::new("query-too-slow")).into()
            }
            other => Self::failed("the database did not do as asked", other),
        }
    }
}
