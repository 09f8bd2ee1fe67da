//! `deskwright import`: rows of a file into records, by a mapping or as an export wrote them.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use base::{Message, Stopwatch};
use clap::Args;
use engine::{Ctx, Surface};
use flow::import::{Prepared, prepare, restore};
use flow::source::Source;
use flow::{Importer, Mapping, Options, Plan, Progress, Report};
use ui::message::Language;

use crate::config::Config;
use crate::house::House;

/// Rejected lines and reports that are printed; the report file has all of them.
const PRINTED: usize = 20;

/// Arguments of the command.
#[derive(Args)]
pub struct Import {
    /// CSV, JSON Lines (.jsonl) or a workbook (.xlsx), also compressed (.zst); a folder of Markdown files; - reads the
    /// standard input
    file: String,
    /// What the columns become; docs/examples has mappings to begin with
    #[arg(
        long,
        value_name = "MAPPING.toml",
        required_unless_present_any = ["export_of", "export_of_all"],
        conflicts_with_all = ["export_of", "export_of_all"]
    )]
    mapping: Option<PathBuf>,
    /// The file was written by `deskwright export TYPE`: same ids, numbers and values
    #[arg(long, value_name = "TYPE")]
    export_of: Option<String>,
    /// The file was written by `deskwright export --all`
    #[arg(long, conflicts_with = "export_of")]
    export_of_all: bool,
    /// Take the content of files from this folder, into which `deskwright export --files` wrote it
    #[arg(long, value_name = "FOLDER", conflicts_with = "dry_run")]
    files: Option<PathBuf>,
    /// Check everything, keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on where an interrupted import of the same file stopped
    #[arg(long)]
    resume: bool,
    /// Write what was mapped how, and every rejected line, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Writers at a time on PostgreSQL
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    writers: usize,
}

/// Runs the command. Fails where lines were rejected, whole or in part.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: &Import) -> Result<ExitCode> {
    let house = House::open_for_long_work(config)?;
    let ctx = house.engine.system_ctx(house.tenant, Surface::Import);
    let mut source = Source::open(&asked.file).map_err(|error| in_words(&error))?;
    let plan = match asked.mapping {
        Some(_) => by_mapping(&house, &ctx, asked)?,
        None => of_export(&house, &ctx, asked, &mut source)?,
    };
    let options = Options {
        dry_run: asked.dry_run,
        resume: asked.resume,
        writers: asked.writers,
        ..Options::default()
    };
    if let Some(folder) = &asked.files {
        let taken = super::files::take_in(config, &house, &ctx, folder)?;
        eprintln!("{taken} files were taken in.");
    }
    let mut meter = Meter {
        watch: Stopwatch::start(),
        told: 0,
    };
    let importer = Importer::new(&house.engine, &ctx, plan, options);
    let report = importer
        .run(source, &mut |progress| meter.show(progress))
        .map_err(|error| in_words(&error))?;
    if let Some(path) = &asked.report {
        let json = format!("{:#}\n", report.to_json(&say));
        std::fs::write(path, json)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    print(&report)?;
    house.engine.store().shutdown();
    Ok(
        if report.counts.rejected.is_empty() && report.counts.partly.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        },
    )
}

/// The plan for a file of ours, once the definitions with which it begins are here.
fn of_export(house: &House, ctx: &Ctx, asked: &Import, source: &mut Source) -> Result<Plan> {
    let told = source.definitions().map_err(|error| in_words(&error))?;
    let restored = restore(&house.engine, ctx, &told, asked.dry_run)
        .map_err(|it| in_words(&it.error).context(format!("The definition in line {}", it.line)))?;
    let would = if asked.dry_run { "would be " } else { "" };
    for name in &restored.added {
        eprintln!("{name} {would}added.");
    }
    for name in &restored.kept {
        eprintln!("{name} is here in another form and stays as it is.");
    }
    let snapshot = house.engine.snapshot_of(ctx.tenant);
    let dictionary = &snapshot.dictionary;
    let Some(name) = &asked.export_of else {
        return Ok(Plan::of_whole_export(dictionary).awaiting(restored.awaited));
    };
    match dictionary.record_type(name) {
        Some(declared) => Ok(Plan::of_export(declared).awaiting(restored.awaited)),
        None if restored.awaited.contains(name) => {
            Ok(Plan::of_whole_export(dictionary).awaiting(restored.awaited))
        }
        None => bail!("there is no type {name:?}"),
    }
}

fn by_mapping(house: &House, ctx: &Ctx, asked: &Import) -> Result<Plan> {
    let path = asked.mapping.as_deref().context("--mapping is missing")?;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let mapping = Mapping::parse(&text).map_err(|error| in_words(&error))?;
    let Prepared {
        plan,
        added_fields,
        set,
    } = prepare(&house.engine, ctx, &mapping, asked.dry_run).map_err(|error| in_words(&error))?;
    let would = if asked.dry_run { "would be " } else { "" };
    for field in added_fields {
        eprintln!("Field {field} {would}added to {}.", mapping.record_type);
    }
    for key in set {
        eprintln!("Setting {key} {would}set.");
    }
    Ok(plan)
}

