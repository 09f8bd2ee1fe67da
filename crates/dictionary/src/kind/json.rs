//! Any JSON, within bounds.

use base::Message;
use serde_json::Value as Json;

use crate::Value;

/// Deepest nesting of a stored JSON value.
const MAX_DEPTH: usize = 32;

pub(super) fn from_json(json: &Json) -> Result<Value, Message> {
    if depth(json) > MAX_DEPTH {
        return Err(Message::new("json-too-deep").with("most", MAX_DEPTH));
    }
    let text = json.to_string();
    if text.len() > super::MAX_LONG_TEXT_BYTES {
        return Err(Message::new("text-too-long").with("most", super::MAX_LONG_TEXT_BYTES));
    }
    // serde_json writes U+0000 as an escape, which PostgreSQL's text would keep but no reader expects.
    if text.contains("\\u0000") {
        return Err(super::wrong("text-has-nul"));
    }
    Ok(Value::Json(json.clone()))
}

pub(super) fn from_text(text: &str) -> Result<Value, Message> {
    let json: Json = serde_json::from_str(text).map_err(|_| super::wrong("expected-json"))?;
    if json.is_null() {
        Ok(Value::Null)
    } else {
        from_json(&json)
    }
}

fn depth(json: &Json) -> usize {
    match json {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Json::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
