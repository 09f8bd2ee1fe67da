//! A record as the index has it: by the door with each change of its text, and by whoever builds the index anew.

use base::{Timestamp, Uuid};
use dictionary::{Audience, FieldDef, Kind, TypeDef, Value, spine};
use store::{Dialect, Row, Sql, StoreError};

use crate::document::{Document, Text};
use crate::index::{Entry, put};
use crate::layout::{Layout, access, organisation};

/// Whether the text of that field is searched.
#[must_use]
pub const fn is_searched(field: &FieldDef) -> bool {
    matches!(
        field.kind,
        Kind::Text { .. } | Kind::LongText | Kind::Email | Kind::Url
    )
}

/// Whether a record's document depends on that field.
#[must_use]
pub fn is_indexed(field: &FieldDef) -> bool {
    is_searched(field) || matches!(field.name.as_str(), spine::ORGANISATION | spine::ACCESS)
}

/// How the text of a type is parted in the index of a tenant; where roles open fields one by one, each is a
/// class of its own.
#[must_use]
pub fn layout(tenant: Uuid, record_type: &TypeDef, one_by_one: bool) -> Layout {
    let searched = record_type.fields.iter().filter(|it| is_searched(it));
    let fields = searched.map(|it| (it.name.as_str(), it.audience == Audience::Internal));
    Layout::new(tenant, &record_type.name, fields, one_by_one)
}

/// What hangs on a record: a comment, a note, the name of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// Whether it is for those who read private notes.
    pub is_private: bool,
    /// Whether it is the name of a file.
    pub is_file: bool,
    /// The text.
    pub text: String,
    /// Its id.
    pub id: Uuid,
}

/// The statement for what was said about records, oldest first, which [`said_in`] reads.
#[must_use]
pub fn said(records: &[Uuid]) -> Sql {
    let mut sql = Sql::new(
        "SELECT record, CASE visibility WHEN 'private' THEN 1 ELSE 0 END, 0, text, id, written_at \
         FROM journal WHERE record IN (",
    );
    sql.arg_list(records.iter().copied()).push(
        ") UNION ALL SELECT record, CASE visibility WHEN 'private' THEN 1 ELSE 0 END, 1, name, id, created_at \
         FROM attachment WHERE record IN (",
    );
    sql.arg_list(records.iter().copied())
        .push(") ORDER BY 1, 6, 5");
    sql
}

/// What the rows of [`said`] tell, each with its record.
///
/// # Errors
/// Where a row is none of these.
pub fn said_in(rows: &[Row]) -> Result<Vec<(Uuid, Said)>, StoreError> {
    let read = |row: &Row| {
        let said = Said {
            is_private: row.need_boolean(1)?,
            is_file: row.need_boolean(2)?,
            text: row.need_text(3)?.to_owned(),
            id: row.need_uuid(4)?,
        };
        Ok((row.need_uuid(0)?, said))
    };
    rows.iter().map(read).collect()
}

/// A record of a tenant, as it is to be found.
#[derive(Clone, Copy)]
pub struct Indexed<'a> {
    /// Whose it is.
    pub tenant: Uuid,
    /// Its type.
    pub record_type: &'a TypeDef,
    /// How the text of its type is parted.
    pub layout: &'a Layout,
    /// Its id.
    pub record: Uuid,
}

impl Indexed<'_> {
    /// The statements that put it into the index, with its values by field and what was said about it.
    #[must_use]
    pub fn statements<'v>(
        &self,
        dialect: Dialect,
        value: &dyn Fn(&str) -> &'v Value,
        mut said: Vec<Said>,
    ) -> Vec<Sql> {
        let layout = self.layout;
        let of_field = |(name, class)| {
            let is_title = matches!(name, spine::TITLE | spine::NUMBER);
            Some(Text::new(class, is_title, value(name).as_text()?))
        };
        let mut texts: Vec<Text> = layout.fields().filter_map(of_field).collect();
        // In an order that does not depend on when it was stored: the same record is the same document.
        said.sort();
        texts.extend(
            said.iter()
                .map(|it| Text::new(layout.said(it.is_private), false, &it.text)),
        );
        let hidden = vec![
            layout.word(),
            organisation(value(spine::ORGANISATION).as_reference()),
            access(value(spine::ACCESS).as_integer()),
        ];
        let opened = value(spine::OPENED_AT)
            .as_instant()
            .or(value(spine::CREATED_AT).as_instant());
        let entry = Entry {
            record: self.record,
            tenant: self.tenant,
            record_type: &self.record_type.name,
            layout: layout.id,
            opened_at: opened.unwrap_or(Timestamp::from_micros(0)),
        };
        put(dialect, &entry, &Document::new(&texts, hidden))
    }
}
