//! What stands beside a record: links to others, and the people who follow it.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::Uuid;
use engine::{Action, Change};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::actions::Asked;
use super::caller::Caller;
use super::change::{id, record_type};
use super::list::page_asked;
use super::records::find;
use super::render::reference;
use crate::body::typed;
use crate::{AppState, Failure, FormData};

/// Parameters of a page.
const PAGE: [&str; 2] = ["limit", "after"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkBody {
    kind: String,
    to: String,
    #[serde(default)]
    primary: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowBody {
    /// The one who asks, where nobody is named.
    #[serde(default)]
    person: Option<String>,
}

/// `GET /{type}/{id}/links`
pub(super) async fn links(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    record_type(&caller.ctx, &name)?;
    parameters.only(&PAGE)?;
    let asked = page_asked(&parameters)?;
    let read = move |reading: &mut engine::Reading<'_, '_>| reading.links(&name, &key, &asked);
    let page = state.engine().read(&caller.ctx, read).await?;
    let links = page.rows.iter().map(|it| {
        json!({
            "kind": it.kind,
            "direction": if it.outgoing { "outgoing" } else { "incoming" },
            "primary": it.primary,
            "record": reference(it.other, &page.titles),
        })
    });
    let links: Vec<Json> = links.collect();
    Ok(JsonBody(json!({ "links": links, "next": page.next })))
}

/// `POST /{type}/{id}/links`
pub(super) async fn link(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let asked = Asked::read(&state, &caller, &name, request).await?;
    let body: LinkBody = typed(asked.body.clone())?;
    let to = find_any(&state, &caller, &body.to).await?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let action = Action::Link {
        kind: body.kind,
        to,
        primary: body.primary,
    };
    let change = Change::of(&name, record, action);
    asked
        .perform(&state, &caller, ("link", &key), change, StatusCode::CREATED)
        .await
}

/// `DELETE /{type}/{id}/links?kind=…&to=…`. Needs no `Idempotency-Key`: what is gone stays gone.
pub(super) async fn unlink(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
) -> Result<StatusCode, Failure> {
    parameters.only(&["kind", "to"])?;
    record_type(&caller.ctx, &name)?;
    let kind = parameters.get("kind").unwrap_or_default().to_owned();
    let to = find_any(&state, &caller, parameters.get("to").unwrap_or_default()).await?;
    let record = find(&state, &caller.ctx, &name, &key).await?;
    state
        .apply(
            &caller.ctx,
            Change::of(&name, record, Action::Unlink { kind, to }),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /{type}/{id}/followers`
pub(super) async fn followers(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    record_type(&caller.ctx, &name)?;
    parameters.only(&PAGE)?;
    let asked = page_asked(&parameters)?;
    let read = move |reading: &mut engine::Reading<'_, '_>| reading.followers(&name, &key, &asked);
    let page = state.engine().read(&caller.ctx, read).await?;
    let people = page.rows.iter().map(|it| reference(*it, &page.titles));
    let people: Vec<Json> = people.collect();
    Ok(JsonBody(json!({ "followers": people, "next": page.next })))
}

/// `POST /{type}/{id}/followers`
pub(super) async fn follow(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let asked = Asked::read(&state, &caller, &name, request).await?;
    let body: FollowBody = typed(asked.body.clone())?;
    let person = match &body.person {
        Some(text) => id(text, "person")?,
        None => caller.ctx.actor.person,
    };
    let record = find(&state, &caller.ctx, &name, &key).await?;
    let change = Change::of(&name, record, Action::Follow(person));
    asked
        .perform(
            &state,
            &caller,
            ("follow", &key),
            change,
            StatusCode::CREATED,
        )
        .await
}

/// `DELETE /{type}/{id}/followers/{person}`; `me` is the one who asks.
pub(super) async fn unfollow(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key, person)): Path<(String, String, String)>,
) -> Result<StatusCode, Failure> {
    record_type(&caller.ctx, &name)?;
    let person = if person == "me" {
        caller.ctx.actor.person
    } else {
        id(&person, "person")?
    };
    let record = find(&state, &caller.ctx, &name, &key).await?;
    state
        .apply(
            &caller.ctx,
            Change::of(&name, record, Action::Unfollow(person)),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A record of any type, named by id or number.
async fn find_any(state: &AppState, caller: &Caller, key: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::try_parse(key) {
        return Ok(id);
    }
    let key = key.to_owned();
    let read = move |reading: &mut engine::Reading<'_, '_>| Ok(reading.record(None, &key)?.0.id());
    Ok(state.engine().read(&caller.ctx, read).await?)
}
