//! On hold: what work waits for, and what a reply of the requester does.

use base::Message;
use dictionary::Phase;
use engine::{Draft, RuleContext, Visibility};

use crate::shared::{REQUESTER, acting_person, move_to};
use crate::ticket::record::{AFFECTED, ANSWERED, HOLD_REASON, HOLD_UNTIL};
use crate::ticket::settings::{HOLD_REASONS, HoldReason, HoldReasons, setting};

/// A reply resumes work that waits for the requester; under another reason it is marked.
pub fn reply(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let was_held = draft.phase_before() == Some(Phase::OnHold) && draft.phase() == Phase::OnHold;
    let public = draft
        .comment()
        .is_some_and(|it| it.visibility == Visibility::Public);
    let person = acting_person(draft, rules.ctx);
    let asked =
        person.is_some() && (person == draft.get(REQUESTER)? || person == draft.get(AFFECTED)?);
    if !was_held || !public || !asked {
        return Ok(());
    }
    if flags(draft, rules)?.reply_resumes {
        let lifecycle = draft.record_type().lifecycle.clone();
        let next =
            lifecycle.and_then(|it| it.states.into_iter().find(|it| it.phase == Phase::Active));
        if let Some(state) = next {
            move_to(draft, &state.code, Message::new("why-requester-replied"));
        }
    } else {
        draft.set_because(ANSWERED, true, Message::new("why-requester-replied"));
    }
    Ok(())
}

/// A hold keeps what its reason asks for; without a hold there is no reason.
pub fn reason(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.phase() != Phase::OnHold {
        draft.clear(HOLD_REASON, "why-not-on-hold");
        draft.clear(HOLD_UNTIL, "why-not-on-hold");
        draft.clear(ANSWERED, "why-not-on-hold");
        return Ok(());
    }
    let begins = draft.phase_before() != Some(Phase::OnHold);
    if !begins && !draft.changed(HOLD_REASON) && !draft.changed(HOLD_UNTIL) {
        return Ok(());
    }
    if draft.get(HOLD_REASON)?.is_none() {
        draft.breach(Some(HOLD_REASON.name), Message::new("hold-needs-reason"));
        return Ok(());
    }
    let flags = flags(draft, rules)?;
    let told = draft
        .comment()
        .is_some_and(|it| it.visibility == Visibility::Public);
    if flags.comment && !told && (begins || draft.changed(HOLD_REASON)) && !rules.ctx.actor.system {
        draft.breach(Some("comment"), Message::new("hold-needs-comment"));
    }
    if flags.until && draft.get(HOLD_UNTIL)?.is_none() {
        draft.breach(Some(HOLD_UNTIL.name), Message::new("hold-needs-until"));
    }
    if draft.changed(HOLD_UNTIL) && draft.get(HOLD_UNTIL)?.is_some_and(|it| it <= rules.at) {
        draft.breach(Some(HOLD_UNTIL.name), Message::new("must-lie-ahead"));
    }
    for field in flags.needs {
        if draft.value(&field).is_null() {
            draft.breach(Some(&field), Message::new("hold-needs-field"));
        }
    }
    draft.set(ANSWERED, false, "why-hold-begins");
    Ok(())
}

fn flags(draft: &Draft, rules: &RuleContext<'_>) -> Result<HoldReason, Message> {
    let reasons = setting::<HoldReasons>(draft, rules, HOLD_REASONS)?;
    let code = draft.get(HOLD_REASON)?;
    Ok(code
        .and_then(|it| reasons.get(it.code()).cloned())
        .unwrap_or_default())
}
