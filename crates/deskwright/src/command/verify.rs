//! `deskwright verify`: recomputes the whole history and says what does not fit.

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
    let verdict = house.engine.read_blocking(&ctx, |reading| {
        engine::history::verify::verify(reading.tx, &reading.ctx.snapshot)
    })?;
    println!(
        "{} changes of {} records and {} blocks were recomputed; {} changes are not sealed yet.",
        verdict.rows, verdict.records, verdict.blocks, verdict.unsealed
    );
    for damage in &verdict.damage {
        println!("{damage}");
    }
    if verdict.damage.is_empty() {
        println!("The history is whole.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("The history is damaged in {} places.", verdict.damage.len());
    Ok(ExitCode::FAILURE)
}
