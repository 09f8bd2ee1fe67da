//! A mapping checked against the dictionary: what each row becomes, with nothing left to look up by name.
//!
//! Planning reads no row and touches no database. All problems of a mapping are reported at once.

mod beside;
mod compile;
mod exported;
mod planned;
mod template;

use std::sync::Arc;

use dictionary::{FieldDef, TypeDef, Value};

use crate::convert::Times;
use crate::mapping::{FileForm, OnMissing, Otherwise, Unknown};

pub use beside::{PlannedStep, Step};
pub use planned::{Entry, Found, Planned, PlannedRow, Reference};
pub use template::Template;

/// Pseudo-field of a mapping: the record's id.
pub const ID: &str = "id";

/// A checked mapping, or the plan for files of an export.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the source.
    pub source: String,
    /// What rows become: one type, or in an export one of several.
    pub shapes: Vec<Shape>,
    /// The form of the file.
    pub file: FileForm,
    /// Columns that are read, in the order of the cells.
    pub columns: Vec<String>,
    /// How many of them, from the first, a file must have.
    pub required: usize,
    /// Columns that are left out on purpose.
    pub ignored: Vec<String>,
    /// What only exports have.
    pub(crate) exported: Option<ExportedPlan>,
    pub(crate) key: Vec<usize>,
    pub(crate) missing: Vec<String>,
    pub(crate) times: Times,
    pub(crate) replay: Option<ReplayPlan>,
}

impl Plan {
    /// Name of the type that all rows become; a star where each row names its own.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.shapes.as_slice() {
            [only] => &only.record_type.name,
            _ => "*",
        }
    }
}

/// What the rows of one type become.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The type.
    pub record_type: Arc<TypeDef>,
    pub(crate) fields: Vec<FieldPlan>,
    /// Cells of fields that only other types of the same file have.
    pub(crate) foreign: Vec<usize>,
}

/// Where the rows of an export tell what is no field. Their records are found by their ids, and what a row does
/// not tell stays as it is.
#[derive(Clone, Debug)]
pub struct ExportedPlan {
    /// Cell with the name of the type.
    pub type_name: usize,
    /// Cell with the entries of the journal.
    pub journal: usize,
    /// Cell with the links.
    pub links: usize,
    /// Cell with the followers.
    pub followers: usize,
    /// Cell with the files.
    pub attachments: usize,
    /// Cell that only lines with definitions have.
    pub defines: usize,
    /// Types that are to be defined first.
    pub awaited: std::collections::BTreeSet<String>,
    /// How links and followers are found.
    pub by_id: Arc<LookupPlan>,
}

/// Rows as facts of the past.
#[derive(Clone, Debug)]
pub struct ReplayPlan {
    /// Cell with the instant.
    pub at: usize,
    /// Whether a record has many rows.
    pub events: bool,
    /// Cell that names who did it, and how that person is found.
    pub actor: Option<(usize, Arc<LookupPlan>)>,
}

/// Where a field goes in a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The record's id.
    Id,
    /// The record's number.
    Number,
    /// A field.
    Field,
}

/// How one field gets its value.
#[derive(Clone, Debug)]
pub struct FieldPlan {
    /// Where it goes.
    pub target: Target,
    /// The field.
    pub field: FieldDef,
    /// What people call its origin in the report.
    pub origin: String,
    /// Where its text comes from.
    pub from: Origin,
    /// Texts that are taken out first.
    pub without: Vec<String>,
    /// Most characters that are kept.
    pub cut_to: Option<usize>,
    /// Whether there is a translation table.
    pub values: std::collections::BTreeMap<String, String>,
    /// What becomes of words that the table does not have.
    pub unknown: Unknown,
    /// What becomes of the field without a value.
    pub on_missing: OnMissing,
    /// Conditions on the row.
    pub only_when: Vec<ConditionPlan>,
    /// Whether instants after the row's own are left for later.
    pub end_value: bool,
    /// How a referenced record is found.
    pub lookup: Option<Arc<LookupPlan>>,
}

/// Where a field's text comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The first of these cells that has a value.
    Cells(Vec<usize>),
    /// A constant.
    Constant(Value),
    /// A text made of cells.
    Template(Template),
}

/// A condition on a row.
#[derive(Clone, Debug)]
pub struct ConditionPlan {
    /// The cell.
    pub cell: usize,
    /// One of these texts, unless empty.
    pub is: Vec<String>,
    /// None of these texts.
    pub is_not: Vec<String>,
}

/// How a referenced record is found, or made.
#[derive(Clone, Debug)]
pub struct LookupPlan {
    /// Number shared by all lookups that find the same records; part of what a found record is remembered by.
    pub position: usize,
    /// Type of the record; nothing where a reference may lead anywhere.
    pub record_type: Option<Arc<TypeDef>>,
    /// How it is found.
    pub by: By,
    /// The text to look for; nothing: the cell itself.
    pub key: Option<Template>,
    /// What becomes of a key that is not found.
    pub otherwise: Otherwise,
    /// Fields of a record that is made; empty: none is made.
    pub create: Vec<(FieldDef, FillingPlan)>,
}

/// By what a record is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Its id.
    Id,
    /// A text field of it.
    Field(String),
    /// The key under which an import from that source remembered it.
    External(String),
}

/// A value of a record that a lookup makes.
#[derive(Clone, Debug)]
pub enum FillingPlan {
    /// A constant.
    Constant(Value),
    /// A text made of cells.
    Template(Template),
    /// Another record.
    Lookup(Arc<LookupPlan>),
}
