//! Text: one line, many lines, e-mail and web addresses.

use base::{Message, clean_text, shows_nothing};
use serde_json::Value as Json;

use crate::{FieldDef, Kind, Value};

/// Longest e-mail address: RFC 5321, section 4.5.3.1.3.
const MAX_EMAIL_BYTES: usize = 254;
/// Longest web address that every common browser takes.
const MAX_URL_BYTES: usize = 2_000;

pub(super) fn from_json(field: &FieldDef, json: &Json) -> Result<Value, Message> {
    json.as_str().map_or_else(
        || Err(super::wrong("expected-text")),
        |text| from_text(field, text),
    )
}

pub(super) fn from_text(field: &FieldDef, text: &str) -> Result<Value, Message> {
    let text = clean_text(text).ok_or_else(|| super::wrong("text-has-nul"))?;
    let text = match &field.kind {
        Kind::LongText => long_text(text)?,
        Kind::Email => email(text.trim())?,
        Kind::Url => url(text.trim())?,
        Kind::Text { max } => one_line(&text, *max)?,
        _ => text,
    };
    Ok(if shows_nothing(&text) {
        Value::Null
    } else {
        Value::Text(text)
    })
}

/// All but titles and the like count in bytes, which no text has fewer of than characters.
fn not_longer(text: &str, most: usize) -> Result<(), Message> {
    match text.len() > most {
        true => Err(Message::new("text-too-long").with("most", most)),
        false => Ok(()),
    }
}

fn long_text(text: String) -> Result<String, Message> {
    not_longer(&text, super::MAX_LONG_TEXT_BYTES)?;
    Ok(if shows_nothing(&text) {
        String::new()
    } else {
        text
    })
}

fn one_line(text: &str, max: usize) -> Result<String, Message> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Message::new("text-too-long").with("most", max));
    }
    if text.contains('\n') {
        return Err(super::wrong("text-has-line-ends"));
    }
    Ok(text.to_owned())
}

fn email(text: &str) -> Result<String, Message> {
    not_longer(text, MAX_EMAIL_BYTES)?;
    let plausible = !text
        .chars()
        .any(|it| it.is_whitespace() || it.is_control() || it == ',' || it == '<')
        && text
            .rsplit_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if plausible || text.is_empty() {
        Ok(text.to_owned())
    } else {
        Err(super::wrong("expected-email"))
    }
}

fn url(text: &str) -> Result<String, Message> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    not_longer(text, MAX_URL_BYTES)?;
    let plausible = (lower.starts_with("https://") || lower.starts_with("http://"))
        && !text.chars().any(|it| it.is_whitespace() || it.is_control());
    if plausible || text.is_empty() {
        Ok(text.to_owned())
    } else {
        Err(super::wrong("expected-url"))
    }
}
