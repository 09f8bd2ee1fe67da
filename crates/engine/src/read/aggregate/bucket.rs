//! Stretches of time by which records are grouped.
//!
//! The database only adds an offset that was computed here and divides: it knows no zones, and each
//! database that does knows them differently.

use base::{Date, MICROS_PER_DAY, Message, Refused, Result, Timestamp};
use dictionary::{FieldDef, Kind};
use jiff::tz::TimeZone;
use jiff::{ToSpan, civil};
use store::{ColumnKind, Sql};

use super::super::compile::column;

const MICROS_PER_HOUR: i64 = 3_600_000_000;
/// Whole days that make every storable instant positive, since both databases divide towards zero.
const SHIFT_DAYS: i64 = 1_000_000;
const SHIFT: i64 = SHIFT_DAYS * MICROS_PER_DAY;
/// Most changes of a zone's offset in one statement: two a year make 256 years.
const MAX_SEGMENTS: usize = 512;

/// A stretch of time. Linear ones follow each other, the last two come round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// An hour of a day on the clock of the zone. A change of clocks ends it, so that each instant lies in
    /// exactly one: an hour that comes twice is two, and half an hour that comes twice is one of its own.
    Hour,
    /// A day.
    Day,
    /// A week from Monday (ISO 8601).
    Week,
    /// A month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
    /// A quarter of a year that starts in that month.
    FiscalQuarter {
        /// 1 to 12.
        start_month: i8,
    },
    /// A year that starts in that month.
    FiscalYear {
        /// 1 to 12.
        start_month: i8,
    },
    /// Monday (1) to Sunday (7).
    Weekday,
    /// 0 to 23, on the clock of the zone.
    HourOfDay,
}

impl Bucket {
    /// Whether the stretches follow each other.
    #[must_use]
    pub const fn is_linear(self) -> bool {
        !matches!(self, Self::Weekday | Self::HourOfDay)
    }

    const fn needs_clock(self) -> bool {
        matches!(self, Self::Hour | Self::HourOfDay)
    }

    /// The bucket that a number from the statement falls into: a day, an instant, a weekday or an hour.
    pub(super) fn of(self, grain: i64) -> i64 {
        match self {
            Self::Hour => grain - SHIFT,
            Self::HourOfDay => grain,
            _ => self.of_day(grain),
        }
    }

    fn of_day(self, day: i64) -> i64 {
        let Ok(number) = i32::try_from(day) else {
            return day;
        };
        let date = Date::from_days(number).to_jiff();
        let month_start = |months_into: i8| {
            let first = date.first_of_month();
            days(first.saturating_sub(i64::from(months_into).months()))
        };
        let into = |start_month: i8, length: i8| (date.month() - start_month).rem_euclid(length);
        match self {
            Self::Week => day - i64::from(date.weekday().to_monday_zero_offset()),
            Self::Weekday => i64::from(date.weekday().to_monday_one_offset()),
            Self::Month => month_start(0),
            Self::Quarter => month_start(into(1, 3)),
            Self::Year => month_start(into(1, 12)),
            Self::FiscalQuarter { start_month } => month_start(into(start_month, 3)),
            Self::FiscalYear { start_month } => month_start(into(start_month, 12)),
            Self::Hour | Self::Day | Self::HourOfDay => day,
        }
    }

    /// The bucket after this one.
    pub(super) fn next(self, bucket: i64, zone: &TimeZone) -> i64 {
        let months = match self {
            Self::Hour => return hour_after(Timestamp::from_micros(bucket), zone),
            Self::Month => 1,
            Self::Quarter | Self::FiscalQuarter { .. } => 3,
            Self::Year | Self::FiscalYear { .. } => 12,
            Self::Week => return bucket + 7,
            Self::Day | Self::Weekday | Self::HourOfDay => return bucket + 1,
        };
        let Ok(number) = i32::try_from(bucket) else {
            return bucket + 1;
        };
        days(
            Date::from_days(number)
                .to_jiff()
                .saturating_add(i64::from(months).months()),
        )
    }

    /// The bucket of an instant, as the statement computes it.
    pub(super) fn at(self, instant: Timestamp, zone: &TimeZone) -> i64 {
        if self == Self::Hour {
            return hour_of(instant, zone);
        }
        self.of_day(days(instant.to_jiff().to_zoned(zone.clone()).date()))
    }
}

fn days(date: civil::Date) -> i64 {
    i64::from(Date::from(date).days())
}

/// Offset of a zone in µs.
fn offset_at(zone: &TimeZone, instant: Timestamp) -> i64 {
    i64::from(zone.to_offset(instant.to_jiff()).seconds()) * 1_000_000
}

/// When a zone's clocks are changed after an instant, and the offset from then on, in µs.
fn changes(zone: &TimeZone, after: Timestamp) -> impl Iterator<Item = (i64, i64)> {
    let mut last = offset_at(zone, after);
    zone.following(after.to_jiff()).filter_map(move |change| {
        let offset = i64::from(change.offset().seconds()) * 1_000_000;
        let is_change = std::mem::replace(&mut last, offset) != offset;
        is_change.then(|| (change.timestamp().as_microsecond(), offset))
    })
}

