//! Exports: records out, page by page, in the form that an import reads back.
//!
//! Each page is a short read of its own, so writers never wait for an export: each row is consistent, the
//! file as a whole is not a snapshot. Only what the actor may read comes out. Columns are `id`, every
//! field by its name, and beside each reference `<field>.title` for people, which imports pass over.

use std::io::Write;
use std::sync::Arc;

use base::{Error, Message, Refused, Result, Stopwatch};
use dictionary::filter::{Scope, parse};
use dictionary::{FieldDef, Filter, Kind, Page, Query, TypeDef, Value};
use engine::read::{Titles, Visible, VisiblePage};
use engine::{Ctx, Engine};
use serde_json::{Map, Value as Json};

use crate::mapping::Format;

/// Records of one page.
const PAGE: usize = 200;

/// What to export.
#[derive(Clone, Debug)]
pub struct Export {
    /// Name of the type.
    pub record_type: String,
    /// Which records.
    pub filter: Filter,
    /// In which form.
    pub format: Format,
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Records.
    pub records: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Export {
    /// An export of the records that a filter text finds; blank text finds all.
    ///
    /// # Errors
    /// A refusal where there is no such type, or the filter does not fit it.
    pub fn new(ctx: &Ctx, record_type: &str, filter: &str, format: Format) -> Result<Self> {
        let dictionary = &ctx.snapshot.dictionary;
        let declared = dictionary.record_type(record_type).ok_or_else(|| {
            Refused::BadRequest(Message::new("mapping-unknown-type").with("type", record_type))
        })?;
        let filter = parse(filter, &Scope::new(dictionary, declared))
            .map_err(|error| Refused::BadRequest(error.message))?;
        Ok(Self {
            record_type: record_type.to_owned(),
            filter,
            format,
        })
    }

    /// Writes the records. Blocks; memory does not grow with their number.
    ///
    /// # Errors
    /// A refusal where the filter asks for what may not be read; a failure of the store or of writing.
    pub fn run(&self, engine: &Arc<Engine>, ctx: &Ctx, out: &mut dyn Write) -> Result<Exported> {
        let stopwatch = Stopwatch::start();
        let unknown = || Message::new("mapping-unknown-type").with("type", &self.record_type);
        let snapshot = Arc::clone(&ctx.snapshot);
        let declared = snapshot.dictionary.record_type(&self.record_type);
        let declared = declared.ok_or_else(|| Refused::BadRequest(unknown()))?;
        let columns = Column::all(declared);
        let mut sink = Sink::new(self.format, out, &columns)?;
        let mut exported = Exported::default();
        let mut after = None;
        loop {
            let page = self.page(engine, ctx, after)?;
            for row in &page.rows {
                sink.write(row, &page.titles, &columns)?;
                exported.records += 1;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        sink.finish()?;
        exported.milliseconds = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(exported)
    }

    fn page(&self, engine: &Arc<Engine>, ctx: &Ctx, after: Option<String>) -> Result<VisiblePage> {
        let query = Query {
            record_type: Some(self.record_type.clone()),
            filter: self.filter.clone(),
            page: Page {
                limit: Some(PAGE),
                after,
            },
            ..Query::default()
        };
        engine.read_blocking(ctx, move |reading| reading.list(&query))
    }
}

/// A column of the file.
struct Column<'t> {
    name: String,
    field: Option<&'t FieldDef>,
    /// What the referenced records are called, instead of their ids.
    is_title: bool,
}

impl<'t> Column<'t> {
    fn all(declared: &'t TypeDef) -> Vec<Self> {
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

    fn text(&self, row: &Visible, titles: &Titles) -> String {
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
    /// are read back alike.
    fn json(&self, row: &Visible, titles: &Titles) -> Json {
        let Some(field) = self.field else {
            return Json::from(row.id().to_string());
        };
        match row.value(&field.name) {
            Value::Null => Json::Null,
            _ if self.is_title => Json::from(self.text(row, titles)),
            value @ (Value::Integer(_)
            | Value::Boolean(_)
            | Value::Choices(_)
            | Value::References(_)) => value.to_json(),
            value => Json::from(value.to_text()),
        }
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

/// Number or title of what is referred to; records that may not be read have none.
fn called(value: &Value, titles: &Titles) -> String {
    let one = |id: &base::Uuid| {
        let title = titles.get(*id)?;
        Some(title.number.clone().unwrap_or_else(|| title.title.clone()))
    };
    match value {
        Value::Reference(id) => one(id).unwrap_or_default(),
        Value::References(ids) => ids.iter().filter_map(one).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

/// Where rows go.
enum Sink<'o> {
    Csv(Box<csv::Writer<&'o mut dyn Write>>),
    Jsonl(&'o mut dyn Write),
}

impl<'o> Sink<'o> {
    fn new(format: Format, out: &'o mut dyn Write, columns: &[Column<'_>]) -> Result<Self> {
        Ok(match format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer
                    .write_record(columns.iter().map(|it| &it.name))
                    .map_err(unwritable)?;
                Self::Csv(Box::new(writer))
            }
            Format::Jsonl => Self::Jsonl(out),
        })
    }

    fn write(&mut self, row: &Visible, titles: &Titles, columns: &[Column<'_>]) -> Result<()> {
        match self {
            Self::Csv(writer) => writer
                .write_record(columns.iter().map(|it| it.text(row, titles)))
                .map_err(unwritable),
            Self::Jsonl(out) => {
                let object: Map<String, Json> = columns
                    .iter()
                    .map(|it| (it.name.clone(), it.json(row, titles)))
                    .collect();
                writeln!(out, "{}", Json::Object(object)).map_err(unwritable)
            }
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush().map_err(unwritable),
            Self::Jsonl(out) => out.flush().map_err(unwritable),
        }
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::failed("the export could not be written", error)
}
