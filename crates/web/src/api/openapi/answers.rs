//! What the paths answer that belong to no type: sessions, tokens, settings, the dictionary, accounts of people; and how
//! a type and a field are defined.

use serde_json::{Map, Value as Json, json};

use super::common::list_of;
use super::fixed::{object, text};
use super::schema;

/// Adds these schemas.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    let all = [
        ("SignedIn", whole(json!({ "person": id(), "csrf": text() }))),
        ("NewPerson", whole(json!({ "person": id() }))),
        ("Sessions", list_of("sessions", session(true))),
        ("Tokens", list_of("tokens", schema("Token"))),
        ("Token", token()),
        ("NewToken", new_token()),
        ("SetUp", list_of("items", set_up_item())),
        ("Settings", list_of("settings", setting())),
        ("SettingWithChanges", setting_with_changes()),
        ("SettingPreview", setting_preview()),
        ("Types", types()),
        ("TypeDescription", type_description()),
        ("FieldDescription", field_description()),
        ("TypeDefinition", type_definition()),
        ("FieldDefinition", field_definition()),
        ("Account", account()),
        ("PeopleImported", people_imported()),
        (
            "PasswordLink",
            whole(json!({ "url": text(), "expires_at": moment() })),
        ),
        ("LoginName", whole(json!({ "login": text() }))),
        ("Rights", rights()),
    ];
    schemas.extend(all.map(|(name, schema)| (name.to_owned(), schema)));
}

/// An object that has all of these members.
fn whole(properties: Json) -> Json {
    let names = properties.as_object().into_iter().flatten().map(|it| it.0);
    let names: Vec<&str> = names.map(String::as_str).collect();
    object(&names, properties.clone())
}

fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn moment() -> Json {
    json!({ "type": "string", "format": "date-time" })
}

fn moment_or_null() -> Json {
    json!({ "type": ["string", "null"], "format": "date-time" })
}

fn text_or_null() -> Json {
    json!({ "type": ["string", "null"] })
}

fn texts() -> Json {
    array(text())
}

fn array(items: Json) -> Json {
    json!({ "type": "array", "items": items })
}

fn yes_or_no() -> Json {
    json!({ "type": "boolean" })
}

fn number() -> Json {
    json!({ "type": "integer" })
}

/// A session; one's own list says until when each lasts and which one asks.
fn session(own: bool) -> Json {
    let mut properties = json!({
        "id": id(),
        "created_at": moment(),
        "last_seen_at": moment(),
        "address": text(),
        "agent": text(),
    });
    if own {
        properties["expires_at"] = moment();
        properties["this"] = json!({ "type": "boolean", "description": "The one that asks." });
    }
    whole(properties)
}

fn token_properties() -> Json {
    json!({
        "id": id(),
        "name": text(),
        "hint": { "type": "string", "description": "How its secret ends." },
        "scopes": texts(),
        "created_at": moment(),
        "expires_at": moment_or_null(),
        "last_used_at": moment_or_null(),
    })
}

fn token() -> Json {
    whole(token_properties())
}

fn new_token() -> Json {
    let mut properties = token_properties();
    properties["token"] =
        json!({ "type": "string", "description": "The secret, which is shown once." });
    whole(properties)
}

fn set_up_item() -> Json {
    whole(json!({
        "key": text(),
        "state": { "enum": ["done", "missing", "advice"] },
        "title": text(),
        "help": text(),
        "page": { "type": ["string", "null"], "description": "The page that mends it; null where the configuration of the server does." },
    }))
}

fn setting_properties() -> Json {
    let from = json!({ "enum": ["default", "tenant", "organisation"] });
    json!({
        "key": text(),
        "area": { "type": "string", "description": "The right that it needs: administer:area." },
        "value": { "description": "As the setting has it." },
        "origin": object(&["from"], json!({ "from": from, "organisation": id() })),
    })
}

fn setting() -> Json {
    whole(setting_properties())
}

