//! What is known of a request before anybody looks at who asks: its id, where it came from, how.
//!
//! The outermost layer: it also writes the access log and counts the request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base::Stopwatch;
use engine::system::secret::{self, SecretHash};
use ui::message::Language;

use crate::{AppState, cookie};

/// Header in which the id of a request travels.
pub const REQUEST_ID: &str = "x-request-id";
/// Longest id of a request that is taken from it.
const LONGEST_ID: usize = 64;

/// What is known of a request before anybody looks at who asks.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// Id of the request, for the log and for error answers.
    pub id: Arc<str>,
    /// Address of the client, as far as it can be told.
    pub address: Option<IpAddr>,
    /// Whether the client came over https.
    pub secure: bool,
    /// The language that the client prefers.
    pub language: Language,
    /// Hash of the secret of the session that the browser shows, valid or not; signing in ends it.
    pub(crate) session_hash: Option<SecretHash>,
}

impl RequestInfo {
    /// The client's address for tables and logs.
    #[must_use]
    pub fn address_text(&self) -> String {
        self.address
            .map_or_else(|| "unknown".to_owned(), |it| it.to_string())
    }
}

/// Notes what is known of the request, and afterwards how it ended.
pub async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let info = info(&state, &request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|it| it.as_str().to_owned());
    let route = route.unwrap_or_else(|| "other".to_owned());
    request.extensions_mut().insert(info.clone());
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&info.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let elapsed = watch.elapsed();
    let status = response.status().as_u16();
    state
        .metrics()
        .count_request(&method, &route, status, elapsed);
    tracing::info!(
        target: "deskwright::access",
        method = %method,
        path,
        status,
        milliseconds = elapsed.as_secs_f64() * 1_000.0,
        address = info.address_text(),
        request = &*info.id,
        "a request was answered"
    );
    response
}

fn info(state: &AppState, request: &Request) -> RequestInfo {
    let headers = request.headers();
    let trusted = state.config().trust_proxy;
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|it| it.0.ip());
    let forwarded = nearest(headers, "x-forwarded-for").filter(|_| trusted);
    let scheme = nearest(headers, "x-forwarded-proto").filter(|_| trusted);
    let secure = match scheme {
        Some(scheme) => scheme.eq_ignore_ascii_case("https"),
        None => state.config().is_https(),
    };
    RequestInfo {
        session_hash: cookie::value(headers, cookie::session_name(secure)).map(secret::hash),
        id: given_id(headers).map_or_else(|| new_id(state), Into::into),
        address: forwarded.and_then(|it| it.parse().ok()).or(peer),
        secure,
        language: preferred(headers),
    }
}

/// The id that the client or a proxy gave the request, if it is one that logs can hold.
fn given_id(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_sane = |it: &u8| it.is_ascii_alphanumeric() || b"-_.:".contains(it);
    ((8..=LONGEST_ID).contains(&given.len()) && given.as_bytes().iter().all(is_sane))
        .then_some(given)
}

fn new_id(state: &AppState) -> Arc<str> {
    let id = state.engine().ids().next(state.engine().now());
    id.simple().to_string().into()
}

/// The last entry is the one that the trusted proxy wrote; those before it are the client's claims.
fn nearest<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next().map(str::trim)
}

fn preferred(headers: &HeaderMap) -> Language {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|it| it.to_str().ok());
    let tag = wanted
        .and_then(|it| it.split([',', ';']).next())
        .map(str::trim);
    tag.map_or_else(Language::default, Language::from_tag)
}
