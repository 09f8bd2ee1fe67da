//! What a stored incident causes: the flow to its open children, and the end of its open tasks.

use std::sync::Arc;

use base::{Error, Result, Uuid};
use dictionary::{Phase, TypeDef, spine};
use engine::{Action, Applied, Change, Comment, Unit, Visibility};

use super::guards;
use super::record::{CLOSE_NOTES, HOLD_REASON, HOLD_UNTIL, PARENT, RESOLUTION_CODE, RESOLVED_BY};
use super::settings::{CASCADE, Cascade, OpenTasks};

/// Public comments that are marked for children reach the open ones.
pub fn comments_to_children(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let Some(comment) = applied.comment.as_ref().filter(|it| it.to_children) else {
        return Ok(());
    };
    if comment.visibility != Visibility::Public || !cascade(unit, applied)?.comments {
        return Ok(());
    }
    for child in open_children(unit, applied)? {
        let mut change = Change::of(&applied.record_type.name, child, Action::Comment);
        change.comment = Some(Comment::public(comment.text.clone()));
        unit.react(applied, change)?;
    }
    Ok(())
}

/// Work in progress, waiting for others and a resolution flow to the open children.
pub fn state_to_children(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let entered = applied
        .phase()
        .filter(|_| applied.phase() != applied.phase_before());
    let Some(phase @ (Phase::Active | Phase::OnHold | Phase::Resolved)) = entered else {
        return Ok(());
    };
    if applied.before.is_none() {
        return Ok(());
    }
    let cascade = cascade(unit, applied)?;
    let reason = applied
        .value(HOLD_REASON.name)
        .as_text()
        .unwrap_or_default();
    let flows = match phase {
        Phase::Active => cascade.in_progress,
        Phase::OnHold => cascade.on_hold.contains(reason),
        _ => cascade.resolved,
    };
    if !flows {
        return Ok(());
    }
    for child in open_children(unit, applied)? {
        if let Some(change) = child_change(unit, applied, child, phase, &cascade)? {
            unit.react(applied, change)?;
        }
    }
    Ok(())
}

/// The change that brings an open child into the parent's phase, where it should come along.
fn child_change(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    child: Uuid,
    phase: Phase,
    cascade: &Cascade,
) -> Result<Option<Change>> {
    let record_type = &applied.record_type;
    // Somebody may be ending the child just now: it is looked at once they are done.
    let state = unit.locked_value_of(&record_type.name, child, spine::STATE)?;
    let state = state.as_text().unwrap_or_default();
    let own_hold = unit.value_of(&record_type.name, child, HOLD_REASON.name)?;
    // A child that waits for its own requester goes on waiting, whatever its parent does, until it is resolved.
    let waits_alone = own_hold
        .as_text()
        .is_some_and(|it| !cascade.on_hold.contains(it));
    if waits_alone && phase != Phase::Resolved {
        return Ok(None);
    }
    let Some(step) = step_to(record_type, state, phase) else {
        return Ok(None);
    };
    let mut change = Change::transition(&record_type.name, child, step);
    let handed_on: &[&str] = match phase {
        Phase::OnHold => &[HOLD_REASON.name, HOLD_UNTIL.name],
        Phase::Resolved => &[RESOLUTION_CODE.name, CLOSE_NOTES.name, RESOLVED_BY.name],
        _ => &[],
    };
    for field in handed_on {
        change = change.with_value(field, applied.value(field).clone());
    }
    Ok(Some(change))
}

/// Where the tenant wants it, and always for a child that is resolved with its parent, open tasks end
/// without being done. A cancelled incident takes its open tasks along.
pub fn end_open_tasks(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let cancelled = applied.enters(Phase::Cancelled);
    if applied.before.is_none() || !(cancelled || applied.enters(Phase::Resolved)) {
        return Ok(());
    }
    let organisation = applied.value(spine::ORGANISATION).as_reference();
    let ends = cancelled
        || unit.ctx.actor.system
        || guards::open_tasks(unit, organisation)? == OpenTasks::CloseIncomplete;
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

/// The first transition from a state into a phase: administrators may add states and transitions.
fn step_to(record_type: &Arc<TypeDef>, state: &str, phase: Phase) -> Option<String> {
    let lifecycle = record_type.lifecycle.as_ref()?;
    let mut steps = lifecycle.transitions_from(state);
    steps
        .find(|it| lifecycle.phase(&it.to) == phase)
        .map(|it| it.name.clone())
}

fn open_children(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<Vec<Uuid>> {
    unit.referring(&applied.record_type.name, PARENT.name, applied.record, true)
}

fn cascade(unit: &Unit<'_, '_>, applied: &Applied) -> Result<Arc<Cascade>> {
    let organisation = applied.value(spine::ORGANISATION).as_reference();
    let setting = unit
        .ctx
        .snapshot
        .settings
        .get::<Cascade>(unit.ctx.tenant, organisation, CASCADE);
    setting.map_err(|message| Error::failed("a setting is not declared", message.to_string()))
}
