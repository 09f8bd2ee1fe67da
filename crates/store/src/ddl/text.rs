//! The DDL statements themselves, in both dialects.
//!
//! Every name passes [`crate::Sql::identifier`], whoever it comes from.

use super::{ColumnDef, Condition, IndexColumn, IndexDef, TableDef};
use crate::{Dialect, Sql};

/// CREATE TABLE. On PostgreSQL without foreign keys, which may point at tables that come later.
pub(super) fn create_table(table: &TableDef, dialect: Dialect) -> Sql {
    let mut sql = Sql::new("CREATE TABLE ");
    sql.identifier(&table.name).push(" (");
    for (position, column) in table.columns.iter().enumerate() {
        if position > 0 {
            sql.push(", ");
        }
        column_type(&mut sql, column, dialect);
        if column.not_null || table.primary_key.contains(&column.name) {
            sql.push(" NOT NULL");
        }
        if dialect == Dialect::Sqlite {
            references(&mut sql, column);
        }
    }
    if !table.primary_key.is_empty() {
        sql.push(", PRIMARY KEY (");
        for (position, column) in table.primary_key.iter().enumerate() {
            if position > 0 {
                sql.push(", ");
            }
            sql.identifier(column);
        }
        sql.push(")");
    }
    sql.push(")").push(dialect.strict());
    sql
}

/// ALTER TABLE … ADD COLUMN, never required, since there may be rows.
pub(super) fn add_column(table: &str, column: &ColumnDef, dialect: Dialect) -> Sql {
    let mut sql = Sql::new("ALTER TABLE ");
    sql.identifier(table).push(" ADD COLUMN ");
    column_type(&mut sql, column, dialect);
    if dialect == Dialect::Sqlite {
        references(&mut sql, column);
    }
    sql
}

/// A foreign key added to an existing table (PostgreSQL).
pub(super) fn add_foreign_key(table: &str, column: &ColumnDef) -> Sql {
    let mut sql = Sql::new("ALTER TABLE ");
    sql.identifier(table).push(" ADD CONSTRAINT ");
    sql.identifier(&foreign_key_name(table, &column.name))
        .push(" FOREIGN KEY (");
    sql.identifier(&column.name).push(")");
    references(&mut sql, column);
    sql
}

/// CREATE INDEX; concurrently only where the dialect knows it and no transaction is open.
pub(super) fn create_index(table: &str, index: &IndexDef, concurrently: bool) -> Sql {
    let mut sql = Sql::new(if index.unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    if concurrently {
        sql.push("CONCURRENTLY ");
    }
    sql.identifier(&index.name)
        .push(" ON ")
        .identifier(table)
        .push(" (");
    for (position, column) in index.columns.iter().enumerate() {
        if position > 0 {
            sql.push(", ");
        }
        match column {
            IndexColumn::Ascending(name) => sql.identifier(name),
            IndexColumn::Descending(name) => sql.identifier(name).push(" DESC"),
            IndexColumn::IsNull(name) => sql.push("(").identifier(name).push(" IS NULL)"),
        };
    }
    sql.push(")");
    for (position, condition) in index.conditions.iter().enumerate() {
        sql.push(if position == 0 { " WHERE " } else { " AND " });
        match condition {
            Condition::IsNull(name) => sql.identifier(name).push(" IS NULL"),
            Condition::IsNotNull(name) => sql.identifier(name).push(" IS NOT NULL"),
            Condition::Equals(name, value) => sql.identifier(name).push(" = ").integer(*value),
        };
    }
    sql
}

/// A name that fits PostgreSQL's 63 bytes: long ones are cut and told apart by a digest.
pub(super) fn foreign_key_name(table: &str, column: &str) -> String {
    let name = format!("{table}_{column}_fkey");
    if name.len() <= 63 {
        return name;
    }
    let digest = base::name_digest(&name);
    let cut: String = name.chars().take(49).collect();
    format!("{cut}_{digest:08x}_fkey")
}

fn column_type(sql: &mut Sql, column: &ColumnDef, dialect: Dialect) {
    sql.identifier(&column.name)
        .push(" ")
        .push(dialect.column_type(column.kind));
}

fn references(sql: &mut Sql, column: &ColumnDef) {
    if let Some((table, target)) = &column.references {
        sql.push(" REFERENCES ")
            .identifier(table)
            .push(" (")
            .identifier(target)
            .push(")");
    }
}
