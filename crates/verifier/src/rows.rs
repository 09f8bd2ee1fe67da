//! Holding what is stored now against the history: the row of the type, the row on the spine.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use base::{Result, Timestamp, Uuid, text_key};
use dictionary::{FieldDef, Value, spine};
use serde_json::{Value as Json, json};
use store::{Row, Sql, Tx};

use crate::walk::{Replayed, Walked};
use crate::{Damage, Range, Verdict, WHERE, beside};
use engine::Worlds;
use engine::columns::{column_count, columns_of, from_columns};
use engine::schema::stored_fields;
use engine::system::address::{self, EMAILS, Stands};

/// A table with one row per record.
struct Table<'a> {
    name: &'a str,
    /// The type whose table it is; nothing for the spine.
    record_type: Option<&'a str>,
    fields: Vec<FieldDef>,
    /// Whether its records are known by addresses.
    of_people: bool,
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
        of_people: false,
        tenants: None,
    };
    let on_spine = spine.compare(tx, range, &mut walked)?;
    let mut in_types = BTreeSet::new();
    let own: Vec<Uuid> = worlds.own().map(|it| it.0).collect();
    let each = worlds.own().map(|it| ((true, vec![it.0]), it.1));
    for (tenants, world) in each.chain([((false, own), worlds.of(None))]) {
        for record_type in world.dictionary.types() {
            let table = Table {
                name: &record_type.table,
                record_type: Some(&record_type.name),
                fields: stored_fields(record_type),
                of_people: address::is_of(record_type),
                tenants: Some(tenants.clone()),
            };
            in_types.extend(table.compare(tx, range, &mut walked)?);
        }
    }
    for (record, replayed) in &walked.records {
        for (seen, what) in [
            (&in_types, "its row is missing"),
            (&on_spine, "its row on the spine is missing"),
        ] {
            if !seen.contains(record) {
                let record = *record;
                let damage = Damage::Head { record, what };
                walked.verdict.tell(Some(replayed.tenant), damage);
            }
        }
    }
    beside::compare(tx, worlds, range, &mut walked)?;
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
        let (mut seen, mut addresses) = (BTreeSet::new(), Vec::new());
        tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
            // A damaged id is nobody's, and its record is missed.
            let record = row.need_uuid(0).unwrap_or_default();
            if let Some(replayed) = walked.records.get(&record) {
                seen.insert(record);
                self.compare_row(&row, record, replayed, &mut walked.verdict);
                if self.of_people && replayed.deleted_at.is_none() {
                    addresses.extend(self.addresses(&row, record, replayed));
                }
            } else {
                let what = "it has no history";
                let tenant = row.need_uuid(1).unwrap_or_default();
                walked
                    .verdict
                    .tell(Some(tenant), Damage::Head { record, what });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for it in address::of_others(tx, addresses)? {
            let damage = Damage::Field {
                record: it.person,
                field: it.field,
                what: "an address in it is known as somebody else's",
            };
            walked.verdict.tell(Some(it.tenant), damage);
        }
        Ok(seen)
    }

    /// The e-mail addresses of a person, as far as they can be read.
    fn addresses(&self, row: &Row, person: Uuid, replayed: &Replayed) -> Vec<Stands> {
        let (mut all, mut at) = (Vec::new(), 4);
        for field in &self.fields {
            if EMAILS.contains(&field.name.as_str())
                && let Ok(value) = from_columns(field, row, at)
            {
                let found = address::addresses(|_| &value, &[field.name.as_str()]);
                all.extend(found.into_iter().map(|address| Stands {
                    tenant: replayed.tenant,
                    person,
                    field: field.name.clone(),
                    address,
                }));
            }
            at += column_count(&field.kind);
        }
        all
    }

    /// What cannot be read does not fit either.
    fn compare_row(&self, row: &Row, record: Uuid, replayed: &Replayed, verdict: &mut Verdict) {
        let (is_of_type, ends_chain) = match self.record_type {
            Some(name) => (
                name == replayed.record_type,
                row.need_bytes(3).ok() == Some(replayed.chain.as_slice()),
            ),
            None => (
                row.need_text(3).ok() == Some(replayed.record_type.as_str()),
                true,
            ),
        };
        for (fits, what) in [
            (is_of_type, "its row is of another type"),
            (ends_chain, "its row does not end its chain"),
            (
                row.need_uuid(1).ok() == Some(replayed.tenant),
                "its row is of another tenant",
            ),
            (
                row.integer(2).ok() == Some(replayed.deleted_at),
                "its row was deleted or restored by another hand",
            ),
        ] {
            if !fits {
                verdict.tell(Some(replayed.tenant), Damage::Head { record, what });
            }
        }
        let mut at = 4;
        for field in &self.fields {
            let value = from_columns(field, row, at).ok();
            let keyed = value.as_ref().filter(|_| field.kind.is_keyed_text());
            let key = keyed.map(|it| it.as_text().map(text_key));
            let is_erased = replayed.erased.contains(&field.name);
            let told = value.as_ref().map(Value::to_json);
            let what = if told.is_none_or(|it| !is_erased && it != replayed.value(&field.name)) {
                Some(self.record_type.map_or(
                    "its row on the spine says something else than its history",
                    |_| "its row says something else than its history",
                ))
            } else if key.is_some_and(|it| row.text(at + 1).ok() != Some(it.as_deref())) {
                Some("its key for comparing does not fit its text")
            } else {
                None
            };
            if let Some(what) = what {
                let field = field.name.clone();
                let damage = Damage::Field {
                    record,
                    field,
                    what,
                };
                verdict.tell(Some(replayed.tenant), damage);
            }
            at += column_count(&field.kind);
        }
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
