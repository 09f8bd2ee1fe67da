//! Records as JSON. A field that the reader may not see is absent; one without a value is null.

use std::collections::{BTreeMap, BTreeSet};

use dictionary::{FieldDef, Kind, Value};
use engine::Outcome;
use engine::read::{Titles, Visible};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use ui::message::Language;

use crate::label;

/// What an answer shows of each record.
pub(crate) struct Shape<'a> {
    /// Only these fields; nothing means all.
    pub(crate) fields: Option<&'a BTreeSet<String>>,
    /// Adds the words of choices in that language.
    pub(crate) labels: Option<&'a Language>,
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

/// One record as an answer shows it. It is written straight into the answer: a page of many records is
/// nowhere held as a tree.
pub(crate) struct Shown<'a> {
    pub(crate) record: &'a Visible,
    pub(crate) titles: &'a Titles,
    pub(crate) shape: &'a Shape<'a>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut members = out.serialize_map(None)?;
        members.serialize_entry("id", &self.record.id())?;
        members.serialize_entry("type", &self.record.record_type().name)?;
        let fields = || {
            let all = self.record.fields();
            all.filter(|(field, _)| self.shape.shows(field))
        };
        for (field, value) in fields() {
            let titles = self.titles;
            members.serialize_entry(&field.name, &Member { value, titles })?;
        }
        if let Some(language) = self.shape.labels {
            let words = fields()
                .filter_map(|(field, value)| {
                    Some((field.name.as_str(), words_of(language, field, value)?))
                })
                .collect::<BTreeMap<&str, Json>>();
            members.serialize_entry("labels", &words)?;
        }
        members.end()
    }
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

/// The value of a field.
struct Member<'a> {
    value: &'a Value,
    titles: &'a Titles,
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Reference(id) => reference(*id, self.titles).serialize(out),
            Value::References(ids) => {
                out.collect_seq(ids.iter().map(|it| reference(*it, self.titles)))
            }
            Value::Text(text) | Value::Choice(text) => out.serialize_str(text),
            Value::Instant(instant) => out.collect_str(instant),
            other => other.to_json().serialize(out),
        }
    }
}

/// Another record by what it is called; only its id where the reader may not see it.
pub(super) fn reference(id: base::Uuid, titles: &Titles) -> Named<'_> {
    let title = titles.get(id);
    Named {
        id,
        record_type: title.map(|it| it.record_type.as_str()),
        number: title.and_then(|it| it.number.as_deref()),
        title: title.map(|it| it.title.as_str()),
    }
}

/// Another record in an answer.
#[derive(Serialize)]
pub(super) struct Named<'a> {
    id: base::Uuid,
    #[serde(rename = "type")]
    record_type: Option<&'a str>,
    number: Option<&'a str>,
    title: Option<&'a str>,
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
