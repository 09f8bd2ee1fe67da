//! A list as a file: the columns that a page shows, and all rows of the view, in its order.
//!
//! CSV and JSON are written page by page while they are sent, so that no view is too long; a workbook gathers its
//! rows on disk, and is packed while it is sent. What may not be
//! taken out is left out, as everywhere.

mod cells;
mod csv;
mod json;
mod xlsx;

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused, Result};
use bytes::Bytes;
use dictionary::filter::{Scope, TYPE};
use dictionary::{Count, FieldDef, Page, Query, TypeDef};
use engine::read::VisiblePage;
use engine::{Ctx, Engine, Reading};
use futures::stream::{self, Stream};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use ui::message::Language;
use ui::text;

use crate::{AppState, Failure, label};

/// The right to take records out.
const EXPORT: &str = "export";
/// What a list across types is called.
const ACROSS: &str = "records";

/// Rows that are read at once.
const AT_ONCE: usize = 200;
/// Most records of a workbook. Source: Excel specifications and limits, rows of a sheet, without the headings.
pub(crate) const MOST_IN_WORKBOOK: usize = 1_048_575;
/// Bytes of a workbook that are sent at once, and how many such parts may wait for who reads.
const PART: usize = 64 * 1024;
const PARTS: usize = 4;
/// How long whoever reads a workbook may take for one part of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Workbooks that are made at the same time; who asks for another one waits.
static AT_WORK: Semaphore = Semaphore::const_new(2);

/// What the file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma-separated values, for every spreadsheet and script.
    Csv,
    /// A workbook with numbers and dates as such.
    Xlsx,
    /// One JSON document, its records as the API writes them.
    Json,
    /// The same, one record on each line, for whoever reads them one by one.
    JsonLines,
}

impl Format {
    /// All of them, the most used first.
    pub(crate) const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Json, Self::JsonLines];

    /// Its name in addresses, and the ending of the file.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }

    /// The format of that code.
    ///
    /// # Errors
    /// [`Refused::BadRequest`] that names those there are.
    pub(crate) fn from_code(code: Option<&str>) -> Result<Self, Refused> {
        let code = code.unwrap_or("csv");
        let found = Self::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| {
            let message = Message::new("parameter-wrong")
                .with("name", "format")
                .with("given", code);
            Refused::BadRequest(message.with("expected", "csv, xlsx, json, jsonl"))
        })
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// The view, and who reads the file.
#[derive(Clone)]
pub(crate) struct ViewFile {
    pub(crate) ctx: Ctx,
    pub(crate) language: Language,
    /// The type; nothing where records of all types are listed.
    pub(crate) of: Option<Arc<TypeDef>>,
    /// Filter, order and columns; where its pages begin is not asked.
    pub(crate) query: Query,
    pub(crate) format: Format,
}

/// Answers with the file.
///
/// # Errors
/// [`Refused::Forbidden`] without the right to take records out; refusals of the query;
/// [`Refused::TooLarge`] for more rows than a workbook takes.
pub(crate) async fn answer(state: &AppState, file: ViewFile) -> Result<Response, Failure> {
    let engine = Arc::clone(state.engine());
    if file.of.is_none() && !may_take_out(&file.ctx, None) {
        let message = Message::new("forbidden-action").with("action", EXPORT);
        return Err(Refused::Forbidden(message.with("type", ACROSS)).into());
    }
    let query = Query {
        count: Count::No,
        page: Page {
            limit: Some(AT_ONCE),
            after: None,
        },
        ..file.query.clone()
    };
    let file = ViewFile { query, ..file };
    // The first page is read before anything is sent: what is refused is refused in words.
    let first = page(&engine, &file).await?;
    let (format, name) = (file.format, name(&file));
    let body = match format {
        Format::Xlsx => workbook(engine, file, first).await?,
        Format::Csv | Format::Json | Format::JsonLines => streamed(engine, file, first),
    };
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .map_err(|error| Error::failed("a file cannot be named", error))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (header::CONTENT_DISPOSITION, named),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}

