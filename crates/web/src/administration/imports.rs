//! Imports of files: what stands in a file, and what its columns may become.

use base::{Message, Refused, Result, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, WrittenBy, spine};
use engine::system::attachment::BlobRef;
use engine::system::import_run::{self, ImportRun};
use engine::system::upload;
use engine::{Ctx, Reading, Unit};
use flow::import::Order;
use flow::mapping::FileForm;
use flow::source::Source;
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;
use ui::label;
use ui::message::Language;

use crate::AppState;
use crate::administration::people::text_of;

pub(crate) use flow::import::AREA;

/// What others call the title of a record.
const TITLES: [&str; 5] = [
    "name",
    "subject",
    "summary",
    "shortdescription",
    "displayname",
];
/// Rows of a file that are shown before it is imported.
const SHOWN_ROWS: usize = 5;
/// Most columns that a page maps.
const MOST_COLUMNS: usize = 200;

/// How many files are looked into at a time: each is held in memory.
static READING: Semaphore = Semaphore::const_new(2);

/// Where the file of an import comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whence {
    /// A file that was sent ahead.
    Upload(Uuid),
    /// The file of another import.
    Import(Uuid),
}

/// What stands in a file.
pub(crate) struct Content {
    /// The file.
    pub(crate) file: BlobRef,
    /// The mapping of the import that it comes from.
    pub(crate) mapping: Option<String>,
    /// How it is read, as a mapping says it.
    pub(crate) form: Json,
    /// Its columns.
    pub(crate) columns: Columns,
}

/// Columns of a file, each with what the first rows say there.
pub(crate) type Columns = Vec<(String, Vec<String>)>;

/// How somebody wants a file to be read, where it cannot be told from the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadAs {
    /// Name of the sheet of a workbook.
    pub(crate) sheet: Option<String>,
}

/// What becomes of names of records that are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The row is rejected.
    #[default]
    Reject,
    /// The field stays empty.
    Empty,
    /// The record is made, with its title.
    Create,
}

impl Missing {
    pub(crate) const ALL: [Self; 3] = [Self::Reject, Self::Empty, Self::Create];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Empty => "empty",
            Self::Create => "create",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What the columns of a file become, as somebody chose it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// Field by column; columns that are not here are left out.
    pub(crate) fields: Vec<(String, String)>,
    /// The column that tells one record from another.
    pub(crate) key: String,
    /// Name under which the keys are remembered.
    pub(crate) source: String,
    /// What becomes of names of records that are not there.
    pub(crate) missing: Missing,
}

/// The file that is meant, and the mapping of the import that it comes from.
pub(crate) fn file_of(
    reading: &mut Reading<'_, '_>,
    whence: Whence,
) -> Result<(BlobRef, Option<String>)> {
    reading.ctx.require_area(AREA)?;
    match whence {
        Whence::Upload(id) => {
            let whose = (reading.ctx.tenant, reading.ctx.actor.person);
            Ok((upload::look(reading.tx, whose, id, reading.ctx.now)?, None))
        }
        Whence::Import(id) => {
            let run = flow::import::find(reading, id)?;
            let file = BlobRef {
                id: run.id,
                name: run.name,
                media_type: String::new(),
                bytes: run.bytes,
                sha256: run.sha256,
            };
            Ok((file, Some(run.mapping)))
        }
    }
}

/// Orders an import of that file. A file that was sent ahead is used by it.
pub(crate) fn order(
    unit: &mut Unit<'_, '_>,
    whence: Whence,
    mapping: Option<String>,
    (dry_run, token): (bool, Option<Uuid>),
) -> Result<ImportRun> {
    let (file, known) = file_of(&mut unit.reading(), whence)?;
    if let Whence::Upload(id) = whence {
        let whose = (unit.ctx.tenant, unit.ctx.actor.person);
        upload::claim(unit.tx, whose, &[id], unit.ctx.now)?;
    }
    let none = || Refused::field("mapping", Message::new("refused-required"));
    let mapping = mapping.or(known).ok_or_else(none)?;
    flow::import::begin(unit, &Order::of(file, mapping, dry_run, token))
}

/// Reads the first rows of a file.
pub(crate) async fn content(
    state: &AppState,
    ctx: &Ctx,
    whence: Whence,
    read_as: ReadAs,
) -> Result<Content> {
    let find = move |reading: &mut Reading<'_, '_>| file_of(reading, whence);
    let (file, mapping) = state.engine().read(ctx, find).await?;
    let gone = || Refused::NotFound(Message::new("import-file-gone"));
    let blobs = state.blobs().ok_or_else(gone)?;
    let busy = |_| Refused::Busy(Message::new("busy-try-again"));
    // What is read goes on where nobody waits any more.
    let place = READING.acquire().await.map_err(busy)?;
    let bytes = blobs.bytes(ctx.tenant, &file.sha256).await?;
    let bytes = bytes.ok_or_else(gone)?;
    let name = file.name.clone();
    let sheet = read_as
        .sheet
        .or_else(|| mapping.as_deref().and_then(sheet_of));
    let work = move || {
        let read = columns(&name, bytes, &ReadAs { sheet });
        drop(place);
        read
    };
    let (form, columns) = match tokio::task::spawn_blocking(work).await {
        Ok(read) => read?,
        Err(error) => return Err(base::Error::failed("reading a file panicked", error)),
    };
    Ok(Content {
        file,
        mapping,
        form,
        columns,
    })
}

