//! What a run would do: how many records it is about, how many of them may be changed, and why others may not.
//!
//! Rights are looked at for all records. The first ones go through the door as well, in units that are given up.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Message, Problem, Refused, Result, Uuid};
use dictionary::TypeDef;
use engine::{Ctx, Engine, Reading, Unit};

use super::act::{self, Act};
use super::kinds::{self, ACROSS, require};
use super::{CHUNK, Ended, Order, Wanted, try_all};
use crate::chunk::Care;

/// Records that are tried at the door.
pub const TRIED: usize = 200;
/// Refusals that are told one by one.
const MOST_TOLD: usize = 10;
/// Records whose rights one statement asks about.
const PART: usize = 200;

/// What a run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Records that it is about.
    pub total: usize,
    /// Records that the actor may do it to, as far as rights and the trial tell.
    pub may: usize,
    /// Records that were tried at the door.
    pub tried: usize,
    /// Those of them that it would change.
    pub changed: usize,
    /// Those of them that are as they should be already.
    pub unchanged: usize,
    /// Those of them that would be refused.
    pub refused: usize,
    /// Whether another run can take it back.
    pub can_undo: bool,
    /// Some that would be refused, and why.
    pub refusals: Vec<(Uuid, Problem)>,
}

/// What the order would do. Writes nothing. Blocks.
///
/// # Errors
/// Forbidden without the right, too large with too many records, or a failure of the store.
pub fn preview(engine: &Arc<Engine>, ctx: &Ctx, order: &Order) -> Result<Preview> {
    require(ctx, &order.record_type)?;
    super::check_size(order.records.len())?;
    let of = ctx.record_type(&order.record_type);
    if of.is_none() && order.record_type != ACROSS {
        let message = Message::new("type-unknown").with("type", &order.record_type);
        return Err(Refused::NotFound(message).into());
    }
    let of = of.as_ref();
    let mut found = Preview {
        total: order.records.len(),
        can_undo: order.act.can_be_undone(),
        ..Preview::default()
    };
    let mut barred = HashSet::new();
    for part in order.records.chunks(PART) {
        for (record, problem) in barred_of(engine, ctx, (&order.act, of), part)? {
            barred.insert(record);
            found.tell(record, problem);
        }
    }
    let open: Vec<Uuid> = order
        .records
        .iter()
        .filter(|it| !barred.contains(it))
        .copied()
        .take(TRIED)
        .collect();
    for part in open.chunks(CHUNK) {
        for (record, ended) in part.iter().zip(tried(engine, ctx, order, of, part)?) {
            found.tried += 1;
            match ended {
                Ok(true) => found.changed += 1,
                Ok(false) => found.unchanged += 1,
                Err(problem) => {
                    found.refused += 1;
                    found.tell(*record, problem);
                }
            }
        }
    }
    found.may = found.total - barred.len() - found.refused;
    Ok(found)
}

impl Preview {
    fn tell(&mut self, record: Uuid, problem: Problem) {
        if self.refusals.len() < MOST_TOLD {
            self.refusals.push((record, problem));
        }
    }
}

/// The records that the actor has not the rights for.
fn barred_of(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    (act, of): (&Act, Option<&Arc<TypeDef>>),
    part: &[Uuid],
) -> Result<Vec<(Uuid, Problem)>> {
    let (act, of, part) = (act.clone(), of.cloned(), part.to_vec());
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut barred = Vec::new();
        let mut seen = HashSet::new();
        for (of, records) in kinds::of_run(reading, of.as_ref(), &part)? {
            let standings = reading.standings(&of, &records)?;
            let missing = |record: &Uuid| match standings.get(record) {
                None => Some(act::unknown(&of.name)),
                Some(on) => act.missing(reading.ctx, &of, on),
            };
            barred.extend(records.iter().filter_map(|it| Some((*it, missing(it)?))));
            seen.extend(records);
        }
        // What may not be read is of no known type.
        let others = part.iter().filter(|it| !seen.contains(*it));
        barred.extend(others.map(|it| (*it, act::unknown(ACROSS))));
        Ok(barred)
    };
    engine.read_blocking(ctx, read)
}

/// Sends these records through the door, and gives the unit up.
fn tried(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    order: &Order,
    of: Option<&Arc<TypeDef>>,
    part: &[Uuid],
) -> Result<Vec<Ended>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (tell, of, part, order) = (Arc::clone(&told), of.cloned(), part.to_vec(), order.clone());
    let ended = engine.write_blocking(ctx, move |unit: &mut Unit<'_, '_>| -> Result<()> {
        unit.lock_records(part.iter().copied())?;
        let all = try_all(
            unit,
            &Wanted {
                act: &order.act,
                reason: order.reason.as_deref(),
                undoes: None,
                of: of.as_ref(),
            },
            &part,
            Care::EachAlone,
        )?;
        *tell.lock().unwrap_or_else(PoisonError::into_inner) = all;
        Err(given_up())
    });
    match ended {
        Err(Error::Refused(Refused::Conflict { message, .. })) if message.key == GIVEN_UP => {}
        // What needs a unit of its own cannot be told beforehand.
        Err(Error::Refused(Refused::TooLarge(_) | Refused::Busy(_))) | Ok(()) => {}
        Err(error) => return Err(error),
    }
    Ok(std::mem::take(
        &mut *told.lock().unwrap_or_else(PoisonError::into_inner),
    ))
}

const GIVEN_UP: &str = "import-dry-run";

/// The refusal with which a trial rolls its own transaction back; nobody else sees it.
fn given_up() -> Error {
    Refused::Conflict {
        message: Message::new(GIVEN_UP),
        current_version: None,
    }
    .into()
}
