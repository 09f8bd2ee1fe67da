//! One record: read, create, change, delete, restore.

use std::collections::BTreeSet;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused, Result, Uuid};
use engine::read::{Titles, Visible};
use engine::{Action, Change, Ctx, Outcome, Reading};

use super::caller::Caller;
use super::change::{expected_version, object, record_type, values};
use super::idempotency::{self, Answer};
use super::list::{names, wants};
use super::render::{Shape, handed_away, record};
use crate::body::read_json;
use crate::{AppState, Failure, FormData, say};

const GET_PARAMETERS: [&str; 2] = ["fields", "labels"];
const CHANGE_PARAMETERS: [&str; 1] = ["reason"];

/// `GET /{type}/{id}`
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    record_type(&caller.ctx, &name)?;
    read_one(&state, &caller, (Some(name), key), &parameters, &headers).await
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
    let body = record(&visible, &titles, &shape);
    Ok(tagged(axum::Json(body).into_response(), tag))
}

/// `POST /{type}`
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    parameters: FormData,
    request: Request,
) -> Result<Response, Failure> {
    parameters.only(&CHANGE_PARAMETERS)?;
    let of = record_type(&caller.ctx, &name)?;
    let key = idempotency::key(request.headers())?;
    let body = read_json(&state, request).await?;
    let seen = idempotency::digest("create", &name, &body);
    let mut change = Change::create(&name);
    change.set = values(&caller.ctx, &of, &object(body)?)?;
    change.reason = parameters.get("reason").map(str::to_owned);
    perform(
        &state,
        &caller,
        change,
        key.map(|key| (key, seen)),
        StatusCode::CREATED,
    )
    .await
}

/// `PATCH /{type}/{id}`
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
    request: Request,
) -> Result<Response, Failure> {
    parameters.only(&CHANGE_PARAMETERS)?;
    let of = record_type(&caller.ctx, &name)?;
    let expected = expected_version(request.headers())?;
    let once = idempotency::key(request.headers())?;
    let body = read_json(&state, request).await?;
    let seen = idempotency::digest("update", &format!("{name}/{key}"), &body);
    let mut change = Change::update(&name, find(&state, &caller.ctx, &name, &key).await?);
    change.set = values(&caller.ctx, &of, &object(body)?)?;
    change.expected_version = expected;
    change.reason = parameters.get("reason").map(str::to_owned);
    perform(
        &state,
        &caller,
        change,
        once.map(|it| (it, seen)),
        StatusCode::OK,
    )
    .await
}

/// `DELETE /{type}/{id}`. Needs no `Idempotency-Key`: what is deleted stays deleted.
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    parameters.only(&CHANGE_PARAMETERS)?;
    record_type(&caller.ctx, &name)?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let mut change = Change::of(&name, record, Action::Delete);
    change.expected_version = expected_version(&headers)?;
    change.reason = parameters.get("reason").map(str::to_owned);
    state.apply(&caller.ctx, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /{type}/{id}/restore`. A deleted record has no number to be found by, only its id.
pub(super) async fn restore(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    parameters.only(&CHANGE_PARAMETERS)?;
    record_type(&caller.ctx, &name)?;
    let mut change = Change::of(&name, super::change::id(&key, "id")?, Action::Restore);
    change.expected_version = expected_version(&headers)?;
    change.reason = parameters.get("reason").map(str::to_owned);
    let once = idempotency::key(&headers)?;
    let seen = idempotency::digest(
        "restore",
        &format!("{name}/{key}"),
        &serde_json::Value::Null,
    );
    perform(
        &state,
        &caller,
        change,
        once.map(|it| (it, seen)),
        StatusCode::OK,
    )
    .await
}

/// The id of a record that is named by id or number. A number is looked up as the one who asks.
pub(super) async fn find(state: &AppState, ctx: &Ctx, of: &str, key: &str) -> Result<Uuid> {
    if let Ok(id) = Uuid::try_parse(key) {
        return Ok(id);
    }
    let (of, key) = (of.to_owned(), key.to_owned());
    let found = state.engine().read(ctx, move |reading| {
        Ok(reading.record(Some(&of), &key)?.0.id())
    });
    found.await
}

/// Sends the change through the door and answers with the record as it is then.
pub(super) async fn perform(
    state: &AppState,
    caller: &Caller,
    change: Change,
    once: Option<(String, idempotency::Digest)>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let of = change.record_type.clone();
    let language = caller.language.clone();
    let Some((key, seen)) = once else {
        let outcome = state.apply(&caller.ctx, change).await?;
        let read = {
            let (of, outcome) = (of.clone(), outcome.clone());
            move |reading: &mut Reading<'_, '_>| answer(reading, &of, &outcome, status, &language)
        };
        return Ok(state
            .engine()
            .read(&caller.ctx, read)
            .await?
            .into_response());
    };
    let person = caller.ctx.actor.person;
    let concerned = of.clone();
    let done = state.write(&caller.ctx, &concerned, move |unit| {
        idempotency::once(unit, (person, &key), &seen, |unit| {
            let outcome = unit.apply(change.clone())?;
            answer(&mut unit.reading(), &of, &outcome, status, &language)
        })
    });
    Ok(done.await?.into_response())
}

fn answer(
    reading: &mut Reading<'_, '_>,
    of: &str,
    outcome: &Outcome,
    status: StatusCode,
    language: &ui::message::Language,
) -> Result<Answer> {
    let location =
        (status == StatusCode::CREATED).then(|| format!("/api/v1/{of}/{}", outcome.record));
    let found = if outcome.still_visible {
        reading
            .record(Some(of), &outcome.record.to_string())
            .map(Some)
    } else {
        Ok(None)
    };
    let (body, version) = match found {
        Ok(Some((visible, titles))) => whole(&visible, &titles),
        // It went out of sight between the change and this reading.
        Ok(None) | Err(Error::Refused(Refused::NotFound(_))) => {
            let words = say(language, &Message::new("handed-away"));
            (handed_away(outcome, words), outcome.version)
        }
        Err(error) => return Err(error),
    };
    Ok(Answer {
        status: status.as_u16(),
        location,
        etag: Some(etag_text(version)),
        body,
    })
}

fn whole(visible: &Visible, titles: &Titles) -> (serde_json::Value, i64) {
    (
        record(visible, titles, &Shape::ALL),
        visible.version().unwrap_or_default(),
    )
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

fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&etag_text(version)).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

fn etag_text(version: i64) -> String {
    format!("\"{version}\"")
}

fn tagged(mut response: Response, tag: Option<HeaderValue>) -> Response {
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    let private = HeaderValue::from_static("private, no-cache");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, private);
    response
}

fn lists(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    let given = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|it| it.to_str().ok());
    let mut given = given.flat_map(|it| it.split(',')).map(str::trim);
    given.any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}
