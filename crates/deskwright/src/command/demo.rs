//! `deskwright demo`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::config::Config;

/// Arguments of the command.
#[derive(Args)]
pub struct Demo {}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(_config: &Config, _asked: &Demo) -> Result<ExitCode> {
    bail!("demo is not there yet")
}
