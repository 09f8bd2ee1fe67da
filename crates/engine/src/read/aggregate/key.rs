//! What the records of a group have in common: columns, keys in memory, and keys as answered.

use std::collections::HashMap;

use base::{Date, Result, Timestamp, Uuid};
use dictionary::filter::{ID, Scope, TYPE};
use dictionary::{FieldDef, Kind, Value};
use store::{Row, Sql};

use super::super::compile::{column, companion};
use super::bucket::{self, Bucket, Offsets};
use super::{Group, own_field};

/// What the records of a group have in common.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupKey {
    /// The value of a field; null for records without one.
    Value(Value),
    /// First day of the stretch of time.
    From(Date),
    /// Beginning of the hour.
    Hour(Timestamp),
    /// Monday (1) to Sunday (7).
    Weekday(i64),
    /// 0 to 23.
    HourOfDay(i64),
}

/// The same in memory, in the order of the answer: records without a value last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// A whole number, a truth value, or a bucket.
    Number(i64),
    /// Position of a choice, and its code.
    Choice(i64, String),
    /// Key of a text.
    Text(String),
    /// A record.
    Record(Uuid),
    /// No value.
    Missing,
}

/// One group of an aggregation, checked.
pub(super) struct Grouping<'a> {
    pub(super) field: &'a FieldDef,
    pub(super) bucket: Option<Bucket>,
}

impl<'a> Grouping<'a> {
    pub(super) fn new(group: &Group, scope: &Scope<'a>) -> Result<Self> {
        let (name, bucket) = match group {
            Group::Field(name) => (name, None),
            Group::Time { field, bucket } => (field, Some(*bucket)),
        };
        let field = own_field(scope, name)?;
        if let Some(bucket) = bucket {
            bucket::start_month(bucket)?;
            return Ok(Self {
                field,
                bucket: Some(bucket),
            });
        }
        let fits = field.name != ID
            && matches!(
                field.kind,
                Kind::Choice
                    | Kind::Reference { .. }
                    | Kind::Boolean
                    | Kind::Integer
                    | Kind::Text { .. }
                    | Kind::Email
            );
        if fits {
            return Ok(Self {
                field,
                bucket: None,
            });
        }
        Err(super::impossible(name))
    }

    pub(super) fn is_text(&self) -> bool {
        self.field.kind.is_keyed_text()
    }

    fn has_position(&self) -> bool {
        self.field.kind == Kind::Choice && self.field.name != TYPE
    }

    /// How many columns the key has.
    pub(super) fn width(&self) -> usize {
        1 + usize::from(self.has_position())
    }

    /// Appends the columns of the key.
    pub(super) fn select(&self, sql: &mut Sql, offsets: &Offsets) -> Result<()> {
        sql.push(", ");
        let Some(bucket) = self.bucket else {
            if self.is_text() {
                companion(sql, &self.field.column, "__key");
            } else {
                column(sql, &self.field.column);
            }
            if self.has_position() {
                sql.push(", ");
                companion(sql, &self.field.column, "__pos");
            }
            return Ok(());
        };
        sql.append(bucket::grain(
            bucket,
            self.field,
            &bucket::time_column(self.field),
            offsets,
        )?);
        Ok(())
    }

    /// The key in a row.
    pub(super) fn read(&self, row: &Row, at: usize) -> Result<Key> {
        let key = match (&self.field.kind, self.bucket) {
            (_, Some(bucket)) => row.integer(at)?.map(|it| Key::Number(bucket.of(it))),
            (Kind::Choice, _) => {
                let stored = if self.has_position() {
                    row.integer(at + 1)?.unwrap_or(i64::MAX)
                } else {
                    0
                };
                // Codes that an import kept were stored before the field knew them, at other positions
                // than later ones: one code is one group all the same.
                let position = |code: &str| match self.field.choices.is_empty() {
                    true => stored,
                    false => self.field.choice_position(code),
                };
                row.text(at)?
                    .map(|code| Key::Choice(position(code), code.to_owned()))
            }
            (Kind::Reference { .. }, _) => row.uuid(at)?.map(Key::Record),
            (Kind::Boolean | Kind::Integer, _) => row.integer(at)?.map(Key::Number),
            _ => row.text(at)?.map(|it| Key::Text(it.to_owned())),
        };
        Ok(key.unwrap_or(Key::Missing))
    }

    /// The key as answered; texts as somebody spelled them.
    pub(super) fn shown(&self, key: &Key, spelled: &HashMap<String, String>) -> GroupKey {
        let value = match (key, self.bucket) {
            (Key::Number(number), Some(Bucket::Hour)) => {
                return GroupKey::Hour(Timestamp::from_micros(*number));
            }
            (Key::Number(number), Some(Bucket::Weekday)) => return GroupKey::Weekday(*number),
            (Key::Number(number), Some(Bucket::HourOfDay)) => return GroupKey::HourOfDay(*number),
            (Key::Number(number), Some(_)) => {
                return GroupKey::From(Date::from_days(i32::try_from(*number).unwrap_or_default()));
            }
            (Key::Number(number), None) if self.field.kind == Kind::Boolean => {
                Value::Boolean(*number != 0)
            }
            (Key::Number(number), None) => Value::Integer(*number),
            (Key::Choice(_, code), _) => Value::Choice(code.clone()),
            (Key::Text(key), _) => Value::Text(spelled.get(key).unwrap_or(key).clone()),
            (Key::Record(id), _) => Value::Reference(*id),
            (Key::Missing, _) => Value::Null,
        };
        GroupKey::Value(value)
    }
}

/// The columns after the count by their position, as many as a key and a value can have.
const POSITIONS: [&str; 10] = ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];

/// `GROUP BY 2, 3`: by position, since an expression with arguments is never equal to itself written twice.
pub(super) fn group_by(sql: &mut Sql, columns: usize) {
    for (index, position) in POSITIONS.iter().take(columns).enumerate() {
        sql.push(if index == 0 { " GROUP BY " } else { ", " })
            .push(position);
    }
}
