//! Layers that hold every request to its limits: time, and panics of ours.

use std::any::Any;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};

use crate::{AppState, Failure};

/// Ends a request that takes longer than it may.
pub async fn limit_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = state.config().request_limit;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = Message::new("request-too-slow").with("seconds", limit.as_secs());
            Failure::from(Refused::TooSlow(message)).into_response()
        }
    }
}

/// A panic of a handler is a failure of ours; the others go on.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the payload over"
)]
pub fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
    let said = said.unwrap_or_else(|| "no message".to_owned());
    Failure::from(Error::failed("a handler panicked", said)).into_response()
}
