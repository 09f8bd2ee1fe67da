//! Schemas of one type: as it is read, created and changed.

use dictionary::kind::{MAX_LONG_TEXT_BYTES, MAX_MEMBERS};
use dictionary::{FieldDef, Kind, TypeDef, WrittenBy};
use serde_json::{Map, Value as Json, json};

use super::{View, schema, schema_name};
use crate::label;

/// Adds the schemas of a type.
pub(super) fn add_schemas(view: &View<'_>, of: &TypeDef, schemas: &mut Map<String, Json>) {
    let name = schema_name(of);
    schemas.insert(format!("{name}Page"), page(&name));
    schemas.insert(format!("{name}Create"), written(view, of, true));
    schemas.insert(format!("{name}Update"), written(view, of, false));
    schemas.insert(name, read(view, of));
}

/// Whether people write the field, at creation or later.
pub(super) fn is_written(field: &FieldDef, creating: bool) -> bool {
    match field.written_by {
        WrittenBy::People | WrittenBy::Assignment => true,
        WrittenBy::Creation => creating,
        WrittenBy::Transition | WrittenBy::Rules => false,
    }
}

/// What a field takes in a body.
pub(super) fn written_field(view: &View<'_>, field: &FieldDef) -> Json {
    let mut described = match &field.kind {
        Kind::Reference { .. } => nullable(json!({ "type": "string", "format": "uuid" })),
        Kind::References { .. } => nullable(json!({
            "type": "array", "maxItems": MAX_MEMBERS, "items": { "type": "string", "format": "uuid" },
        })),
        _ => value(field),
    };
    describe(view, field, &mut described);
    described
}

fn read(view: &View<'_>, of: &TypeDef) -> Json {
    let mut properties = Map::new();
    properties.insert(
        "id".to_owned(),
        json!({ "type": "string", "format": "uuid" }),
    );
    properties.insert("type".to_owned(), json!({ "const": of.name }));
    for field in view.fields(of) {
        let mut described = match &field.kind {
            Kind::Reference { .. } => json!({ "oneOf": [schema("Reference"), { "type": "null" }] }),
            Kind::References { .. } => {
                nullable(json!({ "type": "array", "items": schema("Reference") }))
            }
            _ => value(field),
        };
        describe(view, field, &mut described);
        properties.insert(field.name.clone(), described);
    }
    properties.insert(
        "labels".to_owned(),
        json!({
            "type": "object",
            "description": "Words of choices, where labels=true was asked.",
            "additionalProperties": true,
        }),
    );
    json!({
        "title": label(view.language, &of.label),
        "type": "object",
        "required": ["id", "type"],
        "properties": properties,
    })
}

fn written(view: &View<'_>, of: &TypeDef, creating: bool) -> Json {
    let fields: Vec<&FieldDef> = view
        .fields(of)
        .filter(|it| is_written(it, creating))
        .collect();
    let properties: Map<String, Json> = fields
        .iter()
        .map(|it| (it.name.clone(), written_field(view, it)))
        .collect();
    let mut whole = json!({ "type": "object", "properties": properties });
    let needed = fields
        .iter()
        .filter(|it| it.required && it.default.is_none());
    let needed: Vec<&str> = needed.map(|it| it.name.as_str()).collect();
    if creating && !needed.is_empty() {
        whole["required"] = json!(needed);
    }
    whole
}

fn page(name: &str) -> Json {
    json!({
        "type": "object",
        "required": ["records", "next"],
        "properties": {
            "records": { "type": "array", "items": schema(name) },
            "next": {
                "type": ["string", "null"],
                "description": "The value of after for the next page; null on the last one.",
            },
            "count": { "type": "integer", "description": "All matches, where count=exact was asked." },
        },
    })
}

/// Title, help and who writes it.
fn describe(view: &View<'_>, field: &FieldDef, described: &mut Json) {
    described["title"] = json!(label(view.language, &field.label));
    if let Some(help) = &field.help {
        described["description"] = json!(label(view.language, help));
    }
    if field.written_by == WrittenBy::Rules {
        described["readOnly"] = json!(true);
    }
}

/// What a value looks like, null included. References are described by whoever reads or writes them.
fn value(field: &FieldDef) -> Json {
    let codes = || {
        field
            .choices
            .iter()
            .filter(|it| it.active)
            .map(|it| it.code.clone())
    };
    let described = match &field.kind {
        Kind::Text { max } => json!({ "type": "string", "maxLength": max }),
        Kind::LongText => {
            json!({ "type": "string", "maxLength": MAX_LONG_TEXT_BYTES, "contentMediaType": "text/markdown" })
        }
        Kind::Integer if !field.choices.is_empty() => {
            let numbers: Vec<i64> = codes().filter_map(|it| it.parse().ok()).collect();
            json!({ "type": "integer", "enum": numbers })
        }
        Kind::Integer => json!({ "type": "integer", "format": "int64" }),
        Kind::Decimal { scale } => json!({
            "type": "string",
            "pattern": r"^-?\d{1,15}(\.\d+)?$",
            "description": format!("A decimal number with at most {scale} digits after the point."),
        }),
        Kind::Money => return json!({ "oneOf": [schema("Money"), { "type": "null" }] }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Duration => {
            json!({ "type": "string", "format": "duration", "examples": ["PT1H30M"] })
        }
        // Imported codes may stand in old records, so a choice is described, not closed.
        Kind::Choice => json!({ "type": "string", "examples": codes().collect::<Vec<_>>() }),
        Kind::MultiChoice => json!({
            "type": "array",
            "maxItems": MAX_MEMBERS,
            "items": { "type": "string", "examples": codes().collect::<Vec<_>>() },
        }),
        Kind::Email => json!({ "type": "string", "format": "email" }),
        Kind::Url => json!({ "type": "string", "format": "uri" }),
        Kind::Json => return json!({}),
        Kind::Reference { .. } => json!({ "type": "string", "format": "uuid" }),
        Kind::References { .. } => {
            json!({ "type": "array", "items": { "type": "string", "format": "uuid" } })
        }
    };
    nullable(described)
}

/// The same, or null.
fn nullable(mut described: Json) -> Json {
    described["type"] = json!([described["type"], "null"]);
    if let Some(members) = described.get_mut("enum").and_then(Json::as_array_mut) {
        members.push(Json::Null);
    }
    described
}
