//! Checks of tickets that need to look at other records.

use base::{Message, Result};
use dictionary::{Phase, spine};
use engine::{Draft, Unit};

use super::record::HOLD_REASON;
use super::settings::{HOLD_REASONS, HoldReasons, OPEN_TASKS, OpenTasks, setting_of};

/// A hold whose reason asks for a link begins only once the link is there. What flows from a parent is not asked.
pub fn held_with_link(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let begins = draft.enters(Phase::OnHold) || draft.changed(HOLD_REASON);
    if !begins || draft.phase() != Phase::OnHold || unit.ctx.actor.system {
        return Ok(());
    }
    let organisation = draft.value(spine::ORGANISATION).as_reference();
    let reasons = setting_of::<HoldReasons>(unit, draft.record_type(), organisation, HOLD_REASONS)?;
    let reason = draft.value(HOLD_REASON.name).as_text();
    let Some(reason) = reason.and_then(|it| reasons.get(it)) else {
        return Ok(());
    };
    let wanted = &reason.links;
    if !wanted.is_empty() && !unit.is_linked(draft.record(), wanted)? {
        let message = Message::new("hold-needs-link").with("kinds", wanted.join(", "));
        draft.breach(Some(HOLD_REASON.name), message);
    }
    Ok(())
}

/// Where the tenant wants it, a ticket with open tasks cannot be resolved. What flows from a parent
/// is never stopped by a child's tasks; those end with the child.
pub fn no_open_tasks(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    if !draft.enters(Phase::Resolved)
        || draft.is_replay()
        || draft.is_new()
        || unit.ctx.actor.system
    {
        return Ok(());
    }
    let organisation = draft.value(spine::ORGANISATION).as_reference();
    let setting = setting_of::<OpenTasks>(unit, draft.record_type(), organisation, OPEN_TASKS)?;
    if *setting == OpenTasks::CloseIncomplete {
        return Ok(());
    }
    let open = unit.open_work_of(draft.record())?;
    if !open.is_empty() {
        draft.refuse(Message::new("ticket-has-open-tasks").with("count", open.len()));
    }
    Ok(())
}
