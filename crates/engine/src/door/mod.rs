//! The one door: every change of every record, from every surface, comes through [`apply`].
//!
//! The order is written here once: load and lock, permit on the row before, check, rules, guards,
//! store row with history and outbox, permit on the row after, react. Nothing else writes records:
//! only this module can make the statements.

mod check;
mod load;
mod permit;
mod references;
mod remember;
mod write;

use std::sync::Arc;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use dictionary::{TypeDef, Value, WrittenBy, spine};

use crate::change::{Action, Change, Mode, Outcome};
use crate::draft::{Draft, RuleContext, Values};
use crate::practice::Practice;
use crate::schema::ORGANISATION;
use crate::unit::Unit;

use load::Loaded;
pub(crate) use load::listed;

/// How often words go on to another record: an import may have brought records that lead to each other.
const HOPS: usize = 8;

/// Takes one change through the door.
pub(crate) fn apply(unit: &mut Unit<'_, '_>, change: Change) -> Result<Outcome> {
    apply_after(unit, change, 0)
}

fn apply_after(unit: &mut Unit<'_, '_>, change: Change, hops: usize) -> Result<Outcome> {
    let record_type = find_type(unit, &change.record_type)?;
    let practice = unit.engine.practice(&record_type.name).copied();
    permit::require_mode(unit, &change)?;
    let opened = load::open(unit, &record_type, &change)?;
    let loaded = &opened.loaded;
    permit::permit_before(unit, &record_type, &change, loaded)?;
    if hops < HOPS
        && let Some(there) = goes_on(unit, practice.as_ref(), (&record_type, loaded), &change)?
    {
        return apply_after(unit, there, hops + 1);
    }
    check::check_version(&change, loaded)?;

    let mut draft = make_draft(unit, &record_type, &change, loaded)?;
    check::take_values(unit, &mut draft, &change, loaded)?;
    check::take_transition(&mut draft, &change);
    fill_defaults(unit, &mut draft, &change);
    run_rules(unit, practice.as_ref(), &mut draft)?;
    settle_state(&mut draft);
    check::check_required(&mut draft, &change);
    check::check_values(unit, &mut draft)?;
    for guard in practice.iter().flat_map(|it| it.guards) {
        (guard.run)(unit, &mut draft)?;
    }
    let problems = draft.take_problems();
    if !problems.is_empty() {
        return Err(Refused::Invalid(problems).into());
    }

    let stored = write::store(unit, draft, &change, &opened)?;
    let Some(applied) = stored.applied else {
        return Ok(stored.outcome);
    };
    let still_visible = permit::permit_after(unit, &change, &applied, loaded)?;
    if matches!(change.mode, Mode::Live) {
        for reaction in practice.iter().flat_map(|it| it.reactions) {
            (reaction.run)(unit, &applied).map_err(|error| named(reaction.name, error))?;
        }
    }
    Ok(Outcome {
        still_visible,
        ..stored.outcome
    })
}

/// The same words where the record goes on, for whoever may say them there.
fn goes_on(
    unit: &mut Unit<'_, '_>,
    practice: Option<&Practice>,
    (record_type, loaded): (&TypeDef, &Loaded),
    change: &Change,
) -> Result<Option<Change>> {
    let says = matches!(change.action(), Action::Comment | Action::Attach);
    let (Some(practice), Loaded::Existing { values, .. }, true) =
        (practice, loaded, says && matches!(change.mode, Mode::Live))
    else {
        return Ok(None);
    };
    let ways = practice.goes_on.iter();
    let mut others = ways.filter_map(|it| record_type.value(values, it).as_reference());
    let Some(other) = others.next() else {
        return Ok(None);
    };
    let of = unit.type_of(other)?;
    // What an import brought may lead to anything.
    let Some(of) = of.filter(|it| it.journal && unit.engine.practice(&it.name).is_some()) else {
        return Ok(None);
    };
    let ctx = unit.ctx;
    let needed = permit::needed(ctx.actor.person, &of, change);
    let standing = unit.reading().standings(&of, &[other])?.remove(&other);
    let standing = standing.filter(|it| !it.is_deleted());
    let may = standing.is_some_and(|it| needed.iter().all(|right| it.may(ctx, &of.name, right)));
    Ok(may.then(|| Change {
        record_type: of.name.clone(),
        record: Some(other),
        expected_version: None,
        ..change.clone()
    }))
}

/// A failure inside a reaction says which one it was; a refusal is passed on as it is.
fn named(reaction: &'static str, error: Error) -> Error {
    match error {
        Error::Refused(refused) => refused.into(),
        Error::Failed(failed) => Error::failed(reaction, failed),
    }
}

fn find_type(unit: &Unit<'_, '_>, name: &str) -> Result<Arc<TypeDef>> {
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", name));
    Ok(unit.ctx.record_type(name).ok_or_else(unknown)?)
}

