//! Dictionary, settings and roles as one immutable value with one version number.

use std::sync::Arc;

use dictionary::Dictionary;

use crate::{Roles, Settings};

/// The world that rules and permissions look at. Read by version in every transaction.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// All record types.
    pub dictionary: Arc<Dictionary>,
    /// Typed settings of every tenant and organisation.
    pub settings: Arc<Settings>,
    /// Roles with their grants, by tenant.
    pub roles: Arc<Roles>,
    /// Counts up with every change of any of them, in every process.
    pub version: i64,
}
