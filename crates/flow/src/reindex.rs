//! The index of the search, brought up to date where it was made in an older way: by a job in small units while
//! the desk works, or all of it anew by command.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Result, Uuid};
use dictionary::filter::ID;
use dictionary::{Filter, Operand, Operator, Page, Query, Term, TypeDef, Value};
use engine::{Ctx, Engine, Reading, Surface, Unit, system};
use search::index;
use search::record::{Indexed, Said, said, said_in};
use search::run::Ground as _;

/// Records of one unit.
const UNIT: i64 = 100;

/// Keeps the index as it should be, and remembers what it has looked at.
#[derive(Debug, Default)]
pub struct Reindexer {
    /// The version of the settings with which each tenant's records were looked at, one by one. A change of roles
    /// that is taken back leaves records behind that were written in between, although the type is noted as done.
    looked: Mutex<HashMap<Uuid, i64>>,
}

impl Reindexer {
    /// Brings into the index what is not in it as it should be; how many records that were.
    ///
    /// # Errors
    /// A failure of the store. What was done stays done.
    pub async fn run(&self, engine: &Arc<Engine>) -> Result<u64> {
        let mut done = 0;
        for tenant in engine.store().read(system::tenant::all).await? {
            let ctx = engine.system_ctx(tenant, Surface::Job);
            let version = ctx.snapshot.version;
            let looked = || self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            let is_new = looked().get(&tenant) != Some(&version);
            let known = noted(engine, &ctx).await?;
            for record_type in ctx.snapshot.dictionary.types() {
                let layout = ctx.search_layout(record_type).id;
                let is_noted = known.get(&record_type.name) == Some(&layout);
                if !is_noted || (is_new && is_outdated(engine, &ctx, record_type, layout).await?) {
                    done += reindex_type(engine, &ctx, record_type).await?;
                }
            }
            looked().insert(tenant, version);
        }
        Ok(done)
    }
}

/// The layout with which the records of each type are noted to be complete.
async fn noted(engine: &Arc<Engine>, ctx: &Ctx) -> Result<HashMap<String, i64>> {
    let tenant = ctx.tenant;
    let read = move |reading: &mut Reading<'_, '_>| {
        let rows = reading.batch(&[index::layouts(tenant)])?;
        let rows = rows.into_iter().flat_map(|it| it.rows);
        rows.map(|row| Ok((row.need_text(0)?.to_owned(), row.need_integer(1)?)))
            .collect::<Result<HashMap<String, i64>>>()
    };
    engine.read(ctx, read).await
}

/// Whether some record of the type is not in the index with that layout. It reads every record of the type, so it is
/// asked before anybody's writing waits for the answer.
async fn is_outdated(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    record_type: &TypeDef,
    layout: i64,
) -> Result<bool> {
    let one = index::outdated(ctx.tenant, &record_type.table, layout, None, 1);
    let read = move |reading: &mut Reading<'_, '_>| {
        let found = reading.batch(std::slice::from_ref(&one))?;
        Ok(found.iter().any(|it| !it.rows.is_empty()))
    };
    engine.read_long(ctx, read).await
}

/// Brings into the index what is not in it as it should be, every record looked at; how many records that were.
///
/// # Errors
/// A failure of the store. What was done stays done.
pub async fn reindex(engine: &Arc<Engine>) -> Result<u64> {
    Reindexer::default().run(engine).await
}

/// Empties the index and builds it anew; how many records it has then. Until it is done, less is found.
///
/// # Errors
/// A failure of the store. It goes on where it stopped when it is called again, or by the job.
pub async fn rebuild(engine: &Arc<Engine>) -> Result<u64> {
    let ctx = engine.system_ctx(Uuid::nil(), Surface::Command);
    let empty = |unit: &mut Unit<'_, '_>| {
        let all = index::clear(unit.tx.dialect());
        Ok(unit.tx.batch(&all).map(drop)?)
    };
    engine.write(&ctx, empty).await?;
    reindex(engine).await
}

async fn reindex_type(engine: &Arc<Engine>, ctx: &Ctx, record_type: &Arc<TypeDef>) -> Result<u64> {
    let (mut done, mut after) = (0, None);
    loop {
        let (record_type, from) = (Arc::clone(record_type), after);
        let some = move |unit: &mut Unit<'_, '_>| index_some(unit, &record_type, from);
        let Some((count, last)) = engine.write(ctx, some).await? else {
            return Ok(done);
        };
        done += count;
        after = Some(last);
    }
}

/// A few records of a type after that one, in the order of their ids: how many, and the last. Nothing where all
/// are done, which is noted.
fn index_some(
    unit: &mut Unit<'_, '_>,
    record_type: &TypeDef,
    after: Option<Uuid>,
) -> Result<Option<(u64, Uuid)>> {
    let (ctx, dialect) = (unit.ctx, unit.tx.dialect());
    let layout = ctx.search_layout(record_type);
    let outdated = index::outdated(ctx.tenant, &record_type.table, layout.id, after, UNIT);
    let rows = unit.tx.query(&outdated)?;
    let ids = rows
        .iter()
        .map(|it| Ok(it.need_uuid(0)?))
        .collect::<Result<Vec<_>>>()?;
    let Some(last) = ids.last().copied() else {
        let all = index::set_layout(ctx.tenant, &record_type.name, layout.id);
        unit.tx.execute(&all)?;
        return Ok(None);
    };
    // Read under the lock: whoever changes one of them meanwhile writes to the index after this.
    unit.lock_records(ids.iter().copied())?;
    let mut all_said: HashMap<Uuid, Vec<Said>> = HashMap::new();
    for (record, it) in said_in(&unit.tx.query(&said(&ids))?)? {
        all_said.entry(record).or_default().push(it);
    }
    let terms = ids.iter().map(|it| Term::Value(Value::Reference(*it)));
    let are_they = Filter::test(ID, Operator::In, Operand::Many(terms.collect()));
    let records = unit.reading().list(&Query {
        record_type: Some(record_type.name.clone()),
        filter: are_they.normalised(),
        page: Page {
            limit: Some(ids.len()),
            after: None,
        },
        ..Query::default()
    })?;
    let mut statements = Vec::new();
    for record in &records.rows {
        let value = |name: &str| record.value(name);
        let indexed = Indexed {
            tenant: ctx.tenant,
            record_type,
            layout: &layout,
            record: record.id(),
        };
        let said = all_said.remove(&record.id()).unwrap_or_default();
        statements.extend(indexed.statements(dialect, &value, said));
    }
    unit.tx.batch(&statements)?;
    Ok(Some((
        u64::try_from(records.rows.len()).unwrap_or_default(),
        last,
    )))
}
