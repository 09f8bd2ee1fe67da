//! Numbers about groups are exactly what counting by hand gives, in every zone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use base::{Date, Timestamp, Uuid};
use dictionary::filter::{Scope, evaluate, parse};
use dictionary::{Dictionary, Filter, Kind, Value};
use engine::read::{
    Aggregate, Aggregation, Bucket, Group, GroupKey, Measure, Measured, Quantity, Total,
};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestRunner;

use super::agreement::cases;
use super::arbitrary::{ZONES, filter, instant, own_paths, person, some_items, who};
use super::shelf::{Fields, Items, Seen, Shelf, Who, types};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(types()).unwrap());

const BUCKETS: [Bucket; 10] = [
    Bucket::Hour,
    Bucket::Day,
    Bucket::Week,
    Bucket::Month,
    Bucket::Quarter,
    Bucket::Year,
    Bucket::FiscalQuarter { start_month: 2 },
    Bucket::FiscalYear { start_month: 7 },
    Bucket::Weekday,
    Bucket::HourOfDay,
];

fn elapsed(from: &str, to: &str) -> Quantity {
    Quantity::Elapsed {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn measures() -> Vec<Measure> {
    let fields = |names: &[&str]| {
        names
            .iter()
            .map(|it| Quantity::from(*it))
            .collect::<Vec<_>>()
    };
    let mut numbers = fields(&["amount", "hours", "cost", "worked", "priority"]);
    numbers.push(elapsed("opened_at", "closed_at"));
    let times = fields(&["day", "closed_at"]);
    let others = fields(&["title", "owner", "colour", "amount", "mail", "flag"]);
    let mut all = vec![Measure::Count];
    for of in &numbers {
        all.extend([Measure::Sum, Measure::Average].map(|make| make(of.clone())));
        all.extend([1, 25, 50, 90, 100].map(|it| Measure::Percentile(it, of.clone())));
    }
    for of in numbers.iter().chain(&times) {
        all.extend([Measure::Min, Measure::Max, Measure::Filled].map(|make| make(of.clone())));
    }
    for of in others
        .into_iter()
        .chain([elapsed("closed_at", "opened_at")])
    {
        all.extend([Measure::Distinct, Measure::Filled].map(|make| make(of.clone())));
    }
    for (of, at_most) in [
        ("worked".into(), 1_500_000),
        (elapsed("opened_at", "closed_at"), -1),
    ] {
        all.push(Measure::Within { of, at_most });
    }
    let scope = Scope::new(&DICTIONARY, DICTIONARY.record_type("sample").unwrap());
    for text in ["flag:yes", "amount>0 or colour:empty", "owner.email:empty"] {
        all.push(Measure::Share(parse(text, &scope).unwrap()));
    }
    all
}

fn bucket_of(bucket: Bucket, value: &Value, zone: &TimeZone) -> GroupKey {
    let zoned = match value {
        Value::Instant(instant) => instant.to_jiff().to_zoned(zone.clone()),
        // Days have no zone; noon in UTC is on the same day.
        Value::Date(day) => day
            .to_jiff()
            .at(12, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .unwrap(),
        _ => return GroupKey::Value(Value::Null),
    };
    let date = zoned.date();
    let month = |start: i8, length: i8| {
        let into = (date.month() + 12 - start) % length;
        GroupKey::From(Date::from(date.first_of_month() - i64::from(into).months()))
    };
    match bucket {
        Bucket::Hour => GroupKey::Hour(start_of_hour(&zoned)),
        Bucket::Day => GroupKey::From(Date::from(date)),
        Bucket::Week => {
            let mut monday = date;
            while monday.weekday() != jiff::civil::Weekday::Monday {
                monday = monday.yesterday().unwrap();
            }
            GroupKey::From(Date::from(monday))
        }
        Bucket::Month => month(1, 1),
        Bucket::Quarter => month(1, 3),
        Bucket::Year => month(1, 12),
        Bucket::FiscalQuarter { start_month } => month(start_month, 3),
        Bucket::FiscalYear { start_month } => month(start_month, 12),
        Bucket::Weekday => GroupKey::Weekday(i64::from(date.weekday().to_monday_one_offset())),
        Bucket::HourOfDay => GroupKey::HourOfDay(i64::from(zoned.hour())),
    }
}

/// The first of the minutes before this one that all show the same hour at the same offset.
fn start_of_hour(zoned: &Zoned) -> Timestamp {
    let shown = |it: &Zoned| (it.date(), it.hour(), it.offset());
    let mut start = zoned.timestamp() - i64::from(zoned.second()).seconds();
    start -= i64::from(zoned.subsec_nanosecond()).nanoseconds();
    loop {
        let before = start - 1.minute();
        if shown(&before.to_zoned(zoned.time_zone().clone())) != shown(zoned) {
            return start.into();
        }
        start = before;
    }
}

fn key_of(group: &Group, fields: &Fields, zone: &TimeZone) -> GroupKey {
    match group {
        Group::Field(name) => match fields.get(name).cloned().unwrap_or(Value::Null) {
            // Spellings that compare alike are one group; which one is shown is another test's question.
            Value::Text(text) => GroupKey::Value(Value::Text(base::text_key(&text))),
            other => GroupKey::Value(other),
        },
        Group::Time { field, bucket } => {
            bucket_of(*bucket, fields.get(field).unwrap_or(&Value::Null), zone)
        }
    }
}

fn plain(value: &Value) -> Option<(String, i64)> {
    Some(match value {
        Value::Integer(it) | Value::Duration(it) => (String::new(), *it),
        Value::Decimal(it) => (String::new(), it.unscaled),
        Value::Date(it) => (String::new(), i64::from(it.days())),
        Value::Instant(it) => (String::new(), it.micros()),
        Value::Money(it) => (it.currency.clone(), it.minor),
        _ => return None,
    })
}

/// What is measured about a record, and of what kind that is.
fn value_of(of: &Quantity, fields: &Fields) -> Option<Value> {
    match of {
        Quantity::Field(name) => fields.get(name).cloned(),
        Quantity::Elapsed { from, to } => {
            let [from, to] = [from, to].map(|it| fields.get(it).and_then(Value::as_instant));
            Some(Value::Duration(to?.micros() - from?.micros()))
        }
    }
}

fn kind_of(of: &Quantity) -> Kind {
    match of {
        Quantity::Field(name) => {
            let sample = DICTIONARY.record_type("sample").unwrap();
            sample.field(name).unwrap().kind.clone()
        }
        Quantity::Elapsed { .. } => Kind::Duration,
    }
}

/// The measure by hand, in the same words as the answer.
fn by_hand(measure: &Measure, ids: &[Uuid], items: &Items, who: &Who) -> String {
    let values = |of: &Quantity| -> Vec<Value> {
        let all = ids.iter().map(|id| value_of(of, &items.0[id].fields));
        all.flatten().collect()
    };
    let counted = |count: usize| format!("{:?}", Measured::Count(count as i64));
    let share = |part: usize, whole: usize| {
        let (part, whole) = (part as i64, whole as i64);
        format!("{:?}", Measured::Share { part, whole })
    };
    let of = match measure {
        Measure::Count => return counted(ids.len()),
        Measure::Share(filter) => {
            let holds = |id: &&Uuid| evaluate(filter, &Seen { items, id: **id }, &who.asker());
            return share(ids.iter().filter(holds).count(), ids.len());
        }
        Measure::Within { of, at_most } => {
            let all = values(of);
            let short = |it: &&Value| matches!(it, Value::Duration(it) if it <= at_most);
            return share(all.iter().filter(short).count(), all.len());
        }
        Measure::Distinct(of) => {
            let values = values(of);
            let keys: BTreeSet<String> = values
                .iter()
                .map(|it| base::text_key(&it.to_text()))
                .collect();
            return counted(keys.len());
        }
        Measure::Filled(of) => return counted(values(of).len()),
        Measure::Sum(of) | Measure::Average(of) | Measure::Percentile(_, of) => of,
        Measure::Min(of) | Measure::Max(of) => of,
        Measure::Backlog { .. } => unreachable!("backlogs have their own test"),
    };
    let kind = &kind_of(of);
    let mut sorted: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (currency, number) in values(of).iter().filter_map(plain) {
        sorted.entry(currency).or_default().push(number);
    }
    let mut results = sorted.into_iter().map(|(currency, mut numbers)| {
        numbers.sort_unstable();
        (
            currency.clone(),
            one_by_hand(measure, &numbers, kind, &currency),
        )
    });
    if *kind == Kind::Money {
        return format!("{:?}", results.collect::<BTreeMap<_, _>>());
    }
    results
        .next()
        .map_or_else(|| "nothing".to_owned(), |it| it.1)
}

fn one_by_hand(measure: &Measure, numbers: &[i64], kind: &Kind, currency: &str) -> String {
    let sum: i128 = numbers.iter().map(|it| i128::from(*it)).sum();
    let count = numbers.len();
    let scale = match kind {
        Kind::Decimal { scale } => *scale,
        Kind::Money => 2,
        _ => 0,
    };
    let value = |number: i64| match kind {
        Kind::Money => format!(
            "{:?}",
            Value::Money(dictionary::Money {
                minor: number,
                currency: currency.to_owned()
            })
        ),
        Kind::Decimal { scale } => format!(
            "{:?}",
            Value::Decimal(dictionary::Decimal {
                unscaled: number,
                scale: *scale
            })
        ),
        Kind::Duration => format!("{:?}", Value::Duration(number)),
        Kind::Date => format!("{:?}", Value::Date(Date::from_days(number as i32))),
        Kind::Instant => format!("{:?}", Value::Instant(Timestamp::from_micros(number))),
        _ => format!("{:?}", Value::Integer(number)),
    };
    match measure {
        Measure::Sum(_) => Total {
            unscaled: sum,
            scale,
        }
        .to_string(),
        Measure::Average(_) => {
            let to = if matches!(kind, Kind::Money | Kind::Duration) {
                scale
            } else {
                6
            };
            let widened = sum * 10_i128.pow(u32::from(to - scale));
            Total {
                unscaled: half_even(widened, count as i128),
                scale: to,
            }
            .to_string()
        }
        Measure::Min(_) => value(numbers[0]),
        Measure::Max(_) => value(numbers[count - 1]),
        Measure::Percentile(percent, _) => {
            // Hundred steps lead from each value to the next.
            let steps = (count - 1) * usize::from(*percent);
            let (before, after) = (numbers[steps / 100], numbers[steps.div_ceil(100)]);
            let way = i128::from(after - before) * (steps % 100) as i128;
            value(half_even(i128::from(before) * 100 + way, 100) as i64)
        }
        other => unreachable!("{other:?} is no number"),
    }
}

/// Rounding by comparing the neighbours, unlike the engine's division.
fn half_even(dividend: i128, divisor: i128) -> i128 {
    let near = dividend / divisor;
    let distance = |candidate: i128| (dividend - candidate * divisor).abs();
    [near - 1, near, near + 1]
        .into_iter()
        .min_by_key(|it| (distance(*it), it.rem_euclid(2)))
        .unwrap()
}

fn worded(measured: &Measured) -> String {
    match measured {
        Measured::Number(None) | Measured::Value(Value::Null) => "nothing".to_owned(),
        Measured::Number(Some(total)) => total.to_string(),
        Measured::Value(value) => format!("{value:?}"),
        Measured::Amounts(all) => {
            format!(
                "{:?}",
                all.iter()
                    .map(|(code, it)| (code.clone(), it.to_string()))
                    .collect::<BTreeMap<_, _>>()
            )
        }
        Measured::Values(all) => {
            format!(
                "{:?}",
                all.iter()
                    .map(|(code, it)| (code.clone(), format!("{it:?}")))
                    .collect::<BTreeMap<_, _>>()
            )
        }
        other => format!("{other:?}"),
    }
}

/// Groups with their measures, in words; empty groups left out.
fn answered(aggregate: &Aggregate) -> BTreeMap<String, Vec<String>> {
    let rows = aggregate.rows.iter().map(|row| {
        let keys = row.keys.iter().map(|key| match key {
            GroupKey::Value(Value::Text(text)) => {
                GroupKey::Value(Value::Text(base::text_key(text)))
            }
            other => other.clone(),
        });
        let keys = keys.collect::<Vec<_>>();
        (format!("{keys:?}"), row.values.iter().map(worded).collect())
    });
    rows.collect()
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    let fields = [
        "colour", "owner", "flag", "amount", "mail", "state", "priority",
    ];
    let field = select(fields.to_vec()).prop_map(|it| Group::Field(it.to_owned()));
    let time = (
        select(vec!["opened_at", "closed_at", "day"]),
        select(BUCKETS.to_vec()),
    )
        .prop_filter_map("days have no hours", |(field, bucket)| {
            let clock = matches!(bucket, Bucket::Hour | Bucket::HourOfDay);
            (field != "day" || !clock).then(|| Group::Time {
                field: field.to_owned(),
                bucket,
            })
        });
    prop_oneof![
        1 => Just(Vec::new()),
        2 => field.clone().prop_map(|it| vec![it]),
        3 => time.clone().prop_map(|it| vec![it]),
        2 => (field, time).prop_map(|(field, time)| vec![field, time]),
    ]
}

/// Often in the days before a change of clocks.
fn range_start() -> impl Strategy<Value = Timestamp> {
    let before =
        (instant(), 0_i64..100_000).prop_map(|(it, seconds)| it.plus_micros(-seconds * 1_000_000));
    let year =
        (1_750_000_000_i64..1_780_000_000).prop_map(|it| Timestamp::from_micros(it * 1_000_000));
    prop_oneof![before, year]
}

fn in_range(
    group: &Group,
    fields: &Fields,
    range: Option<(Timestamp, Timestamp)>,
    zone: &TimeZone,
) -> bool {
    let (Some((from, until)), Group::Time { field, .. }) = (range, group) else {
        return true;
    };
    let day = |it: Timestamp| Date::from(it.to_jiff().to_zoned(zone.clone()).date());
    match fields.get(field) {
        Some(Value::Instant(it)) => *it >= from && *it < until,
        Some(Value::Date(it)) => *it >= day(from) && *it < day(until),
        _ => false,
    }
}

#[test]
fn measures_of_groups_are_those_by_hand() {
    let shelf = Shelf::new("numbers", Vec::new(), some_items(70));
    let mut runner = TestRunner::new(cases());
    let paths = own_paths(&DICTIONARY, "sample");
    let filters =
        prop_oneof![3 => Just(Filter::default()), 1 => filter(&DICTIONARY, Some("sample"), paths)];
    let range = prop::option::of((range_start(), 0_i64..4_000_000));
    let strategy = (
        groups(),
        subsequence(measures(), 1..8),
        filters,
        who(),
        select(ZONES.to_vec()),
        range,
    );
    let result = runner.run(
        &strategy,
        |(groups, measures, filter, who, zone_name, range)| {
            let zone = TimeZone::get(zone_name).unwrap();
            let timed = groups.iter().any(|it| matches!(it, Group::Time { .. }));
            let range = range
                .filter(|_| timed)
                .map(|(from, length)| (from, from.plus_micros(length * 1_000_000)));
            // Decades of hours, days or weeks may be refused, which another test looks at.
            let fine = groups.iter().any(|it| {
                matches!(
                    it,
                    Group::Time {
                        bucket: Bucket::Hour | Bucket::Day | Bucket::Week,
                        ..
                    }
                )
            });
            prop_assume!(!fine || range.is_some());
            let mut by_key: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
            for id in shelf.items.matching(Some("sample"), &filter, &who.asker()) {
                let fields = &shelf.items.0[&id].fields;
                if groups.iter().all(|it| in_range(it, fields, range, &zone)) {
                    let keys: Vec<GroupKey> =
                        groups.iter().map(|it| key_of(it, fields, &zone)).collect();
                    by_key.entry(format!("{keys:?}")).or_default().push(id);
                }
            }
            let asked = Aggregation {
                record_type: Some("sample".to_owned()),
                filter,
                groups,
                measures: measures.clone(),
                zone: Some(zone),
                range,
            };
            let mut found = shelf.ask(&who, move |reading| {
                Ok(answered(&reading.aggregate(&asked)?))
            });
            for (keys, ids) in &by_key {
                let expected: Vec<String> = measures
                    .iter()
                    .map(|it| by_hand(it, ids, &shelf.items, &who))
                    .collect();
                prop_assert_eq!(found.remove(keys), Some(expected), "{}", keys);
            }
            // What is left are empty buckets.
            for (keys, values) in found {
                let expected: Vec<String> = measures
                    .iter()
                    .map(|it| by_hand(it, &[], &shelf.items, &who))
                    .collect();
                prop_assert_eq!(values, expected, "{}", keys);
            }
            Ok(())
        },
    );
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// The instant at which a linear bucket begins.
fn beginning(key: &GroupKey, zone: &TimeZone) -> Timestamp {
    match key {
        GroupKey::Hour(instant) => *instant,
        GroupKey::From(day) => {
            let local = day.to_jiff().to_datetime(jiff::civil::Time::midnight());
            zone.to_ambiguous_timestamp(local)
                .compatible()
                .unwrap()
                .into()
        }
        other => panic!("{other:?} does not begin"),
    }
}

#[test]
fn the_backlog_is_what_was_open_when_the_bucket_began() {
    let shelf = Shelf::new("backlog", Vec::new(), some_items(70));
    let mut runner = TestRunner::new(cases());
    let linear: Vec<Bucket> = BUCKETS.into_iter().filter(|it| it.is_linear()).collect();
    let strategy = (
        // Hours are where clocks matter most.
        prop_oneof![Just(Bucket::Hour), select(linear)],
        select(ZONES.to_vec()),
        any::<bool>(),
        range_start(),
    );
    let result = runner.run(&strategy, |(bucket, zone_name, grouped, from)| {
        let zone = TimeZone::get(zone_name).unwrap();
        let time = Group::Time {
            field: "opened_at".to_owned(),
            bucket,
        };
        let length = if bucket == Bucket::Hour {
            200_000
        } else {
            20_000_000
        };
        let asked = Aggregation {
            record_type: Some("sample".to_owned()),
            groups: if grouped {
                vec![Group::Field("flag".to_owned()), time]
            } else {
                vec![time]
            },
            measures: vec![Measure::Backlog {
                closed: "closed_at".to_owned(),
            }],
            zone: Some(zone.clone()),
            range: Some((from, from.plus_micros(length * 1_000_000))),
            ..Aggregation::default()
        };
        let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
        let rows = shelf.ask(&who, move |reading| Ok(reading.aggregate(&asked)?.rows));
        for row in rows {
            let start = beginning(row.keys.last().unwrap(), &zone);
            if bucket == Bucket::Hour {
                let shown = start.to_jiff().to_zoned(zone.clone());
                prop_assert_eq!(start, start_of_hour(&shown), "an hour begins in another");
            }
            let open = shelf.items.0.values().filter(|item| {
                let fields = &item.fields;
                let instant = |name: &str| fields.get(name).and_then(Value::as_instant);
                let flag = GroupKey::Value(fields.get("flag").cloned().unwrap_or(Value::Null));
                item.record_type == "sample"
                    && (!grouped || flag == row.keys[0])
                    && instant("opened_at").is_some_and(|it| it < start)
                    && instant("closed_at").is_none_or(|it| it >= start)
            });
            prop_assert_eq!(
                &row.values,
                &vec![Measured::Count(open.count() as i64)],
                "{:?}",
                row.keys
            );
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn ask(shelf: &Shelf, asked: Aggregation) -> Vec<String> {
    let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
    shelf.ask(&who, move |reading| {
        let lines = |it: Aggregate| {
            it.rows
                .iter()
                .map(|row| format!("{:?} {:?}", row.keys, row.values))
                .collect()
        };
        Ok(reading
            .aggregate(&asked)
            .map_or_else(|error| vec![error.to_string()], lines))
    })
}

#[test]
fn empty_buckets_are_returned() {
    let shelf = Shelf::new("empty", Vec::new(), some_items(10));
    let group = |bucket| {
        vec![Group::Time {
            field: "opened_at".to_owned(),
            bucket,
        }]
    };
    let range = |from, until| {
        Some((
            Timestamp::parse(from).unwrap(),
            Timestamp::parse(until).unwrap(),
        ))
    };
    let asked = |groups, range| Aggregation {
        record_type: Some("sample".to_owned()),
        groups,
        measures: vec![Measure::Count],
        range,
        ..Aggregation::default()
    };
    // Nothing was opened in the year 2000.
    let months = ask(
        &shelf,
        asked(
            group(Bucket::Month),
            range("2000-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ),
    );
    assert_eq!(months.len(), 12);
    assert_eq!(months[0], "[From(Date(10957))] [Count(0)]");
    let weekdays = ask(
        &shelf,
        asked(
            group(Bucket::Weekday),
            range("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z"),
        ),
    );
    assert_eq!(weekdays.len(), 7);
    let all = ask(
        &shelf,
        Aggregation {
            filter: Filter::Any(Vec::new()),
            ..asked(Vec::new(), None)
        },
    );
    assert_eq!(all, ["[] [Count(0)]"]);
}

#[test]
fn a_day_with_a_change_of_clocks_has_23_or_25_hours() {
    let shelf = Shelf::new("clocks", Vec::new(), some_items(2));
    let hours = |zone: &str, from: &str, until: &str| {
        let asked = Aggregation {
            record_type: Some("sample".to_owned()),
            groups: vec![Group::Time {
                field: "opened_at".to_owned(),
                bucket: Bucket::Hour,
            }],
            measures: vec![Measure::Count],
            range: Some((
                Timestamp::parse(from).unwrap(),
                Timestamp::parse(until).unwrap(),
            )),
            zone: Some(TimeZone::get(zone).unwrap()),
            ..Aggregation::default()
        };
        ask(&shelf, asked).len()
    };
    assert_eq!(
        hours(
            "Europe/Berlin",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z"
        ),
        23
    );
    assert_eq!(
        hours(
            "Europe/Berlin",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z"
        ),
        25
    );
    // Lord Howe moves by half an hour: the day in April has 24.5 hours, in 25 pieces.
    assert_eq!(
        hours(
            "Australia/Lord_Howe",
            "2026-04-04T13:00:00Z",
            "2026-04-05T13:30:00Z"
        ),
        25
    );
}

/// Samples with only what is said here, and what every record has.
fn only(all: Vec<Vec<(&str, Value)>>) -> Items {
    let mut items = Items::default();
    for (number, fields) in (1_u128..).zip(all) {
        let stamps =
            ["created_at", "updated_at"].map(|name| (name, Value::Instant(Timestamp::default())));
        let all = fields.into_iter().chain(stamps);
        let all = all.chain([("version", Value::Integer(1))]);
        let item = super::shelf::Item {
            record_type: "sample",
            fields: all.map(|(name, value)| (name.to_owned(), value)).collect(),
        };
        items.0.insert(Uuid::from_u128(number), item);
    }
    items
}

/// A night in hours: in each quarter of an hour one record is opened, and closed 50 minutes later. The hours
/// on the clock of the zone, how many were opened in each, and how many were open when it began.
fn night(zone: &str, from: &str, until: &str) -> Vec<String> {
    let [from, until] = [from, until].map(|it| Timestamp::parse(it).unwrap());
    let minute = 60_000_000;
    let quarters = (from.micros()..until.micros()).step_by(15 * 60_000_000);
    let items = quarters.map(|it| {
        let [opened, closed] =
            [it, it + 50 * minute].map(|it| Value::Instant(Timestamp::from_micros(it)));
        vec![("opened_at", opened), ("closed_at", closed)]
    });
    let shelf = Shelf::new(
        &base::text_key(&zone.replace('/', "_")),
        Vec::new(),
        only(items.collect()),
    );
    let zone = TimeZone::get(zone).unwrap();
    let closed = "closed_at".to_owned();
    let asked = Aggregation {
        record_type: Some("sample".to_owned()),
        groups: vec![Group::Time {
            field: "opened_at".to_owned(),
            bucket: Bucket::Hour,
        }],
        measures: vec![Measure::Count, Measure::Backlog { closed }],
        zone: Some(zone.clone()),
        range: Some((from, until)),
        ..Aggregation::default()
    };
    let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
    let rows = shelf.ask(&who, move |reading| Ok(reading.aggregate(&asked)?.rows));
    let told = rows.iter().map(|row| {
        let start = beginning(&row.keys[0], &zone).to_jiff();
        let local = start
            .to_zoned(zone.clone())
            .strftime("%H:%M %:z")
            .to_string();
        let [Measured::Count(opened), Measured::Count(open)] = row.values[..] else {
            panic!("{row:?}");
        };
        format!("{local}: {opened} opened, {open} open")
    });
    told.collect()
}

#[test]
fn an_hour_that_comes_twice_is_two_hours() {
    let berlin = night(
        "Europe/Berlin",
        "2026-10-24T23:00:00Z",
        "2026-10-25T03:00:00Z",
    );
    let expected = [
        "01:00 +02:00: 4 opened, 0 open",
        "02:00 +02:00: 4 opened, 3 open",
        "02:00 +01:00: 4 opened, 3 open",
        "03:00 +01:00: 4 opened, 3 open",
    ];
    assert_eq!(berlin, expected);
}

#[test]
fn half_an_hour_that_comes_twice_is_one_of_its_own() {
    let back = night(
        "Australia/Lord_Howe",
        "2026-04-04T13:00:00Z",
        "2026-04-04T16:30:00Z",
    );
    let expected = [
        "00:00 +11:00: 4 opened, 0 open",
        "01:00 +11:00: 4 opened, 3 open",
        "01:30 +10:30: 2 opened, 3 open",
        "02:00 +10:30: 4 opened, 3 open",
    ];
    assert_eq!(back, expected);
    let forward = night(
        "Australia/Lord_Howe",
        "2026-10-03T14:30:00Z",
        "2026-10-03T17:00:00Z",
    );
    let expected = [
        "01:00 +10:30: 4 opened, 0 open",
        "02:30 +11:00: 2 opened, 3 open",
        "03:00 +11:00: 4 opened, 3 open",
    ];
    assert_eq!(forward, expected);
    // Clocks that once went back at one minute past midnight.
    let newfoundland = night(
        "America/St_Johns",
        "2010-11-07T01:30:00Z",
        "2010-11-07T04:30:00Z",
    );
    let expected = [
        "23:00 -02:30: 4 opened, 0 open",
        "00:00 -02:30: 1 opened, 3 open",
        "23:01 -03:30: 3 opened, 4 open",
        "00:00 -03:30: 4 opened, 3 open",
    ];
    assert_eq!(newfoundland, expected);
}

#[test]
fn records_without_both_ends_have_no_elapsed_time() {
    let instant = |seconds: i64| Value::Instant(Timestamp::from_micros(seconds * 1_000_000));
    let both = [(100, 110), (100, 120), (50, 90), (100, 97)];
    let mut all: Vec<Vec<(&str, Value)>> = both
        .map(|(from, to)| vec![("opened_at", instant(from)), ("closed_at", instant(to))])
        .to_vec();
    all.extend([
        vec![("opened_at", instant(1))],
        vec![("closed_at", instant(2))],
        Vec::new(),
    ]);
    let shelf = Shelf::new("elapsed", Vec::new(), only(all));
    let of = || elapsed("opened_at", "closed_at");
    let asked = Aggregation {
        record_type: Some("sample".to_owned()),
        measures: vec![
            Measure::Count,
            Measure::Filled(of()),
            Measure::Sum(of()),
            Measure::Average(of()),
            Measure::Min(of()),
            Measure::Max(of()),
            Measure::Percentile(50, of()),
            Measure::Percentile(90, of()),
            Measure::Within {
                of: of(),
                at_most: 20_000_000,
            },
            Measure::Distinct(of()),
        ],
        ..Aggregation::default()
    };
    let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
    let values = shelf.ask(&who, move |reading| {
        let answer = reading.aggregate(&asked)?;
        Ok(answer.rows[0].values.iter().map(worded).collect::<Vec<_>>())
    });
    // -3, 10, 20 and 40 seconds.
    let expected = [
        "Count(7)",
        "Count(4)",
        "67000000",
        "16750000",
        "Duration(-3000000)",
        "Duration(40000000)",
        "Duration(15000000)",
        "Duration(34000000)",
        "Share { part: 3, whole: 4 }",
        "Count(4)",
    ];
    assert_eq!(values, expected);
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let shelf = Shelf::new("refused", Vec::new(), some_items(3));
    let base = Aggregation {
        record_type: Some("sample".to_owned()),
        measures: vec![Measure::Count],
        ..Aggregation::default()
    };
    let refused = |asked: Aggregation, key: &str| {
        let answer = ask(&shelf, asked);
        assert!(answer[0].contains(key), "{answer:?}");
    };
    let measure = |it: Measure| Aggregation {
        measures: vec![it],
        ..base.clone()
    };
    let group = |it: Group| Aggregation {
        groups: vec![it],
        ..base.clone()
    };
    refused(
        measure(Measure::Sum("title".into())),
        "aggregate-impossible",
    );
    refused(
        measure(Measure::Sum("parent.amount".into())),
        "aggregate-impossible",
    );
    for of in [elapsed("opened_at", "day"), elapsed("amount", "closed_at")] {
        refused(measure(Measure::Average(of)), "aggregate-impossible");
    }
    for of in ["amount", "closed_at"].map(Quantity::from) {
        refused(
            measure(Measure::Within { of, at_most: 1 }),
            "aggregate-impossible",
        );
    }
    refused(
        measure(Measure::Percentile(101, "amount".into())),
        "aggregate-impossible",
    );
    refused(
        measure(Measure::Backlog {
            closed: "closed_at".to_owned(),
        }),
        "aggregate-backlog",
    );
    refused(
        group(Group::Field("extra".to_owned())),
        "aggregate-impossible",
    );
    refused(
        group(Group::Time {
            field: "day".to_owned(),
            bucket: Bucket::Hour,
        }),
        "aggregate-impossible",
    );
    refused(
        group(Group::Time {
            field: "amount".to_owned(),
            bucket: Bucket::Day,
        }),
        "aggregate-impossible",
    );
    refused(
        group(Group::Time {
            field: "day".to_owned(),
            bucket: Bucket::FiscalYear { start_month: 13 },
        }),
        "aggregate-start-month",
    );
    refused(
        Aggregation {
            measures: Vec::new(),
            ..base.clone()
        },
        "aggregate-parts",
    );
    let century = Some((
        Timestamp::from_micros(0),
        Timestamp::parse("2026-01-01T00:00:00Z").unwrap(),
    ));
    let hours = group(Group::Time {
        field: "opened_at".to_owned(),
        bucket: Bucket::Hour,
    });
    refused(
        Aggregation {
            range: century,
            ..hours
        },
        "aggregate-too-large",
    );
    refused(
        Aggregation {
            range: century,
            ..base.clone()
        },
        "aggregate-range",
    );
}

#[test]
fn sums_may_exceed_what_a_database_can_hold() {
    let hours = Value::Decimal(dictionary::Decimal {
        unscaled: 999_999_999_999_999,
        scale: 2,
    });
    let items = only(vec![vec![("hours", hours)]; 20]);
    let shelf = Shelf::new("sums", Vec::new(), items);
    let measures = vec![
        Measure::Sum("hours".into()),
        Measure::Average("hours".into()),
    ];
    let asked = Aggregation {
        record_type: Some("sample".to_owned()),
        measures,
        ..Aggregation::default()
    };
    let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
    let values = shelf.ask(&who, move |reading| {
        Ok(reading.aggregate(&asked)?.rows[0]
            .values
            .iter()
            .map(worded)
            .collect::<Vec<_>>())
    });
    assert_eq!(values, ["199999999999999.80", "9999999999999.990000"]);
}
