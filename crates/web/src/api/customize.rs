//! Types and fields that administrators add at run time.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Error, Result};
use engine::customize::{FieldSpec, TypeSpec};
use engine::{Ctx, Engine, Unit};
use serde_json::Value as Json;

use super::caller::Caller;
use super::change::record_type;
use super::idempotency::{self, Answer, Once};
use crate::body::{read_json, typed};
use crate::{AppState, Failure};

/// `POST /types`
pub(super) async fn add_type(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Response, Failure> {
    let key = idempotency::key(request.headers())?;
    let body = read_json(&state, request).await?;
    let once = key.map(|key| Once::new(&caller, key, ("add_type", ""), &body));
    let spec: TypeSpec = typed(body)?;
    let answer = created(&spec.name);
    define(&state, &caller, once, answer, |engine, ctx, also| {
        engine.add_type_and(ctx, spec, also)
    })
    .await
}

/// `POST /types/{type}/fields`
pub(super) async fn add_field(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    record_type(&caller.ctx, &name)?;
    let key = idempotency::key(request.headers())?;
    let body = read_json(&state, request).await?;
    let once = key.map(|key| Once::new(&caller, key, ("add_field", &name), &body));
    let spec: FieldSpec = typed(body)?;
    let answer = created(&name);
    define(&state, &caller, once, answer, move |engine, ctx, also| {
        engine.add_field_and(ctx, &name, spec, also)
    })
    .await
}

/// What is done in the transaction of the definition.
type Also = Box<dyn Fn(&mut Unit<'_, '_>) -> Result<()> + Send + Sync>;

/// Changes the dictionary, once where the request has a key.
async fn define(
    state: &AppState,
    caller: &Caller,
    once: Option<Once>,
    answer: Answer,
    work: impl FnOnce(&Arc<Engine>, &Ctx, Also) -> Result<()> + Send + 'static,
) -> Result<Response, Failure> {
    let (engine, ctx) = (Arc::clone(state.engine()), caller.ctx.clone());
    let (kept, given) = (once.clone(), answer.clone());
    let also: Also = Box::new(move |unit| kept.iter().try_for_each(|it| it.keep(unit, &given)));
    let defined = async move {
        // Tables are changed by waiting for the database, which must not hold up other requests.
        let done = tokio::task::spawn_blocking(move || work(&engine, &ctx, also)).await;
        done.map_err(|error| Error::failed("the dictionary could not be changed", error))??;
        Ok(answer)
    };
    let answer = match once {
        None => defined.await,
        Some(once) => once.around(state, caller, defined).await,
    };
    Ok(answer?.into_response())
}

fn created(name: &str) -> Answer {
    Answer {
        location: Some(format!("/api/v1/types/{name}")),
        ..Answer::new(StatusCode::CREATED, Json::Null)
    }
}
