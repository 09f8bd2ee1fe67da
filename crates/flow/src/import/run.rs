//! Imports that somebody orders and a job does: begun with a file that was sent ahead, done as whoever ordered them,
//! stopped when somebody says so.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base::{Error, Message, Refused, Result, Stopwatch, Uuid};
use engine::job::{self, NewJob};
use engine::system::attachment::BlobRef;
use engine::system::bulk::RunState;
use engine::system::import_run::{self, ImportRun, JOB};
use engine::{Ctx, Engine, Reading, Surface, Unit};
use serde_json::Value as Json;

use super::prepare::prepare;
use super::{Importer, Options, Progress};
use crate::bulk::Say;
use crate::chunk::problems;
use crate::mapping::Mapping;
use crate::ordered::Ordered;
use crate::source::Source;

/// The area of administration whose people may import.
pub const AREA: &str = "imports";
/// How often an import tells how far it is, and asks whether it is to go on, in milliseconds.
const TELLS_EVERY: u128 = 500;

/// An import that somebody wants.
#[derive(Clone, Debug)]
pub struct Order {
    /// Name of the file.
    pub name: String,
    /// Digest of its stored content.
    pub sha256: String,
    /// Its length.
    pub bytes: i64,
    /// What its columns become: TOML, or JSON.
    pub mapping: String,
    /// Whether everything is checked and nothing kept.
    pub dry_run: bool,
    /// The token that was shown, where one was.
    pub token: Option<Uuid>,
}

impl Order {
    /// An import of a file that was sent ahead.
    #[must_use]
    pub fn of(file: BlobRef, mapping: String, dry_run: bool, token: Option<Uuid>) -> Self {
        Self {
            name: file.name,
            sha256: file.sha256,
            bytes: file.bytes,
            mapping,
            dry_run,
            token,
        }
    }
}

/// Orders an import: it is kept, and a job is there that does it.
///
/// # Errors
/// Forbidden without the right; refused where the mapping cannot be read; or a failure of the store.
pub fn begin(unit: &mut Unit<'_, '_>, order: &Order) -> Result<ImportRun> {
    unit.ctx.require_area(AREA)?;
    Mapping::parse(&order.mapping)?;
    let (id, now, tenant) = (unit.new_id(), unit.ctx.now, unit.ctx.tenant);
    let run = ImportRun {
        id,
        tenant,
        person: unit.ctx.actor.person,
        token: order.token,
        scopes: unit.ctx.actor.scopes.clone(),
        language: unit.ctx.language.clone(),
        zone: unit.ctx.zone.iana_name().map(str::to_owned),
        name: order.name.clone(),
        sha256: order.sha256.clone(),
        bytes: order.bytes,
        mapping: order.mapping.clone(),
        dry_run: order.dry_run,
        state: RunState::Waiting,
        read: 0,
        done: 0,
        rejected: 0,
        report: None,
        problem: None,
        created_at: now,
        started_at: None,
        finished_at: None,
    };
    import_run::insert(unit.tx, &run)?;
    let job = NewJob {
        id,
        tenant,
        kind: JOB.to_owned(),
        payload: serde_json::json!({ "file": run.name, "dry_run": run.dry_run }),
        run_at: now,
        unique_key: None,
    };
    job::enqueue(unit.tx, &job, now)?;
    Ok(run)
}

/// An import of the tenant, with its report.
///
/// # Errors
/// Forbidden without the right; not found where there is none.
pub fn find(reading: &mut Reading<'_, '_>, id: Uuid) -> Result<ImportRun> {
    reading.ctx.require_area(AREA)?;
    let run = import_run::find(reading.tx, reading.ctx.tenant, id)?;
    run.ok_or_else(|| Error::from(Refused::NotFound(Message::new("import-not-found"))))
}

/// Stops an import; what it stored by then stays. False where it is over already.
///
/// # Errors
/// Forbidden without the right, or a failure of the store.
pub fn cancel(unit: &mut Unit<'_, '_>, id: Uuid) -> Result<bool> {
    unit.ctx.require_area(AREA)?;
    let now = unit.ctx.now;
    import_run::end(unit.tx, id, RunState::Cancelled, (None, None), now)
}

