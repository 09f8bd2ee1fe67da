//! Records as somebody may see them: the only form in which pages, API and export get records.
//!
//! Only the reader can make one, and it leaves out what the actor may not read.

use foldhash::HashMap;
use std::sync::Arc;

use base::Uuid;
use dictionary::{FieldDef, TypeDef, Value, spine};

/// A record without the fields that the actor may not read on it, or did not ask for.
#[derive(Clone, Debug)]
pub struct Visible {
    pub(super) id: Uuid,
    pub(super) record_type: Arc<TypeDef>,
    /// Position of the field in the type, and its value; fields of the spine that the type does not show are left out.
    pub(super) values: Vec<(usize, Value)>,
}

impl Visible {
    /// Id of the record.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Its type.
    #[must_use]
    pub const fn record_type(&self) -> &Arc<TypeDef> {
        &self.record_type
    }

    /// The value of a field; nothing where it may not be read or was not asked for.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        let index = self.record_type.field_index(field)?;
        self.values
            .iter()
            .find(|(at, _)| *at == index)
            .map(|(_, value)| value)
    }

    /// The value of a field; null also where it may not be read.
    #[must_use]
    pub fn value(&self, field: &str) -> &Value {
        self.get(field).unwrap_or(&Value::Null)
    }

    /// Fields with their values, in the order in which they were asked for.
    pub fn fields(&self) -> impl Iterator<Item = (&FieldDef, &Value)> {
        self.values
            .iter()
            .map(|(index, value)| (&self.record_type.fields[*index], value))
    }

    /// The number, where the type has numbers and it may be read.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        self.value(spine::NUMBER).as_text()
    }

    /// The title, where it may be read.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.value(spine::TITLE).as_text()
    }

    /// The number of changes so far, for `If-Match`; nothing where it was not asked for.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.value(spine::VERSION).as_integer()
    }
}

/// What a referenced record is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Name of its type.
    pub record_type: String,
    /// Its number, where its type has numbers.
    pub number: Option<String>,
    /// Its title.
    pub title: String,
}

/// Titles of the records that a page refers to. Records that the actor may not read have none.
#[derive(Clone, Debug, Default)]
pub struct Titles(pub(super) HashMap<Uuid, Title>);

impl Titles {
    /// What the record is called.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&Title> {
        self.0.get(&id)
    }

    /// Adds the titles of another read.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All titles by id.
    pub fn iter(&self) -> impl Iterator<Item = (Uuid, &Title)> {
        self.0.iter().map(|(id, title)| (*id, title))
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct VisiblePage {
    /// The records, in order.
    pub rows: Vec<Visible>,
    /// Where the next page begins; nothing on the last page.
    pub next: Option<String>,
    /// How many records there are on all pages, where it was asked for.
    pub count: Option<i64>,
    /// What the records that these refer to are called.
    pub titles: Titles,
}
