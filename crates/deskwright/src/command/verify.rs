//! `deskwright verify`: recomputes the whole history, compares it with what is stored, says what does not fit.

use std::process::ExitCode;

use anyhow::Result;
use engine::Surface;

use crate::config::Config;
use crate::house::House;

/// Verifies and prints. Fails where anything does not fit.
///
/// # Errors
/// Where the database cannot be read.
pub fn run(config: &Config) -> Result<ExitCode> {
    let house = House::open_for_long_work(config)?;
    let ctx = house.engine.system_ctx(house.tenant, Surface::Command);
    let verdict = engine::history::verify::verify_blocking(&house.engine, &ctx)?;
    println!(
        "{} changes of {} records and {} blocks were recomputed; {} changes are not sealed yet.",
        verdict.rows, verdict.records, verdict.blocks, verdict.unsealed
    );
    for damage in &verdict.damage {
        println!("{damage}");
    }
    let untold = verdict.damages - verdict.damage.len();
    if untold > 0 {
        println!("… and {untold} more");
    }
    if verdict.damages == 0 {
        println!("The history is whole.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("The history is damaged in {} places.", verdict.damages);
    Ok(ExitCode::FAILURE)
}