/// Does an ordered import, with the content of its file; nothing where that is gone. Blocks.
///
/// It may be called again for the same import: what was stored is not stored twice.
///
/// # Errors
/// A failure; what was stored before stays, and the import can be gone on with.
pub fn work(
    engine: &Arc<Engine>,
    run: &ImportRun,
    content: Option<Vec<u8>>,
    say: &Say,
) -> Result<()> {
    match import(engine, run, content, say) {
        Ok(report) => end(engine, run, RunState::Done, (Some(report), None)),
        Err(Error::Refused(refused)) if !is_passing(&refused) => {
            let problems = problems(refused).into_iter();
            let words: Vec<String> = problems.map(|it| say(&run.language, &it.message)).collect();
            end(
                engine,
                run,
                RunState::Stopped,
                (None, Some(words.join(" "))),
            )
        }
        Err(error) => Err(error),
    }
}

/// Ends an import that failed too often, with what is said of it. Blocks.
///
/// # Errors
/// A failure of the store.
pub fn give_up(engine: &Arc<Engine>, run: &ImportRun, problem: String) -> Result<()> {
    end(engine, run, RunState::Stopped, (None, Some(problem)))
}

/// Whether trying again later may help.
fn is_passing(refused: &Refused) -> bool {
    matches!(
        refused,
        Refused::Busy(_) | Refused::TooSlow(_) | Refused::TooMany { .. }
    )
}

fn import(
    engine: &Arc<Engine>,
    run: &ImportRun,
    content: Option<Vec<u8>>,
    say: &Say,
) -> Result<Json> {
    let ordered = Ordered {
        tenant: run.tenant,
        person: run.person,
        token: run.token,
        scopes: run.scopes.clone(),
        language: run.language.clone(),
        zone: run.zone.clone(),
    };
    let ctx = ordered.ctx(engine, Surface::Import)?;
    let no_right = || Refused::Forbidden(Message::new("import-no-right"));
    let ctx: Ctx = ctx
        .filter(|it| it.require_area(AREA).is_ok())
        .ok_or_else(no_right)?;
    let gone = || Refused::NotFound(Message::new("import-file-gone"));
    let source = Source::of_bytes(&run.name, content.ok_or_else(gone)?);
    let mapping = Mapping::parse(&run.mapping)?;
    let plan = prepare(engine, &ctx, &mapping, run.dry_run)?.plan;
    let options = Options {
        dry_run: run.dry_run,
        // A job that was interrupted begins anew: what it stored is found again by its keys, and the report is whole.
        resume: false,
        ..Options::default()
    };
    let importer = Importer::new(engine, &ctx, plan, options);
    let stop = importer.stopper();
    let (watch, mut told) = (Stopwatch::start(), 0);
    let report = importer.run(source, &mut |progress| {
        let now = watch.elapsed().as_millis();
        if told == 0 || now >= told + TELLS_EVERY {
            told = now.max(1);
            // A count that cannot be told now is told the next time.
            if let Ok(false) = proceed(engine, run, progress) {
                stop.store(true, Ordering::Relaxed);
            }
        }
    })?;
    let last = Progress {
        read: report.rows,
        done: report.rows,
        rejected: report.counts.rejected.len() as u64,
    };
    proceed(engine, run, last)?;
    Ok(report.to_json(&|message| say(&run.language, message)))
}

/// Tells how far the import is; whether it is to go on.
fn proceed(engine: &Arc<Engine>, run: &ImportRun, progress: Progress) -> Result<bool> {
    let count = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let counts = (
        count(progress.read),
        count(progress.done),
        count(progress.rejected),
    );
    let (ctx, id) = (engine.system_ctx(run.tenant, Surface::Job), run.id);
    engine.write_blocking(&ctx, move |unit| {
        let now = unit.ctx.now;
        import_run::proceed(unit.tx, id, counts, now)
    })
}

fn end(
    engine: &Arc<Engine>,
    run: &ImportRun,
    state: RunState,
    (report, problem): (Option<Json>, Option<String>),
) -> Result<()> {
    let (ctx, id) = (engine.system_ctx(run.tenant, Surface::Job), run.id);
    engine.write_blocking(&ctx, move |unit| {
        let now = unit.ctx.now;
        import_run::end(
            unit.tx,
            id,
            state,
            (report.as_ref(), problem.as_deref()),
            now,
        )
    })?;
    Ok(())
}
