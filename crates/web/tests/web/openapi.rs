//! The OpenAPI document: as it stands in the golden file, whole in itself, and true.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use test_kit::{Database, House, both_databases};
use ui::message::Language;
use web::api::openapi::{View, build};

use crate::office::Office;

fn document(office: &Office) -> Json {
    let snapshot = office.desk.engine.snapshot();
    let language = Language::default();
    build(&View {
        dictionary: &snapshot.dictionary,
        language: &language,
        shows: &|_, _| true,
    })
}

/// The whole document goes to a file, for validators; what all types have in common is held to one of
/// them, and of the others every operation and field by name.
#[test]
fn the_document_is_as_it_was_agreed() {
    let office = Office::on(Database::Sqlite);
    let whole = document(&office);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi.json");
    std::fs::write(path, serde_json::to_string_pretty(&whole).unwrap()).unwrap();
    insta::assert_snapshot!("outline", outline(&whole));
    let snapshot = office.desk.engine.snapshot();
    let only_location =
        |of: &dictionary::TypeDef, _: Option<&dictionary::FieldDef>| of.name == "location";
    let language = Language::default();
    let one = build(&View {
        dictionary: &snapshot.dictionary,
        language: &language,
        shows: &only_location,
    });
    insta::assert_snapshot!("location", serde_json::to_string_pretty(&one).unwrap());
}

/// One line per operation and per property of a schema.
fn outline(document: &Json) -> String {
    let mut lines = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let answers = operation["responses"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ");
            lines.push(format!("{} {path}: {answers}", method.to_uppercase()));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (property, described) in schema["properties"].as_object().into_iter().flatten() {
            let needed = if required.contains(&Json::from(property.as_str())) {
                " required"
            } else {
                ""
            };
            let read_only = if described["readOnly"] == true {
                " read-only"
            } else {
                ""
            };
            lines.push(format!("{name}.{property}{needed}{read_only}"));
        }
    }
    lines.join("\n")
}

/// Operations as the page of changes names them: what all types have in common stands once.
fn operations(document: &Json) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap();
    let is_type = |name: &str| paths.contains_key(&format!("/{name}/{{id}}/timeline"));
    let told = paths.iter().flat_map(|(path, operations)| {
        let mut parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if is_type(parts[0]) {
            parts[0] = "{type}";
        }
        if let ["{type}", "{id}", "actions", transition] = parts.as_mut_slice() {
            *transition = "{transition}";
        }
        let path = parts.join("/");
        let methods = operations.as_object().unwrap().keys();
        methods.map(move |method| format!("{} /{path}", method.to_uppercase()))
    });
    told.collect()
}

/// Operations that came or went since the last version and that the page does not name.
fn untold<'o>(
    before: &'o BTreeSet<String>,
    now: &'o BTreeSet<String>,
    page: &str,
) -> Vec<&'o String> {
    let section = page.split("\n## ").nth(1).unwrap_or_default();
    let changed = before.symmetric_difference(now);
    changed
        .filter(|it| !section.contains(&format!("`{it}`")))
        .collect()
}

/// `api-baseline.txt` has the operations of the last version; whoever releases one writes it anew.
#[test]
fn what_comes_and_goes_is_told() {
    let now = operations(&document(&Office::on(Database::Sqlite)));
    let before: BTreeSet<String> = include_str!("api-baseline.txt")
        .lines()
        .map(str::to_owned)
        .collect();
    let page =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/api-changelog.md");
    let page = std::fs::read_to_string(page).unwrap();
    let none: Vec<&String> = Vec::new();
    assert_eq!(
        untold(&before, &now, &page),
        none,
        "name them in docs/guide/api-changelog.md, below the first heading of a version"
    );
    // A page that tells less is noticed.
    let without = page.replace("`GET /search`", "search");
    assert_eq!(untold(&before, &now, &without), ["GET /search"]);
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_its_own_name() {
    let document = document(&Office::on(Database::Sqlite));
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 30);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(
                names.insert(name.clone()),
                "{name} stands twice, at {method} {path}"
            );
        }
    }
}

both_databases! {
    fn every_path_of_the_document_exists_and_needs_a_sign_in(database) {
        let office = Office::on(database);
        let document = document(&office);
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let address = format!("/api/v1{}", path.replace(['{', '}'], ""));
                let answer = office.client().raw(&method.to_uppercase(), &address, None, Vec::new(), &[]);
                let open = operation["security"].as_array().is_some_and(Vec::is_empty);
                let status = answer.status.as_u16();
                assert!(if open { matches!(status, 400 | 422) } else { status == 401 }, "{method} {path}: {status}");
            }
        }
    }

    fn each_sees_what_they_may(database) {
        let office = Office::on(database);
        let rita = office.bearer(House::RITA).get("/openapi.json").expect(200);
        let ada = office.bearer(House::ADA).get("/openapi.json").expect(200);
        let fields = |document: &Json| {
            document["components"]["schemas"]["Incident"]["properties"].as_object().map_or(0, serde_json::Map::len)
        };
        assert!(fields(&rita.json) > 5 && fields(&rita.json) < fields(&ada.json));
        assert!(rita.json["paths"].get("/role_assignment").is_none());
        office.client().get("/openapi.json").refused(401, "nobody-signed-in");
    }
}

fn collect(json: &Json, references: &mut BTreeSet<String>) {
    match json {
        Json::Object(members) => {
            references.extend(
                members
                    .get("$ref")
                    .and_then(Json::as_str)
                    .map(str::to_owned),
            );
            members.values().for_each(|it| collect(it, references));
        }
        Json::Array(items) => items.iter().for_each(|it| collect(it, references)),
        _ => {}
    }
}
