//! Yes or no.

use base::Message;
use serde_json::Value as Json;

use crate::Value;

pub(super) fn from_json(json: &Json) -> Result<Value, Message> {
    json.as_bool()
        .map(Value::Boolean)
        .ok_or_else(|| super::wrong("expected-boolean"))
}

pub(super) fn from_text(text: &str) -> Result<Value, Message> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(Value::Boolean(true)),
        "false" | "no" | "off" | "0" => Ok(Value::Boolean(false)),
        _ => Err(super::wrong("expected-boolean")),
    }
}
