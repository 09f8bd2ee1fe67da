//! Lists: filters, orders, pages, counts, and numbers about them.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::Office;

fn with_incidents(office: &Office, count: usize) {
    for number in 0..count {
        let title = format!("Fault {number:03}");
        office
            .desk
            .create("incident", &[("title", &title), ("requester", "Rita")]);
    }
}

both_databases! {
    fn pages_put_together_are_the_whole_list(database) {
        let office = Office::on(database);
        with_incidents(&office, 7);
        let ada = office.bearer(House::ADA);
        let mut titles = Vec::new();
        let mut after = String::new();
        loop {
            let page = ada.get(&format!("/incident?sort=-title&limit=3&fields=title&after={after}")).expect(200);
            for row in page.json["records"].as_array().unwrap() {
                titles.push(row["title"].as_str().unwrap().to_owned());
            }
            match page.json["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        let expected: Vec<String> = (0..7).rev().map(|it| format!("Fault {it:03}")).collect();
        assert_eq!(titles, expected);
    }

    fn filters_come_as_text_and_as_json_and_matches_are_counted(database) {
        let office = Office::on(database);
        with_incidents(&office, 3);
        let ada = office.bearer(House::ADA);
        let text = ada.get("/incident?filter=state%3Anew+%22002%22&count=exact").expect(200);
        assert_eq!(text.json["count"], 1);
        let filter = "%7B%22field%22%3A%22title%22%2C%22op%22%3A%22contains%22%2C%22value%22%3A%22001%22%7D";
        let both = ada.get(&format!("/incident?filter=state%3Anew&filter_json={filter}&count=exact")).expect(200);
        assert_eq!(both.json["count"], 1);
        assert_eq!(both.json["records"][0]["title"], "Fault 001");
        assert!(ada.get("/incident").json.get("count").is_none(), "nobody asked for a count");
    }

    fn a_filter_that_cannot_be_read_says_where_and_what_was_perhaps_meant(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let text = ada.get("/incident?filter=%22%C3%A9%22+statte%3Anew").refused(400, "filter-unknown-field");
        assert_eq!(text.json["position"], json!({ "byte": 5, "column": 5 }), "one letter of two bytes stands before");
        assert_eq!(text.json["proposals"][0], "state");
        let filter = "%7B%22all%22%3A%5B%7B%22field%22%3A%22statte%22%2C%22op%22%3A%22%3D%22%2C%22value%22%3A%22new%22%7D%5D%7D";
        let tree = ada.get(&format!("/incident?filter_json={filter}")).refused(400, "filter-unknown-field");
        assert_eq!(tree.json["pointer"], "/all/0");
        assert_eq!(tree.json["proposals"][0], "state");
        assert!(tree.json.get("position").is_none());
        let closing = ada.get("/incident?filter=%28state%3Anew").refused(400, "filter-expected-closing");
        assert!(closing.json.get("proposals").is_none(), "{}", closing.json);
    }

    fn everybody_sees_their_own_list(database) {
        let office = Office::on(database);
        with_incidents(&office, 2);
        assert_eq!(office.bearer(House::RITA).get("/incident?count=exact").json["count"], 2);
        assert_eq!(office.bearer(House::ROB).get("/incident?count=exact").json["count"], 0);
        office.bearer(House::STAN).get("/incident").expect(403);
    }

    fn all_types_are_listed_by_what_they_share(database) {
        let office = Office::on(database);
        with_incidents(&office, 1);
        let ada = office.bearer(House::ADA);
        let page = ada.get("/records?filter=type:incident&fields=number,title,type").expect(200);
        assert_eq!(page.json["records"][0]["title"], "Fault 000", "{}", page.json);
    }

    fn numbers_are_computed_in_groups(database) {
        let office = Office::on(database);
        with_incidents(&office, 4);
        let ada = office.bearer(House::ADA);
        let plain = ada.get("/incident/aggregate?group=state&measure=count").expect(200);
        assert_eq!(plain.json["rows"], json!([{ "keys": ["new"], "values": [4] }]));
        let asked = json!({ "groups": ["opened_at:month"], "measures": ["count", "share:title~\"000\""] });
        let monthly = ada.post("/incident/aggregate", &asked).expect(200);
        assert_eq!(monthly.json["rows"], json!([
            { "keys": ["2026-01-01"], "values": [4, { "part": 1, "whole": 4 }] },
        ]));
        let people = ada.get("/incident/aggregate?group=requester").expect(200);
        assert_eq!(people.json["rows"][0]["keys"][0]["title"], "Rita Requester");
        assert_eq!(people.json["measures"], json!(["count"]));
        for (measure, value) in [
            ("count:elapsed(created_at,updated_at)", json!(4)),
            ("count:resolved_at", json!(0)),
            ("median:elapsed(created_at, updated_at)", json!("PT0S")),
            ("p95:elapsed(created_at,updated_at)", json!("PT0S")),
            ("max:elapsed(created_at,resolved_at)", json!(null)),
            ("sum:elapsed(created_at,updated_at)", json!("0")),
            ("within:4h:elapsed(created_at,updated_at)", json!({ "part": 4, "whole": 4 })),
        ] {
            let answer = ada.post("/incident/aggregate", &json!({ "measures": [measure] })).expect(200);
            assert_eq!(answer.json["rows"], json!([{ "keys": [], "values": [value] }]), "{measure}");
            ada.get(&format!("/incident/aggregate?measure={}", measure.replace(' ', "%20"))).expect(200);
        }
        for wrong in [
            "p0:priority", "p+5:priority", "p100:priority", "p:priority", "median:", "median", "count:", "backlog:",
            "within:priority", "within:soon:elapsed(created_at,updated_at)", "avg:elapsed(created_at)",
            "avg:elapsed(created_at,updated_at",
        ] {
            ada.post("/incident/aggregate", &json!({ "measures": [wrong] })).refused(400, "parameter-wrong");
        }
        let titled = json!({ "measures": ["avg:elapsed(created_at,title)"] });
        ada.post("/incident/aggregate", &titled).refused(400, "aggregate-impossible");
        ada.get("/incident/aggregate?group=opened_at:fortnight").refused(400, "parameter-wrong");
        ada.get("/incident/aggregate?measure=guess:title").refused(400, "parameter-wrong");
        ada.get("/incident/aggregate?zone=Mars").refused(400, "zone-unknown");
    }
}