/// The columns of a file with what the first rows say there, and how it is read.
fn columns(name: &str, bytes: Vec<u8>, read_as: &ReadAs) -> Result<(Json, Columns)> {
    let form = form_of(name, &bytes, read_as);
    let file: FileForm = serde_json::from_value(form.clone())
        .map_err(|error| base::Error::failed("a form of files cannot be read", error))?;
    let source = Source::of_bytes(name, bytes);
    let mut rows = source.rows(&file, &[], 0)?;
    for _ in 0..SHOWN_ROWS {
        if rows.next_row()?.is_none() {
            break;
        }
    }
    let mut names = rows.other_columns();
    drop(rows);
    names.truncate(MOST_COLUMNS);
    let mut columns: Columns = names.iter().map(|it| (it.clone(), Vec::new())).collect();
    let mut rows = source.rows(&file, &names, 0)?;
    for _ in 0..SHOWN_ROWS {
        match rows.next_row()? {
            None => break,
            Some(Err(_)) => {}
            Some(Ok(row)) => {
                for (column, cell) in columns.iter_mut().zip(row.cells) {
                    column.1.extend(cell.filter(|it| !it.trim().is_empty()));
                }
            }
        }
    }
    Ok((form, columns))
}

/// How a file is read: what parts its cells, and how its letters are written.
fn form_of(name: &str, bytes: &[u8], read_as: &ReadAs) -> Json {
    let mut form = serde_json::Map::new();
    if let Some(sheet) = read_as.sheet.as_ref().filter(|it| !it.is_empty()) {
        form.insert("sheet".to_owned(), json!(sheet));
    }
    let lower = name.to_lowercase();
    let is_csv = [".csv", ".tsv", ".txt"]
        .iter()
        .any(|it| lower.ends_with(it));
    if !is_csv {
        return Json::Object(form);
    }
    if let Ok((text, encoding)) = text_of(bytes) {
        if let Some(encoding) = encoding {
            form.insert("encoding".to_owned(), json!(encoding));
        }
        let head = text.lines().next().unwrap_or_default();
        let count = |it: char| head.matches(it).count();
        let best = [',', ';', '\t', '|']
            .into_iter()
            .rev()
            .max_by_key(|it| count(*it));
        if let Some(best) = best.filter(|it| *it != ',' && count(*it) > 0) {
            form.insert("delimiter".to_owned(), json!(best));
        }
    }
    Json::Object(form)
}

/// Fields of a type that a column may fill, with their names for people.
pub(crate) fn fillable<'a>(
    ctx: &Ctx,
    language: &Language,
    of: &'a TypeDef,
) -> Vec<(&'a FieldDef, String)> {
    let fields = of.fields.iter().filter(|it| may_fill(ctx, of, it));
    fields
        .map(|it| (it, label::label(language, &it.label)))
        .collect()
}

fn may_fill(ctx: &Ctx, of: &TypeDef, field: &FieldDef) -> bool {
    if field.name == spine::NUMBER {
        return of.number.is_some();
    }
    let may = |action: &str| {
        let mut grants = ctx.grants(&of.name, action);
        grants.any(|it| it.grant.write_fields.has(field))
    };
    let by_hand = !matches!(field.written_by, WrittenBy::Rules | WrittenBy::Transition);
    by_hand && (may("create") || may("update"))
}

/// Which field each column likely is, by its name.
pub(crate) fn guess(ctx: &Ctx, language: &Language, of: &TypeDef, content: &Content) -> Chosen {
    let fillable = fillable(ctx, language, of);
    let mut chosen = Chosen {
        source: source_of(&content.file.name),
        ..Chosen::default()
    };
    for (column, _) in &content.columns {
        let wanted = plain(column);
        let english = Language::default();
        let fits = |(field, words): &&(&FieldDef, String)| {
            plain(&field.name) == wanted
                || (field.name == spine::TITLE && TITLES.contains(&wanted.as_str()))
                || plain(words) == wanted
                || plain(&label::label(&english, &field.label)) == wanted
        };
        let taken = |name: &str| chosen.fields.iter().any(|it| it.1 == name);
        let found = fillable.iter().find(fits).filter(|it| !taken(&it.0.name));
        if let Some((field, _)) = found {
            chosen.fields.push((column.clone(), field.name.clone()));
        }
    }
    let telling = [
        spine::NUMBER,
        "email",
        "serial_number",
        "name",
        spine::TITLE,
    ];
    let by_field = telling.iter().find_map(|field| {
        let found = chosen.fields.iter().find(|it| it.1 == *field);
        found.map(|it| it.0.clone())
    });
    let named = |it: &&(String, Vec<String>)| {
        matches!(
            plain(&it.0).as_str(),
            "id" | "key" | "uuid" | "externalid" | "sysid"
        )
    };
    let by_name = content.columns.iter().find(named);
    chosen.key = by_name
        .map(|it| it.0.clone())
        .or(by_field)
        .or_else(|| content.columns.first().map(|it| it.0.clone()))
        .unwrap_or_default();
    chosen
}

