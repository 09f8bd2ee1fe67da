//! Rules of tasks.

use base::{Message, Result};
use dictionary::{Phase, Value, spine};
use engine::{Draft, RuleContext, Unit};

use super::record::{CLOSED_AT, CLOSED_BY, DEPENDS_ON, PARENT, STARTED_AT};
use crate::shared::{self, ORGANISATION, acting_person};

/// A task belongs where its parent belongs, and is no more open to readers than that.
pub fn defaults(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.is_new() {
        return Ok(());
    }
    if !draft.is_given(ORGANISATION)
        && let Some(organisation) = rules.facts.get("parent.organisation").as_reference()
    {
        draft.set_because(
            ORGANISATION,
            organisation,
            Message::new("why-organisation-of-parent"),
        );
    }
    if !draft.is_given(shared::ACCESS)
        && let Some(access) = rules.facts.get("parent.access").as_integer()
    {
        let access = shared::class_here(draft, access);
        draft.set_because(shared::ACCESS, access, Message::new("why-access-of-parent"));
    }
    Ok(())
}

/// When work began and ended.
pub fn stamps(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.phase() == Phase::Active && draft.get(STARTED_AT)?.is_none() {
        draft.set(STARTED_AT, rules.at, "why-work-began");
    }
    let (open, was_open) = (
        draft.phase().is_open(),
        draft.phase_before().is_none_or(Phase::is_open),
    );
    if was_open && !open {
        draft.set(CLOSED_AT, rules.at, "why-closed-now");
        if let Some(person) = acting_person(draft, rules.ctx) {
            draft.set(CLOSED_BY, person, "why-closed-by");
        }
    }
    if open && !was_open {
        draft.clear(CLOSED_AT, "why-open-again");
        draft.clear(CLOSED_BY, "why-open-again");
    }
    Ok(())
}

/// Whoever resolves or cancels what a task serves sees the task, or the task comes after that.
pub fn counts_for_parent(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    shared::lock_parent(unit, draft, PARENT.name)
}

/// No task serves itself, however far around.
pub fn no_cycle(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    shared::no_cycle(unit, draft, PARENT.name)
}

/// A task begins and completes only after those it depends on; skipping is always possible.
pub fn waits_for_others(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let begins = draft.enters(Phase::Active) || draft.enters(Phase::Closed);
    let Value::References(mut others) = draft.value(DEPENDS_ON.name).clone() else {
        return Ok(());
    };
    if others.contains(&draft.record()) {
        draft.refuse_field(DEPENDS_ON.name, Message::new("tree-cycle"));
        return Ok(());
    }
    if !begins {
        return Ok(());
    }
    // Locked in the order of ids, as all locks are; none of them may be opened again while this is decided.
    others.sort_unstable();
    for other in others {
        let open = unit.locked_value_of("task", other, spine::OPEN)?;
        if open == Value::Boolean(true) {
            draft.breach(Some(DEPENDS_ON.name), Message::new("task-waits-for-others"));
            return Ok(());
        }
    }
    Ok(())
}
