//! What is refused, where, and with which proposals.

use dictionary::filter::{FilterError, Place, from_json, parse};
use serde_json::json;

use super::world::incidents;

fn refused(text: &str) -> FilterError {
    match parse(text, &incidents()) {
        Ok(filter) => panic!("{text} was read as {filter:?}"),
        Err(error) => error,
    }
}

#[track_caller]
fn check(text: &str, key: &str, column: usize, proposals: &[&str]) {
    let error = refused(text);
    assert_eq!(error.message.key, key, "{text}: {error}");
    assert!(
        matches!(error.place, Place::Text { column: at, .. } if at == column),
        "{text}: {error}"
    );
    assert_eq!(error.proposals, proposals, "{text}: {error}");
}

#[test]
fn names_and_values_that_do_not_exist() {
    check("ä priorty:1", "filter-unknown-field", 3, &["priority"]);
    check(
        "requester.departmnt.title:x",
        "filter-unknown-field",
        11,
        &["department"],
    );
    check("priority.title:x", "filter-not-a-reference", 1, &[]);
    check(
        "requester.department.titl:x",
        "filter-unknown-field",
        22,
        &["title"],
    );
    check("ä requester.title.x:y", "filter-not-a-reference", 13, &[]);
    check(
        "requester.manager.manager.manager.manager.title:x",
        "filter-too-many-hops",
        43,
        &[],
    );
    check("impact:hihg", "filter-unknown-choice", 8, &["high"]);
    check("state:resolvd", "filter-unknown-choice", 7, &["resolved"]);
    check("phase:activ", "filter-unknown-choice", 7, &["active"]);
    check("tags:vpi", "filter-unknown-choice", 6, &["vip"]);
}

#[test]
fn values_and_comparisons_that_do_not_fit() {
    check("priority:high", "filter-wrong-value", 10, &[]);
    check("hours > 1.234", "filter-wrong-value", 9, &[]);
    check("opened_at > soon", "filter-wrong-value", 13, &[]);
    check(
        "opened_at > todayy-7d",
        "filter-wrong-value",
        13,
        &["today-7d"],
    );
    check(
        "opened_at:lastmonth",
        "filter-wrong-value",
        11,
        &["last_month"],
    );
    check("day > now-2h", "filter-wrong-value", 7, &[]);
    check("followers:Anna", "filter-wrong-value", 11, &[]);
    check("cost > 12", "filter-wrong-value", 8, &[]);
    check("cost:1EUR..2USD", "filter-two-currencies", 12, &[]);
    check("impact < high", "filter-wrong-operator", 10, &[]);
    check("description:disk", "filter-wrong-operator", 1, &[]);
    check("vip ~ true", "filter-wrong-operator", 7, &[]);
    check("title:\" \"", "filter-expected-value", 7, &[]);
}

#[test]
fn broken_texts() {
    check("title:\"open end", "filter-unclosed-quote", 7, &[]);
    check("(vip:yes", "filter-expected-closing", 9, &[]);
    check("vip:yes)", "filter-expected-condition", 8, &[]);
    check("vip:yes or", "filter-expected-condition", 11, &[]);
    check("or vip:yes", "filter-expected-condition", 11, &[]);
    check("vip:yes and", "filter-expected-condition", 12, &[]);
    check("priority:", "filter-expected-value", 10, &[]);
    check("priority in (1 2)", "filter-expected-closing", 16, &[]);
    check("priority between 1 or 2", "filter-expected-and", 20, &[]);
    check("not", "filter-expected-condition", 4, &[]);
}

#[test]
fn limits() {
    assert_eq!(refused(&"x".repeat(8_193)).message.key, "filter-too-long");
    assert_eq!(
        refused(&"x ".repeat(201)).message.key,
        "filter-too-many-tests"
    );
    assert_eq!(refused(&"(".repeat(4_000)).message.key, "filter-too-deep");
    assert_eq!(
        refused(&"not ".repeat(2_000)).message.key,
        "filter-too-deep"
    );
    assert_eq!(
        refused(&format!("priority in ({}1)", "1,".repeat(500)))
            .message
            .key,
        "filter-too-many-values"
    );
    assert!(
        parse(
            &format!("{}vip:yes{}", "(".repeat(20), ")".repeat(20)),
            &incidents()
        )
        .is_ok()
    );
}

#[test]
fn json_says_where() {
    let refused = |json| from_json(&json, &incidents()).unwrap_err();
    let nested = refused(
        json!({"all": [{"field": "vip", "op": "=", "value": true}, {"any": [{"field": "prio"}]}]}),
    );
    assert_eq!(nested.place, Place::Json("/all/1/any/0".to_owned()));
    let value = refused(json!({"not": {"field": "priority", "op": "<=", "value": "high"}}));
    assert_eq!(
        (value.message.key, value.place),
        ("filter-wrong-value", Place::Json("/not/value".to_owned()))
    );
    let name = refused(json!({"field": "priority", "op": "<=", "vlaue": 1}));
    assert_eq!(
        (name.message.key, name.proposals),
        ("filter-unknown-member", vec!["value".to_owned()])
    );
    let operator = refused(json!({"field": "priority", "op": "cotains", "value": 1}));
    assert_eq!(operator.proposals[0], "contains");
    for (sign, name) in [
        ("~", "contains"),
        ("!~", "not_contains"),
        ("^", "starts_with"),
    ] {
        let operator = refused(json!({"field": "title", "op": sign, "value": "x"}));
        assert_eq!(operator.proposals[0], name, "{sign}");
    }
    let whole = refused(json!({}));
    assert_eq!(
        (whole.message.key, whole.place.to_string().as_str()),
        ("filter-expected-object", "#")
    );
    let keyword = refused(json!({"field": "opened_at", "op": "<", "value": "today"}));
    assert_eq!(keyword.message.key, "filter-wrong-value");
    assert_eq!(refused(json!([])).message.key, "filter-expected-object");
    let mut deep = json!({"field": "vip", "op": "empty"});
    for _ in 0..30 {
        deep = json!({"not": deep});
    }
    assert_eq!(refused(deep).message.key, "filter-too-deep");
    let values: Vec<i64> = (0..400).collect();
    let list = json!({"field": "priority", "op": "in", "value": values});
    let many = json!({"any": [list, list, list, list, list, list, list, list, list, list, list]});
    assert_eq!(refused(many).message.key, "filter-too-many-values");
}

#[test]
fn a_refusal_tells_the_page_where_to_mark() {
    let refusal = base::Refused::from(refused("vip:yes priorty:1"));
    assert_eq!(
        refusal.to_string(),
        "bad request: filter-unknown-field(field: priorty, type: incident, place: 9, near: some, proposals: priority, byte: 8)"
    );
}
