//! A private PostgreSQL cluster for one run of the tests.
//!
//! A keeper (a small shell program, running as an unprivileged user) makes the cluster, starts it and
//! holds on to a pipe from us. When the pipe closes, because we are done, failed or were killed, it
//! stops the cluster and removes its data. So nothing is left behind, whatever ends us.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{process, tools};

/// The environment variable from which tests take the cluster's address.
pub const VARIABLE: &str = "DESKWRIGHT_TEST_POSTGRES";

/// How much a crash may cost: tests do not mind, the fault suite and measurements do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// No fsync; the data folder may lie in memory.
    None,
    /// As in production, on a real disk.
    Full,
}

/// Runs a cluster until somebody presses Enter, for those who test a single crate.
pub fn hold() -> Result<bool> {
    tools::provide()?;
    let cluster = Cluster::start(Durability::None)?;
    println!(
        "export {VARIABLE}={}\npress Enter to stop it",
        cluster.url()
    );
    std::io::stdin()
        .read_line(&mut String::new())
        .context("nobody can press Enter here")?;
    Ok(true)
}

/// A running cluster. Dropping it stops it.
pub struct Cluster {
    keeper: Child,
    url: String,
}

const KEEPER: &str = r#"
trap '' INT HUP TERM
umask 077
programs=$2
folder=$(mktemp -d "$1/deskwright-postgres.XXXXXX")
cleanup() {
    "$programs/pg_ctl" stop -D "$folder/data" -m fast -t 20 >/dev/null 2>&1 ||
        "$programs/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1
    rm -rf "$folder"
}
if ! "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 ||
   ! "$programs/pg_ctl" start -D "$folder/data" -w -t 60 -l "$folder/log" -o "$3 -k $folder" >>"$folder/log" 2>&1
then
    cat "$folder/log"
    cleanup
    exit 1
fi
echo ready
read -r _
cleanup
"#;

impl Cluster {
    /// Makes and starts a cluster on a free port of this machine.
    pub fn start(durability: Durability) -> Result<Self> {
        let programs =
            tools::postgres_programs().context("PostgreSQL's programs were not found")?;
        let port = free_port()?;
        let mut options = format!(
            "-c listen_addresses=127.0.0.1 -p {port} -c max_connections=300 -c shared_buffers=256MB"
        );
        if durability == Durability::None {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let place = match durability {
            Durability::None => memory_folder(),
            Durability::Full => std::env::temp_dir(),
        };
        let mut keeper = unprivileged()?
            .args(["sh", "-c", KEEPER, "keeper"])
            .arg(&place)
            .arg(&programs)
            .arg(&options)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("could not start the keeper of the PostgreSQL cluster")?;
        let mut said = BufReader::new(keeper.stdout.take().context("the keeper has no voice")?);
        let mut line = String::new();
        said.read_line(&mut line)
            .context("the keeper does not speak")?;
        if line.trim() != "ready" {
            said.read_to_string(&mut line).ok();
            keeper.wait().ok();
            bail!("PostgreSQL did not start:\n{line}");
        }
        Ok(Self {
            keeper,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        })
    }

    /// Its address, without a password: it trusts this machine.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Closing the pipe is the sign to clean up.
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// PostgreSQL refuses to run as root, so root hands over to a user without rights.
fn unprivileged() -> Result<Command> {
    if !tools::is_root() {
        return Ok(Command::new("env"));
    }
    let Some(user) = ["postgres", "nobody"]
        .into_iter()
        .find(|user| process::answers("id", &["-u", user]))
    else {
        bail!("running as root needs a user `postgres` or `nobody` to run PostgreSQL as");
    };
    let group = process::says("id", &["-g", user]).context("no group for that user")?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", &group, "--clear-groups", "--"]);
    Ok(command)
}

/// A folder in memory if this machine has one with room for it, else the usual temporary folder.
fn memory_folder() -> PathBuf {
    let shared = Path::new("/dev/shm");
    let writable = shared
        .metadata()
        .is_ok_and(|folder| folder.permissions().mode() & 0o1777 == 0o1777);
    let free_kilobytes = process::says("df", &["-k", "--output=avail", "/dev/shm"])
        .and_then(|table| table.lines().last()?.trim().parse::<u64>().ok())
        .unwrap_or(0);
    if writable && free_kilobytes > 2_000_000 {
        shared.into()
    } else {
        std::env::temp_dir()
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr().context("no free port")?.port())
}
