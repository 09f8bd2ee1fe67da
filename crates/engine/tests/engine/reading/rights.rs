//! Nobody reads, finds, sorts or counts by what they may not see.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base::{Error, Refused, Timestamp, Uuid};
use dictionary::filter::{Scope, evaluate, parse};
use dictionary::{Audience, Dictionary, Direction, FieldDef, Filter, Page, Query, Sort};
use engine::read::{Aggregation, Group, Measure, Quantity};
use engine::{FieldList, Grant, Role};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::TestRunner;

use super::agreement::cases;
use super::arbitrary::{filter, own_paths, person, some_items, team, who};
use super::shelf::{Items, Seen, Shelf, Who, types};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(types()).unwrap());

fn grant(types: &[&str], rows: &str, read_fields: FieldList) -> Grant {
    Grant {
        types: types.iter().map(|it| (*it).to_owned()).collect(),
        actions: ["read".to_owned()].into(),
        rows: parse(rows, &Scope::spine(&DICTIONARY)).unwrap(),
        read_fields,
        write_fields: FieldList::None,
    }
}

fn only(names: &[&str]) -> FieldList {
    FieldList::Only(names.iter().map(|it| (*it).to_owned()).collect())
}

/// Roles that overlap in rows and differ in fields.
pub fn roles() -> Vec<Role> {
    let role = |code: &str, grants: Vec<Grant>| Role {
        code: code.to_owned(),
        grants,
    };
    vec![
        role("all", vec![grant(&[], "", FieldList::All)]),
        role(
            "mine",
            vec![
                grant(&["sample"], "requester:me", FieldList::Public),
                grant(&["person"], "", only(&["title"])),
            ],
        ),
        role(
            "team",
            vec![grant(
                &["sample"],
                "team:my_teams or assignee:me",
                only(&["title", "secret", "priority", "created_at", "owner"]),
            )],
        ),
        role(
            "open",
            vec![grant(
                &["sample", "team"],
                "open:true",
                only(&["title", "state", "open", "cost"]),
            )],
        ),
    ]
}

/// Names of the roles that do not open everything.
pub const NARROW_ROLES: [&str; 3] = ["mine", "team", "open"];

/// The grants on a type that hold for a record.
fn grants_on<'a>(roles: &'a [Role], who: &Who, items: &Items, id: Uuid) -> Vec<&'a Grant> {
    let item = &items.0[&id];
    let names = who.roles.clone().unwrap_or_default();
    let held = roles
        .iter()
        .filter(|it| names.contains(&it.code.as_str()))
        .flat_map(|it| &it.grants);
    held.filter(|it| it.types.is_empty() || it.types.contains(item.record_type))
        .filter(|it| evaluate(&it.rows, &Seen { items, id }, &who.asker()))
        .collect()
}

fn opens(grants: &[&Grant], field: &FieldDef) -> bool {
    grants.iter().any(|it| match &it.read_fields {
        FieldList::All => true,
        FieldList::Public => field.audience == Audience::Public,
        FieldList::Only(names) => names.contains(&field.name),
        FieldList::None => false,
    })
}

/// Records with the fields that may be read on them.
type Read = Vec<(Uuid, BTreeSet<String>)>;

fn expected(items: &Items, who: &Who, filter: &Filter) -> Read {
    let sample = DICTIONARY.record_type("sample").unwrap();
    let asked: Vec<&FieldDef> = filter
        .tests()
        .iter()
        .map(|it| sample.field(&it.path.0[0]).unwrap())
        .collect();
    let matching = items.matching(Some("sample"), filter, &who.asker());
    let roles = roles();
    let readable = matching.into_iter().filter_map(|id| {
        let grants = grants_on(&roles, who, items, id);
        let visible = !grants.is_empty() && asked.iter().all(|it| opens(&grants, it));
        let names = sample
            .fields
            .iter()
            .filter(|it| opens(&grants, it))
            .map(|it| it.name.clone());
        visible.then(|| (id, names.collect()))
    });
    readable.collect()
}

fn forbidden(error: &Error) -> bool {
    matches!(error.refusal(), Some(Refused::Forbidden(_)))
}

