//! Sends mails through one account.

use std::error::Error as _;
use std::time::{Duration, UNIX_EPOCH};

use base::{Timestamp, Uuid};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Encryption, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::thread::{message_id, thread_id};
use crate::{Account, Letter, Tls};

/// Longest wait for the server.
const PATIENCE: Duration = Duration::from_secs(30);
/// Answers that complain about our account and not about the mail: somebody will mend it.
const ABOUT_THE_ACCOUNT: [u16; 5] = [454, 530, 534, 535, 538];
/// Headers by which programs know that nobody wrote the mail, so that they do not answer it.
const MADE_BY_A_PROGRAM: [(&str, &str); 2] = [
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "All"),
];

/// Why a mail was not sent. The text holds no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// Trying again later may help.
    Later(String),
    /// Trying again cannot help.
    Never(String),
}

/// Whom a mail goes to and to what it belongs.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Address of the recipient.
    pub to: String,
    /// Name of the recipient.
    pub name: String,
    /// The recipient.
    pub recipient: Uuid,
    /// The record.
    pub record: Uuid,
    /// The change that is told.
    pub change: Uuid,
    /// When it happened.
    pub at: Timestamp,
}

/// An account that sends mails under one address.
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Sender {
    /// A sender; it connects when it sends. Answers go to `from` where nothing else is said.
    ///
    /// # Errors
    /// What does not fit, in words for whoever configures it.
    pub fn new(
        account: &Account,
        from: &str,
        name: &str,
        reply_to: Option<&str>,
    ) -> Result<Self, String> {
        let named = |address: &str| -> Result<Mailbox, String> {
            let address: Address = address
                .parse()
                .map_err(|_| format!("{address:?} is no mail address"))?;
            Ok(Mailbox::new(Some(name.to_owned()), address))
        };
        if account.tells_password() {
            return Err(
                "a password is only sent over an encrypted connection, or to this machine"
                    .to_owned(),
            );
        }
        let from = named(from)?;
        let reply_to = reply_to.map(named).transpose()?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&account.host)
            .port(account.port)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .tls(encryption(account)?);
        if let Some(login) = &account.login {
            let password = login.password.reveal().to_owned();
            transport = transport.credentials(Credentials::new(login.name.clone(), password));
        }
        Ok(Self {
            transport: transport.build(),
            from,
            reply_to,
        })
    }

    /// Sends a letter. The mail has the same id each time, so that a server that has it already knows.
    ///
    /// # Errors
    /// Whether trying again may help.
    pub async fn send(&self, envelope: &Envelope, letter: &Letter) -> Result<(), Unsent> {
        let message = self.message(envelope, letter)?;
        let sent = self.transport.send(message).await;
        sent.map(|_| ()).map_err(|error| unsent(&error))
    }

    /// Sends a subject and some plain words that nobody answers.
    ///
    /// # Errors
    /// Whether trying again may help.
    pub async fn send_words(
        &self,
        envelope: &Envelope,
        (subject, words): &(String, String),
    ) -> Result<(), Unsent> {
        let head = self.head(envelope)?.subject(subject);
        let message = head.singlepart(SinglePart::plain(words.clone()));
        let message = message.map_err(|error| Unsent::Never(error.to_string()))?;
        let sent = self.transport.send(message).await;
        sent.map(|_| ()).map_err(|error| unsent(&error))
    }

    /// What stands in the head of every mail.
    fn head(&self, envelope: &Envelope) -> Result<MessageBuilder, Unsent> {
        let address: Address = envelope
            .to
            .parse()
            .map_err(|_| Unsent::Never("the recipient's address is none".to_owned()))?;
        let domain = self.from.email.domain();
        let thread = thread_id(envelope.record, domain);
        let id = message_id(envelope.record, envelope.change, envelope.recipient, domain);
        let since = u64::try_from(envelope.at.micros()).unwrap_or_default();
        let mut builder = Message::builder()
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_micros(since))
            .from(self.from.clone())
            .to(Mailbox::new(Some(envelope.name.clone()), address))
            .in_reply_to(thread.clone())
            .references(thread);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        for (name, value) in MADE_BY_A_PROGRAM {
            let name = HeaderName::new_from_ascii_str(name);
            builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        Ok(builder)
    }

    fn message(&self, envelope: &Envelope, letter: &Letter) -> Result<Message, Unsent> {
        let builder = self.head(envelope)?.subject(letter.subject());
        let parts = MultiPart::alternative_plain_html(letter.plain(), letter.html());
        builder
            .multipart(parts)
            .map_err(|error| Unsent::Never(error.to_string()))
    }
}

fn encryption(account: &Account) -> Result<Encryption, String> {
    if account.tls == Tls::None {
        return Ok(Encryption::None);
    }
    let mut parameters = TlsParameters::builder(account.host.clone());
    if let Some(pem) = &account.authority {
        let authority = Certificate::from_pem(pem)
            .map_err(|_| "the trusted certificates are no PEM".to_owned())?;
        parameters = parameters.add_root_certificate(authority);
    }
    let parameters = parameters
        .build_rustls()
        .map_err(|error| error.to_string())?;
    Ok(match account.tls {
        Tls::Implicit => Encryption::Wrapper(parameters),
        _ => Encryption::Required(parameters),
    })
}

fn unsent(error: &lettre::transport::smtp::Error) -> Unsent {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    let about_us = error
        .status()
        .is_some_and(|it| ABOUT_THE_ACCOUNT.contains(&u16::from(it)));
    if error.is_permanent() && !about_us {
        Unsent::Never(text)
    } else {
        Unsent::Later(text)
    }
}
