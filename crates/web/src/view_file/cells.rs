//! The values of a row as a file shows them.

use base::Timestamp;
use dictionary::{FieldDef, Kind, Value};
use engine::read::{Titles, Visible};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ui::field::{Reader, words};

use super::ViewFile;

/// The cells of a row, in the order of the columns: the field and its value. One that may not be read on this row
/// is empty.
pub(super) fn cells<'a>(
    file: &'a ViewFile,
    row: &'a Visible,
) -> impl Iterator<Item = (Option<&'a FieldDef>, &'a Value)> {
    let names = file.query.columns.iter();
    names.map(|name| (file.of.field(name), row.value(name)))
}

/// The value as plain text: choices and records in words, instants in the reader's zone as spreadsheets read
/// them, and nothing for no value.
pub(super) fn text(
    file: &ViewFile,
    titles: &Titles,
    field: Option<&FieldDef>,
    value: &Value,
) -> String {
    let reader = Reader {
        language: &file.language,
        zone: &file.ctx.zone,
        now: file.ctx.now,
        titles,
    };
    match (field, value) {
        (_, Value::Null) | (None, _) => String::new(),
        (_, Value::Instant(at)) => local(&file.ctx.zone, *at)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        (_, Value::Text(text)) => text.clone(),
        (Some(field), Value::Integer(number)) if field.choices.is_empty() => number.to_string(),
        (_, Value::Date(_) | Value::Decimal(_)) => value.to_text(),
        (Some(field), _) => words(&reader, &file.of, field, value),
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
