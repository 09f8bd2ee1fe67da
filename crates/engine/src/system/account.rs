//! The account of a person as a whole: sign-in, sessions, tokens and links. Closing it leaves nothing open.

use base::{Message, Refused, Result, Timestamp, Uuid};
use store::Tx;

use super::user::SYSTEM_ADMINISTRATOR;
use super::{actor, credential, invitation, session, token};
use crate::Unit;

/// What was open and is closed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Whether the person could sign in.
    pub account: bool,
    /// Sessions that ended.
    pub sessions: u64,
    /// Tokens that were revoked.
    pub tokens: u64,
}

/// Closes the account, ends all sessions, revokes all tokens and links. The caller has the right to.
///
/// # Errors
/// A failure of the store.
pub fn close(tx: &mut Tx<'_>, person: Uuid, now: Timestamp) -> Result<Closed> {
    let found = credential::of_person(tx, person)?;
    let account = found.is_some_and(|it| it.disabled_at.is_none());
    if account {
        credential::set_disabled(tx, person, Some(now))?;
    }
    invitation::end_of(tx, person)?;
    Ok(Closed {
        account,
        sessions: session::revoke_others(tx, person, None)?,
        tokens: token::revoke_all(tx, person, now)?,
    })
}

/// Refuses to touch the account of a system administrator, unless one asks: who can set their password has
/// their rights. Asks for roles that were given, in force or not: who left or whose days are over may come back.
///
/// # Errors
/// [`Refused::Forbidden`], or a failure of the store.
pub fn require_not_above(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<()> {
    let own = unit.ctx.actor.system || unit.ctx.actor.has_role(SYSTEM_ADMINISTRATOR);
    if own {
        return Ok(());
    }
    if actor::was_given(&mut unit.reading(), person, SYSTEM_ADMINISTRATOR)? {
        return Err(Refused::Forbidden(Message::new("account-above-own")).into());
    }
    Ok(())
}

/// Refuses to put the last one out who administers the system and can sign in. To be asked before they are out.
///
/// # Errors
/// [`Refused::Conflict`], or a failure of the store.
pub fn require_not_last(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<()> {
    let found = credential::of_person(unit.tx, person)?;
    if found.is_none_or(|it| it.disabled_at.is_some()) {
        return Ok(());
    }
    let found = actor::load(&mut unit.reading(), person)?;
    let administers = found.is_some_and(|(it, _)| it.has_role(SYSTEM_ADMINISTRATOR));
    if !administers || actor::any_administrator_but(&mut unit.reading(), Some(person))? {
        return Ok(());
    }
    Err(Refused::Conflict {
        message: Message::new("account-last-administrator"),
        current_version: None,
    }
    .into())
}

/// Closes an account as an administrator does: not one above their own, and not the last that administers
/// the system.
///
/// # Errors
/// [`Refused::Forbidden`], [`Refused::Conflict`], or a failure of the store.
pub fn close_for(unit: &mut Unit<'_, '_>, person: Uuid) -> Result<Closed> {
    require_not_above(unit, person)?;
    require_not_last(unit, person)?;
    close(unit.tx, person, unit.ctx.now)
}
