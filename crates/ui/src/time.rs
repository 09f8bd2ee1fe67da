//! Instants, days and lengths of time as people read them: near ones by their distance, all of them in the
//! reader's zone, the whole instant one touch away.

use foldhash::HashMap;
use std::cell::RefCell;

use base::{Date, Timestamp};
use jiff::Zoned;
use jiff::civil;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::message::Language;
use crate::text;

/// Minutes that a thread has put into words: every cell with an instant says one, and lists repeat them.
type Said = HashMap<(Language, civil::Date, i8, i8), String>;

/// Lengths of time by number and unit; at most sixty minutes, a day of hours and a fortnight of days.
type Counted = HashMap<(Language, (i64, char)), String>;

thread_local! {
    static COUNTED: RefCell<Counted> = RefCell::default();
    static SAID: RefCell<Said> = RefCell::default();
}

/// Most minutes that are kept per thread; then all are forgotten.
const MOST_SAID: usize = 4_096;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// An instant as its distance from now, with the whole instant for who asks.
#[must_use]
pub fn ago(language: &Language, zone: &TimeZone, now: Timestamp, at: Timestamp) -> Markup {
    html! {
        time datetime=(at) title=(absolute(language, zone, at)) { (distance(language, zone, now, at)) }
    }
}

/// An instant as a time of day where it is of today, else with its day.
#[must_use]
pub fn clock(language: &Language, zone: &TimeZone, now: Timestamp, at: Timestamp) -> Markup {
    let local = local(zone, at);
    let words = if local.date() == self::local(zone, now).date() {
        time_of_day(&local)
    } else {
        let day = day_words(language, local.date(), self::local(zone, now).date());
        text!(
            language,
            "time-day-and-time",
            day = day,
            time = time_of_day(&local)
        )
    };
    html! { time datetime=(at) title=(absolute(language, zone, at)) { (words) } }
}

/// `2m`, `3h`, `5d`, and for what lies further the day itself.
#[must_use]
pub fn distance(language: &Language, zone: &TimeZone, now: Timestamp, at: Timestamp) -> String {
    let micros = now.micros() - at.micros();
    let (far, ahead) = (micros.abs(), micros < 0);
    if far >= 14 * DAY {
        return day_words(language, local(zone, at).date(), local(zone, now).date());
    }
    let words = match far {
        it if it < MINUTE => return text!(language, "time-now"),
        it if it < HOUR => counted(language, (it / MINUTE, 'm'), |count| {
            text!(language, "time-minutes", count = count)
        }),
        it if it < DAY => counted(language, (it / HOUR, 'h'), |count| {
            text!(language, "time-hours", count = count)
        }),
        it => counted(language, (it / DAY, 'd'), |count| {
            text!(language, "time-days", count = count)
        }),
    };
    if ahead {
        text!(language, "time-ahead", time = words)
    } else {
        words
    }
}

/// So many of a unit in words: there are few such words, and every row of a list has one.
fn counted(language: &Language, of: (i64, char), say: impl Fn(i64) -> String) -> String {
    let key = (language.clone(), of);
    let known = |said: &RefCell<Counted>| said.borrow().get(&key).cloned();
    COUNTED.with(known).unwrap_or_else(|| {
        let words = say(of.0);
        COUNTED.with(|said| said.borrow_mut().insert(key, words.clone()));
        words
    })
}

/// `Thu 19 Nov 2026, 10:42`.
#[must_use]
pub fn absolute(language: &Language, zone: &TimeZone, at: Timestamp) -> String {
    let local = local(zone, at);
    let minute = (language.clone(), local.date(), local.hour(), local.minute());
    let known = |said: &RefCell<Said>| said.borrow().get(&minute).cloned();
    SAID.with(known).unwrap_or_else(|| {
        let words = in_words(language, &local);
        SAID.with(|said| {
            let mut said = said.borrow_mut();
            if said.len() >= MOST_SAID {
                said.clear();
            }
            said.insert(minute, words.clone());
        });
        words
    })
}

fn in_words(language: &Language, local: &Zoned) -> String {
    let date = local.date();
    let weekday = weekday(language, date);
    let day = text!(
        language,
        "time-date",
        day = i64::from(date.day()),
        month = month(language, date),
        year = year(date)
    );
    text!(
        language,
        "time-absolute",
        weekday = weekday,
        day = day,
        time = time_of_day(local)
    )
}

/// `19 Nov 2026`.
#[must_use]
pub fn day(language: &Language, date: Date) -> String {
    let date = date.to_jiff();
    text!(
        language,
        "time-date",
        day = i64::from(date.day()),
        month = month(language, date),
        year = year(date)
    )
}

