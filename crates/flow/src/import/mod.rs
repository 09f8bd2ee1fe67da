//! Imports: rows of a file through the engine's door.
//!
//! One reader plans rows and finds the records they refer to; one writer per connection stores them, up
//! to 500 rows in a transaction with the checkpoint, and again with a savepoint each where a row is bad. Rows
//! of one record always go to the same writer, in the order of the file. Memory grows with the
//! file only by a few bytes per record, by which keys that come back are noticed.

mod apply;
mod beside;
mod checkpoints;
mod definitions;
mod dry;
mod parts;
mod prepare;
mod reader;
mod references;
mod run;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base::{Message, Refused, Result, Stopwatch, Uuid};
use engine::{Ctx, Engine, Reading};

use crate::plan::Plan;
use crate::report::Report;
use crate::source::{PATH, Source};
use reader::Reader;

pub use definitions::{Misfit, Restored, restore};
pub use prepare::{Prepared, prepare};
pub use run::{AREA, Order, begin, cancel, find, give_up, work};

/// Rows of one transaction.
pub const MAX_ROWS: usize = 500;
/// Rejected lines after which an import gives up: the mapping does not fit the file.
pub const MAX_REJECTED: usize = 100_000;

/// How an import runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Everything is checked and nothing is kept.
    pub dry_run: bool,
    /// Goes on where an interrupted import of the same file stopped.
    pub resume: bool,
    /// Rows of one transaction, at most [`MAX_ROWS`].
    pub rows: usize,
    /// Writers at a time; SQLite has one whatever is said.
    pub writers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dry_run: false,
            resume: false,
            rows: MAX_ROWS,
            writers: 4,
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Rows that were read.
    pub read: u64,
    /// Rows that are stored, known or rejected.
    pub done: u64,
    /// Rejected rows among them.
    pub rejected: u64,
}

/// One reading of a file.
struct Pass<'f> {
    /// SHA-256 of the file, where it has one.
    digest: Option<&'f str>,
    /// Which reading it is, from 1.
    number: u8,
}

/// An import that is ready to run.
pub struct Importer {
    engine: Arc<Engine>,
    ctx: Ctx,
    plan: Arc<Plan>,
    options: Options,
    stop: Arc<AtomicBool>,
}

impl Importer {
    /// An import by a plan, as the actor of the context.
    #[must_use]
    pub fn new(engine: &Arc<Engine>, ctx: &Ctx, plan: Plan, options: Options) -> Self {
        let options = Options {
            rows: options.rows.clamp(1, MAX_ROWS),
            writers: options.writers.clamp(1, 16),
            ..options
        };
        Self {
            engine: Arc::clone(engine),
            ctx: ctx.clone(),
            plan: Arc::new(plan),
            options,
            stop: Arc::default(),
        }
    }

    /// What ends the import before its next row, once it is set: what is stored by then stays.
    #[must_use]
    pub fn stopper(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Refuses to go on where somebody stopped the import.
    fn check_stop(&self) -> Result<()> {
        if !self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let message = Message::new("import-stopped");
        Err(Refused::Conflict {
            message,
            current_version: None,
        }
        .into())
    }

    /// Imports the file. Blocks; `progress` is called after each stored part.
    ///
    /// Records may refer to records that stand further down: a person to their manager. Where they do, the
    /// file is read once more when all of them are there. A log is not, whose rows were true at their time.
    ///
    /// # Errors
    /// A refusal where file and plan do not fit together, or a failure. What was stored before stays
    /// and is known to the next run.
    pub fn run(&self, mut source: Source, progress: &mut dyn FnMut(Progress)) -> Result<Report> {
        let stopwatch = Stopwatch::start();
        if self.options.resume && source.digest.is_none() {
            return Err(Refused::BadRequest(Message::new("import-resume-needs-file")).into());
        }
        source.know(self.addresses(&source)?);
        let mut report = self.pass(&source, 1, progress)?;
        let resumed = report.resumed_over > 0 && self.plan.is_of_export();
        let links = report.links_open > 0 && self.knows_paths();
        let unsettled = report.counts.references_empty > 0 || resumed || links;
        let again = !self.plan.has_events() && source.can_be_read_again();
        if unsettled && again && !self.options.dry_run {
            source.know(self.addresses(&source)?);
            let second = self.pass(&source, 2, progress)?;
            report.links_open = second.links_open;
            report.counts.complete(second.counts);
        }
        report.counts.rejected.sort_by_key(|it| it.line);
        report.counts.partly.sort_by_key(|it| it.line);
        report.milliseconds = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }

    /// Whether records are known by the paths of their files.
    fn knows_paths(&self) -> bool {
        let mut columns = self.plan.key.iter().map(|it| &self.plan.columns[*it]);
        columns.next().is_some_and(|it| it == PATH) && columns.next().is_none()
    }

    /// Where the records stand that files of a folder became, by the files' paths.
    fn addresses(&self, source: &Source) -> Result<HashMap<String, String>> {
        if source.paths().is_empty() || !self.knows_paths() {
            return Ok(HashMap::new());
        }
        let ctx = self.ctx_of_now();
        let (name, of) = (self.plan.source.clone(), self.plan.name().to_owned());
        let paths = source.paths().to_vec();
        let known = self.engine.write_blocking(&ctx, {
            let of = of.clone();
            move |unit| {
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                unit.external_keys(&name, &of, &paths)
            }
        })?;
        let ids = known.values().map(|it| it.0).collect();
        let read = move |reading: &mut Reading<'_, '_>| reading.titles_of(&ids);
        let titles = self.engine.read_blocking(&ctx, read)?;
        let address = |(path, (id, _)): (String, (Uuid, i64))| {
            let number = titles.get(id)?.number.clone();
            let shown = number.unwrap_or_else(|| id.to_string());
            Some((path, format!("/{of}/{shown}")))
        };
        Ok(known.into_iter().filter_map(address).collect())
    }

    /// Reads the file once, from its beginning to its end.
    fn pass(
        &self,
        source: &Source,
        number: u8,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report> {
        let mut report = Report::of_plan(&self.plan);
        source.name().clone_into(&mut report.file);
        report.digest.clone_from(&source.digest);
        report.dry_run = self.options.dry_run;
        let plan = &self.plan;
        let rows = source.rows(&plan.file, &plan.columns, plan.required)?;
        let mut reader = Reader::new(Arc::clone(plan), rows);
        let pass = Pass {
            digest: source.digest.as_deref(),
            number,
        };
        if self.options.dry_run {
            dry::run(self, &mut reader, &mut report, progress)?;
        } else {
            writer::run(self, &mut reader, &pass, &mut report, progress)?;
        }
        report.rows = reader.read;
        report.awaited = reader.awaited;
        report.unused_columns = reader.unused_columns();
        (report.links_open, report.left_out) = reader.aside();
        report.tally = reader.tally;
        Ok(report)
    }

    /// The context of one transaction: an import may outlive a change of dictionary or settings.
    fn ctx_of_now(&self) -> Ctx {
        Ctx {
            now: self.engine.now(),
            snapshot: self.engine.snapshot_of(self.ctx.tenant),
            ..self.ctx.clone()
        }
    }
}
