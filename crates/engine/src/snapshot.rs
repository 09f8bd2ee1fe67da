//! Dictionary, settings and roles as one immutable value with one version number.

use std::collections::HashMap;
use std::sync::Arc;

use base::Uuid;
use dictionary::Dictionary;

use crate::read::Readable;
use crate::{Roles, Settings};

/// The world that rules and permissions of one tenant look at. Read by version in every transaction.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// All record types: those built in, and what the tenant defined.
    pub dictionary: Arc<Dictionary>,
    /// Typed settings of every tenant and organisation.
    pub settings: Arc<Settings>,
    /// Roles with their grants, by tenant.
    pub roles: Arc<Roles>,
    /// Counts up with every change of any of them, in every process.
    pub version: i64,
    /// Whose titles may be read, as it was found before.
    pub(crate) readable: Readable,
}

/// The worlds of all tenants, which differ by what each defined for itself.
#[derive(Debug)]
pub struct Worlds {
    /// Of tenants that defined nothing.
    pub(crate) common: Arc<Snapshot>,
    /// Of those that did.
    pub(crate) own: HashMap<Uuid, Arc<Snapshot>>,
    /// The tenant that was there first.
    pub(crate) first: Option<Uuid>,
}

impl Worlds {
    /// Those of tenants that defined something.
    pub fn own(&self) -> impl Iterator<Item = (Uuid, &Arc<Snapshot>)> {
        self.own.iter().map(|it| (*it.0, it.1))
    }

    /// That of a tenant; without one, what those see that defined nothing.
    #[must_use]
    pub fn of(&self, tenant: Option<Uuid>) -> &Arc<Snapshot> {
        let own = tenant.and_then(|it| self.own.get(&it));
        own.unwrap_or(&self.common)
    }
}
