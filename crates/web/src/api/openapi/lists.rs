//! What one may ask of a whole list, of one type or of all: a file of it, and numbers about it.

use serde_json::{Map, Value as Json, json};

use super::fixed::operation;
use super::{Operation, answer, body, parameter, response, schema};

/// Adds the paths of lists across types.
pub(super) fn add_paths(put: &mut impl FnMut(&str, Json)) {
    let tag = "records";
    let file = "Records of all types as a file, by the fields that all have";
    put(
        "/records/export",
        json!({ "get": export(operation("export_records", tag, file), "AnyRecord") }),
    );
    let begin = "Records of all types: do something to many at once";
    let mut begin = super::bulk::begin(operation("bulk_records", tag, begin));
    begin["requestBody"]["content"]["application/json"]["example"] = json!({
        "filter": "open:yes assignee:me", "comment": { "text": "Back on Monday" }, "dry_run": true,
    });
    put("/records/bulk", json!({ "post": begin }));
    let groups = "Records of all types: count and sum in groups";
    let in_body = "Records of all types: count and sum in groups, asked in a body";
    put(
        "/records/aggregate",
        json!({
            "get": aggregate_by_query(operation("aggregate_records", tag, groups)),
            "post": aggregate_by_body(operation("aggregate_records_by_body", tag, in_body)),
        }),
    );
}

/// What names a record.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let one = json!({
        "type": "object",
        "required": ["type", "field", "count", "more", "filter"],
        "properties": {
            "type": { "type": "string", "description": "The type of the records." },
            "field": { "type": "string", "description": "The field that names it." },
            "count": { "type": "integer", "description": "How many are open, up to 1,000." },
            "more": { "type": "boolean", "description": "Whether there are more than that." },
            "filter": { "type": "string", "description": "The filter that finds them in the list of their type." },
        },
    });
    let uses = json!({
        "type": "object",
        "required": ["uses"],
        "properties": { "uses": { "type": "array", "items": one } },
    });
    schemas.insert("Uses".to_owned(), uses);
}

/// A list of records of that schema as a file.
pub(super) fn export(operation: Operation, record: &str) -> Json {
    let asked = ["Filter", "FilterJson", "Sort", "Fields", "Format"];
    let file = json!({
        "description": "All records that the filter finds and that may be taken out.",
        "content": {
            "text/csv": { "schema": { "type": "string" } },
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": { "type": "string", "contentMediaType": "application/octet-stream" },
            },
            "application/json": { "schema": {
                "type": "object",
                "required": ["records"],
                "properties": { "records": { "type": "array", "items": schema(record) } },
            } },
            "application/jsonl": { "schema": { "type": "string" } },
        },
    });
    operation
        .with_parameters(asked.map(parameter))
        .answering("200", file)
        .answering("413", response("TooLarge"))
        .done()
}

/// Numbers in groups, asked in the address.
pub(super) fn aggregate_by_query(operation: Operation) -> Json {
    let asked = [
        "Filter",
        "FilterJson",
        "Group",
        "Measure",
        "Zone",
        "From",
        "To",
    ];
    operation
        .with_parameters(asked.map(parameter))
        .answering("200", answer("The groups.", schema("Aggregate")))
        .done()
}

/// The same, asked in a body.
pub(super) fn aggregate_by_body(operation: Operation) -> Json {
    let example = json!({ "measures": ["count"] });
    operation
        .with_body(body(schema("AggregateQuestion"), Some(example)))
        .answering("200", answer("The groups.", schema("Aggregate")))
        .done()
}
