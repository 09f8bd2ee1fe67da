//! What kinds of value there are and how each reads from and writes to JSON and plain text.
//!
//! JSON is the form of the API, the history and JSON Lines; text is the form of forms, CSV and filters.
//! One file per kind or pair of kinds that share their form.

mod boolean;
mod choice;
mod json;
mod number;
mod reference;
mod text;
mod time;

use base::Message;
use serde_json::Value as Json;

use crate::{FieldDef, Value};

/// Longest text of a [`Kind::LongText`] in bytes.
pub const MAX_LONG_TEXT_BYTES: usize = 256 * 1024;

/// Most members of a list value.
pub const MAX_MEMBERS: usize = 500;

/// Which values a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, compared and sorted by its key.
    Text {
        /// Most characters.
        max: usize,
    },
    /// Markdown of many lines; searched, never sorted.
    LongText,
    /// A whole number; with choices, a scale whose steps have names.
    Integer,
    /// A decimal number.
    Decimal {
        /// Digits after the point, 0 to 6.
        scale: u8,
    },
    /// An amount with its currency.
    Money,
    /// Yes or no.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant.
    Instant,
    /// A length of time.
    Duration,
    /// One choice.
    Choice,
    /// Several choices.
    MultiChoice,
    /// Another record, of that type or of any.
    Reference {
        /// Name of the type; `None` for any type.
        to: Option<String>,
    },
    /// Several other records.
    References {
        /// Name of the type; `None` for any type.
        to: Option<String>,
    },
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// Any JSON.
    Json,
}

impl Kind {
    /// A reference to records of that type.
    #[must_use]
    pub fn reference(to: &str) -> Self {
        Self::Reference {
            to: Some(to.to_owned()),
        }
    }

    /// References to several records of that type.
    #[must_use]
    pub fn references(to: &str) -> Self {
        Self::References {
            to: Some(to.to_owned()),
        }
    }

    /// Name of the kind in the API and in custom field definitions.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText => "long_text",
            Self::Integer => "integer",
            Self::Decimal { .. } => "decimal",
            Self::Money => "money",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Duration => "duration",
            Self::Choice => "choice",
            Self::MultiChoice => "multi_choice",
            Self::Reference { .. } => "reference",
            Self::References { .. } => "reference_list",
            Self::Email => "email",
            Self::Url => "url",
            Self::Json => "json",
        }
    }

    /// Whether values are one line of text with a comparison key.
    #[must_use]
    pub const fn is_keyed_text(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::Email | Self::Url)
    }

    /// Whether lists can be sorted by it.
    #[must_use]
    pub const fn is_sortable(&self) -> bool {
        !matches!(
            self,
            Self::LongText | Self::MultiChoice | Self::References { .. } | Self::Json
        )
    }

    /// Whether a value is of this kind. Choices are checked against the field, not here.
    #[must_use]
    pub const fn holds(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (_, Value::Null)
                | (
                    Self::Text { .. } | Self::LongText | Self::Email | Self::Url,
                    Value::Text(_)
                )
                | (Self::Integer, Value::Integer(_))
                | (Self::Decimal { .. }, Value::Decimal(_))
                | (Self::Money, Value::Money(_))
                | (Self::Boolean, Value::Boolean(_))
                | (Self::Date, Value::Date(_))
                | (Self::Instant, Value::Instant(_))
                | (Self::Duration, Value::Duration(_))
                | (Self::Choice, Value::Choice(_))
                | (Self::MultiChoice, Value::Choices(_))
                | (Self::Reference { .. }, Value::Reference(_))
                | (Self::References { .. }, Value::References(_))
                | (Self::Json, Value::Json(_))
        )
    }
}

