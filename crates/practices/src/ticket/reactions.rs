//! What a stored ticket causes elsewhere.

use std::sync::Arc;

use base::Result;
use dictionary::{Kind, Phase, TypeDef, spine};
use engine::{Applied, Change, Unit};

use crate::shared::{self, TOLD_IN};

use super::settings::{OPEN_TASKS, OpenTasks, setting_of};

/// Where the tenant wants it, and always for a child that is resolved with its parent, open tasks end
/// without being done. A cancelled ticket takes its open tasks along.
pub fn end_open_tasks(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let cancelled = applied.enters(Phase::Cancelled);
    if applied.before.is_none() || !(cancelled || applied.enters(Phase::Resolved)) {
        return Ok(());
    }
    let organisation = applied.value(spine::ORGANISATION).as_reference();
    let ends = cancelled
        || unit.ctx.actor.system
        || *setting_of::<OpenTasks>(unit, &applied.record_type, organisation, OPEN_TASKS)?
            == OpenTasks::CloseIncomplete;
    if !ends {
        return Ok(());
    }
    for (type_name, task) in unit.open_work_of(applied.record)? {
        let Some(record_type) = unit
            .ctx
            .snapshot
            .dictionary
            .record_type(&type_name)
            .cloned()
        else {
            continue;
        };
        let state = unit.locked_value_of(&type_name, task, spine::STATE)?;
        if let Some(step) = step_to(
            &record_type,
            state.as_text().unwrap_or_default(),
            Phase::Cancelled,
        ) {
            unit.react(applied, Change::transition(&type_name, task, step))?;
        }
    }
    Ok(())
}

/// Where a ticket becomes one for few, so do the calls that were about it.
pub fn reclassify_what_is_said(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let leads_anywhere = Kind::Reference { to: None };
    shared::reclassify_what_is_said(unit, applied, (TOLD_IN, &leads_anywhere))
}

/// The first transition from a state into a phase: administrators may add states and transitions.
pub fn step_to(record_type: &Arc<TypeDef>, state: &str, phase: Phase) -> Option<String> {
    let lifecycle = record_type.lifecycle.as_ref()?;
    let mut steps = lifecycle.transitions_from(state);
    steps
        .find(|it| lifecycle.phase(&it.to) == phase)
        .map(|it| it.name.clone())
}
