//! Accounts of people, links that set a password, and what somebody may do and why.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Message, Refused};
use engine::Reading;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use ui::label::say;

use super::caller::Caller;
use super::change::id;
use super::idempotency::refuse_key;
use crate::administration::account::{self, Deed};
use crate::administration::explain;
use crate::administration::people::{self, What, Wish};
use crate::auth;
use crate::body::{read_json, read_list, typed};
use crate::{AppState, Failure, FormData};

/// `GET /people/{id}/account`
pub(super) async fn account(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    Ok(JsonBody(describe(&state, &caller, &key).await?))
}

async fn describe(state: &AppState, caller: &Caller, key: &str) -> Result<Json, Failure> {
    let person = id(key, "id")?.to_string();
    let load = move |reading: &mut Reading<'_, '_>| account::load(reading, &person);
    let found = state.engine().read_long(&caller.ctx, load).await?;
    let sessions = found.sessions.iter().map(|it| {
        json!({
            "id": it.id,
            "created_at": it.created_at.to_string(),
            "last_seen_at": it.last_seen_at.to_string(),
            "address": it.address,
            "agent": it.agent,
        })
    });
    let tokens = found.tokens.iter().map(|it| {
        json!({
            "id": it.id,
            "name": it.name,
            "hint": it.hint,
            "scopes": it.scopes,
            "created_at": it.created_at.to_string(),
            "expires_at": it.expires_at.map(|at| at.to_string()),
            "last_used_at": it.last_used_at.map(|at| at.to_string()),
        })
    });
    let roles = found.actor.iter().flat_map(|it| &it.roles);
    let roles = roles.map(|it| json!({ "role": it.role, "organisations": it.organisations }));
    Ok(json!({
        "person": found.record.id(),
        "login": found.login,
        "sign_in": found.sign_in.code(),
        "roles": roles.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "tokens": tokens.collect::<Vec<_>>(),
        "open_work": found.work.count,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    open: bool,
}

/// `PATCH /people/{id}/account` with `{"open": false}`: closes an account with its sessions and tokens, or
/// opens it again.
pub(super) async fn change_account(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(account::AREA)?;
    refuse_key(request.headers())?;
    let body: AccountBody = typed(read_json(&state, request).await?)?;
    let deed = if body.open { Deed::Open } else { Deed::Close };
    account::act(&state, &caller.ctx, id(&key, "id")?, deed).await?;
    Ok(JsonBody(describe(&state, &caller, &key).await?))
}

/// `DELETE /people/{id}/sessions`
pub(super) async fn end_sessions(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    account::act(&state, &caller.ctx, id(&key, "id")?, Deed::EndSessions).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /people/{id}/tokens/{token}`
pub(super) async fn revoke_token(
    State(state): State<AppState>,
    caller: Caller,
    Path((key, token)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let deed = Deed::RevokeToken(id(&token, "token")?);
    account::act(&state, &caller.ctx, id(&key, "id")?, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /people/{id}/link`: a link that sets the password, shown once.
pub(super) async fn make_link(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    // An answer with a secret is not kept, so it cannot be given again.
    refuse_key(request.headers())?;
    let made = auth::make_link(&state, &caller.ctx, id(&key, "id")?).await?;
    let body = json!({ "url": made.url, "expires_at": made.expires_at.to_string() });
    Ok((StatusCode::CREATED, JsonBody(body)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    token: String,
    password: String,
}

/// `POST /set-password`: uses the link.
pub(super) async fn set_password(
    State(state): State<AppState>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    let (parts, body) = request.into_parts();
    let info = crate::viewer::request_info(&parts)?;
    refuse_key(&parts.headers)?;
    auth::check_origin(&parts.headers, &state.config().public_url)?;
    let request = Request::from_parts(parts, body);
    let body: PasswordBody = typed(read_json(&state, request).await?)?;
    let login = auth::use_link(&state, &info, &body.token, body.password).await?;
    Ok(JsonBody(json!({ "login": login })))
}

/// Reads one of these words, given at most once. What is not known is refused and never taken for "no": `dry_run=1`
/// would import for real.
fn word<'p>(
    parameters: &'p FormData,
    name: &'static str,
    known: &[&str],
) -> Result<Option<&'p str>, Refused> {
    let given: Vec<&str> = parameters
        .pairs()
        .iter()
        .filter(|it| it.0 == name)
        .map(|it| it.1.as_str())
        .collect();
    match given.as_slice() {
        [] => Ok(None),
        [one] if known.contains(one) => Ok(Some(*one)),
        _ => {
            let message = Message::new("parameter-wrong")
                .with("name", name)
                .with("given", given.join(", "))
                .with("expected", known.join(", "));
            Err(Refused::BadRequest(message))
        }
    }
}

/// `POST /people/import?dry_run=true&missing=left&many=true` with a list as CSV.
pub(super) async fn import(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&["dry_run", "missing", "many"])?;
    refuse_key(request.headers())?;
    let yes = |name| word(&parameters, name, &["true", "false"]).map(|it| it == Some("true"));
    let wish = Wish {
        dry: yes("dry_run")?,
        missing_left: word(&parameters, "missing", &["left"])?.is_some(),
        many_are_meant: yes("many")?,
    };
    caller.ctx.require_area(account::AREA)?;
    // The import may take its time, sending the list may not: a slow sender would hold a place for all of it.
    let read = read_list(&state, request.into_body());
    let text = tokio::time::timeout(state.config().request_limit, read)
        .await
        .map_err(|_| Refused::BadRequest(Message::new("body-broken-off")))??;
    let report = people::import(&state, &caller.ctx, &text, wish).await?;
    let lines = report.lines.iter().map(|it| {
        let problems = it.problems.iter().map(|problem| {
            json!({
                "field": problem.field,
                "code": problem.message.key,
                "detail": say(&caller.language, &problem.message),
            })
        });
        json!({
            "line": it.line,
            "name": it.name,
            // Nothing of a dry run stays, so that what it made has no id.
            "person": it.person.filter(|_| !(wish.dry && it.what == What::Created)),
            "outcome": it.what.code(),
            "problems": problems.collect::<Vec<_>>(),
            "open_work": it.open_work,
        })
    });
    Ok(JsonBody(json!({
        "dry_run": wish.dry,
        "totals": people::totals(&report),
        "ignored_columns": report.ignored.iter().map(|it| &it.name).collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
    })))
}

/// `GET /people/{id}/rights?type=…&record=…`
pub(super) async fn rights(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&["type", "record"])?;
    let person = id(&key, "id")?;
    let of = parameters.get("type").unwrap_or_default().to_owned();
    let record = parameters.get("record").map(str::to_owned);
    let look = move |reading: &mut Reading<'_, '_>| {
        explain::explain(reading, person, &of, record.as_deref())
    };
    let found = state.engine().read(&caller.ctx, look).await?;
    let actions = found.actions.iter().map(|it| {
        let why = it.why.iter().map(|why| {
            json!({ "role": why.role, "organisations": why.organisations, "rows": why.rows, "holds": why.holds })
        });
        json!({
            "action": it.name,
            "allowed": it.allowed,
            "why": why.collect::<Vec<_>>(),
            "but": it.but.as_ref().map(|but| say(&caller.language, but)),
        })
    });
    let fields = found.fields.iter().map(|it| {
        json!({ "field": it.name, "read": it.read, "write": it.write, "written_by": it.written_by })
    });
    let roles = found.roles.iter();
    let roles = roles.map(|it| json!({ "role": it.0, "organisations": it.1 }));
    Ok(JsonBody(json!({
        "person": person,
        "type": found.of.name,
        "record": found.record,
        "roles": roles.collect::<Vec<_>>(),
        "actions": actions.collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
    })))
}
