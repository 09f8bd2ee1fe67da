//! What is answered is what the OpenAPI document describes, member by member, where no client of ours looks.

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::{Answer, Office, PASSWORD};

both_databases! {
    fn answers_have_what_is_described_and_nothing_else(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        office.give_login(House::RITA, "rita");
        let syd = office.browser("syd");
        let described = Described { document: syd.get("/openapi.json").expect(200).json };
        described.holds("post /sign-in", &office.client().sign_in("rita", PASSWORD).expect(200));
        let wish = json!({ "name": "x", "scopes": ["*:read"], "expires_at": "2030-01-01T00:00:00Z" });
        described.holds("post /tokens", &syd.post("/tokens", &wish).expect(201));
        let matrix = "/settings/incident.priority_matrix";
        let value = syd.get(matrix).expect(200).json["value"].clone();
        let own = format!("{matrix}?organisation={}", House::ACME);
        described.holds("put /settings/{key}", &syd.put(&own, &json!({ "value": value })).expect(200));
        described.holds("get /settings/{key}", &syd.get(&own).expect(200));
        let mut other = value.clone();
        other["1-1"] = json!(5);
        described.holds("post /settings/{key}/preview", &syd.post(&format!("{matrix}/preview"), &json!({ "value": other })).expect(200));
        described.holds("delete /settings/{key}", &syd.delete(&own).expect(200));
        let field = json!({ "name": "floor", "label": { "en": "Floor" }, "kind": "choice", "choices": [{ "code": "a", "label": { "en": "A" } }], "help": { "en": "x" } });
        let visit = json!({
            "name": "visit", "label": { "en": "Visit" }, "plural": { "en": "Visits" }, "prefix": "VIS", "spine": ["team"], "journal": true,
            "states": [{ "code": "open", "label": { "en": "Open" }, "phase": "new", "flags": { "floor": "required" } }],
            "transitions": [{ "name": "again", "label": { "en": "Again" }, "from": ["open"], "to": "open", "needs": ["floor"] }], "fields": [field],
        });
        described.takes("post /types", &visit);
        described.takes("post /types/{type}/fields", &field);
        syd.post("/types", &visit).expect(201);
        syd.post("/types/incident/fields", &field).expect(201);
        for name in ["incident", "visit", "person"] {
            described.holds("get /types/{type}", &syd.get(&format!("/types/{name}")).expect(200));
        }
        let account = format!("/people/{}", House::RITA);
        described.holds("get /people/{id}/account", &syd.get(&format!("{account}/account")).expect(200));
        let link = syd.post(&format!("{account}/link"), &json!({})).expect(201);
        described.holds("post /people/{id}/link", &link);
        let token = link.json["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
        let set = json!({ "token": token, "password": "a much better one" });
        described.holds("post /set-password", &office.client().post("/set-password", &set).expect(200));
        described.holds("patch /people/{id}/account", &syd.patch(&format!("{account}/account"), &json!({ "open": false })).expect(200));
        for asked in ["type=incident", "type=visit"] {
            described.holds("get /people/{id}/rights", &syd.get(&format!("{account}/rights?{asked}")).expect(200));
        }
        let list = b"name,email,shoe\nNew One,new@example.org,42\nNo Mail,nonsense,1\n".to_vec();
        let imported = syd.raw("POST", "/api/v1/people/import?dry_run=true", Some("text/csv"), list, &[]).expect(200);
        described.holds("post /people/import", &imported);
        for path in ["/sessions", "/tokens", "/set-up", "/settings", "/types"] {
            described.holds(&format!("get {path}"), &syd.get(path).expect(200));
        }
        let comment = json!({ "filter": "open:yes", "comment": "x", "reason": "y", "dry_run": true });
        syd.post("/incident", &json!({ "title": "x", "requester": House::RITA })).expect(201);
        let preview = syd.post("/incident/bulk", &comment).expect(200);
        assert_eq!(preview.json["can_undo"], false, "what is said stays said");
        let change = json!({ "filter": "open:yes", "change": { "impact": 1 }, "dry_run": true });
        assert_eq!(syd.post("/incident/bulk", &change).expect(200).json["can_undo"], true);
    }
}

#[test]
fn what_is_missing_or_too_much_is_noticed() {
    let schema = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": ["string", "null"] }, "b": { "enum": [1] } } });
    let all = [
        (json!({ "a": null, "b": 1 }), 0),
        (json!({}), 1),
        (json!({ "a": 7 }), 1),
        (json!({ "a": "x", "b": 2, "c": 1 }), 2),
    ];
    for (value, count) in all {
        assert_eq!(
            misfits(&json!({}), &schema, &value, "").len(),
            count,
            "{value}"
        );
    }
}

/// Types as the sources give them for files of others are what the document describes.
#[test]
fn the_examples_are_definitions() {
    let office = Office::on(test_kit::Database::Sqlite);
    let document = office
        .bearer(House::SYD)
        .get("/openapi.json")
        .expect(200)
        .json;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/types");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let body: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let described = Described {
            document: document.clone(),
        };
        described.takes("post /types", &body);
    }
}

struct Described {
    document: Json,
}

impl Described {
    fn operation(&self, operation: &str) -> &Json {
        let (method, path) = operation.split_once(' ').unwrap();
        &self.document["paths"][path][method]
    }

    #[track_caller]
    fn holds(&self, operation: &str, answer: &Answer) {
        let status = answer.status.as_u16().to_string();
        let told = &self.operation(operation)["responses"][&status]["content"]["application/json"]
            ["schema"];
        assert!(told.is_object(), "{operation} {status}");
        let found = misfits(&self.document, told, &answer.json, operation);
        assert_eq!(found, Vec::<String>::new(), "{}", answer.json);
    }

    #[track_caller]
    fn takes(&self, operation: &str, body: &Json) {
        let told =
            &self.operation(operation)["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(
            misfits(&self.document, told, body, operation),
            Vec::<String>::new()
        );
    }
}

/// Where a value is other than its schema says; also a member that is not described.
fn misfits(document: &Json, schema: &Json, value: &Json, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(&reference[1..]).unwrap();
        return misfits(document, schema, value, at);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let mut all = ways.iter().map(|it| misfits(document, it, value, at));
        return match all.any(|it| it.is_empty()) {
            true => Vec::new(),
            false => vec![format!("{at}: none of the ways")],
        };
    }
    let mut found = Vec::new();
    if let Some(all) = schema["enum"].as_array()
        && !all.contains(value)
    {
        found.push(format!("{at}: {value} is none of {all:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    if !types.is_empty() && !types.iter().any(is) {
        found.push(format!("{at}: {value} is no {types:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() && value.is_object() {
            found.push(format!("{at}: no {name}"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}.{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Json::Null, Json::Null) if types.is_empty() => {}
            (Json::Null, Json::Null) => found.push(format!("{at}: not described")),
            (Json::Null, other) => found.extend(misfits(document, other, member, &at)),
            (told, _) => found.extend(misfits(document, told, member, &at)),
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(misfits(
            document,
            &schema["items"],
            item,
            &format!("{at}[{place}]"),
        ));
    }
    found
}
