//! Storing rows inside one transaction, each in its savepoint.

use std::collections::{BTreeMap, HashMap};

use base::{Error, Message, Problem, Refused, Result, Timestamp, Uuid};
use dictionary::{Value, WrittenBy};
use engine::external::ExternalKey;
use engine::{Action, Change, Mode, Outcome, Unit};

use super::references::Known;
use crate::plan::{Found, Plan, PlannedRow};
use crate::report::{Counts, Rejected};

/// A row whose references are found.
#[derive(Clone, Debug)]
pub(super) struct ReadyRow {
    pub line: u64,
    pub key: String,
    position: i64,
    at: Option<Timestamp>,
    actor: Option<Uuid>,
    id: Option<Uuid>,
    number: Option<String>,
    set: BTreeMap<String, Value>,
}

/// Makes a row ready, or says why it is rejected.
pub(super) fn make_ready(
    row: PlannedRow,
    known: &Known,
    counts: &mut Counts,
) -> Result<ReadyRow, Rejected> {
    let actor = row
        .actor
        .as_ref()
        .and_then(|it| match known.get(&it.identity()) {
            Some(Found::Record(id)) => Some(*id),
            _ => None,
        });
    let empty = row
        .references()
        .iter()
        .filter(|it| matches!(known.get(&it.identity()), Some(Found::Empty)))
        .count();
    counts.references_empty += u64::try_from(empty).unwrap_or_default();
    let mut set = BTreeMap::new();
    for entry in row.set {
        match entry.value.resolve(known) {
            Ok(value) => set.insert(entry.field, value),
            Err(message) => {
                let problem = Problem {
                    field: Some(entry.field),
                    message,
                };
                return Err(Rejected {
                    line: row.line,
                    key: Some(row.key),
                    problems: vec![problem],
                });
            }
        };
    }
    Ok(ReadyRow {
        line: row.line,
        key: row.key,
        position: row.position,
        at: row.at,
        actor,
        id: row.id,
        number: row.number,
        set,
    })
}

/// How rows are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Without savepoints, which cost SQLite more with every page that the transaction has written.
    /// The first bad row is an error, and the transaction is to be tried again with the other care.
    AllGood,
    /// Each row in a savepoint; bad rows are rolled back alone.
    EachAlone,
}

/// Key of the refusal that a transaction without savepoints ends with.
const BAD_ROW: &str = "import-bad-row";

/// Whether a transaction ended because one of its rows is bad, so that it is to be tried again.
pub(super) fn is_bad_row(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused::Conflict { message, .. }) if message.key == BAD_ROW)
}

/// Stores rows of one source in the order given.
pub(super) fn apply_rows(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    rows: &[ReadyRow],
    care: Care,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut known = known_records(unit, plan, rows)?;
    unit.lock_records(known.values().map(|(record, _)| *record))?;
    let mut moved: BTreeMap<&str, (Uuid, i64)> = BTreeMap::new();
    for row in rows {
        let existing = known.get(row.key.as_str()).copied();
        if plan.has_events() && existing.is_some_and(|(_, position)| row.position <= position) {
            counts.known += 1;
            continue;
        }
        let record = existing.map(|(record, _)| record);
        let result = match care {
            Care::AllGood => apply_row(unit, plan, row, record),
            Care::EachAlone => unit.savepoint(|unit| apply_row(unit, plan, row, record)),
        };
        match result {
            Ok(outcome) => {
                match (existing, outcome.changed) {
                    (None, _) => counts.created += 1,
                    (Some(_), true) => counts.updated += 1,
                    (Some(_), false) => counts.unchanged += 1,
                }
                outcome.reports.into_iter().for_each(|it| counts.report(it));
                let position = if plan.has_events() { row.position } else { 0 };
                known.insert(row.key.clone(), (outcome.record, position));
                if existing.is_none_or(|(_, before)| before != position) {
                    moved.insert(row.key.as_str(), (outcome.record, position));
                }
            }
            Err(Error::Refused(refused)) if !matches!(refused, Refused::Busy(_)) => {
                if care == Care::AllGood {
                    let message = Message::new(BAD_ROW);
                    return Err(Refused::Conflict {
                        message,
                        current_version: None,
                    }
                    .into());
                }
                counts.rejected.push(Rejected {
                    line: row.line,
                    key: Some(row.key.clone()),
                    problems: problems(refused),
                });
            }
            Err(other) => return Err(other),
        }
    }
    if !plan.keyed_by_id {
        remember(unit, plan, &moved)?;
    }
    Ok(counts)
}

