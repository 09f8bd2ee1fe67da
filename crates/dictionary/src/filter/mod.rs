//! The one filter language: its tree. Text, JSON, SQL and evaluation in memory are renderings of this tree.
//!
//! Logic is two-valued: a test of a field without a value is false, except `empty`; `not` turns it round,
//! so `priority != 1` holds for records without a priority.

use crate::Value;

/// A condition on one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every part holds; no parts: always true.
    All(Vec<Filter>),
    /// At least one part holds; no parts: never true.
    Any(Vec<Filter>),
    /// The part does not hold.
    Not(Box<Filter>),
    /// A test of one field.
    Test(Test),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Names of fields from the record through references: `caller.department.name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<String>);

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The field.
    pub path: Path,
    /// The comparison.
    pub operator: Operator,
    /// What it is compared with.
    pub operand: Operand,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Same value; texts by their key.
    Equal,
    /// Before in order.
    Less,
    /// Before in order, or the same.
    LessOrEqual,
    /// After in order.
    Greater,
    /// After in order, or the same.
    GreaterOrEqual,
    /// Equal to one of the terms.
    In,
    /// The text holds the text, or the list holds the value.
    Contains,
    /// The text begins with the text.
    StartsWith,
    /// From the first term to the second, both included.
    Between,
    /// There is no value.
    Empty,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Nothing (`empty`).
    None,
    /// One term.
    One(Term),
    /// Several terms.
    Many(Vec<Term>),
    /// Two ends.
    Range(Term, Term),
}

/// A value that is known now, or one that depends on who asks and when.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A value of the field's kind.
    Value(Value),
    /// The person who asks.
    Me,
    /// The teams of the person who asks.
    MyTeams,
    /// The present instant moved by microseconds.
    Now {
        /// Microseconds, negative for the past.
        offset: i64,
    },
    /// Start of a calendar unit in the asker's zone, moved by whole units.
    Start {
        /// The unit whose start is meant: `today` is the start of the day.
        unit: Unit,
        /// How far to move from the start of the current unit.
        offset: i64,
        /// In which unit the offset counts: `today-1month`.
        offset_unit: Unit,
    },
}

/// Calendar units of relative dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week that starts on Monday (ISO 8601).
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}
