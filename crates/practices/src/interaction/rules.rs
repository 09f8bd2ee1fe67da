//! Rules of interactions: the outcome ends it, and fits what is there.

use base::Message;
use dictionary::{Choice, Elapsed};
use engine::{Action, Draft, RuleContext};

use super::record::{
    BECOMES, CLOSED, DURATION, ENDED_AT, NOTES, OUTCOME, Outcomes, PERSON, REOPEN, STEPS, TICKET,
};
use crate::shared::{
    ACCESS, ASSIGNEE, OPENED_AT, ORGANISATION, acting_person, class_of_what_is_said, move_to,
};

/// Whoever logs it took it; it belongs where the person belongs.
pub fn who(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.is_new() {
        return Ok(());
    }
    if draft.get(ASSIGNEE)?.is_none()
        && let Some(person) = acting_person(draft, rules.ctx)
    {
        draft.set(ASSIGNEE, person, "why-taken-by");
    }
    let organisation = rules.facts.get("person.organisation").as_reference();
    if let Some(organisation) = organisation.filter(|_| !draft.is_given(ORGANISATION)) {
        let why = Message::new("why-organisation-of-person");
        draft.set_because(ORGANISATION, organisation, why);
    }
    Ok(())
}

/// A step means its outcome; whoever takes it up again takes the outcome back.
pub fn outcome_of_step(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let Action::Transition(step) = draft.action().clone() else {
        return Ok(());
    };
    if let Some((_, outcome)) = STEPS.into_iter().find(|it| it.0 == step) {
        draft.set(OUTCOME, Choice::from(outcome), "why-outcome-of-step");
    } else if step == REOPEN {
        draft.clear(OUTCOME, "why-taken-up-again");
        draft.clear(ENDED_AT, "why-taken-up-again");
    }
    Ok(())
}

/// What has an outcome is over, and what is over has an end and took its time.
pub fn outcome_ends_it(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.phase().is_open() && draft.get(OUTCOME)?.is_some() {
        move_to(draft, CLOSED, Message::new("why-outcome-is-told"));
    }
    let begun = draft.get(OPENED_AT)?;
    if !draft.phase().is_open() && draft.get(ENDED_AT)?.is_none() {
        // A beginning that lies ahead is refused below, and said there.
        let ended = begun.map_or(rules.at, |it| it.max(rules.at));
        draft.set(ENDED_AT, ended, "why-ended-now");
    }
    match begun.zip(draft.get(ENDED_AT)?) {
        Some((begun, ended)) if ended >= begun => {
            let took = Elapsed(ended.micros() - begun.micros());
            draft.set(DURATION, took, "why-duration");
        }
        _ => draft.clear(DURATION, "why-taken-up-again"),
    }
    Ok(())
}

/// It ends after it began, and both have happened.
pub fn times_fit(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    for field in [OPENED_AT, ENDED_AT] {
        if draft.changed(field) && draft.get(field)?.is_some_and(|it| it > rules.at) {
            draft.breach(Some(field.name), Message::new("must-not-lie-ahead"));
        }
    }
    if let Some((begun, ended)) = draft.get(OPENED_AT)?.zip(draft.get(ENDED_AT)?)
        && ended < begun
    {
        let message = Message::new("interaction-ends-before-it-begins");
        draft.breach(Some(ENDED_AT.name), message);
    }
    Ok(())
}

/// Each outcome has what it needs: whoever solved something says how, and what became a ticket names it.
pub fn outcome_fits(draft: &mut Draft, _rules: &RuleContext<'_>) -> Result<(), Message> {
    let Some(outcome) = draft.get(OUTCOME)? else {
        if !draft.phase().is_open() {
            draft.breach(Some(OUTCOME.name), Message::new("refused-required"));
        }
        return Ok(());
    };
    let has_ticket = draft.get(TICKET)?.is_some();
    // What a step needs is asked for by the step.
    let by_step = matches!(draft.action(), Action::Transition(_)) && !draft.is_replay();
    if outcome.is(Outcomes::SOLVED) && draft.get(NOTES)?.is_none() && !by_step {
        draft.breach(Some(NOTES.name), Message::new("interaction-solved-how"));
    }
    if outcome.is(Outcomes::ADDED_TO_TICKET) && !has_ticket && !by_step {
        draft.breach(Some(TICKET.name), Message::new("interaction-which-ticket"));
    }
    if BECOMES.iter().any(|(became, _)| outcome.is(*became)) && !has_ticket {
        // The ticket is made in the same unit where it becomes one now; a past that tells of one names it.
        if draft.is_replay() || !draft.changed(OUTCOME) {
            draft.breach(Some(TICKET.name), Message::new("interaction-which-ticket"));
        } else if draft.get(PERSON)?.is_none() && !by_step {
            draft.breach(Some(PERSON.name), Message::new("interaction-for-whom"));
        }
    }
    Ok(())
}

/// What was said of a ticket that few may read is confidential as well.
pub fn classify(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let access = class_of_what_is_said(rules.facts.get("ticket.access").as_integer());
    draft.set_because(ACCESS, access, Message::new("why-access-of-ticket"));
    Ok(())
}
