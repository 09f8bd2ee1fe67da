//! A reply that comes when a ticket cannot be taken up again: it opens another one, which says where it goes on from.

use std::sync::Arc;

use base::{Error, MICROS_PER_DAY, Result, Uuid};
use dictionary::{Choice, Phase, TypeDef, WrittenBy, spine};
use engine::{Action, Applied, Change, Comment, Unit, Visibility};

use super::GOES_ON;
use super::elsewhere::{asked_before, asks};
use super::record::{
    AFFECTED, CATEGORY, CHANNEL, CONTINUED_IN, CONTINUES, IMPACT, LOCATION, OPENED_BY, RESOLVED_AT,
    SERVICE, SUBCATEGORY, URGENCY,
};
use super::rules::people::channel_of;
use super::settings::{REOPEN_DAYS, setting_of};
use crate::shared::REQUESTER;
use crate::task_like::DESCRIPTION;

/// What the other ticket has in any case, where the first one has it.
const ALWAYS: [&str; 4] = [
    spine::TITLE,
    AFFECTED.name,
    spine::ORGANISATION,
    spine::ACCESS,
];
/// What it has besides, unless some of it is out of use by now.
const STILL: [&str; 6] = [
    CATEGORY.name,
    SUBCATEGORY.name,
    SERVICE.name,
    LOCATION.name,
    IMPACT.name,
    URGENCY.name,
];

/// Records that lead on from one to the next, at most: an import may have brought some that lead to each other.
const MOST_ON: usize = 8;

/// A reply that comes after the end.
struct Late<'a> {
    /// Who replied.
    person: Uuid,
    /// What they said.
    text: &'a str,
    /// Where they asked, where that was another ticket, which goes on in this one.
    asked_in: Option<Uuid>,
}

/// A late reply opens another ticket, or goes on in the one that an earlier late reply opened.
pub fn open_another(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let Some(late) = late_reply(unit, applied)? else {
        return Ok(());
    };
    let record_type = &applied.record_type.name;
    // What others opened by their replies is theirs.
    let open = unit.referring(record_type, CONTINUES.name, applied.record, true)?;
    for open in open.into_iter().rev() {
        if asks(unit, record_type, open, late.person)? {
            let mut change = Change::of(record_type, open, Action::Comment);
            change.comment = Some(Comment::public(late.text));
            return unit.react(applied, change).map(drop);
        }
    }
    let bare = another(unit, applied, &late, &ALWAYS)?;
    let mut whole = another(unit, applied, &late, &STILL)?;
    whole.set.extend(bare.set.clone());
    let mut made = None;
    for change in [whole, bare] {
        match unit.savepoint(|unit| unit.react(applied, change.clone())) {
            Ok(outcome) => {
                made = Some(outcome);
                break;
            }
            Err(Error::Refused(_)) => {}
            Err(failed) => return Err(failed),
        }
    }
    // Where a house asks for more than a reply can know, the reply stays a comment.
    let Some(made) = made else { return Ok(()) };
    let link = Action::Link {
        kind: CONTINUED_IN.to_owned(),
        to: made.record,
        primary: false,
    };
    let linked = Change::of(record_type, applied.record, link);
    unit.react(applied, linked).map(drop)
}

/// What was said and by whom, where somebody who asked did so after the end.
fn late_reply<'a>(unit: &mut Unit<'_, '_>, applied: &'a Applied) -> Result<Option<Late<'a>>> {
    let (person, system) = (unit.ctx.actor.person, unit.ctx.actor.system);
    let comment = applied.comment.as_ref();
    // Without words there is nothing to open another one with: the files stay where they are.
    let speaks = |it: &&Comment| !base::shows_nothing(&it.text);
    let comment = comment.filter(|it| it.visibility == Visibility::Public && speaks(it));
    let Some(comment) = comment.filter(|_| !system && applied.action == Action::Comment) else {
        return Ok(None);
    };
    if !is_over(unit, applied)? {
        return Ok(None);
    }
    let (name, ticket) = (&applied.record_type.name, applied.record);
    let asked_here = asks(unit, name, ticket, person)?;
    let asked_in = match asked_here {
        true => None,
        false => asked_before(unit, (name, ticket), person)?,
    };
    Ok((asked_here || asked_in.is_some()).then_some(Late {
        person,
        text: &comment.text,
        asked_in,
    }))
}

