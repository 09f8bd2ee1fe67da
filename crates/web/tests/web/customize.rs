//! What administrators change at run time: settings, fields, whole types.

use serde_json::json;
use test_kit::{House, both_databases};

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
