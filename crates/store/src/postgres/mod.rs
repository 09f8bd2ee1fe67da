//! The PostgreSQL driver: database threads, each with one connection, behind the same transaction.
//!
//! Everything that knows tokio-postgres lives below here.

mod direct;
mod error;
mod numeric;
mod placeholders;
mod session;
mod statements;
mod value;
mod worker;

pub(crate) use session::PostgresSession;

use crate::job::{Answer, Failure, Work, package};
use crate::metrics::Counters;
use crate::queue::{Access, Lane, Lanes, Ticket};
use crate::{Sql, StoreConfig, StoreError, StoreMetrics, Tx};
use session::Target;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use worker::Worker;

/// One PostgreSQL database, opened.
pub(crate) struct PostgresStore {
    target: Target,
    lanes: Arc<Lanes>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

impl PostgresStore {
    pub fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let target = Target::parse(config)?;
        // Threads connect when they get work; a wrong address must be told now.
        direct::connect(&target, |_| Ok(()))?;
        let connections = config.connections.max(1);
        // One connection at least stays free for short work.
        let long_limit = config
            .readers
            .clamp(1, connections.saturating_sub(1).max(1));
        let lanes = Arc::new(Lanes::new(config.queue, config.long_queue, long_limit));
        let counters = Arc::new(Counters::default());
        let mut threads = Vec::with_capacity(connections);
        for number in 0..connections {
            let (target, lanes) = (target.clone(), lanes.clone());
            let (counters, budget) = (counters.clone(), config.statement_budget);
            let thread = std::thread::Builder::new()
                .name(format!("postgres-{number}"))
                .spawn(move || match Worker::new(target, counters, budget) {
                    Ok(mut worker) => worker.serve(&lanes),
                    Err(error) => tracing::error!(%error, "a database thread could not start"),
                })
                .map_err(|error| StoreError::Configuration(error.to_string()))?;
            threads.push(thread);
        }
        Ok(Self {
            target,
            lanes,
            threads: Mutex::new(threads),
            counters,
        })
    }

    /// Runs one transaction under the schema lock, on a connection of its own.
    pub fn maintain<T: Send>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        direct::maintain(&self.target, body)
    }

    /// Builds an index without blocking writers. False if another process built it meanwhile.
    pub fn build_index(&self, statement: &Sql, name: &str) -> Result<bool, StoreError> {
        direct::build_index(&self.target, statement, name)
    }

    /// Runs one statement outside any transaction on a connection of its own.
    pub fn administer(&self, statement: &str) -> Result<(), StoreError> {
        direct::connect(&self.target, |session| {
            session.command("SET default_transaction_read_only = off")?;
            session.command(statement)
        })
    }

    pub fn metrics(&self) -> StoreMetrics {
        let mut metrics = self.counters.snapshot();
        let (short, long) = self.lanes.lengths();
        metrics.queue_length = u64::try_from(short).unwrap_or(u64::MAX);
        metrics.long_queue_length = u64::try_from(long).unwrap_or(u64::MAX);
        metrics
    }

    pub fn shutdown(&self) {
        self.lanes.close();
        crate::store::join_all(&self.threads);
    }

    /// Hands a closure to a database thread.
    pub fn submit<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
        lane: Lane,
        access: Access,
    ) -> Answer<T, E> {
        let (job, answer) = package(closure);
        self.lanes.push(Ticket { job, lane, access });
        answer
    }
}
