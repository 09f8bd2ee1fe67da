//! What may be asked of an aggregation, and what is answered.

use std::collections::BTreeMap;

use base::{Message, Refused, Result, Timestamp};
use dictionary::{Filter, Value};
use jiff::tz::TimeZone;

use super::bucket::Bucket;
use super::key::GroupKey;
use super::total::Total;
use crate::read::Titles;

/// Most groups of fields in one aggregation.
const MAX_GROUPS: usize = 3;
/// Most measures in one aggregation.
const MAX_MEASURES: usize = 12;

/// By what records are grouped.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// By the value of a field: choice, reference, yes or no, whole number or line of text.
    Field(String),
    /// By the stretch of time that a field lies in.
    Time {
        /// A day or an instant.
        field: String,
        /// The stretch.
        bucket: Bucket,
    },
}

/// What a measure is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A field of the record itself.
    Field(String),
    /// The time from one instant of the record to another, as a duration; below zero where the second lies
    /// before the first. Records without both have none.
    Elapsed {
        /// The instant where it begins.
        from: String,
        /// The instant where it ends.
        to: String,
    },
}

impl From<&str> for Quantity {
    fn from(field: &str) -> Self {
        Self::Field(field.to_owned())
    }
}

/// What is measured. Records without a value take no part, but in [`Measure::Count`] and [`Measure::Share`].
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// How many records.
    Count,
    /// How many records have a value.
    Filled(Quantity),
    /// How many different values.
    Distinct(Quantity),
    /// The sum.
    Sum(Quantity),
    /// The mean.
    Average(Quantity),
    /// The smallest value.
    Min(Quantity),
    /// The largest value.
    Max(Quantity),
    /// The value below which that many of a hundred lie; between two values, as far as the part of the way
    /// says. 50 is the median.
    Percentile(u8, Quantity),
    /// How many of the values are no longer than that.
    Within {
        /// A duration.
        of: Quantity,
        /// The longest that counts, in µs.
        at_most: i64,
    },
    /// How many of the records match a second filter.
    Share(Filter),
    /// How many records were open when the bucket began: opened (the time that is grouped by) before it, and
    /// not closed before it.
    Backlog {
        /// The field that says when a record was closed.
        closed: String,
    },
}

/// A finished measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// A number of records or values.
    Count(i64),
    /// A sum or mean; nothing where there are no values.
    Number(Option<Total>),
    /// A value of the field; null where there is none.
    Value(Value),
    /// Sums or means by currency.
    Amounts(BTreeMap<String, Total>),
    /// Values by currency.
    Values(BTreeMap<String, Value>),
    /// How many of how many match.
    Share {
        /// Those that match.
        part: i64,
        /// All.
        whole: i64,
    },
}

/// A question for numbers about records.
#[derive(Clone, Debug, Default)]
pub struct Aggregation {
    /// Name of the type; `None` asks the spine.
    pub record_type: Option<String>,
    /// Which records.
    pub filter: Filter,
    /// In which groups; none is one group of all.
    pub groups: Vec<Group>,
    /// What is measured about each group.
    pub measures: Vec<Measure>,
    /// In which zone days begin; the asker's where nothing is said.
    pub zone: Option<TimeZone>,
    /// From when up to, and without, when the first time that is grouped by lies. Empty buckets fill it.
    /// It does not limit [`Measure::Backlog`], which needs what was opened before.
    pub range: Option<(Timestamp, Timestamp)>,
}

/// One group with its measures.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateRow {
    /// What the group has in common, in the order of the groups asked for.
    pub keys: Vec<GroupKey>,
    /// The measures, in the order asked for.
    pub values: Vec<Measured>,
}

/// The answer: groups in the order of their keys, groups without a value last.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// The groups.
    pub rows: Vec<AggregateRow>,
    /// What the records that groups refer to are called.
    pub titles: Titles,
}

/// Refuses questions with too many parts, or with nothing to measure.
pub(super) fn check_size(asked: &Aggregation) -> Result<()> {
    let fits =
        asked.groups.len() <= MAX_GROUPS && (1..=MAX_MEASURES).contains(&asked.measures.len());
    if fits {
        return Ok(());
    }
    let message = Message::new("aggregate-parts")
        .with("groups", MAX_GROUPS)
        .with("measures", MAX_MEASURES);
    Err(Refused::BadRequest(message).into())
}
