//! The commands: one file each.

mod config;
mod demo;
mod export;
mod files;
pub(crate) mod import;
mod reindex;
mod search;
mod serve;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::config::load;
use crate::logging;

/// IT service management in one program.
#[derive(Parser)]
#[command(name = "deskwright", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags of all commands. They win over the environment, and the environment over the file.
#[derive(Args)]
pub struct Common {
    /// Configuration file; without one, deskwright.toml here if there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the database and of files
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<String>,
    /// The database: sqlite:path/to/file or postgres://user:password@host/name
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Address and port on which the server listens
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The address that people type
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// What is logged: error, warn, info, debug, or by part
    #[arg(long, global = true, value_name = "LEVEL")]
    log: Option<String>,
    /// How log lines look: plain or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Any other key of the configuration; may be repeated
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Fill an empty database with a small believable organisation, and run the server
    Demo(demo::Demo),
    /// People who can sign in
    User(user::User),
    /// Read records from a file, by a mapping
    Import(import::Import),
    /// Write records to a file
    Export(export::Export),
    /// Find records by their words
    Search(search::Search),
    /// Check that the history is whole
    Verify(verify::Verify),
    /// Build the index of the search anew
    Reindex,
    /// Print a configuration file with every key, or the values in force
    Config(config::Config),
}

/// Runs the command that was asked for.
///
/// # Errors
/// What kept it from being done.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    if let Command::Config(asked) = &arguments.command {
        return config::run(asked, &arguments.common);
    }
    let (config, _) = load(
        arguments.common.config.as_deref(),
        &arguments.common.flags()?,
    )?;
    logging::begin(&config)?;
    match arguments.command {
        Command::Serve => serve::run(&config),
        Command::Demo(asked) => demo::run(&config, &asked),
        Command::User(asked) => user::run(&config, asked),
        Command::Import(asked) => import::run(&config, &asked),
        Command::Export(asked) => export::run(&config, &asked),
        Command::Search(asked) => search::run(&config, &asked),
        Command::Verify(asked) => verify::run(&config, asked),
        Command::Reindex => reindex::run(&config),
        Command::Config(_) => bail!("config was handled before"),
    }
}

impl Common {
    /// The flags as pairs of key and value.
    fn flags(&self) -> Result<Vec<(String, String)>> {
        let named = [
            ("data", &self.data),
            ("database", &self.database),
            ("listen", &self.listen),
            ("public_url", &self.public_url),
            ("log", &self.log),
            ("log_format", &self.log_format),
        ];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        let mut flags: Vec<(String, String)> = named.collect();
        for pair in &self.set {
            match pair.split_once('=') {
                Some((name, value)) => {
                    flags.push((name.trim().to_owned(), value.trim().to_owned()))
                }
                None => bail!("--set takes KEY=VALUE, not {pair:?}"),
            }
        }
        Ok(flags)
    }
}
