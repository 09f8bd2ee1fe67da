//! Personal access tokens of the one who asks.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use engine::system::token::{self, Token};
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::refuse_key;
use crate::auth::{self, NewToken};
use crate::body::{read_json, typed};
use crate::{AppState, Failure};

/// `GET /tokens`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<JsonBody<Json>, Failure> {
    let person = caller.ctx.actor.person;
    let read = move |reading: &mut engine::Reading<'_, '_>| token::of_person(reading.tx, person);
    let tokens = state.engine().read(&caller.ctx, read).await?;
    Ok(JsonBody(
        json!({ "tokens": tokens.iter().map(describe).collect::<Vec<_>>() }),
    ))
}

/// `POST /tokens`. A token cannot make tokens: it could outlive or exceed itself.
pub(super) async fn mint(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, JsonBody<Json>), Failure> {
    caller.in_person()?;
    refuse_key(request.headers())?;
    let wish: NewToken = typed(read_json(&state, request).await?)?;
    let minted = auth::mint_token(&state, &caller.ctx, wish).await?;
    let mut body = describe(&minted.token);
    body["token"] = json!(minted.secret);
    Ok((StatusCode::CREATED, JsonBody(body)))
}

/// `DELETE /tokens/{id}`
pub(super) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    auth::revoke_token(&state, &caller.ctx, id(&key, "id")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn describe(token: &Token) -> Json {
    json!({
        "id": token.id,
        "name": token.name,
        "hint": format!("{}…{}", token::PREFIX, token.hint),
        "scopes": token.scopes,
        "created_at": token.created_at.to_string(),
        "expires_at": token.expires_at.map(|it| it.to_string()),
        "last_used_at": token.last_used_at.map(|it| it.to_string()),
    })
}
