//! The account at a mail server.

use std::fmt;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: a server on this machine.
    None,
    /// After asking for it, before anything else is said.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// A text that no log and no error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps the text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who must say it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Who we are to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Name of the account.
    pub name: String,
    /// Its password.
    pub password: Secret,
}

/// A mail server and our account there.
#[derive(Clone, Debug)]
pub struct Account {
    /// Name of the server; its certificate must be for that name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Who we are; nothing where the server does not ask.
    pub login: Option<Login>,
    /// Certificates in PEM that are trusted besides those of the machine.
    pub authority: Option<Vec<u8>>,
}

impl Account {
    /// Whether the password would be readable on the way.
    #[must_use]
    pub fn tells_password(&self) -> bool {
        let here = ["localhost", "127.0.0.1", "::1"].contains(&self.host.as_str());
        self.login.is_some() && self.tls == Tls::None && !here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown_and_goes_nowhere_in_the_clear() {
        let login = Login {
            name: "desk".to_owned(),
            password: Secret::new("hunter2"),
        };
        let account = Account {
            host: "mail.example.org".to_owned(),
            port: 25,
            tls: Tls::None,
            login: Some(login),
            authority: None,
        };
        assert!(!format!("{account:?}").contains("hunter2"));
        assert!(account.tells_password());
        let encrypted = Account {
            tls: Tls::StartTls,
            ..account.clone()
        };
        assert!(!encrypted.tells_password());
        let here = Account {
            host: "localhost".to_owned(),
            ..account
        };
        assert!(!here.tells_password());
    }
}
