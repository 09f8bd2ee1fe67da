//! What readers say of a text, read with the rights of whoever looks at its page.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{Direction, Filter, Page, Query, Sort, TypeDef, Value, spine};
use engine::Reading;
use engine::read::{Aggregation, Group, GroupKey, Measure, Measured, Titles, Visible};

use super::super::navigation::is_text;
use super::{ABOUT, ANSWER, PERSON, WORDS, answers_about};

/// Answers with words that a page shows.
const LATEST: usize = 5;

/// Answers about one text.
pub(in crate::html) struct Heard {
    /// Their type.
    pub(super) of: Arc<TypeDef>,
    /// How many of each.
    pub(super) counts: Vec<(String, i64)>,
    /// The latest with words.
    pub(super) words: Vec<Visible>,
    /// Who said them.
    pub(super) titles: Titles,
}

/// The answers about a text; nothing where it is none, or the reader may not read them.
pub(in crate::html) fn heard_of(
    reading: &mut Reading<'_, '_>,
    text: &TypeDef,
    id: Uuid,
) -> Result<Option<Heard>> {
    let ctx = reading.ctx;
    // Those who only read a text see no more than their own answers, and these stand on its own page.
    let of = answers_about(ctx, text).filter(|_| is_text(text));
    let Some(of) = of.filter(|it| ctx.may_somewhere(&it.name, "history")) else {
        return Ok(None);
    };
    let about = Filter::equal(ABOUT, Value::Reference(id));
    let counted = reading.aggregate(&Aggregation {
        record_type: Some(of.name.clone()),
        filter: about.clone(),
        groups: vec![Group::Field(ANSWER.to_owned())],
        measures: vec![Measure::Count],
        ..Aggregation::default()
    })?;
    let counts = counted.rows.iter().filter_map(|row| {
        let (GroupKey::Value(value), Measured::Count(count)) =
            (row.keys.first()?, row.values.first()?)
        else {
            return None;
        };
        Some((value.as_text()?.to_owned(), *count))
    });
    let counts = counts.collect();
    let columns = [ANSWER, WORDS, PERSON, spine::CREATED_AT];
    let page = reading.list(&Query {
        record_type: Some(of.name.clone()),
        filter: Filter::All(vec![about, Filter::empty(WORDS).negated()]),
        sort: vec![Sort {
            field: spine::CREATED_AT.to_owned(),
            direction: Direction::Descending,
        }],
        columns: columns.map(str::to_owned).to_vec(),
        page: Page {
            limit: Some(LATEST),
            after: None,
        },
        ..Query::default()
    })?;
    Ok(Some(Heard {
        of: Arc::clone(of),
        counts,
        words: page.rows,
        titles: page.titles,
    }))
}
