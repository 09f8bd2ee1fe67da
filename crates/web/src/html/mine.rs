//! What somebody asked for or is affected by, over all types: the open ones first, then what changed last.
//!
//! Each type has its own list and its own place in it; a page takes the first rows of all of them. The places
//! stand in the address, one parameter per type.

use std::cmp::Reverse;

use base::{Result, Timestamp};
use dictionary::{
    Count, Direction, Filter, Operand, Operator, Page, Query, Sort, Term, TypeDef, spine,
};
use engine::read::Visible;
use engine::{Ctx, Reading};
use url::form_urlencoded;

use super::portal::HOLD_REASON;
use super::shell::{Here, may_read};
use crate::{AppState, Failure, FormData};

/// Before the name of a type in the parameter that says where its list goes on.
const AFTER: &str = "after-";
/// Stands there once a list has come to its end.
const END: &str = "end";

/// One page.
pub(super) struct Mine {
    /// The records, in order.
    pub(super) rows: Vec<Visible>,
    /// The query of the next page's address; nothing on the last page.
    pub(super) next: Option<String>,
}

/// Whether the address asks for another page than the first.
pub(super) fn is_later(here: &Here) -> bool {
    !places(&here.query).is_empty()
}

/// Where the lists of types go on: the type's name, and the place.
fn places(query: &FormData) -> Vec<(String, String)> {
    let pairs = query.pairs().iter();
    let places = pairs.filter_map(|(name, place)| {
        let of = name.strip_prefix(AFTER)?;
        Some((of.to_owned(), place.clone()))
    });
    places.collect()
}

/// The first page.
pub(super) async fn first(state: &AppState, here: &Here, most: usize) -> Result<Mine, Failure> {
    page(state, here, most, &FormData::default()).await
}

/// The page that the address asks for.
pub(super) async fn asked(state: &AppState, here: &Here, most: usize) -> Result<Mine, Failure> {
    page(state, here, most, &here.query).await
}

async fn page(
    state: &AppState,
    here: &Here,
    most: usize,
    query: &FormData,
) -> Result<Mine, Failure> {
    let places = places(query);
    let read = move |reading: &mut Reading<'_, '_>| take(reading, most, &places);
    Ok(state.engine().read(here.ctx(), read).await?)
}

/// The rows of one type, of which a page takes the first ones.
struct List<'a> {
    of: &'a TypeDef,
    after: Option<String>,
    next: Option<String>,
    found: usize,
    taken: usize,
}

fn take(reading: &mut Reading<'_, '_>, most: usize, places: &[(String, String)]) -> Result<Mine> {
    let snapshot = reading.ctx.snapshot.clone();
    let (mut lists, mut all) = (Vec::new(), Vec::new());
    for of in snapshot.dictionary.types() {
        let asked = of.field(spine::REQUESTER).is_some();
        if !asked || !reading.ctx.may_somewhere(&of.name, "read") {
            continue;
        }
        let after = places.iter().find(|it| it.0 == of.name);
        let after = after.map(|it| it.1.clone());
        if after.as_deref() == Some(END) {
            continue;
        }
        let page = reading.list(&own(reading.ctx, of, most, after.clone()))?;
        let list = lists.len();
        all.extend(page.rows.iter().map(|row| (list, row.clone())));
        lists.push(List {
            of,
            after,
            next: page.next,
            found: page.rows.len(),
            taken: 0,
        });
    }
    all.sort_by_key(|(_, row)| order(row));
    all.truncate(most);
    for (list, _) in &all {
        lists[*list].taken += 1;
    }
    Ok(Mine {
        rows: all.into_iter().map(|it| it.1).collect(),
        next: next(reading, &mut lists, places)?,
    })
}

/// The order of the lists, kept where they are put together.
fn order(row: &Visible) -> (Reverse<Option<bool>>, Reverse<Option<Timestamp>>) {
    let open = row.value(spine::OPEN).as_boolean();
    let changed = row.value(spine::UPDATED_AT).as_instant();
    (Reverse(open), Reverse(changed))
}

/// Where each list goes on; nothing where all have come to their end.
fn next(
    reading: &mut Reading<'_, '_>,
    lists: &mut [List<'_>],
    places: &[(String, String)],
) -> Result<Option<String>> {
    if lists
        .iter()
        .all(|it| it.taken == it.found && it.next.is_none())
    {
        return Ok(None);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, place) in places.iter().filter(|it| it.1 == END) {
        query.append_pair(&format!("{AFTER}{name}"), place);
    }
    for list in lists {
        let place = if list.taken == list.found {
            Some(list.next.take().unwrap_or_else(|| END.to_owned()))
        } else if list.taken == 0 {
            list.after.take()
        } else {
            // Its page was longer than what was taken of it: only a page of that length knows where it ends.
            let query = own(reading.ctx, list.of, list.taken, list.after.take());
            reading.list(&query)?.next
        };
        if let Some(place) = place {
            query.append_pair(&format!("{AFTER}{}", list.of.name), &place);
        }
    }
    Ok(Some(query.finish()))
}

/// The question for records of a type that the actor asked for or is affected by.
fn own(ctx: &Ctx, of: &TypeDef, most: usize, after: Option<String>) -> Query {
    let is_me = |field: &str| Filter::test(field, Operator::Equal, Operand::One(Term::Me));
    let readable = |name: &str| of.field(name).is_some_and(|it| may_read(ctx, of, it));
    let mut ways = vec![is_me(spine::REQUESTER)];
    let readers = of.readers.iter().filter(|it| readable(it));
    ways.extend(readers.map(|it| is_me(it)));
    let sort = [spine::OPEN, spine::UPDATED_AT].into_iter();
    let sort = sort.filter(|it| readable(it)).map(|it| Sort {
        field: it.to_owned(),
        direction: Direction::Descending,
    });
    let columns = [
        spine::NUMBER,
        spine::TITLE,
        spine::STATE,
        spine::OPEN,
        spine::UPDATED_AT,
        spine::REQUESTER,
        spine::ORGANISATION,
        HOLD_REASON,
    ];
    let columns = columns
        .into_iter()
        .chain(of.readers.iter().map(String::as_str))
        .filter(|it| readable(it));
    Query {
        record_type: Some(of.name.clone()),
        filter: Filter::Any(ways),
        sort: sort.collect(),
        columns: columns.map(str::to_owned).collect(),
        page: Page {
            limit: Some(most),
            after,
        },
        count: Count::No,
    }
}
