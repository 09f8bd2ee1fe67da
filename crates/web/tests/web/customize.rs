//! What administrators change at run time: settings, fields, whole types.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::Office;

const MATRIX: &str = "/settings/incident.priority_matrix";

both_databases! {
    fn a_setting_says_where_its_value_comes_from(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let before = syd.get(MATRIX).expect(200);
        assert_eq!(before.json["origin"], json!({ "from": "default" }));
        let value = before.json["value"].clone();
        let own = syd.put(&format!("{MATRIX}?organisation={}", House::ACME), &json!({ "value": value })).expect(200);
        assert_eq!(own.json["origin"]["organisation"], json!(House::ACME));
        assert_eq!(syd.get(MATRIX).json["origin"]["from"], "default", "only Acme has its own");
        syd.put(MATRIX, &json!({ "value": value })).expect(200);
        let globex = syd.get(&format!("{MATRIX}?organisation={}", House::GLOBEX)).expect(200);
        assert_eq!(globex.json["origin"]["from"], "tenant");
        assert_eq!(globex.json["changes"].as_array().unwrap().len(), 2);
        let reset = syd.raw("DELETE", &format!("/api/v1{MATRIX}"), None, Vec::new(), &[]).expect(200);
        assert_eq!(reset.json["origin"]["from"], "default");
        assert!(!syd.get("/settings").expect(200).json["settings"].as_array().unwrap().is_empty());
    }

    fn a_setting_is_checked_and_guarded(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        syd.put(MATRIX, &json!({ "value": "high" })).expect(422).names("value", "setting-unreadable");
        syd.put(MATRIX, &json!({})).expect(422).names("value", "refused-required");
        syd.put(MATRIX, &json!({ "value": 1, "vlaue": 1 })).expect(422);
        let unknown = "/settings/incident.nothing";
        syd.get(unknown).refused(404, "setting-unknown");
        syd.put(unknown, &json!({ "value": 1 })).refused(404, "setting-unknown");
        syd.delete(unknown).refused(404, "setting-unknown");
        office.bearer(House::ADA).get(MATRIX).refused(403, "forbidden-area");
        assert_eq!(office.bearer(House::ADA).get("/settings").expect(200).json["settings"], json!([]));
    }

    fn the_matrix_and_the_scales_fit_each_other(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let pairs = |rows: i64, columns: i64| {
            let all = (1..=rows).flat_map(|row| (1..=columns).map(move |column| (format!("{row}-{column}"), json!(3))));
            json!({ "value": serde_json::Map::from_iter(all) })
        };
        let fourth = |active: bool| json!({ "value": {
            "incident.impact": [{ "code": "4", "label": { "en": "One person" }, "active": active }],
        } });
        let choices = "/settings/dictionary.choices";
        let refused = syd.put(MATRIX, &pairs(4, 3)).expect(422).names("value", "grid-step-unknown");
        assert!(refused.json["errors"][0]["message"].as_str().unwrap().contains("impact has no choice 4"), "{}", refused.json);
        syd.put(MATRIX, &pairs(3, 2)).expect(422).names("value", "grid-step-missing");
        // The choice comes first, and then its pairs; from then on neither is without the other.
        let told = syd.post(&format!("{choices}/preview"), &fourth(true)).expect(200).json.to_string();
        assert!(told.contains("says nothing of the choice 4 yet"), "{told}");
        syd.put(choices, &fourth(true)).expect(200);
        syd.post("/incident", &json!({ "title": "x", "impact": 4, "urgency": 1 })).expect(422).names("impact", "outside-the-matrix");
        syd.put(MATRIX, &pairs(3, 3)).expect(422).names("value", "grid-step-missing");
        syd.put(MATRIX, &pairs(4, 3)).expect(200);
        let told = syd.post(&format!("{choices}/preview"), &fourth(true)).expect(200).json.to_string();
        assert!(!told.contains("says nothing of the choice"), "{told}");
        let made = syd.post("/incident", &json!({ "title": "x", "impact": 4, "urgency": 1 })).expect(201);
        assert_eq!(made.json["priority"], 3);
        syd.put(choices, &json!({ "value": {} })).expect(422).names("value", "grid-step-unknown");
        let reset = |of: &str| syd.raw("DELETE", &format!("/api/v1/settings/{of}"), None, Vec::new(), &[]);
        reset("dictionary.choices").expect(422);
        reset("incident.priority_matrix").expect(422).names("value", "grid-step-missing");
        let own = format!("{MATRIX}?organisation={}", House::ACME);
        syd.put(&own, &pairs(5, 3)).expect(422).names("value", "grid-step-unknown");
        syd.put(&own, &pairs(2, 2)).expect(200);
        syd.put("/settings/request.priority_matrix", &pairs(3, 3)).expect(200);
    }

    fn a_custom_field_is_there_at_once_like_any_other(database) {
        let office = Office::on(database);
        let (syd, ada) = (office.bearer(House::SYD), office.bearer(House::ADA));
        let field = json!({ "name": "floor", "label": { "en": "Floor" }, "kind": "integer", "indexed": true });
        ada.post("/types/incident/fields", &field).expect(403);
        syd.post("/types/incident/fields", &field).expect(201);
        let body = json!({ "title": "Leak", "requester": House::RITA, "floor": 3 });
        let made = ada.post("/incident", &body).expect(201);
        assert_eq!(made.json["floor"], 3);
        ada.patch(&format!("/incident/{}", made.id()), &json!({ "floor": 4 })).expect(200);
        assert_eq!(ada.get("/incident?filter=floor%3E3&count=exact").expect(200).json["count"], 1);
        let types = ada.get("/types/incident").expect(200);
        let described = types.json["fields"].as_array().unwrap().iter().find(|it| it["name"] == "floor").unwrap();
        assert_eq!((&described["label"], &described["custom"]), (&json!("Floor"), &json!(true)));
        let document = ada.get("/openapi.json").expect(200);
        assert_eq!(document.json["components"]["schemas"]["Incident"]["properties"]["floor"]["title"], "Floor");
        syd.post("/types/incident/fields", &field).expect(422);
        syd.post("/types/incident/fields", &json!({ "name": "x", "label": {}, "kind": "odd" })).expect(422);
        syd.post("/types/nothing/fields", &field).expect(404);
    }

    fn a_custom_field_has_a_default_and_a_sentence_by_api_and_page(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, browser) = (office.bearer(House::SYD), office.browser("syd"));
        let field = json!({
            "name": "floor", "label": { "en": "Floor" }, "kind": "integer", "default": 3, "help": { "en": "As on the lift." },
        });
        syd.post("/types/incident/fields", &field).expect(201);
        let wrong = json!({ "name": "colour", "label": { "en": "Colour" }, "kind": "date", "default": "red" });
        syd.post("/types/incident/fields", &wrong).expect(422).names("default", "expected-date");
        let typed = [
            ("label", "Lift"), ("name", "lift"), ("kind", "boolean"), ("help", "Whether one goes there."), ("default", "true"),
        ];
        send(&browser, "/admin/types/incident", &typed).expect(303);
        let made = syd.post("/incident", &json!({ "title": "Leak", "requester": House::RITA })).expect(201);
        assert_eq!((&made.json["floor"], &made.json["lift"]), (&json!(3), &json!(true)));
        let types = syd.get("/types/incident").expect(200);
        let described = |name: &str| types.json["fields"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone();
        assert_eq!((&described("floor")["help"], &described("floor")["default"]), (&json!("As on the lift."), &json!(3)));
        assert_eq!(described("lift")["help"], "Whether one goes there.");
        let form = text(&page(&browser, &format!("/incident/{}/edit", made.id())).expect(200));
        assert!(form.contains("As on the lift."), "{form}");
        let states = "wanted: Wanted: new\nthere: There: active: assignee: due_at";
        let typed = [("name", "gadget"), ("label", "Gadget"), ("plural", "Gadgets"), ("spine", "assignee"), ("spine", "due_at"), ("states", states), ("steps", "get: Get: wanted > there")];
        send(&browser, "/admin/types/new", &typed).expect(303);
        let made = syd.post("/gadget", &json!({ "title": "Drill" })).expect(201);
        let get = format!("/gadget/{}/actions/get", made.id());
        syd.post(&get, &json!({})).expect(422).names("assignee", "refused-required");
    }

    fn a_custom_type_has_the_whole_api_at_once(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let spec = json!({
            "name": "vehicle", "label": { "en": "Vehicle" }, "plural": { "en": "Vehicles" }, "prefix": "CAR",
            "journal": true,
            "fields": [{ "name": "plate", "label": { "en": "Plate" }, "kind": "text", "unique": true }],
        });
        assert_eq!(syd.post("/types", &spec).expect(201).header("location"), "/api/v1/types/vehicle");
        let made = syd.post("/vehicle", &json!({ "title": "Van", "plate": "M-DW 1" })).expect(201);
        assert!(made.text("number").starts_with("CAR"), "{}", made.json);
        syd.post("/vehicle", &json!({ "title": "Other", "plate": "m-dw 1" })).expect(422);
        syd.post(&format!("/vehicle/{}/comments", made.id()), &json!({ "text": "Washed" })).expect(201);
        assert_eq!(syd.get("/vehicle?filter=plate%3A%22M-DW%22&count=exact").expect(200).json["count"], 1);
        assert!(syd.get("/openapi.json").json["paths"].get("/vehicle/{id}/comments").is_some());
        syd.post("/types", &spec).expect(422);
    }
}
