//! The command line of the measuring program.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// What to measure and where.
pub struct Options {
    /// Incidents in the database.
    pub records: usize,
    /// How long each figure is measured.
    pub time: Duration,
    /// `sqlite` or a PostgreSQL address.
    pub database: String,
    /// The server's program.
    pub server: PathBuf,
    /// Where reports go.
    pub out: PathBuf,
    /// Only what has this in its name is measured; empty for all.
    pub only: String,
    /// Fill the database, tell how to sign in, and end.
    pub fill_only: bool,
}

impl Options {
    /// Reads the arguments.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            records: 20_000,
            time: Duration::from_secs(3),
            database: "sqlite".to_owned(),
            server: PathBuf::from("deskwright"),
            out: PathBuf::from("target/bench"),
            only: String::new(),
            fill_only: false,
        };
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--records" => {
                    options.records = value.parse().context("--records needs a number")?
                }
                "--seconds" => {
                    options.time =
                        Duration::from_secs(value.parse().context("--seconds needs a number")?);
                }
                "--database" => options.database = value,
                "--server" => options.server = value.into(),
                "--only" => options.only = value,
                "--out" => options.out = value.into(),
                "--fill-only" => options.fill_only = value == "yes",
                _ => bail!("{name} is not known"),
            }
        }
        Ok(options)
    }

    /// A short name of the database.
    pub fn database_name(&self) -> &'static str {
        if self.database == "sqlite" {
            "sqlite"
        } else {
            "postgres"
        }
    }

    /// A fresh data folder on the disk that holds the reports: memory would flatter the figures.
    pub fn folder(&self) -> Result<PathBuf> {
        let name = format!(
            "{}-{}-{}",
            self.database_name(),
            self.records,
            std::process::id()
        );
        let folder = std::path::absolute(self.out.join(name)).context("no data folder")?;
        std::fs::create_dir_all(&folder).context("no data folder")?;
        Ok(folder)
    }
}
