//! Checks of tickets that need to look at other records.

use base::{Message, Result};
use dictionary::{Phase, spine};
use engine::{Draft, Unit};

use super::settings::{OPEN_TASKS, OpenTasks, setting_of};

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
