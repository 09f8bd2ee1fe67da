//! The values of a row as a file shows them.

use std::borrow::Cow;

use base::Timestamp;
use dictionary::filter::TYPE;
use dictionary::{FieldDef, Kind, TypeDef, Value};
use engine::read::{Titles, Visible};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ui::field::{Reader, words};

use super::ViewFile;
use crate::label;

/// A cell of a row.
pub(super) struct Cell<'a> {
    of: &'a TypeDef,
    /// The field; nothing for the type itself, and where the type has no such field.
    pub(super) field: Option<&'a FieldDef>,
    /// The value.
    pub(super) value: Cow<'a, Value>,
}

/// The cells of a row, in the order of the columns. One that may not be read on this row is empty.
pub(super) fn cells<'a>(file: &'a ViewFile, row: &'a Visible) -> impl Iterator<Item = Cell<'a>> {
    let of = &**row.record_type();
    let names = file.query.columns.iter();
    names.map(move |name| {
        if file.of.is_none() && name == TYPE {
            return Cell {
                of,
                field: None,
                value: Cow::Owned(Value::Text(label(&file.language, &of.label))),
            };
        }
        Cell {
            of,
            field: of.field(name),
            value: Cow::Borrowed(row.value(name)),
        }
    })
}

impl Cell<'_> {
    /// The value as plain text: choices and records in words, instants in the reader's zone as spreadsheets read
    /// them, and nothing for no value.
    pub(super) fn text(&self, file: &ViewFile, titles: &Titles) -> String {
        let reader = Reader {
            language: &file.language,
            zone: &file.ctx.zone,
            now: file.ctx.now,
            titles,
        };
        match (self.field, &*self.value) {
            (_, Value::Text(text)) => text.clone(),
            (_, Value::Null) | (None, _) => String::new(),
            (_, Value::Instant(at)) => local(&file.ctx.zone, *at)
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            (Some(field), Value::Integer(number)) if field.choices.is_empty() => number.to_string(),
            (_, value @ (Value::Date(_) | Value::Decimal(_))) => value.to_text(),
            (Some(field), value) => words(&reader, self.of, field, value),
        }
    }
}

/// The day and time on the reader's clock.
pub(super) fn local(zone: &TimeZone, at: Timestamp) -> DateTime {
    at.to_jiff().to_zoned(zone.clone()).datetime()
}

/// Whether people typed what stands there, so that a spreadsheet must not take it for a formula.
pub(super) const fn is_typed(field: Option<&FieldDef>) -> bool {
    match field {
        Some(field) => !matches!(
            field.kind,
            Kind::Integer | Kind::Decimal { .. } | Kind::Money | Kind::Duration
        ),
        None => true,
    }
}
