//! A real mail server for one test: Exim from Debian's packages, without root and without a daemon.
//!
//! Each connection to a free port of this machine is handed to an Exim of its own that speaks on its standard
//! input. It insists on encryption and a password, and puts whatever it takes into a folder.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The program.
const EXIM: &str = "/usr/sbin/exim4";
/// A user and group without rights, as whom root runs it.
pub(crate) const NOBODY: u32 = 65_534;
/// Servers of this process, for names of their folders.
static SERVERS: AtomicUsize = AtomicUsize::new(0);

/// When the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encrypted {
    /// From the first byte.
    AtOnce,
    /// After STARTTLS; no password is taken before.
    WhenAsked,
}

/// A mail server that lives as long as the value.
pub struct MailServer {
    /// Its port on `localhost`.
    pub port: u16,
    /// Its certificate, which nobody trusts by itself, in PEM.
    pub certificate: Vec<u8>,
    folder: PathBuf,
    ended: Arc<AtomicBool>,
    sessions: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl MailServer {
    /// Name of the only account.
    pub const LOGIN: &'static str = "desk";
    /// Its password.
    pub const PASSWORD: &'static str = "correct horse";
    /// An address to which nothing can be delivered.
    pub const UNKNOWN: &'static str = "nobody-there@example.org";

    /// A server that listens.
    #[must_use]
    pub fn start(encrypted: Encrypted) -> Self {
        assert!(
            Path::new(EXIM).exists(),
            "{EXIM} is missing; install it with: apt-get install --no-install-recommends exim4-daemon-light"
        );
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("deskwright-mail-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a folder can be made");
        let certificate = certify(&folder);
        configure(&folder);
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let this = Self {
            port: listener.local_addr().expect("it has a port").port(),
            certificate,
            folder: folder.clone(),
            ended: Arc::new(AtomicBool::new(false)),
            sessions: Arc::default(),
        };
        let (ended, sessions) = (Arc::clone(&this.ended), Arc::clone(&this.sessions));
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (folder, connection) = (folder.clone(), connection.expect("it connects"));
                let mut open = sessions.lock().unwrap_or_else(PoisonError::into_inner);
                open.push(std::thread::spawn(move || {
                    serve(&folder, &connection, encrypted);
                }));
            }
        });
        this
    }

    /// Every mail that it took, oldest first, once all connections have ended.
    #[must_use]
    pub fn mails(&self) -> Vec<String> {
        self.wait();
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join("mails/new"))
            .into_iter()
            .flatten()
            .map(|it| it.expect("it is there").path())
            .collect();
        files.sort_by_key(|it| {
            let told = it.metadata().expect("it is there");
            (told.mtime(), told.mtime_nsec(), it.clone())
        });
        files
            .iter()
            .map(|it| fs::read_to_string(it).expect("a mail is text"))
            .collect()
    }

    fn wait(&self) {
        let mut open = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for session in open.drain(..) {
            session.join().expect("the server serves");
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the one that listens.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Speaks with one client. Exim refuses to take sockets of the network from those who are not root.
fn serve(folder: &Path, client: &TcpStream, encrypted: Encrypted) {
    let (ours, its) = UnixStream::pair().expect("sockets can be made");
    let output = its.try_clone().expect("a socket can be shared");
    let mut command = unprivileged(EXIM);
    command
        .arg("-C")
        .arg(folder.join("exim.conf"))
        .args(["-odi", "-bs"]);
    if encrypted == Encrypted::AtOnce {
        command.arg("-tls-on-connect");
    }
    let mut exim = command
        .stdin(Stdio::from(std::os::fd::OwnedFd::from(its)))
        .stdout(Stdio::from(std::os::fd::OwnedFd::from(output)))
        .stderr(Stdio::null())
        .spawn()
        .expect("Exim starts");
    // The command holds its end open as well.
    drop(command);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            pump(client, &ours);
            ours.shutdown(Shutdown::Write).ok();
        });
        pump(&ours, client);
        client.shutdown(Shutdown::Both).ok();
    });
    exim.wait().expect("Exim ends");
}

/// Carries bytes until either end has no more.
fn pump(mut from: impl Read, mut to: impl Write) {
    let mut bytes = [0; 16_384];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..read]).is_err() {
            return;
        }
    }
}

/// A certificate for `localhost` that signs itself.
pub(crate) fn certify(folder: &Path) -> Vec<u8> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "30"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status();
    assert!(
        made.is_ok_and(|it| it.success()),
        "openssl is missing; install it with: apt-get install openssl"
    );
    fs::read(certificate).expect("the certificate is there")
}

fn configure(folder: &Path) {
    let (user, group) = match number("-u") {
        0 => (NOBODY, NOBODY),
        user => (user, number("-g")),
    };
    let place = folder.display();
    let (login, password) = (MailServer::LOGIN, MailServer::PASSWORD);
    let unknown = MailServer::UNKNOWN;
    let text = format!(
        "primary_hostname = localhost
exim_user = {user}
exim_group = {group}
spool_directory = {place}/spool
log_file_path = {place}/log/%s
deliver_drop_privilege = true
keep_environment =
untrusted_set_sender = *
local_from_check = false
auth_advertise_hosts = * : @[] :
tls_advertise_hosts = * : @[] :
tls_certificate = {place}/certificate.pem
tls_privatekey = {place}/key.pem
acl_smtp_rcpt = recipients
begin acl
recipients:
  deny message = no such mailbox
       condition = ${{if eq{{$local_part@$domain}}{{{unknown}}}}}
  accept authenticated = *
  deny message = sign in first
begin routers
all:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  maildir_format
  directory = {place}/mails
  create_directory
  user = {user}
  group = {group}
  envelope_to_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"
    );
    fs::write(folder.join("exim.conf"), text).expect("the configuration can be written");
    for name in ["spool", "log", "mails"] {
        fs::create_dir(folder.join(name)).expect("a folder can be made");
    }
    give(folder, (user, group), 0o755);
    for name in ["spool", "log", "mails"] {
        give(&folder.join(name), (user, group), 0o755);
    }
    for name in ["exim.conf", "key.pem", "certificate.pem"] {
        give(&folder.join(name), (user, group), 0o600);
    }
}

/// Gives a file or folder to somebody.
pub(crate) fn give(path: &Path, (user, group): (u32, u32), mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    chown(path, Some(user), Some(group)).expect("it can be given away");
}

/// The program as somebody without rights; root hands over to such a one.
pub(crate) fn unprivileged(program: &str) -> Command {
    if number("-u") != 0 {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let nobody = NOBODY.to_string();
    command
        .args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"])
        .args(["--", program]);
    command
}

/// Our own number as `id` tells it.
pub(crate) fn number(which: &str) -> u32 {
    let said = Command::new("id").arg(which).output().expect("id answers");
    let text = String::from_utf8_lossy(&said.stdout);
    text.trim().parse().expect("id says a number")
}
