//! Loading and locking records, in the order of their ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::{TypeDef, Value, spine};
use store::{Dialect, Row, Sql, Tx};

use super::own_organisation;
use super::write::says;
use crate::Ctx;
use crate::change::{Action, Change};
use crate::columns::{read_values, value_columns};
use crate::draft::Values;
use crate::permission::Listed;
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
        /// How the actor stands on its reader list.
        listed: Listed,
    },
}

/// What the door learns in its first trip to the database.
pub(super) struct Opened {
    /// The record before the change.
    pub loaded: Loaded,
    /// The number of a new record.
    pub number: Option<i64>,
    /// What was said about it so far, where its text is to change.
    pub said: Option<Vec<Row>>,
}

/// Loads what the change is about, locked against other changes, in one batch: the version of
/// dictionary and settings where this is the unit's first change, the row, the actor's place on its
/// reader list, and the records that the change refers to.
pub(super) fn open(
    unit: &mut Unit<'_, '_>,
    record_type: &Arc<TypeDef>,
    change: &Change,
) -> Result<Opened> {
    let mut opening = Opening::default();
    if !unit.memory.opened {
        let version = Sql::new("SELECT number FROM meta WHERE name = 'version'");
        opening.version_at = Some(opening.add(version));
    }
    let known = match change.action() {
        Action::Create => opening.plan_new(unit, record_type, change)?,
        _ => opening.plan_existing(unit, record_type, change)?,
    };
    let rewrites = |it: &String| {
        record_type
            .field(it)
            .is_some_and(search::record::is_indexed)
    };
    let retold = says(change) || change.set.keys().any(rewrites);
    let existing = change.record.filter(|_| *change.action() != Action::Create);
    let said_at = existing
        .filter(|_| retold)
        .map(|it| opening.add(search::record::said(&[it])));
    opening.plan_references(unit, record_type, change);
    let mut results = unit.tx.batch(&opening.statements)?;
    let mut rows = |at: Option<usize>| {
        at.map(|at| std::mem::take(&mut results[at].rows))
            .unwrap_or_default()
    };
    if let Some(row) = rows(opening.version_at).first() {
        if row.need_integer(0)? > unit.ctx.snapshot.version {
            unit.memory.stale = true;
            return Err(run_again());
        }
        unit.memory.opened = true;
    }
    let number = rows(opening.number_at)
        .first()
        .map(|row| row.need_integer(0))
        .transpose()?;
    let said = said_at.map(|it| rows(Some(it)));
    let listed = how_listed(&rows(opening.reader_at))?;
    let row = rows(opening.row_at).pop();
    for (at, target) in std::mem::take(&mut opening.fetches) {
        unit.take_fetched(&target, rows(Some(at)))?;
    }
    let loaded = match (known, change.record) {
        (Some(known), Some(record)) => existing_from_memory(record_type, record, &known, listed),
        (None, Some(record)) if *change.action() != Action::Create => existing_from_row(
            record_type,
            record,
            &row.ok_or_else(|| not_found(change))?,
            listed,
            change,
        )?,
        _ => Loaded::New,
    };
    Ok(Opened {
        loaded,
        number,
        said,
    })
}

/// The statements of the first trip, and where each answer will stand.
#[derive(Default)]
struct Opening {
    statements: Vec<Sql>,
    version_at: Option<usize>,
    number_at: Option<usize>,
    row_at: Option<usize>,
    reader_at: Option<usize>,
    fetches: Vec<(usize, Arc<TypeDef>)>,
}

impl Opening {
    fn add(&mut self, statement: Sql) -> usize {
        self.statements.push(statement);
        self.statements.len() - 1
    }

    fn plan_new(
        &mut self,
        unit: &Unit<'_, '_>,
        record_type: &TypeDef,
        change: &Change,
    ) -> Result<Option<Arc<CachedRecord>>> {
        if record_type.number.is_some() && change.number.is_none() {
            self.number_at = Some(self.add(unit.tx.next_number_statement(&record_type.name)?));
        }
        Ok(None)
    }

    fn plan_existing(
        &mut self,
        unit: &mut Unit<'_, '_>,
        record_type: &TypeDef,
        change: &Change,
    ) -> Result<Option<Arc<CachedRecord>>> {
        let Some(record) = change.record else {
            return Err(Refused::BadRequest(Message::new("change-names-no-record")).into());
        };
        if let Some(lock) = unit.plan_lock(record) {
            self.add(lock);
        }
        if !unit.memory.restart.is_empty() {
            // The closure will run again with all locks taken first; its answer does not matter.
            return Err(run_again());
        }
        if unit.ctx.reader_matters(&record_type.name) {
            self.reader_at = Some(self.add(reader_statement(unit.ctx, record_type, record)));
        }
        // What this unit wrote itself, under its lock, is as the database has it.
        if let Some(known) = unit
            .memory
            .cache
            .get(&record)
            .filter(|it| it.chain.is_some())
        {
            let wanted = known.deleted == (*change.action() == Action::Restore);
            return if wanted && known.record_type.name == record_type.name {
                Ok(Some(Arc::clone(known)))
            } else {
                Err(not_found(change))
            };
        }
        let mut sql = select_record(record_type, true);
        sql.push(" FROM ")
            .identifier(&record_type.table)
            .push(" WHERE id = ");
        sql.arg(record).push(" AND tenant = ").arg(unit.ctx.tenant);
        self.row_at = Some(self.add(sql));
        Ok(None)
    }

