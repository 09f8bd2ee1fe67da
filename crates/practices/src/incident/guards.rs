//! Checks of incidents that need to look at other records.

use base::{Message, Result};
use dictionary::{Phase, Value};
use engine::{Draft, Unit};

use super::record::PARENT;
use super::settings::{OPEN_TASKS, OpenTasks};

/// Parents have no parents and children no children: what flows down has one step to go.
pub fn one_level(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let Some(parent) = draft
        .value(PARENT.name)
        .as_reference()
        .filter(|_| draft.value_changed(PARENT.name))
    else {
        return Ok(());
    };
    let record_type = draft.record_type().name.clone();
    // The lock comes first: nobody may give the parent a parent while this is decided.
    let above = unit.locked_value_of(&record_type, parent, PARENT.name)?;
    let children = unit.referring(&record_type, PARENT.name, draft.record(), false)?;
    let message = if parent == draft.record() {
        Some("tree-cycle")
    } else if !children.is_empty() {
        Some("parent-has-children")
    } else if !above.is_null() {
        Some("parent-is-child")
    } else {
        None
    };
    if let Some(message) = message {
        draft.breach(Some(PARENT.name), Message::new(message));
    }
    Ok(())
}

/// Where the tenant wants it, an incident with open tasks cannot be resolved. What flows from a parent
/// is never stopped by a child's tasks; those end with the child.
pub fn no_open_tasks(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    if !draft.enters(Phase::Resolved)
        || draft.is_replay()
        || draft.is_new()
        || unit.ctx.actor.system
    {
        return Ok(());
    }
    let organisation = match draft.value("organisation") {
        Value::Reference(id) => Some(*id),
        _ => None,
    };
    if open_tasks(unit, organisation)? == OpenTasks::CloseIncomplete {
        return Ok(());
    }
    let open = unit.open_work_of(draft.record())?;
    if !open.is_empty() {
        draft.refuse(Message::new("incident-has-open-tasks").with("count", open.len()));
    }
    Ok(())
}

/// What happens to open tasks there.
pub fn open_tasks(unit: &Unit<'_, '_>, organisation: Option<base::Uuid>) -> Result<OpenTasks> {
    let settings = &unit.ctx.snapshot.settings;
    let setting = settings.get::<OpenTasks>(unit.ctx.tenant, organisation, OPEN_TASKS);
    setting
        .map(|it| *it)
        .map_err(|message| base::Error::failed("a setting is not declared", message.to_string()))
}
