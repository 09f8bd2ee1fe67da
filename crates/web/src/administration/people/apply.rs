//! Lines through the door: found, made or changed, or taken out.

use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Message, Problem, Refused, Result, Uuid, text_key};
use dictionary::{
    FieldDef, Filter, Kind, Operand, Operator, Page, Phase, Query, Term, Value, spine,
};
use engine::read::Visible;
use engine::system::account::require_not_above;
use engine::{Change, Ctx, Reading, Unit};

use super::list::{KEYS, LEFT, List};
use super::{Line, What, Wish};
use crate::AppState;

fn equal(field: &str, text: &str) -> Filter {
    let term = Term::Value(Value::Text(text.to_owned()));
    Filter::test(field, Operator::Equal, Operand::One(term))
}

/// Records that a filter finds, at most two: more are as good as two.
fn few(reading: &mut Reading<'_, '_>, of: &str, filter: Filter) -> Result<Vec<Uuid>> {
    let query = Query {
        record_type: Some(of.to_owned()),
        filter,
        page: Page {
            limit: Some(2),
            after: None,
        },
        ..Query::default()
    };
    Ok(reading.list(&query)?.rows.iter().map(Visible::id).collect())
}

/// Who a line is about.
fn find(reading: &mut Reading<'_, '_>, list: &List, row: &[String]) -> Result<Option<Uuid>> {
    for key in KEYS {
        if let Some(text) = list.cell(row, key) {
            let found = few(reading, &list.of.name, equal(key, text))?;
            if let Some(person) = found.first() {
                return Ok(Some(*person));
            }
        }
    }
    Ok(None)
}

/// Whom these lines find, and whether their line takes them out; who has left already cannot leave again.
pub(super) async fn resolve(
    state: &AppState,
    ctx: &Ctx,
    list: &Arc<List>,
    rows: Vec<Vec<String>>,
) -> Result<Vec<(Uuid, bool)>> {
    let list = Arc::clone(list);
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut all = Vec::new();
        for row in &rows {
            let Some(person) = find(reading, &list, row)? else {
                continue;
            };
            let mut leaves = list.takes_out(row);
            if leaves {
                let (now, _) = reading.record(Some(&list.of.name), &person.to_string())?;
                leaves = now.value(spine::OPEN).as_boolean() != Some(false);
            }
            all.push((person, leaves));
        }
        Ok(all)
    };
    state.engine().read(ctx, read).await
}

/// What a cell means. Nothing where it leads to somebody who is still to come.
fn value(
    reading: &mut Reading<'_, '_>,
    list: &List,
    field: &FieldDef,
    text: &str,
) -> Result<Result<Option<Value>, Message>> {
    let mut named = |to: Option<&str>, text: &str| -> Result<Result<Option<Uuid>, Message>> {
        let of = to.unwrap_or_default();
        let Some(target) = reading.ctx.record_type(of) else {
            return Ok(Err(Message::new("reference-not-found").with("text", text)));
        };
        let mut ways = vec![equal(spine::TITLE, text)];
        let addresses = target
            .fields
            .iter()
            .filter(|it| it.kind == Kind::Email && it.unique);
        if text.contains('@') {
            ways.extend(addresses.map(|it| equal(&it.name, text)));
        }
        let found = few(reading, of, Filter::Any(ways))?;
        Ok(match found.as_slice() {
            [one] => Ok(Some(*one)),
            [] if of == list.of.name && list.addresses.contains(&text_key(text)) => Ok(None),
            [] => Err(Message::new("reference-not-found").with("text", text)),
            _ => Err(Message::new("reference-ambiguous").with("text", text)),
        })
    };
    Ok(match &field.kind {
        Kind::Reference { to } => {
            let found = named(to.as_deref(), text)?;
            found.map(|it| it.map(Value::Reference))
        }
        Kind::References { to } => {
            let mut ids = Vec::new();
            for part in text
                .split([';', '|'])
                .map(str::trim)
                .filter(|it| !it.is_empty())
            {
                match named(to.as_deref(), part)? {
                    Ok(id) => ids.extend(id),
                    Err(message) => return Ok(Err(message)),
                }
            }
            ids.sort_unstable();
            ids.dedup();
            Ok(Some(Value::References(ids)))
        }
        _ => field.from_text(text).map(Some),
    })
}

/// A line, and whether something in it leads to somebody who is still to come.
pub(super) type Done = (Line, bool);

/// Applies some lines as one unit, each in a part of its own.
pub(super) async fn apply(
    state: &AppState,
    ctx: &Ctx,
    list: &Arc<List>,
    rows: Vec<(usize, Vec<String>)>,
    wish: Wish,
) -> Result<Vec<Done>> {
    let told: Arc<Mutex<Vec<Done>>> = Arc::default();
    let (list, tell) = (Arc::clone(list), Arc::clone(&told));
    let write = move |unit: &mut Unit<'_, '_>| {
        let (mut all, mut again) = (Vec::new(), Ok(()));
        for (line, row) in &rows {
            let mut done = (blank(&list, *line, row), false);
            let tried = unit.savepoint(|unit| take(unit, &list, row, &mut done));
            match tried {
                Ok(()) => {}
                // The unit will run again with its locks in their order. The other lines say which these are;
                // one at a time, it would run again for each.
                Err(error @ Error::Refused(Refused::Busy(_))) => again = Err(error),
                Err(error) => refuse(&mut done.0, error)?,
            }
            all.push(done);
        }
        again?;
        *tell.lock().unwrap_or_else(PoisonError::into_inner) = all;
        if wish.dry { Err(given_up()) } else { Ok(()) }
    };
    end(state.engine().write(ctx, write).await)?;
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut told))
}

