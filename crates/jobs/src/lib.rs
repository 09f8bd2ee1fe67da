//! The job runner: does what waits in the engine's tables, and what time brings.
//!
//! Several processes may run one each on the same database. It knows handlers by name only, no practice,
//! and writes records through the engine's door like everybody else.

mod backoff;
mod bulk;
mod config;
mod deliver;
mod files;
mod handler;
mod housekeeping;
mod import;
mod mail_in;
mod mail_link;
mod mail_out;
mod reindex;
mod runner;
mod sweep;
mod verify;

pub use backoff::delay;
pub use config::{Config, Subscription};
pub use engine::job::{End, Job, JobState};
pub use files::clean_up_files;
pub use handler::{Failure, Handler, HandlerFuture, Run};
pub use import::imports;
pub use mail_in::{MailIn, mail_in};
pub use mail_out::{MailOut, mail_out};
pub use runner::{Runner, RunnerHandle};
pub use sweep::Sweep;
