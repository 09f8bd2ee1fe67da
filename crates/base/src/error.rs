//! One error for the whole product, in two halves: what the client can mend, and what is ours.

use crate::Message;

/// What every fallible function of the engine and above returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client can act on it; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Our fault or the machine's; nothing was written, the chain is logged once.
    #[error(transparent)]
    Failed(#[from] Failed),
}

impl Error {
    /// A failure with a cause.
    pub fn failed(
        what: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Failed {
            what,
            cause: Some(cause.into()),
        }
        .into()
    }

    /// The refusal, if it is one.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Failed(_) => None,
        }
    }
}

/// A failure of ours: what was being done, and the cause.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Failed {
    /// What was being done, for the log.
    pub what: &'static str,
    /// The error underneath.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A refusal: the request was understood and not done. Each carries what the client needs to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The request itself cannot be read: bad JSON, bad filter, forged cursor (HTTP 400).
    #[error("bad request: {0}")]
    BadRequest(Message),
    /// Nobody is signed in, or the token is unknown or expired (HTTP 401).
    #[error("not signed in: {0}")]
    NotSignedIn(Message),
    /// The actor may see it but not do this (HTTP 403).
    #[error("forbidden: {0}")]
    Forbidden(Message),
    /// It does not exist, or the actor may not know that it does (HTTP 404).
    #[error("not found: {0}")]
    NotFound(Message),
    /// Another change came first, or the state does not allow it (HTTP 409, or 412 with If-Match).
    #[error("conflict: {message}")]
    Conflict {
        /// What clashed.
        message: Message,
        /// The version the record has now, where the clash is about versions.
        current_version: Option<i64>,
    },
    /// Larger than a limit that the message names (HTTP 413).
    #[error("too large: {0}")]
    TooLarge(Message),
    /// Fields that do not fit, each with its message (HTTP 422).
    #[error("invalid: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Problem>),
    /// Too many requests; try again after that many seconds (HTTP 429).
    #[error("too many requests, again in {retry_after_seconds} s")]
    TooMany {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// The question would take longer than a request may (HTTP 503); the message says which part.
    #[error("too slow: {0}")]
    TooSlow(Message),
    /// The server is full or shutting down; try again (HTTP 503).
    #[error("busy: {0}")]
    Busy(Message),
}

impl Refused {
    /// One field that does not fit.
    #[must_use]
    pub fn field(field: impl Into<String>, message: Message) -> Self {
        Self::Invalid(vec![Problem {
            field: Some(field.into()),
            message,
        }])
    }
}

/// One thing that does not fit, with the field it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the field, or nothing where it is about the whole record.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: Message,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(out, "{field}: {}", self.message),
            None => self.message.fmt(out),
        }
    }
}
