//! What the user guide says of the API is what the API does: its calls are made, its filters asked.

use serde_json::{Value as Json, json};
use test_kit::{Database, House, both_databases};
use url::form_urlencoded::byte_serialize;

use crate::office::{Client, Office};

fn chapter(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// What stands in backticks within the lines of a text.
fn spans(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut outside = |line: &&str| {
        inside ^= line.starts_with("```");
        !inside && !line.starts_with("```")
    };
    let prose: Vec<&str> = text.lines().filter(&mut outside).collect();
    let parts = prose.join("\n");
    parts
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Blocks of code in that language; the nameless one where it is empty.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let of = |part: &&str| part.split('\n').next() == Some(language);
    let body = |part: &str| part.split_once('\n').unwrap().1.to_owned();
    parts.into_iter().filter(of).map(body).collect()
}

fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let (_, rest) = text
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no {heading}"));
    rest.split("\n## ").next().unwrap()
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn house(database: Database) -> Office {
    let office = Office::on(database);
    let rita = office.desk.as_person(House::RITA);
    rita.create("incident", &[("title", "A vpn printer")]);
    office
}

/// A call of the guide, with what is there in place of what stands for it.
fn call(client: &Client<'_>, path: &str) -> String {
    let bulk = json!({ "filter": "state:new", "comment": "x", "reason": "y" });
    let id = |path: &str, body: &Json| {
        client.post(path, body).json["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let mut path = path
        .trim_start_matches("/api/v1")
        .replace("INC0001234", "INC0000001");
    for runs in ["/bulk/{id}", "/verify/{id}"] {
        if path.starts_with(runs) {
            let made = match runs {
                "/bulk/{id}" => id("/incident/bulk", &bulk),
                _ => id("/verify", &json!({})),
            };
            path = path.replace("{id}", &made);
        }
    }
    path.replace("{id}", "INC0000001")
        .replace("/{type}", "/incident")
        .replace("types/incident/incident", "types/incident")
}

both_databases! {
    fn every_call_of_the_guide_is_answered(database) {
        let office = house(database);
        let client = office.bearer(House::SYD);
        let mut made = 0;
        for span in spans(&chapter("api.md")) {
            let (methods, path) = match span.split_once(" /") {
                Some((methods, path)) => (methods, format!("/{}", path.replace('\n', " "))),
                None => continue,
            };
            if !methods.split(' ').any(|it| it == "GET") || path.contains("{attachment}") {
                continue;
            }
            client.get(&call(&client, &path)).expect(200);
            made += 1;
        }
        assert!(made > 15, "only {made} calls were found");
    }

    fn every_measure_and_bucket_of_the_guide_is_known(database) {
        let office = house(database);
        let client = office.bearer(House::SYD);
        let chapter = chapter("api.md");
        let counting = section(&chapter, "Counting");
        let (groups, measures) = counting.split_once("| measure |").unwrap();
        let buckets = groups.split_once("instants in").unwrap().1.split_once("always").unwrap().0;
        let buckets = spans(buckets);
        assert!(buckets.len() > 8, "{buckets:?}");
        for bucket in buckets {
            client.get(&format!("/incident/aggregate?group=opened_at:{bucket}")).expect(200);
        }
        let known = ["count", "distinct", "sum", "avg", "min", "max", "median", "p90", "within", "share", "backlog"];
        let mut asked = 0;
        for span in spans(measures) {
            let name = span.split(':').next().unwrap().to_owned();
            if !known.contains(&name.as_str()) {
                continue;
            }
            let measure = if span.ends_with(':') { format!("{span}reassignment_count") } else { span };
            let group = if name == "backlog" { "&group=opened_at:month" } else { "" };
            client.get(&format!("/incident/aggregate?measure={}{group}", escaped(&measure))).expect(200);
            asked += 1;
        }
        assert!(asked > 14, "only {asked} measures were found");
    }

    fn every_filter_of_the_guide_can_be_read(database) {
        let office = house(database);
        let client = office.bearer(House::SYD);
        let chapter = chapter("filters.md");
        let right = chapter.split("\n## When it is wrong").next().unwrap();
        let mut filters = blocks(right, "");
        for line in right.lines().filter(|it| it.starts_with("| `")) {
            filters.extend(spans(line.split('|').nth(1).unwrap()));
        }
        filters.extend(spans(section(&chapter, "Me and my teams")));
        assert!(filters.len() > 25, "{filters:?}");
        for filter in filters {
            client.get(&format!("/incident?filter={}", escaped(filter.trim()))).expect(200);
        }
    }

    fn what_the_guide_shows_of_a_wrong_filter_is_what_comes(database) {
        let office = house(database);
        let client = office.bearer(House::SYD);
        let chapter = chapter("filters.md");
        let wrong = section(&chapter, "When it is wrong");
        let asked = spans(wrong).into_iter().find(|it| it.starts_with("GET /")).unwrap();
        let answer = client.get(asked.trim_start_matches("GET ")).expect(400);
        let shown: Json = serde_json::from_str(&blocks(wrong, "json")[0]).unwrap();
        for (name, value) in shown.as_object().unwrap() {
            assert_eq!(&answer.json[name], value, "{name}");
        }
    }

    fn every_comparison_of_the_guide_is_known_in_json(database) {
        let office = house(database);
        let client = office.bearer(House::SYD);
        let chapter = chapter("filters.md");
        let json_form = section(&chapter, "As JSON");
        let ask = |tree: &str| client.get(&format!("/incident?filter_json={}", escaped(tree)));
        ask(&blocks(json_form, "json")[0]).expect(200);
        let mut seen = Vec::new();
        for line in json_form.lines().filter(|it| it.starts_with("| `") && !it.starts_with("| `op`")) {
            for op in spans(line.split('|').nth(1).unwrap()) {
                let value = match op.as_str() {
                    "in" | "not_in" | "between" => json!(["a", "b"]),
                    _ => json!("a"),
                };
                let mut test = json!({ "field": "title", "op": op, "value": value });
                if op.ends_with("empty") {
                    test.as_object_mut().unwrap().remove("value");
                }
                ask(&test.to_string()).expect(200);
                seen.push(op);
            }
        }
        let told = ask(r#"{"field":"title","op":"zzz"}"#).refused(400, "filter-unknown-operator").text("detail");
        for op in &seen {
            assert!(told.contains(op.as_str()), "{op} is not told in: {told}");
        }
        assert_eq!(seen.len(), 14);
    }
}