#[test]
fn rows_and_fields_are_those_of_the_grants() {
    let shelf = Shelf::new("rights", roles(), some_items(80));
    let mut runner = TestRunner::new(cases());
    let paths = own_paths(&DICTIONARY, "sample");
    let strategy = (
        filter(&DICTIONARY, Some("sample"), paths),
        who(),
        subsequence(NARROW_ROLES.to_vec(), 1..4),
        any::<bool>(),
    );
    let result = runner.run(&strategy, |(filter, mut who, names, plain)| {
        who.roles = Some(names);
        let filter = if plain { Filter::default() } else { filter };
        let expected = expected(&shelf.items, &who, &filter);
        let query = Query {
            record_type: Some("sample".to_owned()),
            page: Page {
                limit: Some(200),
                after: None,
            },
            filter,
            count: dictionary::Count::Exact,
            ..Query::default()
        };
        let found = shelf.ask(&who, move |reading| match reading.list(&query) {
            Ok(page) => {
                assert_eq!(page.count, Some(i64::try_from(page.rows.len()).unwrap()));
                let names = |row: &engine::read::Visible| {
                    row.fields().map(|it| it.0.name.clone()).collect()
                };
                Ok(Some(
                    page.rows
                        .iter()
                        .map(|row| (row.id(), names(row)))
                        .collect::<Read>(),
                ))
            }
            Err(error) if forbidden(&error) => Ok(None),
            Err(error) => Err(error),
        });
        let mut found = found.unwrap_or_default();
        found.sort();
        prop_assert_eq!(found, expected);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn asking(roles: &[&'static str]) -> Who {
    Who {
        roles: Some(roles.to_vec()),
        ..Who::system(person(1), vec![team(1)], Timestamp::default(), "UTC")
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

/// The list is refused with that key.
#[track_caller]
fn refused(shelf: &Shelf, who: &Who, query: Query, key: &str) {
    let message = shelf.ask(who, move |reading| match reading.list(&query) {
        Ok(page) => Ok(format!("{} rows", page.rows.len())),
        Err(error) => Ok(error.to_string()),
    });
    assert!(message.contains(key), "{message}");
}

#[test]
fn asking_about_a_closed_field_is_refused() {
    let shelf = Shelf::new("closed", roles(), some_items(10));
    let mine = asking(&["mine"]);
    refused(
        &shelf,
        &mine,
        query("secret:1"),
        "read-forbidden-field(field: secret)",
    );
    let sorted = Query {
        sort: vec![Sort {
            field: "secret".to_owned(),
            direction: Direction::Ascending,
        }],
        ..query("")
    };
    refused(&shelf, &mine, sorted, "read-forbidden-field(field: secret)");
    refused(
        &shelf,
        &mine,
        Query {
            columns: vec!["secret".to_owned()],
            ..query("")
        },
        "read-forbidden-field(field: secret)",
    );
    // The title of people is open to this role, their department is not, and departments are not at all.
    refused(
        &shelf,
        &mine,
        query("owner.department:empty"),
        "read-forbidden-field(field: department)",
    );
    refused(
        &shelf,
        &asking(&["team"]),
        query("owner.title:x"),
        "read-forbidden-type(type: person)",
    );
    refused(
        &shelf,
        &asking(&[]),
        query(""),
        "read-forbidden-type(type: sample)",
    );
    let grouped = Aggregation {
        record_type: Some("sample".to_owned()),
        groups: vec![Group::Field("secret".to_owned())],
        measures: vec![Measure::Count],
        ..Aggregation::default()
    };
    let summed = Aggregation {
        groups: Vec::new(),
        measures: vec![Measure::Sum("secret".into())],
        ..grouped.clone()
    };
    let shared = Aggregation {
        groups: Vec::new(),
        measures: vec![Measure::Share(query("secret:1").filter)],
        ..grouped.clone()
    };
    // Of both ends of elapsed time this role may read one.
    let half = asking(&["team"]);
    let timed = |from: &str, to: &str| {
        let of = Quantity::Elapsed {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        Aggregation {
            groups: Vec::new(),
            measures: vec![Measure::Average(of)],
            ..grouped.clone()
        }
    };
    let asked = [
        (&mine, grouped.clone()),
        (&mine, summed),
        (&mine, shared),
        (&half, timed("created_at", "opened_at")),
        (&half, timed("opened_at", "created_at")),
    ];
    for (who, aggregation) in asked {
        let key = shelf.ask(who, move |reading| {
            Ok(reading
                .aggregate(&aggregation)
                .map(|_| ())
                .unwrap_err()
                .to_string())
        });
        assert!(key.contains("read-forbidden-field"), "{key}");
    }
}

#[test]
fn a_record_that_may_not_be_read_does_not_exist() {
    let shelf = Shelf::new("one", roles(), some_items(40));
    let mine = asking(&["mine"]);
    let system = Who {
        roles: None,
        ..mine.clone()
    };
    for (id, item) in shelf
        .items
        .0
        .iter()
        .filter(|(_, item)| item.record_type == "sample")
    {
        let number = item.fields["number"].to_text();
        let visible = !grants_on(&roles(), &mine, &shelf.items, *id).is_empty();
        let digits = number.trim_start_matches("SMP0").to_owned();
        for key in [
            id.to_string(),
            number.clone(),
            number.to_lowercase(),
            format!("smp-{digits}"),
        ] {
            for record_type in [Some("sample"), None] {
                let key = key.clone();
                let question = move |reading: &mut engine::Reading<'_, '_>| match reading
                    .record(record_type, &key)
                {
                    Ok((record, _)) => Ok(Some(record.id())),
                    Err(Error::Refused(Refused::NotFound(_))) => Ok(None),
                    Err(error) => Err(error),
                };
                assert_eq!(shelf.ask(&system, question.clone()), Some(*id));
                assert_eq!(shelf.ask(&mine, question), visible.then_some(*id));
            }
        }
    }
}

#[test]
fn titles_are_those_of_records_that_may_be_read() {
    let shelf = Shelf::new("titles", roles(), some_items(60));
    let all = Query {
        page: Page {
            limit: Some(200),
            after: None,
        },
        ..query("")
    };
    let types = |who: &Who, query: &Query| {
        let query = query.clone();
        shelf.ask(who, move |reading| {
            let page = reading.list(&query)?;
            Ok(page
                .titles
                .iter()
                .map(|(_, title)| title.record_type.clone())
                .collect::<BTreeSet<_>>())
        })
    };
    let every = ["department", "person", "sample", "team"];
    assert!(
        types(&asking(&["all"]), &all)
            .iter()
            .all(|it| every.contains(&it.as_str()))
    );
    assert!(types(&asking(&["all"]), &all).contains("team"));
    let mine = types(&asking(&["mine"]), &all);
    assert!(
        !mine.contains("team") && !mine.contains("department"),
        "{mine:?}"
    );
}
