//! The SQLite driver: one writer thread with group commit, inline reads, reader threads.
//!
//! Everything that knows rusqlite lives below here.

mod error;
mod limit;
mod readers;
mod session;
mod writer;

pub(crate) use session::SqliteSession;

use crate::job::{Answer, Failure, Work, package};
use crate::metrics::{Counters, count};
use crate::queue::Lane;
use crate::{StoreConfig, StoreError, StoreMetrics, Tx};
use readers::Readers;
use std::path::PathBuf;
use std::sync::Arc;
use writer::Writer;

/// One SQLite file, opened.
pub(crate) struct SqliteStore {
    writer: Writer,
    readers: Readers,
    counters: Arc<Counters>,
}

impl SqliteStore {
    pub fn open(path: PathBuf, config: &StoreConfig) -> Result<Self, StoreError> {
        let counters = Arc::new(Counters::default());
        let writer = Writer::open(path.clone(), config, counters.clone())?;
        let readers = Readers::open(path, config, counters.clone())?;
        Ok(Self {
            writer,
            readers,
            counters,
        })
    }

    pub fn write<F: Work<T, E>, T: Send + 'static, E: Failure>(&self, closure: F) -> Answer<T, E> {
        let (job, answer) = package(closure);
        self.writer.submit(job);
        answer
    }

    /// Runs a bounded read here and now, or gives it back if it turns out not to be bounded.
    pub fn read_inline<T, E: Failure>(&self, closure: &impl Work<T, E>) -> Option<Result<T, E>> {
        let result = self.readers.inline(closure);
        if result.is_none() {
            count(&self.counters.inline_aborts);
        }
        result
    }

    pub fn read_on_thread<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> Answer<T, E> {
        let (job, answer) = package(closure);
        self.readers.submit(job, Lane::Long);
        answer
    }

    /// Runs one transaction alone in the writer, without a budget: DDL and migrations.
    pub fn maintain<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.maintain(body)
    }

    pub fn metrics(&self) -> StoreMetrics {
        let mut metrics = self.counters.snapshot();
        metrics.long_queue_length = u64::try_from(self.readers.waiting()).unwrap_or(u64::MAX);
        metrics
    }

    pub fn shutdown(&self) {
        self.readers.shutdown();
        self.writer.shutdown();
    }
}
