//! Records of a run by their types: a run may be about records of several, each of which takes the act in its own way.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Problem, Refused, Result, Uuid};
use dictionary::filter::ID;
use dictionary::{Filter, Operand, Operator, Page, Query, Term, TypeDef, Value};
use engine::{Change, Ctx, Reading, Standing};

use super::act::{self, BULK};
use super::{Wanted, first};

/// What a run over records of several types is called in place of their type.
pub const ACROSS: &str = "records";
/// Records that are looked up at a time.
const AT_ONCE: usize = 200;

/// Whether the actor may begin a run over records of that type, or of some type where several are meant.
#[must_use]
pub fn may_begin(ctx: &Ctx, record_type: &str) -> bool {
    let mut types = ctx.snapshot.dictionary.types();
    match record_type {
        ACROSS => types.any(|it| ctx.may_somewhere(&it.name, BULK)),
        name => ctx.may_somewhere(name, BULK),
    }
}

/// Refuses whoever may not begin a run over records of that type.
///
/// # Errors
/// [`Refused::Forbidden`].
pub fn require(ctx: &Ctx, record_type: &str) -> Result<(), Refused> {
    if may_begin(ctx, record_type) {
        return Ok(());
    }
    ctx.require_somewhere(record_type, BULK)
}

/// These records by their types, as far as they may be read.
///
/// # Errors
/// A failure of the store.
pub fn by_type(
    reading: &mut Reading<'_, '_>,
    records: &[Uuid],
) -> Result<Vec<(Arc<TypeDef>, Vec<Uuid>)>> {
    let mut all: Vec<(Arc<TypeDef>, Vec<Uuid>)> = Vec::new();
    for part in records.chunks(AT_ONCE) {
        let ids = part.iter().map(|it| Term::Value(Value::Reference(*it)));
        let query = Query {
            filter: Filter::test(ID, Operator::In, Operand::Many(ids.collect())),
            columns: vec![ID.to_owned()],
            page: Page {
                limit: Some(AT_ONCE),
                after: None,
            },
            ..Query::default()
        };
        for row in reading.list(&query)?.rows {
            let of = row.record_type();
            match all.iter_mut().find(|it| it.0.name == of.name) {
                Some((_, records)) => records.push(row.id()),
                None => all.push((Arc::clone(of), vec![row.id()])),
            }
        }
    }
    Ok(all)
}

/// These records by their types: the one type of the run, or what each of them is.
pub(super) fn of_run(
    reading: &mut Reading<'_, '_>,
    of: Option<&Arc<TypeDef>>,
    records: &[Uuid],
) -> Result<Vec<(Arc<TypeDef>, Vec<Uuid>)>> {
    match of {
        Some(of) => Ok(vec![(Arc::clone(of), records.to_vec())]),
        None => by_type(reading, records),
    }
}

/// The records of one type among those of a unit.
pub(super) struct Kind {
    pub(super) of: Arc<TypeDef>,
    template: Result<Change, Problem>,
    standings: HashMap<Uuid, Standing>,
}

/// What is done to these records, by their types.
pub(super) fn kinds(
    reading: &mut Reading<'_, '_>,
    wanted: &Wanted<'_>,
    records: &[Uuid],
) -> Result<Vec<Kind>> {
    let all = of_run(reading, wanted.of, records)?;
    let kind = |(of, records): (Arc<TypeDef>, Vec<Uuid>)| {
        Ok(Kind {
            template: wanted.act.change(&of).map_err(first),
            standings: reading.standings(&of, &records)?.into_iter().collect(),
            of,
        })
    };
    all.into_iter().map(kind).collect()
}

/// The change of one of these records, where the actor may do such to many of its type.
pub(super) fn change_of<'k>(
    ctx: &Ctx,
    kinds: &'k [Kind],
    record: Uuid,
) -> Result<(&'k Kind, Change), Problem> {
    let known = |it: &'k Kind| Some((it, it.standings.get(&record)?));
    let Some((kind, on)) = kinds.iter().find_map(known) else {
        let name = kinds.first().filter(|_| kinds.len() == 1);
        return Err(act::unknown(name.map_or(ACROSS, |it| &it.of.name)));
    };
    if !on.may(ctx, &kind.of.name, BULK) {
        return Err(act::forbidden(&kind.of.name, BULK));
    }
    Ok((kind, kind.template.clone()?))
}