/// The sheet that a mapping reads.
fn sheet_of(mapping: &str) -> Option<String> {
    let mapping = flow::Mapping::parse(mapping).ok()?;
    mapping.file.sheet
}

/// What was chosen before, where the mapping says that and nothing else; one that was written by hand says more.
pub(crate) fn chosen_before(
    ctx: &Ctx,
    language: &Language,
    of: &TypeDef,
    content: &Content,
) -> Option<Chosen> {
    let known: Json = serde_json::from_str(content.mapping.as_deref()?).ok()?;
    let chosen = chosen_by(&known)?;
    (mapping(ctx, language, of, content, &chosen) == known).then_some(chosen)
}

fn chosen_by(mapping: &Json) -> Option<Chosen> {
    let fields = mapping.get("field")?.as_array()?.iter().filter_map(|it| {
        let column = it.get("column")?.as_str()?;
        Some((column.to_owned(), it.get("field")?.as_str()?.to_owned()))
    });
    let lookups = mapping.get("field")?.as_array()?.iter();
    let missing = lookups
        .filter_map(|it| it.get("lookup")?.get("otherwise")?.as_str())
        .find_map(Missing::of_code);
    Some(Chosen {
        fields: fields.collect(),
        key: mapping.get("key")?.as_str()?.to_owned(),
        source: mapping.get("source")?.as_str()?.to_owned(),
        missing: missing.unwrap_or_default(),
    })
}

/// The type that a mapping fills.
pub(crate) fn type_of(mapping: &str) -> Option<String> {
    let mapping = flow::Mapping::parse(mapping).ok()?;
    Some(mapping.record_type)
}

/// The mapping that says what was chosen.
pub(crate) fn mapping(
    ctx: &Ctx,
    language: &Language,
    of: &TypeDef,
    content: &Content,
    chosen: &Chosen,
) -> Json {
    let of_column = |column: &str| chosen.fields.iter().find(|it| it.0 == column);
    let left: Vec<&str> = content
        .columns
        .iter()
        .map(|it| it.0.as_str())
        .filter(|it| of_column(it).is_none() && *it != chosen.key)
        .collect();
    let fields = chosen.fields.iter().filter_map(|(column, name)| {
        let field = of.field(name)?;
        let samples = content.columns.iter().find(|it| it.0 == *column);
        let samples = samples.map_or(&[][..], |it| it.1.as_slice());
        Some(filling(language, field, column, samples, chosen.missing))
    });
    let fields: Vec<Json> = fields.collect();
    json!({
        "source": chosen.source,
        "record_type": of.name,
        "key": chosen.key,
        "zone": ctx.zone.iana_name().unwrap_or("UTC"),
        "instant_formats": ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"],
        "date_formats": ["%d.%m.%Y"],
        "ignore": left,
        "file": content.form,
        "field": fields,
    })
}

/// How one column fills a field.
fn filling(
    language: &Language,
    field: &FieldDef,
    column: &str,
    samples: &[String],
    missing: Missing,
) -> Json {
    let mut filling = json!({ "field": field.name, "column": column, "on_missing": "keep" });
    if !field.choices.is_empty() {
        // A file of ours has codes, that of others mostly names; where both are told, a code is meant.
        let choices = || field.choices.iter();
        let names = choices().map(|it| (label::label(language, &it.label), json!(it.code)));
        let codes = choices().map(|it| (it.code.clone(), json!(it.code)));
        let words = names.chain(codes).filter(|it| !it.0.is_empty());
        let words: serde_json::Map<String, Json> = words.collect();
        filling["values"] = Json::Object(words);
        filling["unknown"] = json!("reject");
    }
    if let Kind::Reference { .. } | Kind::References { .. } = &field.kind {
        let by = if samples.iter().any(|it| it.contains('@')) {
            "email"
        } else {
            spine::TITLE
        };
        let mut lookup = json!({ "by": by, "otherwise": missing.code() });
        if missing == Missing::Create {
            lookup["create"] = json!({ by: format!("{{{column}}}") });
            if by != spine::TITLE {
                lookup["create"][spine::TITLE] = json!(format!("{{{column}}}"));
            }
        }
        filling["lookup"] = lookup;
    }
    filling
}

/// A name for what a file's keys are remembered under: that of the file, without what changes from day to day.
fn source_of(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let letters = stem.chars().map(|it| match it {
        it if it.is_alphabetic() => it,
        _ => ' ',
    });
    let words: String = letters.collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    match words.is_empty() {
        true => "file".to_owned(),
        false => words.join("-"),
    }
}

/// A name as it is compared: letters and digits alone, small.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The newest imports, after the one that was seen last.
pub(crate) fn newest(
    reading: &mut Reading<'_, '_>,
    after: Option<(base::Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportRun>> {
    reading.ctx.require_area(AREA)?;
    import_run::list(reading.tx, reading.ctx.tenant, after, limit)
}
