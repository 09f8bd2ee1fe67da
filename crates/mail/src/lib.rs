//! Mail: which change is told to whom, what the mail says, how mails of one record hang together, and the
//! account that sends them;
//! and the other way round: which mails wait in a mailbox, and what they say.
//!
//! It stores nothing: jobs ask it and keep what comes of it. What a mail shows was read as its recipient.

mod account;
mod incoming;
mod letter;
mod mailbox;
mod mention;
mod notice;
mod part;
mod sender;
mod thread;

pub use account::{Account, Login, Secret, Tls};
pub use incoming::Incoming;
pub use letter::Letter;
pub use mailbox::Mailbox;
pub use mention::{Mention, mentions};
pub use notice::{Concerned, Notice, concerns_mail, notices};
pub use part::MailFile;
pub use sender::{Envelope, Sender, Unsent};
pub use thread::{digest, further_id, incoming_id, subject};
