//! A transaction as its closure sees it: synchronous, and alike on both databases.
//!
//! A failed statement outside a savepoint dooms the transaction on PostgreSQL, so it does here for
//! both: later statements are refused and an Ok of the closure is not believed. A transaction never
//! begins, commits or rolls back by itself; that belongs to the thread that runs it.

use crate::postgres::PostgresSession;
use crate::sqlite::SqliteSession;
use crate::{Dialect, Row, Sql, StoreError};
use std::ops::ControlFlow;

/// What one statement of a batch gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchResult {
    /// The rows, also those of a RETURNING clause.
    pub rows: Vec<Row>,
    /// Rows written; for a SELECT, rows read.
    pub affected: u64,
}

/// A transaction. Closures get one from [`crate::Store::write`] and [`crate::Store::read`].
pub struct Tx<'a> {
    session: Session<'a>,
    state: State,
}

/// What a run of the closure left behind, for the thread that decides about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Another transaction was in the way; the same closure may succeed now.
    Collided,
    /// A prepared statement or the caller's picture of the schema is out of date.
    Stale,
    /// The connection is gone, and nothing was committed.
    Lost,
    /// A bounded read took too long for its thread.
    TooSlow,
}

enum Session<'a> {
    Sqlite(&'a SqliteSession),
    Postgres(&'a mut PostgresSession),
}

struct State {
    attempt: u32,
    budget: u64,
    statements: u64,
    round_trips: u64,
    wrote: bool,
    depth: usize,
    failure: Option<StoreError>,
    signal: Option<Signal>,
    kept: Option<Vec<Sql>>,
}

const SAVEPOINTS: [&str; 8] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(session: &'a SqliteSession, budget: u64, attempt: u32) -> Self {
        Self {
            session: Session::Sqlite(session),
            state: State::new(budget, attempt),
        }
    }

    pub(crate) fn postgres(session: &'a mut PostgresSession, budget: u64, attempt: u32) -> Self {
        Self {
            session: Session::Postgres(session),
            state: State::new(budget, attempt),
        }
    }

    /// Runs a statement and gives its rows.
    pub fn query(&mut self, sql: &Sql) -> Result<Vec<Row>, StoreError> {
        Ok(self.run_one(sql)?.rows)
    }

    /// Runs a statement that gives at most one row.
    pub fn query_optional(&mut self, sql: &Sql) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            found => Err(StoreError::NotOneRow { found }),
        }
    }

    /// Runs a statement that gives exactly one row.
    pub fn query_one(&mut self, sql: &Sql) -> Result<Row, StoreError> {
        self.query_optional(sql)?
            .ok_or(StoreError::NotOneRow { found: 0 })
    }

    /// Runs a statement and gives the number of rows it wrote.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64, StoreError> {
        Ok(self.run_one(sql)?.affected)
    }

    /// Runs several statements in order; on PostgreSQL in one round trip. The first error is
    /// reported, and none of the following statements takes effect.
    pub fn batch(&mut self, statements: &[Sql]) -> Result<Vec<BatchResult>, StoreError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let references: Vec<&Sql> = statements.iter().collect();
        self.run(&references)
    }

    /// Hands out rows one by one without holding them all. On PostgreSQL the rows that follow an
    /// early break still travel, so give the statement a LIMIT.
    pub fn stream<E: From<StoreError>>(
        &mut self,
        sql: &Sql,
        each: &mut dyn FnMut(Row) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        self.admit(&[sql])?;
        let mut refusal = None;
        let mut visit = |row: Row| match each(row) {
            Ok(flow) => flow,
            Err(error) => {
                refusal = Some(error);
                ControlFlow::Break(())
            }
        };
        let streamed = match &mut self.session {
            Session::Sqlite(session) => session.stream(sql, &mut visit),
            Session::Postgres(session) => session.stream(sql, &mut visit),
        };
        match (refusal, self.noted(streamed)) {
            (Some(error), _) => Err(error),
            (None, result) => Ok(result?),
        }
    }

    /// Runs a part of the transaction that is rolled back alone if it returns Err.
    pub fn savepoint<T, E: From<StoreError>>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(error) = self.refusal() {
            return Err(error.into());
        }
        let Some(name) = SAVEPOINTS.get(self.state.depth).copied() else {
            return Err(StoreError::Configuration("savepoints nest too deeply".into()).into());
        };
        let late = self.count_late();
        self.savepoint_command("SAVEPOINT ", name)?;
        self.state.depth += 1;
        let result = body(self);
        self.state.depth -= 1;
        match (result, self.state.failure.clone()) {
            (Ok(value), None) => {
                self.savepoint_command("RELEASE SAVEPOINT ", name)?;
                Ok(value)
            }
            (Ok(_), Some(failure)) => {
                self.roll_back_to(name, late)?;
                Err(failure.into())
            }
            (Err(error), _) => {
                self.roll_back_to(name, late)?;
                Err(error)
            }
        }
    }

    /// Runs text with several statements and no arguments: migrations only.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.admit(&[])?;
        let done = match &mut self.session {
            Session::Sqlite(session) => session.script(text),
            Session::Postgres(session) => session.script(text),
        };
        self.noted(done)
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.session {
            Session::Sqlite(_) => Dialect::Sqlite,
            Session::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How often this closure was run before. From 1 on, whatever it knows of the schema and of the
    /// settings may be outdated.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.state.attempt
    }

    /// Statements run so far, for tests that keep a baseline.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.state.statements
    }

    /// Whether any statement so far may have written.
    #[must_use]
    pub fn has_written(&self) -> bool {
        self.state.wrote
    }

    /// Waits for the database so far, without preparing statements and without the final commit.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.state.round_trips
    }

    /// Keeps the statements from here on, for those who look at their plans.
    pub fn keep_statements(&mut self) {
        self.state.kept = Some(Vec::new());
    }

    /// The statements since they are kept, which they are no longer.
    pub fn kept_statements(&mut self) -> Vec<Sql> {
        self.state.kept.take().unwrap_or_default()
    }

    /// The failure that dooms this transaction, if there is one.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.state.failure.clone()
    }

    /// What the closure met that it need not know of.
    pub(crate) fn signal(&self) -> Option<Signal> {
        self.state.signal
    }

    fn run_one(&mut self, sql: &Sql) -> Result<BatchResult, StoreError> {
        self.run(&[sql])?
            .pop()
            .ok_or(StoreError::NotOneRow { found: 0 })
    }

    fn run(&mut self, statements: &[&Sql]) -> Result<Vec<BatchResult>, StoreError> {
        self.admit(statements)?;
        let results = match &mut self.session {
            Session::Sqlite(session) => {
                let run = |sql: &&Sql| match sql.is_late() {
                    true => Ok(session.run_late(sql)),
                    false => session.run(sql),
                };
                statements.iter().map(run).collect()
            }
            Session::Postgres(session) => session.run(statements),
        };
        self.noted(results)
    }

    /// Refuses statements that must not reach the database, and counts the others.
    fn admit(&mut self, statements: &[&Sql]) -> Result<(), StoreError> {
        if let Some(error) = self.refusal() {
            return Err(error);
        }
        let checked = statements.iter().try_for_each(|sql| sql.check());
        self.noted(checked)?;
        let count = u64::try_from(statements.len()).unwrap_or(u64::MAX);
        if self.state.statements.saturating_add(count) > self.state.budget {
            return self.noted(Err(StoreError::Budget(self.state.budget)));
        }
        self.state.statements += count;
        if let Some(kept) = &mut self.state.kept {
            kept.extend(statements.iter().map(|it| (*it).clone()));
        }
        self.state.wrote |= statements.iter().any(|it| !it.text().starts_with("SELECT"));
        self.state.round_trips += match self.session {
            Session::Sqlite(_) => count,
            Session::Postgres(_) => 1,
        };
        Ok(())
    }

    fn refusal(&self) -> Option<StoreError> {
        self.state.failure.as_ref().map(|failure| match failure {
            StoreError::RolledBack | StoreError::ConnectionLost(_) => failure.clone(),
            _ => StoreError::Aborted,
        })
    }

    /// Remembers a failure. The closure may wrap or swallow the error; the thread must not miss it.
    fn noted<T>(&mut self, mut result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &mut result {
            let signal = match error {
                StoreError::Conflict => Some(Signal::Collided),
                StoreError::StaleSchema(_) => Some(Signal::Stale),
                StoreError::ConnectionLost(_) => Some(Signal::Lost),
                StoreError::TooSlow => Some(Signal::TooSlow),
                _ => None,
            };
            self.state.signal = signal.or(self.state.signal);
            let mut failure = error.clone();
            if let Session::Sqlite(session) = &self.session
                && session.transaction_is_gone()
            {
                // Statements after this one would commit by themselves.
                tracing::warn!(%error, "the database rolled a whole transaction back");
                failure = StoreError::RolledBack;
            }
            self.state.failure.get_or_insert(failure);
        }
        result
    }

    fn savepoint_command(
        &mut self,
        verb: &'static str,
        name: &'static str,
    ) -> Result<(), StoreError> {
        let done = match &mut self.session {
            Session::Sqlite(session) => session.command(verb, name),
            Session::Postgres(session) => {
                session.prefix(verb, name);
                Ok(())
            }
        };
        self.noted(done)
    }

    fn count_late(&self) -> usize {
        match &self.session {
            Session::Sqlite(session) => session.count_late(),
            Session::Postgres(_) => 0,
        }
    }

    fn roll_back_to(&mut self, name: &'static str, late: usize) -> Result<(), StoreError> {
        if let Session::Sqlite(session) = &self.session {
            session.forget_late(late);
        }
        match self.state.failure {
            // There is nothing left that could be rolled back to.
            Some(StoreError::RolledBack | StoreError::ConnectionLost(_)) => return Ok(()),
            _ => self.state.failure = None,
        }
        self.savepoint_command("ROLLBACK TO SAVEPOINT ", name)?;
        self.savepoint_command("RELEASE SAVEPOINT ", name)?;
        match &mut self.session {
            Session::Sqlite(_) => Ok(()),
            // Now, since PostgreSQL prepares nothing in a transaction that failed.
            Session::Postgres(session) => session.script(""),
        }
    }
}

impl State {
    fn new(budget: u64, attempt: u32) -> Self {
        Self {
            attempt,
            budget,
            statements: 0,
            round_trips: 0,
            wrote: false,
            depth: 0,
            failure: None,
            signal: None,
            kept: None,
        }
    }
}
