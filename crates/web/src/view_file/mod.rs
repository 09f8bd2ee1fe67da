//! A list as a file: the columns that a page shows, and all rows of the view, in its order.
//!
//! CSV and JSON are written page by page while they are sent, so that no view is too long. What may not be
//! taken out is left out, as everywhere.

mod cells;
mod csv;
mod json;
mod xlsx;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused, Result};
use bytes::Bytes;
use dictionary::{Count, FieldDef, Page, Query, TypeDef};
use engine::read::VisiblePage;
use engine::{Ctx, Engine, Reading};
use futures::stream;
use tokio::sync::Semaphore;
use ui::message::Language;

use crate::{AppState, Failure, label};

/// Rows that are read at once.
const AT_ONCE: usize = 200;
/// Most rows of a workbook, which is made as a whole in memory before it is sent.
const MOST_IN_WORKBOOK: usize = 10_000;

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
}

impl Format {
    /// All of them, the most used first.
    pub(crate) const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    /// Its name in addresses, and the ending of the file.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
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
            Refused::BadRequest(message.with("expected", "csv, xlsx, json"))
        })
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }
}

/// The view, and who reads the file.
#[derive(Clone)]
pub(crate) struct ViewFile {
    pub(crate) ctx: Ctx,
    pub(crate) language: Language,
    pub(crate) of: Arc<TypeDef>,
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
        Format::Xlsx => Body::from(workbook(&engine, file, first).await?),
        Format::Csv | Format::Json => streamed(engine, file, first),
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
    format!("{}-{day}.{}", file.of.name, file.format.code())
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

async fn workbook(engine: &Arc<Engine>, mut file: ViewFile, first: VisiblePage) -> Result<Vec<u8>> {
    let _turn = AT_WORK
        .acquire()
        .await
        .map_err(|error| Error::failed("no workbook can be made", error))?;
    let mut pages = vec![first];
    let mut rows = 0;
    while let Some(last) = pages.last() {
        rows += last.rows.len();
        if rows > MOST_IN_WORKBOOK {
            let message = Message::new("export-too-many").with("most", MOST_IN_WORKBOOK);
            return Err(Refused::TooLarge(message).into());
        }
        let Some(next) = last.next.clone() else { break };
        file.query.page.after = Some(next);
        pages.push(page(engine, &file).await?);
    }
    let written = tokio::task::spawn_blocking(move || xlsx::write(&file, &pages));
    written
        .await
        .map_err(|error| Error::failed("a workbook was not made", error))?
}

/// The names of all fields that the actor may read on some record.
pub(crate) fn all_columns(ctx: &Ctx, of: &TypeDef) -> Vec<String> {
    let open = |field: &FieldDef| {
        ctx.actor.system
            || ctx
                .grants(&of.name, "read")
                .any(|it| it.grant.read_fields.has(field))
    };
    let fields = of.fields.iter().filter(|it| open(it));
    fields.map(|it| it.name.clone()).collect()
}

/// The headings of the columns, as lists show them.
fn headings(file: &ViewFile) -> Vec<String> {
    let names = file.query.columns.iter();
    names
        .map(|name| {
            let field = file.of.field(name);
            field.map_or_else(|| name.clone(), |it| label(&file.language, &it.label))
        })
        .collect()
}
