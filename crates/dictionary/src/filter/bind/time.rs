//! Comparisons with days and other stretches of the calendar, turned into comparisons with their ends.

use base::{Date, MICROS_PER_DAY};

use super::super::error::FilterError;
use super::super::raw::{RawOperator, RawTerm};
use super::super::relative::{self, Moment};
use super::super::{Filter, Operand, Operator, Term, Test, Unit};
use super::{Subject, wrong_value};
use crate::{Kind, Value};

pub(super) const fn is_time(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Instant)
}

/// The comparison of a day or instant; `None` where the field is no time.
pub(super) fn order(
    subject: &Subject<'_>,
    operator: RawOperator,
    term: &RawTerm,
) -> Result<Option<Filter>, FilterError> {
    if !is_time(&subject.field.kind) {
        return Ok(None);
    }
    let (operator, term) = match (moment(subject, term)?, operator) {
        (Moment::Point(term), RawOperator::Less) => (Operator::Less, term),
        (Moment::Point(term), RawOperator::LessOrEqual) => (Operator::LessOrEqual, term),
        (Moment::Point(term), RawOperator::Greater) => (Operator::Greater, term),
        (Moment::Point(term), _) => (Operator::GreaterOrEqual, term),
        (Moment::Period(from, _), RawOperator::Less) => (Operator::Less, from),
        (Moment::Period(_, until), RawOperator::LessOrEqual) => (Operator::Less, until),
        (Moment::Period(_, until), RawOperator::Greater) => (Operator::GreaterOrEqual, until),
        (Moment::Period(from, _), _) => (Operator::GreaterOrEqual, from),
    };
    Ok(Some(subject.compare(operator, term)))
}

/// Equality with a day or instant: within the stretch. `None` where the field is no time.
pub(super) fn within(subject: &Subject<'_>, term: &RawTerm) -> Result<Option<Filter>, FilterError> {
    if !is_time(&subject.field.kind) {
        return Ok(None);
    }
    Ok(Some(match moment(subject, term)? {
        Moment::Point(term) => subject.compare(Operator::Equal, term),
        Moment::Period(from, until) => Filter::All(vec![
            subject.compare(Operator::GreaterOrEqual, from),
            subject.compare(Operator::Less, until),
        ]),
    }))
}

/// Both ends as one `between` where both are included, else as two comparisons.
pub(super) fn joined(subject: &Subject<'_>, from: Filter, until: Filter) -> Filter {
    match (from, until) {
        (
            Filter::Test(Test {
                operator: Operator::GreaterOrEqual,
                operand: Operand::One(from),
                ..
            }),
            Filter::Test(Test {
                operator: Operator::LessOrEqual,
                operand: Operand::One(until),
                ..
            }),
        ) => subject.test(Operator::Between, Operand::Range(from, until)),
        (from, until) => Filter::All(vec![from, until]),
    }
}

/// Whether the stretch that begins there is one day long: other stretches count in their own unit.
const fn is_day(from: &Term) -> bool {
    matches!(
        from,
        Term::Day(_)
            | Term::Start {
                offset_unit: Unit::Day,
                ..
            }
    )
}

/// What the term means for this field.
fn moment(subject: &Subject<'_>, term: &RawTerm) -> Result<Moment, FilterError> {
    let days = subject.field.kind == Kind::Date;
    let text = term.literal.text();
    let relative = term
        .literal
        .keyword()
        .and_then(|word| relative::parse(&word));
    if let Some(moment) = relative {
        return if days && !moment_has_days(&moment) {
            Err(wrong_value(subject, term))
        } else {
            Ok(as_days(moment, days))
        };
    }
    if let Some(day) = Date::parse(&text).filter(|_| text.trim().len() == 10) {
        return Ok(as_days(relative::calendar_day(day), days));
    }
    match subject.field.from_text(&text) {
        Ok(value @ Value::Instant(_)) => Ok(Moment::Point(Term::Value(value))),
        _ => {
            let near = relative::near(&text.to_ascii_lowercase());
            let error = wrong_value(subject, term);
            Err(error.proposing(&text, near.iter().map(String::as_str)))
        }
    }
}

/// In a field of days a literal day is a plain value, and a stretch of one day is a point.
fn as_days(moment: Moment, days: bool) -> Moment {
    let plain = |term: Term| match term {
        Term::Day(day) if days => Term::Value(Value::Date(day)),
        other => other,
    };
    match moment {
        Moment::Point(term) => Moment::Point(plain(term)),
        Moment::Period(from, _) if days && is_day(&from) => Moment::Point(plain(from)),
        Moment::Period(from, until) => Moment::Period(plain(from), plain(until)),
    }
}

/// Whether the moment can be told in whole days.
fn moment_has_days(moment: &Moment) -> bool {
    let whole = |term: &Term| match term {
        Term::Start {
            unit, offset_unit, ..
        } => *unit != Unit::Hour && *offset_unit != Unit::Hour,
        Term::Now { offset } => offset % MICROS_PER_DAY == 0,
        _ => true,
    };
    match moment {
        Moment::Point(term) => whole(term),
        Moment::Period(from, until) => whole(from) && whole(until),
    }
}
