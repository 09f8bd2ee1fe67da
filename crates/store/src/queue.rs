//! The bounded queue in front of database threads, with a short and a long lane.
//!
//! Long reads never take every thread: at most `long_limit` of them run at once. The queue never
//! drops a job silently: what it cannot take goes back to the caller.

use crate::StoreError;
use crate::job::Job;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Which promise a job makes about its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Short,
    Long,
}

/// Whether a job may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A read that sees one state.
    Read,
    Write,
}

/// A job with what its thread must know about it.
pub(crate) struct Ticket {
    pub job: Box<dyn Job>,
    pub lane: Lane,
    pub access: Access,
}

/// Two bounded lanes of jobs.
pub(crate) struct Lanes {
    waiting: Mutex<Waiting>,
    ready: Condvar,
    short_capacity: usize,
    long_capacity: usize,
    long_limit: usize,
}

#[derive(Default)]
struct Waiting {
    short: VecDeque<Ticket>,
    long: VecDeque<Ticket>,
    long_running: usize,
    /// Alternates the lanes, so that neither starves.
    long_turn: bool,
    closed: bool,
}

impl Lanes {
    pub fn new(short_capacity: usize, long_capacity: usize, long_limit: usize) -> Self {
        let waiting = Mutex::new(Waiting::default());
        Self {
            waiting,
            ready: Condvar::new(),
            short_capacity,
            long_capacity,
            long_limit,
        }
    }

    /// Queues a job, or answers it with the reason why not.
    pub fn push(&self, ticket: Ticket) {
        let mut waiting = self.lock();
        let (length, capacity) = match ticket.lane {
            Lane::Short => (waiting.short.len(), self.short_capacity),
            Lane::Long => (waiting.long.len(), self.long_capacity),
        };
        let refusal = if waiting.closed {
            Some(StoreError::Closed)
        } else if length >= capacity {
            Some(StoreError::Busy("too many requests wait"))
        } else {
            None
        };
        if let Some(error) = refusal {
            drop(waiting);
            ticket.job.fail(error);
            return;
        }
        match ticket.lane {
            Lane::Short => waiting.short.push_back(ticket),
            Lane::Long => waiting.long.push_back(ticket),
        }
        drop(waiting);
        self.ready.notify_one();
    }

    /// Waits for the next job. Nothing once the queue is closed and empty. A long job must be
    /// followed by [`Lanes::finished`].
    pub fn take(&self) -> Option<Ticket> {
        let mut waiting = self.lock();
        loop {
            let long_ready = !waiting.long.is_empty() && waiting.long_running < self.long_limit;
            let take_long = long_ready && (waiting.long_turn || waiting.short.is_empty());
            waiting.long_turn = !take_long;
            let ticket = if take_long {
                waiting.long_running += 1;
                waiting.long.pop_front()
            } else {
                waiting.short.pop_front()
            };
            if ticket.is_some() {
                return ticket;
            }
            if waiting.closed && waiting.long.is_empty() {
                return None;
            }
            waiting = self
                .ready
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Tells that a job from a lane is done, so that the next long one may start.
    pub fn finished(&self, lane: Lane) {
        if lane == Lane::Long {
            let mut waiting = self.lock();
            waiting.long_running = waiting.long_running.saturating_sub(1);
            drop(waiting);
            self.ready.notify_all();
        }
    }

    /// Refuses new jobs; those that wait are still run.
    pub fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// How many jobs wait in the short and in the long lane.
    pub fn lengths(&self) -> (usize, usize) {
        let waiting = self.lock();
        (waiting.short.len(), waiting.long.len())
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
