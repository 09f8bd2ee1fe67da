//! Taking a merge back: the ticket is as it was, and what it took along comes back, as one unit.
//!
//! The history of the merge says what that is. What was said since in the other ticket stays there.

use std::collections::BTreeSet;

use base::{Message, Result, Uuid};
use dictionary::{Phase, Value, spine};
use engine::history::{HistoryEntry, of_record};
use engine::system::effects::caused_by;
use engine::{Action, Applied, Change, Draft, Unit};

use super::elsewhere::{PARENT, goes_on, is};
use super::record::{AFFECTED, ANSWERED, HOLD_REASON, HOLD_UNTIL, MERGE, MERGED_INTO, UNMERGE};
use crate::shared::{REQUESTER, move_to, require};

/// What the ticket has again as it was, beside its state.
const BROUGHT_BACK: [&str; 3] = [HOLD_REASON.name, HOLD_UNTIL.name, ANSWERED.name];

/// Whoever may merge both takes it back while the other one is at work; the ticket gets its state back.
pub fn can_be_unmerged(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    if !is(draft.action(), UNMERGE) || draft.is_replay() {
        return Ok(());
    }
    let record_type = draft.record_type().clone();
    let target = draft.value_before(MERGED_INTO.name).as_reference();
    let merge = merge_of(unit, draft.record())?;
    let (Some(target), Some(merge)) = (target, merge) else {
        draft.refuse(Message::new("unmerge-not-merged"));
        return Ok(());
    };
    for ticket in [draft.record(), target] {
        if !require(unit, &record_type, ticket, MERGE)? {
            draft.refuse(Message::new("unmerge-not-merged"));
            return Ok(());
        }
    }
    let state = unit.locked_value_of(&record_type.name, target, spine::STATE)?;
    if goes_on(unit, &record_type.name, target)? {
        draft.refuse(Message::new("unmerge-from-gone"));
    } else if matches!(
        record_type.phase(&state),
        Some(Phase::Closed | Phase::Cancelled)
    ) {
        draft.refuse(Message::new("unmerge-from-closed"));
    }
    let why = || Message::new("why-unmerged");
    let before = |name: &str| {
        let field = record_type.field(name)?;
        field.from_json(&merge.fields.get(name)?.before).ok()
    };
    // States may have changed since; then it goes on as the transition says.
    let state = before(spine::STATE).filter(|it| record_type.phase(it).is_some_and(Phase::is_open));
    if let Some(state) = state.as_ref().and_then(Value::as_text) {
        move_to(draft, state, why());
    }
    for name in BROUGHT_BACK {
        if let Some(value) = before(name) {
            draft.set_value(name, value, why());
        }
    }
    draft.clear(MERGED_INTO, "why-unmerged");
    Ok(())
}

/// What the merge took along comes back: open work, children, those who came to follow the other one by it.
pub fn unmerge(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let target = applied.value_before(MERGED_INTO.name).as_reference();
    let Some(target) = target.filter(|_| is(&applied.action, UNMERGE)) else {
        return Ok(());
    };
    let Some(merge) = merge_of(unit, applied.record)? else {
        return Ok(());
    };
    let stay = people_of_others(unit, applied, target)?;
    // The last first: what was made possible by a step of the merge is taken back before that step.
    let caused = caused_by(unit.tx, merge.unit_id, merge.change_id)?;
    for (record_type, record) in caused.into_iter().rev() {
        let history = of_record(unit.tx, record)?;
        let caused = history
            .iter()
            .rev()
            .filter(|it| it.cause == Some(merge.change_id));
        for entry in caused {
            if let Some(back) = undone(unit, (&record_type, record), entry, &stay)? {
                unit.react(applied, back)?;
            }
        }
    }
    for person in held(unit, applied, target, &stay)? {
        let name = &applied.record_type.name;
        unit.react(applied, Change::of(name, target, Action::Unfollow(person)))?;
    }
    let link = Action::Unlink {
        kind: MERGED_INTO.name.to_owned(),
        to: target,
    };
    let unlinked = Change::of(&applied.record_type.name, applied.record, link);
    unit.react(applied, unlinked).map(drop)
}

/// The change that takes back what the merge caused; nothing where somebody has changed it since.
fn undone(
    unit: &mut Unit<'_, '_>,
    (record_type, record): (&str, Uuid),
    entry: &HistoryEntry,
    stay: &BTreeSet<Uuid>,
) -> Result<Option<Change>> {
    if let Some(diff) = entry.fields.get("@follower") {
        let person = id(&diff.after).filter(|it| !stay.contains(it));
        return Ok(person.map(|it| Change::of(record_type, record, Action::Unfollow(it))));
    }
    let Some(diff) = entry.fields.get(PARENT) else {
        return Ok(None);
    };
    let now = unit.value_of(record_type, record, PARENT)?.as_reference();
    let back = id(&diff.before).map_or(Value::Null, Value::Reference);
    let same = now == id(&diff.after);
    Ok(same.then(|| Change::update(record_type, record).with_value(PARENT, back)))
}

fn id(json: &serde_json::Value) -> Option<Uuid> {
    json.as_str().and_then(|it| Uuid::try_parse(it).ok())
}

/// Those who came to follow the other ticket by an earlier merge, which was taken back while this one still held them.
fn held(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    target: Uuid,
    stay: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>> {
    let mut people = people_of(unit, &applied.record_type.name, applied.record)?;
    let follow = unit.followers_of(target)?;
    people.retain(|it| follow.contains(it) && !stay.contains(it));
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let history = of_record(unit.tx, target)?;
    // Where the other ticket was turned into this type, its followers came with it.
    let made = history.first().map(|it| it.unit_id);
    let came_by_merge = |person: &Uuid| {
        let came = |it: &&HistoryEntry| {
            let follower = it.fields.get("@follower");
            follower.is_some_and(|it| id(&it.after) == Some(*person))
        };
        let last = history.iter().rev().find(came);
        last.is_some_and(|it| it.cause.is_some() && Some(it.unit_id) != made)
    };
    Ok(people.into_iter().filter(came_by_merge).collect())
}

/// Those who follow the other ticket for further ones that were merged into it.
fn people_of_others(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    target: Uuid,
) -> Result<BTreeSet<Uuid>> {
    let name = &applied.record_type.name;
    let mut people = BTreeSet::new();
    for other in unit.referring(name, MERGED_INTO.name, target, false)? {
        if other != applied.record {
            people.extend(people_of(unit, name, other)?);
        }
    }
    Ok(people)
}

/// Those whom a merge of the ticket brings along.
fn people_of(unit: &mut Unit<'_, '_>, name: &str, ticket: Uuid) -> Result<BTreeSet<Uuid>> {
    let mut people = BTreeSet::from_iter(unit.followers_of(ticket)?);
    for field in [REQUESTER.name, AFFECTED.name] {
        people.extend(unit.value_of(name, ticket, field)?.as_reference());
    }
    Ok(people)
}

/// The last change that merged the ticket.
fn merge_of(unit: &mut Unit<'_, '_>, record: Uuid) -> Result<Option<HistoryEntry>> {
    let history = of_record(unit.tx, record)?;
    let merged = |it: &HistoryEntry| it.action == MERGE && it.mode == "live";
    Ok(history.into_iter().rev().find(merged))
}
