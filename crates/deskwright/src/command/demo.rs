//! `deskwright demo`: a small believable organisation with a past, played through the door at the hours at
//! which it would have happened. A second start keeps what is there.

mod faults;
mod house;
mod incidents;
mod interactions;
mod knowledge;
mod random;
mod requests;
mod stage;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use base::{Clock as _, MICROS_PER_DAY, Stopwatch, SystemClock, Timestamp};
use clap::Args;

use crate::command::serve;
use crate::config::Config;
use crate::house::{House, make_folder};
use stage::Stage;

/// Incidents of the demo.
const INCIDENTS: usize = 400;

/// Arguments of the command.
#[derive(Args)]
pub struct Demo {
    /// Only fill the database; do not serve it
    #[arg(long)]
    fill_only: bool,
}

/// Fills an empty database and serves it.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: &Demo) -> Result<ExitCode> {
    fill_once(config)?;
    if !asked.fill_only {
        let house = House::open(config)?;
        // The people of the demo are invented; their addresses may be somebody's.
        let mut quiet = config.clone();
        quiet.mail.host = None;
        quiet.mail_in.host = None;
        serve::serve(&quiet, &house, &logins())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn logins() -> Vec<String> {
    let mut lines = vec![format!(
        "This is the demo of {}. Sign in as",
        house::COMPANY
    )];
    for (what, name, login, password, _) in house::LOGINS {
        lines.push(format!("  {what:14} {login}   {password}   ({name})"));
    }
    lines
}

fn fill_once(config: &Config) -> Result<()> {
    let url = config.database_url();
    let watch = Stopwatch::start();
    let now = SystemClock.now();
    if let Some(path) = url.strip_prefix("sqlite:").map(PathBuf::from) {
        if path.exists() {
            return Ok(());
        }
        eprintln!("Making the demo …");
        fill_file(config, &path, now)?;
    } else {
        // A tenant is the first thing that a database gets.
        let stage = Stage::open(&url, house::COMPANY, config.zone.clone(), begin(now))?;
        if !is_empty(&stage)? {
            stage.engine.store().shutdown();
            return Ok(());
        }
        eprintln!("Making the demo …");
        fill(stage, now)?;
    }
    eprintln!(
        "The demo was made in {:.1} s.",
        watch.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Fills a file beside the real one, which gets its name when it is whole: a demo that was interrupted is
/// made anew.
fn fill_file(config: &Config, path: &Path, now: Timestamp) -> Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    make_folder(folder)?;
    let unfinished = path.with_extension("unfinished");
    for leftover in ["unfinished", "unfinished-wal", "unfinished-shm"] {
        let leftover = path.with_extension(leftover);
        if leftover.exists() {
            std::fs::remove_file(&leftover)
                .with_context(|| format!("{} cannot be removed", leftover.display()))?;
        }
    }
    let url = format!("sqlite:{}", unfinished.display());
    fill(
        Stage::open(&url, house::COMPANY, config.zone.clone(), begin(now))?,
        now,
    )?;
    std::fs::rename(&unfinished, path)
        .with_context(|| format!("{} cannot be named", path.display()))
}

fn begin(now: Timestamp) -> Timestamp {
    now.plus_micros(-(story::DAYS + 2) * MICROS_PER_DAY)
}

fn is_empty(stage: &Stage) -> Result<bool> {
    let ctx = stage.system(SystemClock.now());
    let people = dictionary::Query {
        record_type: Some("person".to_owned()),
        ..dictionary::Query::default()
    };
    Ok(stage
        .engine
        .read_blocking(&ctx, move |reading| reading.count(&people))?
        == 0)
}

fn fill(mut stage: Stage, now: Timestamp) -> Result<()> {
    let house = house::fill(&mut stage, begin(now))?;
    knowledge::fill(&mut stage, &house, now)?;
    let stories = story::tell(&stage, &house, now, INCIDENTS);
    incidents::play(&mut stage, &house, stories, now)?;
    requests::fill(&mut stage, &house, now)?;
    interactions::fill(&mut stage, &house, now)?;
    route_the_rest(&stage, &house, now)?;
    stage.engine.store().shutdown();
    Ok(())
}

/// What names neither service nor category comes to the service desk, as everywhere.
fn route_the_rest(stage: &Stage, house: &house::House, now: Timestamp) -> Result<()> {
    let ctx = stage.system(now);
    let team = house.teams["Service desk"];
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for key in ["incident.routing", "request.routing"] {
        let routes = Some(serde_json::json!([{ "team": team }]));
        runtime.block_on(stage.engine.put_setting(&ctx, None, key, routes))?;
    }
    Ok(())
}
