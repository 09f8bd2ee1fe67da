//! One act over many records, as a run: begun once, done in small units by a job, each record by the door alone.
//!
//! The set is frozen when the run begins. A unit takes the run, does the next records, each as whoever began it may
//! do it at that moment, and keeps what became of them and how far the run is; so a runner that dies, or two at
//! once, neither repeat a record nor lose one. All units are one in the history.

mod act;
mod chosen;
mod kinds;
mod preview;
mod take_back;

use std::sync::Arc;

use base::{Error, Message, Problem, Refused, Result, Uuid};
use dictionary::TypeDef;
use engine::job::{self, NewJob};
use engine::system::bulk::{self, BulkRun, JOB, RecordOutcome, RecordResult, RunCounts, RunState};
use engine::{Change, Ctx, Engine, Reading, Surface, Unit};

use crate::chunk::{Care, in_parts, is_busy, one, problems};
use crate::ordered::Ordered;

pub use act::{Act, BULK, Doing, Said};
pub use chosen::{found, named};
pub use kinds::{ACROSS, by_type, may_begin, require};
pub use preview::{Preview, TRIED, preview};
pub use take_back::take_back;

/// Most records of a run.
pub const MOST_RECORDS: usize = 10_000;
/// How often a record that is busy is tried before it is refused.
const TRIES: usize = 3;
/// Records of one unit: few enough that other writers are not kept waiting.
pub const CHUNK: usize = 50;

/// What is said of a refusal, in the language with that tag.
pub type Say = Arc<dyn Fn(&str, &Message) -> String + Send + Sync>;

/// A run that somebody wants.
#[derive(Clone, Debug)]
pub struct Order {
    /// The type of its records; [`ACROSS`] where they may be of several.
    pub record_type: String,
    /// The records.
    pub records: Vec<Uuid>,
    /// What is done to each.
    pub act: Act,
    /// Why.
    pub reason: Option<String>,
    /// The token that was shown, where one was.
    pub token: Option<Uuid>,
}

impl Order {
    /// Refuses an order that is about no record, or about too many.
    fn check_size(&self) -> Result<(), Refused> {
        if self.records.is_empty() {
            return Err(Refused::field("ids", Message::new("bulk-nothing")));
        }
        check_size(self.records.len())
    }
}

fn check_size(records: usize) -> Result<(), Refused> {
    if records > MOST_RECORDS {
        let message = Message::new("bulk-too-many").with("most", MOST_RECORDS);
        return Err(Refused::TooLarge(message));
    }
    Ok(())
}

/// Begins a run: it is kept with its records, and a job is there that does it.
///
/// # Errors
/// Forbidden without the right; refused where it is about nothing or too much; or a failure of the store.
pub fn begin(unit: &mut Unit<'_, '_>, order: &Order) -> Result<BulkRun> {
    order.check_size()?;
    begin_checked(unit, order, None)
}

fn begin_checked(unit: &mut Unit<'_, '_>, order: &Order, undoes: Option<Uuid>) -> Result<BulkRun> {
    require(unit.ctx, &order.record_type)?;
    let (id, now, tenant) = (unit.new_id(), unit.ctx.now, unit.ctx.tenant);
    let run = BulkRun {
        id,
        tenant,
        person: unit.ctx.actor.person,
        token: order.token,
        scopes: unit.ctx.actor.scopes.clone(),
        record_type: order.record_type.clone(),
        act: order.act.to_json(),
        reason: order.reason.clone(),
        language: unit.ctx.language.clone(),
        zone: unit.ctx.zone.iana_name().map(str::to_owned),
        state: RunState::Waiting,
        counts: RunCounts {
            total: i64::try_from(order.records.len()).unwrap_or(i64::MAX),
            ..RunCounts::default()
        },
        undoes,
        created_at: now,
        started_at: None,
        finished_at: None,
    };
    bulk::insert(unit.tx, &run, &order.records)?;
    let job = NewJob {
        id,
        tenant,
        kind: JOB.to_owned(),
        payload: serde_json::json!({ "type": run.record_type, "records": run.counts.total }),
        run_at: now,
        unique_key: None,
    };
    job::enqueue(unit.tx, &job, now)?;
    Ok(run)
}

/// A run at work.
pub struct Worker {
    engine: Arc<Engine>,
    run: BulkRun,
    act: Act,
    records: Vec<Uuid>,
    say: Say,
}

/// A record and its place in the run, from 0.
type Place = (usize, Uuid);

/// What one unit came to.
enum Step {
    /// So many records are done, and more are to be.
    To(usize),
    /// Nothing more is to be done.
    Over,
}

