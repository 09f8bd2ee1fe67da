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
    pub(crate) snapshot: ArcSwap<Snapshot>,
    /// Key that seals cursors, the same for all processes of a database.
    pub(crate) seal_key: [u8; 32],
}

/// A read transaction with the request that asks.
pub struct Reading<'r, 't> {
    /// The request.
    pub ctx: &'r Ctx,
    /// The transaction.
    pub tx: &'r mut Tx<'t>,
    /// The engine, for sealed cursors.
    pub engine: &'r Engine,
}

/// Why a closure did not come to its end.
enum Stop {
    Error(Error),
    Stale,
    InDoubt,
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
        let snapshot = schema::load_snapshot(
            &config.store,
            &built_in,
            &config.practices,
            &config.default_roles,
        )?;
        schema::apply_dictionary(&config.store, &snapshot.dictionary)?;
        Ok(Arc::new(Self {
            store: config.store,
            practices: config.practices,
            built_in: Arc::new(built_in),
            default_roles: config.default_roles,
            clock: config.clock,
            ids: config.ids,
            snapshot: ArcSwap::from_pointee(snapshot),
            seal_key,
        }))
    }

    /// Dictionary, settings and roles as this process knows them now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
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
            snapshot: self.snapshot(),
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
        Err(too_busy())
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
        let mut attempt = Attempt::new(self, ctx, body);
        for _ in 0..MAX_RESTARTS {
            let ended = self.store.write_blocking(attempt.job());
            if let Some(done) = attempt.settle(ended)? {
                return Ok(done);
            }
        }
        Err(too_busy())
    }

    /// Runs a bounded read: by key, or one page over an index.
    ///
    /// # Errors
    /// What the closure returned, or a failure of the store.
    pub async fn read<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        let (engine, ctx) = (Arc::clone(self), Arc::new(ctx.clone()));
        let job = move |tx: &mut Tx<'_>| {
            body(&mut Reading {
                ctx: &ctx,
                tx,
                engine: &engine,
            })
        };
        self.store.read(job).await
    }

    /// Runs a read that may take long: reports, exports, counts.
    ///
    /// # Errors
    /// As [`Engine::read`]; busy where too many long reads wait.
    pub async fn read_long<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        let (engine, ctx) = (Arc::clone(self), Arc::new(ctx.clone()));
        let job = move |tx: &mut Tx<'_>| {
            body(&mut Reading {
                ctx: &ctx,
                tx,
                engine: &engine,
            })
        };
        self.store.read_long(job).await
    }

    /// As [`Engine::read_long`], for threads that may wait.
    ///
    /// # Errors
    /// As [`Engine::read`].
    pub fn read_blocking<T, F>(self: &Arc<Self>, ctx: &Ctx, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reading<'_, '_>) -> Result<T> + Send + Sync + 'static,
    {
        let (engine, ctx) = (Arc::clone(self), Arc::new(ctx.clone()));
        let job = move |tx: &mut Tx<'_>| {
            body(&mut Reading {
                ctx: &ctx,
                tx,
                engine: &engine,
            })
        };
        self.store.read_blocking(job)
    }

    /// Loads dictionary, settings and roles anew and returns them.
    ///
    /// # Errors
    /// A failure that names what does not fit.
    pub fn reload(&self) -> Result<Arc<Snapshot>> {
        let fresh = schema::load_snapshot(
            &self.store,
            &self.built_in,
            &self.practices,
            &self.default_roles,
        )?;
        // A slower thread must not put an older snapshot over a newer one.
        self.snapshot.rcu(|current| {
            if current.version > fresh.version {
                Arc::clone(current)
            } else {
                Arc::new(fresh.clone())
            }
        });
        Ok(self.snapshot())
    }
}

/// What one call of [`Engine::write`] keeps between runs of its closure.
struct Attempt<F, T> {
    engine: Arc<Engine>,
    ctx: Arc<Ctx>,
    body: Arc<F>,
    seed: [u8; 32],
    lock_first: Vec<Uuid>,
    /// What the last run of the closure gave, with the id of its unit, before it was committed.
    given: Arc<Mutex<Option<(T, Uuid)>>>,
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
        move |tx| {
            let mut unit = Unit::new(&engine, &ctx, tx, seed);
            unit.lock_first(&lock_first)?;
            match body(&mut unit) {
                // Whatever the closure made of the refusal, it must run again: reloaded, or with these locks.
                _ if unit.memory.stale => Err(Stop::Stale),
                _ if !unit.memory.restart.is_empty() => Err(Stop::Restart(unit.all_locks())),
                Ok(done) => {
                    *given.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some((done, unit.unit_id()));
                    Ok(())
                }
                Err(error) => Err(Stop::Error(error)),
            }
        }
    }

    fn settle(&mut self, ended: Result<(), Stop>) -> Result<Option<T>> {
        match ended {
            Ok(()) => Ok(self.take_given().map(|(done, _)| done)),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::InDoubt) => self.look_up(),
            Err(Stop::Restart(locks)) => {
                self.lock_first = locks;
                Ok(None)
            }
            Err(Stop::Stale) => {
                let snapshot = self.engine.reload()?;
                self.ctx = Arc::new(Ctx {
                    snapshot,
                    ..Ctx::clone(&self.ctx)
                });
                Ok(None)
            }
        }
    }

    /// The connection was lost while committing: the history says whether the unit was stored. If it was
    /// not, the closure runs again with the same ids.
    fn look_up(&self) -> Result<Option<T>> {
        let Some((done, unit_id)) = self.take_given() else {
            return Ok(None);
        };
        let stored = self.engine.store.read_blocking(move |tx| -> Result<bool> {
            let sql = Sql::new("SELECT 1 FROM history WHERE unit_id = ? LIMIT 1").bind(unit_id);
            Ok(tx.query_optional(&sql)?.is_some())
        })?;
        Ok(stored.then_some(done))
    }

    fn take_given(&self) -> Option<(T, Uuid)> {
        self.given
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

fn too_busy() -> Error {
    Refused::Busy(Message::new("busy-try-again")).into()
}
