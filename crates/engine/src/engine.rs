//! The engine as the edge calls it: open, read, write.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use base::{Clock, Error, Ids, Message, Refused, Result, Timestamp, Uuid};
use dictionary::{Dictionary, TypeDef};
use jiff::tz::TimeZone;
use store::{Sql, Store, StoreError, Tx};

use crate::change::{Change, Outcome};
use crate::ctx::{Actor, Ctx, Surface};
use crate::permission::Role;
use crate::practice::Practice;
use crate::read::Counts;
use crate::snapshot::Worlds;
use crate::system::{mark, rekey};
use crate::unit::Unit;
use crate::{Snapshot, schema};

/// How often a closure is run again because dictionary, settings or locks moved under it.
const MAX_RESTARTS: usize = 8;

/// What an engine is made of.
pub struct EngineConfig {
    /// The database, open and migrated by [`Engine::open`].
    pub store: Store,
    /// All practices, in alphabetical order.
    pub practices: Vec<Practice>,
    /// Types that tests or administrators add besides.
    pub extra_types: Vec<TypeDef>,
    /// Roles of tenants that have not changed them.
    pub default_roles: Vec<Role>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub ids: Arc<dyn Ids>,
}

/// The engine. One per process and database; shared as `Arc<Engine>`.
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) practices: Vec<Practice>,
    pub(crate) built_in: Arc<Dictionary>,
    pub(crate) default_roles: Vec<Role>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) worlds: ArcSwap<Worlds>,
    /// Key that seals cursors, the same for all processes of a database.
    pub(crate) seal_key: [u8; 32],
    pub(crate) counts: Counts,
}

/// A read transaction with the request that asks.
pub struct Reading<'r, 't> {
    /// The request.
    pub ctx: &'r Ctx,
    /// The transaction.
    pub tx: &'r mut Tx<'t>,
    /// The engine, for sealed cursors.
    pub engine: &'r Engine,
    /// Whether what it sees is committed, so that others may be told of its counts.
    pub(crate) keeps_counts: bool,
}

/// Why a closure did not come to its end.
enum Stop {
    Error(Error),
    Stale,
    InDoubt,
    Stored,
    Restart(Vec<Uuid>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InDoubt => Self::InDoubt,
            other => Self::Error(other.into()),
        }
    }
}

impl Engine {
    /// Opens the engine: migrates the schema, adds what the dictionary needs, loads the snapshot.
    ///
    /// # Errors
    /// A failure that names the table, type or setting that does not fit.
    pub fn open(config: EngineConfig) -> Result<Arc<Self>> {
        let declared = config
            .practices
            .iter()
            .map(|it| (it.declare)())
            .chain(config.extra_types);
        let built_in = Dictionary::new(declared)
            .map_err(|error| Error::failed("the declared types do not fit", error))?;
        let seal_key = schema::prepare(&config.store, &built_in, config.ids.as_ref())?;
        let worlds = schema::load_worlds(
            &config.store,
            &built_in,
            &config.practices,
            &config.default_roles,
        )?;
        for own in worlds.own.values() {
            schema::apply_dictionary(&config.store, &own.dictionary)?;
        }
        let types = worlds.own.values().map(|it| &it.dictionary);
        let types = types.chain([&worlds.common.dictionary]);
        rekey::rebuild(
            &config.store,
            types.flat_map(|it| it.types()).map(|it| &**it),
        )?;
        Ok(Arc::new(Self {
            store: config.store,
            practices: config.practices,
            built_in: Arc::new(built_in),
            default_roles: config.default_roles,
            clock: config.clock,
            ids: config.ids,
            worlds: ArcSwap::from_pointee(worlds),
            seal_key,
            counts: Counts::default(),
        }))
    }

