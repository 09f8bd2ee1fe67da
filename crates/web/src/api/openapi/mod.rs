//! The OpenAPI 3.1 document of the API, built from the dictionary: custom types and fields are in it the
//! moment they exist. It shows each caller what they may see.

mod answers;
mod attachments;
mod bulk;
mod common;
mod fixed;
mod imports;
mod lists;
mod people;
mod schema;
mod search;
mod typed;

use axum::Json as JsonBody;
use dictionary::{Dictionary, FieldDef, TypeDef};
use engine::Ctx;
use serde_json::{Map, Value as Json, json};
use ui::message::Language;

use super::caller::Caller;

/// Parameters of lists.
const LIST: [&str; 8] = [
    "Filter",
    "FilterJson",
    "Sort",
    "Fields",
    "Limit",
    "After",
    "Count",
    "Labels",
];

/// What the document shows: the dictionary through somebody's eyes.
pub struct View<'a> {
    /// All types.
    pub dictionary: &'a Dictionary,
    /// The language of titles.
    pub language: &'a Language,
    /// Whether the type, or a field of it, is shown.
    pub shows: &'a dyn Fn(&TypeDef, Option<&FieldDef>) -> bool,
}

impl View<'_> {
    fn types(&self) -> impl Iterator<Item = &TypeDef> {
        self.dictionary
            .types()
            .map(|it| &**it)
            .filter(|it| (self.shows)(it, None))
    }

    fn fields<'t>(&self, of: &'t TypeDef) -> impl Iterator<Item = &'t FieldDef> {
        of.fields.iter().filter(|it| (self.shows)(of, Some(it)))
    }
}

/// `GET /openapi.json`
pub(super) async fn document(caller: Caller) -> JsonBody<Json> {
    let ctx = &caller.ctx;
    let view = View {
        dictionary: &ctx.snapshot.dictionary,
        language: &caller.language,
        shows: &|of, field| may_know(ctx, of, field),
    };
    JsonBody(build(&view))
}

/// The whole document.
#[must_use]
pub fn build(view: &View<'_>) -> Json {
    let mut paths = Map::new();
    let mut schemas = common::schemas();
    let mut tags = vec![
        json!({ "name": "session" }),
        json!({ "name": "administration" }),
        json!({ "name": "records" }),
    ];
    answers::add_schemas(&mut schemas);
    attachments::add_schemas(&mut schemas);
    search::add_schemas(&mut schemas);
    bulk::add_schemas(&mut schemas);
    imports::add_schemas(&mut schemas);
    lists::add_schemas(&mut schemas);
    fixed::add_paths(&mut paths);
    for of in view.types() {
        typed::add_paths(view, of, &mut paths);
        schema::add_schemas(view, of, &mut schemas);
        tags.push(
            json!({ "name": of.name, "description": crate::label(view.language, &of.plural) }),
        );
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Deskwright",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Records of every type, through one set of addresses.",
            "description": DESCRIPTION,
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "bearer": [] }, { "session": [], "csrf": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": common::parameters(),
            "responses": common::responses(),
            "headers": common::headers(),
            "securitySchemes": common::security_schemes(),
        },
    })
}

const DESCRIPTION: &str = "Every record type has the same addresses. A record is named by its id or its number. \
Fields that you may not read are absent; fields without a value are null. Errors are RFC 9457 problems; `type` is a \
stable code. Send `If-Match` with the `ETag` you saw to change only what you saw, and `Idempotency-Key` to send a POST, \
PATCH or PUT again within a day without doing it twice. A DELETE needs none, since what is gone stays gone; where a \
secret is sent or answered (sign-in, passwords, tokens) the key is refused, since it would have to be kept.";

fn may_know(ctx: &Ctx, of: &TypeDef, field: Option<&FieldDef>) -> bool {
    if ctx.actor.system {
        return true;
    }
    ctx.grants(&of.name, "read")
        .any(|it| field.is_none_or(|field| it.grant.read_fields.has(field)))
}

/// `knowledge_article` → `KnowledgeArticle`.
fn schema_name(of: &TypeDef) -> String {
    let words = of.name.split('_').filter(|it| !it.is_empty());
    words
        .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
        .collect()
}

fn schema(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn parameter(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

fn response(name: &str) -> Json {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// An answer with a JSON body of that schema.
fn answer(description: &str, schema: Json) -> Json {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

/// A body of that schema.
fn body(schema: Json, example: Option<Json>) -> Json {
    let mut content = json!({ "schema": schema });
    if let Some(example) = example {
        content["example"] = example;
    }
    json!({ "required": true, "content": { "application/json": content } })
}

/// One operation: its name, tag, sentence, parameters and answers. Problems that every operation may
/// answer with are added.
struct Operation {
    whole: Json,
}

impl Operation {
    fn new(id: String, tag: &str, summary: String) -> Self {
        Self {
            whole: json!({
                "operationId": id,
                "tags": [tag],
                "summary": summary,
                "parameters": [],
                "responses": {
                    "400": response("BadRequest"),
                    "401": response("NotSignedIn"),
                    "403": response("Forbidden"),
                    "429": response("TooMany"),
                    "503": response("Busy"),
                },
            }),
        }
    }

    fn with_parameters(mut self, parameters: impl IntoIterator<Item = Json>) -> Self {
        if let Some(list) = self.whole["parameters"].as_array_mut() {
            list.extend(parameters);
        }
        self
    }

    fn with_body(mut self, body: Json) -> Self {
        self.whole["requestBody"] = body;
        self.answering("413", response("TooLarge"))
            .answering("415", response("MediaType"))
            .answering("422", response("Invalid"))
    }

    fn answering(mut self, status: &str, answer: Json) -> Self {
        self.whole["responses"][status] = answer;
        self
    }

    /// For operations that need nobody signed in.
    fn open(mut self) -> Self {
        self.whole["security"] = json!([]);
        self
    }

    fn done(self) -> Json {
        self.whole
    }
}
