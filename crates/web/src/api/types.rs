//! What types, fields, choices, states and transitions there are, as the one who asks may know them.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use base::{Message, Refused};
use dictionary::{Audience, FieldDef, FieldFlag, Kind, TypeDef, WrittenBy};
use engine::Ctx;
use engine::additions::LINK_KINDS;
use serde_json::{Value as Json, json};
use ui::message::Language;

use super::caller::Caller;
use super::change::record_type;
use crate::{AppState, Failure, label};

/// `GET /types`
pub(super) async fn all(State(_state): State<AppState>, caller: Caller) -> JsonBody<Json> {
    let dictionary = &caller.ctx.snapshot.dictionary;
    let readable = dictionary
        .types()
        .filter(|it| caller.ctx.may_somewhere(&it.name, "read"));
    let types = readable.map(|it| head(&caller.language, &caller.ctx, it));
    let settings = &caller.ctx.snapshot.settings;
    let kinds = settings.find(caller.ctx.tenant, None, LINK_KINDS);
    JsonBody(json!({
        "types": types.collect::<Vec<_>>(),
        "link_kinds": kinds.map(|(kinds, _)| kinds),
    }))
}

/// `GET /types/{type}`
pub(super) async fn one(
    State(_state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    let of = record_type(&caller.ctx, &name)?;
    if !caller.ctx.may_somewhere(&name, "read") {
        return Err(Refused::NotFound(Message::new("type-unknown").with("type", &name)).into());
    }
    Ok(JsonBody(describe(&caller.language, &caller.ctx, &of)))
}

fn describe(language: &Language, ctx: &Ctx, of: &TypeDef) -> Json {
    let mut whole = head(language, ctx, of);
    let fields = of.fields.iter().filter(|it| is_open(ctx, of, it));
    whole["fields"] = fields.map(|it| field(language, it)).collect();
    whole["layout"] = json!({
        "list": of.layout.list,
        "create": of.layout.create,
        "form": of.layout.form.iter().map(|it| {
            json!({ "label": label(language, &it.label), "fields": it.fields })
        }).collect::<Vec<_>>(),
    });
    let Some(lifecycle) = &of.lifecycle else {
        return whole;
    };
    let states = lifecycle.states.iter().map(|it| {
        let flags = it
            .flags
            .iter()
            .map(|(name, flag)| (name.clone(), json!(flag_code(*flag))));
        json!({
            "code": it.code,
            "label": label(language, &it.label),
            "phase": it.phase.code(),
            "open": it.phase.is_open(),
            "fields": Json::Object(flags.collect()),
        })
    });
    whole["states"] = states.collect();
    whole["initial_state"] = json!(lifecycle.initial);
    let transitions = lifecycle.transitions.iter().map(|it| {
        json!({
            "name": it.name,
            "label": label(language, &it.label),
            "from": it.from,
            "to": it.to,
            "needs": it.needs,
            "asks": it.asks,
            "needs_comment": it.needs_comment,
        })
    });
    whole["transitions"] = transitions.collect();
    whole
}

/// What is known of a type without its fields.
fn head(language: &Language, ctx: &Ctx, of: &TypeDef) -> Json {
    let actions = ["read", "create", "update", "assign", "comment", "delete"];
    let may = actions.iter().filter(|it| ctx.may_somewhere(&of.name, it));
    json!({
        "name": of.name,
        "label": label(language, &of.label),
        "plural": label(language, &of.plural),
        "number": of.number.as_ref().map(|it| json!({ "prefix": it.prefix, "width": it.width })),
        "journal": of.journal,
        "custom": of.custom,
        "may": may.collect::<Vec<_>>(),
    })
}

fn field(language: &Language, field: &FieldDef) -> Json {
    let mut described = json!({
        "name": field.name,
        "label": label(language, &field.label),
        "help": field.help.as_ref().map(|it| label(language, it)),
        "kind": field.kind.name(),
        "required": field.required,
        "unique": field.unique,
        "indexed": field.indexed,
        "sortable": field.kind.is_sortable(),
        "written_by": match field.written_by {
            WrittenBy::People => "people",
            WrittenBy::Creation => "creation",
            WrittenBy::Assignment => "assignment",
            WrittenBy::Transition => "transition",
            WrittenBy::Rules => "rules",
        },
        "internal": field.audience == Audience::Internal,
        "default": field.default.as_ref().map(dictionary::Value::to_json),
        "custom": field.custom,
    });
    match &field.kind {
        Kind::Text { max } => described["max"] = json!(max),
        Kind::Decimal { scale } => described["scale"] = json!(scale),
        Kind::Reference { to } | Kind::References { to } => described["to"] = json!(to),
        _ => {}
    }
    if !field.choices.is_empty() {
        described["choices"] = field
            .choices
            .iter()
            .map(|it| {
                json!({
                    "code": it.code,
                    "label": label(language, &it.label),
                    "when": it.when,
                    "active": it.active,
                })
            })
            .collect();
        described["depends_on"] = json!(field.depends_on);
    }
    described
}

/// Whether some grant opens the field on some record.
fn is_open(ctx: &Ctx, of: &TypeDef, field: &FieldDef) -> bool {
    ctx.actor.system
        || ctx
            .grants(&of.name, "read")
            .any(|it| it.grant.read_fields.has(field))
}

const fn flag_code(flag: FieldFlag) -> &'static str {
    match flag {
        FieldFlag::Required => "required",
        FieldFlag::ReadOnly => "read_only",
        FieldFlag::Hidden => "hidden",
    }
}
