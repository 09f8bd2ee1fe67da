//! Imports of files: where they come from, and what stands in them.

use base::{Message, Refused, Result, Uuid};
use engine::system::attachment::BlobRef;
use engine::system::import_run::{self, ImportRun};
use engine::system::upload;
use engine::{Ctx, Reading, Unit};
use flow::import::Order;
use flow::mapping::FileForm;
use flow::source::Source;
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;

use super::import_mapping::sheet_of;
use crate::AppState;
use crate::administration::people::text_of;

pub(crate) use flow::import::AREA;

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

/// The newest imports, after the one that was seen last.
pub(crate) fn newest(
    reading: &mut Reading<'_, '_>,
    after: Option<(base::Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportRun>> {
    reading.ctx.require_area(AREA)?;
    import_run::list(reading.tx, reading.ctx.tenant, after, limit)
}