/// Start of the hour on the zone's clock: where clocks were changed within it, that change.
fn hour_of(instant: Timestamp, zone: &TimeZone) -> i64 {
    let local = instant.micros() + offset_at(zone, instant);
    let hour = instant.micros() - local.rem_euclid(MICROS_PER_HOUR);
    changes(zone, Timestamp::from_micros(hour))
        .map(|it| it.0)
        .take_while(|at| *at <= instant.micros())
        .last()
        .unwrap_or(hour)
}

/// The end of the hour that begins there.
fn hour_after(start: Timestamp, zone: &TimeZone) -> i64 {
    let local = start.micros() + offset_at(zone, start);
    let end = start.micros() + MICROS_PER_HOUR - local.rem_euclid(MICROS_PER_HOUR);
    changes(zone, start).next().map_or(end, |it| end.min(it.0))
}

/// The offsets of a zone over a stretch of time: from which instant on which offset holds, in µs.
pub(super) struct Offsets {
    first: i64,
    changes: Vec<(i64, i64)>,
}

impl Offsets {
    /// The offsets from the hour of the first to the last of these instants.
    pub(super) fn new(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Result<Self> {
        let from = from.plus_micros(-MICROS_PER_HOUR);
        let within = changes(zone, from).take_while(|it| it.0 <= until.micros());
        let changes: Vec<_> = within.take(MAX_SEGMENTS + 1).collect();
        if changes.len() > MAX_SEGMENTS {
            return Err(Refused::BadRequest(Message::new("aggregate-too-long")).into());
        }
        Ok(Self {
            first: offset_at(zone, from),
            changes,
        })
    }

    /// Offsets by which rounding down to hours gives the beginnings of [`Bucket::Hour`]: a change within an
    /// hour of the clock counts as a full hour of its own until the next one begins.
    fn of_hours(&self) -> Self {
        let pieces = self.changes.iter().flat_map(|&(at, offset)| {
            let within = (at + offset).rem_euclid(MICROS_PER_HOUR);
            let rest = (within > 0).then_some((at, -at));
            let next = (MICROS_PER_HOUR - within) % MICROS_PER_HOUR;
            rest.into_iter().chain([(at + next, offset)])
        });
        Self {
            first: self.first,
            changes: pieces.collect(),
        }
    }

    /// The offset at an instant, found by halving.
    fn write(&self, sql: &mut Sql, instant: &Sql) {
        write_offset(sql, instant, self.first, &self.changes);
    }
}

fn write_offset(sql: &mut Sql, instant: &Sql, first: i64, changes: &[(i64, i64)]) {
    let Some((at, offset)) = changes.get(changes.len() / 2) else {
        sql.typed_arg(ColumnKind::Integer, first);
        return;
    };
    sql.push("CASE WHEN ")
        .append(instant.clone())
        .push(" < ")
        .typed_arg(ColumnKind::Integer, *at)
        .push(" THEN ");
    write_offset(sql, instant, first, &changes[..changes.len() / 2]);
    sql.push(" ELSE ");
    write_offset(sql, instant, *offset, &changes[changes.len() / 2 + 1..]);
    sql.push(" END");
}

/// The number that [`Bucket::of`] understands, for an instant or a day.
pub(super) fn grain(
    bucket: Bucket,
    field: &FieldDef,
    time: &Sql,
    offsets: &Offsets,
) -> Result<Sql> {
    match field.kind {
        Kind::Instant => {}
        Kind::Date if !bucket.needs_clock() => return Ok(time.clone()),
        _ => return Err(super::impossible(&field.name)),
    }
    let hours = (bucket == Bucket::Hour).then(|| offsets.of_hours());
    let offsets = hours.as_ref().unwrap_or(offsets);
    let mut sql = Sql::new("((");
    sql.append(time.clone()).push(" + ");
    offsets.write(&mut sql, time);
    sql.push(" + ")
        .typed_arg(ColumnKind::Integer, SHIFT)
        .push(")");
    match bucket {
        Bucket::Hour => {
            sql.push(" / 3600000000) * 3600000000 - ");
            offsets.write(&mut sql, time);
        }
        Bucket::HourOfDay => {
            sql.push(" / 3600000000) % 24");
        }
        _ => {
            sql.push(" / 86400000000) - ")
                .typed_arg(ColumnKind::Integer, SHIFT_DAYS);
        }
    }
    Ok(sql)
}

/// The column of a time.
pub(super) fn time_column(field: &FieldDef) -> Sql {
    let mut sql = Sql::default();
    column(&mut sql, &field.column);
    sql
}

/// The instant or day number of a range's end, for a field of that kind.
pub(super) fn bound(field: &FieldDef, instant: Timestamp, zone: &TimeZone) -> i64 {
    if field.kind == Kind::Date {
        days(instant.to_jiff().to_zoned(zone.clone()).date())
    } else {
        instant.micros()
    }
}

/// A stretch that a number from the database may stand for.
pub(super) fn start_month(bucket: Bucket) -> Result<()> {
    match bucket {
        Bucket::FiscalQuarter { start_month } | Bucket::FiscalYear { start_month }
            if !(1..=12).contains(&start_month) =>
        {
            Err(Refused::BadRequest(Message::new("aggregate-start-month")).into())
        }
        _ => Ok(()),
    }
}
