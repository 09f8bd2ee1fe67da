//! Other records, by id. Whether they exist and may be chosen is checked by the door.

use base::{Message, Uuid};
use serde_json::Value as Json;

use crate::Value;

pub(super) fn from_json(json: &Json) -> Result<Value, Message> {
    match json {
        Json::String(text) => from_text(text),
        // Answers carry references as objects; what was read may be sent back.
        Json::Object(members) => members.get("id").map_or_else(|| Err(expected()), from_json),
        _ => Err(expected()),
    }
}

pub(super) fn from_text(text: &str) -> Result<Value, Message> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    Uuid::try_parse(text.trim())
        .map(Value::Reference)
        .map_err(|_| expected())
}

pub(super) fn several_from_json(json: &Json) -> Result<Value, Message> {
    let items = json
        .as_array()
        .ok_or_else(|| super::wrong("expected-references"))?;
    several(items.iter().map(from_json))
}

pub(super) fn several_from_text(text: &str) -> Result<Value, Message> {
    several(text.split(',').map(from_text))
}

fn several(values: impl Iterator<Item = Result<Value, Message>>) -> Result<Value, Message> {
    let mut ids: Vec<Uuid> = Vec::new();
    for value in values {
        ids.extend(value?.as_reference());
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > super::MAX_MEMBERS {
        return Err(Message::new("too-many-members").with("most", super::MAX_MEMBERS));
    }
    Ok(if ids.is_empty() {
        Value::Null
    } else {
        Value::References(ids)
    })
}

fn expected() -> Message {
    super::wrong("expected-reference")
}
