//! Counts, sums and the like, in groups.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use serde_json::Value as Json;

use super::caller::Caller;
use crate::{AppState, Failure, FormData};

/// `GET /{type}/aggregate`
pub(super) async fn by_query(
    State(_state): State<AppState>,
    _caller: Caller,
    Path(_name): Path<String>,
    _parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    Ok(JsonBody(Json::Null))
}

/// `POST /{type}/aggregate`
pub(super) async fn by_body(
    State(_state): State<AppState>,
    _caller: Caller,
    Path(_name): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    Ok(JsonBody(Json::Null))
}
