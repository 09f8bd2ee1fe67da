//! What a runner does and how eagerly.

use std::time::Duration;

use crate::handler::Handler;
use crate::sweep::Sweep;

/// Events of the outbox that become jobs.
#[derive(Clone)]
pub struct Subscription {
    /// Which topics, `<type>.<action>`.
    pub topics: fn(&str) -> bool,
    /// Kind of the jobs; the payload names tenant, topic, record, type and change.
    pub kind: String,
}

/// What a runner does.
#[derive(Clone)]
pub struct Config {
    /// Handlers of jobs.
    pub handlers: Vec<Handler>,
    /// Events that become jobs.
    pub subscriptions: Vec<Subscription>,
    /// What time does to records.
    pub sweeps: Vec<Sweep>,
    /// Jobs at a time.
    pub workers: usize,
    /// How often an idle runner looks.
    pub poll: Duration,
    /// How long a job is leased; a running job renews it.
    pub lease: Duration,
    /// How often sweeps of records run.
    pub sweep_every: Duration,
    /// How long events and ended jobs are kept.
    pub kept: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            handlers: Vec::new(),
            subscriptions: Vec::new(),
            sweeps: Vec::new(),
            workers: 4,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(60),
            sweep_every: Duration::from_secs(60),
            kept: Duration::from_secs(24 * 3_600),
        }
    }
}

/// A length of time in microseconds, as instants count.
pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
