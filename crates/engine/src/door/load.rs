//! Loading and locking records, in the order of their ids.

use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::{TypeDef, Value, spine};
use store::{Dialect, Row, Sql, Tx};

use crate::Ctx;
use crate::change::{Action, Change};
use crate::columns::{columns_of, read_values};
use crate::draft::Values;
use crate::unit::{CachedRecord, Unit};

/// The record as it stands before the change.
pub(crate) enum Loaded {
    /// It does not exist yet.
    New,
    /// It exists.
    Existing {
        /// Its id.
        record: Uuid,
        /// Its values.
        values: Values,
        /// Its version.
        version: i64,
        /// Hash that ends its chain.
        chain: Vec<u8>,
        /// Whether the actor is on its reader list.
        is_reader: bool,
    },
}

/// Loads what the change is about, locked against other changes.
pub(super) fn load(
    unit: &mut Unit<'_, '_>,
    record_type: &Arc<TypeDef>,
    change: &Change,
) -> Result<Loaded> {
    if *change.action() == Action::Create {
        return Ok(Loaded::New);
    }
    let Some(record) = change.record else {
        return Err(Refused::BadRequest(Message::new("change-names-no-record")).into());
    };
    unit.lock(record)?;
    if !unit.restart.is_empty() {
        // The closure will run again with all locks taken first; its answer does not matter.
        return Err(Refused::Busy(Message::new("busy-try-again")).into());
    }
    let mut sql = select_record(record_type, true);
    sql.push(" FROM ")
        .identifier(&record_type.table)
        .push(" WHERE id = ");
    sql.arg(record).push(" AND tenant = ").arg(unit.ctx.tenant);
    let Some(row) = unit.tx.query_optional(&sql)? else {
        return Err(not_found(change));
    };
    let values = read_values(record_type, &row, HEAD)?;
    let deleted = row.integer(0)?.is_some();
    if deleted != (*change.action() == Action::Restore) {
        return Err(not_found(change));
    }
    let version = values[record_type.field_index(spine::VERSION).unwrap_or_default()]
        .as_integer()
        .unwrap_or_default();
    let chain = row.bytes(1)?.unwrap_or(&crate::history::GENESIS).to_vec();
    let is_reader = unit.is_reader(record_type, record)?;
    Ok(Loaded::Existing {
        record,
        values,
        version,
        chain,
        is_reader,
    })
}

fn not_found(change: &Change) -> base::Error {
    Refused::NotFound(Message::new("record-unknown").with("type", &change.record_type)).into()
}

/// Columns in front of the fields: `deleted_at`, `chain`.
const HEAD: usize = 2;

/// `SELECT deleted_at, chain, <all columns of all fields>`; `chain` only where it is asked.
fn select_record(record_type: &TypeDef, with_chain: bool) -> Sql {
    let mut sql = Sql::new(if with_chain {
        "SELECT deleted_at, chain"
    } else {
        "SELECT deleted_at, id"
    });
    for field in &record_type.fields {
        for (column, _) in columns_of(field) {
            sql.push(", ").identifier(&column);
        }
    }
    sql
}

/// Whether the actor is on the reader list of a record, as a person or by a team.
pub(crate) fn is_reader(
    ctx: &Ctx,
    tx: &mut Tx<'_>,
    record_type: &TypeDef,
    record: Uuid,
) -> Result<bool> {
    if ctx.actor.system {
        return Ok(false);
    }
    let mut readers = vec![ctx.actor.person];
    readers.extend(&ctx.actor.teams);
    let mut sql = Sql::new("SELECT 1 FROM record_reader WHERE record = ");
    sql.arg(record)
        .push(" AND record_type = ")
        .arg(record_type.name.as_str())
        .push(" AND reader IN (");
    sql.arg_list(readers).push(") LIMIT 1");
    Ok(tx.query_optional(&sql)?.is_some())
}

impl Unit<'_, '_> {
    /// Locks a record until the unit ends. Locks are taken in the order of ids: a lower id after a
    /// higher one makes the closure run again with all of them taken first, so that no two units wait
    /// for each other.
    pub(crate) fn lock(&mut self, record: Uuid) -> Result<()> {
        if self.tx.dialect() == Dialect::Sqlite
            || self.locked.contains(&record)
            || self.created.contains(&record)
        {
            return Ok(());
        }
        if self.locked.last().is_some_and(|highest| *highest > record) {
            self.restart.insert(record);
            return Ok(());
        }
        let mut sql = Sql::new("SELECT id FROM record WHERE id = ");
        sql.arg(record);
        sql.push(self.tx.dialect().for_update());
        self.tx.query(&sql)?;
        self.locked.insert(record);
        Ok(())
    }

    /// All locks that a new run of the closure takes first.
    pub(crate) fn all_locks(&self) -> Vec<Uuid> {
        self.locked.union(&self.restart).copied().collect()
    }

    /// Records of one type, from this unit's memory or in one query.
    pub(crate) fn fetch(&mut self, record_type: &Arc<TypeDef>, ids: &[Uuid]) -> Result<()> {
        let missing: Vec<Uuid> = ids
            .iter()
            .filter(|it| !self.cache.contains_key(it))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut sql = select_record(record_type, false);
        sql.push(" FROM ")
            .identifier(&record_type.table)
            .push(" WHERE tenant = ");
        sql.arg(self.ctx.tenant)
            .push(" AND id IN (")
            .arg_list(missing)
            .push(")");
        for row in self.tx.query(&sql)? {
            let record = CachedRecord {
                record_type: Arc::clone(record_type),
                values: read_values(record_type, &row, HEAD)?,
                deleted: row.integer(0)?.is_some(),
            };
            self.cache.insert(row.need_uuid(1)?, Arc::new(record));
        }
        Ok(())
    }

    /// The type of a record of any type, from the spine.
    pub(crate) fn type_of(&mut self, record: Uuid) -> Result<Option<Arc<TypeDef>>> {
        if let Some(cached) = self.cache.get(&record) {
            return Ok(Some(Arc::clone(&cached.record_type)));
        }
        let sql = Sql::new("SELECT record_type FROM record WHERE id = ? AND tenant = ?")
            .bind(record)
            .bind(self.ctx.tenant);
        let row: Option<Row> = self.tx.query_optional(&sql)?;
        let Some(row) = row else { return Ok(None) };
        Ok(self
            .ctx
            .snapshot
            .dictionary
            .record_type(row.need_text(0)?)
            .cloned())
    }

    /// A value of another record as it stands in this unit; null where there is none. For guards and
    /// reactions: asks no permission.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn value_of(&mut self, record_type: &str, record: Uuid, field: &str) -> Result<Value> {
        let Some(record_type) = self
            .ctx
            .snapshot
            .dictionary
            .record_type(record_type)
            .cloned()
        else {
            return Ok(Value::Null);
        };
        self.fetch(&record_type, &[record])?;
        let index = record_type.field_index(field);
        let cached = self.cache.get(&record).filter(|it| !it.deleted);
        Ok(index
            .zip(cached)
            .map_or(Value::Null, |(index, cached)| cached.values[index].clone()))
    }

    /// Whether the actor is on the reader list of a record; asked only where a grant depends on it.
    pub(crate) fn is_reader(&mut self, record_type: &TypeDef, record: Uuid) -> Result<bool> {
        is_reader(self.ctx, self.tx, record_type, record)
    }
}
