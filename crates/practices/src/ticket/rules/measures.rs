//! Measures of service: first response, first contact resolution.

use base::Message;
use dictionary::Phase;
use engine::{Draft, RuleContext, Visibility};

use crate::shared::{REQUESTER, acting_person, count};
use crate::task_like::REASSIGNMENT_COUNT;
use crate::ticket::record::{
    AFFECTED, CHANNEL, Channel, FIRST_CONTACT_RESOLUTION, FIRST_RESPONDED_AT, OPENED_BY,
    REOPEN_COUNT, RESOLVED_BY,
};

/// The first public word of a human who is not the requester; who calls or comes by is answered at once.
pub fn first_response(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.get(FIRST_RESPONDED_AT)?.is_some() {
        return Ok(());
    }
    let spoken = draft
        .get(CHANNEL)?
        .is_some_and(|it| it.is(Channel::PHONE) || it.is(Channel::WALK_UP));
    let logger = draft.get(OPENED_BY)?;
    let logged_call =
        draft.is_new() && spoken && logger.is_some() && logger != draft.get(REQUESTER)?;
    // Programs that act for an organisation answer nobody.
    let human = acting_person(draft, rules.ctx).filter(|_| !rules.ctx.actor.has_role("api_client"));
    let public = draft
        .comment()
        .is_some_and(|it| it.visibility == Visibility::Public);
    let answers = public
        && human.is_some()
        && human != draft.get(REQUESTER)?
        && human != draft.get(AFFECTED)?;
    if logged_call {
        draft.set(FIRST_RESPONDED_AT, rules.at, "why-answered-at-once");
    } else if answers {
        draft.set(FIRST_RESPONDED_AT, rules.at, "why-first-response");
    }
    Ok(())
}

/// Resolved by the person who logged it, without a change of team, and never reopened.
pub fn first_contact(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.enters(Phase::Resolved)
        && let Some(resolver) = draft.get(RESOLVED_BY)?
    {
        let untouched = count(draft, REASSIGNMENT_COUNT) == 0 && count(draft, REOPEN_COUNT) == 0;
        let first = untouched
            && draft.get(OPENED_BY)? == Some(resolver)
            && draft.get(REQUESTER)? != Some(resolver);
        let why = if first {
            "why-first-contact"
        } else {
            "why-no-first-contact"
        };
        draft.set(FIRST_CONTACT_RESOLUTION, first, why);
    } else if draft.phase().is_open() && draft.get(FIRST_CONTACT_RESOLUTION)? == Some(true) {
        draft.set(FIRST_CONTACT_RESOLUTION, false, "why-open-again");
    }
    Ok(())
}
