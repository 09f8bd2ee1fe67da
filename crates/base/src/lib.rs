//! What std forgot: time that tests own, ids, one kind of error, text that compares alike everywhere.
//!
//! Every crate may use this one; it uses none of ours. The only place that asks the machine for
//! the time or for randomness.

mod clock;
mod error;
mod id;
mod message;
mod text;

pub use clock::{Clock, Date, MICROS_PER_DAY, ManualClock, Stopwatch, SystemClock, Timestamp};
pub use error::{Error, Failed, Problem, Refused, Result};
pub use id::{Ids, SeededIds, SystemIds};
pub use message::Message;
pub use text::{
    KEY_VERSION, MAX_KEY_BYTES, clean_text, fnv1a, name_digest, shows_nothing, text_key,
};
pub use uuid::Uuid;
