//! `deskwright export`: all records of a type, as CSV or JSON Lines that `deskwright import` reads back.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use engine::Surface;

use super::import::in_words;
use crate::config::Config;
use crate::house::House;

/// Arguments of the command.
#[derive(Args)]
pub struct Export {
    /// Name of the type, for example incident
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
    /// Which records, as one would type it into the search bar: 'state:open priority<=2'
    #[arg(long, default_value = "", hide_default_value = true)]
    filter: String,
    /// Where to; without it the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Csv,
    Jsonl,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: &Export) -> Result<ExitCode> {
    let house = House::open_for_long_work(config)?;
    let ctx = house.engine.system_ctx(house.tenant, Surface::Command);
    let format = match asked.format {
        Form::Csv => flow::Format::Csv,
        Form::Jsonl => flow::Format::Jsonl,
    };
    let export = flow::Export::new(&ctx, &asked.record_type, &asked.filter, format)
        .map_err(|error| in_words(&error))?;
    let mut out: Box<dyn Write> = match &asked.out {
        Some(path) => {
            let file = File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let exported = export
        .run(&house.engine, &ctx, &mut out)
        .map_err(|error| in_words(&error))?;
    drop(out);
    eprintln!(
        "{} records in {:.1} s.",
        exported.records,
        std::time::Duration::from_millis(exported.milliseconds).as_secs_f64()
    );
    house.engine.store().shutdown();
    Ok(ExitCode::SUCCESS)
}
