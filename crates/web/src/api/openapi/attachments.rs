//! Paths and schemas of the files of records.

use serde_json::{Map, Value as Json, json};

use super::fixed::operation;
use super::typed::Typed;
use super::{answer, parameter, response, schema};

/// Adds the paths for one type.
pub(super) fn add_paths(typed: &Typed<'_>, root: &str, paths: &mut Map<String, Json>) {
    let one = json!({
        "name": "attachment", "in": "path", "required": true,
        "schema": { "type": "string", "format": "uuid" }, "description": "Id of the file.",
    });
    let query = |name: &str, words: &str, schema: Json| json!({ "name": name, "in": "query", "schema": schema, "description": words });
    let files = answer("The files.", schema("Attachments"));
    let list = typed
        .on_one("attachments_of", "its files that you may see")
        .answering("200", files.clone());
    let add = typed
        .on_one("attach_to", "add a file")
        .with_parameters([
            query(
                "name",
                "Name of the file, where the body is the file itself.",
                json!({ "type": "string" }),
            ),
            query(
                "visibility",
                "Who may see it.",
                json!({ "type": "string", "enum": ["public", "private"], "default": "public" }),
            ),
            parameter("Reason"),
            parameter("IdempotencyKey"),
        ])
        .with_body(files_body())
        .answering("201", files)
        .answering("409", response("Conflict"));
    let content = json!({
        "description": "The content. Safe pictures are inline, everything else is a download.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": { "application/octet-stream": { "schema": { "type": "string", "contentMediaType": "application/octet-stream" } } },
    });
    let fetch = typed
        .on_one("attachment_of", "the content of a file")
        .with_parameters([one.clone(), parameter("IfNoneMatch")])
        .answering("200", content.clone())
        .answering("206", content)
        .answering("304", json!({ "description": "It is as it was." }))
        .answering("416", response("BadRequest"));
    let remove = typed
        .on_one("detach_from", "take a file away")
        .with_parameters([one, parameter("IfMatch"), parameter("Reason")])
        .answering("204", json!({ "description": "It is taken away." }))
        .answering("412", response("Changed"))
        .answering("422", response("Invalid"));
    paths.insert(
        format!("{root}/{{id}}/attachments"),
        json!({ "get": list.done(), "post": add.done() }),
    );
    paths.insert(
        format!("{root}/{{id}}/attachments/{{attachment}}"),
        json!({ "get": fetch.done(), "delete": remove.done() }),
    );
}

/// The path on which files are sent ahead.
pub(super) fn add_uploads(put: &mut impl FnMut(&str, Json)) {
    let name = json!({
        "name": "name", "in": "query", "schema": { "type": "string" },
        "description": "Name of the file, where the body is the file itself.",
    });
    let post = operation(
        "send_ahead",
        "records",
        "Send files ahead, for a comment that names them",
    )
    .with_parameters([name])
    .with_body(files_body())
    .answering(
        "201",
        answer(
            "The files, to be named within a day, once.",
            schema("Uploads"),
        ),
    );
    put("/uploads", json!({ "post": post.done() }));
}

/// A file as the body, or a form with files.
fn files_body() -> Json {
    json!({
        "required": true,
        "content": {
            "application/octet-stream": { "schema": { "type": "string", "contentMediaType": "application/octet-stream" } },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": { "file": { "type": "string", "contentMediaType": "application/octet-stream" } },
                },
            },
        },
    })
}

/// Adds the schemas.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let one = json!({
        "type": "object",
        "required": ["id", "name", "media_type", "bytes", "sha256", "visibility", "comment", "at", "by"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": { "type": "string" },
            "media_type": { "type": "string", "description": "As the content shows it." },
            "bytes": { "type": "integer" },
            "sha256": { "type": "string" },
            "visibility": { "type": "string", "enum": ["public", "private"] },
            "comment": { "type": ["string", "null"], "format": "uuid", "description": "The comment it came with." },
            "at": { "type": "string", "format": "date-time" },
            "by": { "anyOf": [schema("Reference"), { "type": "null" }] },
            "origin": {
                "type": "object",
                "description": "The record that was merged or turned into this one, where it came with that: it is fetched there.",
                "properties": {
                    "id": { "type": "string", "format": "uuid" },
                    "type": { "type": "string" },
                    "number": { "type": ["string", "null"] },
                    "title": { "type": ["string", "null"] },
                },
            },
        },
    });
    let all = json!({
        "type": "object",
        "required": ["attachments"],
        "properties": { "attachments": { "type": "array", "items": schema("Attachment") } },
    });
    let upload = json!({
        "type": "object",
        "required": ["id", "name", "media_type", "bytes", "sha256", "until"],
        "properties": {
            "id": { "type": "string", "format": "uuid", "description": "What a comment names, and the id that the file keeps." },
            "name": { "type": "string" },
            "media_type": { "type": "string", "description": "As the content shows it." },
            "bytes": { "type": "integer" },
            "sha256": { "type": "string" },
            "until": { "type": "string", "format": "date-time", "description": "When it is forgotten." },
        },
    });
    let uploads = json!({
        "type": "object",
        "required": ["uploads"],
        "properties": { "uploads": { "type": "array", "items": upload } },
    });
    schemas.insert("Uploads".to_owned(), uploads);
    schemas.insert("Attachment".to_owned(), one);
    schemas.insert("Attachments".to_owned(), all);
}
