//! The real server as a process of its own: started, watched, stopped or killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base::Stopwatch;

use crate::client::{Client, Request};

const PATIENCE: Duration = Duration::from_secs(60);
/// A server is idle once it has used at most this much processor time, in ticks of 10 ms, in a second.
const IDLE_TICKS: u64 = 2;

/// Where a server keeps its things and how it is told so.
#[derive(Clone, Debug)]
pub struct Place {
    /// The program.
    pub binary: PathBuf,
    /// Its data folder.
    pub folder: PathBuf,
    /// `sqlite` for a file in the folder, else a PostgreSQL address.
    pub database: String,
}

impl Place {
    /// The address of its database, as the server's configuration takes it.
    #[must_use]
    pub fn url(&self) -> String {
        if self.database == "sqlite" {
            format!("sqlite:{}", self.file().display())
        } else {
            self.database.clone()
        }
    }

    /// The file of a file database.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join("deskwright.sqlite3")
    }

    /// A command of the program on this place.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .env("DESKWRIGHT_DATA", &self.folder)
            .env("DESKWRIGHT_DATABASE", self.url())
            .current_dir(&self.folder);
        command
    }
}

/// Memory of a process in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// What it allocated itself.
    pub own: u64,
    /// All that is resident: also its program and the pages of the database file that it looks at, which
    /// the system takes back when somebody else needs them.
    pub resident: u64,
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens on this machine.
    pub port: u16,
    /// From the start of the process to the first answer.
    pub start_time: Duration,
}

impl Server {
    /// Starts it on a free port and waits until it is ready.
    ///
    /// # Errors
    /// If it ends or does not become ready.
    pub async fn start(place: &Place) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
        let port = listener.local_addr().context("no free port")?.port();
        drop(listener);
        // It logs as in production, and a file is where a log goes there.
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(place.folder.join("server.log"));
        let log = log.context("no log file")?;
        let stopwatch = Stopwatch::start();
        let child = place
            .command(&["serve"])
            .env("DESKWRIGHT_LISTEN", format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("the server did not start")?;
        let mut server = Self {
            child,
            port,
            start_time: Duration::ZERO,
        };
        while !ready(port).await {
            if let Some(status) = server.child.try_wait().context("the server is gone")? {
                let log =
                    std::fs::read_to_string(place.folder.join("server.log")).unwrap_or_default();
                bail!("the server ended with {status}:\n{log}");
            }
            if stopwatch.elapsed() > PATIENCE {
                bail!("the server was not ready after {} s", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.start_time = stopwatch.elapsed();
        Ok(server)
    }

    /// Waits until it does nothing by itself: after a fill it has a backlog of changes to seal.
    ///
    /// # Errors
    /// If it is still at work after a minute.
    pub async fn settle(&self) -> Result<()> {
        let stopwatch = Stopwatch::start();
        let mut before = self.ticks()?;
        while stopwatch.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.ticks()?;
            if now - before <= IDLE_TICKS {
                return Ok(());
            }
            before = now;
        }
        bail!(
            "the server was still at work after {} s",
            PATIENCE.as_secs()
        );
    }

    /// Processor time that it has used, in ticks of 10 ms (`proc(5)`, fields 14 and 15 of `stat`).
    fn ticks(&self) -> Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .context("the system does not tell the time of a process")?;
        let (_, fields) = stat
            .rsplit_once(") ")
            .context("the time of a process is not understood")?;
        let ticks = fields.split(' ').skip(11).take(2);
        ticks
            .map(|it| it.parse::<u64>().context("a time is not a number"))
            .sum()
    }

    /// Memory that it holds.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn memory(&self) -> Result<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("the system does not tell the memory of a process")?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes = line.trim().split(' ').next()?.parse::<u64>().ok()?;
            Some(kilobytes * 1024)
        };
        let missing = "the system does not tell the memory of a process";
        Ok(Memory {
            own: bytes("RssAnon:").context(missing)?,
            resident: bytes("VmRSS:").context(missing)?,
        })
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// If it was gone already.
    pub fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .context("no program `kill`")?;
        self.child.wait().context("the server was gone already")?;
        Ok(())
    }

    /// Pulls the plug: no chance to say goodbye.
    ///
    /// # Errors
    /// If it was gone already.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().context("the server was gone already")?;
        self.child.wait().context("the server was gone already")?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn ready(port: u16) -> bool {
    let Ok(mut client) = Client::connect(port).await else {
        return false;
    };
    client
        .send(&Request::get("/readyz"))
        .await
        .is_ok_and(|response| response.is_success())
}

/// Bytes of all files below a folder.
#[must_use]
pub fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size_of(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
