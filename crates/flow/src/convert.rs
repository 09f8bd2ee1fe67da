//! Texts of the source as values of a field.
//!
//! Reads what a mapping allows and nothing more; a text that does not fit is a reason to reject the
//! row, never to guess.

use base::{Date, Message, Timestamp};
use dictionary::{FieldDef, Kind, Value};
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// How times are written in the source.
#[derive(Clone, Debug)]
pub struct Times {
    /// Zone of instants without one; nothing: they are rejected.
    pub zone: Option<TimeZone>,
    /// strftime words of instants.
    pub instants: Vec<String>,
    /// strftime words of days.
    pub dates: Vec<String>,
}

impl Times {
    /// Reads an instant.
    ///
    /// # Errors
    /// A message that names the text.
    pub fn instant(&self, text: &str) -> Result<Timestamp, Message> {
        for format in &self.instants {
            let Ok(parts) = BrokenDownTime::parse(format, text) else {
                continue;
            };
            if let Ok(instant) = parts.to_timestamp() {
                return Ok(instant.into());
            }
            let Ok(local) = parts.to_datetime() else {
                continue;
            };
            return self.in_zone(local, text);
        }
        if let Some(instant) = Timestamp::parse(text) {
            return Ok(instant);
        }
        match text.parse() {
            Ok(local) => self.in_zone(local, text),
            Err(_) => Err(not_an_instant(text)),
        }
    }

    /// What a clock on the wall of the mapping's zone showed.
    fn in_zone(&self, local: DateTime, text: &str) -> Result<Timestamp, Message> {
        let Some(zone) = &self.zone else {
            return Err(Message::new("row-time-without-zone").with("text", text));
        };
        // Of the hour that a change of clocks repeats the first is meant, of the one it skips the later.
        let instant = zone.to_ambiguous_timestamp(local).compatible();
        instant
            .map(Timestamp::from)
            .map_err(|_| not_an_instant(text))
    }

    fn date(&self, text: &str) -> Result<Date, Message> {
        let parsed = self
            .dates
            .iter()
            .find_map(|format| BrokenDownTime::parse(format, text).ok()?.to_date().ok());
        parsed
            .map(Date::from)
            .or_else(|| Date::parse(text))
            .ok_or_else(|| Message::new("row-not-a-date").with("text", text))
    }
}

fn not_an_instant(text: &str) -> Message {
    Message::new("row-not-an-instant").with("text", text)
}

/// The value of a field from a text that is not missing.
///
/// # Errors
/// A message that says what would be right.
pub fn value(field: &FieldDef, text: &str, times: &Times) -> Result<Value, Message> {
    match &field.kind {
        Kind::Instant => times.instant(text.trim()).map(Value::Instant),
        Kind::Date => times.date(text.trim()).map(Value::Date),
        _ => field.from_text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: &str, zone: Option<&str>, text: &str, expected: &str) {
        let zone = zone.map(|name| TimeZone::get(name).unwrap());
        let times = Times {
            zone,
            instants: vec![format.to_owned()],
            dates: Vec::new(),
        };
        let read = times
            .instant(text)
            .map_or_else(|error| error.key.to_owned(), |it| it.to_string());
        assert_eq!(read, expected, "{text} as {format}");
    }

    #[test]
    fn instants_are_read_with_and_without_padding_and_zone() {
        check(
            "%d/%m/%Y %H:%M",
            Some("UTC"),
            "3/6/2016 08:05",
            "2016-06-03T08:05:00Z",
        );
        check(
            "%d/%m/%Y %H:%M",
            Some("UTC"),
            "29/2/2016 23:59",
            "2016-02-29T23:59:00Z",
        );
        check(
            "%d/%m/%Y %H:%M",
            Some("UTC"),
            "30/2/2016 23:59",
            "row-not-an-instant",
        );
        check(
            "%d/%m/%Y %H:%M",
            None,
            "3/6/2016 08:05",
            "row-time-without-zone",
        );
        check(
            "%d/%m/%Y %H:%M",
            None,
            "2016-06-03T08:05:00Z",
            "2016-06-03T08:05:00Z",
        );
        // Workbooks have moments and days without a zone.
        check(
            "%d/%m/%Y %H:%M",
            Some("Europe/Berlin"),
            "2016-06-03T08:05:00",
            "2016-06-03T06:05:00Z",
        );
        check(
            "%d/%m/%Y %H:%M",
            Some("Europe/Berlin"),
            "2016-06-03",
            "2016-06-02T22:00:00Z",
        );
        check(
            "%d/%m/%Y %H:%M",
            None,
            "2016-06-03T08:05:00",
            "row-time-without-zone",
        );
        check(
            "%Y-%m-%d %H:%M:%S %z",
            None,
            "2016-06-03 08:05:00 +0200",
            "2016-06-03T06:05:00Z",
        );
    }

    #[test]
    fn hours_that_clocks_skip_or_repeat_have_one_meaning() {
        check(
            "%Y-%m-%d %H:%M",
            Some("Europe/Berlin"),
            "2026-03-29 02:30",
            "2026-03-29T01:30:00Z",
        );
        check(
            "%Y-%m-%d %H:%M",
            Some("Europe/Berlin"),
            "2026-10-25 02:30",
            "2026-10-25T00:30:00Z",
        );
    }
}