/// Shows progress once a second, on one line.
struct Meter {
    watch: Stopwatch,
    told: u64,
}

impl Meter {
    fn show(&mut self, progress: Progress) {
        let second = self.watch.elapsed().as_secs();
        if second > self.told {
            self.told = second;
            let rate = progress.done / second.max(1);
            eprint!(
                "\r{} rows, {rate}/s, {} rejected ",
                progress.done, progress.rejected
            );
            // Progress that cannot be shown is no reason to stop.
            drop(std::io::stderr().flush());
        }
    }
}

fn print(report: &Report) -> Result<()> {
    let counts = &report.counts;
    let mut out = std::io::stdout().lock();
    let kept = if report.dry_run {
        " Nothing was kept."
    } else {
        ""
    };
    eprintln!();
    writeln!(
        out,
        "{} rows in {:.1} s ({}/s): {} records made, {} rows changed one, {} changed nothing, {} were known, {} rejected.{kept}",
        report.rows,
        std::time::Duration::from_millis(report.milliseconds).as_secs_f64(),
        report.rows_per_second(),
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.known + report.resumed_over,
        counts.rejected.len(),
    )?;
    if report.left_out > 0 {
        writeln!(
            out,
            "{} further files say what folders are called and are no rows.",
            report.left_out
        )?;
    }
    if report.awaited > 0 {
        writeln!(
            out,
            "{} further rows are of types that are not here yet and could not be looked at.",
            report.awaited
        )?;
    }
    if report.links_open > 0 && !report.dry_run {
        writeln!(
            out,
            "{} links lead to files that did not become records, and stay as they are.",
            report.links_open
        )?;
    }
    for (record_type, made) in &counts.referred {
        writeln!(
            out,
            "{made} of type {record_type} were made because rows refer to them."
        )?;
    }
    if counts.comments + counts.links + counts.followers + counts.files > 0 {
        writeln!(
            out,
            "{} comments, {} links, {} followers and {} files were added.",
            counts.comments, counts.links, counts.followers, counts.files
        )?;
    }
    if counts.files_empty > 0 {
        writeln!(
            out,
            "{} files were left out, since their content is not here: import again with --files.",
            counts.files_empty
        )?;
    }
    for (field, words) in &report.tally.kept {
        for (code, rows) in words {
            writeln!(
                out,
                "{field}: {code:?} is no choice of ours and was kept, on {rows} rows."
            )?;
        }
    }
    for (message, rows) in counts.reported.values().take(PRINTED) {
        writeln!(out, "{rows} rows: {}", say(message))?;
    }
    if counts.references_empty > 0 {
        writeln!(
            out,
            "{} references, links or followers were left out, since there is no such record yet.",
            counts.references_empty
        )?;
    }
    if !report.unused_columns.is_empty() {
        writeln!(
            out,
            "Columns that nothing uses: {}.",
            report.unused_columns.join(", ")
        )?;
    }
    print_lines(&mut out, report)
}

/// The first lines that were not taken, or not whole.
fn print_lines(out: &mut impl std::io::Write, report: &Report) -> Result<()> {
    let counts = &report.counts;
    for partly in counts.partly.iter().take(PRINTED) {
        let why = problems(&partly.problems);
        writeln!(out, "Line {} was taken in part: {why}", partly.line)?;
    }
    for rejected in counts.rejected.iter().take(PRINTED) {
        writeln!(
            out,
            "Line {}: {}",
            rejected.line,
            problems(&rejected.problems)
        )?;
    }
    let told = counts.rejected.len().min(PRINTED) + counts.partly.len().min(PRINTED);
    let left = counts.rejected.len() + counts.partly.len() - told;
    if left > 0 {
        writeln!(out, "… and {left} more; --report FILE has all of them.")?;
    }
    Ok(())
}

fn say(message: &Message) -> String {
    web::say(&Language::default(), message)
}

fn problems(problems: &[base::Problem]) -> String {
    let one = |it: &base::Problem| match &it.field {
        Some(field) => format!("{field}: {}", say(&it.message)),
        None => say(&it.message),
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A refusal in words; failures with their cause.
pub(crate) fn in_words(error: &base::Error) -> anyhow::Error {
    use base::Refused;
    let told = match error {
        base::Error::Refused(Refused::Invalid(all)) => all
            .iter()
            .map(|it| problems(std::slice::from_ref(it)))
            .collect::<Vec<_>>()
            .join("\n"),
        base::Error::Refused(
            Refused::BadRequest(message)
            | Refused::TooLarge(message)
            | Refused::Forbidden(message)
            | Refused::NotFound(message)
            | Refused::Conflict { message, .. }
            | Refused::Busy(message)
            | Refused::TooSlow(message)
            | Refused::NotSignedIn(message),
        ) => say(message),
        other => {
            let mut told = other.to_string();
            let mut cause = std::error::Error::source(other);
            while let Some(inner) = cause {
                told = format!("{told}: {inner}");
                cause = inner.source();
            }
            told
        }
    };
    anyhow::anyhow!("{told}")
}
