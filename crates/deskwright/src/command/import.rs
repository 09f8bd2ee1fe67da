//! `deskwright import`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::config::Config;

/// Arguments of the command.
#[derive(Args)]
pub struct Import {}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(_config: &Config, _asked: &Import) -> Result<ExitCode> {
    bail!("import is not there yet")
}
