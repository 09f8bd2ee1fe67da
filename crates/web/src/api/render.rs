//! Records as JSON. A field that the reader may not see is absent; one without a value is null.

use std::collections::BTreeSet;

use dictionary::{FieldDef, Kind, Value};
use engine::Outcome;
use engine::read::{Titles, Visible};
use serde_json::{Map, Value as Json, json};
use ui::message::Language;

use crate::label;

/// What an answer shows of each record.
pub(super) struct Shape<'a> {
    /// Only these fields; nothing means all.
    pub(super) fields: Option<&'a BTreeSet<String>>,
    /// Adds the words of choices in that language.
    pub(super) labels: Option<&'a Language>,
}

impl Shape<'_> {
    /// All fields, without the words of choices.
    pub(super) const ALL: Self = Self {
        fields: None,
        labels: None,
    };

    fn shows(&self, field: &FieldDef) -> bool {
        self.fields.is_none_or(|it| it.contains(&field.name))
    }
}

/// One record.
pub(super) fn record(visible: &Visible, titles: &Titles, shape: &Shape<'_>) -> Json {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(visible.id()));
    members.insert("type".to_owned(), json!(visible.record_type().name));
    let mut words = Map::new();
    for (field, value) in visible.fields().filter(|(field, _)| shape.shows(field)) {
        members.insert(field.name.clone(), member(field, value, titles));
        if let Some(words_of) = shape
            .labels
            .and_then(|language| words_of(language, field, value))
        {
            words.insert(field.name.clone(), words_of);
        }
    }
    if shape.labels.is_some() {
        members.insert("labels".to_owned(), Json::Object(words));
    }
    Json::Object(members)
}

/// The tag of a version, for `ETag` and `If-Match`.
pub(super) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// What a change did to a record that its actor may no longer see.
pub(super) fn handed_away(outcome: &Outcome, words: String) -> Json {
    json!({
        "id": outcome.record,
        "number": outcome.number,
        "version": outcome.version,
        "still_visible": false,
        "message": words,
    })
}

fn member(field: &FieldDef, value: &Value, titles: &Titles) -> Json {
    match (&field.kind, value) {
        (_, Value::Reference(id)) => reference(*id, titles),
        (_, Value::References(ids)) => ids.iter().map(|it| reference(*it, titles)).collect(),
        _ => value.to_json(),
    }
}

/// Another record by what it is called; only its id where the reader may not see it.
pub(super) fn reference(id: base::Uuid, titles: &Titles) -> Json {
    match titles.get(id) {
        Some(it) => {
            json!({ "id": id, "type": it.record_type, "number": it.number, "title": it.title })
        }
        None => json!({ "id": id, "type": null, "number": null, "title": null }),
    }
}

/// The words of a choice; nothing for fields that have none.
fn words_of(language: &Language, field: &FieldDef, value: &Value) -> Option<Json> {
    let word = |code: &str| {
        field
            .choice(code)
            .map_or_else(|| code.to_owned(), |it| label(language, &it.label))
    };
    match (&field.kind, value) {
        (Kind::Choice, Value::Choice(code)) => Some(json!(word(code))),
        (Kind::MultiChoice, Value::Choices(codes)) => {
            Some(codes.iter().map(|it| word(it)).collect())
        }
        (Kind::Integer, Value::Integer(number)) if !field.choices.is_empty() => {
            Some(json!(word(&number.to_string())))
        }
        _ => None,
    }
}
