//! How a store is opened. Settings only; nothing here touches a database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// An answered write survives power loss.
    Full,
    /// Commits do not wait. For tests and for filling a database that can be filled again.
    Off,
}

/// Lets commits fail after they were made durable, as a failing disk may. For tests of what follows (SQLite).
#[derive(Debug, Clone, Default)]
pub struct CommitFault(Arc<AtomicBool>);

impl CommitFault {
    /// The next commit fails.
    pub fn arm(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn strikes(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Settings of a store. Start from [`StoreConfig::new`] and change what must differ.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:path/to/file` or `postgres://…`.
    pub url: String,
    /// PostgreSQL connections, each with its own thread.
    pub connections: usize,
    /// How many long reads may run at once.
    pub readers: usize,
    /// Whether a commit waits for the disk. On PostgreSQL this sets `synchronous_commit`.
    pub durability: Durability,
    /// How many writes (on PostgreSQL also short reads) may wait.
    pub queue: usize,
    /// How many long reads may wait before the store answers that it is busy.
    pub long_queue: usize,
    /// Most jobs in one durable commit (SQLite).
    pub batch: usize,
    /// How long a bounded read may run on the caller's thread (SQLite).
    pub inline_limit: Duration,
    /// How long one statement may run: reads on SQLite, every statement on PostgreSQL.
    pub statement_limit: Duration,
    /// Most statements in one transaction.
    pub statement_budget: u64,
    /// Size of SQLite's write-ahead log in bytes above which the writer empties it.
    pub wal_limit: u64,
    /// For tests.
    pub commit_fault: Option<CommitFault>,
}

impl StoreConfig {
    /// The settings that a production server uses.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            readers: 4,
            durability: Durability::Full,
            queue: 4_096,
            long_queue: 64,
            batch: 256,
            inline_limit: Duration::from_millis(5),
            statement_limit: Duration::from_secs(10),
            statement_budget: 20_000,
            wal_limit: 1 << 30,
            commit_fault: None,
        }
    }
}