fn known_records(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    rows: &[ReadyRow],
) -> Result<HashMap<String, (Uuid, i64)>> {
    if plan.keyed_by_id {
        let ids: Vec<(&str, Uuid)> = rows
            .iter()
            .filter_map(|it| Some((it.key.as_str(), it.id?)))
            .collect();
        let existing = unit.existing_records(&ids.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
        return Ok(ids
            .into_iter()
            .filter(|(_, id)| existing.contains(id))
            .map(|(key, id)| (key.to_owned(), (id, 0)))
            .collect());
    }
    let mut keys: Vec<&str> = rows.iter().map(|it| it.key.as_str()).collect();
    keys.dedup();
    unit.external_keys(&plan.source, &plan.record_type.name, &keys)
}

fn remember(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    moved: &BTreeMap<&str, (Uuid, i64)>,
) -> Result<()> {
    let keys: Vec<ExternalKey> = moved
        .iter()
        .map(|(key, (record, position))| ExternalKey {
            source: plan.source.clone(),
            record_type: plan.record_type.name.clone(),
            key: (*key).to_owned(),
            record: *record,
            position: *position,
        })
        .collect();
    unit.remember_external_keys(&keys)
}

fn apply_row(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    row: &ReadyRow,
    existing: Option<Uuid>,
) -> Result<Outcome> {
    let name = plan.record_type.name.as_str();
    let mut change = match existing {
        Some(record) => Change::update(name, record),
        None => Change {
            record: row.id,
            number: row.number.clone(),
            ..Change::create(name)
        },
    };
    change.set.clone_from(&row.set);
    change.event = plan.has_events();
    change.recorded_actor = row.actor;
    match (row.at, existing) {
        (Some(effective_at), _) => change.mode = Mode::Replay { effective_at },
        (None, Some(record)) => return update_live(unit, plan, change, record),
        (None, None) => {}
    }
    unit.apply(change)
}

/// A live update hands over in a change of its own, since that is another right.
fn update_live(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    mut change: Change,
    record: Uuid,
) -> Result<Outcome> {
    let written_by = |field: &str| plan.record_type.field(field).map(|it| it.written_by);
    // What is set at creation only stays as it was set.
    change
        .set
        .retain(|field, _| written_by(field) != Some(WrittenBy::Creation));
    let (over, own) = std::mem::take(&mut change.set)
        .into_iter()
        .partition(|(field, _)| written_by(field) == Some(WrittenBy::Assignment));
    change.set = own;
    let updated = unit.apply(change)?;
    let mut hand_over = Change::of(plan.record_type.name.as_str(), record, Action::Assign);
    hand_over.set = over;
    if hand_over.set.is_empty() {
        return Ok(updated);
    }
    let handed = unit.apply(hand_over)?;
    Ok(Outcome {
        changed: updated.changed || handed.changed,
        ..handed
    })
}

fn problems(refused: Refused) -> Vec<Problem> {
    let whole = |message| {
        vec![Problem {
            field: None,
            message,
        }]
    };
    match refused {
        Refused::Invalid(problems) => problems,
        Refused::BadRequest(message)
        | Refused::NotSignedIn(message)
        | Refused::Forbidden(message)
        | Refused::NotFound(message)
        | Refused::Conflict { message, .. }
        | Refused::TooLarge(message)
        | Refused::TooSlow(message)
        | Refused::Busy(message) => whole(message),
        Refused::TooMany { .. } => whole(Message::new("busy-try-again")),
    }
}
