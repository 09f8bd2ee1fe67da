//! A real mailbox for one test: Dovecot from Debian's packages, without root, on a free port.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::mail_server::{NOBODY, certify, give, number, unprivileged};

/// The program.
const DOVECOT: &str = "/usr/sbin/dovecot";
/// Servers of this process, for names of their folders.
static SERVERS: AtomicUsize = AtomicUsize::new(0);

/// A mailbox that lives as long as the value.
pub struct MailboxServer {
    /// Its port on `localhost`; the connection is encrypted after STARTTLS.
    pub port: u16,
    /// Its certificate, which nobody trusts by itself, in PEM.
    pub certificate: Vec<u8>,
    folder: PathBuf,
    dovecot: Child,
    user: (u32, u32),
    delivered: AtomicUsize,
}

impl MailboxServer {
    /// Name of the only account.
    pub const LOGIN: &'static str = "desk";
    /// Its password.
    pub const PASSWORD: &'static str = "correct-horse";

    /// An empty mailbox.
    #[must_use]
    pub fn start() -> Self {
        assert!(
            Path::new(DOVECOT).exists(),
            "{DOVECOT} is missing; install it with: apt-get install --no-install-recommends dovecot-imapd"
        );
        let number_of = SERVERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("dw-box-{}-{number_of}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a folder can be made");
        let certificate = certify(&folder);
        let user = match number("-u") {
            0 => (NOBODY, NOBODY),
            user => (user, number("-g")),
        };
        for name in ["mails", "mails/new", "mails/cur", "mails/tmp", "home"] {
            fs::create_dir(folder.join(name)).expect("a folder can be made");
            give(&folder.join(name), user, 0o755);
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = free.local_addr().expect("it has a port").port();
        drop(free);
        fs::write(
            folder.join("dovecot.conf"),
            configuration(&folder, port, user),
        )
        .expect("the configuration can be written");
        for name in ["dovecot.conf", "key.pem", "certificate.pem"] {
            give(&folder.join(name), user, 0o600);
        }
        give(&folder, user, 0o755);
        let mut dovecot = unprivileged(DOVECOT)
            .arg("-F")
            .arg("-c")
            .arg(folder.join("dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Dovecot starts");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = dovecot.try_wait().expect("Dovecot can be asked");
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(ended.is_none(), "Dovecot ended: {}", log());
            std::thread::yield_now();
        }
        Self {
            port,
            certificate,
            folder,
            dovecot,
            user,
            delivered: AtomicUsize::new(0),
        }
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, mail: &str) {
        let at = self.delivered.fetch_add(1, Ordering::Relaxed);
        let written = self.folder.join("mails/tmp").join(at.to_string());
        fs::write(&written, mail.replace('\n', "\r\n")).expect("a mail can be written");
        give(&written, self.user, 0o600);
        let name = format!("{}.{at}.localhost", 1_700_000_000 + at);
        fs::rename(&written, self.folder.join("mails/new").join(name))
            .expect("it can be delivered");
    }
}

impl Drop for MailboxServer {
    fn drop(&mut self) {
        // It ends its helpers when it is asked to, not when it is killed.
        let pid = self.dovecot.id().to_string();
        std::process::Command::new("kill").arg(pid).status().ok();
        self.dovecot.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn configuration(folder: &Path, port: u16, (user, group): (u32, u32)) -> String {
    let place = folder.display();
    let name = |which: &str, number: u32| {
        let said = std::process::Command::new("getent")
            .args([which, &number.to_string()])
            .output()
            .expect("getent answers");
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        text.split(':').next().unwrap_or_default().to_owned()
    };
    let (user_name, group_name) = (name("passwd", user), name("group", group));
    let (login, password) = (MailboxServer::LOGIN, MailboxServer::PASSWORD);
    format!(
        "base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
default_internal_user = {user_name}
default_internal_group = {group_name}
default_login_user = {user_name}
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{place}/certificate.pem
ssl_key = <{place}/key.pem
mail_location = maildir:{place}/mails
first_valid_uid = 1
passdb {{
  driver = static
  args = user={login} password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={place}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
    )
}
