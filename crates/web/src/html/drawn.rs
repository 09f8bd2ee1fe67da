//! Parts of pages that look the same to everybody with the same rights: drawn once, and laid into every page.

use std::sync::{Arc, Mutex, PoisonError};

use base::Uuid;
use engine::{Ctx, RoleInForce};
use foldhash::{HashMap, HashMapExt};
use ui::message::Language;

use super::shell::Here;

/// Drawings of one kind of part.
pub(crate) struct Drawn<T>(Mutex<HashMap<Seen, Arc<T>>>);

/// Everything that a drawing may follow from. It must not show who looks, nor anything of a record.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Seen {
    tenant: Uuid,
    /// Version of types, settings and grants.
    version: i64,
    roles: Vec<RoleInForce>,
    scopes: Option<Vec<String>>,
    language: Language,
    /// What the caller tells these drawings apart by.
    what: String,
}

impl<T> Default for Drawn<T> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<T> Drawn<T> {
    /// Most drawings that are kept, some ten kilobytes each; then all are forgotten.
    const MOST: usize = 512;

    /// The drawing of that kind for those who may do what this reader may; `what` names all else that it follows from.
    pub(super) fn once(&self, here: &Here, what: String, draw: impl FnOnce() -> T) -> Arc<T> {
        let ctx: &Ctx = here.ctx();
        let seen = Seen {
            tenant: ctx.tenant,
            version: ctx.snapshot.version,
            roles: ctx.actor.roles.clone(),
            scopes: ctx.actor.scopes.clone(),
            language: here.language().clone(),
            what,
        };
        let drawings = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = drawings().get(&seen) {
            return Arc::clone(known);
        }
        // Nobody waits while it is drawn; whoever draws the same meanwhile draws it twice.
        let drawn = Arc::new(draw());
        let mut drawings = drawings();
        if drawings.len() >= Self::MOST {
            drawings.clear();
        }
        drawings.insert(seen, Arc::clone(&drawn));
        drawn
    }
}

/// The parts that pages of this server have in common.
#[derive(Default)]
pub(crate) struct Drawings {
    /// Rail, navigation and keys of the agents.
    pub(super) fixtures: Drawn<ui::page::Fixture>,
    /// What a list offers as columns and groups.
    pub(super) choosers: Drawn<maud::Markup>,
}
