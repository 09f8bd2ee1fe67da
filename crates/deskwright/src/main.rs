//! `deskwright`: configuration, commands, and the wiring of all crates. Decides nothing itself.

mod command;
mod config;
mod house;
mod logging;

use std::process::ExitCode;

use clap::Parser as _;

use command::Arguments;
use mimalloc::MiMalloc;

/// A page is made of thousands of small texts: this allocator takes a third of the time of the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Whatever is written, databases, files, exports, is for its owner alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    match command::run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("deskwright: {error:#}");
            ExitCode::FAILURE
        }
    }
}
