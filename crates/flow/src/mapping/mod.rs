//! The mapping file: how the columns of somebody else's table become fields of ours.
//!
//! A mapping is data that an administrator writes (TOML). It must never contain more than can be
//! checked against the dictionary before the first row is read; [`crate::plan::Plan`] does that.

use std::collections::BTreeMap;

use base::{Message, Refused, Result};
use engine::customize::FieldSpec;
use serde::Deserialize;
use serde_json::Value as Json;

/// A mapping as it stands in its file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the source; keys of its records are remembered under it.
    pub source: String,
    /// Name of the type that the rows become.
    pub record_type: String,
    /// The column, or columns, that tell one record from another.
    pub key: OneOrMany<String>,
    /// Zone of times that carry none, an IANA name; needed where the file has such times.
    #[serde(default)]
    pub zone: Option<String>,
    /// How instants are written (strftime words); RFC 3339 is always understood.
    #[serde(default)]
    pub instant_formats: Vec<String>,
    /// How days are written; ISO 8601 is always understood.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// Texts that mean "no value", beside the empty cell.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Columns that are left out on purpose; others that no field uses are named in the report.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The form of the file.
    #[serde(default)]
    pub file: FileForm,
    /// Rows are facts of the past; without this, rows are wishes of now.
    #[serde(default)]
    pub replay: Option<Replay>,
    /// Settings that the source's data assumes; set before the first row.
    #[serde(default)]
    pub settings: BTreeMap<String, Json>,
    /// Fields that are added to the type if it does not have them.
    #[serde(default, rename = "custom_field")]
    pub custom_fields: Vec<FieldSpec>,
    /// The fields to fill.
    #[serde(rename = "field")]
    pub fields: Vec<FieldMapping>,
}

/// The form of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileForm {
    /// By the name's end and the first bytes where nothing is said.
    #[serde(default)]
    pub format: Option<SourceFormat>,
    /// What parts the cells of a CSV file; a comma where nothing is said.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// The encoding of a CSV file, as the web calls it (`windows-1252`, `macintosh`); UTF-8 where nothing is
    /// said, or what the mark at its beginning says.
    #[serde(default)]
    pub encoding: Option<String>,
    /// Name of the sheet of a workbook; needed where people see more than one.
    #[serde(default)]
    pub sheet: Option<String>,
}

/// Forms that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// A workbook of Excel, LibreOffice and their kin.
    Xlsx,
}

/// Forms that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// A workbook of Excel, LibreOffice and their kin, with one sheet.
    Xlsx,
}

/// Rows as facts of the past.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The column with the instant at which the row was true.
    pub at: String,
    /// Whether a record has many rows, one per event, standing together in the order in which they happened.
    #[serde(default)]
    pub events: bool,
    /// The column that names who did it.
    #[serde(default)]
    pub actor: Option<String>,
    /// How that person is found; by external key where nothing is said.
    #[serde(default)]
    pub actor_lookup: Option<Lookup>,
}

/// How one field gets its value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldMapping {
    /// Name of the field; `id` and `number` are the record's own.
    pub field: String,
    /// The column, or several, of which the first with a value counts.
    #[serde(default)]
    pub column: Option<OneOrMany<String>>,
    /// The same value for every row.
    #[serde(default)]
    pub value: Option<Json>,
    /// A text made of columns: `"{building} {room}"`.
    #[serde(default)]
    pub template: Option<String>,
    /// Texts that are taken out of the value first: `["$", ","]`.
    #[serde(default)]
    pub without: Vec<String>,
    /// Most characters that are kept; a longer text ends after a whole word.
    #[serde(default)]
    pub cut_to: Option<usize>,
    /// The source's word → ours.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What becomes of words that `values` does not have.
    #[serde(default)]
    pub unknown: Unknown,
    /// What becomes of the field where the row has no value.
    #[serde(default)]
    pub on_missing: OnMissing,
    /// The field is set only by rows for which all of this holds.
    #[serde(default)]
    pub only_when: Option<OneOrMany<Condition>>,
    /// The column holds the value that the record had in the end, on all of its rows. It needs
    /// `only_when`, and an instant after the row's own is not taken either: it was not known yet.
    #[serde(default)]
    pub end_value: bool,
    /// How the referenced record is found.
    #[serde(default)]
    pub lookup: Option<Lookup>,
}

/// What becomes of words that a translation table does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// Taken as they are; choices that do not exist become inactive, imported ones.
    #[default]
    Keep,
    /// The row is rejected.
    Reject,
    /// The field stays empty.
    Empty,
}

/// What becomes of a field where the row has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnMissing {
    /// It has its default afterwards, mostly no value.
    #[default]
    Empty,
    /// It keeps the value it has.
    Keep,
}

/// A condition on a row: a column with one of these texts, or with none of those.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// One of these texts.
    #[serde(default)]
    pub is: Vec<String>,
    /// None of these texts.
    #[serde(default)]
    pub is_not: Vec<String>,
}

/// How a referenced record is found, or made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Type of the record; the field's own target where nothing is said.
    #[serde(default)]
    pub record_type: Option<String>,
    /// A text field of it, or `id`; without this, the external key of an earlier import.
    #[serde(default)]
    pub by: Option<String>,
    /// Source under which the external key is remembered; this mapping's where nothing is said.
    #[serde(default)]
    pub source: Option<String>,
    /// The text to look for, made of columns; the cell itself where nothing is said.
    #[serde(default)]
    pub key: Option<String>,
    /// What becomes of a key that is not found.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// Fields of a record that is made; texts may name columns.
    #[serde(default)]
    pub create: BTreeMap<String, Filling>,
}

/// What becomes of a key that is not found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Otherwise {
    /// A record is made where `create` says of what, else the row is rejected.
    #[default]
    Create,
    /// The row is rejected.
    Reject,
    /// The field stays empty; the report counts how often.
    Empty,
}

/// A value of a record that a lookup makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Filling {
    /// Another record.
    Lookup(Box<Lookup>),
    /// A constant, or a text made of columns.
    Value(Json),
}

/// One thing or several, as people write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Mapping {
    /// Reads a mapping file: TOML, or JSON where it begins with a brace.
    ///
    /// # Errors
    /// A refusal with the line and what was expected there.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim_start().starts_with('{') {
            let unreadable = |error: serde_json::Error| {
                let message = Message::new("mapping-unreadable");
                Refused::BadRequest(message.with("error", error))
            };
            return Ok(serde_json::from_str(text).map_err(unreadable)?);
        }
        toml::from_str(text).map_err(|error| {
            Refused::BadRequest(
                Message::new("mapping-unreadable").with("error", error.to_string().trim()),
            )
            .into()
        })
    }
}
