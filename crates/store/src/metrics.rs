//! Counters of a store, read as one snapshot by whoever publishes metrics.
//!
//! They never influence what the store does.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Tx;

/// What a store has done and what it is busy with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreMetrics {
    /// Writes that wait (on PostgreSQL: writes and short reads).
    pub queue_length: u64,
    /// Long reads that wait.
    pub long_queue_length: u64,
    /// Durable commits of the writer.
    pub batches: u64,
    /// Jobs in those commits; divided by `batches`, the jobs per batch.
    pub batch_jobs: u64,
    /// Most jobs that one commit carried.
    pub largest_batch: u64,
    /// Jobs run again because of a collision, a stale statement or a lost connection.
    pub retries: u64,
    /// Jobs run again because their batch was lost.
    pub batch_reruns: u64,
    /// Batches run again with a savepoint per job, because one was refused after it had written.
    pub guarded_batches: u64,
    /// Jobs that held the writer or a connection for more than 50 ms.
    pub slow_jobs: u64,
    /// Statements run, for reading and for writing.
    pub statements: u64,
    /// Waits for the database, without preparing statements and without commits.
    pub round_trips: u64,
    /// Inline reads that took too long and moved to a reader thread.
    pub inline_aborts: u64,
    /// Connections opened by database threads; more than there are threads means losses.
    pub connects: u64,
    /// Size of SQLite's write-ahead log, as last seen.
    pub wal_bytes: u64,
}

/// The live counters behind a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub queue_length: AtomicU64,
    pub batches: AtomicU64,
    pub batch_jobs: AtomicU64,
    pub largest_batch: AtomicU64,
    pub retries: AtomicU64,
    pub batch_reruns: AtomicU64,
    pub guarded_batches: AtomicU64,
    pub slow_jobs: AtomicU64,
    pub statements: AtomicU64,
    pub round_trips: AtomicU64,
    pub inline_aborts: AtomicU64,
    pub connects: AtomicU64,
    pub wal_bytes: AtomicU64,
}

impl Counters {
    /// Adds what a transaction has asked of the database.
    pub fn add(&self, tx: &Tx<'_>) {
        self.statements
            .fetch_add(tx.statements(), Ordering::Relaxed);
        self.round_trips
            .fetch_add(tx.round_trips(), Ordering::Relaxed);
    }

    pub fn snapshot(&self) -> StoreMetrics {
        StoreMetrics {
            queue_length: read(&self.queue_length),
            long_queue_length: 0,
            batches: read(&self.batches),
            batch_jobs: read(&self.batch_jobs),
            largest_batch: read(&self.largest_batch),
            retries: read(&self.retries),
            batch_reruns: read(&self.batch_reruns),
            guarded_batches: read(&self.guarded_batches),
            slow_jobs: read(&self.slow_jobs),
            statements: read(&self.statements),
            round_trips: read(&self.round_trips),
            inline_aborts: read(&self.inline_aborts),
            connects: read(&self.connects),
            wal_bytes: read(&self.wal_bytes),
        }
    }
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
