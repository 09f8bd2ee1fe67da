//! Pages for people.

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::{AppState, ErrorView};

/// Routes of all pages.
pub fn html_router() -> Router<AppState> {
    Router::new()
}

/// The page that says why a request is not answered as it wished.
#[must_use]
pub fn error_page(_state: &AppState, view: &ErrorView, _headers: &HeaderMap) -> Response {
    let page = maud::html! {
        (maud::DOCTYPE)
        html { head { title { (view.title) } } body { h1 { (view.title) } p { (view.detail) } } }
    };
    (
        view.status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page.into_string(),
    )
        .into_response()
}
