//! Values of fields as people read them: at length on a page, in short in a table.

use base::{Timestamp, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, Value, spine};
use engine::read::Titles;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::icon::{avatar, nobody, priority, state};
use crate::markdown::{markdown, plain_text};
use crate::message::Language;
use crate::{label, text, time};

/// Name of the type whose records are people.
pub const PERSON: &str = "person";
/// Longest text in a cell; the rest is on the record's page.
const CELL_CHARS: usize = 200;

/// For whom values are written.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The language.
    pub language: &'a Language,
    /// The zone in which days begin.
    pub zone: &'a TimeZone,
    /// The present instant.
    pub now: Timestamp,
    /// What other records are called.
    pub titles: &'a Titles,
}

/// The address of a record.
#[must_use]
pub fn record_href(record_type: &str, number: Option<&str>, id: Uuid) -> String {
    match number {
        Some(number) => format!("/{record_type}/{number}"),
        None => format!("/{record_type}/{id}"),
    }
}

/// A value at length, with links.
#[must_use]
pub fn view(reader: &Reader<'_>, of: &TypeDef, field: &FieldDef, value: &Value) -> Markup {
    match value {
        Value::Null => unset(reader, field),
        Value::Text(text) if field.kind == Kind::LongText => {
            html! { div class="prose" { (markdown(text)) } }
        }
        Value::Text(address) if field.kind == Kind::Email => {
            html! { a href=(format!("mailto:{address}")) { (address) } }
        }
        Value::Text(address) if field.kind == Kind::Url => {
            html! { a href=(address) rel="noopener noreferrer" { (address) } }
        }
        Value::Instant(at) => time::clock(reader.language, reader.zone, reader.now, *at),
        Value::Reference(id) => reference(reader, *id),
        Value::References(ids) => html! {
            span class="row tight" { @for id in ids { (reference(reader, *id)) } }
        },
        Value::Json(json) => html! { code { (json) } },
        _ => short(reader, of, field, value),
    }
}

/// A value in a table, without links: the row has its own.
#[must_use]
pub fn cell(reader: &Reader<'_>, of: &TypeDef, field: &FieldDef, value: &Value) -> Markup {
    match value {
        Value::Null => match person_field(field) {
            true => nobody(&text!(reader.language, "value-nobody")),
            false => html! { span class="quiet-text" { "–" } },
        },
        Value::Instant(at) => time::ago(reader.language, reader.zone, reader.now, *at),
        Value::Text(text) if field.kind == Kind::LongText => {
            html! { (plain_text(text).chars().take(CELL_CHARS).collect::<String>()) }
        }
        Value::Reference(id) => match reader.titles.get(*id) {
            Some(it) if it.record_type == PERSON => crate::icon::person(&it.title),
            Some(it) => html! { (it.title) },
            None => hidden(reader),
        },
        Value::References(ids) => html! { (names(reader, ids)) },
        Value::Json(json) => {
            html! { (json.to_string().chars().take(CELL_CHARS).collect::<String>()) }
        }
        _ => short(reader, of, field, value),
    }
}

/// A value as plain words, for sentences about changes.
#[must_use]
pub fn words(reader: &Reader<'_>, of: &TypeDef, field: &FieldDef, value: &Value) -> String {
    let language = reader.language;
    match value {
        Value::Null if person_field(field) => text!(language, "value-nobody"),
        Value::Null => text!(language, "value-none"),
        Value::Text(text) if field.kind == Kind::LongText => plain_text(text),
        Value::Boolean(true) => text!(language, "value-yes"),
        Value::Boolean(false) => text!(language, "value-no"),
        Value::Date(date) => time::day(language, *date),
        Value::Instant(at) => time::absolute(language, reader.zone, *at),
        Value::Duration(micros) => time::length(language, *micros),
        Value::Choice(code) if field.name == spine::STATE => label::state(language, of, code).1,
        Value::Choice(code) => label::choice(language, field, code),
        Value::Integer(number) if !field.choices.is_empty() => {
            label::choice(language, field, &number.to_string())
        }
        Value::Choices(codes) => {
            let words = codes.iter().map(|it| label::choice(language, field, it));
            words.collect::<Vec<_>>().join(", ")
        }
        Value::Reference(id) => names(reader, std::slice::from_ref(id)),
        Value::References(ids) => names(reader, ids),
        _ => value.to_text(),
    }
}

/// Another record as a link, a person with their initials.
#[must_use]
pub fn reference(reader: &Reader<'_>, id: Uuid) -> Markup {
    let Some(it) = reader.titles.get(id) else {
        return hidden(reader);
    };
    let href = record_href(&it.record_type, it.number.as_deref(), id);
    html! {
        @if it.record_type == PERSON {
            a class="person" href=(href) { (avatar(&it.title)) span class="name" { (it.title) } }
        } @else {
            a href=(href) {
                @if let Some(number) = &it.number { span class="number" { (number) } " " }
                (it.title)
            }
        }
    }
}

/// Whether an empty value means that nobody is meant.
#[must_use]
pub fn person_field(field: &FieldDef) -> bool {
    matches!(&field.kind, Kind::Reference { to: Some(to) } if to == PERSON)
}

/// Missing values are said.
fn unset(reader: &Reader<'_>, field: &FieldDef) -> Markup {
    let language = reader.language;
    if person_field(field) {
        return nobody(&text!(language, "value-nobody"));
    }
    let words = match field.kind {
        Kind::LongText => text!(language, "value-not-written"),
        Kind::Text { .. } | Kind::Email | Kind::Url => text!(language, "value-not-known"),
        _ => text!(language, "value-none"),
    };
    html! { span class="unset" { (words) } }
}

fn hidden(reader: &Reader<'_>) -> Markup {
    html! { span class="quiet-text" { (text!(reader.language, "value-hidden")) } }
}

fn names(reader: &Reader<'_>, ids: &[Uuid]) -> String {
    let hidden = || text!(reader.language, "value-hidden");
    let names = ids.iter().map(|id| {
        reader
            .titles
            .get(*id)
            .map_or_else(hidden, |it| it.title.clone())
    });
    names.collect::<Vec<_>>().join(", ")
}

fn short(reader: &Reader<'_>, of: &TypeDef, field: &FieldDef, value: &Value) -> Markup {
    match value {
        Value::Integer(level) if field.name == spine::PRIORITY => {
            priority(u8::try_from(*level).unwrap_or(u8::MAX))
        }
        Value::Choice(code) if field.name == spine::STATE => {
            let (kind, words) = label::state(reader.language, of, code);
            state(kind, &words)
        }
        _ => html! { (words(reader, of, field, value)) },
    }
}
