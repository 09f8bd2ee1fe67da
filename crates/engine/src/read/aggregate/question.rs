//! What may be asked of an aggregation, and what is answered.

use base::{Message, Refused, Result, Timestamp};
use dictionary::Filter;
use jiff::tz::TimeZone;

use super::bucket::Bucket;
use super::key::GroupKey;
use super::measure::{Measure, Measured};
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
