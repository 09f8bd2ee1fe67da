//! Pages put together are the list, in the order that memory gives it, and cursors serve only their bearer.

use std::cmp::Ordering;
use std::sync::LazyLock;

use base::{Timestamp, Uuid, text_key};
use dictionary::filter::Scope;
use dictionary::{Dictionary, Direction, FieldDef, Filter, Page, Query, Sort, Value};
use engine::Reading;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestRunner;

use super::agreement::cases;
use super::arbitrary::{filter, own_paths, person, some_items, team, who};
use super::rights::{NARROW_ROLES, roles};
use super::shelf::{Items, Shelf, Who, types};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(types()).unwrap());

fn sorts() -> impl Strategy<Value = Vec<Sort>> {
    let fields = DICTIONARY.record_type("sample").unwrap().fields.iter();
    let sortable: Vec<String> = fields
        .filter(|it| it.kind.is_sortable())
        .map(|it| it.name.clone())
        .collect();
    let direction = select(vec![Direction::Ascending, Direction::Descending]);
    prop::collection::vec(
        (select(sortable), direction).prop_map(|(field, direction)| Sort { field, direction }),
        0..4,
    )
}

/// The order of two values, missing ones last whichever the direction.
fn order(
    items: &Items,
    field: &FieldDef,
    direction: Direction,
    left: Uuid,
    right: Uuid,
) -> Ordering {
    let value = |id: Uuid| {
        items.0[&id]
            .fields
            .get(&field.name)
            .cloned()
            .unwrap_or(Value::Null)
    };
    let title = |id: Option<Uuid>| {
        id.and_then(|id| {
            items
                .0
                .get(&id)?
                .fields
                .get("title")?
                .as_text()
                .map(text_key)
        })
    };
    let (left, right) = (value(left), value(right));
    let ascending = match (&left, &right) {
        (Value::Reference(left), Value::Reference(right)) => {
            return last_without(title(Some(*left)), title(Some(*right)), direction);
        }
        (Value::Reference(id), Value::Null) => {
            return last_without(title(Some(*id)), None, direction);
        }
        (Value::Null, Value::Reference(id)) => {
            return last_without(None, title(Some(*id)), direction);
        }
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => return Ordering::Greater,
        (_, Value::Null) => return Ordering::Less,
        (Value::Text(left), Value::Text(right)) => text_key(left).cmp(&text_key(right)),
        (Value::Choice(left), Value::Choice(right)) => field
            .choice_position(left)
            .cmp(&field.choice_position(right)),
        (Value::Integer(left), Value::Integer(right))
        | (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => left.unscaled.cmp(&right.unscaled),
        (Value::Money(left), Value::Money(right)) => {
            (&left.currency, left.minor).cmp(&(&right.currency, right.minor))
        }
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Instant(left), Value::Instant(right)) => left.cmp(right),
        pair => panic!("no order of {pair:?}"),
    };
    directed(ascending, direction)
}

fn last_without(left: Option<String>, right: Option<String>, direction: Direction) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => directed(left.cmp(&right), direction),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

fn directed(ascending: Ordering, direction: Direction) -> Ordering {
    if direction == Direction::Descending {
        ascending.reverse()
    } else {
        ascending
    }
}

fn in_memory(items: &Items, sorts: &[Sort], mut ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut sorts = sorts.to_vec();
    if !sorts
        .iter()
        .any(|it| ["created_at", "updated_at"].contains(&it.field.as_str()))
    {
        let (field, direction) = ("created_at".to_owned(), Direction::Descending);
        sorts.push(Sort { field, direction });
    }
    let sample = DICTIONARY.record_type("sample").unwrap();
    ids.sort_by(|left, right| {
        let by_fields = sorts.iter().map(|it| {
            order(
                items,
                sample.field(&it.field).unwrap(),
                it.direction,
                *left,
                *right,
            )
        });
        let last = sorts.last().map_or(Direction::Ascending, |it| it.direction);
        by_fields
            .fold(Ordering::Equal, Ordering::then)
            .then(directed(left.cmp(right), last))
    });
    ids
}

/// All pages, one after the other.
fn paged(reading: &mut Reading<'_, '_>, query: &Query, limit: usize) -> base::Result<Vec<Uuid>> {
    let mut query = Query {
        page: Page {
            limit: Some(limit),
            after: None,
        },
        ..query.clone()
    };
    let mut ids = Vec::new();
    loop {
        let page = reading.list(&query)?;
        ids.extend(page.rows.iter().map(engine::read::Visible::id));
        query.page.after = page.next;
        if query.page.after.is_none() {
            return Ok(ids);
        }
        assert_eq!(page.rows.len(), limit);
    }
}

