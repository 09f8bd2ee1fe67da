//! What must hold at the end of every test, whatever it did.

use std::collections::BTreeMap;

use base::{Result, Uuid};
use dictionary::{TypeDef, spine};
use engine::columns::{columns_of, read_values};
use engine::{Reading, Surface, history};
use serde_json::Value as Json;
use store::Sql;

use crate::{Desk, problems};

/// Records that are checked in one transaction.
const PART: usize = 1_000;

/// Checks the whole database of a desk.
pub fn check(desk: &Desk) {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
    let checked = desk.engine.read_blocking(&ctx, |reading| {
        let verdict = history::verify::verify(reading.tx, &reading.ctx.snapshot)?;
        assert!(
            verdict.damage.is_empty(),
            "the history does not verify: {:?}",
            verdict.damage
        );
        every_change_is_announced(reading)?;
        records(reading)
    });
    let records =
        checked.unwrap_or_else(|error| panic!("the desk cannot be checked: {}", problems(&error)));
    // A transaction has a budget of statements, and some desks hold a year of work.
    for part in records.chunks(PART) {
        let part = part.to_vec();
        let checked = desk.engine.read_blocking(&ctx, move |reading| {
            let snapshot = reading.ctx.snapshot.clone();
            for (record, record_type) in &part {
                let record_type = snapshot
                    .dictionary
                    .record_type(record_type)
                    .expect("records have a declared type");
                rows_agree(reading, *record, record_type)?;
            }
            Ok(())
        });
        if let Err(error) = checked {
            panic!("the desk cannot be checked: {}", problems(&error));
        }
    }
}

fn records(reading: &mut Reading<'_, '_>) -> Result<Vec<(Uuid, String)>> {
    let rows = reading
        .tx
        .query(&Sql::new("SELECT id, record_type FROM record ORDER BY id"))?;
    rows.iter()
        .map(|row| Ok((row.need_uuid(0)?, row.need_text(1)?.to_owned())))
        .collect()
}

fn every_change_is_announced(reading: &mut Reading<'_, '_>) -> Result<()> {
    let silent = Sql::new(
        "SELECT count(*) FROM history h LEFT JOIN outbox o ON o.change_id = h.change_id \
         WHERE o.change_id IS NULL AND h.mode = 'live'",
    );
    let silent = reading.tx.query_one(&silent)?.need_integer(0)?;
    let unfounded = Sql::new(
        "SELECT count(*) FROM outbox o LEFT JOIN history h ON h.change_id = o.change_id WHERE h.change_id IS NULL",
    );
    let unfounded = reading.tx.query_one(&unfounded)?.need_integer(0)?;
    assert_eq!(
        (silent, unfounded),
        (0, 0),
        "changes without announcement, announcements without change"
    );
    Ok(())
}

/// History, type row and spine row say the same.
fn rows_agree(reading: &mut Reading<'_, '_>, record: Uuid, record_type: &TypeDef) -> Result<()> {
    let of_type = values(reading, record, record_type, &record_type.table)?;
    let on_spine = TypeDef::new("record").with_spine(&shown_on_spine(record_type));
    let of_spine = values(reading, record, &on_spine, "record")?;
    for (field, value) in &of_spine {
        if let Some(copy) = of_type.get(field) {
            assert_eq!(
                value, copy,
                "{field} of {} {record}: spine and type row differ",
                record_type.name
            );
        }
    }
    let mut replayed: BTreeMap<String, Json> = BTreeMap::new();
    for entry in history::of_record(reading.tx, record)? {
        for (field, change) in entry.fields {
            let known = replayed.get(&field).unwrap_or(&Json::Null);
            let is_field = !field.starts_with('@');
            assert!(
                !is_field || known == &change.before,
                "{field} of {record}: history skips from {known} to {}",
                change.before
            );
            replayed.insert(field, change.after);
        }
    }
    for (field, value) in &of_type {
        // Stamps and versions are the history's own metadata, not part of its values.
        if matches!(
            field.as_str(),
            spine::VERSION | spine::CREATED_AT | spine::UPDATED_AT
        ) {
            continue;
        }
        let told = replayed.get(field).unwrap_or(&Json::Null);
        assert_eq!(
            told, value,
            "{field} of {} {record}: history and row differ",
            record_type.name
        );
    }
    Ok(())
}

fn shown_on_spine(record_type: &TypeDef) -> Vec<&str> {
    record_type
        .fields
        .iter()
        .map(|it| it.name.as_str())
        .filter(|it| spine::is_spine(it))
        .collect()
}

fn values(
    reading: &mut Reading<'_, '_>,
    record: Uuid,
    shape: &TypeDef,
    table: &str,
) -> Result<BTreeMap<String, Json>> {
    let mut sql = Sql::new("SELECT id");
    for (column, _) in shape.fields.iter().flat_map(columns_of) {
        sql.push(", ").identifier(&column);
    }
    sql.push(" FROM ")
        .identifier(table)
        .push(" WHERE id = ")
        .arg(record);
    let row = reading.tx.query_one(&sql)?;
    let values = read_values(shape, &row, 1)?;
    Ok(shape
        .fields
        .iter()
        .zip(values)
        .map(|(field, value)| (field.name.clone(), value.to_json()))
        .collect())
}
