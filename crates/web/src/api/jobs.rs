//! Work for later, for those who administer it: what is dead, and whether it is tried again.
//!
//! A job that was made for another tenant does not exist here.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Message, Refused, Result, Timestamp, Uuid};
use engine::job::{self, INSTALLATION, Job, JobState};
use engine::{Reading, Unit};
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency::{self, Answer, Once};
use crate::{AppState, Failure, FormData};

/// The area of administration.
const AREA: &str = "jobs";
/// Most jobs of a page.
const MOST_ROWS: i64 = 200;
/// Jobs of a page where nothing is said.
const USUAL_ROWS: i64 = 50;

/// `GET /jobs?state=dead`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    parameters.only(&["state", "limit", "after"])?;
    let of = job_state(parameters.get("state").unwrap_or("dead"))?;
    let limit = limit(parameters.get("limit"))?;
    let after = parameters.get("after").filter(|it| !it.is_empty());
    let after = after.map(cursor).transpose()?;
    let tenant = caller.ctx.tenant;
    let read =
        move |reading: &mut Reading<'_, '_>| job::list(reading.tx, tenant, of, after, limit + 1);
    let mut found = state.engine().read(&caller.ctx, read).await?;
    let has_more = i64::try_from(found.len()).is_ok_and(|it| it > limit);
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = found.last().filter(|_| has_more).map(cursor_of);
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

fn limit(text: Option<&str>) -> Result<i64, Refused> {
    let Some(text) = text else {
        return Ok(USUAL_ROWS);
    };
    let number = text.parse().ok().filter(|it| (1..=MOST_ROWS).contains(it));
    number.ok_or_else(|| wrong("limit", text, "1 … 200"))
}

/// Where a page begins: the time and id of the last job of the page before.
fn cursor(text: &str) -> Result<(Timestamp, Uuid), Refused> {
    let parts = text.split_once('_');
    let read = parts.and_then(|(micros, id)| {
        let run_at = Timestamp::from_micros(micros.parse().ok()?);
        Some((run_at, Uuid::try_parse(id).ok()?))
    });
    read.ok_or_else(|| wrong("after", text, "next of the page before"))
}

fn cursor_of(job: &Job) -> String {
    format!("{}_{}", job.run_at.micros(), job.id)
}

fn wrong(name: &'static str, given: &str, expected: &str) -> Refused {
    let message = Message::new("parameter-wrong")
        .with("name", name)
        .with("given", given);
    Refused::BadRequest(message.with("expected", expected))
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