    fn plan_references(&mut self, unit: &Unit<'_, '_>, record_type: &TypeDef, change: &Change) {
        let mut wanted: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        for (field, target) in record_type.references() {
            let given = change.set.get(&field.name).and_then(Value::as_reference);
            // The organisation of a new record is mostly the default one, which is checked like others.
            let defaulted = *change.action() == Action::Create && field.name == spine::ORGANISATION;
            let meant = given.or_else(|| {
                defaulted
                    .then(|| own_organisation(unit, record_type))
                    .flatten()
            });
            let missing = meant.filter(|it| !unit.memory.cache.contains_key(it));
            wanted.entry(target).or_default().extend(missing);
        }
        for (target, ids) in wanted {
            let found = unit.ctx.record_type(target).filter(|_| !ids.is_empty());
            if let Some(found) = found {
                let at = self.add(unit.fetch_statement(&found, ids));
                self.fetches.push((at, found));
            }
        }
    }
}

/// An answer that nobody sees: the closure runs again.
fn run_again() -> base::Error {
    Refused::Busy(Message::new("busy-try-again")).into()
}

fn existing_from_memory(
    record_type: &TypeDef,
    record: Uuid,
    known: &CachedRecord,
    listed: Listed,
) -> Loaded {
    Loaded::Existing {
        record,
        values: known.values.clone(),
        version: version_of(record_type, &known.values),
        chain: known
            .chain
            .clone()
            .unwrap_or_else(|| crate::history::GENESIS.to_vec()),
        listed,
    }
}

fn existing_from_row(
    record_type: &TypeDef,
    record: Uuid,
    row: &Row,
    listed: Listed,
    change: &Change,
) -> Result<Loaded> {
    let values = read_values(&record_type.fields, row, HEAD)?;
    let deleted = row.integer(0)?.is_some();
    if deleted != (*change.action() == Action::Restore) {
        return Err(not_found(change));
    }
    let version = version_of(record_type, &values);
    let chain = row.bytes(1)?.unwrap_or(&crate::history::GENESIS).to_vec();
    Ok(Loaded::Existing {
        record,
        values,
        version,
        chain,
        listed,
    })
}

fn version_of(record_type: &TypeDef, values: &Values) -> i64 {
    let version = record_type.value(values, spine::VERSION);
    version.as_integer().unwrap_or_default()
}

fn not_found(change: &Change) -> base::Error {
    Refused::NotFound(Message::new("record-unknown").with("type", &change.record_type)).into()
}

/// Columns in front of the fields: `deleted_at`, `chain`.
pub(super) const HEAD: usize = 2;

/// `SELECT deleted_at, chain, <the values of all fields>`; `chain` only where it is asked.
pub(super) fn select_record(record_type: &TypeDef, with_chain: bool) -> Sql {
    let mut sql = Sql::new(if with_chain {
        "SELECT deleted_at, chain"
    } else {
        "SELECT deleted_at, id"
    });
    for field in &record_type.fields {
        for column in value_columns(field) {
            sql.push(", ").identifier(&column);
        }
    }
    sql
}

/// How the actor stands on the reader list of a record, as a person or by a team. Asked only where a
/// grant of the actor depends on it.
pub(crate) fn listed(
    ctx: &Ctx,
    tx: &mut Tx<'_>,
    record_type: &TypeDef,
    record: Uuid,
) -> Result<Listed> {
    if !ctx.reader_matters(&record_type.name) {
        return Ok(Listed::No);
    }
    how_listed(&tx.query(&reader_statement(ctx, record_type, record))?)
}

fn how_listed(rows: &[Row]) -> Result<Listed> {
    Ok(match rows.first() {
        None => Listed::No,
        Some(row) if row.need_boolean(0)? => Listed::Follows,
        Some(_) => Listed::Named,
    })
}

fn reader_statement(ctx: &Ctx, record_type: &TypeDef, record: Uuid) -> Sql {
    let mut readers = vec![ctx.actor.person];
    readers.extend(&ctx.actor.teams);
    let mut sql = Sql::new(
        "SELECT CAST(CASE WHEN source = 'follower' THEN 1 ELSE 0 END AS BIGINT) AS follows FROM record_reader WHERE record = ",
    );
    sql.arg(record)
        .push(" AND record_type = ")
        .arg(record_type.name.as_str());
    sql.push(" AND reader IN (")
        .arg_list(readers)
        .push(") ORDER BY follows LIMIT 1");
    sql
}

impl Unit<'_, '_> {
    /// The statement that locks a record until the unit ends, where it is not locked yet. Locks are
    /// taken in the order of ids: a lower id after a higher one makes the closure run again with all of
    /// them taken first, so that no two units wait for each other.
    fn plan_lock(&mut self, record: Uuid) -> Option<Sql> {
        if self.tx.dialect() == Dialect::Sqlite
            || self.memory.locked.contains(&record)
            || self.memory.created.contains(&record)
        {
            return None;
        }
        if self
            .memory
            .locked
            .last()
            .is_some_and(|highest| *highest > record)
        {
            self.memory.restart.insert(record);
            return None;
        }
        let mut sql = Sql::new("SELECT id FROM record WHERE id = ");
        sql.arg(record).push(self.tx.dialect().for_update());
        self.memory.locked.insert(record);
        Some(sql)
    }

    /// Locks records before the closure runs again.
    pub(crate) fn lock_first(&mut self, records: &[Uuid]) -> Result<()> {
        let locks: Vec<Sql> = records
            .iter()
            .filter_map(|it| self.plan_lock(*it))
            .collect();
        self.tx.batch(&locks)?;
        Ok(())
    }

    /// All locks that a new run of the closure takes first.
    pub(crate) fn all_locks(&self) -> Vec<Uuid> {
        self.memory
            .locked
            .union(&self.memory.restart)
            .copied()
            .collect()
    }
}