const GIVEN_UP: &str = "people-dry-run";

/// What a dry run ends with, so that nothing of it stays.
pub(super) fn given_up() -> Error {
    Refused::BadRequest(Message::new(GIVEN_UP)).into()
}

/// How a unit ended that may have been a dry run.
pub(super) fn end(ended: Result<()>) -> Result<()> {
    match ended {
        Err(Error::Refused(Refused::BadRequest(message))) if message.key == GIVEN_UP => Ok(()),
        other => other,
    }
}

fn blank(list: &List, line: usize, row: &[String]) -> Line {
    Line {
        line: Some(line),
        name: list.name(row),
        person: None,
        what: What::Unchanged,
        problems: Vec::new(),
        open_work: None,
    }
}

/// Notes a refusal of one line; failures end the import.
pub(super) fn refuse(line: &mut Line, error: Error) -> Result<()> {
    let plain = |message| {
        vec![Problem {
            field: None,
            message,
        }]
    };
    line.what = What::Refused;
    line.problems = match error {
        Error::Refused(Refused::Invalid(problems)) => problems,
        Error::Refused(
            Refused::Forbidden(message)
            | Refused::NotFound(message)
            | Refused::BadRequest(message)
            | Refused::Conflict { message, .. },
        ) => plain(message),
        other => return Err(other),
    };
    Ok(())
}

fn take(unit: &mut Unit<'_, '_>, list: &List, row: &[String], done: &mut Done) -> Result<()> {
    let found = find(&mut unit.reading(), list, row)?;
    done.0.person = found;
    if list.has_left(row)? {
        return match found {
            Some(person) => step_out(unit, list, person, &mut done.0),
            // Whoever left before they came is nobody's.
            None => Ok(()),
        };
    }
    let mut change = match found {
        Some(person) => Change::update(&list.of.name, person),
        None => Change::create(&list.of.name),
    };
    let mut problems = Vec::new();
    for (field, text) in list.columns.iter().zip(row) {
        let Some(field) = field.as_ref().filter(|_| !text.is_empty()) else {
            continue;
        };
        match value(&mut unit.reading(), list, field, text)? {
            Ok(Some(value)) => change = change.with_value(&field.name, value),
            Ok(None) => done.1 = true,
            Err(message) => problems.push(Problem {
                field: Some(field.name.clone()),
                message,
            }),
        }
    }
    if !problems.is_empty() {
        return Err(Refused::Invalid(problems).into());
    }
    if found.is_some() {
        require_own_or_below(unit, list, &change)?;
    }
    let outcome = unit.apply(change)?;
    done.0.person = Some(outcome.record);
    done.0.what = match found {
        None => What::Created,
        Some(_) if outcome.changed => What::Changed,
        Some(_) => What::Unchanged,
    };
    Ok(())
}

/// Whose address changes can be sent a link by mail: that of a system administrator is not for others to change.
fn require_own_or_below(unit: &mut Unit<'_, '_>, list: &List, change: &Change) -> Result<()> {
    let Some(person) = change.record else {
        return Ok(());
    };
    let (now, _) = unit
        .reading()
        .record(Some(&list.of.name), &person.to_string())?;
    let address = change.set.get("email");
    let moves = address.is_some_and(|it| text(it) != text(now.value("email")));
    if moves {
        require_not_above(unit, person)?;
    }
    Ok(())
}

fn text(value: &Value) -> String {
    text_key(value.as_text().unwrap_or_default())
}

/// The step that is there for leaving: the first that leads from work to the end.
pub(super) fn step_out(
    unit: &mut Unit<'_, '_>,
    list: &List,
    person: Uuid,
    line: &mut Line,
) -> Result<()> {
    let (now, _) = unit
        .reading()
        .record(Some(&list.of.name), &person.to_string())?;
    if now.value(spine::OPEN).as_boolean() == Some(false) {
        return Ok(());
    }
    if person == unit.ctx.actor.person {
        return Err(Refused::field(LEFT, Message::new("people-not-oneself")).into());
    }
    require_not_above(unit, person)?;
    let lifecycle = list
        .of
        .lifecycle
        .as_ref()
        .zip(now.value(spine::STATE).as_text());
    let steps = lifecycle
        .into_iter()
        .flat_map(|(it, from)| it.transitions_from(from));
    let mut out = steps.filter(|it| {
        let phase = list.of.lifecycle.as_ref().map(|all| all.phase(&it.to));
        phase == Some(Phase::Closed)
    });
    let none = || Refused::field(LEFT, Message::new("people-cannot-leave"));
    let step = out.next().ok_or_else(none)?.name.clone();
    let work = Query {
        filter: Filter::equal(spine::ASSIGNEE, Value::Reference(person))
            .and(Filter::equal(spine::OPEN, Value::Boolean(true))),
        ..Query::default()
    };
    line.open_work = Some(unit.reading().count(&work)?);
    unit.apply(Change::transition(&list.of.name, person, &step))?;
    line.what = What::Left;
    Ok(())
}
