//! The OpenAPI document keeps the rules of OpenAPI 3.1 and JSON Schema, whoever asks for it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::Office;

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
const OPERATION: [&str; 7] = [
    "operationId",
    "tags",
    "summary",
    "parameters",
    "requestBody",
    "responses",
    "security",
];
const SCHEMA: [&str; 24] = [
    "$ref",
    "title",
    "description",
    "type",
    "const",
    "enum",
    "default",
    "example",
    "examples",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "maxLength",
    "maxItems",
    "contentMediaType",
    "readOnly",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "oneOf",
    "anyOf",
    "minItems",
];
const TYPES: [&str; 7] = [
    "null", "boolean", "object", "array", "number", "string", "integer",
];

both_databases! {
    fn the_document_is_valid_for_everybody(database) {
        let office = Office::on(database);
        for (person, name) in [(House::SYD, "administrator"), (House::RITA, "requester")] {
            let document = office.bearer(person).get("/openapi.json").expect(200).json;
            let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("openapi-{name}.json"));
            std::fs::write(path, document.to_string()).unwrap();
            assert_eq!(problems(&document), Vec::<String>::new(), "as {name} sees it");
            // A document without content would keep every rule.
            assert!(document["paths"].as_object().unwrap().len() > 20);
        }
    }

    fn each_broken_rule_is_noticed(database) {
        let office = Office::on(database);
        let whole = office.bearer(House::SYD).get("/openapi.json").expect(200).json;
        let broken: [(&str, Json, &str); 9] = [
            ("/paths/~1jobs/get/operationId", json!("settings"), "stands twice"),
            ("/paths/~1jobs/get/summery", json!("x"), "unknown member summery"),
            ("/paths/~1jobs/fetch", json!({}), "unknown member fetch"),
            ("/paths/~1jobs~1{id}/get/parameters", json!([]), "parameter id is not declared"),
            ("/paths/~1jobs/get/responses/200/content", json!({ "application/json": {} }), "no schema"),
            ("/components/schemas/Job/required", json!(["ident"]), "ident is required"),
            ("/components/schemas/Job/properties/state/enum", json!(["dead", "dead"]), "enum"),
            ("/components/schemas/Jobs/properties/jobs/items/$ref", json!("#/components/schemas/Jab"), "leads nowhere"),
            ("/components/schemas/Job/properties/kind/type", json!("text"), "no type"),
        ];
        for (pointer, value, expected) in broken {
            let mut document = whole.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = value;
            let found = problems(&document);
            assert!(found.iter().any(|it| it.contains(expected)), "{pointer}: {found:?}");
        }
    }
}

/// Everything that breaks a rule, with its place.
fn problems(document: &Json) -> Vec<String> {
    let mut rules = Rules {
        document,
        problems: Vec::new(),
        names: BTreeSet::new(),
    };
    for (path, operations) in members(&document["paths"]) {
        rules.only(path, operations, &METHODS);
        for (method, operation) in members(operations) {
            rules.operation(path, &format!("{method} {path}"), operation);
        }
    }
    let components = &document["components"];
    for (name, schema) in members(&components["schemas"]) {
        rules.schema(name, schema);
    }
    for (name, parameter) in members(&components["parameters"]) {
        rules.parameter(name, parameter);
    }
    for (name, answer) in members(&components["responses"]) {
        rules.answer(name, answer);
    }
    for (name, header) in members(&components["headers"]) {
        rules.schema(name, &header["schema"]);
    }
    rules.problems
}

struct Rules<'d> {
    document: &'d Json,
    problems: Vec<String>,
    names: BTreeSet<String>,
}

impl<'d> Rules<'d> {
    fn hold(&mut self, holds: bool, at: &str, what: &str) {
        if !holds {
            self.problems.push(format!("{at}: {what}"));
        }
    }

    fn only(&mut self, at: &str, object: &Json, known: &[&str]) {
        self.hold(object.is_object(), at, "no object");
        for (name, _) in members(object) {
            let is_known = known.contains(&name.as_str());
            self.hold(is_known, at, &format!("unknown member {name}"));
        }
    }