    /// The snapshot of the tenant that was there first, for programs that serve one.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let worlds = self.worlds.load();
        Arc::clone(worlds.of(worlds.first))
    }

    /// Dictionary, settings and roles of a tenant as this process knows them now.
    #[must_use]
    pub fn snapshot_of(&self, tenant: Uuid) -> Arc<Snapshot> {
        Arc::clone(self.worlds.load().of(Some(tenant)))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where ids and secrets come from.
    #[must_use]
    pub fn ids(&self) -> &dyn Ids {
        self.ids.as_ref()
    }

    /// The same, for work on other threads.
    #[must_use]
    pub fn shared_ids(&self) -> Arc<dyn Ids> {
        Arc::clone(&self.ids)
    }

    /// The database underneath, for metrics and shutdown.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Whether the database takes one write at a time, so that several writers gain nothing.
    #[must_use]
    pub fn is_single_writer(&self) -> bool {
        self.store.dialect() == store::Dialect::Sqlite
    }

    /// The practice of that type; custom types have none.
    #[must_use]
    pub fn practice(&self, record_type: &str) -> Option<&Practice> {
        self.practices
            .iter()
            .find(|it| it.record_type == record_type)
    }

    /// A request of the system itself.
    #[must_use]
    pub fn system_ctx(&self, tenant: Uuid, surface: Surface) -> Ctx {
        Ctx {
            actor: Actor::system(),
            tenant,
            now: self.now(),
            snapshot: self.snapshot_of(tenant),
            language: "en".to_owned(),
            zone: TimeZone::UTC,
            surface,
            request_id: None,
        }
    }

    /// Sends one change through the door.
    ///
    /// # Errors
    /// A refusal that names what to mend, or a failure. Nothing is written then.
    pub async fn apply(self: &Arc<Self>, ctx: &Ctx, change: Change) -> Result<Outcome> {
        self.write(ctx, move |unit| unit.apply(change.clone()))
            .await
    }

    /// Runs a closure as one unit: all its changes are stored together, or none.
    ///
    /// The closure may run several times and must have no effect but through the unit.
    ///
    /// # Errors
    /// What the closure returned, or a failure of the store.
    pub async fn write<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        let mut attempt = Attempt::new(self, ctx, body);
        for _ in 0..MAX_RESTARTS {
            let ended = self.store.write(attempt.job()).await;
            if let Some(done) = attempt.settle(ended)? {
                return Ok(done);
            }
        }
        Err(Refused::Busy(Message::new("busy-try-again")).into())
    }

    /// As [`Engine::write`], for threads that may wait: command line, imports, tests.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub fn write_blocking<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        store::block_on(self.write(ctx, body))
    }

    /// Runs a bounded read: by key, or one page over an index.
    ///
    /// # Errors
    /// What the closure returned, or a failure of the store.
    pub async fn read<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + 'static,
    {
        self.store.read(self.reading(ctx, body)).await
    }

    /// Runs a read that may take long: searches, reports, exports, counts. It never begins on the thread of who asks,
    /// where on SQLite its first 5 ms would be thrown away.
    ///
    /// # Errors
    /// As [`Engine::read`]; busy where too many long reads wait.
    pub async fn read_long<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + 'static,
    {
        self.store.read_long(self.reading(ctx, body)).await
    }

    /// As [`Engine::read`], for threads that may wait.
    ///
    /// # Errors
    /// As [`Engine::read`].
    pub fn read_blocking<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + 'static,
    {
        self.store.read_blocking(self.reading(ctx, body))
    }

    /// The closure as the store runs it.
    fn reading<T, F>(
        self: &Arc<Self>,
        ctx: &Ctx,
        body: F,
    ) -> impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static + use<T, F>
    where
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + 'static,
    {
        let (engine, ctx) = (Arc::clone(self), ctx.clone());
        move |tx| {
            body(&mut Reading {
                ctx: &ctx,
                tx,
                engine: &engine,
                keeps_counts: true,
            })
        }
    }

    /// The snapshots of all tenants, for who looks at what they have in common: tables.
    #[must_use]
    pub fn worlds(&self) -> Arc<Worlds> {
        self.worlds.load_full()
    }

    /// Loads dictionary, settings and roles anew and returns those of a tenant.
    ///
    /// # Errors
    /// A failure that names what does not fit.
    pub fn reload(&self, tenant: Uuid) -> Result<Arc<Snapshot>> {
        let fresh = schema::load_worlds(
            &self.store,
            &self.built_in,
            &self.practices,
            &self.default_roles,
        )?;
        let fresh = Arc::new(fresh);
        // A slower thread must not put an older snapshot over a newer one.
        self.worlds.rcu(|current| {
            let is_newer = current.common.version > fresh.common.version;
            Arc::clone(if is_newer { current } else { &fresh })
        });
        Ok(self.snapshot_of(tenant))
    }
}

/// What one call of [`Engine::write`] keeps between runs of its closure.
struct Attempt<F, T> {
    engine: Arc<Engine>,
    ctx: Arc<Ctx>,
    body: Arc<F>,
    seed: [u8; 32],
    lock_first: Vec<Uuid>,
    /// What the last run of the closure gave before it was committed.
    given: Arc<Mutex<Option<Given<T>>>>,
    /// The same of a run whose commit was sent and never answered.
    in_doubt: Option<Given<T>>,
}

/// What a run of the closure gave, with what shows that it was stored.
type Given<T> = (T, Stored);

