//! Holding what is stored now against the history: the row of the type, the row on the spine, the journal.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use base::{Result, Timestamp, Uuid, text_key};
use dictionary::{FieldDef, Value, spine};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx};

use super::walk::{Replayed, Walked};
use super::{Damage, Range, Verdict, WHERE, comment_digest};
use crate::columns::{column_count, columns_of, from_columns};
use crate::schema::stored_fields;
use crate::snapshot::Worlds;

/// A table with one row per record.
struct Table<'a> {
    name: &'a str,
    /// The type whose table it is; nothing for the spine.
    record_type: Option<&'a str>,
    fields: Vec<FieldDef>,
    /// Rows of these tenants, or of all others; nothing means all rows.
    tenants: Option<(bool, Vec<Uuid>)>,
}

/// Compares what is stored of the records in the range with what their history says.
pub(super) fn compare(
    tx: &mut Tx<'_>,
    worlds: &Worlds,
    range: Range,
    mut walked: Walked,
) -> Result<Verdict> {
    let spine = Table {
        name: "record",
        record_type: None,
        fields: spine::fields(),
        tenants: None,
    };
    let on_spine = spine.compare(tx, range, &mut walked)?;
    let mut in_types = BTreeSet::new();
    let own: Vec<Uuid> = worlds.own.keys().copied().collect();
    let each = worlds.own.iter().map(|it| ((true, vec![*it.0]), it.1));
    for (tenants, world) in each.chain([((false, own), &worlds.common)]) {
        for record_type in world.dictionary.types() {
            let table = Table {
                name: &record_type.table,
                record_type: Some(&record_type.name),
                fields: stored_fields(record_type),
                tenants: Some(tenants.clone()),
            };
            in_types.extend(table.compare(tx, range, &mut walked)?);
        }
    }
    for record in walked.records.keys() {
        for (seen, what) in [
            (&in_types, "its row is missing"),
            (&on_spine, "its row on the spine is missing"),
        ] {
            if !seen.contains(record) {
                let record = *record;
                walked.verdict.tell(Damage::Head { record, what });
            }
        }
    }
    compare_journal(tx, range, &mut walked)?;
    Ok(walked.verdict)
}

impl Table<'_> {
    /// Compares each row of the range, and returns the records that have one.
    fn compare(
        &self,
        tx: &mut Tx<'_>,
        range: Range,
        walked: &mut Walked,
    ) -> Result<BTreeSet<Uuid>> {
        let mut sql = Sql::new("SELECT id, tenant, deleted_at, ");
        sql.push(self.record_type.map_or("record_type", |_| "chain"));
        for (column, _) in self.fields.iter().flat_map(columns_of) {
            sql.push(", ").identifier(&column);
        }
        sql.push(" FROM ").identifier(self.name);
        let mut word = WHERE;
        if let Some((these, tenants)) = self.tenants.as_ref().filter(|it| !it.1.is_empty()) {
            sql.push(if *these {
                " WHERE tenant IN ("
            } else {
                " WHERE tenant NOT IN ("
            });
            sql.arg_list(tenants.iter().copied()).push(")");
            word = " AND ";
        }
        range.restrict(&mut sql, word, "id");
        let mut seen = BTreeSet::new();
        tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
            let record = row.need_uuid(0)?;
            if let Some(replayed) = walked.records.get(&record) {
                seen.insert(record);
                self.compare_row(&row, record, replayed, &mut walked.verdict)?;
            } else {
                let what = "it has no history";
                walked.verdict.tell(Damage::Head { record, what });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(seen)
    }

    fn compare_row(
        &self,
        row: &Row,
        record: Uuid,
        replayed: &Replayed,
        verdict: &mut Verdict,
    ) -> Result<()> {
        let (is_of_type, ends_chain) = match self.record_type {
            Some(name) => (
                name == replayed.record_type,
                row.bytes(3)? == Some(replayed.chain.as_slice()),
            ),
            None => (row.need_text(3)? == replayed.record_type, true),
        };
        for (fits, what) in [
            (is_of_type, "its row is of another type"),
            (ends_chain, "its row does not end its chain"),
            (
                row.need_uuid(1)? == replayed.tenant,
                "its row is of another tenant",
            ),
            (
                row.integer(2)? == replayed.deleted_at,
                "its row was deleted or restored by another hand",
            ),
        ] {
            if !fits {
                verdict.tell(Damage::Head { record, what });
            }
        }
        let mut at = 4;
        for field in &self.fields {
            let value = from_columns(field, row, at)?;
            let key = field
                .kind
                .is_keyed_text()
                .then(|| value.as_text().map(text_key));
            let what = if value.to_json() != replayed.value(&field.name) {
                Some(self.record_type.map_or(
                    "its row on the spine says something else than its history",
                    |_| "its row says something else than its history",
                ))
            } else if key
                .is_some_and(|it| row.text(at + 1).is_ok_and(|stored| stored != it.as_deref()))
            {
                Some("its key for comparing does not fit its text")
            } else {
                None
            };
            if let Some(what) = what {
                let field = field.name.clone();
                verdict.tell(Damage::Field {
                    record,
                    field,
                    what,
                });
            }
            at += column_count(&field.kind);
        }
        Ok(())
    }
}

impl Replayed {
    /// What a field should be now. Stamps are no values of the history, but each of its rows has them.
    fn value(&self, field: &str) -> Json {
        let instant = |micros| Value::Instant(Timestamp::from_micros(micros)).to_json();
        match field {
            spine::VERSION => json!(self.version),
            spine::CREATED_AT => instant(self.created_at),
            spine::UPDATED_AT => instant(self.updated_at),
            _ => self.fields.get(field).cloned().unwrap_or(Json::Null),
        }
    }
}

/// Comments are kept once, in the journal; the history holds their digest.
fn compare_journal(tx: &mut Tx<'_>, range: Range, walked: &mut Walked) -> Result<()> {
    let mut sql = Sql::new("SELECT id, record, text, visibility FROM journal");
    range.restrict(&mut sql, WHERE, "record");
    tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
        let (record, digest) = (row.need_uuid(1)?, comment_digest(row.need_text(2)?));
        let damage = match walked.comments.remove(&row.need_uuid(0)?) {
            None => Some(Damage::Head {
                record,
                what: "its history tells nothing of a comment",
            }),
            Some(told) => {
                let fits = told.record == record
                    && told.digest == digest
                    && told.visibility == row.need_text(3)?;
                (!fits).then_some(Damage::Row {
                    record: told.record,
                    version: told.version,
                    what: "its comment was altered",
                })
            }
        };
        damage.into_iter().for_each(|it| walked.verdict.tell(it));
        Ok(ControlFlow::Continue(()))
    })?;
    for lost in walked.comments.values() {
        walked.verdict.tell(Damage::Row {
            record: lost.record,
            version: lost.version,
            what: "its comment is missing",
        });
    }
    Ok(())
}
