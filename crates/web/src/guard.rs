//! Layers that hold every request to its limits: its address, its time, and panics of ours.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};

use crate::body::decoded;
use crate::{AppState, Failure, upload};

/// Where programs send a list of people: text and no file, yet as long in coming true as one.
const PEOPLE_IMPORT: &str = "/api/v1/people/import";

/// Refuses addresses with U+0000, since no record, type or file has it in its name and PostgreSQL would fail on it,
/// and those that are no text.
pub async fn refuse_odd_addresses(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let refuse = |message| Failure::from(Refused::BadRequest(message)).into_response();
    if path.contains("%00") {
        return refuse(Message::new("address-with-nul"));
    }
    let is_text = |it: &&str| String::from_utf8(decoded(it.as_bytes())).is_ok();
    if let Some(part) = path.split('/').find(|it| !is_text(it)) {
        return refuse(Message::new("address-not-utf8").with("part", part));
    }
    next.run(request).await
}

/// Ends a request that takes longer than it may.
pub async fn limit_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Cut off half-way, a list would be taken over in part, and nobody told in which.
    let imports = request.method() == Method::POST && path == PEOPLE_IMPORT;
    let limit = if imports || upload::is_upload(path, request.headers()) {
        upload::LONGEST
    } else {
        state.config().request_limit
    };
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

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn a_panic_becomes_a_failure_that_keeps_what_it_said() {
        let response = panicked(Box::new("no such luck"));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let failure = response.extensions().get::<Failure>().unwrap();
        let cause = std::error::Error::source(failure.error()).map(ToString::to_string);
        assert_eq!(failure.error().to_string(), "a handler panicked");
        assert_eq!(cause.as_deref(), Some("no such luck"));
    }
}
