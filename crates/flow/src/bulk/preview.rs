//! What a run would do: how many records it is about, how many of them may be changed, and why others may not.
//!
//! Rights are looked at for all records. The first ones go through the door as well, in units that are given up.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Message, Problem, Refused, Result, Uuid};
use dictionary::TypeDef;
use engine::{Ctx, Engine, Reading, Unit};

use super::act::{self, Act, BULK};
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
    /// Some that would be refused, and why.
    pub refusals: Vec<(Uuid, Problem)>,
}

/// What the order would do. Writes nothing. Blocks.
///
/// # Errors
/// Forbidden without the right, too large with too many records, or a failure of the store.
pub fn preview(engine: &Arc<Engine>, ctx: &Ctx, order: &Order) -> Result<Preview> {
    ctx.require_somewhere(&order.record_type, BULK)?;
    super::check_size(order.records.len())?;
    let unknown =
        || Refused::NotFound(Message::new("type-unknown").with("type", &order.record_type));
    let of = ctx.record_type(&order.record_type).ok_or_else(unknown)?;
    let mut found = Preview {
        total: order.records.len(),
        ..Preview::default()
    };
    let mut barred = HashSet::new();
    for part in order.records.chunks(PART) {
        for (record, problem) in barred_of(engine, ctx, (&order.act, &of), part)? {
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
        for (record, ended) in part.iter().zip(tried(engine, ctx, order, &of, part)?) {
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
    (act, of): (&Act, &Arc<TypeDef>),
    part: &[Uuid],
) -> Result<Vec<(Uuid, Problem)>> {
    let (act, of, part) = (act.clone(), Arc::clone(of), part.to_vec());
    let read = move |reading: &mut Reading<'_, '_>| {
        let standings = reading.standings(&of, &part)?;
        let missing = |record: &Uuid| match standings.get(record) {
            None => Some(act::unknown(&of.name)),
            Some(on) => act.missing(reading.ctx, &of, on),
        };
        let barred = part.iter().filter_map(|it| Some((*it, missing(it)?)));
        Ok(barred.collect())
    };
    engine.read_blocking(ctx, read)
}

/// Sends these records through the door, and gives the unit up.
fn tried(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    order: &Order,
    of: &Arc<TypeDef>,
    part: &[Uuid],
) -> Result<Vec<Ended>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (tell, of, part, order) = (
        Arc::clone(&told),
        Arc::clone(of),
        part.to_vec(),
        order.clone(),
    );
    let ended = engine.write_blocking(ctx, move |unit: &mut Unit<'_, '_>| -> Result<()> {
        unit.lock_records(part.iter().copied())?;
        let all = try_all(
            unit,
            &Wanted {
                act: &order.act,
                reason: order.reason.as_deref(),
                undoes: None,
                of: &of,
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
