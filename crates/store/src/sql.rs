//! SQL text and its arguments, written once for both databases.
//!
//! This is the one place that lets a name become part of a statement. Input never becomes text here:
//! values are arguments, names pass a whitelist, everything else is `&'static str`.

use crate::{ColumnKind, StoreError};
use uuid::Uuid;

/// One argument or one column of a result. Booleans are integers 0 and 1 on both databases.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SqlValue {
    /// No value.
    Null,
    /// A whole number: counts, instants in µs, scaled decimals, booleans.
    Integer(i64),
    /// Text, compared by code point on both databases.
    Text(String),
    /// Bytes. SQLite also hands out identifiers as these.
    Bytes(Vec<u8>),
    /// An identifier; 16 bytes on SQLite.
    Uuid(Uuid),
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for SqlValue {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for SqlValue {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for SqlValue {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for SqlValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for SqlValue {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for SqlValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for SqlValue {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Uuid> for SqlValue {
    fn from(value: Uuid) -> Self {
        Self::Uuid(value)
    }
}

impl From<&Self> for SqlValue {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl<T: Into<Self>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement: neutral text with one `?` per argument.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    args: Vec<SqlValue>,
    invalid_name: Option<String>,
    late: bool,
}

impl Sql {
    /// Starts a statement. A `?` already in the text takes its value from [`Sql::bind`].
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self::generated(text.to_owned())
    }

    /// A statement whose text this crate made itself (DDL), never from input.
    pub(crate) fn generated(text: String) -> Self {
        Self {
            text,
            args: Vec::new(),
            invalid_name: None,
            late: false,
        }
    }

    /// A statement that may run as late as just before the commit, after other late ones in their order: nobody
    /// in its transaction reads what it writes, or asks what it gave.
    ///
    /// SQLite's text index writes what it has gathered to its tables whenever a savepoint begins, also that of
    /// a single statement; at the end of a batch of transactions it does so once for all of them.
    #[must_use]
    pub fn late(mut self) -> Self {
        self.late = true;
        self
    }

    pub(crate) const fn is_late(&self) -> bool {
        self.late
    }

    /// Appends text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a quoted name. A name outside `[a-z_][a-z0-9_]{0,62}` makes the statement fail with
    /// [`StoreError::Identifier`] when it is run.
    pub fn identifier(&mut self, name: &str) -> &mut Self {
        if is_identifier(name) {
            self.text.push('"');
            self.text.push_str(name);
            self.text.push('"');
        } else if self.invalid_name.is_none() {
            self.invalid_name = Some(name.to_owned());
        }
        self
    }

    /// Appends a placeholder and its value.
    pub fn arg(&mut self, value: impl Into<SqlValue>) -> &mut Self {
        self.text.push('?');
        self.args.push(value.into());
        self
    }

    /// Appends a placeholder that says its kind, for places where PostgreSQL cannot infer it, such
    /// as a VALUES list. It is written as a comment, which the PostgreSQL driver turns into a cast.
    pub fn typed_arg(&mut self, kind: ColumnKind, value: impl Into<SqlValue>) -> &mut Self {
        self.text.push_str(kind.typed_placeholder());
        self.args.push(value.into());
        self
    }

    /// Appends `?, ?, ?`. Every length is a statement of its own to the caches: for long lists pad
    /// to a few lengths.
    pub fn arg_list<V: Into<SqlValue>>(
        &mut self,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        for (position, value) in values.into_iter().enumerate() {
            if position > 0 {
                self.text.push_str(", ");
            }
            self.arg(value);
        }
        self
    }

    /// Gives a value to the next `?` that is already in the text.
    #[must_use]
    pub fn bind(mut self, value: impl Into<SqlValue>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Appends another statement's text and arguments.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.args.extend(other.args);
        self.invalid_name = self.invalid_name.take().or(other.invalid_name);
        self
    }

    /// The neutral text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The arguments, in the order of their placeholders.
    #[must_use]
    pub fn args(&self) -> &[SqlValue] {
        &self.args
    }

    /// Appends a number as text, where DDL allows no argument.
    pub(crate) fn integer(&mut self, value: i64) -> &mut Self {
        self.text.push_str(&value.to_string());
        self
    }

    /// Reports a name that [`Sql::identifier`] refused.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.invalid_name {
            Some(name) => Err(StoreError::Identifier(name.clone())),
            None => Ok(()),
        }
    }
}

/// Whether a name may become an SQL identifier: `[a-z_][a-z0-9_]{0,62}`.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let bytes = name.as_bytes();
    let starts_well = bytes
        .first()
        .is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    starts_well && bytes.len() <= 63 && bytes.iter().all(allowed)
}
