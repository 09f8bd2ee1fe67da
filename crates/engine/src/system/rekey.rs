//! Keys of texts are rebuilt when their function has become another one: `meta` holds the version they were made with.
//!
//! It runs at the start, before anybody is served, in steps of a few hundred rows. Only rows whose keys differ are
//! written, so one that was interrupted goes on quickly.

use base::{Error, KEY_VERSION, Result, Uuid, text_key};
use dictionary::{FieldDef, TypeDef, spine};
use store::{Sql, Store, StoreError, Tx};

use super::address;
use crate::columns::read_values;
use crate::schema::stored_fields;

/// Name of the row in `meta`.
const VERSION: &str = "key_version";
/// Rows of one step, which is one transaction.
const STEP: usize = 500;
/// How many rows lie between two words about the progress.
const TOLD_EVERY: usize = 20_000;

/// Rebuilds the keys of all these types where they were made by another version; says how many rows were written.
///
/// # Errors
/// A failure of the store, for example because two texts have become one where each must be there once.
pub(crate) fn rebuild<'a>(
    store: &Store,
    types: impl Iterator<Item = &'a TypeDef>,
) -> Result<usize> {
    let known = store.read_blocking(version)?;
    if known == Some(i64::from(KEY_VERSION)) {
        return Ok(0);
    }
    let mut written = 0;
    for record_type in types {
        written += table(store, &record_type.table, &stored_fields(record_type))?;
        if address::is_of(record_type) {
            people(store, record_type)?;
        }
    }
    written += table(store, "record", &spine::fields())?;
    written += logins(store)?;
    if written > 0 {
        tracing::info!(
            written,
            version = KEY_VERSION,
            "the keys of texts were rebuilt"
        );
    }
    store.write_blocking(|tx| {
        let note = Sql::new(
            "INSERT INTO meta (name, number) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
        );
        let done: Result<u64, StoreError> =
            tx.execute(&note.bind(VERSION).bind(i64::from(KEY_VERSION)));
        done
    })?;
    Ok(written)
}

fn version(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let sql = Sql::new("SELECT number FROM meta WHERE name = ?").bind(VERSION);
    let row = tx.query_optional(&sql)?;
    Ok(row.map(|row| row.need_integer(0)).transpose()?)
}

/// Rebuilds the keys of one table; says how many rows were written.
fn table(store: &Store, name: &str, fields: &[FieldDef]) -> Result<usize> {
    let keyed = fields.iter().filter(|it| it.kind.is_keyed_text());
    let columns: Vec<String> = keyed.map(|it| it.column.clone()).collect();
    let (mut last, mut seen, mut written) = (Uuid::nil(), 0, 0);
    while !columns.is_empty() {
        let (name, columns) = (name.to_owned(), columns.clone());
        let told = name.clone();
        let step = store.write_blocking(move |tx| step(tx, &name, &columns, last));
        let (rows, of_step, end) = step.map_err(|error| {
            Error::failed(
                "the keys of texts cannot be rebuilt",
                format!("{told}: {error}"),
            )
        })?;
        written += of_step;
        if (seen + rows) / TOLD_EVERY > seen / TOLD_EVERY {
            tracing::info!(
                table = told,
                rows = seen + rows,
                written,
                "keys of texts are being rebuilt"
            );
        }
        seen += rows;
        last = end;
        if rows < STEP {
            break;
        }
    }
    Ok(written)
}

/// Looks at the next rows; says how many there were, how many were written, and the last one's id.
fn step(
    tx: &mut Tx<'_>,
    name: &str,
    columns: &[String],
    after: Uuid,
) -> Result<(usize, usize, Uuid)> {
    let mut sql = Sql::new("SELECT id");
    for column in columns {
        sql.push(", ").identifier(column);
        sql.push(", ").identifier(&key_of(column));
    }
    sql.push(" FROM ").identifier(name).push(" WHERE id > ");
    sql.arg(after).push(" ORDER BY id LIMIT ");
    sql.arg(i64::try_from(STEP).unwrap_or(i64::MAX));
    let rows = tx.query(&sql)?;
    let (mut updates, mut last) = (Vec::new(), after);
    for row in &rows {
        last = row.need_uuid(0)?;
        let mut changed = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let key = row.text(1 + 2 * at)?.map(text_key);
            if key.as_deref() != row.text(2 + 2 * at)? {
                changed.push((column, key));
            }
        }
        if changed.is_empty() {
            continue;
        }
        let mut update = Sql::new("UPDATE ");
        update.identifier(name).push(" SET ");
        for (at, (column, key)) in changed.into_iter().enumerate() {
            update.push(if at == 0 { "" } else { ", " });
            update.identifier(&key_of(column)).push(" = ").arg(key);
        }
        update.push(" WHERE id = ").arg(last);
        updates.push(update);
    }
    tx.batch(&updates)?;
    Ok((rows.len(), updates.len(), last))
}

fn key_of(column: &str) -> String {
    format!("{column}__key")
}

/// Notes anew by which addresses people are known.
fn people(store: &Store, record_type: &TypeDef) -> Result<()> {
    let mut last = Uuid::nil();
    loop {
        let of = record_type.clone();
        let (rows, end) = store.write_blocking(move |tx| people_after(tx, &of, last))?;
        last = end;
        if rows < STEP {
            return Ok(());
        }
    }
}

fn people_after(tx: &mut Tx<'_>, of: &TypeDef, after: Uuid) -> Result<(usize, Uuid)> {
    let mut sql = Sql::new("SELECT id, tenant");
    for field in &of.fields {
        for column in crate::columns::value_columns(field) {
            sql.push(", ").identifier(&column);
        }
    }
    sql.push(" FROM ").identifier(&of.table);
    sql.push(" WHERE deleted_at IS NULL AND id > ").arg(after);
    sql.push(" ORDER BY id LIMIT ");
    sql.arg(i64::try_from(STEP).unwrap_or(i64::MAX));
    let rows = tx.query(&sql)?;
    let mut last = after;
    for row in &rows {
        last = row.need_uuid(0)?;
        let values = read_values(&of.fields, row, 2)?;
        address::note_again(tx, (row.need_uuid(1)?, last), of, &values)?;
    }
    Ok((rows.len(), last))
}

fn logins(store: &Store) -> Result<usize> {
    store.write_blocking(|tx| {
        let mut updates = Vec::new();
        for row in tx.query(&Sql::new(
            "SELECT person, login, login__key FROM credential",
        ))? {
            let key = text_key(row.need_text(1)?);
            if key != row.need_text(2)? {
                let sql = Sql::new("UPDATE credential SET login__key = ? WHERE person = ?");
                updates.push(sql.bind(key).bind(row.need_uuid(0)?));
            }
        }
        tx.batch(&updates)?;
        Ok(updates.len())
    })
}