    /// What stands there, or what its reference leads to.
    fn resolve(&mut self, at: &str, json: &'d Json) -> &'d Json {
        let Some(reference) = json["$ref"].as_str() else {
            return json;
        };
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        let found = self.document.pointer(pointer);
        let leads = found.is_some() && !pointer.is_empty();
        self.hold(leads, at, &format!("{reference} leads nowhere"));
        found.unwrap_or(&Json::Null)
    }

    fn operation(&mut self, path: &str, at: &str, operation: &'d Json) {
        self.only(at, operation, &OPERATION);
        let name = operation["operationId"].as_str().unwrap_or_default();
        self.hold(!name.is_empty(), at, "no operationId");
        let is_new = self.names.insert(name.to_owned());
        self.hold(is_new, at, &format!("{name} stands twice"));
        let mut declared = BTreeSet::new();
        for parameter in items(&operation["parameters"]) {
            let whole = self.resolve(at, parameter);
            self.parameter(at, whole);
            let place = (whole["in"].as_str(), whole["name"].as_str());
            self.hold(declared.insert(place), at, "a parameter stands twice");
        }
        let in_path: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        for name in &in_path {
            let known = declared.contains(&(Some("path"), Some(*name)));
            self.hold(known, at, &format!("parameter {name} is not declared"));
        }
        let stray = declared.iter().filter(|it| it.0 == Some("path"));
        let stray = stray.filter(|it| !it.1.is_some_and(|it| in_path.contains(&it)));
        self.hold(stray.count() == 0, at, "a parameter is not in the path");
        if let Some(body) = operation.get("requestBody") {
            self.hold(body["content"].is_object(), at, "a body without content");
            self.content(at, body);
        }
        let answers = members(&operation["responses"]);
        let good = |status: &str| status.len() == 3 && status.starts_with(['2', '3']);
        let has_good = answers.clone().any(|(status, _)| good(status));
        self.hold(has_good, at, "no good answer");
        for (status, answer) in answers {
            let whole = self.resolve(at, answer);
            self.answer(&format!("{at} {status}"), whole);
        }
    }

    fn parameter(&mut self, at: &str, parameter: &'d Json) {
        let known = ["name", "in", "required", "schema", "description"];
        self.only(at, parameter, &known);
        let place = parameter["in"].as_str().unwrap_or_default();
        let is_place = ["path", "query", "header", "cookie"].contains(&place);
        self.hold(is_place, at, "no place of a parameter");
        let is_needed = place != "path" || parameter["required"] == true;
        self.hold(is_needed, at, "a parameter of the path is not required");
        self.schema(at, &parameter["schema"]);
    }

    fn answer(&mut self, at: &str, answer: &'d Json) {
        self.only(at, answer, &["description", "headers", "content"]);
        self.hold(answer["description"].is_string(), at, "no description");
        for (name, header) in members(&answer["headers"]) {
            let whole = self.resolve(at, header);
            self.schema(&format!("{at} {name}"), &whole["schema"]);
        }
        self.content(at, answer);
    }

    fn content(&mut self, at: &str, holder: &'d Json) {
        for (media_type, content) in members(&holder["content"]) {
            self.only(at, content, &["schema", "example"]);
            let at = format!("{at} {media_type}");
            self.hold(content.get("schema").is_some(), &at, "no schema");
            self.schema(&at, &content["schema"]);
        }
    }

    fn schema(&mut self, at: &str, schema: &'d Json) {
        if schema.is_boolean() {
            return;
        }
        self.only(at, schema, &SCHEMA);
        self.resolve(at, schema);
        let types = match &schema["type"] {
            Json::Null => Vec::new(),
            Json::Array(several) => several.iter().collect(),
            one => vec![one],
        };
        let is_type = |it: &&Json| it.as_str().is_some_and(|it| TYPES.contains(&it));
        self.hold(types.iter().all(is_type), at, "no type of JSON Schema");
        for name in ["enum", "required", "type"] {
            let texts: Vec<String> = items(&schema[name]).map(Json::to_string).collect();
            let unique: BTreeSet<&String> = texts.iter().collect();
            let is_unique = unique.len() == texts.len();
            self.hold(is_unique, at, &format!("{name} has something twice"));
        }
        let is_empty = schema["enum"].as_array().is_some_and(Vec::is_empty);
        self.hold(!is_empty, at, "an enum without values");
        let open = schema["additionalProperties"] == true;
        for needed in items(&schema["required"]).filter_map(Json::as_str) {
            let known = open || schema["properties"].get(needed).is_some();
            self.hold(
                known,
                at,
                &format!("{needed} is required and not described"),
            );
        }
        for (name, property) in members(&schema["properties"]) {
            self.schema(&format!("{at}.{name}"), property);
        }
        for name in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(name) {
                self.schema(&format!("{at}.{name}"), inner);
            }
        }
        for name in ["oneOf", "anyOf"] {
            for inner in items(&schema[name]) {
                self.schema(&format!("{at}.{name}"), inner);
            }
        }
    }
}

fn members(json: &Json) -> impl Iterator<Item = (&String, &Json)> + Clone {
    json.as_object().into_iter().flatten()
}

fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}
