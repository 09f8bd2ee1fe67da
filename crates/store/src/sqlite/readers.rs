//! Reads: bounded ones on the caller's thread, long ones on reader threads.
//!
//! Read connections can never write (`query_only`), so a mistake here cannot touch data.

use super::session::SqliteSession;
use crate::job::{Failure, Job, Outcome, Work, attempt, finish, panic_message};
use crate::metrics::Counters;
use crate::queue::{Access, Lane, Lanes, Ticket};
use crate::tx::Signal;
use crate::{StoreConfig, StoreError, Tx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// The reader threads and the connections for inline reads.
pub(crate) struct Readers {
    path: PathBuf,
    /// Connections that no inline read uses now. Last in, first out keeps caches warm.
    idle: Mutex<Vec<SqliteSession>>,
    lanes: Arc<Lanes>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    inline_limit: Duration,
    budget: u64,
    counters: Arc<Counters>,
}

impl Readers {
    pub fn open(
        path: PathBuf,
        config: &StoreConfig,
        counters: Arc<Counters>,
    ) -> Result<Self, StoreError> {
        let readers = config.readers.max(1);
        let lanes = Arc::new(Lanes::new(config.queue, config.long_queue, readers));
        let mut threads = Vec::with_capacity(readers);
        for number in 0..readers {
            let session = SqliteSession::reader(&path)?;
            let (lanes, counters) = (lanes.clone(), counters.clone());
            let (limit, budget) = (config.statement_limit, config.statement_budget);
            let thread = std::thread::Builder::new()
                .name(format!("sqlite-reader-{number}"))
                .spawn(move || serve(&session, &lanes, (limit, budget), &counters))
                .map_err(|error| StoreError::Configuration(error.to_string()))?;
            threads.push(thread);
        }
        Ok(Self {
            path,
            idle: Mutex::default(),
            lanes,
            threads: Mutex::new(threads),
            inline_limit: config.inline_limit,
            budget: config.statement_budget,
            counters,
        })
    }

    /// Runs a read here. Nothing if it exceeded the limit and belongs on a reader thread.
    pub fn inline<T, E: Failure>(&self, closure: &impl Work<T, E>) -> Option<Result<T, E>> {
        let session = match self.session() {
            Ok(session) => session,
            Err(error) => return Some(Err(error.into())),
        };
        if let Err(error) = begin(&session, self.inline_limit) {
            return Some(Err(error.into()));
        }
        let mut tx = Tx::sqlite(&session, self.budget, 0);
        let result = catch_unwind(AssertUnwindSafe(|| closure(&mut tx)));
        let (signal, failure) = (tx.signal(), tx.failure());
        self.counters.add(&tx);
        let result = match result {
            Ok(result) => result,
            Err(payload) => {
                // The connection may be half-way through something: it is not used again.
                let message = panic_message(payload.as_ref());
                return Some(Err(StoreError::Panicked(message).into()));
            }
        };
        if end(&session).is_ok() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(session);
        }
        match (signal, result, failure) {
            (Some(Signal::TooSlow), _, _) => None,
            (_, Ok(_), Some(failure)) => Some(Err(failure.into())),
            (_, result, _) => Some(result),
        }
    }

    pub fn submit(&self, job: Box<dyn Job>, lane: Lane) {
        self.lanes.push(Ticket {
            job,
            lane,
            access: Access::Read,
        });
    }

    pub fn waiting(&self) -> usize {
        let (short, long) = self.lanes.lengths();
        short + long
    }

    pub fn shutdown(&self) {
        self.lanes.close();
        crate::store::join_all(&self.threads);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn session(&self) -> Result<SqliteSession, StoreError> {
        if self.lanes.is_closed() {
            return Err(StoreError::Closed);
        }
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(session) => Ok(session),
            None => SqliteSession::reader(&self.path),
        }
    }
}

/// The life of a reader thread.
fn serve(
    session: &SqliteSession,
    lanes: &Lanes,
    (limit, budget): (Duration, u64),
    counters: &Counters,
) {
    while let Some(Ticket { mut job, lane, .. }) = lanes.take() {
        let outcome = match begin(session, limit) {
            Ok(()) => {
                let mut tx = Tx::sqlite(session, budget, 0);
                let outcome = attempt(job.as_mut(), &mut tx);
                counters.add(&tx);
                outcome
            }
            Err(error) => Outcome::Failed(error),
        };
        if matches!(outcome, Outcome::Failed(StoreError::Panicked(_))) {
            session.forget_statements();
        }
        if let Err(error) = end(session) {
            tracing::error!(%error, "a read transaction could not be ended");
        }
        lanes.finished(lane);
        finish(job, outcome);
    }
}

fn begin(session: &SqliteSession, limit: Duration) -> Result<(), StoreError> {
    session.limit_reads(None);
    session.command("BEGIN", "")?;
    session.limit_reads(Some(limit));
    Ok(())
}

fn end(session: &SqliteSession) -> Result<(), StoreError> {
    session.limit_reads(None);
    if session.transaction_is_gone() {
        Ok(())
    } else {
        session.command("ROLLBACK", "")
    }
}
