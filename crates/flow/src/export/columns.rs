//! The fields of a record as columns: `id`, every field by its name, and beside each reference
//! `<field>.title` for people, which imports pass over.

use std::io::Write;
use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, Value};
use engine::read::{Titles, Visible};
use engine::{Ctx, Engine};
use serde_json::Value as Json;

use super::{Export, PAGE, unwritable};

/// Writes a type as CSV with a header line.
pub(super) fn write(
    export: &Export,
    engine: &Arc<Engine>,
    ctx: &Ctx,
    record_type: &Arc<TypeDef>,
    out: &mut dyn Write,
) -> Result<u64> {
    let columns = Column::all(record_type);
    let mut writer = csv::Writer::from_writer(out);
    let header = columns.iter().map(|it| &it.name);
    writer.write_record(header).map_err(unwritable)?;
    let records = export.pages(
        engine,
        ctx,
        (record_type, PAGE),
        |_, _| Ok(()),
        |page, ()| {
            for row in &page.rows {
                let cells = columns.iter().map(|it| it.text(row, &page.titles));
                writer.write_record(cells).map_err(unwritable)?;
            }
            Ok(())
        },
    )?;
    writer.flush().map_err(unwritable)?;
    Ok(records)
}

/// A column of the file.
pub(super) struct Column<'t> {
    pub(super) name: String,
    field: Option<&'t FieldDef>,
    /// What the referenced records are called, instead of their ids.
    is_title: bool,
}

impl<'t> Column<'t> {
    pub(super) fn all(declared: &'t TypeDef) -> Vec<Self> {
        let mut columns = vec![Self {
            name: crate::plan::ID.to_owned(),
            field: None,
            is_title: false,
        }];
        for field in &declared.fields {
            columns.push(Self {
                name: field.name.clone(),
                field: Some(field),
                is_title: false,
            });
            if refers(field) {
                columns.push(Self {
                    name: title_column(&field.name),
                    field: Some(field),
                    is_title: true,
                });
            }
        }
        columns
    }

    /// The value itself; nothing for the id and for what others are called.
    pub(super) fn value<'r>(&self, row: &'r Visible) -> Option<&'r Value> {
        let field = self.field.filter(|_| !self.is_title)?;
        row.get(&field.name)
    }

    pub(super) fn text(&self, row: &Visible, titles: &Titles) -> String {
        let Some(field) = self.field else {
            return row.id().to_string();
        };
        let value = row.value(&field.name);
        if self.is_title {
            called(value, titles)
        } else {
            value.to_text()
        }
    }

    /// Numbers, truth values and lists keep their form in JSON; everything else is as in CSV, so that both
    /// are read back alike. A field that may not be read is left out, so that nobody takes it for empty.
    pub(super) fn json(&self, row: &Visible, titles: &Titles) -> Option<Json> {
        let Some(field) = self.field else {
            return Some(Json::from(row.id().to_string()));
        };
        Some(match row.get(&field.name)? {
            Value::Null => Json::Null,
            value if self.is_title => Json::from(called(value, titles)),
            value @ (Value::Integer(_)
            | Value::Boolean(_)
            | Value::Choices(_)
            | Value::References(_)) => value.to_json(),
            value => Json::from(value.to_text()),
        })
    }
}

/// Name of the column with titles beside a reference.
pub(crate) fn title_column(field: &str) -> String {
    format!("{field}.title")
}

/// Whether a field leads to other records.
pub(crate) const fn refers(field: &FieldDef) -> bool {
    matches!(field.kind, Kind::Reference { .. } | Kind::References { .. })
}

/// Number or title of a record; one that may not be read has none.
pub(super) fn title_of(id: Uuid, titles: &Titles) -> Option<String> {
    let title = titles.get(id)?;
    Some(title.number.clone().unwrap_or_else(|| title.title.clone()))
}

fn called(value: &Value, titles: &Titles) -> String {
    let ids = match value {
        Value::Reference(id) => std::slice::from_ref(id),
        Value::References(ids) => ids.as_slice(),
        _ => &[],
    };
    let titles: Vec<String> = ids.iter().filter_map(|it| title_of(*it, titles)).collect();
    titles.join(", ")
}
