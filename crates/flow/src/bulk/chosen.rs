//! Which records a run is about: those that a filter finds, or those that are named.

use std::collections::HashMap;

use base::{Result, Uuid};
use dictionary::{Filter, Operand, Operator, Page, Query, Term, Value, spine};
use engine::Reading;

use super::{ACROSS, MOST_RECORDS, act, check_size};

/// Numbers that are looked up at a time.
const NUMBERS: usize = 200;

/// The type by its name; nothing where records of several types are meant.
fn one_type(of: &str) -> Option<String> {
    (of != ACROSS).then(|| of.to_owned())
}

/// The records that a filter finds for the actor, frozen.
///
/// # Errors
/// As a list; too large where there are more than [`MOST_RECORDS`].
pub fn found(reading: &mut Reading<'_, '_>, of: &str, filter: Filter) -> Result<Vec<Uuid>> {
    let query = Query {
        record_type: one_type(of),
        filter,
        ..Query::default()
    };
    let ids = reading.ids(&query, MOST_RECORDS + 1)?;
    check_size(ids.len())?;
    Ok(ids)
}

/// The records with these ids or numbers. An id is taken as it is; what may not be read is refused in the run.
///
/// # Errors
/// Not found where no record that may be read has a number; too large where there are too many.
pub fn named(reading: &mut Reading<'_, '_>, of: &str, keys: &[String]) -> Result<Vec<Uuid>> {
    check_size(keys.len())?;
    let numbers = keys.iter().filter(|it| Uuid::try_parse(it).is_err());
    let numbers: Vec<&String> = numbers.collect();
    let mut known = HashMap::with_capacity(numbers.len());
    for part in numbers.chunks(NUMBERS) {
        let terms = part
            .iter()
            .map(|it| Term::Value(Value::Text((*it).clone())));
        let query = Query {
            record_type: one_type(of),
            filter: Filter::test(spine::NUMBER, Operator::In, Operand::Many(terms.collect())),
            columns: vec![spine::NUMBER.to_owned()],
            page: Page {
                limit: Some(NUMBERS),
                after: None,
            },
            ..Query::default()
        };
        for row in reading.list(&query)?.rows {
            known.extend(row.number().map(|it| (it.to_owned(), row.id())));
        }
    }
    let id = |key: &String| match (Uuid::try_parse(key), known.get(key)) {
        (Ok(id), _) => Ok(id),
        (_, Some(id)) => Ok(*id),
        // Numbers may be spelled in other ways.
        _ => Ok(reading.record(one_type(of).as_deref(), key)?.0.id()),
    };
    let all = keys.iter().map(id).collect::<Result<Vec<_>>>()?;
    Ok(act::in_order(all))
}
