//! What a list asks for: a filter, an order, columns, and a page.

use crate::Filter;

/// Ascending or descending; records without a value come last in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One key of an order. The record's id is always the final key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// Field name.
    pub field: String,
    /// Direction.
    pub direction: Direction,
}

/// Which part of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Most rows to return, 1 to 200; 50 where nothing is asked.
    pub limit: Option<usize>,
    /// Sealed position after which the page begins.
    pub after: Option<String>,
}

/// A question for a list of records of one type, or of all types on the spine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Name of the type; `None` asks the spine.
    pub record_type: Option<String>,
    /// Which records.
    pub filter: Filter,
    /// In which order; empty means newest first.
    pub sort: Vec<Sort>,
    /// Which fields to return; empty means all that the actor may read.
    pub columns: Vec<String>,
    /// Which page.
    pub page: Page,
    /// Whether to count all matches.
    pub count: Count,
}

/// Whether a list comes with the number of all its matches. A page looks at its own rows, counting at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// Without.
    #[default]
    No,
    /// With, where it is known without counting.
    IfKnown,
    /// With.
    Exact,
}
