//! `cargo xtask bench`: builds the load program and the server as people run it, and runs them.
//!
//! Measuring is in the crate `bench`; here only the databases are provided.

use anyhow::{Result, bail};

use crate::postgres::{Cluster, Durability};
use crate::process;

/// Which databases are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Databases {
    Sqlite,
    Postgres,
    Both,
}

/// Runs the measurements with the options of the command line.
pub fn run(options: &[&str]) -> Result<bool> {
    let mut databases = Databases::Sqlite;
    let mut passed_on = Vec::new();
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match (*word, words.next().copied()) {
            ("--database", Some("sqlite")) => databases = Databases::Sqlite,
            ("--database", Some("postgres")) => databases = Databases::Postgres,
            ("--database", Some("both")) => databases = Databases::Both,
            (name @ ("--records" | "--seconds" | "--only"), Some(value)) => {
                passed_on.extend([name, value])
            }
            _ => bail!("not understood: {word}; see cargo xtask help"),
        }
    }
    let build = ["build", "--release", "-p", "deskwright", "-p", "bench"];
    if !process::succeeds(&mut process::cargo(&build))? {
        return Ok(false);
    }
    let mut content = true;
    if databases != Databases::Postgres {
        content &= measure("sqlite", &passed_on)?;
    }
    if databases != Databases::Sqlite {
        let cluster = Cluster::start(Durability::Full)?;
        content &= measure(cluster.url(), &passed_on)?;
    }
    Ok(content)
}

fn measure(database: &str, options: &[&str]) -> Result<bool> {
    let folder = crate::target().join("release");
    let mut bench = process::command(folder.join("bench"), options);
    bench
        .args(["--database", database])
        .arg("--server")
        .arg(folder.join("deskwright"))
        .arg("--out")
        .arg(crate::target().join("bench"));
    process::succeeds(&mut bench)
}
