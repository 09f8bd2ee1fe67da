//! One choice, or several. Whether the code exists and fits is checked by the door, which knows the record.

use base::Message;
use serde_json::Value as Json;

use crate::Value;

/// Longest code in bytes; imported codes may be as odd as their source.
const MAX_CODE_BYTES: usize = 100;

pub(super) fn from_json(json: &Json) -> Result<Value, Message> {
    // Codes of numbered scales are often written as numbers by clients.
    match json {
        Json::String(code) => from_text(code),
        Json::Number(number) => from_text(&number.to_string()),
        _ => Err(super::wrong("expected-choice")),
    }
}

pub(super) fn from_text(text: &str) -> Result<Value, Message> {
    Ok(code(text)?.map_or(Value::Null, Value::Choice))
}

pub(super) fn several_from_json(json: &Json) -> Result<Value, Message> {
    let items = json
        .as_array()
        .ok_or_else(|| super::wrong("expected-choices"))?;
    let codes = items
        .iter()
        .map(|it| it.as_str().ok_or_else(|| super::wrong("expected-choices")));
    several(codes.collect::<Result<Vec<_>, _>>()?.into_iter())
}

pub(super) fn several_from_text(text: &str) -> Result<Value, Message> {
    several(text.split(','))
}

fn several<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Value, Message> {
    let mut codes = texts
        .filter_map(|it| code(it).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    codes.sort_unstable();
    codes.dedup();
    if codes.len() > super::MAX_MEMBERS {
        return Err(Message::new("too-many-members").with("most", super::MAX_MEMBERS));
    }
    Ok(if codes.is_empty() {
        Value::Null
    } else {
        Value::Choices(codes)
    })
}

fn code(text: &str) -> Result<Option<String>, Message> {
    let code = text.trim();
    let storable = code.len() <= MAX_CODE_BYTES
        && !code.contains([',', '|'])
        && !code.chars().any(char::is_control);
    if !storable {
        return Err(super::wrong("expected-choice"));
    }
    Ok((!code.is_empty()).then(|| code.to_owned()))
}
