//! Lists: filter, order, fields and page of one type, or of all types at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused};
use dictionary::filter::{Scope, from_json, parse};
use dictionary::{Count, Direction, Filter, Page, Query, Sort, TypeDef};
use engine::Ctx;
use serde::Serialize;
use serde_json::Value as Json;

use super::caller::Caller;
use super::change::record_type;
use super::render::{Shape, Shown};
use crate::view_file::{self, Format, ViewFile};
use crate::{AppState, Failure, FormData};

const PARAMETERS: [&str; 8] = [
    "filter",
    "filter_json",
    "sort",
    "fields",
    "limit",
    "after",
    "count",
    "labels",
];
/// Most rows of a page.
const MOST_ROWS: usize = 200;

/// `GET /{type}`
pub(super) async fn of_type(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    parameters: FormData,
) -> Result<Response, Failure> {
    record_type(&caller.ctx, &name)?;
    page(&state, &caller, Some(name), &parameters).await
}

/// `GET /records`
pub(super) async fn across_types(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<Response, Failure> {
    page(&state, &caller, None, &parameters).await
}

/// `GET /{type}/export`: all records of a view as a file.
pub(super) async fn export(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    parameters: FormData,
) -> Result<Response, Failure> {
    let of = record_type(&caller.ctx, &name)?;
    file(&state, &caller, Some(of), &parameters).await
}

/// `GET /records/export`: the same of a list across types.
pub(super) async fn export_across(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<Response, Failure> {
    file(&state, &caller, None, &parameters).await
}

async fn file(
    state: &AppState,
    caller: &Caller,
    of: Option<Arc<TypeDef>>,
    parameters: &FormData,
) -> Result<Response, Failure> {
    parameters.only(&["filter", "filter_json", "sort", "fields", "format"])?;
    let format = Format::from_code(parameters.get("format"))?;
    let name = of.as_ref().map(|it| it.name.clone());
    let mut query = query(&caller.ctx, name, parameters)?;
    if query.columns.is_empty() {
        query.columns = view_file::all_columns(&caller.ctx, of.as_deref());
    }
    let file = ViewFile {
        ctx: caller.ctx.clone(),
        language: caller.language.clone(),
        of,
        query,
        format,
    };
    view_file::answer(state, file).await
}

async fn page(
    state: &AppState,
    caller: &Caller,
    of: Option<String>,
    parameters: &FormData,
) -> Result<Response, Failure> {
    parameters.only(&PARAMETERS)?;
    let query = query(&caller.ctx, of, parameters)?;
    let counts = query.count != Count::No;
    let fields: BTreeSet<String> = query.columns.iter().cloned().collect();
    let page = state.engine().list(&caller.ctx, query).await?;
    let shape = Shape {
        fields: Some(&fields).filter(|it| !it.is_empty()),
        labels: wants(parameters, "labels")?.then_some(&caller.language),
    };
    let shown = page.rows.iter().map(|record| Shown {
        record,
        titles: &page.titles,
        shape: &shape,
    });
    let answer = Answer {
        records: shown.collect(),
        next: page.next.as_deref(),
        count: counts.then_some(page.count),
    };
    Ok(JsonBody(answer).into_response())
}

/// One page.
#[derive(Serialize)]
struct Answer<'a> {
    records: Vec<Shown<'a>>,
    next: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<Option<i64>>,
}

/// The question that the parameters ask.
fn query(ctx: &Ctx, of: Option<String>, parameters: &FormData) -> Result<Query, Failure> {
    Ok(Query {
        filter: filter(ctx, of.as_deref(), parameters)?,
        record_type: of,
        sort: parameters.get("sort").map(sort).unwrap_or_default(),
        columns: names(parameters.get("fields")),
        page: page_asked(parameters)?,
        count: match parameters.get("count") {
            None | Some("none") => Count::No,
            Some("exact") => Count::Exact,
            Some(other) => return Err(wrong("count", other, "exact, none").into()),
        },
    })
}

/// The page that the parameters `limit` and `after` ask for.
pub(super) fn page_asked(parameters: &FormData) -> Result<Page, Refused> {
    let after = parameters.get("after").filter(|it| !it.is_empty());
    Ok(Page {
        limit: limit(parameters.get("limit"))?,
        after: after.map(str::to_owned),
    })
}

/// The filter of the parameters, as text or as JSON; both must hold where both are given.
pub(super) fn filter(
    ctx: &Ctx,
    of: Option<&str>,
    parameters: &FormData,
) -> Result<Filter, Failure> {
    let dictionary = &ctx.snapshot.dictionary;
    let scope = match of {
        Some(name) => {
            let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", name));
            Scope::new(
                dictionary,
                dictionary.record_type(name).ok_or_else(unknown)?,
            )
        }
        None => Scope::spine(dictionary),
    };
    let mut filter = match parameters.get("filter") {
        Some(text) => parse(text, &scope).map_err(Refused::from)?,
        None => Filter::default(),
    };
    if let Some(text) = parameters.get("filter_json") {
        let json: Json = serde_json::from_str(text).map_err(|error| {
            let message = Message::new("parameter-no-json").with("name", "filter_json");
            Refused::BadRequest(message.with("error", error))
        })?;
        filter = filter.and(from_json(&json, &scope).map_err(Refused::from)?);
    }
    Ok(filter)
}

/// Reads `-opened_at,priority`.
fn sort(text: &str) -> Vec<Sort> {
    let keys = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    keys.map(|key| match key.strip_prefix('-') {
        Some(field) => Sort {
            field: field.to_owned(),
            direction: Direction::Descending,
        },
        None => Sort {
            field: key.to_owned(),
            direction: Direction::Ascending,
        },
    })
    .collect()
}

/// Reads `number,title`.
pub(super) fn names(text: Option<&str>) -> Vec<String> {
    let names = text.into_iter().flat_map(|it| it.split(','));
    names
        .map(str::trim)
        .filter(|it| !it.is_empty() && *it != "id")
        .map(str::to_owned)
        .collect()
}

pub(super) fn limit(text: Option<&str>) -> Result<Option<usize>, Refused> {
    let Some(text) = text else { return Ok(None) };
    let number = text.parse().ok().filter(|it| (1..=MOST_ROWS).contains(it));
    number
        .map(Some)
        .ok_or_else(|| wrong("limit", text, "1 … 200"))
}

/// Reads `true` or `false`.
pub(super) fn wants(parameters: &FormData, name: &'static str) -> Result<bool, Refused> {
    match parameters.get(name) {
        None | Some("false") => Ok(false),
        Some("true" | "") => Ok(true),
        Some(other) => Err(wrong(name, other, "true, false")),
    }
}

pub(super) fn wrong(name: &'static str, given: &str, expected: &str) -> Refused {
    let message = Message::new("parameter-wrong")
        .with("name", name)
        .with("given", given);
    Refused::BadRequest(message.with("expected", expected))
}
