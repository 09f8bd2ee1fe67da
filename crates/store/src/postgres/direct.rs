//! Work on a connection of its own: schema changes and administration.
//!
//! It runs on a thread of its own too, so that it may be called from async code while a program
//! starts. Schema changes of all processes exclude each other by an advisory lock.

use super::session::{PostgresSession, Target};
use super::worker::{pause, runtime};
use crate::queue::Access;
use crate::{Sql, StoreError, Tx};
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Any number that nobody else uses: "deskwrig" in ASCII.
const SCHEMA_LOCK: i64 = 0x6465_736b_7772_6967;
const LOCK_ATTEMPTS: u32 = 2_400;
const BUSY_ATTEMPTS: u32 = 20;

/// Connects, does the work and disconnects.
pub(super) fn connect<T: Send>(
    target: &Target,
    work: impl FnOnce(&mut PostgresSession) -> Result<T, StoreError> + Send,
) -> Result<T, StoreError> {
    on_thread(|runtime| work(&mut PostgresSession::connect(target, runtime)?))
}

/// Runs one transaction under the schema lock, again while other transactions are in the way.
pub(super) fn maintain<T: Send>(
    target: &Target,
    body: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send,
) -> Result<T, StoreError> {
    on_thread(move |runtime| {
        let mut session = locked(target, &runtime)?;
        for attempt in 0..BUSY_ATTEMPTS {
            match transaction(&mut session, attempt, &body) {
                Err(StoreError::Busy(_) | StoreError::Conflict) => {
                    pause(&runtime, Duration::from_millis(500));
                }
                result => return result,
            }
        }
        Err(StoreError::Busy("other transactions hold the tables"))
    })
}

/// Builds an index without blocking writers, replacing what a failed attempt left behind.
pub(super) fn build_index(
    target: &Target,
    statement: &Sql,
    name: &str,
) -> Result<bool, StoreError> {
    statement.check()?;
    on_thread(|runtime| {
        let mut session = locked(target, &runtime)?;
        let state = Sql::new(
            "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE \
             c.relname = ? AND c.relnamespace = current_schema()::regnamespace",
        );
        let found = transaction(&mut session, 0, &|tx| {
            tx.query_optional(&state.clone().bind(name))
        })?;
        match found.map(|row| row.need_boolean(0)).transpose()? {
            Some(true) => return Ok(false),
            Some(false) => {
                let mut drop = Sql::new("DROP INDEX CONCURRENTLY ");
                drop.identifier(name).check()?;
                session.command(drop.text())?;
            }
            None => {}
        }
        session.command(statement.text())?;
        Ok(true)
    })
}

/// A session that holds the schema lock until it ends.
///
/// The lock is asked for again and again instead of waited for: a waiting statement holds a
/// snapshot, and a concurrent index build waits for snapshots.
fn locked(target: &Target, runtime: &Rc<Runtime>) -> Result<PostgresSession, StoreError> {
    let mut session = PostgresSession::connect(target, runtime.clone())?;
    session.command("SET statement_timeout = 0; SET default_transaction_read_only = off")?;
    let attempt = Sql::new("SELECT pg_try_advisory_lock(?/*bigint*/)").bind(SCHEMA_LOCK);
    for _ in 0..LOCK_ATTEMPTS {
        if transaction(&mut session, 0, &|tx| {
            tx.query_one(&attempt)?.need_boolean(0)
        })? {
            return Ok(session);
        }
        pause(runtime, Duration::from_millis(50));
    }
    Err(StoreError::Busy("another process changes the schema"))
}

fn transaction<T>(
    session: &mut PostgresSession,
    attempt: u32,
    body: &impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    session.begin(Access::Write);
    session.prefix("SET LOCAL lock_timeout = ", "'500ms'");
    let mut tx = Tx::postgres(session, u64::MAX, attempt);
    let result = body(&mut tx);
    let result = match tx.failure() {
        Some(failure) if result.is_ok() => Err(failure),
        _ => result,
    };
    match result {
        Ok(value) => session.commit().map(|()| value),
        Err(error) => {
            session.rollback()?;
            Err(error)
        }
    }
}

fn on_thread<T: Send>(
    work: impl FnOnce(Rc<Runtime>) -> Result<T, StoreError> + Send,
) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| work(runtime()?));
        thread.join().unwrap_or_else(|payload| {
            Err(StoreError::Panicked(crate::job::panic_message(
                payload.as_ref(),
            )))
        })
    })
}
