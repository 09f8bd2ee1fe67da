//! How many statements a read takes, and how long with many records.

use std::sync::LazyLock;

use base::{Stopwatch, Timestamp, Uuid};
use dictionary::filter::{Scope, parse};
use dictionary::{Dictionary, Direction, Page, Query, Sort, Value};
use engine::read::{Aggregation, Bucket, Group, Measure};

use super::arbitrary::{person, some_items, team};
use super::rights::roles;
use super::shelf::{Item, Items, Shelf, Who, fill, types};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(types()).unwrap());

fn who(roles: Option<Vec<&'static str>>) -> Who {
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    Who {
        roles,
        ..Who::system(person(1), vec![team(1)], now, "Europe/Berlin")
    }
}

fn query(text: &str) -> Query {
    let scope = Scope::new(&DICTIONARY, DICTIONARY.record_type("sample").unwrap());
    Query {
        record_type: Some("sample".to_owned()),
        filter: parse(text, &scope).unwrap(),
        ..Query::default()
    }
}

#[test]
fn a_list_takes_few_statements() {
    let shelf = Shelf::new("statements", roles(), some_items(40));
    let statements = |roles: Option<Vec<&'static str>>, query: Query| {
        shelf.ask(&who(roles), move |reading| {
            let before = reading.tx.statements();
            reading.list(&query)?;
            Ok(reading.tx.statements() - before)
        })
    };
    // The page, and the titles of what it refers to.
    assert_eq!(statements(None, query("")), 2);
    // The walk, and the page, which refers to nothing since it finds nothing.
    assert_eq!(
        statements(
            Some(vec!["all"]),
            query("requester.department.title=nowhere")
        ),
        2
    );
    // One probe for each personal branch.
    assert_eq!(statements(Some(vec!["mine"]), query("")), 3);
    assert_eq!(
        statements(
            Some(vec!["all"]),
            Query {
                count: true,
                ..query("")
            }
        ),
        3
    );
    // The number of targets, before a list is sorted by their titles.
    let by_owner = vec![Sort {
        field: "owner".to_owned(),
        direction: Direction::Ascending,
    }];
    assert_eq!(
        statements(
            None,
            Query {
                sort: by_owner,
                ..query("")
            }
        ),
        3
    );
}

/// Records as a service desk has them: mostly closed, one requester among thousands.
fn many(samples: u128) -> Items {
    let mut items = Items::default();
    let text = |it: String| Value::Text(it);
    for number in 0..5_000_u128 {
        let instant = Value::Instant(Timestamp::from_micros(1_700_000_000_000_000));
        let fields = [
            ("title", text(format!("Person {number}"))),
            ("created_at", instant.clone()),
            ("updated_at", instant),
            ("version", Value::Integer(1)),
        ];
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        items.0.insert(
            person(1_000_000 + number),
            Item {
                record_type: "person",
                fields,
            },
        );
    }
    for number in 0..samples {
        let step = i64::try_from(number).unwrap();
        let created = Value::Instant(Timestamp::from_micros(
            1_700_000_000_000_000 + step * 60_000_000,
        ));
        let open = number % 20 == 0;
        let fields = [
            (
                "title",
                text(format!("Printer {} in room {}", number % 977, number % 311)),
            ),
            ("number", text(format!("SMP{number:07}"))),
            (
                "state",
                Value::Choice(if open { "work" } else { "done" }.to_owned()),
            ),
            ("open", Value::Boolean(open)),
            ("priority", Value::Integer(1 + step * 7 % 5)),
            ("team", Value::Reference(team(number % 40))),
            (
                "assignee",
                Value::Reference(person(1_000_000 + number * 31 % 400)),
            ),
            (
                "requester",
                Value::Reference(if number % 70_000 == 3 {
                    person(1)
                } else {
                    person(1_000_000 + number * 17 % 5_000)
                }),
            ),
            ("opened_at", created.clone()),
            ("created_at", created.clone()),
            ("updated_at", created),
            ("worked", Value::Duration(step * 7_919 % 9_000_000_000)),
            ("version", Value::Integer(1)),
        ];
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        items.0.insert(
            Uuid::from_u128((1 << 100) + number),
            Item {
                record_type: "sample",
                fields,
            },
        );
    }
    items
}

#[test]
#[ignore = "takes minutes; prints times for a person to judge"]
fn times_with_many_records() {
    let samples = std::env::var("DESKWRIGHT_TEST_SAMPLES")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(200_000);
    let shelf = Shelf::new("scale", roles(), Items::default());
    for engine in [&shelf.sqlite, &shelf.postgres] {
        fill(engine, &many(samples));
        let analyse = |tx: &mut store::Tx<'_>| tx.execute(&store::Sql::new("ANALYZE")).map(|_| ());
        engine
            .store()
            .write_blocking::<_, _, store::StoreError>(analyse)
            .unwrap();
    }
    let by = |field: &str| {
        vec![Sort {
            field: field.to_owned(),
            direction: Direction::Ascending,
        }]
    };
    let lists = [
        ("newest", None, query("")),
        ("newest as agent", Some(vec!["all"]), query("")),
        (
            "open by priority as agent",
            Some(vec!["all"]),
            Query {
                sort: by("priority"),
                ..query("state:open")
            },
        ),
        ("own tickets as requester", Some(vec!["mine"]), query("")),
        (
            "team and own as lead",
            Some(vec!["mine", "team"]),
            query(""),
        ),
        ("open only", Some(vec!["open"]), query("")),
        (
            "word in the title as agent",
            Some(vec!["all"]),
            query("\"printer 976 in room 310\""),
        ),
        (
            "walk as agent",
            Some(vec!["all"]),
            query("requester.title:\"Person 77\""),
        ),
        (
            "count as agent",
            Some(vec!["all"]),
            Query {
                count: true,
                page: Page {
                    limit: Some(1),
                    after: None,
                },
                ..query("state:open")
            },
        ),
    ];
    for (name, roles, query) in lists {
        measure(&shelf, name, &who(roles), move |reading| {
            reading.list(&query).map(|page| page.rows.len())
        });
    }
    let asked = Aggregation {
        record_type: Some("sample".to_owned()),
        groups: vec![Group::Time {
            field: "opened_at".to_owned(),
            bucket: Bucket::Month,
        }],
        measures: vec![Measure::Count, Measure::Average("worked".to_owned())],
        ..Aggregation::default()
    };
    let median = Aggregation {
        measures: vec![Measure::Median("worked".to_owned())],
        ..asked.clone()
    };
    for (name, asked) in [("average by month", asked), ("median by month", median)] {
        measure(&shelf, name, &who(Some(vec!["all"])), move |reading| {
            reading.aggregate(&asked).map(|it| it.rows.len())
        });
    }
}

fn measure<F>(shelf: &Shelf, name: &str, who: &Who, question: F)
where
    F: Fn(&mut engine::Reading<'_, '_>) -> base::Result<usize> + Send + Sync + Clone + 'static,
{
    for (database, engine) in [("SQLite", &shelf.sqlite), ("PostgreSQL", &shelf.postgres)] {
        let mut best = None;
        let mut rows = 0;
        for _ in 0..5 {
            let watch = Stopwatch::start();
            rows = engine
                .read_blocking(&who.ctx(engine), question.clone())
                .unwrap();
            best = best.into_iter().chain([watch.elapsed()]).min();
        }
        println!(
            "{name:32} {database:10} {rows:5} rows {:9.2} ms",
            best.unwrap_or_default().as_secs_f64() * 1_000.0
        );
    }
}
