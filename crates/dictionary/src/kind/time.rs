//! Days, instants and lengths of time.

use base::{Date, Message, Timestamp};
use serde_json::Value as Json;

use crate::value::MAX_UNSCALED;
use crate::{Kind, Value};

/// Earliest and latest year that may be stored, so that arithmetic on instants cannot leave its range.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9998;

pub(super) fn from_json(kind: &Kind, json: &Json) -> Result<Value, Message> {
    json.as_str()
        .map_or_else(|| Err(expected(kind)), |text| from_text(kind, text))
}

pub(super) fn from_text(kind: &Kind, text: &str) -> Result<Value, Message> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let (value, year) = match kind {
        Kind::Date => Date::parse(text).map(|it| (Value::Date(it), it.to_jiff().year())),
        Kind::Instant => Timestamp::parse(text).map(|it| (Value::Instant(it), year(it))),
        _ => duration_from_text(text).map(|it| (Value::Duration(it), *YEARS.start())),
    }
    .ok_or_else(|| expected(kind))?;
    match YEARS.contains(&year) {
        true => Ok(value),
        false => Err(Message::new("time-out-of-range").with("last", YEARS.end())),
    }
}

fn expected(kind: &Kind) -> Message {
    super::wrong(match kind {
        Kind::Date => "expected-date",
        Kind::Instant => "expected-instant",
        _ => "expected-duration",
    })
}

fn year(instant: Timestamp) -> i16 {
    instant.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).year()
}

/// Reads ISO 8601 (`PT1H30M`) or jiff's friendly form (`1h 30m`); days are 24 hours.
fn duration_from_text(text: &str) -> Option<i64> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let calendar_free = span.get_years() == 0 && span.get_months() == 0;
    let relative = jiff::SpanRelativeTo::days_are_24_hours();
    let micros = span.total((jiff::Unit::Microsecond, relative)).ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded by the comparison before the cast"
    )]
    let bounded = (micros.abs() <= MAX_UNSCALED as f64).then_some(micros as i64);
    bounded.filter(|_| calendar_free)
}

/// Hours, minutes and seconds as ISO 8601 writes them: `PT26H5M`.
pub(super) fn duration_to_text(micros: i64) -> String {
    jiff::SignedDuration::from_micros(micros).to_string()
}
