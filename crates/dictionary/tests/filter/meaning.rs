//! What a filter answers for one record: two-valued logic, text keys, zones.

use std::collections::BTreeMap;

use base::{Date, Timestamp, Uuid};
use dictionary::filter::{Asker, evaluate};
use dictionary::{Decimal, Money, Value};

use super::world::bound;

fn asker() -> Asker {
    Asker {
        organisations: Vec::new(),
        person: Some(Uuid::from_u128(1)),
        teams: vec![Uuid::from_u128(10), Uuid::from_u128(11)],
        // In Auckland it is already Sunday 1 March 2026, 01:30.
        now: Timestamp::parse("2026-02-28T12:30:00Z").unwrap(),
        zone: jiff::tz::TimeZone::get("Pacific/Auckland").unwrap(),
    }
}

fn record() -> BTreeMap<String, Value> {
    let instant = |text| Value::Instant(Timestamp::parse(text).unwrap());
    [
        ("title", Value::Text("Straße gesperrt".to_owned())),
        ("priority", Value::Integer(2)),
        ("team", Value::Reference(Uuid::from_u128(11))),
        ("requester", Value::Reference(Uuid::from_u128(1))),
        ("requester.department.title", Value::Text("IT".to_owned())),
        ("opened_at", instant("2026-02-28T11:30:00Z")),
        ("due_at", instant("2026-02-28T10:59:59.999999Z")),
        ("day", Value::Date(Date::parse("2026-03-01").unwrap())),
        (
            "cost",
            Value::Money(Money {
                minor: 1_250,
                currency: "EUR".to_owned(),
            }),
        ),
        (
            "hours",
            Value::Decimal(Decimal {
                unscaled: -150,
                scale: 2,
            }),
        ),
        (
            "tags",
            Value::Choices(vec!["network".to_owned(), "vip".to_owned()]),
        ),
        ("followers", Value::References(vec![Uuid::from_u128(1)])),
        ("open", Value::Boolean(true)),
        ("state", Value::Choice("new".to_owned())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

#[track_caller]
fn holds(text: &str) {
    assert!(evaluate(&bound(text), &record(), &asker()), "{text}");
    assert!(
        !evaluate(&bound(text).negated(), &record(), &asker()),
        "not {text}"
    );
}

#[track_caller]
fn fails(text: &str) {
    assert!(!evaluate(&bound(text), &record(), &asker()), "{text}");
    assert!(
        evaluate(&bound(text).negated(), &record(), &asker()),
        "not {text}"
    );
}

#[test]
fn a_missing_value_fails_every_test_but_empty() {
    for text in [
        "impact:high",
        "impact in (high, low)",
        "worked > PT0S",
        "vip:no",
        "assignee:me",
    ] {
        fails(text);
    }
    holds("impact:empty");
    holds("impact != high");
    holds("assignee != me");
    fails("title:empty");
}

#[test]
fn texts_compare_by_their_key() {
    holds("title:STRASSE");
    holds("title = \"strasse GESPERRT\"");
    holds("title ^ ＳＴＲ");
    holds("title < t");
    fails("title ^ gesperrt");
}

#[test]
fn days_begin_where_the_asker_is() {
    // Midnight of 1 March in Auckland is 11:00 UTC on 28 February.
    holds("opened_at:today");
    fails("due_at:today");
    holds("due_at:yesterday");
    holds("due_at < start of month");
    holds("opened_at >= start of 2026-03-01");
    holds("day:today");
    holds("day >= start of month");
    holds("opened_at:this_month");
    holds("opened_at >= now-1h");
    fails("opened_at > now-1h");
    holds("due_at >= start of hour-2hour");
    holds("opened_at >= start of week");
    holds("opened_at > start of quarter");
    fails("opened_at >= start of day+1h");
}

#[test]
fn amounts_compare_within_their_currency() {
    holds("cost >= 12.50EUR");
    fails("cost > 1USD");
    fails("cost < 1USD");
    holds("cost:1EUR..20EUR");
    holds("hours < -1");
}

#[test]
fn the_asker_is_meant() {
    holds("requester:me");
    holds("team:my_teams");
    holds("followers:me");
    holds("tags:vip tags:network");
    fails("tags:Überfall");
    holds("requester.department.title:it");
    holds("team in (my_teams) or vip:yes");
    let nobody = Asker::nobody(asker().now);
    assert!(!evaluate(&bound("requester:me"), &record(), &nobody));
    assert!(evaluate(&bound("requester!=me"), &record(), &nobody));
}

#[test]
fn empty_groups() {
    holds("");
    fails("not ()");
    holds("state:open phase:new");
}
