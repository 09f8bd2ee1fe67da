//! Compares tables with the database and creates what is missing.
//!
//! Runs under the schema lock, so that processes starting together do not meet.

use super::text::{add_column, add_foreign_key, create_index, create_table, foreign_key_name};
use super::{Applied, IndexDef, TableDef};
use crate::{Dialect, Sql, Store, StoreError, Tx};
use std::collections::HashSet;

impl Store {
    /// Creates missing tables, columns, foreign keys and indexes; changes and drops nothing.
    /// Idempotent. Blocks; for the start of the program and for dictionary changes.
    ///
    /// On PostgreSQL an index on a table that existed is built without blocking writers.
    pub fn apply_tables(&self, tables: &[TableDef]) -> Result<Applied, StoreError> {
        let owned = tables.to_vec();
        let (mut applied, waiting) = self.maintain(move |tx| apply(tx, &owned))?;
        for (table, index) in waiting {
            if self.build_index(&create_index(&table, &index, true), &index.name)? {
                applied.indexes.push(index.name);
            }
        }
        Ok(applied)
    }
}

/// Indexes that must be built outside the transaction, with their tables.
type Waiting = Vec<(String, IndexDef)>;

fn apply(tx: &mut Tx<'_>, tables: &[TableDef]) -> Result<(Applied, Waiting), StoreError> {
    let dialect = tx.dialect();
    let mut applied = Applied::default();
    let mut waiting = Waiting::new();
    let mut existing = HashSet::new();
    for table in tables {
        let columns = column_names(tx, &table.name)?;
        if columns.is_empty() {
            tx.execute(&create_table(table, dialect))?;
            applied.tables.push(table.name.clone());
            continue;
        }
        existing.insert(table.name.as_str());
        for column in table
            .columns
            .iter()
            .filter(|column| !columns.contains(&column.name))
        {
            tx.execute(&add_column(&table.name, column, dialect))?;
            applied
                .columns
                .push(format!("{}.{}", table.name, column.name));
        }
    }
    for table in tables {
        if dialect == Dialect::Postgres {
            add_foreign_keys(tx, table)?;
        }
        let present = index_names(tx, &table.name)?;
        for index in table
            .indexes
            .iter()
            .filter(|index| !present.contains(&index.name))
        {
            let is_new_table = !existing.contains(table.name.as_str());
            if dialect == Dialect::Sqlite || is_new_table {
                tx.execute(&create_index(&table.name, index, false))?;
                if !is_new_table {
                    applied.indexes.push(index.name.clone());
                }
            } else {
                waiting.push((table.name.clone(), index.clone()));
            }
        }
    }
    Ok((applied, waiting))
}

fn add_foreign_keys(tx: &mut Tx<'_>, table: &TableDef) -> Result<(), StoreError> {
    let sql = Sql::new(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = \
         (SELECT oid FROM pg_class WHERE relname = ? AND relnamespace = \
         (SELECT oid FROM pg_namespace WHERE nspname = current_schema()))",
    );
    let present = names(tx, &sql.bind(&table.name))?;
    for column in table
        .columns
        .iter()
        .filter(|column| column.references.is_some())
    {
        if !present.contains(&foreign_key_name(&table.name, &column.name)) {
            tx.execute(&add_foreign_key(&table.name, column))?;
        }
    }
    Ok(())
}

fn column_names(tx: &mut Tx<'_>, table: &str) -> Result<HashSet<String>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => Sql::new("SELECT name FROM pragma_table_info(?)"),
        Dialect::Postgres => Sql::new(
            "SELECT column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = ?",
        ),
    };
    names(tx, &sql.bind(table))
}

/// An index whose concurrent build failed remains as invalid: it counts as missing.
fn index_names(tx: &mut Tx<'_>, table: &str) -> Result<HashSet<String>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => Sql::new("SELECT name FROM pragma_index_list(?)"),
        Dialect::Postgres => Sql::new(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             JOIN pg_class t ON t.oid = i.indrelid WHERE i.indisvalid AND t.relname = ? AND \
             t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        ),
    };
    names(tx, &sql.bind(table))
}

fn names(tx: &mut Tx<'_>, sql: &Sql) -> Result<HashSet<String>, StoreError> {
    tx.query(sql)?
        .iter()
        .map(|row| row.need_text(0).map(str::to_owned))
        .collect()
}