/// `incident-2026-11-21.csv`
fn name(file: &ViewFile) -> String {
    let day = file
        .ctx
        .now
        .to_jiff()
        .to_zoned(file.ctx.zone.clone())
        .date();
    let of = file.of.as_ref().map_or(ACROSS, |it| it.name.as_str());
    format!("{of}-{day}.{}", file.format.code())
}

async fn page(engine: &Arc<Engine>, file: &ViewFile) -> Result<VisiblePage> {
    let query = file.query.clone();
    let read = move |reading: &mut Reading<'_, '_>| reading.export_page(&query);
    engine.read(&file.ctx, read).await
}

/// The rest of a file that is being sent.
struct Rest {
    engine: Arc<Engine>,
    file: ViewFile,
    page: Option<VisiblePage>,
    is_first: bool,
}

fn streamed(engine: Arc<Engine>, file: ViewFile, first: VisiblePage) -> Body {
    let rest = Rest {
        engine,
        file,
        page: Some(first),
        is_first: true,
    };
    Body::from_stream(stream::try_unfold(rest, |mut rest| async move {
        let Some(current) = rest.page.take() else {
            return Ok::<_, Error>(None);
        };
        let part = match rest.file.format {
            Format::Json => json::part(&rest.file, &current, rest.is_first)?,
            Format::JsonLines => json::lines(&rest.file, &current)?,
            _ => csv::part(&rest.file, &current, rest.is_first)?,
        };
        rest.is_first = false;
        if let Some(next) = current.next {
            rest.file.query.page.after = Some(next);
            rest.page = Some(page(&rest.engine, &rest.file).await?);
        }
        Ok(Some((Bytes::from(part), rest)))
    }))
}

/// A workbook is sent while it is packed, after all its rows were read.
async fn workbook(engine: Arc<Engine>, file: ViewFile, first: VisiblePage) -> Result<Body> {
    if first.next.is_some() {
        let (query, ctx) = (file.query.clone(), file.ctx.clone());
        let count = move |reading: &mut Reading<'_, '_>| reading.count(&query);
        let count = usize::try_from(engine.read_long(&ctx, count).await?);
        if count.is_ok_and(|it| it > MOST_IN_WORKBOOK) {
            let message = Message::new("export-too-many").with("most", MOST_IN_WORKBOOK);
            return Err(Refused::TooLarge(message).into());
        }
    }
    let parts = handed_out(PATIENCE, move |parts| {
        let pages = Pages {
            engine,
            file: file.clone(),
            next: Some(Ok(first)),
            reader: parts.send.clone(),
        };
        xlsx::write(&file, pages, BufWriter::with_capacity(PART, parts))
    });
    Ok(Body::from_stream(parts))
}

/// What a thread writes that has one of the places, as it is read. Whoever stops reading for so long loses the place.
fn handed_out(
    patience: Duration,
    write: impl FnOnce(Parts) -> Result<()> + Send + 'static,
) -> impl Stream<Item = Result<Bytes>> + Send {
    let (send, receive) = mpsc::channel(PARTS);
    tokio::spawn(async move {
        let Ok(turn) = AT_WORK.acquire().await else {
            return;
        };
        let failed = send.clone();
        let work = move || write(Parts { send, patience });
        let written = tokio::task::spawn_blocking(work).await;
        drop(turn);
        let written =
            written.unwrap_or_else(|error| Err(Error::failed("a workbook was not made", error)));
        if let Err(error) = written {
            // Who reads sees that the file is not whole; where nobody reads any more, nobody is told.
            drop(failed.send(Err(error)).await);
        }
    });
    stream::unfold(receive, |mut receive| async move {
        receive.recv().await.map(|part| (part, receive))
    })
}

/// The pages of a file, one after the other, for a thread that may wait.
struct Pages {
    engine: Arc<Engine>,
    file: ViewFile,
    next: Option<Result<VisiblePage>>,
    reader: mpsc::Sender<Result<Bytes>>,
}

