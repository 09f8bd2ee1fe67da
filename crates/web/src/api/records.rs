//! One record: read, create, change, delete, restore.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused};
use engine::read::Visible;
use engine::{Action, Change, Reading};

use super::asked::{About, Asked};
use super::caller::Caller;
use super::list::{names, wants};
use super::render::{Shape, Shown, etag};
use crate::{AppState, Failure, FormData};

const GET_PARAMETERS: [&str; 2] = ["fields", "labels"];

/// `GET /{type}/{id}`
pub(super) async fn get(about: About) -> Result<Response, Failure> {
    let named = (Some(about.name()), about.part("id").to_owned());
    let (state, caller) = (&about.state, &about.caller);
    read_one(state, caller, named, &about.parameters, &about.headers).await
}

/// `GET /records/{id}`
pub(super) async fn get_any(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    read_one(&state, &caller, (None, key), &parameters, &headers).await
}

async fn read_one(
    state: &AppState,
    caller: &Caller,
    (of, key): (Option<String>, String),
    parameters: &FormData,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    parameters.only(&GET_PARAMETERS)?;
    let read = move |reading: &mut Reading<'_, '_>| reading.record(of.as_deref(), &key);
    let (visible, titles) = state.engine().read(&caller.ctx, read).await?;
    let tag = visible.version().map(etag);
    if tag.as_ref().is_some_and(|tag| lists(headers, tag)) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), tag));
    }
    let fields: BTreeSet<String> = names(parameters.get("fields")).into_iter().collect();
    check_fields(&visible, &fields)?;
    let shape = Shape {
        fields: Some(&fields).filter(|it| !it.is_empty()),
        labels: wants(parameters, "labels")?.then_some(&caller.language),
    };
    let body = axum::Json(Shown {
        record: &visible,
        titles: &titles,
        shape: &shape,
    });
    Ok(tagged(body.into_response(), tag))
}

/// `POST /{type}`
pub(super) async fn create(asked: Asked) -> Result<Response, Failure> {
    let mut change = Change::create(asked.about.name());
    change.set = asked.fields()?;
    asked.perform(change, StatusCode::CREATED).await
}

/// `PATCH /{type}/{id}`
pub(super) async fn update(asked: Asked) -> Result<Response, Failure> {
    let set = asked.fields()?;
    asked
        .act(Action::Update, StatusCode::OK, |it| it.set = set)
        .await
}

/// `DELETE /{type}/{id}`
pub(super) async fn delete(about: About) -> Result<StatusCode, Failure> {
    about.parameters.only(&["reason"])?;
    about.take_away(Action::Delete).await
}

/// `POST /{type}/{id}/restore`
pub(super) async fn restore(asked: Asked) -> Result<Response, Failure> {
    let (of, key) = (asked.about.of.clone(), asked.about.part("id").to_owned());
    let found = asked.about.read(move |it| it.deleted(&of, &key)).await?;
    let change = Change::of(asked.about.name(), found, Action::Restore);
    asked.perform(change, StatusCode::OK).await
}

/// A field that was asked for and cannot be shown is refused, as in lists.
fn check_fields(visible: &Visible, fields: &BTreeSet<String>) -> Result<(), Refused> {
    match fields.iter().find(|it| visible.get(it).is_none()) {
        None => Ok(()),
        Some(name) => {
            let message = Message::new("field-not-readable").with("field", name);
            Err(Refused::BadRequest(
                message.with("type", &visible.record_type().name),
            ))
        }
    }
}

fn tagged(mut response: Response, tag: Option<String>) -> Response {
    let headers = response.headers_mut();
    if let Some(tag) = tag.and_then(|it| HeaderValue::from_str(&it).ok()) {
        headers.insert(header::ETAG, tag);
    }
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    response
}

fn lists(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|it| it.to_str().ok());
    let mut given = given.flat_map(|it| it.split(',')).map(str::trim);
    given.any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}
