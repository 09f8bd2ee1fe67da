//! Who asks, when and where: what turns `me`, `my_teams` and `today` into values.

use base::{Date, Timestamp, Uuid};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan, Zoned, civil};

use super::{Term, Unit};
use crate::{Kind, Value};

/// Who asks, when and where.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The person; nothing where the system asks, for whom `me` is nobody.
    pub person: Option<Uuid>,
    /// Her teams.
    pub teams: Vec<Uuid>,
    /// Her organisation and those above it.
    pub organisations: Vec<Uuid>,
    /// The present instant.
    pub now: Timestamp,
    /// The zone in which days begin for her.
    pub zone: TimeZone,
}

impl Asker {
    /// Somebody without person and teams, in UTC.
    #[must_use]
    pub const fn nobody(now: Timestamp) -> Self {
        Self {
            person: None,
            teams: Vec::new(),
            organisations: Vec::new(),
            now,
            zone: TimeZone::UTC,
        }
    }

    /// The values that a term stands for in a field of that kind: one, or none, or several for `my_teams` and `my_organisations`.
    #[must_use]
    pub fn values(&self, term: &Term, kind: &Kind) -> Vec<Value> {
        self.resolve(term, *kind == Kind::Date)
    }

    /// The same, for a field of days or for any other.
    pub(super) fn resolve(&self, term: &Term, as_day: bool) -> Vec<Value> {
        let all = |ids: &[Uuid]| ids.iter().copied().map(Value::Reference).collect();
        let instant = match term {
            Term::Value(value) => return vec![value.clone()],
            Term::Me => return self.person.map(Value::Reference).into_iter().collect(),
            Term::MyTeams => return all(&self.teams),
            Term::MyOrganisations => return all(&self.organisations),
            Term::Day(day) if as_day => return vec![Value::Date(*day)],
            Term::Now { offset } => self.now.plus_micros(*offset),
            Term::Start {
                unit,
                offset,
                offset_unit,
            } => self.start(*unit, *offset, *offset_unit),
            Term::Day(day) => self.midnight(day.to_jiff().to_datetime(civil::Time::midnight())),
        };
        if as_day {
            let day = instant.to_jiff().to_zoned(self.zone.clone()).date();
            return vec![Value::Date(Date::from(day))];
        }
        vec![Value::Instant(instant)]
    }

    fn start(&self, unit: Unit, offset: i64, offset_unit: Unit) -> Timestamp {
        let now = self.now.to_jiff().to_zoned(self.zone.clone());
        let begun = if unit == Unit::Hour {
            start_of_hour(&now)
        } else {
            self.midnight(start_of(unit, now.date()))
        };
        if offset_unit == Unit::Hour {
            // Hours are lengths of time; every other unit is counted on the calendar.
            return begun.plus_micros(offset.saturating_mul(3_600_000_000));
        }
        let local = begun.to_jiff().to_zoned(self.zone.clone()).datetime();
        match span(offset, offset_unit).and_then(|span| local.checked_add(span).ok()) {
            Some(moved) => self.midnight(moved),
            None if offset < 0 => Timestamp::from(jiff::Timestamp::MIN),
            None => Timestamp::from(jiff::Timestamp::MAX),
        }
    }

    /// The instant of a local time; where clocks jump over it, the first instant after the jump.
    fn midnight(&self, local: civil::DateTime) -> Timestamp {
        match self.zone.to_ambiguous_timestamp(local).compatible() {
            Ok(instant) => instant.into(),
            Err(_) if local.year() < 1970 => Timestamp::from(jiff::Timestamp::MIN),
            Err(_) => Timestamp::from(jiff::Timestamp::MAX),
        }
    }
}

fn start_of_hour(now: &Zoned) -> Timestamp {
    let begun = now.with().minute(0).second(0).subsec_nanosecond(0).build();
    begun.map_or_else(|_| now.timestamp().into(), |it| it.timestamp().into())
}

/// First moment of the unit that the day lies in.
fn start_of(unit: Unit, day: civil::Date) -> civil::DateTime {
    let first = match unit {
        Unit::Hour | Unit::Day => day,
        Unit::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
        Unit::Month => day.first_of_month(),
        Unit::Quarter => civil::date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
        Unit::Year => day.first_of_year(),
    };
    first.to_datetime(civil::Time::midnight())
}

fn span(amount: i64, unit: Unit) -> Option<Span> {
    let empty = Span::new();
    match unit {
        Unit::Hour => empty.try_hours(amount).ok(),
        Unit::Day => empty.try_days(amount).ok(),
        Unit::Week => empty.try_weeks(amount).ok(),
        Unit::Month => empty.try_months(amount).ok(),
        Unit::Quarter => empty.try_months(amount.checked_mul(3)?).ok(),
        Unit::Year => empty.try_years(amount).ok(),
    }
}
