//! The workshop: everything a developer or a build machine does with this repository.
//!
//! Knows none of our crates; it only runs the tools that check, measure and picture them. What is
//! here must work on a fresh clone and leave nothing running behind.

mod bench;
mod browser;
mod clients;
mod counts;
mod postgres;
mod process;
mod real_data;
mod test;
#[cfg(test)]
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [--long]       run everything: format, clippy, house rules, all tests on SQLite and
                                PostgreSQL, the browser walk, generated clients; --long adds faults, millions,
                                whole files of real data and fuzz
cargo xtask bench [--records N] [--database sqlite|postgres|both] [--seconds N] [--only WORDS]
                                fill a database and measure it over HTTP
cargo xtask clients             generate clients, run them, and hold every answer to the OpenAPI document
cargo xtask screenshots         picture the main pages into target/screenshots
cargo xtask tidy                run the house rules alone
cargo xtask postgres            run a private PostgreSQL for tests of single crates until Enter
cargo xtask help                this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["test"] => test::run(test::Length::Usual),
        ["test", "--long"] => test::run(test::Length::Long),
        ["bench", options @ ..] => bench::run(options),
        ["clients"] => clients::run(),
        ["screenshots"] => browser::screenshots(),
        ["tidy"] => test::tidy(),
        ["postgres"] => postgres::hold(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(true)
        }
        _ => {
            eprintln!("{HELP}");
            Ok(false)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: this crate's folder's parent.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where builds go, for reports and pictures.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}