impl FieldDef {
    /// Reads a value from JSON. Null, empty texts and empty lists are [`Value::Null`].
    ///
    /// Choices must exist and be active; a value that is stored already may stay, which the door checks.
    pub fn from_json(&self, json: &Json) -> Result<Value, Message> {
        if json.is_null() {
            return Ok(Value::Null);
        }
        match &self.kind {
            Kind::Text { .. } | Kind::LongText | Kind::Email | Kind::Url => {
                text::from_json(self, json)
            }
            Kind::Integer => number::integer_from_json(json),
            Kind::Decimal { scale } => number::decimal_from_json(json, *scale),
            Kind::Money => number::money_from_json(json),
            Kind::Boolean => boolean::from_json(json),
            Kind::Date | Kind::Instant | Kind::Duration => time::from_json(&self.kind, json),
            Kind::Choice => choice::from_json(json),
            Kind::MultiChoice => choice::several_from_json(json),
            Kind::Reference { .. } => reference::from_json(json),
            Kind::References { .. } => reference::several_from_json(json),
            Kind::Json => json::from_json(json),
        }
    }

    /// The value as the field holds it, checked like what people type.
    ///
    /// # Errors
    /// A message that says what would be right.
    pub fn hold(&self, value: &Value) -> Result<Value, Message> {
        match value {
            _ if !self.kind.holds(value) => {
                Err(Message::new("refused-kind").with("kind", self.kind.name()))
            }
            Value::Text(text) => text::from_text(self, text),
            Value::Integer(number) => number::integer_from_text(&number.to_string()),
            _ => Ok(value.clone()),
        }
    }

    /// Reads a value from plain text, as forms and CSV write it. Blank text is [`Value::Null`].
    pub fn from_text(&self, text: &str) -> Result<Value, Message> {
        if text.trim().is_empty() {
            return Ok(Value::Null);
        }
        match &self.kind {
            Kind::Text { .. } | Kind::LongText | Kind::Email | Kind::Url => {
                text::from_text(self, text)
            }
            Kind::Integer => number::integer_from_text(text),
            Kind::Decimal { scale } => number::decimal_from_text(text, *scale),
            Kind::Money => number::money_from_text(text),
            Kind::Boolean => boolean::from_text(text),
            Kind::Date | Kind::Instant | Kind::Duration => time::from_text(&self.kind, text),
            Kind::Choice => choice::from_text(text),
            Kind::MultiChoice => choice::several_from_text(text),
            Kind::Reference { .. } => reference::from_text(text),
            Kind::References { .. } => reference::several_from_text(text),
            Kind::Json => json::from_text(text),
        }
    }
}

impl Value {
    /// The value as the API and the history write it; reading it back gives the same value.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Text(text) | Self::Choice(text) => Json::from(text.as_str()),
            Self::Integer(number) => Json::from(*number),
            Self::Decimal(decimal) => Json::from(decimal.to_string()),
            Self::Money(money) => number::money_to_json(money),
            Self::Boolean(it) => Json::from(*it),
            Self::Date(date) => Json::from(date.to_string()),
            Self::Instant(instant) => Json::from(instant.to_string()),
            Self::Duration(micros) => Json::from(time::duration_to_text(*micros)),
            Self::Choices(codes) => Json::from(codes.as_slice()),
            Self::Reference(id) => Json::from(id.to_string()),
            Self::References(ids) => ids.iter().map(ToString::to_string).collect(),
            Self::Json(json) => json.clone(),
        }
    }

    /// The value as CSV and forms write it; reading it back gives the same value.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(decimal) => decimal.to_string(),
            Self::Money(money) => money.to_string(),
            Self::Boolean(it) => it.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Instant(instant) => instant.to_string(),
            Self::Duration(micros) => time::duration_to_text(*micros),
            Self::Choices(codes) => codes.join(", "),
            Self::Reference(id) => id.to_string(),
            Self::References(ids) => ids
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            Self::Json(json) => json.to_string(),
        }
    }
}

/// The refusal of a value of the wrong kind: says what would be right.
fn wrong(expected: &'static str) -> Message {
    Message::new(expected)
}
