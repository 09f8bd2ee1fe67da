//! Reads one mailbox. A mail stays in it; what was taken is marked as seen.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_imap::{Client, Session};
use futures::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::{Account, Tls};

/// Longest visit to the mailbox.
const PATIENCE: Duration = Duration::from_secs(120);
/// Most mails of one visit.
const MOST: usize = 50;
/// Largest mail that is taken, in bytes.
const LARGEST: u32 = 30 * 1024 * 1024;

/// A mailbox at a mail server.
pub struct Mailbox {
    account: Account,
    folder: String,
    encryption: TlsConnector,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Line for T {}

impl Mailbox {
    /// That folder of the account.
    ///
    /// # Errors
    /// What does not fit, in words for whoever configures it.
    pub fn new(account: Account, folder: &str) -> Result<Self, String> {
        if account.tells_password() {
            return Err(
                "a password is only sent over an encrypted connection, or to this machine"
                    .to_owned(),
            );
        }
        Ok(Self {
            encryption: encryption(&account)?,
            account,
            folder: folder.to_owned(),
        })
    }

    /// Hands out each mail that nobody has seen with its number in the mailbox, in the order of arrival, and marks
    /// it as seen once it was taken. How many there were.
    ///
    /// # Errors
    /// Why the mailbox cannot be read, or a mail was not taken.
    pub async fn visit<F, W>(&self, take: F) -> Result<usize, String>
    where
        F: Fn(u32, Vec<u8>) -> W,
        W: Future<Output = Result<(), String>>,
    {
        let visit = timeout(PATIENCE, self.take_all(take)).await;
        visit.map_err(|_| "the mail server takes too long".to_owned())?
    }

    async fn take_all<F, W>(&self, take: F) -> Result<usize, String>
    where
        F: Fn(u32, Vec<u8>) -> W,
        W: Future<Output = Result<(), String>>,
    {
        let mut session = self.open().await?;
        session.select(&self.folder).await.map_err(said)?;
        let unseen = session.uid_search("UNSEEN").await.map_err(said)?;
        let mut unseen: Vec<u32> = unseen.into_iter().collect();
        unseen.sort_unstable();
        let mut taken = 0;
        for uid in unseen.into_iter().take(MOST) {
            match mail(&mut session, uid).await? {
                Some(raw) => {
                    take(uid, raw).await?;
                    taken += 1;
                }
                None => tracing::warn!(uid, "a mail is too large and stays in the mailbox"),
            }
            let marked = session
                .uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)")
                .await;
            let answers = marked.map_err(said)?.try_collect::<Vec<_>>().await;
            answers.map_err(said)?;
        }
        session.logout().await.map_err(said)?;
        Ok(taken)
    }

    async fn open(&self) -> Result<Session<Box<dyn Line>>, String> {
        let Account {
            host, port, tls, ..
        } = &self.account;
        let line = TcpStream::connect((host.as_str(), *port)).await;
        let line = line.map_err(|error| format!("{host}:{port} cannot be reached: {error}"))?;
        let client = match tls {
            Tls::Implicit => greeted(self.encrypted(line).await?).await?,
            Tls::None => greeted(Box::new(line)).await?,
            Tls::StartTls => {
                let mut client = Client::new(line);
                heard(client.read_response().await)?;
                let begun = client.run_command_and_check_ok("STARTTLS", None).await;
                begun.map_err(said)?;
                Client::new(self.encrypted(client.into_inner()).await?)
            }
        };
        let Some(login) = &self.account.login else {
            return Err("a mailbox needs a login".to_owned());
        };
        let session = client.login(&login.name, login.password.reveal()).await;
        session.map_err(|(error, _)| said(error))
    }

    async fn encrypted(&self, line: TcpStream) -> Result<Box<dyn Line>, String> {
        let host = &self.account.host;
        let name = ServerName::try_from(host.clone());
        let name = name.map_err(|_| format!("{host} is no name of a server"))?;
        let line = self.encryption.connect(name, line).await;
        Ok(Box::new(line.map_err(|error| format!("{host}: {error}"))?))
    }
}

async fn greeted(line: Box<dyn Line>) -> Result<Client<Box<dyn Line>>, String> {
    let mut client = Client::new(line);
    heard(client.read_response().await)?;
    Ok(client)
}

fn heard<T>(answer: std::io::Result<Option<T>>) -> Result<(), String> {
    match answer {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("the mail server hung up".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The whole mail; nothing where it is too large.
async fn mail(session: &mut Session<Box<dyn Line>>, uid: u32) -> Result<Option<Vec<u8>>, String> {
    let uid = uid.to_string();
    let sizes = session.uid_fetch(&uid, "RFC822.SIZE").await.map_err(said)?;
    let sizes = sizes.try_collect::<Vec<_>>().await.map_err(said)?;
    if sizes.iter().filter_map(|it| it.size).any(|it| it > LARGEST) {
        return Ok(None);
    }
    let parts = session.uid_fetch(&uid, "BODY.PEEK[]").await.map_err(said)?;
    let parts = parts.try_collect::<Vec<_>>().await.map_err(said)?;
    let raw = parts.iter().find_map(|it| it.body());
    let raw = raw.ok_or_else(|| "a mail is there and cannot be read".to_owned())?;
    Ok(Some(raw.to_vec()))
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn said(error: async_imap::error::Error) -> String {
    error.to_string()
}

fn encryption(account: &Account) -> Result<TlsConnector, String> {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = &account.authority {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|_| "the trusted certificates are no PEM".to_owned())?;
            trusted
                .add(certificate)
                .map_err(|error| error.to_string())?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = config.with_root_certificates(trusted).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
