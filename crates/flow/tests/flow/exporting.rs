//! What an export promises: what the actor may take out comes out, each record once, in a form for people.

use std::collections::BTreeMap;

use base::{Error, Refused};
use engine::{Action, Comment, Ctx};
use flow::{Export, Format};
use serde_json::{Value as Json, json};
use test_kit::{Desk, House, both_databases, problems};

both_databases! {
    fn a_filter_and_rights_decide_what_comes_out(database) {
        let desk = Desk::on(database);
        let broken = "Mine, \"quoted\"\nand on two lines";
        let one = desk.as_requester().create("incident", &[("title", "Mine"), ("description", broken)]);
        desk.create("incident", &[("title", "Somebody else's"), ("impact", "1"), ("urgency", "1")]);
        let hidden = desk.as_system().create("incident", &[("title", "Secret"), ("access", "2")]);
        let all = cells(&desk, &desk.as_system().ctx, "");
        assert_eq!(all.len(), 3);
        let grave = cells(&desk, &desk.as_system().ctx, "priority = 1");
        assert_eq!(grave.values().map(|it| it["title"].as_str()).collect::<Vec<_>>(), ["Somebody else's"]);
        let for_agent = cells(&desk, &desk.as_agent().ctx, "");
        assert!(!for_agent.contains_key(&hidden.to_string()), "what one may not read does not come out");
        assert_eq!(for_agent[&one.to_string()]["description"], broken);
        assert_eq!(for_agent[&one.to_string()]["requester.title"], "Rita Requester");
    }

    fn nobody_takes_out_what_they_may_only_read(database) {
        let desk = Desk::on(database);
        let reported = desk.as_requester().create("incident", &[("title", "Mine")]);
        assert_eq!(desk.as_requester().list("incident", "").len(), 1, "it may be read");
        for format in [Format::Csv, Format::Jsonl] {
            let refused = Export::new(&desk.as_requester().ctx, "incident", "", format).unwrap_err();
            assert_eq!(problems(&refused), "forbidden: forbidden-action(action: export, type: incident)");
        }
        let refused = Export::everything(&desk.as_requester().ctx).unwrap_err();
        assert_eq!(problems(&refused), "forbidden: forbidden-action(action: export, type: record)");
        // The reader itself asks, so that no surface can forget to.
        let query = dictionary::Query { record_type: Some("incident".to_owned()), ..Default::default() };
        let page = move |reading: &mut engine::Reading<'_, '_>| reading.export_page(&query);
        let refused = desk.engine.read_blocking(&desk.as_requester().ctx, page.clone()).unwrap_err();
        assert!(matches!(refused, Error::Refused(Refused::Forbidden(_))), "{refused:?}");
        let own = desk.engine.read_blocking(&desk.as_agent().ctx, page).unwrap();
        assert_eq!(own.rows.iter().map(engine::read::Visible::id).collect::<Vec<_>>(), [reported]);
    }

    fn of_rows_that_may_be_read_only_those_with_the_right_come_out(database) {
        let desk = Desk::on(database);
        // Reads all incidents, takes out those of the own teams.
        let all = json!("all");
        let mine = json!({ "field": "team", "op": "=", "value": { "relative": "my_teams" } });
        let grant = |actions: Json, rows: Json| json!({
            "types": ["incident"], "actions": actions, "rows": rows, "read_fields": all, "write_fields": all,
        });
        let grants = [grant(json!(["read"]), Json::Null), grant(json!(["export"]), mine)];
        desk.set("roles", json!([{ "code": "agent", "grants": grants }]));
        let own = desk.as_system().create("incident", &[("title", "Ours"), ("team", &House::SERVICE_DESK.to_string())]);
        desk.as_system().create("incident", &[("title", "Theirs"), ("team", &House::NETWORK.to_string())]);
        assert_eq!(desk.as_agent().list("incident", "").len(), 2);
        assert_eq!(cells(&desk, &desk.as_agent().ctx, "").keys().collect::<Vec<_>>(), [&own.to_string()]);
        let (lines, exported) = everything(&desk, &desk.as_agent().ctx);
        assert_eq!(lines.iter().map(|it| it["title"].clone()).collect::<Vec<_>>(), ["Ours"]);
        assert!(exported.left_out.iter().any(|it| it == "person"), "{exported:?}");
        assert!(!exported.left_out.iter().any(|it| it == "incident"));
    }

    fn notes_history_and_links_come_out_only_for_those_who_may_read_them(database) {
        let desk = Desk::on(database);
        let secret = desk.as_system().create("incident", &[("title", "Secret"), ("access", "2")]);
        let id = desk.as_requester().create("incident", &[("title", "No sound")]);
        desk.as_agent().comment(id, "Is it plugged in?");
        desk.as_agent().note(id, "Always the same");
        let link = Action::Link { kind: "related".to_owned(), to: secret, primary: false };
        desk.as_system().try_do(id, link).unwrap();
        let whole = line(&desk, &desk.as_system().ctx, "title = \"No sound\"");
        assert_eq!(texts(&whole), ["Is it plugged in?", "Always the same"]);
        assert_eq!(whole["@links"][0]["to"], json!(secret));
        assert!(whole["@history"].is_array());
        assert!(whole.get("reopen_count").is_some());
        // The supplier works on what is handed to the own team, without its history or private notes.
        let rows = json!({ "field": "access", "op": "<", "value": 2 });
        let grant = json!({
            "types": ["incident"], "actions": ["read", "export"], "rows": rows, "read_fields": "public", "write_fields": "none",
        });
        desk.set("roles", json!([{ "code": "external_supplier", "grants": [grant] }]));
        let seen = line(&desk, &desk.as_person(House::SAM).ctx, "title = \"No sound\"");
        assert_eq!(texts(&seen), ["Is it plugged in?"]);
        assert!(seen.get("@links").is_none(), "the other end may not be known");
        assert!(seen.get("@history").is_none());
        assert!(seen.get("reopen_count").is_none(), "what may not be read is not told to be empty");
        assert_eq!(seen["title"], "No sound");
    }

    fn a_line_tells_a_record_whole_and_for_people(database) {
        let desk = Desk::on(database);
        let other = desk.create("incident", &[("title", "Other")]);
        let id = desk.as_requester().create("incident", &[("title", "No sound")]);
        desk.as_agent().comment(id, "Is it plugged in?");
        let mut worked = Comment::private("Ten minutes");
        worked.minutes_worked = Some(10);
        desk.as_agent().try_comment(id, worked).unwrap();
        let link = Action::Link { kind: "duplicate".to_owned(), to: other, primary: true };
        desk.as_agent().try_do(id, link).unwrap();
        desk.as_system().try_do(id, Action::Follow(House::ROB)).unwrap();
        desk.as_agent().apply(engine::Change::update("incident", id)
            .with_value("impact", dictionary::Value::Integer(1)).because("They all hear nothing")).unwrap();
        let line = line(&desk, &desk.as_system().ctx, "title = \"No sound\"");
        assert_eq!(line["@type"], "incident");
        assert_eq!(line["requester.title"], "Rita Requester");
        let said = &line["@journal"][1];
        assert_eq!((&said["author.title"], &said["visibility"]), (&json!("Ada Agent"), &json!("private")));
        assert_eq!((&said["minutes_worked"], &said["at"]), (&json!(10), &json!(desk.now().to_string())));
        let number = desk.get(other).number().unwrap().to_owned();
        let linked = &line["@links"][0];
        assert_eq!((&linked["kind"], &linked["to.title"], &linked["primary"]), (&json!("duplicate"), &json!(number), &json!(true)));
        assert_eq!(linked["by"], json!(House::ADA));
        assert_eq!(line["@followers"], json!([{ "person": House::ROB, "person.title": "Rob Requester" }]));
        let history = line["@history"].as_array().unwrap();
        let first = &history[0];
        assert_eq!((&first["action"], &first["actor.title"], &first["surface"]), (&json!("create"), &json!("Rita Requester"), &json!("page")));
        assert_eq!(first["fields"]["requester"]["after.title"], "Rita Requester");
        let last = history.last().unwrap();
        assert_eq!(last["reason"], "They all hear nothing");
        assert_eq!(last["fields"]["impact"]["after"], 1);
        assert_eq!(last["at"], json!(desk.now().to_string()));
    }

    fn more_than_one_page_comes_out_once(database) {
        let desk = Desk::on(database);
        let acting = desk.as_system();
        for number in 0..230 {
            acting.create("location", &[("title", &format!("Room {number}"))]);
        }
        for (format, lines) in [(Format::Csv, 231), (Format::Jsonl, 230)] {
            let file = written(&desk, &acting.ctx, "location", "title starts with Room", format);
            let mut rows: Vec<&str> = std::str::from_utf8(&file).unwrap().lines().collect();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), lines, "{format:?}");
        }
    }
}

