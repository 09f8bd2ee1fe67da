//! Types and fields that administrators add at run time.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Result};
use engine::customize::{FieldSpec, TypeSpec};

use super::caller::Caller;
use super::change::record_type;
use crate::body::{read_json, typed};
use crate::{AppState, Failure};

/// `POST /types`
pub(super) async fn add_type(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Response, Failure> {
    let spec: TypeSpec = typed(read_json(&state, request).await?)?;
    let name = spec.name.clone();
    let (engine, ctx) = (state.engine().clone(), caller.ctx.clone());
    aside(move || engine.add_type(&ctx, spec)).await?;
    Ok(created(&format!("/api/v1/types/{name}")))
}

/// `POST /types/{type}/fields`
pub(super) async fn add_field(
    State(state): State<AppState>,
    caller: Caller,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    record_type(&caller.ctx, &name)?;
    let spec: FieldSpec = typed(read_json(&state, request).await?)?;
    let (engine, ctx, of) = (state.engine().clone(), caller.ctx.clone(), name.clone());
    aside(move || engine.add_field(&ctx, &of, spec)).await?;
    Ok(created(&format!("/api/v1/types/{name}")))
}

/// Tables are changed by waiting for the database, which must not hold up other requests.
async fn aside(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::failed("the dictionary could not be changed", error))?
}

fn created(location: &str) -> Response {
    let mut response = StatusCode::CREATED.into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
