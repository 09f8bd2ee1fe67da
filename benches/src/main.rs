//! Measures the server over HTTP, beside the bare database, and prints a table.
//!
//! `bench --records N --seconds N --database sqlite|postgres://… --server PROGRAM --out FOLDER`
//!
//! `--only WORDS` measures only what has these words in its name. With `--fill-only yes` it leaves the filled database and tells how to sign in, for a profiler.

mod floor;
mod options;
mod report;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use base::Stopwatch;
use bench::fill;
use bench::load::{self, Measured};
use bench::scenario::{self, Scenario};
use bench::server::{Place, Server, size_of};

use options::Options;
use report::{Line, Report};

/// Connections that ask at once.
const CONNECTIONS: [usize; 2] = [1, 16];

fn main() -> ExitCode {
    let ran = Options::read(std::env::args().skip(1)).and_then(|options| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(run(options))
    });
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let folder = options.folder()?;
    let place = Place {
        binary: options.server.clone(),
        folder: folder.clone(),
        database: options.database.clone(),
    };
    let mut report = Report::new(&options);

    println!("filling {} incidents …", options.records);
    let (url, records) = (place.url(), options.records);
    let stopwatch = Stopwatch::start();
    let world = tokio::task::spawn_blocking(move || {
        let engine = fill::open(&url)?;
        let world = fill::fill(&engine, records);
        engine.store().shutdown();
        world
    });
    let world = world.await.context("filling ended with a panic")??;
    if options.fill_only {
        println!("filled {}", folder.display());
        for player in &world.players {
            let (_, sample) = player.sample.first().context("somebody sees nothing")?;
            println!(
                "{}: token {}, session {}, may read {sample}",
                player.name, player.token, player.session
            );
        }
        println!("team {}", world.team);
        return Ok(());
    }
    report.fact(
        "filled per second",
        format!("{:.0}", records as f64 / stopwatch.elapsed().as_secs_f64()),
    );
    report.fact("database size", report::bytes(floor::size(&place).await?));

    let server = Server::start(&place).await?;
    report.fact(
        "start",
        format!("{:.0} ms", server.start_time.as_secs_f64() * 1_000.0),
    );
    server.settle().await?;
    note_memory(&mut report, "idle", &server)?;
    let wanted = |it: &Scenario| it.what.contains(&options.only);
    for scenario in scenario::all(&world).into_iter().filter(wanted) {
        for connections in CONNECTIONS {
            let ask = scenario.ask.clone();
            // A short run first: plans are prepared, pages of the file are in memory.
            load::measure(server.port, connections, options.time / 10, move |it| {
                ask(it)
            })
            .await?;
            let ask = scenario.ask.clone();
            let measured = load::measure(server.port, connections, options.time, move |it| {
                ask(it + 1_000_000)
            });
            report.line(Line {
                what: scenario.what.clone(),
                who: scenario.who,
                measured: measured.await?,
            });
        }
    }
    note_memory(&mut report, "after the measurements", &server)?;
    server.stop()?;
    for (what, measured) in floor::measure(&place, &world, options.time).await? {
        report.line(Line {
            what,
            who: "floor",
            measured,
        });
    }
    report.fact("data folder afterwards", report::bytes(size_of(&folder)));
    report.finish(&options.out)?;
    std::fs::remove_dir_all(&folder).context("the data folder could not be removed")?;
    Ok(())
}

fn note_memory(report: &mut Report, when: &str, server: &Server) -> Result<()> {
    let memory = server.memory()?;
    report.fact(&format!("own memory, {when}"), report::bytes(memory.own));
    report.fact(
        &format!("resident memory, {when}"),
        report::bytes(memory.resident),
    );
    Ok(())
}

/// What is measured without a server is measured alike.
fn timed(connections: usize, micros: Vec<u64>, stopwatch: &Stopwatch) -> Measured {
    Measured::new(connections, micros, stopwatch.elapsed().as_secs_f64())
}
