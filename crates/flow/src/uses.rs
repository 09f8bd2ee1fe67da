//! What is still open and names a record: told before that record goes out of use.

use base::{Error, Refused, Result, Uuid};
use dictionary::filter::to_text;
use dictionary::{
    FieldDef, Filter, Kind, Operand, Operator, Query, Term, TypeDef, Value, WrittenBy, spine,
};
use engine::Reading;

/// Records of one type that name the record in one field are counted up to this many.
pub const MOST: i64 = 1_000;
/// Records that one filter asks for, where it needs a test for each: filters have an end.
const AT_ONCE: usize = 100;

/// Open records of one type that name the record in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Their type.
    pub record_type: String,
    /// The field.
    pub field: String,
    /// How many there are, up to [`MOST`].
    pub count: i64,
    /// Whether there are more.
    pub is_more: bool,
    /// The filter that finds them in the list of their type.
    pub filter: String,
}

/// The open records that name one of these, as far as the actor may read them, by type and field.
///
/// Only what is open is looked at, and no more of it than is counted, so that a long past costs nothing. What rules
/// note about the past (who closed it) is no use, unless lists are found by it. Of more than a hundred records, one that
/// names several in a list may count more than once.
///
/// # Errors
/// A failure of the store.
pub fn uses(reading: &mut Reading<'_, '_>, of: &TypeDef, records: &[Uuid]) -> Result<Vec<Use>> {
    let snapshot = reading.ctx.snapshot.clone();
    let mut all = Vec::new();
    for other in snapshot.dictionary.types() {
        let lives = other.lifecycle.is_some() && other.field(spine::OPEN).is_some();
        if !lives || !reading.ctx.may_somewhere(&other.name, "read") {
            continue;
        }
        for field in &other.fields {
            let at_once = match field.kind {
                Kind::References { .. } => AT_ONCE,
                _ => records.len().max(1),
            };
            let (mut count, mut text) = (0, String::new());
            for some in records.chunks(at_once) {
                let Some(names) = names(field, of, some) else {
                    break;
                };
                let filter = names.and(Filter::equal(spine::OPEN, Value::Boolean(true)));
                text.push_str(if text.is_empty() { "" } else { " or " });
                text.push_str(&to_text(&filter));
                let query = Query {
                    record_type: Some(other.name.clone()),
                    filter,
                    ..Query::default()
                };
                count += match reading.count_up_to(&query, MOST + 1) {
                    Ok(count) => count,
                    // A field that may not be read is not asked about.
                    Err(Error::Refused(Refused::Forbidden(_))) => break,
                    Err(error) => return Err(error),
                };
            }
            if count > 0 {
                all.push(Use {
                    record_type: other.name.clone(),
                    field: field.name.clone(),
                    count: count.min(MOST),
                    is_more: count > MOST,
                    filter: text,
                });
            }
        }
    }
    Ok(all)
}

/// The filter for records that name one of these in that field; nothing where the field cannot.
fn names(field: &FieldDef, of: &TypeDef, records: &[Uuid]) -> Option<Filter> {
    if field.written_by == WrittenBy::Rules && !field.indexed {
        return None;
    }
    let term = |it: &Uuid| Term::Value(Value::Reference(*it));
    match &field.kind {
        Kind::Reference { to: Some(to) } if *to == of.name => Some(match records {
            [one] => Filter::equal(&field.name, Value::Reference(*one)),
            all => {
                let all = Operand::Many(all.iter().map(term).collect());
                Filter::test(&field.name, Operator::In, all)
            }
        }),
        Kind::References { to: Some(to) } if *to == of.name => {
            let has = |it: &Uuid| {
                let one = Operand::One(term(it));
                Filter::test(&field.name, Operator::Contains, one)
            };
            Some(match records {
                [one] => has(one),
                all => Filter::Any(all.iter().map(has).collect()),
            })
        }
        _ => None,
    }
}
