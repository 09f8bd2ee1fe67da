//! `deskwright`: configuration, commands, and the wiring of all crates. Decides nothing itself.

mod command;
mod config;
mod house;
mod logging;

use std::process::ExitCode;

use clap::Parser as _;

use command::Arguments;

fn main() -> ExitCode {
    match command::run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("deskwright: {error:#}");
            ExitCode::FAILURE
        }
    }
}
