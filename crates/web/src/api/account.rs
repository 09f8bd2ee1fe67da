//! The one who asks: who they are, their sessions, their password.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use engine::system::session;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::refuse_key;
use crate::auth::{self, Proof};
use crate::body::{read_json, typed};
use crate::{AppState, Failure};

/// `GET /me`
pub(super) async fn me(caller: Caller) -> JsonBody<Json> {
    let actor = &caller.ctx.actor;
    let roles = actor
        .roles
        .iter()
        .map(|it| json!({ "role": it.role, "organisations": it.organisations }));
    JsonBody(json!({
        "id": actor.person,
        "name": actor.name,
        "teams": actor.teams,
        "organisation": actor.organisation,
        "roles": roles.collect::<Vec<_>>(),
        "scopes": actor.scopes,
        "language": caller.ctx.language,
        "zone": caller.ctx.zone.iana_name(),
        "csrf": caller.csrf,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    present: String,
    new: String,
}

/// `POST /me/password`
pub(super) async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Failure> {
    caller.in_person()?;
    refuse_key(request.headers())?;
    let body: PasswordBody = typed(read_json(&state, request).await?)?;
    let whose = (caller.ctx.actor.person, own_session(&caller));
    auth::change_password(&state, &caller.info, whose, (body.present, body.new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /sessions`
pub(super) async fn sessions(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<JsonBody<Json>, Failure> {
    caller.in_person()?;
    let (person, now) = (caller.ctx.actor.person, caller.ctx.now);
    let read =
        move |reading: &mut engine::Reading<'_, '_>| session::of_person(reading.tx, person, now);
    let found = state.engine().read(&caller.ctx, read).await?;
    let own = own_session(&caller);
    let sessions = found.iter().map(|it| {
        json!({
            "id": it.id,
            "created_at": it.created_at.to_string(),
            "last_seen_at": it.last_seen_at.to_string(),
            "expires_at": it.expires_at.min(it.idle_until).to_string(),
            "address": it.address,
            "agent": it.agent,
            "this": own == Some(it.id),
        })
    });
    Ok(JsonBody(
        json!({ "sessions": sessions.collect::<Vec<_>>() }),
    ))
}

/// `DELETE /sessions/{id}`
pub(super) async fn end_session(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.in_person()?;
    auth::end_session(&state, caller.ctx.actor.person, id(&key, "id")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn own_session(caller: &Caller) -> Option<base::Uuid> {
    match &caller.proof {
        Proof::Session(session) => Some(session.id),
        Proof::Token(_) => None,
    }
}
