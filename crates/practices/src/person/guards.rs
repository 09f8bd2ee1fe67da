//! Checks of people that need to look at accounts and roles.

use base::Result;
use dictionary::Phase;
use engine::system::{account, credential};
use engine::{Action, Draft, Unit};

use super::record::EMAIL;

/// Links that set a password go to the address: whoever may change it can take the account over. So others
/// change it only where they might make such a link themselves.
pub fn address(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let actor = &unit.ctx.actor;
    // A token that may do little must not win the whole account of its owner.
    let own = actor.person == draft.record() && actor.scopes.is_none();
    if actor.system || own || draft.is_new() || !draft.changed(EMAIL) {
        return Ok(());
    }
    // Even without a login: the first invitation of an administrator goes to the address too.
    account::require_not_above(unit, draft.record())?;
    if credential::of_person(unit.tx, draft.record())?.is_some() {
        unit.ctx.require_area("users")?;
    }
    Ok(())
}

/// Leaving closes the account, and whoever is deleted acts no more: both are for those who may close it.
pub fn leaving(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    if unit.ctx.actor.system || draft.is_new() || !goes(draft) {
        return Ok(());
    }
    account::require_not_above(unit, draft.record())?;
    account::require_not_last(unit, draft.record())
}

fn goes(draft: &Draft) -> bool {
    let is_out = |it: Phase| matches!(it, Phase::Closed | Phase::Cancelled);
    let was_out = draft.phase_before().is_some_and(is_out);
    *draft.action() == Action::Delete || (is_out(draft.phase()) && !was_out)
}
