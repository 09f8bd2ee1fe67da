//! Finding the records that rows refer to, and making those that the mapping lets be made.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::{Error, Message, Refused, Result, Timestamp, Uuid, text_key};
use engine::external::ExternalKey;
use engine::system::address::EMAILS;
use engine::{Change, Mode, Unit};

use crate::mapping::Otherwise;
use crate::plan::{By, Found, Reference};
use crate::report::Counts;

/// What references led to, by identity.
pub(super) type Known = HashMap<(usize, String), Found>;

/// Finds or makes all these records. References that others need stand before them.
pub(super) fn settle(
    unit: &mut Unit<'_, '_>,
    wanted: &[Arc<Reference>],
    known: &Known,
) -> Result<(Known, Counts)> {
    let mut counts = Counts::default();
    let mut settled = find(unit, wanted, known)?;
    // What is found by a text is found by all its spellings, also what was made a moment ago.
    let mut by_text: HashMap<(usize, String), Found> = HashMap::new();
    for reference in wanted {
        let identity = reference.identity();
        if settled.contains_key(&identity) || known.contains_key(&identity) {
            continue;
        }
        let is_text = matches!(reference.lookup.by, By::Field(_));
        let spelling = is_text.then(|| (identity.0, text_key(&identity.1)));
        if let Some(made) = spelling.as_ref().and_then(|it| by_text.get(it)) {
            settled.insert(identity, made.clone());
            continue;
        }
        let found = match reference.lookup.otherwise {
            Otherwise::Empty => Found::Empty,
            Otherwise::Create if !reference.lookup.create.is_empty() => {
                let seen =
                    |it: &(usize, String)| settled.get(it).or_else(|| known.get(it)).cloned();
                make(unit, reference, &seen, &mut counts)?
            }
            _ => Found::Rejected(Message::new("row-reference-unknown").with("key", &reference.key)),
        };
        if let (Some(spelling), Found::Record(_)) = (spelling, &found) {
            by_text.insert(spelling, found.clone());
        }
        settled.insert(identity, found);
    }
    Ok((settled, counts))
}

/// Looks all of them up, one query per way of finding.
fn find(unit: &mut Unit<'_, '_>, wanted: &[Arc<Reference>], known: &Known) -> Result<Known> {
    let mut groups: BTreeMap<usize, Vec<&Arc<Reference>>> = BTreeMap::new();
    for reference in wanted
        .iter()
        .filter(|it| !known.contains_key(&it.identity()))
    {
        groups
            .entry(reference.lookup.position)
            .or_default()
            .push(reference);
    }
    let mut found = Known::new();
    for references in groups.values() {
        let Some(first) = references.first() else {
            continue;
        };
        let keys: Vec<&str> = references.iter().map(|it| it.key.as_str()).collect();
        let by_key = match (&first.lookup.by, &first.lookup.record_type) {
            (By::Id, _) => by_id(unit, &keys)?,
            (By::External(source), Some(of)) => {
                let all = unit.external_keys(source, &of.name, &keys)?;
                all.into_iter()
                    .map(|(key, (record, _))| (key, record))
                    .collect()
            }
            (By::Field(field), Some(of)) => {
                let all = unit.records_by_text(of, field, &keys)?;
                let mut found: HashMap<String, Uuid> = keys
                    .iter()
                    .filter_map(|key| Some(((*key).to_owned(), *all.get(&text_key(key))?)))
                    .collect();
                // Any address of a person identifies them, not the first alone.
                if of.name == "person" && field == EMAILS[0] {
                    for key in keys.iter().filter(|it| !all.contains_key(&text_key(it))) {
                        let person = unit.reading().person_of_address(key)?;
                        found.extend(person.map(|it| ((*key).to_owned(), it)));
                    }
                }
                found
            }
            (_, None) => HashMap::new(),
        };
        found.extend(
            by_key
                .into_iter()
                .map(|(key, id)| ((first.lookup.position, key), Found::Record(id))),
        );
    }
    Ok(found)
}

fn by_id(unit: &mut Unit<'_, '_>, keys: &[&str]) -> Result<HashMap<String, Uuid>> {
    let ids: Vec<(&str, Uuid)> = keys
        .iter()
        .filter_map(|key| Some((*key, Uuid::try_parse(key.trim()).ok()?)))
        .collect();
    let existing = unit.existing_records(&ids.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    Ok(ids
        .into_iter()
        .filter(|(_, id)| existing.contains(id))
        .map(|(key, id)| (key.to_owned(), id))
        .collect())
}

/// Makes one record as the system, quietly: nobody is greeted because a log names them.
fn make(
    unit: &mut Unit<'_, '_>,
    reference: &Reference,
    seen: &dyn Fn(&(usize, String)) -> Option<Found>,
    counts: &mut Counts,
) -> Result<Found> {
    let Some(of) = &reference.lookup.record_type else {
        return Ok(Found::Empty);
    };
    let mut inner = Known::new();
    let mut change = Change::create(of.name.as_str());
    change.mode = Mode::Replay {
        effective_at: created_at(unit),
    };
    for (field, planned) in &reference.create {
        if let crate::plan::Planned::One(other) = planned
            && let Some(found) = seen(&other.identity())
        {
            inner.insert(other.identity(), found);
        }
        match planned.resolve(&inner) {
            Ok(value) => change.set.insert(field.clone(), value),
            Err(reason) => return Ok(Found::Rejected(reason)),
        };
    }
    match unit.savepoint(|unit| unit.apply(change)) {
        Ok(outcome) => {
            if let By::External(source) = &reference.lookup.by {
                unit.remember_external_keys(&[ExternalKey {
                    source: source.clone(),
                    record_type: of.name.clone(),
                    key: reference.key.clone(),
                    record: outcome.record,
                    position: 0,
                }])?;
            }
            *counts.referred.entry(of.name.clone()).or_default() += 1;
            Ok(Found::Record(outcome.record))
        }
        Err(Error::Refused(Refused::Busy(message))) => Err(Refused::Busy(message).into()),
        Err(Error::Refused(refused)) => {
            let message = Message::new("row-reference-not-made")
                .with("key", &reference.key)
                .with("because", refused);
            Ok(Found::Rejected(message))
        }
        Err(failed) => Err(failed),
    }
}

fn created_at(unit: &Unit<'_, '_>) -> Timestamp {
    unit.ctx.now
}
