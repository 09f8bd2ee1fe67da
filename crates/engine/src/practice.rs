//! What a practice hands to the engine: its type, and functions that the engine calls in a written order.

use base::{Message, Result};
use dictionary::TypeDef;

use crate::draft::{Draft, RuleContext};
use crate::settings::SettingDef;
use crate::unit::{Applied, Unit};

/// One record type of a practice with its behaviour.
#[derive(Clone, Copy)]
pub struct Practice {
    /// Name of the type; the same that [`Practice::declare`] gives it.
    pub record_type: &'static str,
    /// Declares the type.
    pub declare: fn() -> TypeDef,
    /// Reference paths that rules read, for example `service.support_team`; loaded by the door.
    pub needs: &'static [&'static str],
    /// Pure rules in the order in which they run.
    pub rules: &'static [Rule],
    /// Checks that need other records, after the rules.
    pub guards: &'static [Guard],
    /// What a stored change causes elsewhere, in order.
    pub reactions: &'static [Reaction],
    /// Fields that lead to where a record goes on: what is said about it is said there.
    pub goes_on: &'static [&'static str],
    /// Settings that rules read.
    pub settings: &'static [SettingDef],
}

impl Practice {
    /// A practice that only declares its type.
    #[must_use]
    pub const fn new(record_type: &'static str, declare: fn() -> TypeDef) -> Self {
        Self {
            record_type,
            declare,
            needs: &[],
            rules: &[],
            guards: &[],
            reactions: &[],
            goes_on: &[],
            settings: &[],
        }
    }
}

/// A pure rule: derives, defaults or forbids. Named, so that the history can say which rule set which field.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Name in the history, for example `priority_from_matrix`.
    pub name: &'static str,
    /// The rule.
    pub run: fn(&mut Draft, &RuleContext<'_>) -> Result<(), Message>,
}

/// A check that needs other records (open tasks, cycles). It may read, never write.
#[derive(Clone, Copy)]
pub struct Guard {
    /// Name for the log.
    pub name: &'static str,
    /// The check; problems go into the draft.
    pub run: fn(&mut Unit<'_, '_>, &mut Draft) -> Result<()>,
}

/// What a stored change causes: further changes through the same door, in the same transaction.
#[derive(Clone, Copy)]
pub struct Reaction {
    /// Name in the history.
    pub name: &'static str,
    /// The reaction; its changes run as the system on behalf of the actor.
    pub run: fn(&mut Unit<'_, '_>, &Applied) -> Result<()>,
}
