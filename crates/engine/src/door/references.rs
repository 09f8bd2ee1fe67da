//! References of the changed record: do they exist, may they be chosen, and what facts lie behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Message, Result, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, Value};

use crate::Facts;
use crate::draft::Draft;
use crate::unit::Unit;

/// Most hops of a path.
const MAX_HOPS: usize = 4;

/// Values behind the references that a practice's rules read, kept as long as the draft's own references
/// stay as they were.
#[derive(Default)]
pub(super) struct FactsOfDraft {
    facts: Facts,
    seen: Option<Seen>,
}

/// What the facts were loaded for.
struct Seen {
    revision: u64,
    /// Values of the fields in which the paths begin.
    starts: Vec<Value>,
}

impl FactsOfDraft {
    /// The facts for the draft as it is now. A rule may set a reference that later rules look through, so
    /// they follow the draft; each hop is one query per type.
    pub(super) fn follow(
        &mut self,
        unit: &mut Unit<'_, '_>,
        needs: &[&str],
        draft: &Draft,
    ) -> Result<&Facts> {
        let revision = draft.revision();
        if self.seen.as_ref().is_some_and(|it| it.revision == revision) {
            return Ok(&self.facts);
        }
        let mut starts: Vec<Value> = Vec::new();
        let mut last = "";
        for path in needs {
            let start = path.split('.').next().unwrap_or_default();
            // Needs are written field by field, so most paths begin like the one before.
            if start != last {
                starts.push(draft.value(start).clone());
                last = start;
            }
        }
        if self.seen.as_ref().is_none_or(|it| it.starts != starts) {
            for path in needs {
                let value = walk(unit, path, draft)?;
                self.facts.put(path, value);
            }
        }
        self.seen = Some(Seen { revision, starts });
        Ok(&self.facts)
    }
}

fn walk(unit: &mut Unit<'_, '_>, path: &str, draft: &Draft) -> Result<Value> {
    let mut names = path.split('.');
    let mut name = names.next().unwrap_or_default();
    let mut record_type = Arc::clone(draft.record_type());
    let mut value = draft.value(name).clone();
    for next_name in names.take(MAX_HOPS) {
        let (Some(target), Some(from)) = (value.as_reference(), record_type.field(name)) else {
            return Ok(Value::Null);
        };
        let Some(next) = target_type(unit, from, target)? else {
            return Ok(Value::Null);
        };
        record_type = next;
        unit.fetch(&record_type, &[target])?;
        let cached = unit.memory.cache.get(&target);
        value = cached.map_or(Value::Null, |it| it.value(next_name).clone());
        name = next_name;
    }
    Ok(value)
}

fn target_type(
    unit: &mut Unit<'_, '_>,
    field: &FieldDef,
    target: Uuid,
) -> Result<Option<Arc<TypeDef>>> {
    match &field.kind {
        Kind::Reference { to: Some(to) } | Kind::References { to: Some(to) } => {
            Ok(unit.ctx.record_type(to))
        }
        _ => unit.type_of(target),
    }
}

/// Checks references that the change altered: they exist in this tenant, are of the right type, are not
/// deleted, and people may choose only what they may read.
pub(super) fn check(unit: &mut Unit<'_, '_>, draft: &mut Draft) -> Result<()> {
    let record_type = Arc::clone(draft.record_type());
    let mut wanted: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for field in &record_type.fields {
        for target in altered(draft, field) {
            // What is not there is refused below, in the same words as what may not be read.
            if let Some(found) = target_type(unit, field, target)? {
                wanted.entry(found.name.clone()).or_default().push(target);
            }
        }
    }
    for (name, ids) in &wanted {
        if let Some(found) = unit.ctx.record_type(name) {
            unit.fetch(&found, ids)?;
        }
    }
    for field in &record_type.fields {
        let chosen_by_people = draft.is_given_value(&field.name);
        for target in altered(draft, field) {
            // A rule may say that a new record belongs to itself, as the root of a tree does.
            let is_itself = target == draft.record() && !chosen_by_people;
            if !is_itself && !may_choose(unit, target, chosen_by_people)? {
                draft.refuse_field(&field.name, unknown(target));
            }
        }
    }
    Ok(())
}

fn altered(draft: &Draft, field: &FieldDef) -> Vec<Uuid> {
    if !draft.value_changed(&field.name) {
        return Vec::new();
    }
    match draft.value(&field.name) {
        Value::Reference(id) => vec![*id],
        Value::References(ids) => ids.clone(),
        _ => Vec::new(),
    }
}

fn may_choose(unit: &mut Unit<'_, '_>, target: Uuid, chosen_by_people: bool) -> Result<bool> {
    if chosen_by_people && target != unit.ctx.actor.person {
        return unit.may_know(target);
    }
    let cached = unit.memory.cache.get(&target);
    Ok(cached.is_some_and(|it| !it.deleted))
}

fn unknown(target: Uuid) -> Message {
    Message::new("reference-unknown").with("id", target)
}
