//! `deskwright reindex`: empties the index of the search and builds it anew.

use std::process::ExitCode;

use anyhow::Result;

use crate::config::Config;
use crate::house::House;

/// Builds the index and says how many records it has.
///
/// # Errors
/// Where the database cannot be read or written. Called again, it begins anew.
pub fn run(config: &Config) -> Result<ExitCode> {
    let house = House::existing_for_long_work(config)?;
    let done = store::block_on(flow::rebuild(&house.engine))?;
    println!("{done} records can be found again.");
    Ok(ExitCode::SUCCESS)
}