/// Whether those who asked cannot take it up again, neither here nor where it goes on.
fn is_over(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<bool> {
    let mut here = (applied.record_type.clone(), applied.record);
    for _ in 0..MOST_ON {
        let Some(there) = leads_on(unit, &here)? else {
            return is_late(unit, &here);
        };
        let of = unit.type_name_of(there)?;
        let Some(of) = of.and_then(|it| unit.ctx.record_type(&it)) else {
            return Ok(false);
        };
        if of.field(CONTINUES.name).is_none() {
            return Ok(false);
        }
        // What was deleted takes no words: they go on in another ticket.
        if unit.value_of(&of.name, there, spine::STATE)?.is_null() {
            return Ok(true);
        }
        here = (of, there);
    }
    Ok(false)
}

/// Where a ticket goes on that was merged or turned into another one.
fn leads_on(unit: &mut Unit<'_, '_>, (of, ticket): &(Arc<TypeDef>, Uuid)) -> Result<Option<Uuid>> {
    for field in GOES_ON {
        let there = unit.value_of(&of.name, *ticket, field)?.as_reference();
        if there.is_some() {
            return Ok(there);
        }
    }
    Ok(None)
}

/// Whether it is too late to take a ticket up again.
fn is_late(unit: &mut Unit<'_, '_>, (of, ticket): &(Arc<TypeDef>, Uuid)) -> Result<bool> {
    let state = unit.value_of(&of.name, *ticket, spine::STATE)?;
    match of.phase(&state) {
        Some(Phase::Closed | Phase::Cancelled) => Ok(true),
        Some(Phase::Resolved) => {
            let organisation = unit.value_of(&of.name, *ticket, spine::ORGANISATION)?;
            let days = *setting_of::<u32>(unit, of, organisation.as_reference(), REOPEN_DAYS)?;
            let window = i64::from(days).saturating_mul(MICROS_PER_DAY);
            let resolved = unit.value_of(&of.name, *ticket, RESOLVED_AT.name)?;
            let (resolved, now) = (resolved.as_instant(), unit.ctx.now);
            Ok(days > 0 && resolved.is_some_and(|it| now > it.plus_micros(window)))
        }
        _ => Ok(false),
    }
}

/// The ticket that the reply opens: about what its author asked, with these fields as they were there.
fn another(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    late: &Late<'_>,
    carried: &[&str],
) -> Result<Change> {
    let record_type = &applied.record_type;
    let mut change = Change::create(&record_type.name)
        .with(DESCRIPTION, late.text.to_owned())
        .with(REQUESTER, late.person)
        .with(OPENED_BY, late.person)
        .with(CONTINUES, applied.record);
    if let Some(channel) = channel_of(unit.ctx.surface, true) {
        change = change.with(CHANNEL, Choice::from(channel));
    }
    // What every record must have, the other one has as well; what only one may have, it cannot have.
    let fields = record_type.fields.iter();
    let needed = fields.filter(|it| it.required && !it.unique);
    let needed = needed.filter(|it| it.written_by != WrittenBy::Rules);
    let carried = carried.iter().copied();
    for name in carried.chain(needed.map(|it| it.name.as_str())) {
        let value = match late.asked_in {
            Some(asked) => unit.value_of(&record_type.name, asked, name)?,
            None => applied.value(name).clone(),
        };
        if !value.is_null() {
            change.set.insert(name.to_owned(), value);
        }
    }
    Ok(change)
}
