//! Every answer that is not the one asked for: RFC 9457 problems for programs, pages for people.
//!
//! Handlers return a [`Failure`]; one layer turns it into words, so that language, request id and
//! form of the answer are decided in one place. A failure of ours is logged here, once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Problem, Refused};
use serde_json::json;
use ui::message::Language;

use crate::context::RequestInfo;
use crate::viewer::{Around, signed_in, visitor};
use crate::{AppState, html, say};

/// Why a request is not answered as it wished.
#[derive(Clone, Debug)]
pub struct Failure {
    error: Arc<Error>,
    status: Option<StatusCode>,
}

impl Failure {
    /// A refusal that HTTP has a status of its own for: 405, 415, 428 and the like.
    #[must_use]
    pub fn with_status(status: StatusCode, message: Message) -> Self {
        let error = Arc::new(Error::from(Refused::BadRequest(message)));
        Self {
            error,
            status: Some(status),
        }
    }

    /// The same refusal where the request calls a field otherwise.
    #[must_use]
    pub(crate) fn renamed(self, from: &str, to: &str) -> Self {
        let Error::Refused(Refused::Invalid(problems)) = &*self.error else {
            return self;
        };
        let mut problems = problems.clone();
        for it in &mut problems {
            if it.field.as_deref() == Some(from) {
                it.field = Some(to.to_owned());
            }
        }
        Refused::Invalid(problems).into()
    }

    /// The error underneath.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    fn status(&self, has_condition: bool) -> StatusCode {
        if let Some(status) = self.status {
            return status;
        }
        let Error::Refused(refused) = &*self.error else {
            return StatusCode::INTERNAL_SERVER_ERROR;
        };
        match refused {
            Refused::BadRequest(_) => StatusCode::BAD_REQUEST,
            Refused::NotSignedIn(_) => StatusCode::UNAUTHORIZED,
            Refused::Forbidden(_) => StatusCode::FORBIDDEN,
            Refused::NotFound(_) => StatusCode::NOT_FOUND,
            Refused::Conflict {
                current_version: Some(_),
                ..
            } if has_condition => StatusCode::PRECONDITION_FAILED,
            Refused::Conflict { .. } => StatusCode::CONFLICT,
            Refused::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refused::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refused::TooSlow(_) | Refused::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: Arc::new(error.into()),
            status: None,
        }
    }
}

/// Only a carrier: [`render`] writes the words.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status(false).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An answer that is not the one asked for, in words.
#[derive(Clone, Debug)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable code, for example `record-not-found`.
    pub code: &'static str,
    /// What kind of problem it is, in a few words.
    pub title: String,
    /// What happened and what would mend it.
    pub detail: String,
    /// Fields that do not fit: name, stable code, and the words.
    pub problems: Vec<(Option<String>, &'static str, String)>,
    /// The version that the record has now, where versions clash.
    pub current_version: Option<i64>,
    /// Where in a filter something does not fit.
    pub place: Option<FilterPlace>,
    /// Names in a filter that were perhaps meant, nearest first.
    pub proposals: Vec<String>,
    /// Seconds to wait before another try.
    pub retry_after: Option<u64>,
    /// Id of the request, to be told to an administrator.
    pub request_id: String,
    /// The reader's language.
    pub language: Language,
}

/// Where in a filter something does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterPlace {
    /// In a text.
    Text {
        /// Bytes before it.
        byte: usize,
        /// Characters up to it, from 1.
        column: usize,
    },
    /// In JSON, as a JSON pointer.
    Json(String),
}

impl ErrorView {
    /// Puts a failure into words.
    #[must_use]
    pub fn new(failure: &Failure, has_condition: bool, info: &RequestInfo) -> Self {
        let language = &info.language;
        let status = failure.status(has_condition);
        let said = Said::of(failure.error());
        let problems = said
            .problems
            .iter()
            .map(|it| (it.field.clone(), it.message.key, say(language, &it.message)));
        Self {
            status,
            code: said.message.key,
            title: say(language, &Message::new(title_key(status))),
            detail: say(language, &said.message),
            problems: problems.collect(),
            current_version: said.current_version,
            place: place(&said.message),
            proposals: proposals(&said.message),
            retry_after: said.retry_after,
            request_id: info.id.to_string(),
            language: language.clone(),
        }
    }
}

/// What a failure says, before it has a language.
struct Said {
    message: Message,
    problems: Vec<Problem>,
    current_version: Option<i64>,
    retry_after: Option<u64>,
}

impl Said {
    fn of(error: &Error) -> Self {
        let plain = |message: &Message| Self {
            message: message.clone(),
            problems: Vec::new(),
            current_version: None,
            retry_after: None,
        };
        let Error::Refused(refused) = error else {
            return plain(&Message::new("problem-ours"));
        };
        match refused {
            Refused::BadRequest(message)
            | Refused::NotSignedIn(message)
            | Refused::Forbidden(message)
            | Refused::NotFound(message)
            | Refused::TooLarge(message)
            | Refused::TooSlow(message) => plain(message),
            Refused::Conflict {
                message,
                current_version,
            } => Self {
                current_version: *current_version,
                ..plain(message)
            },
            Refused::Invalid(problems) => {
                let message = Message::new("problem-fields").with("count", problems.len());
                Self {
                    problems: problems.clone(),
                    ..plain(&message)
                }
            }
            Refused::TooMany {
                retry_after_seconds,
            } => {
                let message = Message::new("problem-wait").with("seconds", retry_after_seconds);
                Self {
                    retry_after: Some(*retry_after_seconds),
                    ..plain(&message)
                }
            }
            Refused::Busy(message) => Self {
                retry_after: Some(1),
                ..plain(message)
            },
        }
    }
}

