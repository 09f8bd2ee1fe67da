//! What a stored incident causes: the flow to its open children.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{Phase, spine};
use engine::{Action, Applied, Change, Comment, Unit, Visibility};

use super::record::PARENT;
use super::settings::Cascade;
use crate::ticket::reactions::step_to;
use crate::ticket::record::{CLOSE_NOTES, HOLD_REASON, HOLD_UNTIL, RESOLUTION_CODE, RESOLVED_BY};
use crate::ticket::settings::setting_of;

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

fn open_children(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<Vec<Uuid>> {
    unit.referring(&applied.record_type.name, PARENT.name, applied.record, true)
}

fn cascade(unit: &Unit<'_, '_>, applied: &Applied) -> Result<Arc<Cascade>> {
    let organisation = applied.value(spine::ORGANISATION).as_reference();
    setting_of(unit, &applied.record_type, organisation, "cascade")
}
