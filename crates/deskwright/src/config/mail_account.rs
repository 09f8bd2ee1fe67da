//! The keys of the mail account, held against each other.

use anyhow::{Context as _, Result, bail};
use mail::{Account, Login, Mailbox, Secret, Sender, Tls};

/// What was configured about mails.
#[derive(Clone, Debug)]
pub struct MailKeys {
    /// Name of the mail server.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Our name there.
    pub login: Option<String>,
    /// Our password there.
    pub password: Option<Secret>,
    /// File with the password.
    pub password_file: Option<String>,
    /// File with trusted certificates.
    pub authority: Option<String>,
    /// Address that mails come from.
    pub from: Option<String>,
    /// Name that mails come from.
    pub from_name: Option<String>,
    /// Address that answers go to.
    pub reply_to: Option<String>,
    /// Whether mails invite to answer them.
    pub answers_are_read: bool,
}

/// What was configured about the mailbox.
#[derive(Clone, Debug)]
pub struct MailInKeys {
    /// Name of the mail server.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Our name there.
    pub login: Option<String>,
    /// Our password there.
    pub password: Option<Secret>,
    /// File with the password.
    pub password_file: Option<String>,
    /// The folder that is read.
    pub folder: Option<String>,
    /// Address of the person in whose name mails of unknown senders are taken.
    pub unknown_as: Option<String>,
}

impl Default for MailInKeys {
    fn default() -> Self {
        Self {
            host: None,
            port: 0,
            tls: Tls::Implicit,
            login: None,
            password: None,
            password_file: None,
            folder: None,
            unknown_as: None,
        }
    }
}

impl MailInKeys {
    /// The mailbox and the address under which we write ourselves; nothing where no server is named.
    ///
    /// # Errors
    /// The keys that do not fit each other, or a file that cannot be read.
    pub fn mailbox(&self, mail: &MailKeys) -> Result<Option<(Mailbox, String)>> {
        let Some(host) = &self.host else {
            return Ok(None);
        };
        // By this address and its domain our own mails are known; without it they might come back for ever.
        let Some(from) = &mail.from else {
            bail!("mail_in_host needs mail_from: the address under which we write ourselves");
        };
        let own = login("mail_in", &self.login, &self.password, &self.password_file)?;
        let login = match own {
            Some(login) => Some(login),
            None => mail.login()?,
        };
        if login.is_none() {
            bail!("mail_in_host needs mail_in_login");
        }
        let account = Account {
            host: host.clone(),
            port: self.port,
            tls: self.tls,
            login,
            authority: mail.authority()?,
        };
        let folder = self.folder.as_deref().unwrap_or("INBOX");
        match Mailbox::new(account, folder) {
            Ok(mailbox) => Ok(Some((mailbox, from.clone()))),
            Err(problem) => bail!("the keys mail_in_… do not fit: {problem}"),
        }
    }
}

impl Default for MailKeys {
    fn default() -> Self {
        Self {
            host: None,
            port: 0,
            tls: Tls::StartTls,
            login: None,
            password: None,
            password_file: None,
            authority: None,
            from: None,
            from_name: None,
            reply_to: None,
            answers_are_read: false,
        }
    }
}

impl MailKeys {
    /// Who sends mails; nothing where no server is named.
    ///
    /// # Errors
    /// The keys that do not fit each other, or a file that cannot be read.
    pub fn sender(&self, product: &str) -> Result<Option<Sender>> {
        let Some(host) = &self.host else {
            return Ok(None);
        };
        let Some(from) = &self.from else {
            bail!("mail_host needs mail_from: the address that mails come from");
        };
        let account = Account {
            host: host.clone(),
            port: self.port,
            tls: self.tls,
            login: self.login()?,
            authority: self.authority()?,
        };
        let name = self.from_name.as_deref().unwrap_or(product);
        match Sender::new(&account, from, name, self.reply_to.as_deref()) {
            Ok(sender) => Ok(Some(sender)),
            Err(problem) => bail!("the keys mail_… do not fit: {problem}"),
        }
    }

    fn login(&self) -> Result<Option<Login>> {
        login("mail", &self.login, &self.password, &self.password_file)
    }

    fn authority(&self) -> Result<Option<Vec<u8>>> {
        let read = |path: &String| {
            std::fs::read(path).with_context(|| format!("mail_authority: {path} cannot be read"))
        };
        self.authority.as_ref().map(read).transpose()
    }
}

/// Name and password from the keys that begin with that word.
fn login(
    keys: &str,
    name: &Option<String>,
    password: &Option<Secret>,
    file: &Option<String>,
) -> Result<Option<Login>> {
    let password = match (password, file) {
        (Some(_), Some(_)) => bail!("{keys}_password and {keys}_password_file exclude each other"),
        (Some(password), None) => Some(password.clone()),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{keys}_password_file: {path} cannot be read"))?;
            Some(Secret::new(text.lines().next().unwrap_or_default()))
        }
        (None, None) => None,
    };
    match (name, password) {
        (None, None) => Ok(None),
        (Some(name), Some(password)) => Ok(Some(Login {
            name: name.clone(),
            password,
        })),
        (Some(_), None) => bail!("{keys}_login needs {keys}_password or {keys}_password_file"),
        (None, Some(_)) => bail!("a password for mails needs {keys}_login"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> MailKeys {
        MailKeys {
            host: Some("mail.example.org".to_owned()),
            port: 587,
            from: Some("desk@example.org".to_owned()),
            ..MailKeys::default()
        }
    }

    #[track_caller]
    fn refused(keys: &MailKeys, words: &str) {
        let Err(error) = keys.sender("Desk") else {
            panic!("it was taken: {keys:?}");
        };
        let error = error.to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn without_a_server_nothing_is_sent() {
        let off = MailKeys {
            host: None,
            ..keys()
        };
        assert!(off.sender("Desk").unwrap().is_none());
        assert!(keys().sender("Desk").unwrap().is_some());
    }

    #[test]
    fn keys_that_do_not_fit_are_named() {
        let login = || Some("desk".to_owned());
        let password = || Some(Secret::new("hunter2"));
        refused(
            &MailKeys {
                from: None,
                ..keys()
            },
            "mail_from",
        );
        refused(
            &MailKeys {
                from: Some("desk".to_owned()),
                ..keys()
            },
            "no mail address",
        );
        refused(
            &MailKeys {
                login: login(),
                ..keys()
            },
            "mail_password",
        );
        refused(
            &MailKeys {
                password: password(),
                ..keys()
            },
            "mail_login",
        );
        let both = MailKeys {
            login: login(),
            password: password(),
            password_file: Some("x".to_owned()),
            ..keys()
        };
        refused(&both, "exclude");
        let clear = MailKeys {
            login: login(),
            password: password(),
            tls: Tls::None,
            ..keys()
        };
        refused(&clear, "encrypted");
        refused(
            &MailKeys {
                authority: Some("/nowhere".to_owned()),
                ..keys()
            },
            "/nowhere",
        );
    }
}
