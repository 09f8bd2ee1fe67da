//! A filter in SQL is the filter in memory, on both databases.

use std::sync::LazyLock;

use base::Uuid;
use dictionary::{Dictionary, Filter, Page, Path, Query};
use engine::Reading;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::arbitrary::{filter, own_paths, some_items, who};
use super::shelf::{Shelf, Who, types};

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(types()).unwrap());

/// Enough for every kind with every comparison several times over.
pub fn cases() -> Config {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(300);
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

fn found(shelf: &Shelf, who: &Who, query: &Query) -> Vec<Uuid> {
    let query = query.clone();
    let mut ids = shelf.ask(who, move |reading: &mut Reading<'_, '_>| {
        let page = reading.list(&query)?;
        assert_eq!(page.next, None);
        assert_eq!(page.count, Some(i64::try_from(page.rows.len()).unwrap()));
        Ok(page
            .rows
            .iter()
            .map(engine::read::Visible::id)
            .collect::<Vec<_>>())
    });
    ids.sort_unstable();
    ids
}

fn agrees(shelf: &Shelf, record_type: Option<&'static str>, paths: Vec<Path>) {
    let mut runner = TestRunner::new(cases());
    let strategy = (filter(&DICTIONARY, record_type, paths), who());
    let result = runner.run(&strategy, |(filter, who)| {
        let expected = shelf.items.matching(record_type, &filter, &who.asker());
        let query = Query {
            record_type: record_type.map(str::to_owned),
            page: Page {
                limit: Some(200),
                after: None,
            },
            count: dictionary::Count::Exact,
            columns: vec!["title".to_owned()],
            filter,
            ..Query::default()
        };
        prop_assert_eq!(found(shelf, &who, &query), expected);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn over_fields_of_every_kind() {
    let shelf = Shelf::new("kinds", Vec::new(), some_items(80));
    let mut paths = own_paths(&DICTIONARY, "sample");
    paths.push(Path::new("id"));
    agrees(&shelf, Some("sample"), paths);
}

#[test]
fn over_walked_references() {
    let shelf = Shelf::new("walks", Vec::new(), some_items(80));
    let paths = [
        "owner.email",
        "owner.department.title",
        "owner.born",
        "about.title",
        "about.priority",
        "about.type",
        "parent.title",
        "parent.parent.amount",
        "parent.owner.department.title",
        "assignee.department",
        "team.title",
        "parent.tags",
        "owner.id",
        "parent.about.open",
    ];
    agrees(&shelf, Some("sample"), paths.map(Path::new).to_vec());
}

#[test]
fn over_the_spine() {
    let shelf = Shelf::new("spine", Vec::new(), some_items(80));
    let paths = [
        "type",
        "title",
        "state",
        "open",
        "priority",
        "assignee",
        "team",
        "due_at",
        "created_at",
        "version",
        "number",
        "requester.department.title",
        "id",
    ];
    agrees(&shelf, None, paths.map(Path::new).to_vec());
}

#[test]
fn an_empty_filter_finds_all() {
    let shelf = Shelf::new("all", Vec::new(), some_items(5));
    let who = Who::system(Uuid::nil(), Vec::new(), base::Timestamp::default(), "UTC");
    let count = shelf.ask(&who, |reading| {
        reading.count(&Query {
            filter: Filter::default(),
            record_type: Some("sample".to_owned()),
            ..Query::default()
        })
    });
    assert_eq!(count, 5);
}
