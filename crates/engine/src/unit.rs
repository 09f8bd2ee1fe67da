//! One unit of work: a transaction in which changes go through the door, with what they share.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::{TypeDef, Value, spine};
use sha2::{Digest, Sha256};
use store::Tx;

use crate::change::{Action, Change, Comment, Mode, Outcome};
use crate::draft::Values;
use crate::{Ctx, Engine, door};

/// Most changes of one unit, reactions included.
pub const MAX_CHANGES: usize = 1_000;
/// Deepest chain of reactions.
pub const MAX_DEPTH: usize = 8;

/// One unit of work. Everything in it is stored together or not at all.
///
/// The closure that uses it may run more than once; ids and salts repeat then, because they are
/// drawn from a seed that was taken before.
pub struct Unit<'u, 't> {
    /// The request.
    pub ctx: &'u Ctx,
    /// The transaction, for reads of the same crate and of guards.
    pub tx: &'u mut Tx<'t>,
    pub(crate) engine: &'u Engine,
    pub(crate) unit_id: Uuid,
    pub(crate) depth: usize,
    pub(crate) cause: Option<Uuid>,
    pub(crate) memory: Memory,
    seed: [u8; 32],
}

/// What a unit remembers from one change to the next, reactions and savepoints included.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Changes so far.
    pub changes: usize,
    /// The last change that was written.
    pub last_change: Option<Uuid>,
    /// Records that were loaded or written.
    pub cache: HashMap<Uuid, Arc<CachedRecord>>,
    /// Records that are locked.
    pub locked: BTreeSet<Uuid>,
    /// Records made in this unit: nobody else can see them, so they need no lock.
    pub created: BTreeSet<Uuid>,
    /// Records whose lock came too late: the closure must run again.
    pub restart: BTreeSet<Uuid>,
    /// Whether the version of dictionary and settings was compared.
    pub opened: bool,
    /// Whether this process must reload dictionary and settings before the closure runs again.
    pub stale: bool,
    drawn: u64,
}

/// A record that was loaded in this unit: who it is, and all its values where they were needed.
#[derive(Debug)]
pub(crate) struct CachedRecord {
    pub record_type: Arc<TypeDef>,
    pub values: Values,
    pub deleted: bool,
    /// End of its chain, where this unit wrote it and so holds its lock.
    pub chain: Option<Vec<u8>>,
}

impl CachedRecord {
    pub fn value(&self, field: &str) -> &Value {
        self.record_type.value(&self.values, field)
    }
}

/// A stored change, as reactions see it.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The record.
    pub record: Uuid,
    /// Its type.
    pub record_type: Arc<TypeDef>,
    /// Values before; nothing at creation.
    pub before: Option<Values>,
    /// Values after.
    pub after: Values,
    /// What was done.
    pub action: Action,
    /// The comment that came with it.
    pub comment: Option<Comment>,
    /// Id of the change.
    pub change_id: Uuid,
}

impl Applied {
    /// A value afterwards, by name.
    #[must_use]
    pub fn value(&self, field: &str) -> &Value {
        self.record_type.value(&self.after, field)
    }

    /// A value before, by name.
    #[must_use]
    pub fn value_before(&self, field: &str) -> &Value {
        let before = self.before.as_deref();
        self.record_type.value(before.unwrap_or_default(), field)
    }

    /// Whether the change altered that field.
    #[must_use]
    pub fn changed(&self, field: &str) -> bool {
        self.value(field) != self.value_before(field)
    }

    /// The phase afterwards, where the type has states.
    #[must_use]
    pub fn phase(&self) -> Option<dictionary::Phase> {
        self.record_type.phase(self.value(spine::STATE))
    }

    /// The phase before.
    #[must_use]
    pub fn phase_before(&self) -> Option<dictionary::Phase> {
        self.record_type.phase(self.value_before(spine::STATE))
    }

    /// Whether the change brought the record into that phase.
    #[must_use]
    pub fn enters(&self, phase: dictionary::Phase) -> bool {
        self.phase() == Some(phase) && self.phase_before() != Some(phase)
    }
}

