//! Why a filter cannot be read: what was expected, where, and what was perhaps meant.
//!
//! An error never quotes more of the filter than the word that does not fit.

use base::{Message, Refused};

use super::{MAX_DEPTH, MAX_TESTS, Path};

/// Where in the source of a filter something does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// A filter that was built by code, or the filter as a whole.
    #[default]
    Whole,
    /// A position in text.
    Text {
        /// Bytes before it.
        byte: usize,
        /// Characters up to it, from 1.
        column: usize,
    },
    /// A JSON pointer (RFC 6901).
    Json(String),
}

impl Place {
    /// The place of one name of the path that stands here.
    pub(super) fn at_step(&self, path: &Path, step: usize) -> Self {
        let before: usize = path.0[..step].iter().map(|it| it.len() + 1).sum();
        match self {
            // Names in a text are ASCII, so that bytes are columns.
            Self::Text { byte, column } => Self::Text {
                byte: byte + before,
                column: column + before,
            },
            other => other.clone(),
        }
    }
}

/// `12` for a column, `#/all/0/value` for JSON (the pointer as a fragment, RFC 6901, section 6), nothing for the whole.
impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Text { column, .. } => column.fmt(out),
            Self::Json(pointer) => write!(out, "#{pointer}"),
        }
    }
}

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong and what would be right.
    pub message: Message,
    /// Where.
    pub place: Place,
    /// Names that were perhaps meant, nearest first.
    pub proposals: Vec<String>,
}

impl FilterError {
    pub(super) fn new(place: &Place, message: Message) -> Self {
        Self {
            message,
            place: place.clone(),
            proposals: Vec::new(),
        }
    }

    pub(super) fn too_deep(place: &Place) -> Self {
        Self::more_than(place, "filter-too-deep", MAX_DEPTH)
    }

    pub(super) fn too_many_tests(place: &Place) -> Self {
        Self::more_than(place, "filter-too-many-tests", MAX_TESTS)
    }

    pub(super) fn too_many_values(place: &Place, most: usize) -> Self {
        Self::more_than(place, "filter-too-many-values", most)
    }

    pub(super) fn more_than(place: &Place, key: &'static str, most: usize) -> Self {
        Self::new(place, Message::new(key).with("most", most))
    }

    /// The same error with those of the known names that look like the one given.
    pub(super) fn proposing<'a>(
        mut self,
        given: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut near: Vec<(f64, &str)> = known
            .map(|name| (strsim::jaro_winkler(given, name), name))
            .filter(|(likeness, name)| *likeness >= 0.75 || strsim::osa_distance(given, name) == 1)
            .collect();
        near.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        near.dedup_by(|left, right| left.1 == right.1);
        self.proposals = near
            .into_iter()
            .take(3)
            .map(|(_, name)| name.to_owned())
            .collect();
        self
    }
}

impl std::fmt::Display for FilterError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} at {}", self.message, self.place)?;
        if self.proposals.is_empty() {
            Ok(())
        } else {
            write!(out, ", perhaps {}", self.proposals.join(", "))
        }
    }
}

impl std::error::Error for FilterError {}

/// The message gains `place`, `byte` (text only), `proposals`, and `near` (`some`, `none`, or `elsewhere` for what is no part
/// of a text, as the field of an order), so that a page can mark the word and offer what was perhaps meant.
impl From<FilterError> for Refused {
    fn from(error: FilterError) -> Self {
        let near = match error.place {
            _ if !error.proposals.is_empty() => "some",
            Place::Whole => "elsewhere",
            _ => "none",
        };
        let mut message = error.message.with("place", &error.place).with("near", near);
        message = message.with("proposals", error.proposals.join(", "));
        if let Place::Text { byte, .. } = error.place {
            message = message.with("byte", byte);
        }
        Self::BadRequest(message)
    }
}

impl From<FilterError> for base::Error {
    fn from(error: FilterError) -> Self {
        Self::Refused(error.into())
    }
}
