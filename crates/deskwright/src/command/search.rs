//! `deskwright search`: records by their words, one line each.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use flow::search::{CAP, Search as _, SearchQuery};

use super::export::exporter;
use super::import::in_words;
use crate::config::Config;
use crate::house::House;

/// Arguments of the command.
#[derive(Args)]
pub struct Search {
    /// Words, "phrases", -without, numbers and filters, as one would type them into the box of the pages;
    /// after -- a word may begin with a dash
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// Only records of this type; then filters may name its own fields
    #[arg(long = "type", value_name = "TYPE")]
    record_type: Option<String>,
    /// Only what this person may read; without it everything, as the system
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// Most records
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: &Search) -> Result<ExitCode> {
    let house = House::existing_for_long_work(config)?;
    let ctx = exporter(&house, asked.login.as_deref())?;
    let query = SearchQuery {
        text: asked.words.join(" "),
        types: asked.record_type.iter().cloned().collect(),
        limit: Some(asked.limit),
        ..SearchQuery::default()
    };
    let page = house
        .engine
        .read_blocking(&ctx, move |reading| reading.search(&query))
        .map_err(|error| in_words(&error))?;
    for hit in &page.hits {
        let record = &hit.record;
        let id = record.id().to_string();
        let number = record.number().unwrap_or(&id);
        println!("{number}\t{}", record.title().unwrap_or_default());
    }
    if !page.needs_type.is_empty() {
        let names = page.needs_type.join(", ");
        eprintln!(
            "Only some types have {names}, so this was looked for as words: name one with --type."
        );
    }
    if page.is_capped {
        eprintln!("More than {CAP} records have these words; these are the newest.");
    } else if page.next.is_some() {
        let all: usize = page.types.iter().map(|it| it.count).sum();
        eprintln!("{} of {all} records.", page.hits.len());
    }
    house.engine.store().shutdown();
    Ok(ExitCode::SUCCESS)
}
