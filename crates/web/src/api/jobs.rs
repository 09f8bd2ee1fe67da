//! Work for later, for those who administer it: what is dead, and whether it is tried again.
//!
//! A job that was made for another tenant does not exist here.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Result, Uuid};
use engine::job::{self, INSTALLATION, Job, JobState};
use engine::{Reading, Unit};
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::{self, Answer, Once};
use super::list::wrong;
use super::newest::Newest;
use crate::{AppState, Failure, FormData};

/// The area of administration.
const AREA: &str = "jobs";

/// `GET /jobs?state=dead`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    parameters.only(&["state", "limit", "after"])?;
    let of = job_state(parameters.get("state").unwrap_or("dead"))?;
    let page = Newest::asked(&parameters)?;
    let (after, rows) = (page.after, page.rows());
    let tenant = caller.ctx.tenant;
    let read = move |reading: &mut Reading<'_, '_>| job::list(reading.tx, tenant, of, after, rows);
    let mut found = state.engine().read(&caller.ctx, read).await?;
    let next = page.cut(&mut found, |it| (it.run_at, it.id));
    let jobs: Vec<Json> = found.iter().map(describe).collect();
    Ok(JsonBody(json!({ "jobs": jobs, "next": next })))
}

/// `GET /jobs/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    let (key, tenant) = (id(&key, "id")?, caller.ctx.tenant);
    let read = move |reading: &mut Reading<'_, '_>| find(reading, key, tenant);
    let job = state.engine().read(&caller.ctx, read).await?;
    Ok(JsonBody(describe(&job)))
}

/// `POST /jobs/{id}/retry`
pub(super) async fn retry(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    caller.ctx.require_area(AREA)?;
    let repeated = idempotency::key(&headers)?;
    let once = repeated.map(|it| Once::new(&caller, it, ("retry_job", &key), &Json::Null));
    let (key, tenant) = (id(&key, "id")?, caller.ctx.tenant);
    let again = move |unit: &mut Unit<'_, '_>| {
        let found = find(&mut unit.reading(), key, tenant)?;
        if !job::retry(unit.tx, key, unit.ctx.now)? {
            return Err(wrong_state("job-not-to-retry", &found).into());
        }
        let job = find(&mut unit.reading(), key, tenant)?;
        Ok(Answer::new(StatusCode::OK, describe(&job)))
    };
    let write = move |unit: &mut Unit<'_, '_>| match &once {
        Some(once) => once.within(unit, again),
        None => again(unit),
    };
    let answer = state.engine().write(&caller.ctx, write).await?;
    note(&caller, "tried again", key);
    Ok(answer.into_response())
}

/// `DELETE /jobs/{id}`
pub(super) async fn discard(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.ctx.require_area(AREA)?;
    let (key, tenant) = (id(&key, "id")?, caller.ctx.tenant);
    let write = move |unit: &mut Unit<'_, '_>| {
        let found = find(&mut unit.reading(), key, tenant)?;
        // What serves all tenants is not for one of them to stop; only what is dead may go.
        if found.tenant == INSTALLATION && found.state == JobState::Waiting {
            return Err(wrong_state("job-not-to-discard", &found).into());
        }
        // What is discarded stays so, however often it is asked for.
        if found.state != JobState::Discarded && !job::discard(unit.tx, key, unit.ctx.now)? {
            return Err(wrong_state("job-not-to-discard", &found).into());
        }
        Ok(found)
    };
    let job = state.engine().write(&caller.ctx, write).await?;
    note(&caller, "discarded", job.id);
    Ok(StatusCode::NO_CONTENT)
}

fn find(reading: &mut Reading<'_, '_>, key: Uuid, tenant: Uuid) -> Result<Job> {
    let found = job::find(reading.tx, tenant, key)?;
    found.ok_or_else(|| Refused::NotFound(Message::new("job-not-found")).into())
}

fn wrong_state(key: &'static str, job: &Job) -> Refused {
    Refused::Conflict {
        message: Message::new(key).with("state", job.state.code()),
        current_version: None,
    }
}

/// Jobs have no history of their own; the log says who did it.
fn note(caller: &Caller, what: &'static str, job: Uuid) {
    tracing::info!(
        %job,
        person = %caller.ctx.actor.person,
        request = &*caller.info.id,
        "a job was {what}"
    );
}

fn job_state(text: &str) -> Result<JobState, Refused> {
    let found = JobState::ALL.into_iter().find(|it| it.code() == text);
    let known = || JobState::ALL.map(JobState::code).join(", ");
    found.ok_or_else(|| wrong("state", text, &known()))
}

fn describe(job: &Job) -> Json {
    json!({
        "id": job.id,
        "kind": job.kind,
        "state": job.state.code(),
        "payload": job.payload,
        "attempts": job.attempts,
        "last_error": job.last_error,
        "run_at": job.run_at.to_string(),
        "leased_until": job.leased_until.map(|it| it.to_string()),
        "created_at": job.created_at.to_string(),
        "finished_at": job.finished_at.map(|it| it.to_string()),
        "result": job.result,
    })
}
