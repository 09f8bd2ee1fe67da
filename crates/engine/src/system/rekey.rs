//! Keys of texts are rebuilt when their function has become another one: `meta` holds the version they were made with.
//!
//! It runs at the start, before anybody is served, in steps of a few hundred rows. Only rows whose keys differ are
//! written, so one that was interrupted goes on quickly. Two texts that have become one where each may be there once do
//! not hold up the start: the later one keeps its old key, the log names both records, and the verifier tells of it.

use std::collections::HashSet;

use base::{Error, KEY_VERSION, Result, Uuid, text_key};
use dictionary::{FieldDef, TypeDef, spine};
use store::{Sql, Store, StoreError, Tx};

use super::address::{self, Part};
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
/// A failure of the store.
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
    let mut taken: Vec<NewKey> = Vec::new();
    let told = |error| {
        let of = format!("{name}: {error}");
        Error::failed("the keys of texts cannot be rebuilt", of)
    };
    while !columns.is_empty() {
        let (of, own) = (name.to_owned(), columns.clone());
        let claimed = taken.iter().map(NewKey::place).collect::<HashSet<_>>();
        let step = store.write_blocking(move |tx| step(tx, (&of, &own), last, claimed.clone()));
        let step: Step = step.map_err(told)?;
        written += step.written;
        if (seen + step.rows) / TOLD_EVERY > seen / TOLD_EVERY {
            let rows = seen + step.rows;
            tracing::info!(
                table = name,
                rows,
                written,
                "keys of texts are being rebuilt"
            );
        }
        seen += step.rows;
        last = step.last;
        taken.extend(step.taken);
        if step.rows < STEP {
            break;
        }
    }
    written += try_again(store, name, taken).map_err(told)?;
    Ok(written)
}

/// What came of one step.
#[derive(Default)]
struct Step {
    rows: usize,
    written: usize,
    /// The last row.
    last: Uuid,
    /// Keys that other rows had.
    taken: Vec<NewKey>,
}

/// A key that a row is to have.
#[derive(Clone)]
struct NewKey {
    row: Uuid,
    tenant: Uuid,
    column: String,
    key: Option<String>,
}

/// A key of a column within a tenant, where one row may have it.
type Place = (Uuid, String, Option<String>);

impl NewKey {
    fn place(&self) -> Place {
        (self.tenant, self.column.clone(), self.key.clone())
    }

