//! Resolved, reopened, closed: the instants, the people and the counter.

use base::{MICROS_PER_DAY, Message};
use dictionary::Phase;
use engine::{Action, Draft, RuleContext};

use crate::shared::{acting_person, count};
use crate::ticket::record::{
    CLOSE_NOTES, CLOSED_AT, CLOSED_BY, FIRST_RESOLVED_AT, REOPEN_COUNT, RESOLUTION_CODE,
    RESOLVED_AT, RESOLVED_BY,
};
use crate::ticket::settings::{REOPEN_DAYS, setting};

/// Reopening counts, takes the resolution away and detaches from a parent. It is bound to some days
/// after the resolution, except for those who may reopen even closed ones.
pub fn reopening(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let ended = |it: Phase| matches!(it, Phase::Resolved | Phase::Closed);
    if !draft.phase_before().is_some_and(ended) || ended(draft.phase()) {
        return Ok(());
    }
    let days = i64::from(*setting::<u32>(draft, rules, REOPEN_DAYS)?);
    let late = |at: base::Timestamp| rules.at > at.plus_micros(days.saturating_mul(MICROS_PER_DAY));
    let bound = days > 0
        && !rules
            .ctx
            .may_somewhere(&draft.record_type().name, "transition:reopen_closed");
    if bound
        && draft.phase_before() == Some(Phase::Resolved)
        && draft.before(RESOLVED_AT)?.is_some_and(late)
    {
        draft.breach(None, Message::new("reopen-too-late").with("days", days));
    }
    let next = count(draft, REOPEN_COUNT) + 1;
    draft.set(REOPEN_COUNT, next, "why-reopened");
    draft.clear(RESOLVED_AT, "why-reopened");
    draft.clear(RESOLVED_BY, "why-reopened");
    draft.clear(RESOLUTION_CODE, "why-reopened");
    draft.clear(CLOSE_NOTES, "why-reopened");
    // Where the type has parents.
    let why = Message::new("why-reopened-alone");
    draft.set_value("parent", dictionary::Value::Null, why);
    Ok(())
}

/// When it was resolved and by whom.
///
/// A log of the past does not say which of its events was the resolution: it holds several events in the
/// resolved state, and the last of them is the one whose instant its source kept. So while the past is
/// replayed each such event moves the instant.
pub fn resolution(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let enters = draft.enters(Phase::Resolved);
    if enters || (draft.phase() == Phase::Resolved && is_logged_event(draft)) {
        draft.set(RESOLVED_AT, rules.at, "why-resolved-now");
    }
    if enters {
        if draft.get(FIRST_RESOLVED_AT)?.is_none() {
            draft.set(FIRST_RESOLVED_AT, rules.at, "why-first-resolved");
        }
        if let Some(person) = acting_person(draft, rules.ctx) {
            draft.set(RESOLVED_BY, person, "why-resolved-by");
        }
    }
    Ok(())
}

/// When it was closed and by whom; nobody where it closed by itself.
pub fn closing(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let ended = |it: Phase| matches!(it, Phase::Closed | Phase::Cancelled);
    let now_ended = ended(draft.phase());
    let was_ended = draft.phase_before().is_some_and(ended);
    if now_ended && (!was_ended || is_logged_event(draft)) {
        draft.set(CLOSED_AT, rules.at, "why-closed-now");
        if let Some(person) = acting_person(draft, rules.ctx) {
            draft.set(CLOSED_BY, person, "why-closed-by");
        }
    } else if was_ended && !now_ended {
        draft.clear(CLOSED_AT, "why-open-again");
        draft.clear(CLOSED_BY, "why-open-again");
    }
    Ok(())
}

/// Whether this is an event of a replayed log that says what the record was at that instant; comments,
/// links and the like say nothing about its state.
fn is_logged_event(draft: &Draft) -> bool {
    let of_state = matches!(
        draft.action(),
        Action::Create | Action::Update | Action::Assign | Action::Transition(_)
    );
    draft.is_replay() && of_state
}
