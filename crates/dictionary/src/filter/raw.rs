//! What a text or JSON filter says before its names and values are known to fit. Only the binder reads it.

use super::error::Place;

/// A condition as written.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    All(Vec<Raw>),
    Any(Vec<Raw>),
    Not(Box<Raw>),
    Test(RawTest),
    /// A word or phrase by itself: looked for in the title.
    Word(RawTerm),
}

/// A test as written.
#[derive(Clone, Debug)]
pub(super) struct RawTest {
    pub(super) path: String,
    pub(super) place: Place,
    pub(super) operator: RawOperator,
    pub(super) terms: Vec<RawTerm>,
}

/// Comparisons as written. A negated one is a [`Raw::Not`] around the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawOperator {
    /// `:`, the comparison that people mean: texts and lists contain, times fall within, all else is equal.
    Matches,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
    Between,
    Empty,
}

impl RawOperator {
    /// As the text form writes it, for messages.
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Matches => ":",
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "~",
            Self::StartsWith => "^",
            Self::Between => "between",
            Self::Empty => "empty",
        }
    }
}

/// A term as written.
#[derive(Clone, Debug)]
pub(super) struct RawTerm {
    pub(super) literal: Literal,
    pub(super) place: Place,
}

/// What stands in the place of a value.
#[derive(Clone, Debug)]
pub(super) enum Literal {
    /// Without quotes: may be a keyword such as `me` or `today`.
    Word(String),
    /// In quotes: never a keyword.
    Quoted(String),
    /// A JSON value: never a keyword.
    Json(serde_json::Value),
}

impl Literal {
    /// The text, however it was written.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Word(text) | Self::Quoted(text) => text.clone(),
            Self::Json(serde_json::Value::String(text)) => text.clone(),
            Self::Json(json) => json.to_string(),
        }
    }

    /// The word in lower case, if it may be a keyword.
    pub(super) fn keyword(&self) -> Option<String> {
        match self {
            Self::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }
}
