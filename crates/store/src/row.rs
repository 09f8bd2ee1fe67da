//! One row of a result, read by position.
//!
//! Rows are plain values: they must never hold on to a connection or a statement.

use crate::{SqlValue, StoreError};
use uuid::Uuid;

/// A row of a result. Columns are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    values: Vec<SqlValue>,
}

impl Row {
    pub(crate) fn new(values: Vec<SqlValue>) -> Self {
        Self { values }
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value as the database gave it; `Null` beyond the last column. SQLite gives identifiers
    /// as bytes, which [`Row::uuid`] hides.
    #[must_use]
    pub fn value(&self, column: usize) -> &SqlValue {
        self.values.get(column).unwrap_or(&SqlValue::Null)
    }

    /// All values, without copying.
    #[must_use]
    pub fn into_values(self) -> Vec<SqlValue> {
        self.values
    }

    /// A whole number, or nothing.
    pub fn integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.at(column)? {
            SqlValue::Null => Ok(None),
            SqlValue::Integer(value) => Ok(Some(*value)),
            other => Err(mismatch(column, "an integer", other)),
        }
    }

    /// A whole number that must be there.
    pub fn need_integer(&self, column: usize) -> Result<i64, StoreError> {
        self.integer(column)?
            .ok_or_else(|| missing(column, "an integer"))
    }

    /// A truth value that must be there: 0 is false, anything else true.
    pub fn need_boolean(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.need_integer(column)? != 0)
    }

    /// Text, or nothing.
    pub fn text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.at(column)? {
            SqlValue::Null => Ok(None),
            SqlValue::Text(value) => Ok(Some(value)),
            other => Err(mismatch(column, "text", other)),
        }
    }

    /// Text that must be there.
    pub fn need_text(&self, column: usize) -> Result<&str, StoreError> {
        self.text(column)?.ok_or_else(|| missing(column, "text"))
    }

    /// Bytes, or nothing.
    pub fn bytes(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.at(column)? {
            SqlValue::Null => Ok(None),
            SqlValue::Bytes(value) => Ok(Some(value)),
            SqlValue::Uuid(value) => Ok(Some(value.as_bytes())),
            other => Err(mismatch(column, "bytes", other)),
        }
    }

    /// Bytes that must be there.
    pub fn need_bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        self.bytes(column)?.ok_or_else(|| missing(column, "bytes"))
    }

    /// An identifier, or nothing.
    pub fn uuid(&self, column: usize) -> Result<Option<Uuid>, StoreError> {
        match self.at(column)? {
            SqlValue::Null => Ok(None),
            SqlValue::Uuid(value) => Ok(Some(*value)),
            value @ SqlValue::Bytes(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) => Ok(Some(id)),
                Err(_) => Err(mismatch(column, "an identifier", value)),
            },
            other => Err(mismatch(column, "an identifier", other)),
        }
    }

    /// An identifier that must be there.
    pub fn need_uuid(&self, column: usize) -> Result<Uuid, StoreError> {
        self.uuid(column)?
            .ok_or_else(|| missing(column, "an identifier"))
    }

    /// A column that the statement did not select is a mistake, unlike one that is null.
    fn at(&self, column: usize) -> Result<&SqlValue, StoreError> {
        self.values.get(column).ok_or(StoreError::Decode {
            column,
            wanted: "a column",
            found: "nothing",
        })
    }
}

fn missing(column: usize, wanted: &'static str) -> StoreError {
    StoreError::Decode {
        column,
        wanted,
        found: "null",
    }
}

fn mismatch(column: usize, wanted: &'static str, value: &SqlValue) -> StoreError {
    let found = match value {
        SqlValue::Null => "null",
        SqlValue::Integer(_) => "an integer",
        SqlValue::Text(_) => "text",
        SqlValue::Bytes(_) => "bytes",
        SqlValue::Uuid(_) => "an identifier",
    };
    StoreError::Decode {
        column,
        wanted,
        found,
    }
}
