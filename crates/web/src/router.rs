//! Which address leads where, and the layers around all of them.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base::{Message, Refused, Result};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::{
    AppState, Failure, RequestInfo, api, assets, context, error, guard, headers, html, rate,
};

/// The whole server.
///
/// Layers from the outside in: id, access log and figures; headers; packing; words for failures; panics;
/// how often; time. A layer may rely on those outside of it.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(html::html_router())
        .nest("/api/v1", api::router())
        .route("/assets/{name}", get(assets::asset))
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(guard::refuse_odd_addresses))
        .layer(from_fn_with_state(state.clone(), guard::limit_time))
        .layer(from_fn_with_state(state.clone(), rate::limit))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(state.clone(), error::render))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn_with_state(state.clone(), context::observe))
        .with_state(state)
}

/// The process runs.
async fn healthy() -> &'static str {
    "ok\n"
}

/// The process takes work: it is not about to end, and the database answers.
async fn ready(State(state): State<AppState>) -> Result<&'static str, Failure> {
    if state.is_stopping() {
        return Err(Refused::Busy(Message::new("server-stopping")).into());
    }
    let ctx = crate::auth::system_ctx(&state);
    state
        .engine()
        .read(&ctx, |reading| engine::system::ping(reading.tx))
        .await?;
    Ok("ready\n")
}

async fn figures(
    State(state): State<AppState>,
    axum::Extension(info): axum::Extension<RequestInfo>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|it| it.to_str().ok());
    let allowed = match &state.config().metrics_token {
        Some(token) => given.is_some_and(|it| {
            engine::system::secret::equal(it.trim_start_matches("Bearer "), token)
        }),
        // Behind a proxy on this machine everybody would seem to be this machine.
        None => info.address.is_none_or(|it| it.is_loopback()) && !is_forwarded(&headers),
    };
    if !allowed {
        return Err(Refused::Forbidden(Message::new("metrics-forbidden")).into());
    }
    let ctx = crate::auth::system_ctx(&state);
    let figures = state
        .engine()
        .read_long(&ctx, |reading| engine::system::figures(reading.tx))
        .await?;
    let store = state.engine().store().metrics();
    let totals = [
        ("deskwright_store_commits_total", store.batches),
        ("deskwright_store_jobs_total", store.batch_jobs),
        ("deskwright_store_retries_total", store.retries),
        ("deskwright_store_batch_reruns_total", store.batch_reruns),
        (
            "deskwright_store_guarded_batches_total",
            store.guarded_batches,
        ),
        ("deskwright_store_slow_jobs_total", store.slow_jobs),
        ("deskwright_store_statements_total", store.statements),
        ("deskwright_store_round_trips_total", store.round_trips),
        ("deskwright_store_inline_aborts_total", store.inline_aborts),
        ("deskwright_store_connects_total", store.connects),
    ];
    let mut levels = vec![
        ("deskwright_store_queue", store.queue_length),
        ("deskwright_store_long_queue", store.long_queue_length),
        ("deskwright_store_largest_batch", store.largest_batch),
        ("deskwright_store_wal_bytes", store.wal_bytes),
    ];
    levels.extend(figures);
    let text = state.metrics().render(&totals, &levels);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// Whether the request says that it came through somebody else, believed or not.
fn is_forwarded(headers: &HeaderMap) -> bool {
    let mut names = headers.keys().map(header::HeaderName::as_str);
    names
        .any(|it| it.starts_with("x-forwarded-") || matches!(it, "forwarded" | "x-real-ip" | "via"))
}

async fn nothing_here() -> Failure {
    Failure::with_status(StatusCode::NOT_FOUND, Message::new("address-not-found"))
}

async fn wrong_method() -> Failure {
    Failure::with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        Message::new("method-not-allowed"),
    )
}
