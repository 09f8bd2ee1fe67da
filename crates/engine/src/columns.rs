//! Where fields live in the database: columns of a field, and values to and from columns.
//!
//! Every keyed text has a companion `f__key`, every choice a companion `f__pos` for sorting, money a
//! companion `f__currency`. Lists are kept as `|a|b|`, so that "contains" is one search on both databases.

use std::borrow::Cow;

use base::{Date, Error, Result, Timestamp, Uuid, text_key};
use dictionary::{Decimal, FieldDef, Kind, Money, Value};
use store::{ColumnKind, Row, SqlValue};

use crate::draft::Values;

/// Columns of every type's table that are no fields.
pub const SYSTEM_COLUMNS: [&str; 3] = ["id", "tenant", "deleted_at"];

/// Columns of one field, in order.
#[must_use]
pub fn columns_of(field: &FieldDef) -> Vec<(String, ColumnKind)> {
    let name = field.column.clone();
    match &field.kind {
        Kind::Text { .. } | Kind::Email | Kind::Url => {
            vec![
                (name.clone(), ColumnKind::Text),
                (format!("{name}__key"), ColumnKind::Text),
            ]
        }
        Kind::Choice => vec![
            (name.clone(), ColumnKind::Text),
            (format!("{name}__pos"), ColumnKind::Integer),
        ],
        Kind::Money => vec![
            (name.clone(), ColumnKind::Integer),
            (format!("{name}__currency"), ColumnKind::Text),
        ],
        Kind::LongText | Kind::Json | Kind::MultiChoice | Kind::References { .. } => {
            vec![(name, ColumnKind::Text)]
        }
        Kind::Reference { .. } => vec![(name, ColumnKind::Uuid)],
        Kind::Integer
        | Kind::Decimal { .. }
        | Kind::Boolean
        | Kind::Date
        | Kind::Instant
        | Kind::Duration => {
            vec![(name, ColumnKind::Integer)]
        }
    }
}

/// How many columns a field has.
#[must_use]
pub const fn column_count(kind: &Kind) -> usize {
    if kind.is_keyed_text() || matches!(kind, Kind::Choice | Kind::Money) {
        2
    } else {
        1
    }
}

/// The columns that the value of a field is read from: companions for search and order are not among them.
pub fn value_columns(field: &FieldDef) -> impl Iterator<Item = Cow<'_, str>> {
    let currency = matches!(field.kind, Kind::Money)
        .then(|| Cow::Owned(format!("{}__currency", field.column)));
    std::iter::once(Cow::Borrowed(field.column.as_str())).chain(currency)
}

/// How many columns the value of a field is read from.
#[must_use]
pub const fn value_width(kind: &Kind) -> usize {
    if matches!(kind, Kind::Money) { 2 } else { 1 }
}

/// The value of a field's own column.
pub(crate) fn own_column(value: &Value) -> SqlValue {
    match value {
        Value::Null => SqlValue::Null,
        Value::Text(text) | Value::Choice(text) => SqlValue::Text(text.clone()),
        Value::Integer(number) | Value::Duration(number) => SqlValue::Integer(*number),
        Value::Decimal(decimal) => SqlValue::Integer(decimal.unscaled),
        Value::Money(money) => SqlValue::Integer(money.minor),
        Value::Boolean(it) => SqlValue::Integer(i64::from(*it)),
        Value::Date(date) => SqlValue::Integer(i64::from(date.days())),
        Value::Instant(instant) => SqlValue::Integer(instant.micros()),
        Value::Choices(codes) => SqlValue::Text(barred(codes.iter())),
        Value::Reference(id) => SqlValue::Uuid(*id),
        Value::References(ids) => SqlValue::Text(barred(ids.iter())),
        Value::Json(json) => SqlValue::Text(json.to_string()),
    }
}

/// The columns' values of a field, in the order of [`columns_of`].
pub fn to_columns(field: &FieldDef, value: &Value, out: &mut Vec<SqlValue>) {
    out.push(own_column(value));
    match (&field.kind, value) {
        (kind, Value::Text(text)) if kind.is_keyed_text() => {
            out.push(SqlValue::Text(text_key(text)))
        }
        (Kind::Choice, Value::Choice(code)) => {
            out.push(SqlValue::Integer(field.choice_position(code)))
        }
        (Kind::Money, Value::Money(money)) => out.push(SqlValue::Text(money.currency.clone())),
        (kind, _) if column_count(kind) == 2 => out.push(SqlValue::Null),
        _ => {}
    }
}

fn barred(members: impl Iterator<Item = impl ToString>) -> String {
    members.fold("|".to_owned(), |mut text, member| {
        text.push_str(&member.to_string());
        text.push('|');
        text
    })
}

/// The value of a field from its columns, the first of which is at `at`.
pub fn from_columns(field: &FieldDef, row: &Row, at: usize) -> Result<Value> {
    read_value(field, row, at)
        .map_err(|error| Error::failed("a stored value does not fit its field", error))
}

fn read_value(field: &FieldDef, row: &Row, at: usize) -> Result<Value, store::StoreError> {
    let value = match &field.kind {
        Kind::Text { .. } | Kind::LongText | Kind::Email | Kind::Url => {
            row.text(at)?.map(|it| Value::Text(it.to_owned()))
        }
        Kind::Choice => row.text(at)?.map(|it| Value::Choice(it.to_owned())),
        Kind::Integer => row.integer(at)?.map(Value::Integer),
        Kind::Decimal { scale } => row.integer(at)?.map(|it| {
            Value::Decimal(Decimal {
                unscaled: it,
                scale: *scale,
            })
        }),
        Kind::Money => match (row.integer(at)?, row.text(at + 1)?) {
            (Some(minor), Some(currency)) => Some(Value::Money(Money {
                minor,
                currency: currency.to_owned(),
            })),
            _ => None,
        },
        Kind::Boolean => row.integer(at)?.map(|it| Value::Boolean(it != 0)),
        Kind::Date => row
            .integer(at)?
            .map(|it| Value::Date(Date::from_days(i32::try_from(it).unwrap_or_default()))),
        Kind::Instant => row
            .integer(at)?
            .map(|it| Value::Instant(Timestamp::from_micros(it))),
        Kind::Duration => row.integer(at)?.map(Value::Duration),
        Kind::MultiChoice => row
            .text(at)?
            .map(|it| Value::Choices(unbarred(it).map(str::to_owned).collect())),
        Kind::Reference { .. } => row.uuid(at)?.map(Value::Reference),
        Kind::References { .. } => row.text(at)?.map(|it| {
            Value::References(
                unbarred(it)
                    .filter_map(|id| Uuid::try_parse(id).ok())
                    .collect(),
            )
        }),
        Kind::Json => row
            .text(at)?
            .map(|it| serde_json::from_str(it).map_or(Value::Null, Value::Json)),
    };
    Ok(value.unwrap_or(Value::Null))
}

fn unbarred(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').filter(|it| !it.is_empty())
}

/// The values of fields from a row in which the columns that they are read from begin at `at`.
pub fn read_values<'f>(
    fields: impl IntoIterator<Item = &'f FieldDef>,
    row: &Row,
    mut at: usize,
) -> Result<Values> {
    let read = |field: &FieldDef| {
        let value = from_columns(field, row, at);
        at += value_width(&field.kind);
        value
    };
    fields.into_iter().map(read).collect()
}
