//! Checks of incidents that need to look at other records.

use base::{Message, Result};
use engine::{Draft, Unit};

use super::record::PARENT;

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
