//! Counts that are still right: a queue is looked at far more often than anything changes.
//!
//! A count belongs to a state of the database. The state has a name that no other state ever has, so a count
//! is never told once somebody, in whichever process, has committed a change. Never used inside a unit,
//! whose state may be rolled back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::Result;
use store::{Dialect, Sql, SqlValue, Tx};

/// Most counts that are kept; then all are forgotten, which costs each one count.
const MOST: usize = 1_024;

/// The name of a state of the database that no other state ever has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(SqlValue);

/// The name of the state that this transaction sees.
///
/// On SQLite, where commits have an order, the newest row of the history names it, since every change
/// writes one. On PostgreSQL it is the snapshot, which says which transactions it sees.
pub(super) fn state(tx: &mut Tx<'_>) -> Result<State> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT MAX(seq) FROM history",
        Dialect::Postgres => "SELECT pg_current_snapshot()::text",
    };
    Ok(State(tx.query_one(&Sql::new(sql))?.value(0).clone()))
}

/// A statement and its arguments.
type Statement = (String, Vec<SqlValue>);

/// Counts by their statement, each with the state in which it was made.
#[derive(Default)]
pub(crate) struct Counts(Mutex<HashMap<Statement, (State, i64)>>);

impl Counts {
    pub(super) fn get(&self, sql: &Sql, state: &State) -> Option<i64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, count) = counts.get(&statement(sql))?;
        (known == state).then_some(*count)
    }

    pub(super) fn put(&self, sql: &Sql, state: State, count: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(statement(sql), (state, count));
    }
}

fn statement(sql: &Sql) -> Statement {
    (sql.text().to_owned(), sql.args().to_vec())
}