/// What shows that a run was stored.
#[derive(Clone, Copy)]
enum Stored {
    /// Its last change, in the history.
    Change(Uuid),
    /// A mark, where no record was changed.
    Mark(Uuid),
}

impl<F, T> Attempt<F, T>
where
    F: Fn(&mut Unit<'_, '_>) -> Result<T> + Send + Sync + 'static,
    T: Send + 'static,
{
    fn new(engine: &Arc<Engine>, ctx: &Ctx, body: F) -> Self {
        let mut seed = [0; 32];
        engine.ids.fill(&mut seed);
        Self {
            engine: Arc::clone(engine),
            ctx: Arc::new(ctx.clone()),
            body: Arc::new(body),
            seed,
            lock_first: Vec::new(),
            given: Arc::new(Mutex::new(None)),
            in_doubt: None,
        }
    }

    fn job(&self) -> impl Fn(&mut Tx<'_>) -> Result<(), Stop> + Send + 'static + use<T, F> {
        let (engine, ctx, body) = (
            Arc::clone(&self.engine),
            Arc::clone(&self.ctx),
            Arc::clone(&self.body),
        );
        let (seed, lock_first) = (self.seed, self.lock_first.clone());
        let given = Arc::clone(&self.given);
        let in_doubt = self.in_doubt.as_ref().map(|it| it.1);
        move |tx| {
            if let Some(stored) = in_doubt
                && was_stored(tx, stored, ctx.now)?
            {
                return Err(Stop::Stored);
            }
            let mut unit = Unit::new(&engine, &ctx, tx, seed);
            // A mark is of this transaction alone, also where the closure joins a larger unit.
            let id = unit.unit_id;
            unit.lock_first(&lock_first)?;
            match body(&mut unit) {
                // Whatever the closure made of the refusal, it must run again: reloaded, or with these locks.
                _ if unit.memory.stale => Err(Stop::Stale),
                _ if !unit.memory.restart.is_empty() => Err(Stop::Restart(unit.all_locks())),
                Ok(done) => {
                    let stored = unit
                        .memory
                        .last_change
                        .map_or(Stored::Mark(id), Stored::Change);
                    // What only looked may run again.
                    if matches!(stored, Stored::Mark(_)) && unit.tx.has_written() {
                        mark::leave(unit.tx, id, ctx.now)?;
                    }
                    *given.lock().unwrap_or_else(PoisonError::into_inner) = Some((done, stored));
                    Ok(())
                }
                Err(error) => Err(Stop::Error(error)),
            }
        }
    }

    /// What the closure gave, once it is stored; nothing where it must run again.
    fn settle(&mut self, ended: Result<(), Stop>) -> Result<Option<T>> {
        match ended {
            Ok(()) => return Ok(self.take_given().map(|(done, _)| done)),
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Stored) => return Ok(self.in_doubt.take().map(|(done, _)| done)),
            // The closure runs again with the same ids, and looks first whether this run was stored.
            Err(Stop::InDoubt) => self.in_doubt = self.take_given(),
            Err(Stop::Restart(locks)) => self.lock_first = locks,
            Err(Stop::Stale) => {
                let snapshot = self.engine.reload(self.ctx.tenant)?;
                self.ctx = Arc::new(Ctx {
                    snapshot,
                    ..Ctx::clone(&self.ctx)
                });
            }
        }
        Ok(None)
    }

    fn take_given(&self) -> Option<Given<T>> {
        self.given
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// Whether a run is stored whose commit was never answered.
///
/// The server may still be committing it, and a plain look would not see it yet. A row of the same change or mark
/// waits for that transaction to end, one way or the other; that of a change is gone again before anything else
/// is done.
fn was_stored(tx: &mut Tx<'_>, stored: Stored, now: Timestamp) -> Result<bool, StoreError> {
    let change = match stored {
        Stored::Change(change) => change,
        Stored::Mark(id) => return Ok(!mark::leave(tx, id, now)?),
    };
    let claim = Sql::new(
        "INSERT INTO history (tenant, record, record_type, version, change_id, unit_id, actor, surface, action, mode, \
         recorded_at, effective_at, format, previous, hash) \
         VALUES (?, ?, '', 0, ?, ?, ?, '', '', '', 0, 0, 0, ?, ?) ON CONFLICT DO NOTHING",
    );
    let claim = (0..5).fold(claim, |sql, _| sql.bind(change));
    let claim = claim.bind(Vec::new()).bind(Vec::new());
    if tx.execute(&claim)? == 0 {
        return Ok(true);
    }
    tx.execute(&Sql::new("DELETE FROM history WHERE change_id = ?").bind(change))?;
    Ok(false)
}