fn setting_with_changes() -> Json {
    let change = whole(json!({
        "organisation": { "type": ["string", "null"], "format": "uuid", "description": "Whose row it was; null for the tenant's." },
        "before": { "description": "Null where there was no row." },
        "after": { "description": "Null where the row was taken away." },
        "changed_at": moment(),
        "changed_by": { "type": ["string", "null"], "format": "uuid" },
    }));
    let mut properties = setting_properties();
    properties["changes"] = array(change);
    whole(properties)
}

fn setting_preview() -> Json {
    let difference =
        whole(json!({ "place": text(), "before": text_or_null(), "after": text_or_null() }));
    let effect = whole(json!({
        "text": text(),
        "page": { "type": ["string", "null"], "description": "The list that it is about." },
        "refuses": { "type": "boolean", "description": "Whether it keeps the change from being stored." },
    }));
    whole(json!({ "differences": array(difference), "effects": array(effect) }))
}

fn head_properties() -> Json {
    let format = whole(json!({ "prefix": text(), "width": number() }));
    json!({
        "name": text(),
        "label": text(),
        "plural": text(),
        "number": { "anyOf": [format, { "type": "null" }] },
        "journal": yes_or_no(),
        "custom": yes_or_no(),
        "may": { "type": "array", "items": text(), "description": "What you may do with some of its records." },
    })
}

fn types() -> Json {
    let mut kinds = array(text());
    kinds["type"] = json!(["array", "null"]);
    whole(json!({ "types": array(whole(head_properties())), "link_kinds": kinds }))
}

fn type_description() -> Json {
    let section = whole(json!({ "label": text(), "fields": texts() }));
    let layout = whole(json!({ "list": texts(), "create": texts(), "form": array(section) }));
    let state = whole(json!({
        "code": text(), "label": text(), "phase": phase(), "open": yes_or_no(), "fields": flags(),
    }));
    let transition = whole(json!({
        "name": text(), "label": text(), "from": texts(), "to": text(), "needs": texts(), "asks": texts(), "needs_comment": yes_or_no(),
    }));
    let mut described = whole(head_properties());
    let always = described["required"].as_array_mut();
    always
        .into_iter()
        .for_each(|it| it.extend([json!("fields"), json!("layout")]));
    let properties = &mut described["properties"];
    properties["fields"] = array(schema("FieldDescription"));
    properties["layout"] = layout;
    properties["states"] = array(state);
    properties["initial_state"] = text();
    properties["transitions"] = array(transition);
    described
}

fn phase() -> Json {
    json!({ "enum": dictionary::Phase::ALL.map(dictionary::Phase::code) })
}

fn field_description() -> Json {
    let choice = whole(json!({
        "code": text(), "label": text(), "when": texts(), "active": yes_or_no(),
    }));
    let mut described = whole(json!({
        "name": text(),
        "label": text(),
        "help": text_or_null(),
        "kind": text(),
        "required": yes_or_no(),
        "unique": yes_or_no(),
        "indexed": yes_or_no(),
        "sortable": yes_or_no(),
        "written_by": { "enum": ["people", "creation", "assignment", "transition", "rules"] },
        "internal": yes_or_no(),
        "default": { "description": "The value of a new record where none is given." },
        "custom": yes_or_no(),
    }));
    let properties = &mut described["properties"];
    properties["max"] = json!({ "type": "integer", "description": "Most characters of a text." });
    properties["scale"] = json!({ "type": "integer", "description": "Digits after the point." });
    properties["to"] =
        json!({ "type": ["string", "null"], "description": "The type that it refers to." });
    properties["choices"] = array(choice);
    properties["depends_on"] = text_or_null();
    described
}

/// Words by language.
fn words() -> Json {
    json!({ "type": "object", "additionalProperties": text(), "examples": [{ "en": "Floor" }] })
}

fn flags() -> Json {
    json!({ "type": "object", "additionalProperties": { "enum": ["required", "read_only", "hidden"] } })
}

