//! The record's own rows: one on the spine, one in its type's table. Only columns that changed are written.

use base::Uuid;
use dictionary::{FieldDef, Value, spine};
use store::{Sql, SqlValue};

use super::Checked;
use crate::change::{Action, Change};
use crate::columns::{columns_of, to_columns};
use crate::unit::Unit;

/// The statements for spine and type row, before the chain's new end is known.
pub(super) struct RowStatements {
    record: Uuid,
    is_new: bool,
    spine: Vec<(String, SqlValue)>,
    own: Vec<(String, SqlValue)>,
    table: String,
}

pub(super) fn statements(unit: &Unit<'_, '_>, checked: &Checked, change: &Change) -> RowStatements {
    let record_type = &checked.parts.record_type;
    let is_new = checked.parts.before.is_none();
    let mut spine_columns = Vec::new();
    let mut own_columns = Vec::new();
    for (index, field) in record_type.fields.iter().enumerate() {
        let after = &checked.parts.after[index];
        if checked.before[index] == *after {
            continue;
        }
        let columns = columns_with_values(field, after);
        if spine::is_spine(&field.name) {
            spine_columns.extend(columns.iter().cloned());
        }
        own_columns.extend(columns);
    }
    let deleted = match change.action() {
        Action::Delete => Some(SqlValue::Integer(checked.recorded_at.micros())),
        Action::Restore => Some(SqlValue::Null),
        _ => None,
    };
    for columns in [&mut spine_columns, &mut own_columns] {
        columns.extend(deleted.clone().map(|it| ("deleted_at".to_owned(), it)));
        if is_new {
            columns.push(("id".to_owned(), SqlValue::Uuid(checked.parts.record)));
            columns.push(("tenant".to_owned(), SqlValue::Uuid(unit.ctx.tenant)));
        }
    }
    if is_new {
        spine_columns.push((
            "record_type".to_owned(),
            SqlValue::Text(record_type.name.clone()),
        ));
    }
    RowStatements {
        record: checked.parts.record,
        is_new,
        spine: spine_columns,
        own: own_columns,
        table: record_type.table.clone(),
    }
}

fn columns_with_values(field: &FieldDef, value: &Value) -> Vec<(String, SqlValue)> {
    let mut values = Vec::with_capacity(2);
    to_columns(field, value, &mut values);
    columns_of(field)
        .into_iter()
        .map(|(name, _)| name)
        .zip(values)
        .collect()
}

impl RowStatements {
    /// The statements, with the new end of the record's chain.
    pub(super) fn into_sql(mut self, hash: &[u8; 32]) -> Vec<Sql> {
        self.own
            .push(("chain".to_owned(), SqlValue::Bytes(hash.to_vec())));
        [("record", self.spine), (self.table.as_str(), self.own)]
            .into_iter()
            .map(|(table, columns)| {
                if self.is_new {
                    insert(table, columns)
                } else {
                    update(table, columns, self.record)
                }
            })
            .collect()
    }
}

fn insert(table: &str, columns: Vec<(String, SqlValue)>) -> Sql {
    let mut sql = Sql::new("INSERT INTO ");
    sql.identifier(table).push(" (");
    for (index, (name, _)) in columns.iter().enumerate() {
        if index > 0 {
            sql.push(", ");
        }
        sql.identifier(name);
    }
    sql.push(") VALUES (")
        .arg_list(columns.into_iter().map(|(_, value)| value))
        .push(")");
    sql
}

fn update(table: &str, columns: Vec<(String, SqlValue)>, record: Uuid) -> Sql {
    let mut sql = Sql::new("UPDATE ");
    sql.identifier(table).push(" SET ");
    for (index, (name, value)) in columns.into_iter().enumerate() {
        if index > 0 {
            sql.push(", ");
        }
        sql.identifier(&name).push(" = ").arg(value);
    }
    sql.push(" WHERE id = ").arg(record);
    sql
}