impl Worker {
    /// The run with that id, ready to go on where it stands; nothing where it was swept away.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn load(engine: &Arc<Engine>, tenant: Uuid, id: Uuid, say: Say) -> Result<Option<Self>> {
        let ctx = engine.system_ctx(tenant, Surface::Job);
        let read = move |reading: &mut Reading<'_, '_>| {
            let run = bulk::find(reading.tx, tenant, id)?;
            Ok((run, bulk::records(reading.tx, id)?))
        };
        let (run, records) = engine.read_blocking(&ctx, read)?;
        let Some(run) = run else { return Ok(None) };
        Ok(Some(Self {
            act: Act::stored(&run.act)?,
            engine: Arc::clone(engine),
            run,
            records,
            say,
        }))
    }

    /// Does all that is left, unit after unit. Blocks.
    ///
    /// # Errors
    /// A failure of the store; what was done before stays done, and the run can be gone on with.
    pub fn finish(&self) -> Result<()> {
        while self.step()? {}
        Ok(())
    }

    /// Does the next unit; whether there is more to do. Blocks.
    ///
    /// # Errors
    /// As [`Worker::finish`].
    pub fn step(&self) -> Result<bool> {
        let Some(ctx) = self.whoever_began()? else {
            self.stop()?;
            return Ok(false);
        };
        let of = ctx.record_type(&self.run.record_type);
        if of.is_none() && self.run.record_type != ACROSS {
            self.stop()?;
            return Ok(false);
        }
        let (tenant, id) = (self.run.tenant, self.run.id);
        let look = move |reading: &mut Reading<'_, '_>| bulk::find(reading.tx, tenant, id);
        let now = self.engine.read_blocking(&ctx, look)?;
        let Some(run) = now.filter(|it| !it.state.is_over()) else {
            return Ok(false);
        };
        let from = usize::try_from(run.counts.done).unwrap_or_default();
        let places = self.records.iter().copied().enumerate();
        let rows: Arc<[Place]> = places.skip(from).take(CHUNK).collect();
        let mut write = |rows: &Arc<[Place]>, care| self.insist(&ctx, of.as_ref(), rows, care);
        let last = in_parts(&rows, &mut write, &|all, next| *all = next)?;
        Ok(matches!(last, Step::To(done) if done < self.records.len()))
    }

    /// One unit. A single record that never comes to hold its locks is refused, so that it holds up no others.
    fn insist(
        &self,
        ctx: &Ctx,
        of: Option<&Arc<TypeDef>>,
        rows: &Arc<[Place]>,
        care: Care,
    ) -> Result<Step> {
        let mut stored = self.write(ctx, of, rows, Some(care));
        for _ in 1..TRIES {
            if rows.len() > 1 || !stored.as_ref().is_err_and(is_busy) {
                return stored;
            }
            stored = self.write(ctx, of, rows, Some(care));
        }
        match stored {
            Err(error) if is_busy(&error) => self.write(ctx, of, rows, None),
            other => other,
        }
    }

    /// One unit: these records; without care they are refused.
    fn write(
        &self,
        ctx: &Ctx,
        of: Option<&Arc<TypeDef>>,
        rows: &Arc<[Place]>,
        care: Option<Care>,
    ) -> Result<Step> {
        let (run, act, say) = (self.run.clone(), self.act.clone(), Arc::clone(&self.say));
        let (of, rows) = (of.cloned(), Arc::clone(rows));
        self.engine.write_blocking(ctx, move |unit| {
            let now = unit.ctx.now;
            let Some(done) = bulk::take(unit.tx, run.id, now)? else {
                return Ok(Step::Over);
            };
            let done = usize::try_from(done).unwrap_or_default();
            if rows.first().is_none_or(|it| it.0 != done) {
                // Another runner was faster: what it did is not done again, whatever part of it is left here.
                return Ok(Step::To(done));
            }
            unit.join(run.id);
            let each = Each {
                run: &run,
                act: &act,
                of: of.as_ref(),
                say: &*say,
            };
            let results = match care {
                Some(care) => each.of_all(unit, &rows, care)?,
                None => each.refuse_all(&rows),
            };
            bulk::keep(unit.tx, run.id, &results, now)?;
            Ok(Step::To(done + rows.len()))
        })
    }

    /// The request as whom the records are changed: whoever began the run, with the rights that they have now.
    /// Nothing where they may not begin it any more.
    fn whoever_began(&self) -> Result<Option<Ctx>> {
        let run = &self.run;
        let ordered = Ordered {
            tenant: run.tenant,
            person: run.person,
            token: run.token,
            scopes: run.scopes.clone(),
            language: run.language.clone(),
            zone: run.zone.clone(),
        };
        let ctx = ordered.ctx(&self.engine, Surface::Job)?;
        Ok(ctx.filter(|it| may_begin(it, &run.record_type)))
    }

    fn stop(&self) -> Result<()> {
        let ctx = self.engine.system_ctx(self.run.tenant, Surface::Job);
        let id = self.run.id;
        let stop = move |unit: &mut Unit<'_, '_>| {
            let now = unit.ctx.now;
            bulk::end(unit.tx, id, RunState::Stopped, now)
        };
        self.engine.write_blocking(&ctx, stop)?;
        Ok(())
    }
}

