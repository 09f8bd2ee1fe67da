//! A short notation for tables and indexes, so that a table reads like its definition.

use store::{ColumnDef, ColumnKind, Condition, IndexColumn, IndexDef, TableDef};

/// A table from columns such as `id uuid!, text text, at integer`; `!` marks columns that need a value.
/// The primary key is a list of column names.
pub(super) fn table(name: &str, columns: &str, primary_key: &str) -> TableDef {
    let mut table = TableDef::new(name);
    for column in columns.split(',') {
        let (name, kind) = column
            .trim()
            .split_once(' ')
            .unwrap_or((column.trim(), "text"));
        let definition = ColumnDef::new(name, kind_of(kind.trim_end_matches('!')));
        let needed = kind.ends_with('!');
        table.columns.push(if needed {
            definition.required()
        } else {
            definition
        });
    }
    table.primary_key = names(primary_key).map(str::to_owned).collect();
    table
}

fn kind_of(word: &str) -> ColumnKind {
    match word {
        "uuid" => ColumnKind::Uuid,
        "integer" => ColumnKind::Integer,
        "bytes" => ColumnKind::Bytes,
        _ => ColumnKind::Text,
    }
}

/// An index over `name` (ascending), `-name` (descending), `?name` (rows without a value last).
pub(super) fn index(name: impl Into<String>, columns: &str) -> IndexDef {
    let columns = names(columns).map(|it| match (it.strip_prefix('-'), it.strip_prefix('?')) {
        (Some(name), _) => IndexColumn::Descending(name.to_owned()),
        (_, Some(name)) => IndexColumn::IsNull(name.to_owned()),
        _ => IndexColumn::Ascending(it.to_owned()),
    });
    IndexDef {
        name: name.into(),
        columns: columns.collect(),
        unique: false,
        conditions: Vec::new(),
    }
}

/// The same index over live records only.
pub(super) fn live(index: IndexDef) -> IndexDef {
    with(index, Condition::IsNull("deleted_at".to_owned()))
}

/// The same index over rows where that column has a value.
pub(super) fn where_there(index: IndexDef, column: &str) -> IndexDef {
    with(index, Condition::IsNotNull(column.to_owned()))
}

/// The same index over what has not ended.
pub(super) fn unfinished(index: IndexDef) -> IndexDef {
    with(index, Condition::IsNull("finished_at".to_owned()))
}

/// The same index, in which no two rows are equal.
pub(super) fn unique(mut index: IndexDef) -> IndexDef {
    index.unique = true;
    index
}

/// The same table with these indexes.
pub(super) fn indexed<const N: usize>(mut table: TableDef, indexes: [IndexDef; N]) -> TableDef {
    table.indexes.extend(indexes);
    table
}

fn with(mut index: IndexDef, condition: Condition) -> IndexDef {
    index.conditions.push(condition);
    index
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}