pub fn written(desk: &Desk, ctx: &Ctx, record_type: &str, filter: &str, format: Format) -> Vec<u8> {
    let mut file = Vec::new();
    let export = Export::new(ctx, record_type, filter, format).unwrap();
    export.run(&desk.engine, ctx, &mut file).unwrap();
    file
}

/// Incidents of a CSV export by id.
fn cells(desk: &Desk, ctx: &Ctx, filter: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let file = written(desk, ctx, "incident", filter, Format::Csv);
    let rows = csv::Reader::from_reader(file.as_slice())
        .deserialize()
        .collect::<Result<Vec<BTreeMap<String, String>>, _>>()
        .unwrap();
    rows.into_iter().map(|it| (it["id"].clone(), it)).collect()
}

fn everything(desk: &Desk, ctx: &Ctx) -> (Vec<Json>, flow::Exported) {
    let mut file = Vec::new();
    let exported = Export::everything(ctx)
        .unwrap()
        .run(&desk.engine, ctx, &mut file)
        .unwrap();
    (parsed(&file), exported)
}

/// Records of lines of JSON.
pub fn parsed(file: &[u8]) -> Vec<Json> {
    let lines = std::str::from_utf8(file).unwrap().lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|it: &Json| it.get("@defines").is_none())
        .collect()
}

/// The only incident that a filter finds.
#[track_caller]
fn line(desk: &Desk, ctx: &Ctx, filter: &str) -> Json {
    let file = written(desk, ctx, "incident", filter, Format::Jsonl);
    let mut lines = parsed(&file);
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

fn texts(line: &Json) -> Vec<&str> {
    let said = line["@journal"].as_array().unwrap();
    said.iter().map(|it| it["text"].as_str().unwrap()).collect()
}
