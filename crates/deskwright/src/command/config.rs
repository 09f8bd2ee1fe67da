//! `deskwright config`: every key with its default, or the values in force.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::Common;
use crate::config::{load, print_defaults, print_in_force};

/// Print a configuration file with every key, or the values in force.
#[derive(Args)]
pub struct Config {
    /// Print the values in force and where each comes from
    #[arg(long)]
    in_force: bool,
}

/// Prints.
///
/// # Errors
/// Where the configuration cannot be read.
pub fn run(asked: &Config, common: &Common) -> Result<ExitCode> {
    if asked.in_force {
        let (_, origins) = load(common.config.as_deref(), &common.flags()?)?;
        print!("{}", print_in_force(&origins));
    } else {
        print!("{}", print_defaults());
    }
    Ok(ExitCode::SUCCESS)
}
