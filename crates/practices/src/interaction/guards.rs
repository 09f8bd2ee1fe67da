//! Checks of interactions that need to look at the ticket.

use base::{Message, Result};
use dictionary::{Phase, TypeDef, spine};
use engine::{Draft, Unit};

use super::record::{BECOMES, OUTCOME, Outcomes, TICKET};
use crate::shared::require;

/// The ticket is one, of the type that the outcome says, and whoever adds to it may write there.
pub fn ticket_fits(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let outcome = draft.value(OUTCOME.name).as_text().map(str::to_owned);
    let outcome = outcome.unwrap_or_default();
    let becomes = BECOMES.iter().find(|it| it.0.code == outcome);
    let told = draft.value_changed(OUTCOME.name) || draft.value_changed(TICKET.name);
    let Some(ticket) = draft.value(TICKET.name).as_reference().filter(|_| told) else {
        if let Some((_, name)) = becomes.filter(|_| told && !draft.is_replay()) {
            unit.ctx.require_somewhere(name, "create")?;
        }
        return Ok(());
    };
    let name = unit.type_name_of(ticket)?.unwrap_or_default();
    let found = unit.ctx.snapshot.dictionary.record_type(&name).cloned();
    // The check of references answers for what is not there.
    let Some(of) = found else { return Ok(()) };
    if !is_ticket(&of) {
        draft.refuse_field(TICKET.name, Message::new("interaction-no-ticket"));
    } else if becomes.is_some_and(|it| it.1 != of.name) {
        draft.breach(Some(TICKET.name), Message::new("interaction-other-type"));
    } else if !unit.ctx.actor.system
        && !draft.is_replay()
        && require(unit, &of, ticket, "note_write")?
    {
        let state = unit.value_of(&of.name, ticket, spine::STATE)?;
        let adds = outcome == Outcomes::ADDED_TO_TICKET.code;
        if adds && of.phase(&state) == Some(Phase::Cancelled) {
            draft.refuse_field(TICKET.name, Message::new("interaction-ticket-is-over"));
        }
    }
    Ok(())
}

/// Work that people ask for and talk about.
fn is_ticket(of: &TypeDef) -> bool {
    let has = |name: &str| of.field(name).is_some();
    of.journal && of.lifecycle.is_some() && has(spine::REQUESTER) && has(spine::ASSIGNEE)
}