impl Iterator for Pages {
    type Item = Result<VisiblePage>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = self.next.take()?;
        if self.reader.is_closed() {
            return Some(Err(Error::failed("nobody reads the workbook", "gone")));
        }
        let after = page.as_ref().ok().and_then(|it| it.next.clone());
        if let Some(after) = after {
            self.file.query.page.after = Some(after);
            let query = self.file.query.clone();
            let read = move |reading: &mut Reading<'_, '_>| reading.export_page(&query);
            self.next = Some(self.engine.read_blocking(&self.file.ctx, read));
        }
        Some(page)
    }
}

/// Hands what is written on to whoever reads.
struct Parts {
    send: mpsc::Sender<Result<Bytes>>,
    patience: Duration,
}

impl Write for Parts {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        let gone = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let part_of = Ok(Bytes::copy_from_slice(part));
        let send = self.send.send_timeout(part_of, self.patience);
        // Whoever stops reading must not keep the place from others.
        Handle::current().block_on(send).map_err(|_| gone())?;
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether the actor may take records of a type out, or of some type where none is named.
pub(crate) fn may_take_out(ctx: &Ctx, of: Option<&TypeDef>) -> bool {
    match of {
        Some(of) => ctx.may_somewhere(&of.name, EXPORT),
        None => {
            let mut types = ctx.snapshot.dictionary.types();
            types.any(|it| ctx.may_somewhere(&it.name, EXPORT))
        }
    }
}

/// Whether the actor may read the field on some record of the type, or of any type where none is named.
pub(crate) fn is_open(ctx: &Ctx, of: Option<&TypeDef>, field: &FieldDef) -> bool {
    let opens = |of: &TypeDef, field: &FieldDef| {
        let mut grants = ctx.grants(&of.name, "read");
        ctx.actor.system || grants.any(|it| it.grant.read_fields.has(field))
    };
    match of {
        Some(of) => opens(of, field),
        None if field.name == TYPE => true,
        None => {
            let mut types = ctx.snapshot.dictionary.types();
            types.any(|of| of.field(&field.name).is_some_and(|it| opens(of, it)))
        }
    }
}

/// The names of all fields that the actor may read on some record.
pub(crate) fn all_columns(ctx: &Ctx, of: Option<&TypeDef>) -> Vec<String> {
    let fields = of.unwrap_or_else(|| Scope::spine_type()).fields.iter();
    let open = fields.filter(|it| is_open(ctx, of, it));
    open.map(|it| it.name.clone()).collect()
}

/// What the records of the list are called.
fn title(file: &ViewFile) -> String {
    match &file.of {
        Some(of) => label(&file.language, &of.plural),
        None => text!(&file.language, "list-everything"),
    }
}

/// The headings of the columns, as lists show them.
fn headings(file: &ViewFile) -> Vec<String> {
    let fields: &TypeDef = file.of.as_deref().unwrap_or_else(|| Scope::spine_type());
    let heading = |name: &String| match fields.field(name) {
        Some(field) if file.of.is_none() && field.name == TYPE => {
            text!(&file.language, "list-type")
        }
        Some(field) => label(&file.language, &field.label),
        None => name.clone(),
    };
    file.query.columns.iter().map(heading).collect()
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    /// Writes until nobody takes it any more.
    fn endless(mut parts: Parts) -> Result<()> {
        loop {
            parts
                .write_all(&[0; 16])
                .map_err(|error| Error::failed("gone", error))?;
        }
    }

    #[test]
    fn who_stops_reading_gives_the_place_back() -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        runtime.block_on(async {
            let short = Duration::from_millis(20);
            // Both places are taken by readers who take nothing and stay.
            let stopped = [handed_out(short, endless), handed_out(short, endless)];
            let other = handed_out(PATIENCE, |mut parts| {
                parts
                    .write_all(b"whole")
                    .map_err(|error| Error::failed("gone", error))
            });
            let read = other.filter_map(|it| async { it.ok() }).collect();
            let read = tokio::time::timeout(Duration::from_secs(20), read).await;
            assert_eq!(read, Ok(vec![Bytes::from_static(b"whole")]));
            drop(stopped);
        });
        Ok(())
    }
}
