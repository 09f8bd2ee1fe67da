//! Relative times as people write them: `now-2h`, `today-7d`, `last_month`, `start of month-1month`.
//!
//! A *point* is one instant; a *period* is a stretch of the calendar. Only points are terms of a filter:
//! the binder turns a comparison with a period into comparisons with its ends.

use base::Date;

use super::{Term, Unit};

/// What a relative time means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Moment {
    /// One instant.
    Point(Term),
    /// From the start of the first term up to, and without, the second.
    Period(Term, Term),
}

/// Reads a relative time in lower case; `None` if it is none.
pub(super) fn parse(word: &str) -> Option<Moment> {
    if let Some(rest) = word.strip_prefix("start of ") {
        return start_of(rest.trim()).map(Moment::Point);
    }
    if let Some(rest) = word.strip_prefix("now") {
        return now(rest).map(Moment::Point);
    }
    let (day, rest) = ["today", "yesterday", "tomorrow"]
        .iter()
        .zip([0, -1, 1])
        .find_map(|(name, day)| word.strip_prefix(name).map(|rest| (day, rest)))
        .unwrap_or((0, word));
    if rest.len() == word.len() {
        return named_period(word);
    }
    if rest.is_empty() {
        return Some(days_from(day));
    }
    let (amount, unit) = offset(rest)?;
    match unit {
        OffsetUnit::Calendar(Unit::Day) => Some(days_from(day + amount)),
        OffsetUnit::Calendar(Unit::Week) => Some(days_from(day + amount * 7)),
        OffsetUnit::Calendar(Unit::Hour) if day == 0 => {
            Some(Moment::Point(start(Unit::Day, amount, Unit::Hour)))
        }
        // A day that is whole months away has no plain successor in the same form: it stays a point.
        OffsetUnit::Calendar(unit) if day == 0 && unit != Unit::Hour => {
            Some(Moment::Point(start(Unit::Day, amount, unit)))
        }
        _ => None,
    }
}

/// Relative times that a word was perhaps meant to be: one of the known names, with what followed.
pub(super) fn near(word: &str) -> Vec<String> {
    let (name, rest) = word.split_at(word.find(['+', '-']).unwrap_or(word.len()));
    let periods = ["this", "last", "next"]
        .into_iter()
        .flat_map(|which| UNITS.map(|(_, unit)| format!("{which}_{unit}")));
    let days = ["now", "today", "yesterday", "tomorrow"].map(str::to_owned);
    let alike = |it: &String| strsim::osa_distance(it, name) <= 2;
    let meant = days.into_iter().chain(periods).filter(alike);
    meant
        .map(|it| it + rest)
        .filter(|it| parse(it).is_some())
        .collect()
}

/// The day as a period.
pub(super) fn calendar_day(day: Date) -> Moment {
    Moment::Period(
        Term::Day(day),
        Term::Day(Date::from_days(day.days().saturating_add(1))),
    )
}

/// Writes a term that depends on the asker so that [`parse`] reads it back; `None` for plain values.
pub(super) fn format(term: &Term) -> Option<String> {
    match term {
        Term::Value(_) => None,
        Term::Me => Some("me".to_owned()),
        Term::MyTeams => Some("my_teams".to_owned()),
        Term::MyOrganisations => Some("my_organisations".to_owned()),
        Term::Now { offset: 0 } => Some("now".to_owned()),
        Term::Now { offset } => Some(format!("now{}", micros_to_text(*offset))),
        Term::Start {
            unit,
            offset: 0,
            offset_unit,
        } if offset_unit == unit => Some(format!("start of {}", name(*unit))),
        Term::Start {
            unit,
            offset,
            offset_unit,
        } => Some(format!(
            "start of {}{offset:+}{}",
            name(*unit),
            name(*offset_unit)
        )),
        Term::Day(day) => Some(format!("start of {day}")),
    }
}

const UNITS: [(Unit, &str); 6] = [
    (Unit::Hour, "hour"),
    (Unit::Day, "day"),
    (Unit::Week, "week"),
    (Unit::Month, "month"),
    (Unit::Quarter, "quarter"),
    (Unit::Year, "year"),
];

const fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

const fn start(unit: Unit, offset: i64, offset_unit: Unit) -> Term {
    Term::Start {
        unit,
        offset,
        offset_unit,
    }
}

fn days_from(days: i64) -> Moment {
    Moment::Period(
        start(Unit::Day, days, Unit::Day),
        start(Unit::Day, days + 1, Unit::Day),
    )
}

/// `this_week`, `last_month`, `next_year`.
fn named_period(word: &str) -> Option<Moment> {
    let (which, unit) = word.split_once('_')?;
    let offset = match which {
        "this" => 0,
        "last" => -1,
        "next" => 1,
        _ => return None,
    };
    let (unit, _) = UNITS.into_iter().find(|(_, name)| *name == unit)?;
    Some(Moment::Period(
        start(unit, offset, unit),
        start(unit, offset + 1, unit),
    ))
}

/// What follows `start of`.
fn start_of(text: &str) -> Option<Term> {
    if let Some(day) = Date::parse(text) {
        return Some(Term::Day(day));
    }
    let end = text.find(['+', '-']).unwrap_or(text.len());
    let (unit_name, rest) = text.split_at(end);
    let (unit, _) = UNITS
        .into_iter()
        .find(|(_, name)| *name == unit_name.trim())?;
    if rest.is_empty() {
        return Some(start(unit, 0, unit));
    }
    match offset(rest)? {
        (amount, OffsetUnit::Calendar(offset_unit)) => Some(start(unit, amount, offset_unit)),
        (_, OffsetUnit::Micros(_)) => None,
    }
}

/// What follows `now`: lengths of time that do not depend on the calendar.
fn now(rest: &str) -> Option<Term> {
    if rest.is_empty() {
        return Some(Term::Now { offset: 0 });
    }
    let (amount, unit) = offset(rest)?;
    let micros = match unit {
        OffsetUnit::Micros(micros) => micros,
        OffsetUnit::Calendar(Unit::Hour) => 3_600_000_000,
        OffsetUnit::Calendar(Unit::Day) => base::MICROS_PER_DAY,
        OffsetUnit::Calendar(Unit::Week) => 7 * base::MICROS_PER_DAY,
        OffsetUnit::Calendar(_) => return None,
    };
    Some(Term::Now {
        offset: amount.checked_mul(micros)?,
    })
}

#[derive(Clone, Copy)]
enum OffsetUnit {
    Calendar(Unit),
    Micros(i64),
}

/// Reads `-7d`, `+1month`. A hundred thousand units are more than any calendar holds sense for.
fn offset(text: &str) -> Option<(i64, OffsetUnit)> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let digits = rest.find(|it: char| !it.is_ascii_digit())?;
    let amount: i64 = rest[..digits].parse().ok()?;
    let unit = match &rest[digits..] {
        "us" => OffsetUnit::Micros(1),
        "s" | "sec" | "second" | "seconds" => OffsetUnit::Micros(1_000_000),
        "m" | "min" | "minute" | "minutes" => OffsetUnit::Micros(60_000_000),
        "h" | "hour" | "hours" => OffsetUnit::Calendar(Unit::Hour),
        "d" | "day" | "days" => OffsetUnit::Calendar(Unit::Day),
        "w" | "week" | "weeks" => OffsetUnit::Calendar(Unit::Week),
        "mo" | "month" | "months" => OffsetUnit::Calendar(Unit::Month),
        "q" | "quarter" | "quarters" => OffsetUnit::Calendar(Unit::Quarter),
        "y" | "year" | "years" => OffsetUnit::Calendar(Unit::Year),
        _ => return None,
    };
    let sensible = matches!(unit, OffsetUnit::Micros(_)) || amount <= 100_000;
    sensible.then_some((sign * amount, unit))
}

fn micros_to_text(offset: i64) -> String {
    let units = [
        (base::MICROS_PER_DAY, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "m"),
        (1_000_000, "s"),
        (1, "us"),
    ];
    let (size, unit) = units
        .into_iter()
        .find(|(size, _)| offset % size == 0)
        .unwrap_or((1, "us"));
    format!("{:+}{unit}", offset / size)
}
