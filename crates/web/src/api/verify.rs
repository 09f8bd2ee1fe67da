//! Whether the history is whole, for those who may read all of it.
//!
//! Recomputing it takes longer than a request may, so a job does it; here it is ordered and asked for.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Result};
use engine::history::VERIFICATION;
use engine::job::{self, Job, NewJob};
use engine::{Ctx, Reading, Unit};
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::{self, Answer, Once};
use crate::{AppState, Failure};

/// `POST /verify`: begins to recompute, or joins who does already.
pub(super) async fn begin(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    require_whole_history(&caller.ctx)?;
    let key = idempotency::key(&headers)?;
    let once = key.map(|it| Once::new(&caller, it, ("verify", ""), &Json::Null));
    let order = |unit: &mut Unit<'_, '_>| {
        let (tenant, now) = (unit.ctx.tenant, unit.ctx.now);
        let new = NewJob {
            id: unit.new_id(),
            tenant,
            kind: VERIFICATION.to_owned(),
            payload: json!({ "asked_by": unit.ctx.actor.person }),
            run_at: now,
            unique_key: Some(VERIFICATION.to_owned()),
        };
        job::enqueue(unit.tx, &new, now)?;
        let job = job::newest(unit.tx, tenant, VERIFICATION)?.ok_or_else(none)?;
        Ok(Answer {
            location: Some(format!("/api/v1/verify/{}", job.id)),
            ..Answer::new(StatusCode::ACCEPTED, describe(&job))
        })
    };
    let write = move |unit: &mut Unit<'_, '_>| match &once {
        Some(once) => once.within(unit, order),
        None => order(unit),
    };
    let answer = state.engine().write(&caller.ctx, write).await?;
    Ok(answer.into_response())
}

/// `GET /verify`: how the newest one stands.
pub(super) async fn newest(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<JsonBody<Json>, Failure> {
    let found =
        |reading: &mut Reading<'_, '_>| job::newest(reading.tx, reading.ctx.tenant, VERIFICATION);
    read(&state, &caller, found).await
}

/// `GET /verify/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    let key = id(&key, "id")?;
    let found = move |reading: &mut Reading<'_, '_>| {
        let found = job::find(reading.tx, reading.ctx.tenant, key)?;
        Ok(found.filter(|it| it.kind == VERIFICATION))
    };
    read(&state, &caller, found).await
}

async fn read(
    state: &AppState,
    caller: &Caller,
    find: impl Fn(&mut Reading<'_, '_>) -> Result<Option<Job>> + Send + 'static,
) -> Result<JsonBody<Json>, Failure> {
    require_whole_history(&caller.ctx)?;
    let found = state.engine().read(&caller.ctx, find).await?;
    Ok(JsonBody(describe(&found.ok_or_else(none)?)))
}

fn require_whole_history(ctx: &Ctx) -> Result<(), Refused> {
    let mut types = ctx.snapshot.dictionary.types();
    // Of all organisations: what is damaged is named by its record.
    let may = |name: &str| {
        let mut grants = ctx.grants(name, "history");
        ctx.actor.system || grants.any(|it| it.organisations.is_empty())
    };
    if types.all(|it| may(&it.name)) {
        return Ok(());
    }
    Err(Refused::Forbidden(Message::new("forbidden-verify")))
}

fn none() -> Refused {
    Refused::NotFound(Message::new("verification-not-found"))
}

fn describe(job: &Job) -> Json {
    json!({
        "id": job.id,
        "state": job.state.code(),
        "asked_at": job.created_at.to_string(),
        "finished_at": job.finished_at.map(|it| it.to_string()),
        "error": job.last_error,
        "verdict": job.result,
    })
}
