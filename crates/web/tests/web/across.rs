//! Lists across types: their columns, their rows put together, their files and numbers.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use serde_json::{Value as Json, json};
use test_kit::{Database, House, both_databases};

use crate::bulk::work;
use crate::bulk_pages::press;
use crate::html::{send, text};
use crate::office::{Client, Office};

/// Two incidents of Ada's, one of them in work, and a task.
fn office(database: Database) -> Office {
    let office = Office::on(database);
    let desk = office.desk.as_person(House::ADA);
    for number in 0..2 {
        let title = format!("Fault {number}");
        desk.create("incident", &[("title", &title), ("requester", "Rita")]);
    }
    desk.create("task", &[("title", "Fault errand")]);
    office.give_login(House::ADA, "ada");
    office
}

fn page(client: &Client<'_>, path: &str) -> String {
    let answer = client.raw("GET", path, None, Vec::new(), &[]).expect(200);
    String::from_utf8(answer.bytes).unwrap()
}

/// Whether these stand in the text one after the other.
fn in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let at = rest.find(word);
        let at = at.unwrap_or_else(|| panic!("{word} does not follow: {text}"));
        rest = &rest[at + word.len()..];
    }
}

both_databases! {
    fn a_file_across_types_has_what_the_page_shows(database) {
        let office = office(database);
        let ada = office.bearer(House::ADA);
        let asked = "/records/export?filter=Fault&sort=-title&fields=type,number,title,state";
        let csv = ada.get(asked).expect(200);
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"records-2026-01-05.csv\"");
        let text = String::from_utf8(csv.bytes).unwrap();
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[0], "Type,Number,Title,State");
        assert!(lines[1].starts_with("Task,") && lines[1].ends_with(",Fault errand,Open"), "{text}");
        assert!(lines[2].starts_with("Incident,INC") && lines[2].ends_with(",Fault 1,New"), "{text}");

        let json = ada.get(&format!("{asked}&format=json")).expect(200).json;
        let types: Vec<&str> = json["records"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["task", "incident", "incident"]);

        let by_line = ada.get(&format!("{asked}&format=jsonl")).expect(200);
        let records: Vec<Json> = by_line.bytes.split(|it| *it == b'\n').filter(|it| !it.is_empty())
            .map(|it| serde_json::from_slice(it).unwrap()).collect();
        assert_eq!(Json::from(records), json["records"]);

        let workbook = ada.get(&format!("{asked}&format=xlsx")).expect(200);
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook.bytes)).unwrap();
        let sheet = workbook.worksheet_range("Records of all types").unwrap();
        assert_eq!((sheet.height(), sheet.get((1, 0)).unwrap().to_string()), (4, "Task".to_owned()));
    }

    fn a_file_across_types_has_only_what_may_be_taken_out(database) {
        let office = office(database);
        let ada = office.bearer(House::ADA);
        let teams = ada.get("/records?filter=type:team").expect(200).json;
        assert!(!teams["records"].as_array().unwrap().is_empty(), "she reads teams");
        let file = ada.get("/records/export?format=json").expect(200).json;
        let mut types: Vec<&str> = file["records"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types, ["incident", "task"], "but takes out only work");
        office.bearer(House::RITA).get("/records/export").refused(403, "forbidden-action");
        ada.get("/records/export?limit=2").refused(400, "parameter-unknown");
        ada.get("/records/export?filter=urgency:1").refused(400, "filter-unknown-field");
    }

    fn a_page_across_types_has_columns_groups_and_files(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let shown = page(&ada, "/records?q=Fault&column=number&column=title&column=team&group=type&sort=title");
        in_order(&shown, &["tr class=\"group\"", "Incidents", "<b>2</b>", "Fault 0", "Fault 1", "tr class=\"group\"", "Tasks", "<b>1</b>", "Fault errand"]);
        assert!(shown.contains("<th class=\"col-text\" scope=\"col\"") && !shown.contains("col-updated"), "other columns than the usual: {shown}");
        assert!(shown.contains("action=\"/records/export\"") && shown.contains("name=\"column\" value=\"team\" checked"), "{shown}");
        let file = page(&ada, "/records/export?q=Fault&column=number&column=title&group=type&sort=title&format=csv");
        in_order(&file, &["Number,Title", "Fault 0", "Fault 1", "Fault errand"]);
        assert_eq!(page(&ada, "/records?q=Fault&group=description").matches("tr class=\"group\"").count(), 0);
        assert!(page(&ada, "/records?q=Fault&column=urgency").contains("col-priority"), "no shared field: the usual columns");
    }

    fn states_of_several_types_stand_together_by_their_phase(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let api = office.bearer(House::ADA);
        let task = api.get("/task?fields=number").json["records"][0]["id"].as_str().unwrap().to_owned();
        api.post(&format!("/task/{task}/actions/start"), &json!({})).expect(200);
        let shown = page(&ada, "/records?q=Fault&group=state&sort=title");
        in_order(&shown, &["tr class=\"group\"", "New", "<b>2</b>", "Fault 0", "Fault 1", "tr class=\"group\"", "In work", "<b>1</b>", "Fault errand"]);
        let turned = page(&ada, "/records?q=Fault&group=state&sort=-state");
        in_order(&turned, &["tr class=\"group\"", "In work", "Fault errand", "tr class=\"group\"", "New"]);
        // Pages put together are the list, also by phases.
        let mut titles = Vec::new();
        let mut after = String::new();
        loop {
            let page = api.get(&format!("/records?filter=Fault&sort=-state,title&limit=1&fields=title&after={after}")).expect(200).json;
            titles.push(page["records"][0]["title"].as_str().unwrap().to_owned());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(titles, ["Fault errand", "Fault 0", "Fault 1"]);
    }

    fn numbers_are_computed_across_types(database) {
        let office = office(database);
        let ada = office.bearer(House::ADA);
        let counted = ada.get("/records/aggregate?filter=Fault&group=type").expect(200).json;
        assert_eq!(counted["rows"], json!([{ "keys": ["incident"], "values": [2] }, { "keys": ["task"], "values": [1] }]));
        let asked = json!({ "filter": "Fault", "groups": ["team"], "measures": ["share:type:task"] });
        let shared = ada.post("/records/aggregate", &asked).expect(200).json;
        let parts: i64 = shared["rows"].as_array().unwrap().iter().map(|it| it["values"][0]["part"].as_i64().unwrap()).sum();
        assert_eq!(parts, 1, "{shared}");
        ada.get("/records/aggregate?measure=sum:urgency").expect(400);
    }

    fn records_of_several_types_are_handed_over_and_spoken_to_in_one_run(database) {
        let office = office(database);
        let (ada, api) = (office.browser("ada"), office.bearer(House::ADA));
        let list = page(&ada, "/records?q=Fault");
        for part in ["action=\"/records/bulk\"", "name=\"bulk-act\" value=\"assign\"", "name=\"bulk-act\" value=\"comment\""] {
            assert!(list.contains(part), "{part}: {list}");
        }
        assert!(!list.contains("value=\"delete\"") && !list.contains("value=\"change\""), "{list}");
        let all = "/records/bulk?bulk-all=1&bulk-q=Fault";
        let form = page(&ada, &format!("{all}&bulk-act=assign"));
        assert!(form.contains("Incidents (2), Tasks (1)") || form.contains("Tasks (1), Incidents (2)"), "{form}");
        assert!(form.contains("name=\"team\"") && !form.contains("name=\"organisation\""), "{form}");
        let typed = [("assignee", "Ada Agent"), ("bulk-reason", "Holidays")];
        let preview = text(&press(&ada, "/records/bulk", &form, "Preview", &typed).expect(200));
        assert!(preview.contains("You may do this to all 3."), "{preview}");
        let begun = press(&ada, "/records/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        work(&office);
        let run = begun.header("location").to_owned();
        let done = page(&ada, &run);
        assert!(done.contains("3 of 3 done") && done.contains("3 records") && done.contains("Ada"), "{done}");
        let mine = api.get("/records?filter=Fault+assignee:me&count=exact&fields=title").expect(200).json;
        assert_eq!(mine["count"], 3, "{mine}");

        let form = page(&ada, &format!("{all}&bulk-act=comment"));
        let typed = [("bulk-comment", "Back on Monday"), ("bulk-private", "1")];
        let preview = text(&press(&ada, "/records/bulk", &form, "Preview", &typed).expect(200));
        assert!(preview.contains("You may do this to all 3."), "{preview}");
        press(&ada, "/records/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        work(&office);
        let task = api.get("/task?fields=number").json["records"][0]["id"].as_str().unwrap().to_owned();
        assert!(api.get(&format!("/task/{task}/timeline")).json.to_string().contains("Back on Monday"));
        let undone = send(&ada, &format!("{run}/undo"), &[]).expect(303);
        work(&office);
        assert!(page(&ada, undone.header("location")).contains("3 of 3 done"));
        let mine = api.get("/records?filter=Fault+assignee:me&count=exact&fields=title").expect(200).json;
        assert_eq!(mine["count"], 0, "taken back: {mine}");
    }

    fn records_of_several_types_take_only_steps_that_all_know(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let all = "/records/bulk?bulk-all=1&bulk-q=Fault&bulk-act=transition";
        let steps = page(&ada, all);
        assert!(steps.contains("name=\"bulk-step\" value=\"start\""), "{steps}");
        assert!(!steps.contains("value=\"resolve\"") && !steps.contains("value=\"complete\""), "{steps}");
        let form = page(&ada, &format!("{all}&bulk-step=start"));
        let preview = text(&press(&ada, "/records/bulk", &form, "Preview", &[]).expect(200));
        let begun = press(&ada, "/records/bulk", &preview, "bulk-go", &[("bulk-go", "1")]).expect(303);
        work(&office);
        assert!(page(&ada, begun.header("location")).contains("3 of 3 done"));
        let begun = office.bearer(House::ADA).get("/records?filter=Fault+phase:active&count=exact").expect(200).json;
        assert_eq!(begun["count"], 3, "{begun}");
        // Teams have no step in common with work, and nobody hands them over.
        let team = House::NETWORK.to_string();
        let incident = office.bearer(House::ADA).get("/incident?fields=number").json["records"][0]["number"].as_str().unwrap().to_owned();
        let mixed = page(&ada, &format!("/records/bulk?id={team}&id={incident}&bulk-act=transition"));
        assert!(mixed.contains("Not all of these can do that") && mixed.contains("Teams (1)"), "{mixed}");
        ada.raw("GET", &format!("/records/bulk?id={team}&bulk-act=delete"), None, Vec::new(), &[]).expect(400);
        office.give_login(House::RITA, "rita");
        office.browser("rita").raw("GET", "/records/bulk?id=INC0000001&bulk-act=comment", None, Vec::new(), &[]).expect(403);
    }

    fn the_api_does_one_act_to_records_of_several_types(database) {
        let office = office(database);
        let ada = office.bearer(House::ADA);
        let team = House::NETWORK.to_string();
        let order = json!({ "filter": "Fault", "assign": { "assignee": House::ADA }, "reason": "Holidays", "dry_run": true });
        let tried = ada.post("/records/bulk", &order).expect(200).json;
        assert_eq!((&tried["total"], &tried["may"], &tried["changed"]), (&json!(3), &json!(3), &json!(3)), "{tried}");
        let ids: Vec<Json> = ada.get("/records?filter=Fault&fields=number").expect(200).json["records"].as_array().unwrap()
            .iter().map(|it| it["id"].clone()).chain([json!(team)]).collect();
        let order = json!({ "ids": ids, "comment": { "text": "Back on Monday", "visibility": "private" } });
        let tried = ada.post("/records/bulk", &json!({ "dry_run": true, "ids": order["ids"], "comment": order["comment"] })).expect(200).json;
        assert_eq!((&tried["total"], &tried["may"]), (&json!(4), &json!(3)), "nobody speaks to a team: {tried}");
        let begun = ada.post("/records/bulk", &order).expect(202).json;
        assert_eq!(begun["type"], "records", "{begun}");
        work(&office);
        let run = ada.get(&format!("/bulk/{}", begun["id"].as_str().unwrap())).expect(200).json;
        assert_eq!((&run["changed"], &run["refused"]), (&json!(3), &json!(1)), "{run}");
        ada.post("/records/bulk", &json!({ "filter": "Fault", "transition": "fly" })).expect(422).names("transition", "bulk-transition-unknown");
        let steps = json!({ "filter": "Fault", "transition": "complete", "dry_run": true });
        let tried = ada.post("/records/bulk", &steps).expect(200).json;
        assert_eq!((&tried["total"], &tried["may"]), (&json!(3), &json!(1)), "only the task knows it: {tried}");
        office.bearer(House::RITA).post("/records/bulk", &order).refused(403, "forbidden-action");
    }
}
