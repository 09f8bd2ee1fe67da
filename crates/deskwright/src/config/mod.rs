//! Configuration: flags win over the environment, the environment over the file, the file over defaults.
//!
//! Every key is declared once, in `keys.rs`, with its help; a name that is not there is refused with the
//! one that was perhaps meant.

mod keys;
mod mail_account;
mod print;
mod source;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

pub use mail_account::{MailInKeys, MailKeys};
pub use print::{print_defaults, print_in_force};
pub use source::load;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// One JSON object a line.
    Json,
}

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the database and of files.
    pub data: PathBuf,
    /// Address of the database; without one an SQLite file in the data folder.
    pub database: Option<String>,
    /// Most connections to PostgreSQL.
    pub connections: usize,
    /// Most long reads at once.
    pub readers: usize,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address that people type; without one, where the server listens.
    pub public_url: Option<Url>,
    /// Whether the headers of a proxy are believed.
    pub trust_proxy: bool,
    /// Name of this installation.
    pub product: String,
    /// Time zone of people who have not chosen one.
    pub zone: TimeZone,
    /// A session ends when it is not used that long.
    pub session_idle: Duration,
    /// A session ends after that long in any case.
    pub session_lifetime: Duration,
    /// Longest time for one request.
    pub request_limit: Duration,
    /// Largest body in bytes.
    pub body_limit: usize,
    /// Most requests a minute of one token or session.
    pub rate_limit: u32,
    /// Most requests a minute of one address whose sender is not known.
    pub rate_limit_unknown: u32,
    /// Token that `/metrics` asks for.
    pub metrics_token: Option<String>,
    /// What is logged.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Whether jobs run in this process.
    pub jobs: bool,
    /// The account that sends mails.
    pub mail: MailKeys,
    /// The mailbox that mails are taken from.
    pub mail_in: MailInKeys,
}

impl Config {
    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.database {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data.join("deskwright.sqlite3").display()),
        }
    }
}