    /// Writes it; false where another row has it and only one may.
    fn write(&self, tx: &mut Tx<'_>, table: &str) -> Result<bool> {
        let written = tx.savepoint(|tx| tx.execute(&update(table, std::slice::from_ref(self))));
        match written {
            Ok(_) => Ok(true),
            Err(StoreError::Unique { .. }) => Ok(false),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Says which other row has it.
    fn tell(&self, tx: &mut Tx<'_>, table: &str) -> Result<()> {
        let mut sql = Sql::new("SELECT other.id FROM ");
        sql.identifier(table).push(" AS other, ").identifier(table);
        sql.push(" AS own WHERE own.id = ").arg(self.row);
        sql.push(" AND other.tenant = own.tenant AND other.id <> own.id AND other.deleted_at IS NULL AND other.");
        sql.identifier(&key_of(&self.column))
            .push(" = ")
            .arg(self.key.clone());
        let other = tx.query(&sql)?;
        let other = other.first().map(|it| it.need_uuid(0)).transpose()?;
        let (record, other) = (self.row, other.unwrap_or_default());
        tracing::warn!(
            table, column = self.column, %record, %other,
            "two records have one text where each must have its own; the first one keeps its old key until one is changed"
        );
        Ok(())
    }
}

/// Keys that were taken may be free by now, since their rows have got others. Those that are not stay as they are.
fn try_again(store: &Store, name: &str, mut taken: Vec<NewKey>) -> Result<usize> {
    let mut written = 0;
    loop {
        let mut left = Vec::new();
        for some in taken.chunks(STEP) {
            let (of, some) = (name.to_owned(), some.to_vec());
            let claimed = left.iter().map(NewKey::place).collect::<HashSet<_>>();
            let again = move |tx: &mut Tx<'_>| one_by_one(tx, &of, some.clone(), claimed.clone());
            let step = store.write_blocking(again)?;
            written += step.written;
            left.extend(step.taken);
        }
        let is_stuck = left.len() == taken.len();
        taken = left;
        if is_stuck {
            break;
        }
    }
    let name = name.to_owned();
    store.write_blocking(move |tx| taken.iter().try_for_each(|it| it.tell(tx, &name)))?;
    Ok(written)
}

/// Writes keys in their order. What an earlier row claims is not for a later one, even where it is free by now.
fn one_by_one(
    tx: &mut Tx<'_>,
    name: &str,
    keys: Vec<NewKey>,
    mut claimed: HashSet<Place>,
) -> Result<Step> {
    let mut step = Step::default();
    for key in keys {
        if !claimed.contains(&key.place()) && key.write(tx, name)? {
            step.written += 1;
        } else {
            claimed.insert(key.place());
            step.taken.push(key);
        }
    }
    Ok(step)
}

/// Looks at the next rows, and writes those keys that differ.
fn step(
    tx: &mut Tx<'_>,
    (name, columns): (&str, &[String]),
    after: Uuid,
    claimed: HashSet<Place>,
) -> Result<Step> {
    let mut sql = Sql::new("SELECT id, tenant");
    for column in columns {
        sql.push(", ").identifier(column);
        sql.push(", ").identifier(&key_of(column));
    }
    sql.push(" FROM ").identifier(name).push(" WHERE id > ");
    sql.arg(after).push(" ORDER BY id LIMIT ");
    sql.arg(i64::try_from(STEP).unwrap_or(i64::MAX));
    let rows = tx.query(&sql)?;
    let (mut changed, mut last) = (Vec::new(), after);
    for row in &rows {
        last = row.need_uuid(0)?;
        let mut of_row = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let key = row.text(2 + 2 * at)?.map(text_key);
            if key.as_deref() != row.text(3 + 2 * at)? {
                of_row.push(NewKey {
                    row: last,
                    tenant: row.need_uuid(1)?,
                    column: column.clone(),
                    key,
                });
            }
        }
        if !of_row.is_empty() {
            changed.push(of_row);
        }
    }
    let updates: Vec<Sql> = changed.iter().map(|it| update(name, it)).collect();
    let all_at_once = match claimed.is_empty() {
        true => tx.savepoint(|tx| tx.batch(&updates).map(|_| true)),
        false => Ok(false),
    };
    let mut step = match all_at_once {
        Ok(true) => Step {
            written: updates.len(),
            ..Step::default()
        },
        Ok(false) | Err(StoreError::Unique { .. }) => {
            one_by_one(tx, name, changed.into_iter().flatten().collect(), claimed)?
        }
        Err(failed) => return Err(failed.into()),
    };
    step.rows = rows.len();
    step.last = last;
    Ok(step)
}

/// The keys of one row.
fn update(name: &str, keys: &[NewKey]) -> Sql {
    let mut sql = Sql::new("UPDATE ");
    sql.identifier(name).push(" SET ");
    for (at, key) in keys.iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " });
        sql.identifier(&key_of(&key.column))
            .push(" = ")
            .arg(key.key.clone());
    }
    let row = keys.first().map(|it| it.row).unwrap_or_default();
    sql.push(" WHERE id = ").arg(row);
    sql
}

fn key_of(column: &str) -> String {
    format!("{column}__key")
}

/// Notes anew by which addresses people are known: the first address of each, then the further ones, so that nobody
/// loses their first one to somebody's further one.
fn people(store: &Store, record_type: &TypeDef) -> Result<()> {
    for part in [Part::Nothing, Part::First, Part::Further] {
        let mut last = Uuid::nil();
        loop {
            let of = record_type.clone();
            let (rows, end) = store.write_blocking(move |tx| people_after(tx, &of, last, part))?;
            last = end;
            if rows < STEP {
                break;
            }
        }
    }
    Ok(())
}

fn people_after(tx: &mut Tx<'_>, of: &TypeDef, after: Uuid, part: Part) -> Result<(usize, Uuid)> {
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
        address::note_again(tx, (row.need_uuid(1)?, last), (of, &values), part)?;
    }
    Ok((rows.len(), last))
}

fn logins(store: &Store) -> Result<usize> {
    store.write_blocking(|tx| {
        let mut written = 0;
        for row in tx.query(&Sql::new(
            "SELECT person, login, login__key FROM credential ORDER BY person",
        ))? {
            let (person, key) = (row.need_uuid(0)?, text_key(row.need_text(1)?));
            if key == row.need_text(2)? {
                continue;
            }
            let sql = Sql::new("UPDATE credential SET login__key = ? WHERE person = ?");
            let sql = sql.bind(key.as_str()).bind(person);
            match tx.savepoint(|tx| tx.execute(&sql)) {
                Ok(_) => written += 1,
                Err(StoreError::Unique { .. }) => {
                    let sql = Sql::new("SELECT person FROM credential WHERE login__key = ?");
                    let other = tx.query_one(&sql.bind(key))?.need_uuid(0)?;
                    tracing::warn!(%person, %other, "two people have one login; the first one keeps its old key until one is changed");
                }
                Err(failed) => return Err(Error::from(failed)),
            }
        }
        Ok(written)
    })
}
