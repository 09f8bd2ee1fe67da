//! Mail: which change is told to whom, what the mail says, how mails of one record hang together, and the
//! account that sends them.
//!
//! It stores nothing: jobs ask it and keep what comes of it. What a mail shows was read as its recipient.

mod account;
mod letter;
mod notice;
mod sender;
mod thread;

pub use account::{Account, Login, Secret, Tls};
pub use letter::Letter;
pub use notice::{Concerned, Notice, concerns_mail, notices};
pub use sender::{Envelope, Sender, Unsent};
pub use thread::{digest, subject};
