//! A reply that comes when a ticket cannot be taken up again: it opens another one, which says where it goes on from.

use base::{Error, MICROS_PER_DAY, Result, Uuid};
use dictionary::{Choice, Phase, Value, WrittenBy, spine};
use engine::{Action, Applied, Change, Comment, Unit, Visibility};

use super::record::{
    AFFECTED, CATEGORY, CHANNEL, CONTINUED_IN, CONTINUES, CONVERTED_INTO, IMPACT, LOCATION,
    MERGED_INTO, OPENED_BY, RESOLVED_AT, SERVICE, SUBCATEGORY, URGENCY,
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

/// A late reply opens another ticket, or goes on in the one that an earlier late reply opened.
pub fn open_another(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let Some((person, text)) = late_reply(unit, applied)? else {
        return Ok(());
    };
    let record_type = &applied.record_type.name;
    let open = unit.referring(record_type, CONTINUES.name, applied.record, true)?;
    if let Some(open) = open.last() {
        let mut change = Change::of(record_type, *open, Action::Comment);
        change.comment = Some(Comment::public(text));
        return unit.react(applied, change).map(drop);
    }
    let bare = another(unit, applied, (person, text), &ALWAYS);
    let mut whole = another(unit, applied, (person, text), &STILL);
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

/// Who replied and what, where somebody who asked did so after the end.
fn late_reply<'a>(unit: &Unit<'_, '_>, applied: &'a Applied) -> Result<Option<(Uuid, &'a str)>> {
    let actor = &unit.ctx.actor;
    let asked = [REQUESTER.name, AFFECTED.name].map(|it| applied.value(it).as_reference());
    let theirs = !actor.system && asked.contains(&Some(actor.person));
    let comment = applied.comment.as_ref();
    // Without words there is nothing to open another one with: the files stay where they are.
    let speaks = |it: &&Comment| !base::shows_nothing(&it.text);
    let comment = comment.filter(|it| it.visibility == Visibility::Public && speaks(it));
    let Some(comment) = comment.filter(|_| theirs && applied.action == Action::Comment) else {
        return Ok(None);
    };
    Ok(is_over(unit, applied)?.then_some((actor.person, &comment.text)))
}

/// Whether those who asked cannot take it up again, and it goes on nowhere else.
fn is_over(unit: &Unit<'_, '_>, applied: &Applied) -> Result<bool> {
    let elsewhere = [MERGED_INTO.name, CONVERTED_INTO.name];
    if elsewhere.iter().any(|it| !applied.value(it).is_null()) {
        return Ok(false);
    }
    match applied.phase() {
        Some(Phase::Closed | Phase::Cancelled) => Ok(true),
        Some(Phase::Resolved) => {
            let organisation = applied.value(spine::ORGANISATION).as_reference();
            let days = *setting_of::<u32>(unit, &applied.record_type, organisation, REOPEN_DAYS)?;
            let window = i64::from(days).saturating_mul(MICROS_PER_DAY);
            let resolved = applied.value(RESOLVED_AT.name).as_instant();
            let now = unit.ctx.now;
            Ok(days > 0 && resolved.is_some_and(|it| now > it.plus_micros(window)))
        }
        _ => Ok(false),
    }
}

fn another(
    unit: &Unit<'_, '_>,
    applied: &Applied,
    (person, text): (Uuid, &str),
    carried: &[&str],
) -> Change {
    let mut change = Change::create(&applied.record_type.name)
        .with(DESCRIPTION, text.to_owned())
        .with(REQUESTER, person)
        .with(OPENED_BY, person)
        .with(CONTINUES, applied.record);
    if let Some(channel) = channel_of(unit.ctx.surface, true) {
        change = change.with(CHANNEL, Choice::from(channel));
    }
    // What every record must have, the other one has as well; what only one may have, it cannot have.
    let fields = applied.record_type.fields.iter();
    let needed = fields.filter(|it| it.required && !it.unique);
    let needed = needed.filter(|it| it.written_by != WrittenBy::Rules);
    let carried = carried.iter().copied();
    for name in carried.chain(needed.map(|it| it.name.as_str())) {
        let value = applied.value(name);
        if *value != Value::Null {
            change.set.insert(name.to_owned(), value.clone());
        }
    }
    change
}