/// What is done to each record of a unit.
struct Each<'a> {
    run: &'a BulkRun,
    act: &'a Act,
    of: Option<&'a Arc<TypeDef>>,
    say: &'a (dyn Fn(&str, &Message) -> String + Send + Sync),
}

impl Each<'_> {
    fn of_all(
        &self,
        unit: &mut Unit<'_, '_>,
        rows: &[Place],
        care: Care,
    ) -> Result<Vec<RecordResult>> {
        let records: Vec<Uuid> = rows.iter().map(|it| it.1).collect();
        unit.lock_records(records.iter().copied())?;
        let wanted = Wanted {
            act: self.act,
            reason: self.run.reason.as_deref(),
            undoes: self.run.undoes,
            of: self.of,
        };
        let ended = try_all(unit, &wanted, &records, care)?;
        let each = rows.iter().zip(ended);
        Ok(each
            .map(|(place, ended)| self.result(*place, ended))
            .collect())
    }

    fn refuse_all(&self, rows: &[Place]) -> Vec<RecordResult> {
        let each = rows.iter();
        each.map(|place| self.result(*place, Err(busy()))).collect()
    }

    fn result(&self, (at, record): Place, ended: Ended) -> RecordResult {
        let (outcome, problem) = match ended {
            Ok(true) => (RecordOutcome::Changed, None),
            Ok(false) => (RecordOutcome::Unchanged, None),
            Err(problem) => (RecordOutcome::Refused, Some(problem)),
        };
        let words = problem
            .as_ref()
            .map(|it| (self.say)(&self.run.language, &it.message));
        RecordResult {
            position: i64::try_from(at + 1).unwrap_or(i64::MAX),
            record,
            outcome,
            code: problem.as_ref().map(|it| it.message.key.to_owned()),
            field: problem.and_then(|it| it.field),
            words,
        }
    }
}

/// Whether a record was changed, or why not.
type Ended = Result<bool, Problem>;

/// What is done to records.
struct Wanted<'a> {
    act: &'a Act,
    reason: Option<&'a str>,
    undoes: Option<Uuid>,
    /// The type of the records; nothing where they may be of several.
    of: Option<&'a Arc<TypeDef>>,
}

/// Does the act to these records, each in the order given.
fn try_all(
    unit: &mut Unit<'_, '_>,
    wanted: &Wanted<'_>,
    rows: &[Uuid],
    care: Care,
) -> Result<Vec<Ended>> {
    let kinds = kinds::kinds(&mut unit.reading(), wanted, rows)?;
    let mut all = Vec::with_capacity(rows.len());
    for record in rows {
        all.push(match kinds::change_of(unit.ctx, &kinds, *record) {
            Err(problem) => Err(problem),
            Ok((kind, change)) => {
                let done = one(unit, care, |unit| {
                    let mut change = match wanted.undoes {
                        Some(undone) => take_back::change(unit, &kind.of, *record, undone)?,
                        None => Change {
                            record: Some(*record),
                            ..change.clone()
                        },
                    };
                    change.reason = wanted.reason.map(str::to_owned);
                    Ok(unit.apply(change)?.changed)
                });
                done?.map_err(first)
            }
        });
    }
    Ok(all)
}

/// The first thing that a refusal names; a person mends one at a time.
fn first(refused: Refused) -> Problem {
    let mut all = problems(refused);
    // A problem at a field says more than one about the whole.
    all.sort_by_key(|it| it.field.is_none());
    all.into_iter().next().unwrap_or_else(busy)
}

fn busy() -> Problem {
    Problem {
        field: None,
        message: Message::new("busy-try-again"),
    }
}

/// Stops a run of one's own, or of anybody as one who administers jobs; false where it is over already.
///
/// # Errors
/// A failure of the store.
pub fn cancel(unit: &mut Unit<'_, '_>, id: Uuid) -> Result<bool> {
    let now = unit.ctx.now;
    bulk::end(unit.tx, id, RunState::Cancelled, now)
}

/// A run that the actor began, or any of the tenant for one who administers jobs.
///
/// # Errors
/// Not found where there is none.
pub fn find(reading: &mut Reading<'_, '_>, id: Uuid) -> Result<BulkRun> {
    let run = bulk::find(reading.tx, reading.ctx.tenant, id)?;
    let person = reading.ctx.actor.person;
    let run = run.filter(|it| it.person == person || sees_all(reading.ctx));
    run.ok_or_else(|| Error::from(Refused::NotFound(Message::new("bulk-not-found"))))
}

/// Whether the actor sees the runs of everybody.
#[must_use]
pub fn sees_all(ctx: &Ctx) -> bool {
    ctx.require_area("jobs").is_ok()
}
