//! A time limit for reads, enforced by SQLite's progress handler.
//!
//! Only read connections have one: interrupting the writer would roll back its neighbours too.

use base::Stopwatch;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Virtual machine steps between two looks at the clock: some tens of microseconds.
pub(crate) const STEPS: i32 = 1_000;

const NO_LIMIT: u64 = u64::MAX;

/// The deadline of the read that a connection runs now.
#[derive(Clone)]
pub(crate) struct ReadLimit {
    epoch: Stopwatch,
    deadline: Arc<AtomicU64>,
}

impl ReadLimit {
    pub fn new() -> Self {
        Self {
            epoch: Stopwatch::start(),
            deadline: Arc::new(AtomicU64::new(NO_LIMIT)),
        }
    }

    /// Statements that run longer than this from now on are interrupted.
    pub fn set(&self, limit: Duration) {
        let deadline = self.now().saturating_add(micros(limit));
        self.deadline.store(deadline, Ordering::Relaxed);
    }

    pub fn clear(&self) {
        self.deadline.store(NO_LIMIT, Ordering::Relaxed);
    }

    /// Whether the statement must be interrupted.
    pub fn is_over(&self) -> bool {
        let deadline = self.deadline.load(Ordering::Relaxed);
        deadline != NO_LIMIT && self.now() > deadline
    }

    fn now(&self) -> u64 {
        micros(self.epoch.elapsed())
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(NO_LIMIT - 1)
}
