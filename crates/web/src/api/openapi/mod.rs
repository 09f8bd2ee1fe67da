//! The OpenAPI document, built from the dictionary.

use axum::Json as JsonBody;
use serde_json::{Value as Json, json};

/// `GET /openapi.json`
pub(super) async fn document() -> JsonBody<Json> {
    JsonBody(json!({}))
}
