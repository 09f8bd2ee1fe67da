//! What the document says of one act over many records.

use engine::system::bulk::{RecordOutcome, RunState};
use serde_json::{Map, Value as Json, json};

use super::common::page_of;
use super::fixed::{object, operation, text};
use super::{Operation, answer, body, parameter, response, schema};

/// Adds the schemas of runs.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let mut put = |name: &str, schema: Json| drop(schemas.insert(name.to_owned(), schema));
    put("BulkOrder", order());
    put("BulkRun", run());
    put("BulkRuns", page_of("runs", schema("BulkRun")));
    put("BulkResult", result());
    put("BulkResults", page_of("results", schema("BulkResult")));
    put("BulkPreview", preview());
}

/// Adds the paths of runs.
pub(super) fn add_paths(put: &mut impl FnMut(&str, Json)) {
    let on_one = |id: &str, summary: &str| {
        operation(id, "records", summary)
            .with_parameters([parameter("AnyId")])
            .answering("404", response("NotFound"))
    };
    put(
        "/bulk",
        json!({
            "get": operation("bulk_runs", "records", "Runs over many records, newest first: your own, or all as one who administers jobs")
                .with_parameters([parameter("Whose"), parameter("Limit"), parameter("After")])
                .answering("200", answer("One page.", schema("BulkRuns")))
                .done(),
        }),
    );
    put(
        "/bulk/{id}",
        json!({
            "get": on_one("bulk_run", "How a run stands")
                .answering("200", answer("The run.", schema("BulkRun")))
                .done(),
        }),
    );
    put(
        "/bulk/{id}/results",
        json!({
            "get": on_one("bulk_results", "What became of each record of a run")
                .with_parameters([parameter("BulkOutcome"), parameter("Limit"), parameter("After")])
                .answering("200", answer("One page.", schema("BulkResults")))
                .done(),
        }),
    );
    put(
        "/bulk/{id}/cancel",
        json!({
            "post": on_one("cancel_bulk", "Stop a run; what was done stays done")
                .answering("200", answer("The run as it ended.", schema("BulkRun")))
                .done(),
        }),
    );
    put(
        "/bulk/{id}/undo",
        json!({
            "post": on_one("undo_bulk", "Put back what a run changed, where nobody has changed it since")
                .with_parameters([parameter("Reason"), parameter("IdempotencyKey")])
                .answering("202", begun())
                .answering("409", response("Conflict"))
                .answering("422", response("Invalid"))
                .done(),
        }),
    );
}

/// Beginning a run over records of a type.
pub(super) fn begin(operation: Operation) -> Json {
    let example = json!({ "filter": "state:new", "change": { "impact": "3" }, "dry_run": true });
    operation
        .with_parameters([parameter("Reason"), parameter("IdempotencyKey")])
        .with_body(body(schema("BulkOrder"), Some(example)))
        .answering("200", answer("What it would do.", schema("BulkPreview")))
        .answering("202", begun())
        .answering("404", response("NotFound"))
        .done()
}

fn begun() -> Json {
    let mut begun = answer("It waits for its turn.", schema("BulkRun"));
    begun["headers"] = json!({ "Location": { "$ref": "#/components/headers/Location" } });
    begun
}

fn order() -> Json {
    let fields = |words: &str| json!({ "type": "object", "additionalProperties": true, "description": words });
    let flag = |words: &str| json!({ "type": "boolean", "default": false, "description": words });
    let ids = json!({
        "type": "array",
        "items": text(),
        "maxItems": flow::bulk::MOST_RECORDS,
        "description": "Ids or numbers of the records; or a filter instead.",
    });
    json!({
        "type": "object",
        "description": "Which records, and one act: change, assign, transition, delete, restore, or a comment alone.",
        "properties": {
            "ids": ids,
            "filter": { "type": "string", "description": "All records that it finds, as they are when the run begins." },
            "filter_json": { "description": "The same as JSON." },
            "change": fields("New values by field."),
            "assign": fields("To whom they are handed over."),
            "transition": { "type": "string", "description": "Name of the transition." },
            "fields": fields("What the transition asks for."),
            "delete": flag("They are marked as deleted."),
            "restore": flag("Their deletion is taken back."),
            "comment": schema("CommentBody"),
            "reason": { "type": "string", "description": "Why; it stands in the history of each record." },
            "dry_run": flag("Nothing is written; the answer says what it would do."),
        },
    })
}

fn run() -> Json {
    let moment = json!({ "type": ["string", "null"], "format": "date-time" });
    let number = json!({ "type": "integer" });
    let maybe = json!({ "type": ["string", "null"] });
    let id = json!({ "type": ["string", "null"], "format": "uuid" });
    let states = RunState::ALL
        .map(RunState::code)
        .into_iter()
        .chain(["failed"]);
    object(
        &[
            "id",
            "type",
            "act",
            "state",
            "total",
            "done",
            "changed",
            "unchanged",
            "refused",
            "created_at",
        ],
        json!({
            "id": { "type": "string", "format": "uuid", "description": "Also the id of its unit in the history." },
            "type": text(),
            "act": { "enum": ["change", "assign", "transition", "comment", "delete", "restore", "undo"] },
            "transition": maybe,
            "fields": { "type": "array", "items": text() },
            "values": { "type": ["object", "null"], "additionalProperties": true, "description": "For whoever began it." },
            "comment": maybe,
            "reason": maybe,
            "person": { "description": "Who began it.", "oneOf": [schema("Reference"), { "type": "null" }] },
            "state": { "enum": states.collect::<Vec<_>>() },
            "error": maybe,
            "total": number,
            "done": number,
            "changed": number,
            "unchanged": number,
            "refused": number,
            "undoes": id,
            "undone_by": id,
            "can_undo": { "type": "boolean" },
            "created_at": { "type": "string", "format": "date-time" },
            "started_at": moment,
            "finished_at": moment,
        }),
    )
}

fn record() -> Json {
    let maybe = json!({ "type": ["string", "null"] });
    object(
        &["id"],
        json!({ "id": { "type": "string", "format": "uuid" }, "number": maybe, "title": maybe }),
    )
}

fn result() -> Json {
    let maybe = json!({ "type": ["string", "null"] });
    object(
        &["position", "record", "outcome"],
        json!({
            "position": { "type": "integer" },
            "record": record(),
            "outcome": { "enum": RecordOutcome::ALL.map(RecordOutcome::code) },
            "field": maybe,
            "code": maybe,
            "message": maybe,
        }),
    )
}

fn preview() -> Json {
    let number = |words: &str| json!({ "type": "integer", "description": words });
    let maybe = json!({ "type": ["string", "null"] });
    let refusal = object(
        &["record", "code", "message"],
        json!({ "record": record(), "field": maybe, "code": text(), "message": text() }),
    );
    object(
        &[
            "total",
            "may",
            "tried",
            "changed",
            "unchanged",
            "refused",
            "can_undo",
            "refusals",
        ],
        json!({
            "total": number("Records that it is about."),
            "may": number("Those that you may do it to, as far as rights and the trial tell."),
            "tried": number("The first ones, which were tried to the end."),
            "changed": number("Tried ones that would change."),
            "unchanged": number("Tried ones that are as they should be."),
            "refused": number("Tried ones that would be refused."),
            "can_undo": { "type": "boolean", "description": "Whether another run could take it back: fields, handing over, deleting and restoring. What is said stays said." },
            "refusals": { "type": "array", "items": refusal },
        }),
    )
}