impl<'u, 't> Unit<'u, 't> {
    pub(crate) fn new(
        engine: &'u Engine,
        ctx: &'u Ctx,
        tx: &'u mut Tx<'t>,
        seed: [u8; 32],
    ) -> Self {
        let mut this = Self {
            ctx,
            tx,
            engine,
            unit_id: Uuid::nil(),
            depth: 0,
            cause: None,
            memory: Memory::default(),
            seed,
        };
        this.unit_id = this.new_id();
        this
    }

    /// Sends one change through the door.
    ///
    /// # Errors
    /// A refusal that names what to mend, or a failure; either way the whole unit is to be given up,
    /// unless the change ran inside [`Unit::savepoint`].
    pub fn apply(&mut self, change: Change) -> Result<Outcome> {
        self.memory.changes += 1;
        if self.memory.changes > MAX_CHANGES && !matches!(change.mode, Mode::Replay { .. }) {
            return Err(Refused::TooLarge(
                Message::new("unit-too-large").with("most", MAX_CHANGES),
            )
            .into());
        }
        door::apply(self, change)
    }

    /// Sends a change as the system on behalf of the actor: what reactions do. Asks no permission,
    /// is recorded so, and is bounded in depth.
    ///
    /// # Errors
    /// As [`Unit::apply`].
    pub fn react(&mut self, cause: &Applied, mut change: Change) -> Result<Outcome> {
        if self.depth >= MAX_DEPTH {
            return Err(Refused::Conflict {
                message: Message::new("reactions-too-deep"),
                current_version: None,
            }
            .into());
        }
        if change.on_behalf_of.is_none() && !self.ctx.actor.system {
            change.on_behalf_of = Some(self.ctx.actor.person);
        }
        let system = self.ctx.as_system(crate::Surface::Reaction);
        self.acting_as(&system, |inner| {
            inner.depth += 1;
            inner.cause = Some(cause.change_id);
            inner.apply(change)
        })
    }

    /// Runs a part of the unit for another request. What it does is stored with all the rest, or not at all.
    ///
    /// # Errors
    /// What the part returned.
    pub fn acting_as<T>(
        &mut self,
        ctx: &Ctx,
        part: impl FnOnce(&mut Unit<'_, 't>) -> Result<T>,
    ) -> Result<T> {
        let mut inner = Unit {
            ctx,
            tx: &mut *self.tx,
            engine: self.engine,
            unit_id: self.unit_id,
            depth: self.depth,
            cause: self.cause,
            memory: std::mem::take(&mut self.memory),
            seed: self.seed,
        };
        let result = part(&mut inner);
        self.memory = inner.memory;
        result
    }

    /// Runs a part of the unit that is rolled back alone where it is refused or fails.
    ///
    /// # Errors
    /// What the part returned.
    pub fn savepoint<T>(&mut self, part: impl FnOnce(&mut Unit<'_, 't>) -> Result<T>) -> Result<T> {
        let locked_before = self.memory.locked.clone();
        let created_before = self.memory.created.clone();
        let last_before = self.memory.last_change;
        let (ctx, engine, tx) = (self.ctx, self.engine, &mut *self.tx);
        let (unit_id, depth, cause, seed) = (self.unit_id, self.depth, self.cause, self.seed);
        let memory = &mut self.memory;
        let result = tx.savepoint(|tx| {
            let memory_within = std::mem::take(memory);
            let mut inner = Unit {
                ctx,
                tx,
                engine,
                unit_id,
                depth,
                cause,
                memory: memory_within,
                seed,
            };
            let result = part(&mut inner);
            *memory = inner.memory;
            result
        });
        if result.is_err() {
            // What was read, made or locked in the part is no longer so after it was rolled back.
            self.memory.cache.clear();
            self.memory.locked = locked_before;
            self.memory.created = created_before;
            self.memory.last_change = last_before;
        }
        result
    }

    /// A new id, the same when the closure runs again.
    pub fn new_id(&mut self) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(self.ctx.now.micros() / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Random bytes, the same when the closure runs again: SHA-256 of seed and counter.
    pub(crate) fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.memory.drawn.to_le_bytes())
                .finalize();
            self.memory.drawn += 1;
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    /// The engine that runs this unit.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        self.engine
    }

    /// Makes what follows part of a larger unit of the history, which several transactions make up.
    pub const fn join(&mut self, unit_id: Uuid) {
        self.unit_id = unit_id;
    }

    /// Id of this unit in the history.
    #[must_use]
    pub const fn unit_id(&self) -> Uuid {
        self.unit_id
    }
}
