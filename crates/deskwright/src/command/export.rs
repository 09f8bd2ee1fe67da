//! `deskwright export`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::config::Config;

/// Arguments of the command.
#[derive(Args)]
pub struct Export {}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(_config: &Config, _asked: &Export) -> Result<ExitCode> {
    bail!("export is not there yet")
}
