//! Who is who on a ticket, and how it came.

use base::Message;
use dictionary::{Choice, ChoiceCode, Field, Value};
use engine::{Draft, RuleContext, Surface};

use crate::shared::{OPENED_AT, ORGANISATION, REQUESTER, acting_person, default_to};
use crate::ticket::record::{AFFECTED, CHANNEL, Channel, LOCATION, OPENED_BY, SERVICE};

/// Who reports asks and is affected, unless others are named.
pub fn who_is_who(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.is_new() {
        return Ok(());
    }
    let actor = acting_person(draft, rules.ctx).map_or(Value::Null, Value::Reference);
    default_to(draft, REQUESTER.name, &actor, "why-requester-is-actor");
    // A ticket that was turned into this one knows better who typed it.
    if !draft.is_given(OPENED_BY) {
        draft.set_value(OPENED_BY.name, actor, Message::new("why-opened-by"));
    }
    let requester = draft.value(REQUESTER.name).clone();
    default_to(
        draft,
        AFFECTED.name,
        &requester,
        "why-affected-is-requester",
    );
    default_to(
        draft,
        LOCATION.name,
        rules.facts.get("affected.location"),
        "why-location-of-affected",
    );
    if draft.get(CHANNEL)?.is_none() && !draft.is_replay() {
        let own = acting_person(draft, rules.ctx) == draft.get(REQUESTER)?;
        if let Some(channel) = channel_of(rules.ctx.surface, own) {
            draft.set(CHANNEL, Choice::from(channel), "why-channel");
        }
    }
    Ok(())
}

/// How a ticket came that was made there, by who asks or by somebody else for them.
pub fn channel_of(surface: Surface, own: bool) -> Option<ChoiceCode<Channel>> {
    match surface {
        Surface::Api => Some(Channel::API),
        Surface::Mail => Some(Channel::EMAIL),
        Surface::Page if own => Some(Channel::PORTAL),
        Surface::Page => Some(Channel::PHONE),
        Surface::Command | Surface::Import | Surface::Job | Surface::Reaction => None,
    }
}

/// It was reported before it is stored, perhaps long before.
pub fn reported_already(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if draft.changed(OPENED_AT) && draft.get(OPENED_AT)?.is_some_and(|it| it > rules.at) {
        draft.breach(Some(OPENED_AT.name), Message::new("must-not-lie-ahead"));
    }
    Ok(())
}

/// People who have left and services that are gone cannot be chosen.
pub fn are_here(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    let choices: [(Field<_>, &str, &'static str); 2] = [
        (REQUESTER, "requester.open", "requester-has-left"),
        (SERVICE, "service.open", "service-is-retired"),
    ];
    for (field, path, message) in choices {
        if draft.changed(field) && rules.facts.get(path).as_boolean() == Some(false) {
            draft.breach(Some(field.name), Message::new(message));
        }
    }
    Ok(())
}

/// Whose fault it is: the requester's organisation, else the service's; fixed at creation.
pub fn organisation(draft: &mut Draft, rules: &RuleContext<'_>) -> Result<(), Message> {
    if !draft.is_new() || draft.is_given(ORGANISATION) {
        return Ok(());
    }
    let sources = [
        ("requester.organisation", "why-organisation-of-requester"),
        ("service.organisation", "why-organisation-of-service"),
    ];
    for (path, why) in sources {
        if let Some(organisation) = rules.facts.get(path).as_reference() {
            draft.set_because(ORGANISATION, organisation, Message::new(why));
            return Ok(());
        }
    }
    Ok(())
}
