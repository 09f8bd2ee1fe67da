//! The store: where closures become transactions.
//!
//! Callers see no thread, no connection and no difference between the databases. A closure must have
//! no effect besides its transaction, since it may run more than once.

use crate::job::{Failure, Work, block_on};
use crate::postgres::PostgresStore;
use crate::queue::{Access, Lane};
use crate::sqlite::SqliteStore;
use crate::{Dialect, Sql, StoreConfig, StoreError, StoreMetrics, Tx};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// An open database. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct Store {
    driver: Arc<Driver>,
}

enum Driver {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Store {
    /// Opens the database that the configuration names, creating an SQLite file if need be.
    pub fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let driver = if let Some(path) = config.url.strip_prefix("sqlite:") {
            Driver::Sqlite(SqliteStore::open(PathBuf::from(path), config)?)
        } else if config.url.starts_with("postgres://") || config.url.starts_with("postgresql://") {
            Driver::Postgres(PostgresStore::open(config)?)
        } else {
            let message = "the url must start with sqlite: or postgres://";
            return Err(StoreError::Configuration(message.into()));
        };
        Ok(Self {
            driver: Arc::new(driver),
        })
    }

    /// Runs a transaction that may write, and answers once it is durable.
    ///
    /// The closure is queued at once; dropping the future does not withdraw it. It may run several
    /// times, so it takes ids and instants from outside and does nothing besides its statements.
    pub fn write<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 'static + use<F, T, E> {
        let answer = match &*self.driver {
            Driver::Sqlite(store) => store.write(closure),
            Driver::Postgres(store) => store.submit(closure, Lane::Short, Access::Write),
        };
        answer.wait()
    }

    /// Runs a bounded read: by key, or a page on an index. It sees one consistent state.
    ///
    /// SQLite runs it on the calling thread; if it takes longer than a few milliseconds it is
    /// stopped and run again on a reader thread.
    pub fn read<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 'static + use<F, T, E> {
        let driver = self.driver.clone();
        async move {
            let answer = match &*driver {
                Driver::Sqlite(store) => match store.read_inline(&closure) {
                    Some(result) => return result,
                    None => store.read_on_thread(closure),
                },
                Driver::Postgres(store) => store.submit(closure, Lane::Short, Access::Read),
            };
            answer.wait().await
        }
    }

    /// Runs a long read: a report, an export, a ranking. Few run at once; when too many wait, the
    /// answer is [`StoreError::Busy`].
    pub fn read_long<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 'static + use<F, T, E> {
        let answer = match &*self.driver {
            Driver::Sqlite(store) => store.read_on_thread(closure),
            Driver::Postgres(store) => store.submit(closure, Lane::Long, Access::Read),
        };
        answer.wait()
    }

    /// As [`Store::write`], waiting on this thread. Not for async code.
    pub fn write_blocking<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> Result<T, E> {
        block_on(self.write(closure))
    }

    /// As [`Store::read`], waiting on this thread. Not for async code.
    pub fn read_blocking<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> Result<T, E> {
        block_on(self.read(closure))
    }

    /// As [`Store::read_long`], waiting on this thread. Not for async code.
    pub fn read_long_blocking<F: Work<T, E>, T: Send + 'static, E: Failure>(
        &self,
        closure: F,
    ) -> Result<T, E> {
        block_on(self.read_long(closure))
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &*self.driver {
            Driver::Sqlite(_) => Dialect::Sqlite,
            Driver::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A snapshot of what the store has done.
    #[must_use]
    pub fn metrics(&self) -> StoreMetrics {
        match &*self.driver {
            Driver::Sqlite(store) => store.metrics(),
            Driver::Postgres(store) => store.metrics(),
        }
    }

    /// Finishes what waits, closes every connection and refuses what comes later.
    pub fn shutdown(&self) {
        self.driver.shutdown();
    }

    /// Runs one statement outside any transaction on a connection of its own: CREATE DATABASE and
    /// the like, by tools and tests. The text must never contain input.
    pub fn administer(&self, statement: &str) -> Result<(), StoreError> {
        match &*self.driver {
            Driver::Sqlite(_) => Err(StoreError::Configuration(
                "SQLite has nothing to administer".into(),
            )),
            Driver::Postgres(store) => store.administer(statement),
        }
    }

    /// Runs one transaction that changes the schema, alone among all processes.
    pub(crate) fn maintain<T: Send + 'static>(
        &self,
        body: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &*self.driver {
            Driver::Sqlite(store) => store.maintain(body),
            Driver::Postgres(store) => store.maintain(body),
        }
    }

    /// Builds an index without blocking writers. False if another process built it meanwhile.
    pub(crate) fn build_index(&self, statement: &Sql, name: &str) -> Result<bool, StoreError> {
        match &*self.driver {
            // Building is part of the transaction there; nothing is ever left to do.
            Driver::Sqlite(_) => Ok(false),
            Driver::Postgres(store) => store.build_index(statement, name),
        }
    }
}

impl Driver {
    fn shutdown(&self) {
        match self {
            Self::Sqlite(store) => store.shutdown(),
            Self::Postgres(store) => store.shutdown(),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// Waits for threads to end, except the one that asks: a closure may hold the last clone.
pub(crate) fn join_all(threads: &Mutex<Vec<JoinHandle<()>>>) {
    let threads = std::mem::take(&mut *threads.lock().unwrap_or_else(PoisonError::into_inner));
    for thread in threads {
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("a database thread ended with a panic");
        }
    }
}
