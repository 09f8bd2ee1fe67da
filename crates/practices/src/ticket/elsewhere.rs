//! Tickets that go on elsewhere: turned into one of another type, merged into another one, or split.
//!
//! The ticket ends as cancelled and says where it goes on; its journal stays and is shown there with its origin.

use std::collections::BTreeSet;

use base::{Message, Result, Uuid};
use dictionary::{Phase, Value, spine};
use engine::{Action, Applied, Change, Draft, RuleContext, Unit};

use super::record::{AFFECTED, CONVERTED_INTO, LOCATION, MERGE, MERGED_INTO, SERVICE, SPLIT_FROM};
use crate::shared::{ACCESS, ORGANISATION, REQUESTER, class_here, default_to, require};

/// What a ticket that was split off has from where it was, unless it is told otherwise.
const TAKEN_OVER: [(&str, &str); 4] = [
    (REQUESTER.name, "split_from.requester"),
    (AFFECTED.name, "split_from.affected"),
    (SERVICE.name, "split_from.service"),
    (LOCATION.name, "split_from.location"),
];

/// A ticket is merged into another one that is not over, by somebody who may merge both.
pub fn can_be_merged(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let target = draft.value(MERGED_INTO.name).as_reference();
    let Some(target) = target.filter(|_| is(draft.action(), MERGE) && !draft.is_replay()) else {
        return Ok(());
    };
    if target == draft.record() {
        draft.refuse_field(MERGED_INTO.name, Message::new("merge-into-itself"));
        return Ok(());
    }
    let record_type = draft.record_type().clone();
    for ticket in [draft.record(), target] {
        if !require(unit, &record_type, ticket, MERGE)? {
            return Ok(());
        }
    }
    // Nobody may end the target while this is decided.
    let state = unit.locked_value_of(&record_type.name, target, spine::STATE)?;
    let lifecycle = record_type.lifecycle.as_ref();
    let phase = state
        .as_text()
        .zip(lifecycle)
        .map(|(code, it)| it.phase(code));
    let goes_on = [MERGED_INTO.name, CONVERTED_INTO.name]
        .into_iter()
        .try_fold(false, |on, name| {
            let value = unit.value_of(&record_type.name, target, name)?;
            Ok::<_, base::Error>(on || !value.is_null())
        })?;
    if goes_on {
        draft.refuse_field(MERGED_INTO.name, Message::new("merge-into-gone"));
    } else if matches!(phase, Some(Phase::Closed | Phase::Cancelled)) {
        draft.refuse_field(MERGED_INTO.name, Message::new("merge-into-closed"));
    }
    Ok(())
}

/// Whoever turns a ticket into one of another type may make such.
pub fn can_be_converted(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    if let Some(conversion) = &draft.record_type().conversion
        && is(draft.action(), &conversion.transition)
    {
        unit.ctx.require_somewhere(&conversion.into, "create")?;
    }
    Ok(())
}

/// A ticket that was split off is about the same people and things, and no more open to readers.
pub fn as_where_it_was(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.is_new() || draft.value(SPLIT_FROM.name).is_null() {
        return Ok(());
    }
    for (field, path) in TAKEN_OVER {
        default_to(draft, field, rules.facts.get(path), "why-as-where-it-was");
    }
    let why = || Message::new("why-as-where-it-was");
    if let Some(organisation) = rules.facts.get("split_from.organisation").as_reference() {
        draft.set_because(ORGANISATION, organisation, why());
    }
    if let Some(access) = rules.facts.get("split_from.access").as_integer() {
        let access = class_here(draft, access);
        draft.set_because(ACCESS, access, why());
    }
    Ok(())
}

/// Whoever splits a ticket may link it.
pub fn can_be_split(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let source = draft.value(SPLIT_FROM.name).as_reference();
    let Some(source) = source.filter(|_| draft.is_new() && !draft.is_replay()) else {
        return Ok(());
    };
    let name = unit.type_name_of(source)?.unwrap_or_default();
    let found = unit.ctx.snapshot.dictionary.record_type(&name).cloned();
    let Some(record_type) = found else {
        return Ok(());
    };
    require(unit, &record_type, source, "link").map(drop)
}

/// What was split off is linked with where it was.
pub fn link_split(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let source = applied.value(SPLIT_FROM.name).as_reference();
    match source.filter(|_| applied.before.is_none()) {
        Some(source) => link(unit, applied, source, SPLIT_FROM.name),
        None => Ok(()),
    }
}

/// Begins the ticket of the other type with what comes along, and leads there.
pub fn convert(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let conversion = applied.record_type.conversion.as_ref();
    let Some(conversion) = conversion.filter(|it| is(&applied.action, &it.transition)) else {
        return Ok(());
    };
    let mut begun = Change::create(&conversion.into);
    for name in &conversion.carries {
        let value = applied.value(name);
        if !value.is_null() {
            begun.set.insert(name.clone(), value.clone());
        }
    }
    let other = unit.react(applied, begun)?.record;
    let told = Change::update(&applied.record_type.name, applied.record);
    unit.react(applied, told.with(CONVERTED_INTO, other))?;
    hand_on(
        unit,
        applied,
        &conversion.into,
        other,
        BTreeSet::new(),
        CONVERTED_INTO.name,
    )
}

/// Those who asked in the merged ticket follow the one into which it was merged.
pub fn merge(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let target = applied.value(MERGED_INTO.name).as_reference();
    let Some(target) = target.filter(|_| is(&applied.action, MERGE)) else {
        return Ok(());
    };
    let asked = [REQUESTER.name, AFFECTED.name].into_iter();
    let mut people: BTreeSet<Uuid> = asked
        .filter_map(|it| applied.value(it).as_reference())
        .collect();
    let record_type = &applied.record_type.name;
    let asks_there = unit.value_of(record_type, target, REQUESTER.name)?;
    people.retain(|it| asks_there != Value::Reference(*it));
    hand_on(unit, applied, record_type, target, people, MERGED_INTO.name)
}

/// Followers and open tasks go along, and a link says so.
fn hand_on(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    record_type: &str,
    other: Uuid,
    mut people: BTreeSet<Uuid>,
    kind: &str,
) -> Result<()> {
    people.extend(unit.followers_of(applied.record)?);
    for person in people {
        unit.react(
            applied,
            Change::of(record_type, other, Action::Follow(person)),
        )?;
    }
    for (work, task) in unit.open_work_of(applied.record)? {
        let moved = Change::update(&work, task).with_value("parent", Value::Reference(other));
        unit.react(applied, moved)?;
    }
    link(unit, applied, other, kind)
}

fn link(unit: &mut Unit<'_, '_>, applied: &Applied, to: Uuid, kind: &str) -> Result<()> {
    let link = Action::Link {
        kind: kind.to_owned(),
        to,
        primary: false,
    };
    let linked = Change::of(&applied.record_type.name, applied.record, link);
    unit.react(applied, linked).map(drop)
}

fn is(action: &Action, transition: &str) -> bool {
    matches!(action, Action::Transition(name) if name == transition)
}