fn make_draft(
    unit: &mut Unit<'_, '_>,
    record_type: &Arc<TypeDef>,
    change: &Change,
    loaded: &Loaded,
) -> Result<Draft> {
    let record = match loaded {
        Loaded::Existing { record, .. } => *record,
        Loaded::New => match change.record {
            Some(given) => given,
            None => unit.new_id(),
        },
    };
    let before: Option<Values> = match loaded {
        Loaded::Existing { values, .. } => Some(values.clone()),
        Loaded::New => None,
    };
    let mut draft = Draft::new(
        record,
        Arc::clone(record_type),
        before,
        change.action().clone(),
        change.mode,
    );
    draft.set_comment(check::clean_comment(record_type, change)?);
    Ok(draft)
}

/// When the change happens: now, or the replayed instant.
pub(crate) const fn instant_of(change_mode: Mode, now: Timestamp) -> Timestamp {
    match change_mode {
        Mode::Live => now,
        Mode::Replay { effective_at } => effective_at,
    }
}

/// Values that every new record has where nobody gave one.
fn fill_defaults(unit: &Unit<'_, '_>, draft: &mut Draft, change: &Change) {
    if !draft.is_new() {
        return;
    }
    draft.enter_rule("default");
    let record_type = Arc::clone(draft.record_type());
    let at = instant_of(change.mode, unit.ctx.now);
    for field in &record_type.fields {
        if !draft.value(&field.name).is_null() {
            continue;
        }
        let value = match (field.name.as_str(), &record_type.lifecycle) {
            (spine::STATE, Some(lifecycle)) => Some(Value::Choice(lifecycle.initial.clone())),
            (spine::OPENED_AT, _) => Some(Value::Instant(at)),
            (spine::ACCESS, _) => Some(field.default.clone().unwrap_or(Value::Integer(0))),
            (spine::ORGANISATION, _) => own_organisation(unit, &record_type).map(Value::Reference),
            _ => field.default.clone(),
        };
        if let Some(value) = value {
            draft.set_value(&field.name, value, Message::new("why-default"));
        }
    }
}

/// The actor's organisation, or the root of the tenant, whose id is the tenant's. The root itself is made
/// before it can be referred to.
fn own_organisation(unit: &Unit<'_, '_>, record_type: &TypeDef) -> Option<Uuid> {
    let has_tree = unit.ctx.record_type(ORGANISATION).is_some();
    let root = || (has_tree && record_type.name != ORGANISATION).then_some(unit.ctx.tenant);
    unit.ctx.actor.organisation.or_else(root)
}

fn run_rules(
    unit: &mut Unit<'_, '_>,
    practice: Option<&Practice>,
    draft: &mut Draft,
) -> Result<()> {
    let Some(practice) = practice else {
        return Ok(());
    };
    let at = instant_of(draft.mode(), unit.ctx.now);
    let mut facts = references::FactsOfDraft::default();
    for rule in practice.rules {
        let facts = facts.follow(unit, practice.needs, draft)?;
        let organisation = draft.value(spine::ORGANISATION).as_reference();
        let context = RuleContext {
            ctx: unit.ctx,
            at,
            facts,
            organisation,
        };
        draft.enter_rule(rule.name);
        let broken = |message: Message| {
            Error::failed("a rule could not run", format!("{}: {message}", rule.name))
        };
        (rule.run)(draft, &context).map_err(broken)?;
    }
    Ok(())
}

/// `open` follows from the state's phase, whoever set the state.
fn settle_state(draft: &mut Draft) {
    draft.enter_rule("phase");
    if draft.record_type().lifecycle.is_some() {
        let open = draft.phase().is_open();
        draft.set_value(
            spine::OPEN,
            Value::Boolean(open),
            Message::new("why-open-of-state"),
        );
        report_odd_step(draft);
    }
}

/// A log may go ways that the lifecycle does not know: they are kept, and told.
fn report_odd_step(draft: &mut Draft) {
    let record_type = Arc::clone(draft.record_type());
    let Some(lifecycle) = record_type.lifecycle.as_ref().filter(|_| draft.is_replay()) else {
        return;
    };
    let after = draft
        .value(spine::STATE)
        .as_text()
        .unwrap_or_default()
        .to_owned();
    let Some(before) = draft
        .value_before(spine::STATE)
        .as_text()
        .map(str::to_owned)
    else {
        if draft.is_new() && after != lifecycle.initial {
            draft.report(Message::new("replayed-beginning").with("state", after));
        }
        return;
    };
    if before != after && !lifecycle.transitions_from(&before).any(|it| it.to == after) {
        draft.report(
            Message::new("replayed-step")
                .with("from", before)
                .with("to", after),
        );
    }
}

/// Whether a change of this field is handing over.
pub(crate) fn hands_over(record_type: &TypeDef, field: &str) -> bool {
    record_type
        .field(field)
        .is_some_and(|it| it.written_by == WrittenBy::Assignment)
}

/// Whether the action reads or writes nothing but the journal and lists beside the record.
pub(crate) const fn is_beside(action: &Action) -> bool {
    matches!(
        action,
        Action::Comment
            | Action::Link { .. }
            | Action::Unlink { .. }
            | Action::Follow(_)
            | Action::Unfollow(_)
            | Action::Attach
            | Action::Detach(_)
    )
}
