//! Storing a checked change: spine and type row, history, journal, lists beside the record, outbox.
//! All statements of a change go to the database in one batch.

mod beside;
mod indexed;
mod rows;
mod told;

pub(super) use indexed::says;
pub(super) use told::is_stamp;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use dictionary::{TypeDef, Value, spine};
use store::{Sql, StoreError};

use super::load::Opened;
use super::{Loaded, instant_of};
use crate::change::{Action, Change, Mode, Outcome};
use crate::draft::{Draft, DraftParts, Values};
use crate::history::GENESIS;
use crate::outbox;
use crate::schema::{ORGANISATION, PARENT, unique_index};
use crate::unit::{Applied, CachedRecord, Unit};

/// What storing gave: the answer, and what reactions see; nothing where nothing changed.
pub(super) struct Stored {
    pub outcome: Outcome,
    pub applied: Option<Applied>,
}

/// A change that passed all checks. Only [`store`] makes one, from a draft without problems.
struct Checked {
    parts: DraftParts,
    before: Values,
    version: i64,
    previous: Vec<u8>,
    recorded_at: Timestamp,
    effective_at: Timestamp,
    change_id: Uuid,
    journal_entry: Option<Uuid>,
}

/// Stores the draft.
pub(super) fn store(
    unit: &mut Unit<'_, '_>,
    draft: Draft,
    change: &Change,
    opened: &Opened,
) -> Result<Stored> {
    let mut checked = make_checked(unit, draft, change, &opened.loaded);
    if checked.parts.before.is_none() {
        number(unit, &mut checked, change, opened.number)?;
    }
    let fields = told::diff(unit, &checked, change)?;
    if fields.is_empty() && !change.event {
        return Ok(unchanged(&checked));
    }
    stamp(&mut checked);
    let statements = rows::statements(unit, &checked, change);
    let (history, hash) = told::statements(unit, &checked, change, fields)?;
    let mut all = statements.into_sql(&hash);
    all.extend(history);
    all.extend(beside::journal_entry(unit, &checked, change));
    all.extend(beside::statements(unit, &checked, change));
    all.extend(indexed::statements(
        unit,
        &checked,
        change,
        opened.said.as_deref(),
    )?);
    // A replayed fact happened long ago: nobody is told of it now.
    if matches!(checked.parts.mode, Mode::Live) {
        all.push(outbox::statement(
            unit.ctx.tenant,
            &checked.parts.record_type.name,
            checked.parts.record,
            checked.change_id,
            checked.parts.action.name(),
            checked.recorded_at,
        ));
    }
    if moves_tree(&checked) {
        all.push(Sql::new(
            "UPDATE meta SET number = number + 1 WHERE name = 'version'",
        ));
    }
    unit.tx
        .batch(&all)
        .map_err(|error| clash(error, &checked.parts.record_type))?;
    remember(unit, &checked, hash);
    Ok(finished(checked))
}

fn make_checked(
    unit: &mut Unit<'_, '_>,
    draft: Draft,
    change: &Change,
    loaded: &Loaded,
) -> Checked {
    let parts = draft.into_parts();
    let count = parts.record_type.fields.len();
    let (version, previous, updated_at) = match loaded {
        Loaded::New => (0, GENESIS.to_vec(), None),
        Loaded::Existing {
            version,
            chain,
            values,
            ..
        } => {
            let updated_at = parts.record_type.value(values, spine::UPDATED_AT);
            (*version, chain.clone(), updated_at.as_instant())
        }
    };
    // Instants of one record never go back, even where the machine's clock does.
    let recorded_at = updated_at.map_or(unit.ctx.now, |it| it.max(unit.ctx.now));
    let effective_at = match parts.mode {
        Mode::Live => recorded_at,
        Mode::Replay { .. } => instant_of(parts.mode, recorded_at),
    };
    Checked {
        before: parts
            .before
            .clone()
            .unwrap_or_else(|| vec![Value::Null; count]),
        version,
        previous,
        recorded_at,
        effective_at,
        change_id: unit.new_id(),
        journal_entry: parts.comment.as_ref().map(|_| match parts.mode {
            Mode::Replay { .. } => change.journal_entry.unwrap_or_else(|| unit.new_id()),
            Mode::Live => unit.new_id(),
        }),
        parts,
    }
}

fn number(
    unit: &mut Unit<'_, '_>,
    checked: &mut Checked,
    change: &Change,
    drawn: Option<i64>,
) -> Result<()> {
    let Some(format) = checked.parts.record_type.number.clone() else {
        return Ok(());
    };
    let name = checked.parts.record_type.name.clone();
    let number = match &change.number {
        Some(given) => {
            let digits: String = given.chars().filter(char::is_ascii_digit).collect();
            if let Ok(digits) = digits.parse::<i64>() {
                unit.tx.raise_number(&name, digits)?;
            }
            given.clone()
        }
        None => match drawn {
            Some(drawn) => format.format(drawn),
            None => format.format(unit.tx.next_number(&name)?),
        },
    };
    if let Some(index) = checked.parts.record_type.field_index(spine::NUMBER) {
        checked.parts.after[index] = Value::Text(number);
    }
    Ok(())
}