#[test]
fn pages_put_together_are_the_list() {
    let shelf = Shelf::new("pages", roles(), some_items(70));
    let mut runner = TestRunner::new(cases());
    let paths = own_paths(&DICTIONARY, "sample");
    let role_sets = prop_oneof![
        Just(None),
        subsequence(NARROW_ROLES.to_vec(), 1..4).prop_map(Some)
    ];
    let filters = prop_oneof![
        Just(Filter::default()),
        filter(&DICTIONARY, Some("sample"), paths)
    ];
    let strategy = (sorts(), filters, role_sets, who(), 1_usize..30);
    let result = runner.run(&strategy, |(sort, filter, roles, mut who, limit)| {
        let system = roles.is_none();
        who.roles = roles;
        let query = Query {
            record_type: Some("sample".to_owned()),
            filter: filter.clone(),
            sort: sort.clone(),
            ..Query::default()
        };
        let asked = query.clone();
        let both = shelf.ask(&who, move |reading| {
            let whole = paged(reading, &asked, 200);
            match whole {
                Ok(whole) => Ok(Some((whole, paged(reading, &asked, limit)?))),
                // A field that the role may not read: rights are another test's question.
                Err(error) if error.to_string().contains("forbidden") => Ok(None),
                Err(error) => Err(error),
            }
        });
        let Some((whole, pages)) = both else {
            return Ok(());
        };
        prop_assert_eq!(&pages, &whole);
        if system {
            let ids = shelf.items.matching(Some("sample"), &filter, &who.asker());
            prop_assert_eq!(whole, in_memory(&shelf.items, &sort, ids));
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_cursor_serves_only_its_bearer_its_question_and_its_dictionary() {
    let shelf = Shelf::new("cursors", roles(), some_items(20));
    let who = Who {
        roles: Some(vec!["all"]),
        ..Who::system(person(1), vec![team(1)], Timestamp::default(), "UTC")
    };
    let scope = Scope::new(&DICTIONARY, DICTIONARY.record_type("sample").unwrap());
    let query = Query {
        record_type: Some("sample".to_owned()),
        page: Page {
            limit: Some(5),
            after: None,
        },
        ..Query::default()
    };
    for engine in [&shelf.sqlite, &shelf.postgres] {
        let ctx = who.ctx(engine);
        let asked = query.clone();
        let first = engine
            .read_blocking(&ctx, move |reading| reading.list(&asked))
            .unwrap();
        let next = Query {
            page: Page {
                limit: Some(5),
                after: first.next.clone(),
            },
            ..query.clone()
        };
        let answer = |ctx: &engine::Ctx, query: &Query| {
            let query = query.clone();
            engine
                .read_blocking(ctx, move |reading| reading.list(&query))
                .map(|it| it.rows.len())
                .map_err(|it| it.to_string())
        };
        let expired = Err("bad request: cursor-expired".to_owned());
        assert_eq!(answer(&ctx, &next), Ok(5));
        let mut other = ctx.clone();
        other.actor.person = person(2);
        assert_eq!(answer(&other, &next), expired);
        let mut elsewhere = ctx.clone();
        elsewhere.tenant = Uuid::from_u128(9);
        assert_eq!(answer(&elsewhere, &next), expired);
        let filtered = Query {
            filter: dictionary::filter::parse("amount:1", &scope).unwrap(),
            ..next.clone()
        };
        assert_eq!(answer(&ctx, &filtered), expired);
        let sorted = Query {
            sort: vec![Sort {
                field: "amount".to_owned(),
                direction: Direction::Ascending,
            }],
            ..next.clone()
        };
        assert_eq!(answer(&ctx, &sorted), expired);
        let mut later = ctx.clone();
        let mut dictionary = Dictionary::clone(&ctx.snapshot.dictionary);
        dictionary.version += 1;
        let mut snapshot = engine::Snapshot::clone(&ctx.snapshot);
        snapshot.dictionary = dictionary.into();
        later.snapshot = snapshot.into();
        assert_eq!(answer(&later, &next), expired);
        for forged in [
            "",
            "AAAA",
            "not a cursor",
            &first.next.clone().unwrap()[1..],
        ] {
            let forged = Query {
                page: Page {
                    limit: Some(5),
                    after: Some(forged.to_owned()),
                },
                ..query.clone()
            };
            assert_eq!(answer(&ctx, &forged), expired);
        }
    }
}

#[test]
fn limits_are_refused_not_bent() {
    let shelf = Shelf::new("limits", roles(), some_items(3));
    let who = Who::system(person(1), Vec::new(), Timestamp::default(), "UTC");
    let refused = |query: Query| {
        shelf.ask(&who, move |reading| {
            Ok(reading.list(&query).map(|_| ()).unwrap_err().to_string())
        })
    };
    let query = |limit| Query {
        record_type: Some("sample".to_owned()),
        page: Page {
            limit: Some(limit),
            after: None,
        },
        ..Query::default()
    };
    assert!(refused(query(0)).contains("page-limit"));
    assert!(refused(query(201)).contains("page-limit"));
    let by = |field: &str| Sort {
        field: field.to_owned(),
        direction: Direction::Ascending,
    };
    assert!(
        refused(Query {
            sort: vec![by("note")],
            ..query(5)
        })
        .contains("sort-impossible")
    );
    assert!(
        refused(Query {
            sort: vec![by("owner.title")],
            ..query(5)
        })
        .contains("sort-impossible")
    );
    assert!(
        refused(Query {
            sort: vec![by("amount"); 6],
            ..query(5)
        })
        .contains("sort-too-many")
    );
    assert!(
        refused(Query {
            sort: vec![by("nothing")],
            ..query(5)
        })
        .contains("filter-unknown-field")
    );
    assert!(
        refused(Query {
            record_type: Some("nothing".to_owned()),
            ..query(5)
        })
        .contains("type-unknown")
    );
}
