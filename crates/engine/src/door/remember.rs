//! What a unit remembers of other records: loaded in one query per type, for rules, guards and references.
//!
//! Asks no permission and takes no lock; who shows or changes what is found here asks first.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{TypeDef, Value};
use store::{Row, Sql};

use super::load::{HEAD, listed, select_record};
use crate::columns::read_values;
use crate::permission::{Listed, SpineRow, by_name};
use crate::unit::{CachedRecord, Unit};

impl Unit<'_, '_> {
    /// Records of one type, from this unit's memory or in one query.
    pub(crate) fn fetch(&mut self, record_type: &Arc<TypeDef>, ids: &[Uuid]) -> Result<()> {
        let missing: Vec<Uuid> = ids
            .iter()
            .filter(|it| !self.memory.cache.contains_key(it))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let rows = self.tx.query(&self.fetch_statement(record_type, missing))?;
        self.take_fetched(record_type, rows)
    }

    pub(super) fn fetch_statement(&self, record_type: &TypeDef, ids: Vec<Uuid>) -> Sql {
        let mut sql = select_record(record_type, false);
        sql.push(" FROM ")
            .identifier(&record_type.table)
            .push(" WHERE tenant = ");
        sql.arg(self.ctx.tenant)
            .push(" AND id IN (")
            .arg_list(ids)
            .push(")");
        sql
    }

    pub(super) fn take_fetched(
        &mut self,
        record_type: &Arc<TypeDef>,
        rows: Vec<Row>,
    ) -> Result<()> {
        for row in rows {
            let record = CachedRecord {
                record_type: Arc::clone(record_type),
                values: read_values(&record_type.fields, &row, HEAD)?,
                deleted: row.integer(0)?.is_some(),
                chain: None,
            };
            self.memory
                .cache
                .insert(row.need_uuid(1)?, Arc::new(record));
        }
        Ok(())
    }

    /// The type of a record of any type, from the spine.
    pub(crate) fn type_of(&mut self, record: Uuid) -> Result<Option<Arc<TypeDef>>> {
        if let Some(cached) = self.memory.cache.get(&record) {
            return Ok(Some(Arc::clone(&cached.record_type)));
        }
        let sql = Sql::new("SELECT record_type FROM record WHERE id = ? AND tenant = ?")
            .bind(record)
            .bind(self.ctx.tenant);
        let row: Option<Row> = self.tx.query_optional(&sql)?;
        let Some(row) = row else { return Ok(None) };
        Ok(self.ctx.record_type(row.need_text(0)?))
    }

    /// A value of another record as it stands in this unit; null where there is none. For guards and
    /// reactions: asks no permission.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn value_of(&mut self, record_type: &str, record: Uuid, field: &str) -> Result<Value> {
        let Some(record_type) = self.ctx.record_type(record_type) else {
            return Ok(Value::Null);
        };
        self.fetch(&record_type, &[record])?;
        let cached = self.memory.cache.get(&record).filter(|it| !it.deleted);
        Ok(cached.map_or(Value::Null, |it| it.value(field).clone()))
    }

    /// Whether the actor may read a record that was fetched, and so name it: the one place that says so in
    /// the door. The reader list is asked last, since that is a question to the database.
    pub(crate) fn may_know(&mut self, record: Uuid) -> Result<bool> {
        let Some(cached) = self.memory.cache.get(&record).cloned() else {
            return Ok(false);
        };
        let (record_type, ctx) = (&cached.record_type, self.ctx);
        let value = by_name(record_type, &cached.values);
        let may = |listed| {
            let row = SpineRow {
                value: &value,
                listed,
            };
            ctx.may(&record_type.name, "read", &row)
        };
        Ok(!cached.deleted && (may(Listed::No) || may(self.listed(record_type, record)?)))
    }

    /// How the actor stands on the reader list of a record; asked only where a grant depends on it.
    pub(crate) fn listed(&mut self, record_type: &TypeDef, record: Uuid) -> Result<Listed> {
        listed(self.ctx, self.tx, record_type, record)
    }
}
