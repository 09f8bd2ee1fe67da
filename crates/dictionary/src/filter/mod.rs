//! The one filter language: its tree. Text, JSON, SQL and evaluation in memory are renderings of this tree.
//!
//! Logic is two-valued: a test of a field without a value is false, except `empty`; `not` turns it round,
//! so `priority != 1` holds for records without a priority.
//!
//! People write filters as text ([`parse`]) or JSON ([`from_json`]); both are bound to a type's fields at
//! once, so a [`Filter`] never holds a value of the wrong kind. Views should keep what people wrote and
//! bind it again when they are opened: `phase:on_hold` then also finds states that were added later.
//!
//! This module must never touch a database, a clock or a person's rights: who asks and when is an [`Asker`].

mod asker;
mod bind;
mod check;
mod error;
mod evaluate;
mod json;
mod parser;
mod raw;
mod relative;
mod render;
mod scope;
mod text;

pub use asker::Asker;
pub use check::{check, operators};
pub use error::{FilterError, Place};
pub use evaluate::{Facts, evaluate};
pub use json::{from_json, to_json};
pub use render::to_text;
pub use scope::{Hop, ID, PHASE, Resolved, Scope, TYPE};
pub use text::parse;

use crate::Value;

/// Longest filter text in bytes.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;
/// Most tests in one filter.
pub const MAX_TESTS: usize = 200;
/// Deepest nesting of groups.
pub const MAX_DEPTH: usize = 20;
/// Most values in one `in (…)`.
pub const MAX_VALUES: usize = 500;
/// Most values in one filter.
pub const MAX_TERMS: usize = 4_000;
/// Most references that a path may walk.
pub const MAX_HOPS: usize = 4;

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

impl Filter {
    /// A test of one field.
    #[must_use]
    pub fn test(path: &str, operator: Operator, operand: Operand) -> Self {
        Self::Test(Test {
            path: Path::new(path),
            operator,
            operand,
        })
    }

    /// The field has that value.
    #[must_use]
    pub fn equal(path: &str, value: Value) -> Self {
        Self::test(path, Operator::Equal, Operand::One(Term::Value(value)))
    }

    /// The field has no value.
    #[must_use]
    pub fn empty(path: &str) -> Self {
        Self::test(path, Operator::Empty, Operand::None)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Both this and the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::All(vec![self, other]).normalised()
    }

    /// Whether it holds for every record.
    #[must_use]
    pub fn is_always(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// All tests, from left to right.
    #[must_use]
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Test(test) => vec![test],
        }
    }

    /// The same condition without what changes nothing: groups and lists of one, groups of the same sort
    /// within each other, values named twice; "never" is the opposite of "always". Text and JSON read back as this.
    #[must_use]
    pub fn normalised(self) -> Self {
        match self {
            Self::All(parts) => Self::group(parts, true),
            Self::Any(parts) if parts.is_empty() => Self::default().negated(),
            Self::Any(parts) => Self::group(parts, false),
            Self::Not(part) => part.normalised().negated(),
            Self::Test(Test {
                path,
                operator: Operator::In,
                operand: Operand::Many(terms),
            }) => Self::one_of(path, terms),
            Self::Test(test) => Self::Test(test),
        }
    }

    fn one_of(path: Path, terms: Vec<Term>) -> Self {
        let mut distinct: Vec<Term> = Vec::with_capacity(terms.len());
        for term in terms {
            if !distinct.contains(&term) {
                distinct.push(term);
            }
        }
        match distinct.len() {
            0 => Self::default().negated(),
            1 => {
                let operand = Operand::One(distinct.swap_remove(0));
                Self::Test(Test {
                    path,
                    operator: Operator::Equal,
                    operand,
                })
            }
            _ => Self::Test(Test {
                path,
                operator: Operator::In,
                operand: Operand::Many(distinct),
            }),
        }
    }

    fn group(parts: Vec<Self>, all: bool) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part.normalised() {
                Self::All(inner) if all => flat.extend(inner),
                Self::Any(inner) if !all => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match (flat.len(), all) {
            (1, _) => flat.swap_remove(0),
            (_, true) => Self::All(flat),
            (_, false) => Self::Any(flat),
        }
    }
}

/// Names of fields from the record through references: `caller.department.name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The path that the dots part.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    /// This path, one field further.
    #[must_use]
    pub fn then(&self, field: &str) -> Self {
        let mut names = self.0.clone();
        names.push(field.to_owned());
        Self(names)
    }
}

/// With dots, as people write it.
impl std::fmt::Display for Path {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0.join("."))
    }
}

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
    /// The organisation of the person who asks, and those above it.
    MyOrganisations,
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
    /// Start of that calendar day in the asker's zone.
    Day(base::Date),
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
    /// A quarter of a calendar year.
    Quarter,
    /// A year.
    Year,
}
