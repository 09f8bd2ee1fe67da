//! Tables described as values, and the difference applied to the database.
//!
//! Additive only: what is missing is created, nothing is ever changed or dropped. Everything else is
//! a [`crate::Migration`].

mod apply;
mod text;

use crate::ColumnKind;

/// A table as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDef {
    /// The table's name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<ColumnDef>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// Its indexes, besides that of the primary key.
    pub indexes: Vec<IndexDef>,
}

/// A column as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDef {
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it needs a value. Only a table's first creation can ask for that: a column that is
    /// added to a table with rows is readable before it is required.
    pub not_null: bool,
    /// The table and column that it refers to. Checked by each statement, never deferred.
    pub references: Option<(String, String)>,
}

/// An index as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDef {
    /// The index's name, unique in the database.
    pub name: String,
    /// What it sorts by.
    pub columns: Vec<IndexColumn>,
    /// Whether two rows may not be equal in it.
    pub unique: bool,
    /// Only rows that meet all of these are in the index.
    pub conditions: Vec<Condition>,
}

/// One sort key of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexColumn {
    /// A column, smallest first.
    Ascending(String),
    /// A column, greatest first.
    Descending(String),
    /// Whether a column is null: values first, nulls last.
    IsNull(String),
}

/// A condition of a partial index. There is no free text, so no input can reach the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The column has no value.
    IsNull(String),
    /// The column has a value.
    IsNotNull(String),
    /// The column equals a number.
    Equals(String, i64),
}

/// What [`crate::Store::apply_tables`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Tables created.
    pub tables: Vec<String>,
    /// Columns added to tables that existed, as `table.column`.
    pub columns: Vec<String>,
    /// Indexes created on tables that existed.
    pub indexes: Vec<String>,
}

impl Applied {
    /// Whether the database already was as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.is_empty() && self.indexes.is_empty()
    }
}

impl TableDef {
    /// A table without columns, to be filled.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            name,
            columns: Vec::new(),
            primary_key: Vec::new(),
            indexes: Vec::new(),
        }
    }
}

impl ColumnDef {
    /// A column that may be null and refers to nothing.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            name: name.into(),
            kind,
            not_null: false,
            references: None,
        }
    }

    /// Makes the column need a value.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.not_null = true;
        self
    }

    /// Makes the column refer to another table's column.
    #[must_use]
    pub fn referring_to(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.references = Some((table.into(), column.into()));
        self
    }
}
