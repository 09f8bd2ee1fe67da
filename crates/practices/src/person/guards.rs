//! Checks of people that need to look at accounts and roles.

use base::{Message, Result};
use dictionary::Phase;
use engine::system::address::{EMAILS, PHONES, addresses};
use engine::system::{account, credential};
use engine::{Action, Draft, Unit};

use super::record::{EMAIL, FURTHER_EMAILS};

/// Links that set a password go to the address, and mails of any of them are taken for theirs: whoever may change one
/// can act as they. So others change it only where they might make such a link themselves.
pub fn address(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let actor = &unit.ctx.actor;
    // A token that may do little must not win the whole account of its owner.
    let own = actor.person == draft.record() && actor.scopes.is_none();
    let moved = draft.changed(EMAIL) || draft.changed(FURTHER_EMAILS);
    if actor.system || own || draft.is_new() || !moved {
        return Ok(());
    }
    // Even without a login: the first invitation of an administrator goes to the address too.
    account::require_not_above(unit, draft.record())?;
    if credential::of_person(unit.tx, draft.record())?.is_some() {
        unit.ctx.require_area("users")?;
    }
    Ok(())
}

/// An address identifies one person, whichever of their addresses it is. Who is deleted is known by none.
pub fn known_by(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let mut fields = EMAILS.iter().chain(&PHONES);
    let moved = fields.any(|it| draft.value_changed(it));
    let gone = *draft.action() == Action::Delete;
    if !moved && !gone && *draft.action() != Action::Restore {
        return Ok(());
    }
    let of = |fields: &[&str]| {
        if gone {
            Vec::new()
        } else {
            addresses(|it| draft.value(it), fields)
        }
    };
    let (emails, phones) = (of(&EMAILS), of(&PHONES));
    if let Some(taken) = unit.know_by(draft.record(), &emails, &phones)? {
        let first = draft.value(EMAIL.name).as_text() == Some(taken.as_str());
        let (field, message) = if first {
            (EMAIL.name, Message::new("refused-not-unique"))
        } else {
            let message = Message::new("address-taken").with("address", taken);
            (FURTHER_EMAILS.name, message)
        };
        draft.refuse_field(field, message);
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
