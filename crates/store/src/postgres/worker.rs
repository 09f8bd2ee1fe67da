//! A database thread: takes jobs, runs them as transactions, decides about running them again.
//!
//! It never repeats a transaction whose COMMIT may have reached the server.

use super::session::{PostgresSession, Target};
use crate::job::{Job, Outcome, attempt, finish};
use crate::metrics::{Counters, count};
use crate::queue::{Access, Lanes, Ticket};
use crate::tx::Signal;
use crate::{StoreError, Tx};
use base::Stopwatch;
use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const COLLISIONS: u32 = 5;
const RECONNECTS: u32 = 3;
/// A job above this keeps a connection from others and deserves a warning.
const SLOW: Duration = Duration::from_millis(50);

/// What a thread owns.
pub(super) struct Worker {
    target: Target,
    runtime: Rc<Runtime>,
    session: Option<PostgresSession>,
    counters: Arc<Counters>,
    budget: u64,
}

enum Step {
    Final(Outcome),
    Again(Signal, Outcome),
}

impl Worker {
    pub fn new(target: Target, counters: Arc<Counters>, budget: u64) -> Result<Self, StoreError> {
        Ok(Self {
            target,
            runtime: runtime()?,
            session: None,
            counters,
            budget,
        })
    }

    pub fn serve(&mut self, lanes: &Lanes) {
        while let Some(Ticket {
            mut job,
            lane,
            access,
        }) = lanes.take()
        {
            let outcome = self.run(job.as_mut(), access);
            lanes.finished(lane);
            finish(job, outcome);
        }
    }

    /// Runs a job until its outcome is final.
    fn run(&mut self, job: &mut dyn Job, access: Access) -> Outcome {
        let (mut collisions, mut losses, mut is_fresh) = (0, 0, false);
        let mut runs = 0;
        loop {
            let step = self.run_once(job, access, runs);
            let (signal, outcome) = match step {
                Step::Final(outcome) => return outcome,
                Step::Again(signal, outcome) => (signal, outcome),
            };
            let exhausted = match signal {
                Signal::Collided => {
                    collisions += 1;
                    collisions > COLLISIONS
                }
                Signal::Lost => {
                    losses += 1;
                    losses > RECONNECTS
                }
                Signal::Stale => std::mem::replace(&mut is_fresh, true),
                Signal::TooSlow => true,
            };
            if exhausted {
                return outcome;
            }
            runs += 1;
            count(&self.counters.retries);
            match signal {
                Signal::Collided => pause(&self.runtime, Duration::from_millis(5 << collisions)),
                Signal::Lost => pause(&self.runtime, Duration::from_millis(20 << (2 * losses))),
                Signal::Stale | Signal::TooSlow => {}
            }
        }
    }

    fn run_once(&mut self, job: &mut dyn Job, access: Access, runs: u32) -> Step {
        let budget = self.budget;
        let clock = Stopwatch::start();
        let counters = self.counters.clone();
        let session = match self.session() {
            Ok(session) => session,
            Err(error) => return Step::Again(Signal::Lost, Outcome::Failed(error)),
        };
        session.begin(access);
        let mut tx = Tx::postgres(session, budget, runs);
        let outcome = attempt(job, &mut tx);
        let (signal, statements) = (tx.signal(), tx.statements());
        counters.add(&tx);
        let step = match outcome {
            Outcome::Accepted => self.commit(access),
            outcome => self.roll_back(outcome, signal),
        };
        let elapsed = clock.elapsed();
        if access == Access::Write && elapsed > SLOW {
            count(&self.counters.slow_jobs);
            tracing::warn!(?elapsed, statements, "a transaction took long");
        }
        step
    }

    fn commit(&mut self, access: Access) -> Step {
        let Some(session) = &mut self.session else {
            return Step::Final(Outcome::Accepted);
        };
        if access != Access::Write {
            session.end_read();
            return Step::Final(Outcome::Accepted);
        }
        match session.commit() {
            Ok(()) => Step::Final(Outcome::Accepted),
            Err(error @ StoreError::Conflict) => {
                Step::Again(Signal::Collided, Outcome::Failed(error))
            }
            Err(error) => {
                if error == StoreError::InDoubt {
                    tracing::error!("the connection was lost during a commit");
                    self.session = None;
                }
                Step::Final(Outcome::Failed(error))
            }
        }
    }

    fn roll_back(&mut self, outcome: Outcome, signal: Option<Signal>) -> Step {
        if let Some(session) = &mut self.session {
            let rolled_back = session.rollback();
            if signal == Some(Signal::Stale) {
                session.forget_statements();
            }
            // Whatever was open ends with its connection.
            if rolled_back.is_err() || signal == Some(Signal::Lost) {
                self.session = None;
            }
        }
        let panicked = matches!(outcome, Outcome::Failed(StoreError::Panicked(_)));
        match signal {
            Some(signal) if !panicked => Step::Again(signal, outcome),
            _ => Step::Final(outcome),
        }
    }

    fn session(&mut self) -> Result<&mut PostgresSession, StoreError> {
        if self
            .session
            .as_ref()
            .is_some_and(PostgresSession::is_closed)
        {
            self.session = None;
        }
        match &mut self.session {
            Some(session) => Ok(session),
            empty => {
                let session = PostgresSession::connect(&self.target, self.runtime.clone())?;
                count(&self.counters.connects);
                Ok(empty.insert(session))
            }
        }
    }
}

/// The runtime of one thread.
pub(super) fn runtime() -> Result<Rc<Runtime>, StoreError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime
        .map(Rc::new)
        .map_err(|error| StoreError::Configuration(error.to_string()))
}

/// Waits for a random time up to `most`, so that those who collided do not meet again.
pub(super) fn pause(runtime: &Runtime, most: Duration) {
    let random = RandomState::new().hash_one(most);
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX).max(1);
    let time = Duration::from_micros(random % micros);
    runtime.block_on(async { tokio::time::sleep(time).await });
}
