//! A private PostgreSQL cluster for one run of the tests.
//!
//! A keeper (a small shell program) makes a folder, starts the cluster in it as an unprivileged user and
//! holds on to a pipe from us. When the pipe closes, because we are done, failed or were killed, it
//! stops the cluster and removes the folder with all that is in it: data, sockets, and what the tests
//! put into their temporary folder, which lies there too. So nothing is left behind, whatever ends us.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{process, tools};

/// The environment variable from which tests take the cluster's address.
pub const VARIABLE: &str = "DESKWRIGHT_TEST_POSTGRES";

/// How often a cluster is started until it is given up.
const TRIES: usize = 3;

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
    folder: PathBuf,
}

const KEEPER: &str = r#"
trap '' INT HUP TERM
umask 077
place=$1 programs=$2 options=$3 owner=$4
shift 4
folder=$(mktemp -d "$place/deskwright-test.XXXXXX") || exit 1
mkdir "$folder/cluster" "$folder/tmp"
# Programs of other users may be run from there, and nobody but us sees what else there is.
chmod 711 "$folder" "$folder/tmp"
[ -z "$owner" ] || chown "$owner" "$folder/cluster"
export TMPDIR="$folder/cluster"
cleanup() {
    "$@" "$programs/pg_ctl" stop -D "$folder/cluster/data" -m fast -t 20 >/dev/null 2>&1 ||
        "$@" "$programs/pg_ctl" stop -D "$folder/cluster/data" -m immediate >/dev/null 2>&1
    # Tests that are just being ended may still write.
    for try in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf "$folder" 2>/dev/null && break
        sleep 1
    done
}
if ! { "$@" "$programs/initdb" -D "$folder/cluster/data" -U postgres -A trust -E UTF8 --locale=C --no-sync &&
       "$@" "$programs/pg_ctl" start -D "$folder/cluster/data" -w -t 60 -l "$folder/cluster/server.log" \
            -o "$options -k $folder/cluster"; } >"$folder/log" 2>&1
then
    cat "$folder/log" "$folder/cluster/server.log" 2>/dev/null
    cleanup "$@"
    exit 1
fi
echo "ready $folder/tmp"
read -r _
cleanup "$@"
"#;

impl Cluster {
    /// Makes and starts a cluster on a free port of this machine.
    pub fn start(durability: Durability) -> Result<Self> {
        let programs =
            tools::postgres_programs().context("PostgreSQL's programs were not found")?;
        let place = match durability {
            Durability::None => memory_folder(),
            Durability::Full => std::env::temp_dir(),
        };
        // A port that is free now may be taken a moment later.
        let mut started = Self::start_in(&place, &programs, durability);
        for _ in 1..TRIES {
            if started.is_ok() {
                break;
            }
            started = Self::start_in(&place, &programs, durability);
        }
        started
    }

    fn start_in(place: &Path, programs: &Path, durability: Durability) -> Result<Self> {
        let port = free_port()?;
        let mut options = format!(
            "-c listen_addresses=127.0.0.1 -p {port} -c max_connections=1000 -c shared_buffers=256MB"
        );
        if durability == Durability::None {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
            // In the folder as well, so that not even a kill leaves segments behind.
            options.push_str(" -c dynamic_shared_memory_type=mmap");
        }
        let unprivileged = unprivileged()?;
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(place)
            .arg(programs)
            .args([&options, &unprivileged.owner])
            .args(&unprivileged.command)
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
        let Some(folder) = line.trim_end().strip_prefix("ready ").map(PathBuf::from) else {
            said.read_to_string(&mut line).ok();
            keeper.wait().ok();
            bail!("PostgreSQL did not start:\n{line}");
        };
        Ok(Self {
            keeper,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            folder,
        })
    }

    /// Its address, without a password: it trusts this machine.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells a program where the cluster is and where to put temporary files, which go with it.
    pub fn lend_to(&self, command: &mut Command) {
        command.env(VARIABLE, &self.url).env("TMPDIR", &self.folder);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Closing the pipe is the sign to clean up.
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// As whom PostgreSQL runs.
struct Unprivileged {
    /// Who must own its folder; empty where that is ourselves.
    owner: String,
    /// What stands before its commands.
    command: Vec<String>,
}

/// PostgreSQL refuses to run as root, so root hands over to a user without rights.
fn unprivileged() -> Result<Unprivileged> {
    let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect();
    if !tools::is_root() {
        return Ok(Unprivileged {
            owner: String::new(),
            command: words(&["env"]),
        });
    }
    let Some(user) = ["postgres", "nobody"]
        .into_iter()
        .find(|user| process::answers("id", &["-u", user]))
    else {
        bail!("running as root needs a user `postgres` or `nobody` to run PostgreSQL as");
    };
    let group = process::says("id", &["-g", user]).context("no group for that user")?;
    let group = group.as_str();
    Ok(Unprivileged {
        owner: user.to_owned(),
        command: words(&[
            "setpriv",
            "--reuid",
            user,
            "--regid",
            group,
            "--clear-groups",
            "--",
        ]),
    })
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with programs that stand in for PostgreSQL's.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str, initdb: &str) -> Self {
            let name = format!("deskwright-xtask-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(folder.join("bin")).unwrap();
            for (program, text) in [("initdb", initdb), ("pg_ctl", "exit 0")] {
                let path = folder.join("bin").join(program);
                fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            Self(folder)
        }

        fn start(&self) -> Result<Cluster> {
            Cluster::start_in(&self.0, &self.0.join("bin"), Durability::None)
        }

        fn left(&self) -> Vec<PathBuf> {
            let entries = fs::read_dir(&self.0).unwrap();
            let paths = entries.map(|it| it.unwrap().path());
            paths.filter(|it| !it.ends_with("bin")).collect()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_cluster_and_all_temporary_files_go_with_us() {
        let place = Place::new("go", "exit 0");
        let mut cluster = place.start().unwrap();
        assert!(cluster.folder.starts_with(&place.0));
        let mut child = Command::new("sh");
        child.args(["-c", "mkdir \"$TMPDIR/a\" && echo left >\"$TMPDIR/a/b\""]);
        cluster.lend_to(&mut child);
        assert!(child.status().unwrap().success());
        // Ctrl-C reaches the keeper as well, and must not end it before it has cleaned up.
        let keeper = cluster.keeper.id().to_string();
        assert!(process::answers("kill", &["-INT", &keeper]));
        assert!(cluster.keeper.try_wait().unwrap().is_none());
        assert_eq!(place.left().len(), 1);
        drop(cluster);
        assert_eq!(place.left(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_cluster_that_does_not_start_says_why_and_leaves_nothing() {
        let place = Place::new("fail", "echo no room here; exit 1");
        let refused = place.start().err().unwrap().to_string();
        assert!(refused.contains("no room here"), "{refused}");
        assert_eq!(place.left(), Vec::<PathBuf>::new());
    }
}