fn unchanged(checked: &Checked) -> Stored {
    Stored {
        outcome: Outcome {
            record: checked.parts.record,
            number: number_of(&checked.parts.record_type, &checked.parts.after),
            version: checked.version,
            change_id: Uuid::nil(),
            changed: false,
            still_visible: true,
            journal_entry: None,
            reports: checked.parts.reports.clone(),
        },
        applied: None,
    }
}

fn number_of(record_type: &TypeDef, values: &Values) -> Option<String> {
    let number = record_type.value(values, spine::NUMBER);
    number.as_text().map(str::to_owned)
}

/// Version and instants of the row as it will be stored.
fn stamp(checked: &mut Checked) {
    checked.version += 1;
    let kept = [spine::UPDATED_AT, spine::CREATED_AT].map(|it| keeps(checked, it));
    let is_new = checked.parts.before.is_none();
    let mut put = |name: &str, value: Value| {
        if let Some(index) = checked.parts.record_type.field_index(name) {
            checked.parts.after[index] = value;
        }
    };
    put(spine::VERSION, Value::Integer(checked.version));
    if !kept[0] {
        put(spine::UPDATED_AT, Value::Instant(checked.recorded_at));
    }
    if is_new && !kept[1] {
        put(spine::CREATED_AT, Value::Instant(checked.recorded_at));
    }
}

/// Whether a stamp is another one than the instant of storing: a new record that is replayed may bring its own; and what
/// stood beside it before its last change makes it no newer, nor does what belongs to that change.
fn keeps(checked: &Checked, name: &str) -> bool {
    let parts = &checked.parts;
    let value = parts.record_type.value(&parts.after, name).as_instant();
    let replayed = matches!(parts.mode, Mode::Replay { .. });
    let beside = super::is_beside(&parts.action);
    let is_older = name == spine::UPDATED_AT
        && value
            .is_some_and(|it| it == checked.effective_at || beside && it > checked.effective_at);
    replayed && value.is_some() && (parts.before.is_none() || is_older)
}

/// Settings and role scopes follow the tree of organisations, which every process keeps in memory.
fn moves_tree(checked: &Checked) -> bool {
    let record_type = &checked.parts.record_type;
    record_type.name == ORGANISATION
        && (checked.parts.action == Action::Delete
            || record_type.value(&checked.before, PARENT)
                != record_type.value(&checked.parts.after, PARENT))
}

/// A unique index names the field that clashes.
fn clash(error: StoreError, record_type: &TypeDef) -> Error {
    let StoreError::Unique { constraint } = &error else {
        return error.into();
    };
    let table = &record_type.table;
    if *constraint == format!("{table}_number") {
        return Refused::field(spine::NUMBER, Message::new("refused-not-unique")).into();
    }
    let field = record_type
        .fields
        .iter()
        .find(|it| *constraint == unique_index(table, it));
    match field {
        Some(field) => {
            Refused::field(field.name.as_str(), Message::new("refused-not-unique")).into()
        }
        None => error.into(),
    }
}

/// Later changes and rules of this unit see the record as it is now.
fn remember(unit: &mut Unit<'_, '_>, checked: &Checked, hash: [u8; 32]) {
    unit.memory.last_change = Some(checked.change_id);
    let deleted = checked.parts.action == Action::Delete;
    let cached = CachedRecord {
        record_type: std::sync::Arc::clone(&checked.parts.record_type),
        values: checked.parts.after.clone(),
        deleted,
        chain: Some(hash.to_vec()),
    };
    unit.memory
        .cache
        .insert(checked.parts.record, std::sync::Arc::new(cached));
    if checked.parts.before.is_none() {
        unit.memory.created.insert(checked.parts.record);
    }
}

fn finished(checked: Checked) -> Stored {
    let outcome = Outcome {
        record: checked.parts.record,
        number: number_of(&checked.parts.record_type, &checked.parts.after),
        version: checked.version,
        change_id: checked.change_id,
        changed: true,
        still_visible: true,
        journal_entry: checked.journal_entry,
        reports: checked.parts.reports,
    };
    let applied = Applied {
        record: checked.parts.record,
        record_type: checked.parts.record_type,
        before: checked.parts.before,
        after: checked.parts.after,
        action: checked.parts.action,
        comment: checked.parts.comment,
        change_id: checked.change_id,
    };
    Stored {
        outcome,
        applied: Some(applied),
    }
}
