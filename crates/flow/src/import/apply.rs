//! Storing rows inside one transaction, each in its savepoint.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::{Message, Problem, Result, Timestamp, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, Value, WrittenBy};
use engine::external::ExternalKey;
use engine::{Action, Change, Mode, Outcome, Unit};

use super::beside::{Added, There, apply_steps};
use super::references::Known;
use crate::chunk::{self, Care, problems};
use crate::plan::{Found, Plan, PlannedRow, Reference, Step};
use crate::report::{Counts, Rejected};

/// A row whose references are found, or a piece of one that has more beside it than a transaction may hold.
#[derive(Clone, Debug)]
pub(super) struct ReadyRow {
    pub line: u64,
    /// Whether the line is done with this piece.
    pub ends_line: bool,
    pub key: String,
    pub record_type: Arc<TypeDef>,
    pub at: Option<Timestamp>,
    pub set: BTreeMap<String, Value>,
    pub steps: Vec<Step>,
    /// Whether it is the first piece, which makes the record.
    begins_line: bool,
    position: i64,
    actor: Option<Uuid>,
    id: Option<Uuid>,
    number: Option<String>,
}

impl ReadyRow {
    /// How much of a transaction the row takes: itself, and each thing beside it.
    pub(super) const fn weight(&self) -> usize {
        1 + self.steps.len()
    }

    /// Records that the row may put its record below: those of its own type, or of any.
    fn above(&self) -> impl Iterator<Item = Uuid> {
        let own = &self.record_type.name;
        let leads_up = move |field: &&FieldDef| match &field.kind {
            Kind::Reference { to } => to.as_ref().is_none_or(|it| it == own),
            _ => false,
        };
        let fields = self.record_type.fields.iter().filter(leads_up);
        fields.filter_map(move |it| self.set.get(&it.name)?.as_reference())
    }

    /// The row, cut so that no piece is heavier than that.
    pub(super) fn pieces(mut self, most: usize) -> Vec<Self> {
        let mut pieces = Vec::with_capacity(1);
        while self.steps.len() > most {
            let rest = self.steps.split_off(most);
            let next = Self {
                steps: rest,
                begins_line: false,
                ..self.clone()
            };
            pieces.push(Self {
                ends_line: false,
                ..self
            });
            self = next;
        }
        pieces.push(self);
        pieces
    }
}

/// Makes a row ready, or says why it is rejected.
pub(super) fn make_ready(
    row: PlannedRow,
    known: &Known,
    counts: &mut Counts,
) -> Result<ReadyRow, Rejected> {
    let found = |it: &Reference| match known.get(&it.identity()) {
        Some(Found::Record(id)) => Some(*id),
        _ => None,
    };
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
    let steps = row.steps.into_iter();
    let steps = steps.filter(|it| it.end.as_deref().is_none_or(|end| found(end).is_some()));
    Ok(ReadyRow {
        line: row.line,
        ends_line: true,
        begins_line: true,
        key: row.key,
        record_type: row.record_type,
        position: row.position,
        at: row.at,
        actor: row.actor.as_deref().and_then(found),
        id: row.id,
        number: row.number,
        set,
        steps: steps.map(|it| it.step).collect(),
    })
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
    // Whoever counts or orders what lies below a record holds that record too, so its lock is taken with the
    // others, in their order.
    let above = rows.iter().flat_map(ReadyRow::above);
    let records = known.values().map(|(record, _)| *record);
    unit.lock_records(records.chain(above))?;
    let there = There::find(unit, rows, &known)?;
    let mut moved: BTreeMap<&str, (Uuid, i64)> = BTreeMap::new();
    for row in rows {
        let existing = known.get(row.key.as_str()).copied();
        if plan.has_events() && existing.is_some_and(|(_, position)| row.position <= position) {
            counts.known += 1;
            continue;
        }
        if !row.begins_line && existing.is_none() {
            // Its first piece was rejected, and told.
            continue;
        }
        let record = existing.map(|(record, _)| record);
        let store = |unit: &mut Unit<'_, '_>| apply_whole(unit, plan, row, record, &there);
        match chunk::one(unit, care, store)? {
            Ok((outcome, added)) => {
                match (existing, outcome.changed || !added.is_empty()) {
                    _ if !row.begins_line => {}
                    (None, _) => counts.created += 1,
                    (Some(_), true) => counts.updated += 1,
                    (Some(_), false) => counts.unchanged += 1,
                }
                added.count(&mut counts);
                // What an export says was so in its own house; there is nothing odd about it.
                let told = outcome.reports.into_iter();
                let odd = |it: &Message| !(plan.is_of_export() && it.key.starts_with("replayed-"));
                told.filter(odd).for_each(|it| counts.report(it));
                let position = if plan.has_events() { row.position } else { 0 };
                known.insert(row.key.clone(), (outcome.record, position));
                if existing.is_none_or(|(_, before)| before != position) {
                    moved.insert(row.key.as_str(), (outcome.record, position));
                }
            }
            Err(refused) => counts.rejected.push(Rejected {
                line: row.line,
                key: Some(row.key.clone()),
                problems: problems(refused),
            }),
        }
    }
    if !plan.is_of_export() {
        remember(unit, plan, &moved)?;
    }
    Ok(counts)
}

fn known_records(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    rows: &[ReadyRow],
) -> Result<HashMap<String, (Uuid, i64)>> {
    if plan.is_of_export() {
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
    unit.external_keys(&plan.source, plan.name(), &keys)
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
            record_type: plan.name().to_owned(),
            key: (*key).to_owned(),
            record: *record,
            position: *position,
        })
        .collect();
    unit.remember_external_keys(&keys)
}

/// The record, and what stands beside it.
fn apply_whole(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    row: &ReadyRow,
    existing: Option<Uuid>,
    there: &There,
) -> Result<(Outcome, Added)> {
    let outcome = apply_row(unit, plan, row, existing)?;
    let added = apply_steps(unit, row, outcome.record, there)?;
    Ok((outcome, added))
}

fn apply_row(
    unit: &mut Unit<'_, '_>,
    plan: &Plan,
    row: &ReadyRow,
    existing: Option<Uuid>,
) -> Result<Outcome> {
    let name = row.record_type.name.as_str();
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
        (None, Some(record)) => return update_live(unit, &row.record_type, change, record),
        (None, None) => {}
    }
    unit.apply(change)
}

/// A live update hands over in a change of its own, since that is another right.
fn update_live(
    unit: &mut Unit<'_, '_>,
    record_type: &TypeDef,
    mut change: Change,
    record: Uuid,
) -> Result<Outcome> {
    let written_by = |field: &str| record_type.field(field).map(|it| it.written_by);
    // What is set at creation or by a step only stays as it was set.
    change.set.retain(|field, _| {
        !matches!(
            written_by(field),
            Some(WrittenBy::Creation | WrittenBy::Transition)
        )
    });
    let (over, own) = std::mem::take(&mut change.set)
        .into_iter()
        .partition(|(field, _)| written_by(field) == Some(WrittenBy::Assignment));
    change.set = own;
    let updated = unit.apply(change)?;
    let mut hand_over = Change::of(record_type.name.as_str(), record, Action::Assign);
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
