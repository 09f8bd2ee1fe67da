//! The REST API, uniform for every type of the dictionary.

use axum::Router;

use crate::AppState;

/// Routes below `/api/v1`.
pub fn router() -> Router<AppState> {
    Router::new()
}