/// `Thu 19 Nov, 10:42`, for the head of pages.
#[must_use]
pub fn head(language: &Language, zone: &TimeZone, now: Timestamp) -> String {
    let local = local(zone, now);
    let date = local.date();
    let day = text!(
        language,
        "time-date-short",
        day = i64::from(date.day()),
        month = month(language, date)
    );
    text!(
        language,
        "time-absolute",
        weekday = weekday(language, date),
        day = day,
        time = time_of_day(&local)
    )
}

/// `1 h 30 min`.
#[must_use]
pub fn length(language: &Language, micros: i64) -> String {
    let sign = if micros < 0 { "−" } else { "" };
    let all = micros.abs();
    let (days, hours, minutes) = (all / DAY, all % DAY / HOUR, all % HOUR / MINUTE);
    let parts = [
        (days, text!(language, "time-length-days", count = days)),
        (hours, text!(language, "time-length-hours", count = hours)),
        (
            minutes,
            text!(language, "time-length-minutes", count = minutes),
        ),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|it| it.0 > 0)
        .map(|it| it.1)
        .collect();
    if told.is_empty() {
        return text!(language, "time-length-seconds", count = all / 1_000_000);
    }
    format!("{sign}{}", told.join(" "))
}

/// Morning, day or evening, for a greeting.
#[must_use]
pub fn greeting(language: &Language, zone: &TimeZone, now: Timestamp, name: &str) -> String {
    let first = name.split_whitespace().next().unwrap_or(name);
    match local(zone, now).hour() {
        5..=11 => text!(language, "greeting-morning", name = first),
        12..=17 => text!(language, "greeting-day", name = first),
        _ => text!(language, "greeting-evening", name = first),
    }
}

/// An instant as `<input type="datetime-local">` writes it, in that zone.
#[must_use]
pub fn to_input(zone: &TimeZone, at: Timestamp) -> String {
    local(zone, at).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Reads what `<input type="datetime-local">` writes; where clocks jump, the first instant that exists.
#[must_use]
pub fn from_input(zone: &TimeZone, text: &str) -> Option<Timestamp> {
    let civil: civil::DateTime = text.trim().parse().ok()?;
    let instant = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
    Some(instant.into())
}

fn local(zone: &TimeZone, at: Timestamp) -> Zoned {
    at.to_jiff().to_zoned(zone.clone())
}

fn time_of_day(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn day_words(language: &Language, date: civil::Date, today: civil::Date) -> String {
    if date.year() == today.year() {
        text!(
            language,
            "time-date-short",
            day = i64::from(date.day()),
            month = month(language, date)
        )
    } else {
        text!(
            language,
            "time-date",
            day = i64::from(date.day()),
            month = month(language, date),
            year = year(date)
        )
    }
}

fn month(language: &Language, date: civil::Date) -> String {
    text!(language, "time-month", month = i64::from(date.month()))
}

fn weekday(language: &Language, date: civil::Date) -> String {
    let number = i64::from(date.weekday().to_monday_one_offset());
    text!(language, "time-weekday", weekday = number)
}

/// As text, since a year is no quantity.
fn year(date: civil::Date) -> String {
    date.year().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[track_caller]
    fn check(at_text: &str, expected: &str) {
        let now = at("2026-11-19T10:42:00Z");
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(
            distance(&Language::default(), &zone, now, at(at_text)),
            expected,
            "{at_text}"
        );
    }

    #[test]
    fn near_instants_are_told_by_their_distance() {
        check("2026-11-19T10:41:40Z", "now");
        check("2026-11-19T10:40:00Z", "2m");
        check("2026-11-19T08:00:00Z", "2h");
        check("2026-11-16T10:00:00Z", "3d");
        check("2026-10-01T10:00:00Z", "1 Oct");
        check("2025-10-01T10:00:00Z", "1 Oct 2025");
        check("2026-11-19T12:50:00Z", "in 2h");
    }

    #[test]
    fn the_whole_instant_is_in_the_readers_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let words = absolute(&Language::default(), &zone, at("2026-11-19T23:30:00Z"));
        assert_eq!(words, "Fri 20 Nov 2026, 00:30");
    }

    #[test]
    fn what_a_form_writes_is_read_back_in_the_same_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let instant = at("2026-07-01T08:15:00Z");
        assert_eq!(to_input(&zone, instant), "2026-07-01T10:15");
        assert_eq!(from_input(&zone, "2026-07-01T10:15"), Some(instant));
        assert_eq!(from_input(&zone, "tomorrow"), None);
    }

    #[test]
    fn lengths_leave_out_what_is_nothing() {
        let english = Language::default();
        assert_eq!(length(&english, 90 * MINUTE), "1 h 30 min");
        assert_eq!(length(&english, DAY), "1 d");
        assert_eq!(length(&english, 5_000_000), "5 s");
    }
}
