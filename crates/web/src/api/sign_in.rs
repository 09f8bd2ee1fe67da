//! Sessions over the API, and the first administrator. These need nobody signed in.

use axum::Extension;
use axum::Json as JsonBody;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};

use super::account::own_session;
use super::caller::Caller;
use super::idempotency::refuse_key;
use crate::auth::{self, FirstAdministrator, SignIn, check_origin};
use crate::body::{read_json, typed};
use crate::viewer::user_agent;
use crate::{AppState, Failure, RequestInfo, cookie};

type WithCookie = [(HeaderName, HeaderValue); 1];

/// `POST /sign-in`
pub(super) async fn sign_in(
    State(state): State<AppState>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    request: Request,
) -> Result<(WithCookie, JsonBody<Json>), Failure> {
    check_origin(&headers, &state.config().public_url)?;
    refuse_key(&headers)?;
    let typed_in: SignIn = typed(read_json(&state, request).await?)?;
    let agent = user_agent(&headers);
    let signed_in = auth::sign_in(&state, &info, agent.as_deref(), typed_in).await?;
    let cookie = cookie::set_session(&signed_in.secret, info.secure, signed_in.seconds);
    let body = json!({ "person": signed_in.person, "csrf": signed_in.csrf });
    Ok(([(header::SET_COOKIE, cookie)], JsonBody(body)))
}

/// `POST /sign-out`
pub(super) async fn sign_out(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<(StatusCode, WithCookie), Failure> {
    caller.in_person()?;
    refuse_key(&headers)?;
    if let Some(session) = own_session(&caller) {
        auth::end_session(&state, caller.ctx.actor.person, session).await?;
    }
    let cookie = cookie::clear_session(caller.info.secure);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// `POST /first-administrator`
pub(super) async fn first_administrator(
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<(StatusCode, JsonBody<Json>), Failure> {
    check_origin(&headers, &state.config().public_url)?;
    refuse_key(&headers)?;
    let typed_in: FirstAdministrator = typed(read_json(&state, request).await?)?;
    let person = auth::create_first_administrator(&state, typed_in).await?;
    Ok((StatusCode::CREATED, JsonBody(json!({ "person": person }))))
}
