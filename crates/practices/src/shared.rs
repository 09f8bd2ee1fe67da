//! Handles on spine fields, and small questions that rules of several practices ask.
//!
//! It must never name a practice; what only one practice needs stays in its folder.

use base::{Message, Refused, Timestamp, Uuid};
use dictionary::{Field, Kind, Phase, TypeDef, Value, spine};
use engine::{Applied, Change, Ctx, Draft, Unit};

/// What the record is called.
pub const TITLE: Field<String> = Field::new(spine::TITLE);
/// 1 (critical) to 5 (planning).
pub const PRIORITY: Field<i64> = Field::new(spine::PRIORITY);
/// Who works on it.
pub const ASSIGNEE: Field<Uuid> = Field::new(spine::ASSIGNEE);
/// Which team works on it.
pub const TEAM: Field<Uuid> = Field::new(spine::TEAM);
/// Who asks.
pub const REQUESTER: Field<Uuid> = Field::new(spine::REQUESTER);
/// Whose record it is.
pub const ORGANISATION: Field<Uuid> = Field::new(spine::ORGANISATION);
/// Access class.
pub const ACCESS: Field<i64> = Field::new(spine::ACCESS);

/// When it was reported.
pub const OPENED_AT: Field<Timestamp> = Field::new(spine::OPENED_AT);

/// Access class of records that everybody with a grant may read.
pub const PUBLIC: i64 = 0;
/// Access class of records for people who work on them.
pub const INTERNAL: i64 = 1;
/// Access class of records for named readers and those with the right to confidential ones.
pub const CONFIDENTIAL: i64 = 2;
/// Access class of records for the people of their organisation and those below it, and those who work on them.
pub const OF_ORGANISATION: i64 = 3;
/// Access class of records for the people of their team.
pub const OF_TEAM: i64 = 4;

/// The field in which a record that says something about another one leads to it.
pub const SPOKEN_OF: &str = "about";

/// The field in which a record leads to the ticket of any type that goes on with it.
pub const TOLD_IN: &str = "ticket";

/// Most records that one change takes along whose access follows from its own, so that a unit that changes several
/// records does not outgrow its bound. A sweep brings the rest, where there can be so many.
const MOST_AT_ONCE: usize = 400;

/// Access classes of records that so few may read that what is said about them is confidential.
pub const FOR_FEW: [i64; 2] = [CONFIDENTIAL, OF_TEAM];

/// The access class of what is said about a record of that class: words about what few may read may tell what
/// stands there.
pub fn class_of_what_is_said(of: Option<i64>) -> i64 {
    match of {
        None | Some(PUBLIC | INTERNAL | OF_ORGANISATION) => INTERNAL,
        Some(_) => CONFIDENTIAL,
    }
}

/// The access class of a record that belongs to one of that class: the same where its type offers it, else one
/// that opens no more.
pub fn class_here(draft: &Draft, of: i64) -> i64 {
    let field = draft.record_type().field(spine::ACCESS);
    let choice = field.and_then(|it| it.choice(&of.to_string()));
    match of {
        _ if choice.is_some_and(|it| it.active) => of,
        OF_ORGANISATION => INTERNAL,
        _ => CONFIDENTIAL,
    }
}

/// The person who acts; nobody where the system does, or where the past is replayed by somebody else.
pub fn acting_person(draft: &Draft, ctx: &Ctx) -> Option<Uuid> {
    let acts = !ctx.actor.system && !ctx.actor.person.is_nil() && !draft.is_replay();
    acts.then_some(ctx.actor.person)
}

/// Gives a field that has no value this one.
pub fn default_to(draft: &mut Draft, field: &str, value: &Value, why: &'static str) {
    if draft.value(field).is_null() && !value.is_null() {
        draft.set_value(field, value.clone(), Message::new(why));
    }
}

/// Moves the record to a state; the door derives the rest from the state.
pub fn move_to(draft: &mut Draft, state: &str, why: Message) {
    draft.set_value(spine::STATE, Value::Choice(state.to_owned()), why);
}

