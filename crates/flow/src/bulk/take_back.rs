//! Taking back what a run did: another run, which puts fields back where nobody has changed them since.

use std::sync::Arc;

use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::TypeDef;
use engine::history::{HistoryEntry, of_record};
use engine::system::bulk::{self, BulkRun, RecordOutcome};
use engine::{Action, Change, Unit};

use super::act::{Act, Doing};
use super::{MOST_RECORDS, Order, begin_checked};

/// Begins a run that takes another one back.
///
/// # Errors
/// A conflict where that one is not over, changed nothing, did what cannot be taken back or was taken back already;
/// forbidden without the right.
pub fn take_back(
    unit: &mut Unit<'_, '_>,
    run: &BulkRun,
    (reason, token): (Option<String>, Option<Uuid>),
) -> Result<BulkRun> {
    let tenant = unit.ctx.tenant;
    if !run.state.is_over() {
        return Err(conflict("bulk-not-over"));
    }
    if !Act::stored(&run.act)?.can_be_undone() || run.counts.changed == 0 {
        return Err(conflict("bulk-not-to-undo"));
    }
    if bulk::undone_by(unit.tx, tenant, run.id)?.is_some() {
        return Err(conflict("bulk-undone-already"));
    }
    let most = i64::try_from(MOST_RECORDS).unwrap_or(i64::MAX);
    let changed = bulk::results(unit.tx, run.id, Some(RecordOutcome::Changed), 0, most)?;
    let order = Order {
        record_type: run.record_type.clone(),
        records: changed.iter().map(|it| it.record).collect(),
        act: Act {
            doing: Doing::Undo,
            set: std::collections::BTreeMap::new(),
            comment: None,
        },
        reason,
        token,
    };
    begin_checked(unit, &order, Some(run.id))
}

/// The change that puts a record back as it was before the run that is undone.
///
/// # Errors
/// A refusal that names the field which somebody has changed since.
pub(super) fn change(
    unit: &mut Unit<'_, '_>,
    of: &Arc<TypeDef>,
    record: Uuid,
    undone: Uuid,
) -> Result<Change> {
    let tenant = unit.ctx.tenant;
    let run = bulk::find(unit.tx, tenant, undone)?;
    let run = run.ok_or_else(|| Refused::NotFound(Message::new("bulk-not-found")))?;
    let act = Act::stored(&run.act)?;
    let action = match act.doing {
        Doing::Delete => Action::Restore,
        Doing::Restore => Action::Delete,
        _ => Action::Update,
    };
    let mut change = Change::of(&of.name, record, action);
    if act.set.is_empty() {
        return Ok(change);
    }
    let history = of_record(unit.tx, record)?;
    let own = |it: &&HistoryEntry| it.unit_id == undone && it.cause.is_none();
    let Some(entry) = history.iter().find(own) else {
        return Err(conflict("bulk-not-to-undo"));
    };
    let (now, _) = unit.reading().record(Some(&of.name), &record.to_string())?;
    let mut problems = Vec::new();
    for (name, diff) in &entry.fields {
        let Some(field) = of.field(name).filter(|_| act.set.contains_key(name)) else {
            continue;
        };
        let there = now.value(name).to_json();
        if there == diff.before {
            // It is back already.
            continue;
        }
        if there != diff.after {
            problems.push(Problem {
                field: Some(name.clone()),
                message: Message::new("bulk-changed-since").with("field", name),
            });
            continue;
        }
        match field.from_json(&diff.before) {
            Ok(value) => drop(change.set.insert(name.clone(), value)),
            Err(message) => problems.push(Problem {
                field: Some(name.clone()),
                message,
            }),
        }
    }
    if problems.is_empty() {
        Ok(change)
    } else {
        Err(Refused::Invalid(problems).into())
    }
}

fn conflict(key: &'static str) -> base::Error {
    Refused::Conflict {
        message: Message::new(key),
        current_version: None,
    }
    .into()
}
