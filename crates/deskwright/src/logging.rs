//! Log lines on standard error: plain for people, JSON for programs.

use std::io::IsTerminal as _;
use std::str::FromStr as _;

use anyhow::{Result, anyhow};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Begins logging as configured.
///
/// # Errors
/// Where logging was begun already.
pub fn begin(config: &Config) -> Result<()> {
    let filter = EnvFilter::from_str(&config.log)?;
    let colours = std::io::stderr().is_terminal();
    let begun = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr);
    let done = match config.log_format {
        LogFormat::Plain => begun.try_init(),
        LogFormat::Json => begun.json().flatten_event(true).try_init(),
    };
    done.map_err(|error| anyhow!(error))
}
