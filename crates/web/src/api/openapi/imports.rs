//! What the document says of imports of files.

use engine::system::bulk::RunState;
use serde_json::{Map, Value as Json, json};

use super::common::page_of;
use super::fixed::{object, operation, text};
use super::{answer, body, parameter, response, schema};

/// Adds the schemas of imports.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let mut put = |name: &str, schema: Json| drop(schemas.insert(name.to_owned(), schema));
    put("Import", import());
    put("Imports", page_of("imports", schema("Import")));
    put("ImportOrder", order());
    put("ImportColumns", columns());
}

/// Adds the paths of imports.
pub(super) fn add_paths(put: &mut impl FnMut(&str, Json)) {
    let on_one = |id: &str, summary: &str| {
        operation(id, "administration", summary)
            .with_parameters([parameter("AnyId")])
            .answering("404", response("NotFound"))
    };
    let mut begun = answer("It waits for its turn.", schema("Import"));
    begun["headers"] = json!({ "Location": { "$ref": "#/components/headers/Location" } });
    put(
        "/imports",
        json!({
            "get": operation("imports", "administration", "Imports of files, newest first, without their reports")
                .with_parameters([parameter("Limit"), parameter("After")])
                .answering("200", answer("One page.", schema("Imports")))
                .done(),
            "post": operation("import", "administration", "Import a file that was sent ahead, or try to")
                .with_parameters([parameter("IdempotencyKey")])
                .with_body(body(schema("ImportOrder"), None))
                .answering("202", begun)
                .answering("404", response("NotFound"))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    put(
        "/imports/columns",
        json!({
            "get": operation("import_columns", "administration", "What stands in a file, and a mapping of it to begin with")
                .with_parameters([parameter("ImportUpload"), parameter("ImportOf"), parameter("ImportType"), parameter("ImportSheet")])
                .answering("200", answer("Its columns.", schema("ImportColumns")))
                .answering("404", response("NotFound"))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
    put(
        "/imports/{id}",
        json!({
            "get": on_one("import_one", "How an import stands, and what it did")
                .answering("200", answer("The import.", schema("Import")))
                .done(),
        }),
    );
    put(
        "/imports/{id}/cancel",
        json!({
            "post": on_one("cancel_import", "Stop an import; what it stored by then stays")
                .answering("200", answer("The import as it ended.", schema("Import")))
                .done(),
        }),
    );
}

fn order() -> Json {
    let id =
        |words: &str| json!({ "type": ["string", "null"], "format": "uuid", "description": words });
    json!({
        "type": "object",
        "properties": {
            "upload": id("A file that was sent ahead (POST /uploads). It is used by this import."),
            "import": id("Another import, whose file is taken again."),
            "mapping": {
                "anyOf": [{ "type": "string" }, { "type": "object", "additionalProperties": true }, { "type": "null" }],
                "description": "What the columns become, as docs/guide/import.md has it: TOML as a text, or JSON. Without it, that of the other import.",
            },
            "dry_run": { "type": "boolean", "default": false, "description": "Everything is checked and nothing kept." },
        },
    })
}

fn columns() -> Json {
    let column = object(
        &["name", "samples"],
        json!({ "name": text(), "samples": { "type": "array", "items": text() } }),
    );
    object(
        &["file", "columns", "mapping"],
        json!({
            "file": text(),
            "columns": { "type": "array", "items": column },
            "mapping": { "type": ["object", "null"], "additionalProperties": true },
        }),
    )
}

fn import() -> Json {
    let moment = json!({ "type": ["string", "null"], "format": "date-time" });
    let number = json!({ "type": "integer" });
    let id = json!({ "type": "string", "format": "uuid" });
    let members = [
        "id",
        "file",
        "bytes",
        "sha256",
        "mapping",
        "dry_run",
        "state",
        "read",
        "done",
        "rejected",
        "report",
        "problem",
        "ordered_by",
        "created_at",
        "started_at",
        "finished_at",
    ];
    object(
        &members,
        json!({
            "id": id,
            "file": text(),
            "bytes": number,
            "sha256": text(),
            "mapping": text(),
            "dry_run": { "type": "boolean" },
            "state": { "type": "string", "enum": RunState::ALL.map(RunState::code) },
            "read": { "type": "integer", "description": "Rows that were read." },
            "done": { "type": "integer", "description": "Rows that are stored, known or rejected." },
            "rejected": number,
            "report": { "type": ["object", "null"], "additionalProperties": true, "description": "What it did, line by line where lines were rejected." },
            "problem": { "type": ["string", "null"], "description": "Why it could not be done." },
            "ordered_by": id,
            "created_at": { "type": "string", "format": "date-time" },
            "started_at": moment,
            "finished_at": moment,
        }),
    )
}
