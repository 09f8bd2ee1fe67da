//! Tickets that go on elsewhere: turned into one of another type, merged into another one, or split.
//!
//! The ticket ends as cancelled and says where it goes on; its journal stays and is shown there with its origin.

use std::collections::BTreeSet;

use base::{Message, Result, Uuid};
use dictionary::{Phase, Value, spine};
use engine::{Action, Applied, Change, Draft, RuleContext, Unit, Visibility};

use super::reactions::step_to;
use super::record::{
    AFFECTED, ANSWERED, CONVERTED_INTO, HOLD_REASON, LOCATION, MERGE, MERGED_INTO, SERVICE,
    SPLIT_FROM,
};
use super::settings::{HOLD_REASONS, HoldReasons, setting_of};
use crate::shared::{ACCESS, ORGANISATION, REQUESTER, class_here, default_to, require};

/// Field of the ticket or work above, where a type has one.
pub(super) const PARENT: &str = "parent";
/// Kind of link between what belongs together.
const RELATED: &str = "related";

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
    let phase = record_type.phase(&state);
    if goes_on(unit, &record_type.name, target)? {
        draft.refuse_field(MERGED_INTO.name, Message::new("merge-into-gone"));
    } else if matches!(phase, Some(Phase::Closed | Phase::Cancelled)) {
        draft.refuse_field(MERGED_INTO.name, Message::new("merge-into-closed"));
    }
    Ok(())
}

/// Whether a ticket goes on elsewhere.
pub(super) fn goes_on(unit: &mut Unit<'_, '_>, record_type: &str, ticket: Uuid) -> Result<bool> {
    [MERGED_INTO.name, CONVERTED_INTO.name]
        .into_iter()
        .try_fold(false, |on, name| {
            let value = unit.value_of(record_type, ticket, name)?;
            Ok(on || !value.is_null())
        })
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
    // What has a ticket of this type above it cannot have one of the other type there: it belongs together still.
    for child in children(unit, applied)? {
        let alone = Change::update(&applied.record_type.name, child);
        unit.react(applied, alone.with_value(PARENT, Value::Null))?;
        let related = Action::Link {
            kind: RELATED.to_owned(),
            to: other,
            primary: false,
        };
        let related = Change::of(&applied.record_type.name, child, related);
        // A tenant may have other kinds of links.
        match unit.savepoint(|unit| unit.react(applied, related.clone())) {
            Ok(_) | Err(base::Error::Refused(base::Refused::Invalid(_))) => {}
            Err(other) => return Err(other),
        }
    }
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
    hand_children_on(unit, applied, target)?;
    hand_on(unit, applied, record_type, target, people, MERGED_INTO.name)
}

/// Open tickets below the merged one go below the one into which it was merged; there is one level, so below that
/// one's parent where it has one.
fn hand_children_on(unit: &mut Unit<'_, '_>, applied: &Applied, target: Uuid) -> Result<()> {
    let record_type = &applied.record_type.name;
    if applied.record_type.field(PARENT).is_none() {
        return Ok(());
    }
    let below = |child, above: Value| Change::update(record_type, child).with_value(PARENT, above);
    let above = unit.value_of(record_type, target, PARENT)?.as_reference();
    if above == Some(applied.record) {
        unit.react(applied, below(target, Value::Null))?;
    }
    let heir = above.filter(|it| *it != applied.record).unwrap_or(target);
    for child in children(unit, applied)? {
        if child != heir && child != target {
            unit.react(applied, below(child, Value::Reference(heir)))?;
        }
    }
    Ok(())
}

/// Open tickets of the same type that have this one above them.
fn children(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<Vec<Uuid>> {
    let record_type = &applied.record_type;
    let own = dictionary::Kind::reference(&record_type.name);
    let above = record_type.field(PARENT).filter(|it| it.kind == own);
    if above.is_none() {
        return Ok(Vec::new());
    }
    unit.referring(&record_type.name, PARENT, applied.record, true)
}

/// The ticket in which somebody asked, of those that were merged into this one, and into these before.
pub(super) fn asked_before(
    unit: &mut Unit<'_, '_>,
    (record_type, ticket): (&str, Uuid),
    person: Uuid,
) -> Result<Option<Uuid>> {
    // Who asked in a merged ticket follows the other one; whoever does not need not be looked for.
    if !unit.followers_of(ticket)?.contains(&person) {
        return Ok(None);
    }
    let (mut seen, mut next) = (BTreeSet::from([ticket]), vec![ticket]);
    while let Some(there) = next.pop() {
        for source in unit.referring(record_type, MERGED_INTO.name, there, false)? {
            if asks(unit, record_type, source, person)? {
                return Ok(Some(source));
            }
            if seen.insert(source) {
                next.push(source);
            }
        }
    }
    Ok(None)
}

/// Whether somebody asked in a ticket, or has what was reported there.
pub(super) fn asks(
    unit: &mut Unit<'_, '_>,
    record_type: &str,
    ticket: Uuid,
    person: Uuid,
) -> Result<bool> {
    let mut fields = [REQUESTER.name, AFFECTED.name].into_iter();
    fields.try_fold(false, |found, field| {
        let value = unit.value_of(record_type, ticket, field)?;
        Ok(found || value == Value::Reference(person))
    })
}

/// A reply of somebody who asked in a merged ticket is a reply for the ticket into which it was merged.
pub fn reply_of_merged(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let public = applied
        .comment
        .as_ref()
        .is_some_and(|it| it.visibility == Visibility::Public);
    let held =
        applied.phase_before() == Some(Phase::OnHold) && applied.phase() == Some(Phase::OnHold);
    if !public || !held || unit.ctx.actor.system {
        return Ok(());
    }
    let (me, record_type) = (unit.ctx.actor.person, applied.record_type.clone());
    let name = &record_type.name;
    if asked_before(unit, (name, applied.record), me)?.is_none() {
        return Ok(());
    }
    let organisation = applied.value(ORGANISATION.name).as_reference();
    let reasons = setting_of::<HoldReasons>(unit, &record_type, organisation, HOLD_REASONS)?;
    let reason = applied.value(HOLD_REASON.name).as_text();
    let resumes = reason
        .and_then(|it| reasons.get(it))
        .is_some_and(|it| it.reply_resumes);
    let state = applied.value(spine::STATE).as_text().unwrap_or_default();
    let change = match step_to(&record_type, state, Phase::Active).filter(|_| resumes) {
        Some(step) => Change::transition(name, applied.record, step),
        None => Change::update(name, applied.record).with(ANSWERED, true),
    };
    unit.react(applied, change).map(drop)
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

pub(super) fn is(action: &Action, transition: &str) -> bool {
    matches!(action, Action::Transition(name) if name == transition)
}