fn argument<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let found = message.args.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.as_str())
}

/// The place that the message of a filter names; only those say what is `near`.
fn place(message: &Message) -> Option<FilterPlace> {
    argument(message, "near")?;
    let place = argument(message, "place").filter(|it| !it.is_empty())?;
    match argument(message, "byte") {
        Some(byte) => Some(FilterPlace::Text {
            byte: byte.parse().ok()?,
            column: place.parse().ok()?,
        }),
        None => Some(FilterPlace::Json(place.trim_start_matches('#').to_owned())),
    }
}

fn proposals(message: &Message) -> Vec<String> {
    let names = argument(message, "proposals").unwrap_or_default();
    let names = names.split(", ").filter(|it| !it.is_empty());
    names.map(str::to_owned).collect()
}

fn title_key(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "problem-title-bad-request",
        401 => "problem-title-not-signed-in",
        403 => "problem-title-forbidden",
        404 => "problem-title-not-found",
        405 => "problem-title-method",
        409 => "problem-title-conflict",
        412 => "problem-title-changed",
        413 => "problem-title-too-large",
        415 => "problem-title-media-type",
        422 => "problem-title-invalid",
        429 => "problem-title-too-many",
        503 => "problem-title-busy",
        _ => "problem-title-ours",
    }
}

/// The layer that turns failures into words: problems for programs, pages for people.
pub async fn render(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let for_programs = is_for_programs(request.uri().path());
    let has_condition = request.headers().contains_key(header::IF_MATCH);
    let info = request.extensions().get::<RequestInfo>().cloned();
    let (wish, path) = (request.headers().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let (Some(mut info), true) = (
        info,
        response.status().is_client_error() || response.status().is_server_error(),
    ) else {
        return response;
    };
    let Some(failure) = response
        .extensions_mut()
        .remove::<Failure>()
        .or_else(|| of_status(&response))
    else {
        return response;
    };
    log(failure.error(), &info);
    // Where the fault is ours, nobody looks into the database for the sake of a frame.
    let viewer = match for_programs || response.status().is_server_error() {
        true => None,
        false => signed_in(&state, &wish, info.clone()).await.ok().flatten(),
    };
    if let Some(viewer) = &viewer {
        info.language = viewer.language.clone();
    }
    let view = ErrorView::new(&failure, has_condition, &info);
    let mut answer = if for_programs {
        problem(&view)
    } else {
        let whom = Around {
            viewer: viewer.as_ref(),
            visitor: &visitor(&wish, info),
            path: &path,
            address: &path,
        };
        html::error_page(&state, &view, &wish, &whom)
    };
    add_headers(answer.headers_mut(), &view, for_programs);
    // What the handler already said (Allow, Set-Cookie) stays said.
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    answer
}

/// Everything below these paths is read by programs.
fn is_for_programs(path: &str) -> bool {
    ["/api/", "/assets/", "/healthz", "/readyz", "/metrics"]
        .iter()
        .any(|it| path.starts_with(it))
}

/// What the router itself answered with a bare status.
fn of_status(response: &Response) -> Option<Failure> {
    if response.headers().contains_key(header::CONTENT_TYPE)
        && response.status() != StatusCode::METHOD_NOT_ALLOWED
    {
        // Whoever wrote a body has said what there is to say.
        let plain = response.headers().get(header::CONTENT_TYPE);
        let plain = plain
            .and_then(|it| it.to_str().ok())
            .is_some_and(|it| it.starts_with("text/plain"));
        if !plain {
            return None;
        }
    }
    let message = Message::new(match response.status() {
        StatusCode::NOT_FOUND => "address-not-found",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "body-too-large-plain",
        status if status.is_client_error() => "request-unreadable",
        _ => "problem-ours",
    });
    Some(Failure::with_status(response.status(), message))
}

fn log(error: &Error, info: &RequestInfo) {
    let Error::Failed(failed) = error else { return };
    let mut chain = failed.to_string();
    let mut cause = std::error::Error::source(failed);
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    tracing::error!(request = &*info.id, error = chain, "a request failed");
}

fn problem(view: &ErrorView) -> Response {
    let mut body = json!({
        "type": format!("/problems/{}", view.code),
        "title": view.title,
        "status": view.status.as_u16(),
        "detail": view.detail,
        "request_id": view.request_id,
    });
    if !view.problems.is_empty() {
        let errors = view
            .problems
            .iter()
            .map(|(field, code, words)| json!({ "field": field, "code": code, "message": words }));
        body["errors"] = errors.collect();
    }
    if let Some(version) = view.current_version {
        body["current_version"] = version.into();
    }
    match &view.place {
        Some(FilterPlace::Text { byte, column }) => {
            body["position"] = json!({ "byte": byte, "column": column });
        }
        Some(FilterPlace::Json(pointer)) => body["pointer"] = json!(pointer),
        None => {}
    }
    if !view.proposals.is_empty() {
        body["proposals"] = json!(view.proposals);
    }
    let headers = [(header::CONTENT_TYPE, "application/problem+json")];
    (view.status, headers, body.to_string()).into_response()
}

fn add_headers(headers: &mut HeaderMap, view: &ErrorView, for_programs: bool) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = view.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if view.status == StatusCode::UNAUTHORIZED && for_programs {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}