fn field_definition() -> Json {
    let kinds = [
        "text",
        "long_text",
        "integer",
        "decimal",
        "money",
        "boolean",
        "date",
        "instant",
        "duration",
        "choice",
        "multi_choice",
        "reference",
        "reference_list",
        "email",
        "url",
        "json",
    ];
    let choice = object(
        &["code", "label"],
        json!({ "code": text(), "label": words(), "when": texts() }),
    );
    object(
        &["name", "label", "kind"],
        json!({
            "name": text(),
            "label": words(),
            "kind": { "enum": kinds },
            "to": { "type": ["string", "null"], "description": "The type that a reference leads to." },
            "scale": { "type": ["integer", "null"], "minimum": 0, "maximum": 6 },
            "max": { "type": ["integer", "null"], "minimum": 1, "maximum": 4_000 },
            "choices": array(choice),
            "depends_on": { "type": ["string", "null"], "description": "The field whose value limits the choices." },
            "required": yes_or_no(),
            "unique": yes_or_no(),
            "indexed": yes_or_no(),
            "internal": yes_or_no(),
            "help": words(),
            "default": { "description": "The value of a new record where none is given." },
        }),
    )
}

fn type_definition() -> Json {
    let state = object(
        &["code", "label", "phase"],
        json!({ "code": text(), "label": words(), "phase": phase(), "flags": flags() }),
    );
    let transition = object(
        &["name", "label", "from", "to"],
        json!({ "name": text(), "label": words(), "from": texts(), "to": text(), "needs": texts() }),
    );
    object(
        &["name", "label", "plural"],
        json!({
            "name": text(),
            "label": words(),
            "plural": words(),
            "prefix": { "type": ["string", "null"], "description": "Letters before its numbers." },
            "spine": { "type": "array", "items": text(), "description": "Fields of all types that it shows: team, assignee, requester." },
            "states": array(state),
            "transitions": array(transition),
            "fields": array(schema("FieldDefinition")),
            "journal": yes_or_no(),
        }),
    )
}

fn role() -> Json {
    whole(json!({ "role": text(), "organisations": array(id()) }))
}

fn account() -> Json {
    whole(json!({
        "person": id(),
        "login": text_or_null(),
        "sign_in": { "enum": ["none", "invited", "open", "closed", "left"], "description": "Whether they can sign in." },
        "roles": array(role()),
        "sessions": array(session(false)),
        "tokens": array(schema("Token")),
        "open_work": number(),
    }))
}

fn people_imported() -> Json {
    let outcomes = ["created", "changed", "unchanged", "left", "refused"];
    let problem = whole(json!({ "field": text_or_null(), "code": text(), "detail": text() }));
    let line = whole(json!({
        "line": { "type": ["integer", "null"], "description": "Null for somebody who is missing in the list." },
        "name": text(),
        "person": { "type": ["string", "null"], "format": "uuid" },
        "outcome": { "enum": outcomes },
        "problems": array(problem),
        "open_work": { "type": ["integer", "null"] },
    }));
    let totals = outcomes.map(|it| (it.to_owned(), number()));
    whole(json!({
        "dry_run": yes_or_no(),
        "totals": whole(Json::Object(totals.into_iter().collect())),
        "ignored_columns": texts(),
        "lines": array(line),
    }))
}

fn rights() -> Json {
    let why = whole(json!({
        "role": text(),
        "organisations": array(id()),
        "rows": { "type": ["string", "null"], "description": "The filter that limits the records; null for all." },
        "holds": { "type": ["boolean", "null"], "description": "Whether it holds for the record that was asked about." },
    }));
    let action = whole(json!({
        "action": text(),
        "allowed": yes_or_no(),
        "why": array(why),
        "but": { "type": ["string", "null"], "description": "What stands in the way although the right is there." },
    }));
    let field = whole(json!({
        "field": text(), "read": texts(), "write": texts(), "written_by": text_or_null(),
    }));
    whole(json!({
        "person": id(),
        "type": text(),
        "record": { "type": ["string", "null"], "format": "uuid" },
        "roles": array(role()),
        "actions": array(action),
        "fields": array(field),
    }))
}
