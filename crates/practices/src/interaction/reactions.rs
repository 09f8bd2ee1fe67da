//! What an interaction causes: the ticket that it becomes, and what is told in the one to which it is added.

use base::{Result, Uuid};
use dictionary::{TypeDef, Value, spine};
use engine::{Action, Applied, Change, Comment, Unit};

use super::record::{
    BECOMES, CHANNEL, Channels, NOTES, OUTCOME, Outcomes, PERSON, SERVICE, TICKET,
};
use crate::shared::{REQUESTER, TITLE, require};

/// Kind of the link from an interaction to its ticket.
const RECORDED_IN: &str = "recorded_in";
/// Fields of tickets with what they are from the interaction, where the type has them.
const CARRIED: [(&str, &str); 5] = [
    (TITLE.name, TITLE.name),
    ("description", NOTES.name),
    (REQUESTER.name, PERSON.name),
    ("service", SERVICE.name),
    (spine::OPENED_AT, spine::OPENED_AT),
];

/// It becomes a ticket, or is added to one; a link tells so on both sides.
pub fn lead_on(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    let outcome = applied.value(OUTCOME.name).as_text().unwrap_or_default();
    let ticket = applied.value(TICKET.name).as_reference();
    let becomes = BECOMES.iter().find(|it| it.0.code == outcome);
    if let Some((_, name)) = becomes.filter(|_| ticket.is_none() && applied.changed(OUTCOME.name)) {
        return begin(unit, applied, name);
    }
    if applied.changed(TICKET.name) {
        let before = applied.value_before(TICKET.name).as_reference();
        let kind = || RECORDED_IN.to_owned();
        let away = before.map(|to| Action::Unlink { kind: kind(), to });
        let primary = false;
        let there = ticket.map(|to| Action::Link {
            kind: kind(),
            to,
            primary,
        });
        for link in away.into_iter().chain(there) {
            let own = &applied.record_type.name;
            unit.react(applied, Change::of(own, applied.record, link))?;
        }
    }
    let adds = outcome == Outcomes::ADDED_TO_TICKET.code
        && (applied.changed(OUTCOME.name) || applied.changed(TICKET.name));
    match ticket.filter(|_| adds) {
        Some(ticket) => add(unit, applied, ticket),
        None => Ok(()),
    }
}

/// Makes the ticket and names it.
fn begin(unit: &mut Unit<'_, '_>, applied: &Applied, name: &str) -> Result<()> {
    let Some(of) = unit.ctx.snapshot.dictionary.record_type(name).cloned() else {
        return Ok(());
    };
    let mut begun = Change::create(name);
    for (field, from) in CARRIED {
        let value = applied.value(from);
        if of.field(field).is_some() && !value.is_null() {
            begun = begun.with_value(field, value.clone());
        }
    }
    if let Some(channel) = channel_there(&of, applied.value(CHANNEL.name)) {
        begun = begun.with_value(CHANNEL.name, channel);
    }
    let taken_by = applied.value(spine::ASSIGNEE);
    let actor = &unit.ctx.actor;
    let typed_by = if actor.system {
        taken_by.clone()
    } else {
        Value::Reference(actor.person)
    };
    if of.field("opened_by").is_some() && !typed_by.is_null() {
        begun = begun.with_value("opened_by", typed_by);
    }
    let ticket = unit.react(applied, begun)?.record;
    // Reactions are the system's; whoever caused this one must have the right to make such a ticket there.
    if !unit.ctx.actor.system {
        require(unit, &of, ticket, "create")?;
    }
    let own = &applied.record_type.name;
    let named = Change::update(own, applied.record).with(TICKET, ticket);
    unit.react(applied, named).map(drop)
}

/// The channel as the type of ticket knows it.
fn channel_there(of: &TypeDef, channel: &Value) -> Option<Value> {
    let known = of.field(CHANNEL.name)?.choice(channel.as_text()?)?;
    known.active.then(|| Value::Choice(known.code.clone()))
}

/// Tells in the ticket what was said, for those who work on it. Who speaks with an agent has had an answer.
fn add(unit: &mut Unit<'_, '_>, applied: &Applied, ticket: Uuid) -> Result<()> {
    let Some(name) = unit.type_name_of(ticket)? else {
        return Ok(());
    };
    let text = |field: &str| applied.value(field).as_text().unwrap_or_default();
    let said = format!("{}\n\n{}", text(TITLE.name), text(NOTES.name));
    let note = Change::of(&name, ticket, Action::Comment);
    let note = note.with_comment(Comment::private(said.trim_end()));
    unit.react(applied, note)?;
    let spoken = text(CHANNEL.name);
    let spoken = Channels::SPOKEN.iter().any(|it| it.code == spoken);
    let of = unit.ctx.snapshot.dictionary.record_type(&name).cloned();
    let measures = of.is_some_and(|it| it.field(FIRST_RESPONDED_AT).is_some());
    let caller = applied.value(PERSON.name);
    let ended = applied.value("ended_at");
    let opened = unit.value_of(&name, ticket, spine::OPENED_AT)?;
    if spoken
        && ended.as_instant() >= opened.as_instant()
        && measures
        && !caller.is_null()
        && unit.value_of(&name, ticket, FIRST_RESPONDED_AT)?.is_null()
        && unit.value_of(&name, ticket, REQUESTER.name)? == *caller
    {
        let answered = Change::update(&name, ticket).with_value(FIRST_RESPONDED_AT, ended.clone());
        unit.react(applied, answered)?;
    }
    Ok(())
}

/// Where a ticket says when its requester was answered first.
const FIRST_RESPONDED_AT: &str = "first_responded_at";
