//! Handlers: what a kind of job does.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base::{Error, Timestamp};
use engine::Engine;
use engine::job::Job;

/// Attempts before a job is given up, where its handler says nothing else.
const MAX_ATTEMPTS: i64 = 10;

/// What a handler does with a job.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// One attempt at a job.
#[derive(Clone)]
pub struct Run {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The job.
    pub job: Job,
    /// When the attempt began.
    pub now: Timestamp,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Trying again later may help.
    Retry(String),
    /// Trying again cannot help.
    Fail(String),
}

impl Failure {
    /// Why, in words.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Retry(text) | Self::Fail(text) => text,
        }
    }
}

/// Refusals of what the job wants stay as they are; a busy database or our own fault may pass.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Refused(
                base::Refused::Busy(_) | base::Refused::TooSlow(_) | base::Refused::TooMany { .. },
            )
            | Error::Failed(_) => Self::Retry(whole(&error)),
            Error::Refused(_) => Self::Fail(whole(&error)),
        }
    }
}

/// The error with its causes.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// A handler, registered by the kind of its jobs. It may be run more than once for one job.
#[derive(Clone)]
pub struct Handler {
    pub(crate) kind: String,
    pub(crate) max_attempts: i64,
    pub(crate) run: Arc<dyn Fn(Run) -> HandlerFuture + Send + Sync>,
    /// Microseconds after which the job is due again; nothing where it is done once.
    pub(crate) every: Option<i64>,
}

impl Handler {
    /// A handler of jobs that are done once.
    pub fn new<F, W>(kind: impl Into<String>, run: F) -> Self
    where
        F: Fn(Run) -> W + Send + Sync + 'static,
        W: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let run = Arc::new(move |it: Run| -> HandlerFuture { Box::pin(run(it)) });
        Self {
            kind: kind.into(),
            max_attempts: MAX_ATTEMPTS,
            run,
            every: None,
        }
    }

    /// The same handler with that many attempts.
    #[must_use]
    pub const fn with_attempts(mut self, most: i64) -> Self {
        self.max_attempts = most;
        self
    }

    /// The same handler for one job that comes back after each run, in one process at a time.
    #[must_use]
    pub const fn every_micros(mut self, micros: i64) -> Self {
        self.every = Some(micros);
        self
    }
}