/// The number in a counter field; an empty counter is 0.
pub fn count(draft: &Draft, field: Field<i64>) -> i64 {
    draft.value(field.name).as_integer().unwrap_or_default()
}

/// Refuses an actor without that right on that record. Says whether they may read it at all; where not,
/// the check of references refuses the change as for a record that is not there.
pub fn require(
    unit: &mut Unit<'_, '_>,
    of: &TypeDef,
    record: Uuid,
    right: &str,
) -> base::Result<bool> {
    let ctx = unit.ctx;
    let standing = unit.reading().standings(of, &[record])?.remove(&record);
    if standing
        .as_ref()
        .is_none_or(|it| it.may(ctx, &of.name, right))
    {
        return Ok(standing.is_some());
    }
    let message = Message::new("forbidden-action").with("action", right);
    Err(Refused::Forbidden(message.with("type", &of.name)).into())
}

/// Where a record becomes one for few, or for many again, the rules of what is said about it look again: records
/// with an access class that lead here in that field.
pub fn reclassify_what_is_said(
    unit: &mut Unit<'_, '_>,
    applied: &Applied,
    (field, leads_here): (&str, &Kind),
) -> base::Result<()> {
    let before = class_of_what_is_said(applied.value_before(ACCESS.name).as_integer());
    let after = class_of_what_is_said(applied.value(ACCESS.name).as_integer());
    if applied.before.is_none() || before == after {
        return Ok(());
    }
    let snapshot = unit.ctx.snapshot.clone();
    let speaks = |it: &&std::sync::Arc<TypeDef>| {
        let leads = it.field(field).is_some_and(|it| it.kind == *leads_here);
        leads && it.field(spine::ACCESS).is_some()
    };
    let mut left = MOST_AT_ONCE;
    for of in snapshot.dictionary.types().filter(speaks) {
        let all = unit.referring(&of.name, field, applied.record, false)?;
        for said in all.into_iter().take(left) {
            unit.react(applied, Change::update(&of.name, said))?;
            left -= 1;
        }
    }
    Ok(())
}

/// Refuses a record that would stand above itself along that reference.
pub fn no_cycle(
    unit: &mut Unit<'_, '_>,
    draft: &mut Draft,
    parent: &'static str,
) -> base::Result<()> {
    if !draft.value_changed(parent) {
        return Ok(());
    }
    let mut above = draft.value(parent).as_reference();
    if draft.is_new() && above != Some(draft.record()) {
        // Nothing can lie below a record that is not there yet.
        return Ok(());
    }
    // References to any type lead from type to type; a record whose type has no such field is a root.
    for _ in 0..MOST_LEVELS {
        let Some(current) = above else { return Ok(()) };
        if current == draft.record() {
            break;
        }
        let Some(record_type) = unit.type_name_of(current)? else {
            return Ok(());
        };
        above = unit
            .locked_value_of(&record_type, current, parent)?
            .as_reference();
    }
    if above.is_some() {
        draft.refuse_field(parent, Message::new("tree-cycle"));
    }
    Ok(())
}

/// Locks the record that this one serves where this one begins to count among its open work: with a new
/// parent, or by being opened again. Whoever ends the parent meanwhile then sees this one, or this one
/// comes after.
pub fn lock_parent(
    unit: &mut Unit<'_, '_>,
    draft: &Draft,
    parent: &'static str,
) -> base::Result<()> {
    let opened = draft.phase().is_open() && !draft.phase_before().is_some_and(Phase::is_open);
    let begins = draft.value_changed(parent) || opened;
    let Some(above) = draft.value(parent).as_reference().filter(|_| begins) else {
        return Ok(());
    };
    if let Some(record_type) = unit.type_name_of(above)? {
        unit.locked_value_of(&record_type, above, spine::OPEN)?;
    }
    Ok(())
}

/// Deepest tree; deeper ones are taken for cycles.
const MOST_LEVELS: usize = 20;
