//! What the document says of search.

use serde_json::{Map, Value as Json, json};

use super::common::page_of;
use super::{Operation, answer, body, parameter, response, schema};

/// Adds the schemas of hits.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let mut put = |name: &str, schema: Json| drop(schemas.insert(name.to_owned(), schema));
    let object = |required: &[&str], properties: Json| json!({ "type": "object", "required": required, "properties": properties });
    let parts = json!({ "type": "array", "items": schema("TextPart") });
    let text = || json!({ "type": "string" });
    put(
        "TextPart",
        object(
            &["text", "marked"],
            json!({
                "text": text(),
                "marked": { "type": "boolean", "description": "Whether this is what was looked for." },
            }),
        ),
    );
    let snippet = json!({
        "type": ["object", "null"],
        "description": "Where else in it stands what was looked for.",
        "required": ["from", "field", "parts"],
        "properties": {
            "from": { "enum": ["field", "comment", "note", "file"] },
            "field": { "type": ["string", "null"] },
            "parts": parts,
        },
    });
    put(
        "Hit",
        object(
            &["record", "is_number", "title", "snippet"],
            json!({
                "record": schema("Reference"),
                "is_number": { "type": "boolean", "description": "Whether what was typed is its number." },
                "title": parts,
                "snippet": snippet,
            }),
        ),
    );
    put(
        "Hits",
        object(
            &["hits"],
            json!({ "hits": { "type": "array", "items": schema("Hit") } }),
        ),
    );
    let facet = object(
        &["type", "count"],
        json!({ "type": text(), "count": { "type": "integer" } }),
    );
    let mut page = page_of("hits", schema("Hit"));
    page["required"] = json!(["hits", "next", "order", "capped", "types", "needs_type"]);
    page["properties"]["order"] =
        json!({ "enum": ["best", "newest"], "description": "What stands first." });
    page["properties"]["capped"] = json!({
        "type": "boolean",
        "description": "Whether there are more hits than are ranked and counted; then the newest come first.",
    });
    page["properties"]["types"] = json!({
        "type": "array",
        "items": facet,
        "description": "How many hits are of which type; on the first page alone.",
    });
    page["properties"]["needs_type"] = json!({
        "type": "array",
        "items": text(),
        "description": "Fields that were named like in a filter and that only some types have. Their conditions were \
                        taken for words; with one `type` they are filters.",
    });
    put("SearchPage", page);
    put(
        "SimilarQuestion",
        object(
            &["text"],
            json!({
                "text": { "type": "string", "maxLength": 100_000, "description": "What matters most first." },
                "types": { "type": "array", "items": text(), "description": "Only these types; none means all." },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 10 },
            }),
        ),
    );
}

/// Adds the paths that belong to no type.
pub(super) fn add_paths(put: &mut impl FnMut(&str, Json)) {
    let operation = |id: &str, summary: &str| Operation::new(id.into(), "records", summary.into());
    put(
        "/search",
        json!({
            "get": operation("search", "Records that have these words, with filters between them")
                .with_parameters(["SearchText", "Types", "Hits", "After", "Typing"].map(parameter))
                .answering("200", answer("One page.", schema("SearchPage")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
    put(
        "/similar",
        json!({
            "post": operation("similar", "Records that are like a text")
                .with_body(body(schema("SimilarQuestion"), Some(json!({ "text": "The VPN drops every ten minutes" }))))
                .answering("200", answer("The most alike first.", schema("Hits")))
                .answering("404", response("NotFound"))
                .done(),
        }),
    );
}
