//! The rows of a list put together by what they have in common, and how many the whole list has of each.

use base::{Error, Refused, Result};
use dictionary::filter::TYPE;
use dictionary::{Filter, Value, spine};
use engine::Reading;
use engine::read::{Aggregation, Group, GroupKey, Measure, Measured};
use ui::list::{Groups, phase_of};

use super::list::Asked;
use super::shell::Here;
use crate::AppState;

/// The question how many records there are of each, where rows are put together.
pub(super) fn question(asked: &Asked, filter: &Filter) -> Option<Aggregation> {
    let field = asked.group.as_deref()?;
    let by = |name: &str| Group::Field(name.to_owned());
    // States of several types have only their phases in common, which follow from type and state.
    let groups = match asked.of.is_none() && field == spine::STATE {
        true => vec![by(TYPE), by(field)],
        false => vec![by(field)],
    };
    Some(Aggregation {
        record_type: asked.of.as_ref().map(|it| it.name.clone()),
        filter: filter.clone(),
        groups,
        measures: vec![Measure::Count],
        ..Aggregation::default()
    })
}

/// The answer to it; without counts where there are more groups than can be counted.
pub(super) async fn groups(
    state: &AppState,
    here: &Here,
    asked: &Asked,
    question: Aggregation,
) -> Result<Groups> {
    let read = move |reading: &mut Reading<'_, '_>| reading.aggregate(&question);
    let rows = match state.engine().read_long(here.ctx(), read).await {
        Ok(found) => found.rows,
        Err(Error::Refused(Refused::BadRequest(message)))
            if message.key == "aggregate-too-large" =>
        {
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let mut counts: Vec<(Value, i64)> = Vec::new();
    for row in rows {
        let Some(Measured::Count(count)) = row.values.first() else {
            continue;
        };
        let Some(value) = value(here, &row.keys) else {
            continue;
        };
        match counts.iter_mut().find(|it| it.0 == value) {
            Some((_, known)) => *known += count,
            None => counts.push((value, *count)),
        }
    }
    Ok(Groups {
        field: asked.group.clone().unwrap_or_default(),
        across: asked.of.is_none(),
        counts,
    })
}

/// What the records of a group have in common, as their rows say it.
fn value(here: &Here, keys: &[GroupKey]) -> Option<Value> {
    match keys {
        [GroupKey::Value(value)] => Some(value.clone()),
        [GroupKey::Value(of), GroupKey::Value(code)] => {
            let of = here.ctx().record_type(of.as_text()?)?;
            Some(phase_of(&of, code))
        }
        _ => None,
    }
}
