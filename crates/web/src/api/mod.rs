//! The REST API, uniform for every type of the dictionary.
//!
//! Handlers translate: from JSON to a change or a query, and from what the engine answers to JSON.
//! None of them decides anything about a record.

mod account;
mod actions;
mod aggregate;
mod asked;
mod attachments;
mod beside;
pub(crate) mod bulk;
mod caller;
mod change;
mod customize;
mod idempotency;
mod imports;
mod jobs;
mod list;
mod mails;
mod newest;
pub mod openapi;
mod people;
mod records;
mod render;
mod search;
mod settings;
mod setup;
mod sign_in;
mod timeline;
mod tokens;
mod types;
mod verify;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::AppState;
pub(crate) use render::{Shape, Shown};

/// Routes below `/api/v1`. Names with a hyphen or in the plural cannot be names of types.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/openapi.json", get(openapi::document))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/first-administrator", post(sign_in::first_administrator))
        .route("/me", get(account::me))
        .route("/me/password", post(account::change_password))
        .route("/sessions", get(account::sessions))
        .route("/sessions/{id}", delete(account::end_session))
        .route("/set-password", post(people::set_password))
        .route("/people/import", post(people::import))
        .route(
            "/people/{id}/account",
            get(people::account).patch(people::change_account),
        )
        .route("/people/{id}/sessions", delete(people::end_sessions))
        .route("/people/{id}/tokens/{token}", delete(people::revoke_token))
        .route("/people/{id}/link", post(people::make_link))
        .route("/people/{id}/rights", get(people::rights))
        .route("/tokens", get(tokens::list).post(tokens::mint))
        .route("/tokens/{id}", delete(tokens::revoke))
        .route("/set-up", get(setup::checklist))
        .route("/settings", get(settings::all))
        .route(
            "/settings/{key}",
            get(settings::one)
                .put(settings::put)
                .delete(settings::reset),
        )
        .route("/settings/{key}/preview", post(settings::preview))
        .route("/types", get(types::all).post(customize::add_type))
        .route("/types/{type}", get(types::one))
        .route("/types/{type}/fields", post(customize::add_field))
        .route("/imports", get(imports::list).post(imports::begin))
        .route("/imports/columns", get(imports::columns))
        .route("/imports/{id}", get(imports::one))
        .route("/imports/{id}/cancel", post(imports::cancel))
        .route("/mails", get(mails::list))
        .route("/mails/{id}", get(mails::one).delete(mails::discard))
        .route("/mails/{id}/take", post(mails::take))
        .route("/jobs", get(jobs::list))
        .route("/jobs/{id}", get(jobs::one).delete(jobs::discard))
        .route("/jobs/{id}/retry", post(jobs::retry))
        .route("/bulk", get(bulk::list))
        .route("/bulk/{id}", get(bulk::one))
        .route("/bulk/{id}/results", get(bulk::results))
        .route("/bulk/{id}/cancel", post(bulk::cancel))
        .route("/bulk/{id}/undo", post(bulk::undo))
        .route("/verify", get(verify::newest).post(verify::begin))
        .route("/verify/{id}", get(verify::one))
        .route("/search", get(search::search))
        .route("/similar", post(search::similar))
        .route("/uploads", post(attachments::send_ahead))
        .merge(across())
        .route("/{type}", get(list::of_type).post(records::create))
        .route("/{type}/export", get(list::export))
        .route("/{type}/bulk", post(bulk::begin))
        .route(
            "/{type}/aggregate",
            get(aggregate::by_query).post(aggregate::by_body),
        )
        .route(
            "/{type}/{id}",
            get(records::get)
                .patch(records::update)
                .delete(records::delete),
        )
        .route("/{type}/{id}/restore", post(records::restore))
        .route("/{type}/{id}/assign", post(actions::assign))
        .route(
            "/{type}/{id}/actions/{transition}",
            post(actions::transition),
        )
        .route("/{type}/{id}/comments", post(actions::comment))
        .route(
            "/{type}/{id}/comments/{comment}/split",
            post(actions::split),
        )
        .route(
            "/{type}/{id}/attachments",
            get(attachments::list).post(attachments::add),
        )
        .route(
            "/{type}/{id}/attachments/{attachment}",
            get(attachments::fetch).delete(attachments::remove),
        )
        .route(
            "/{type}/{id}/links",
            get(beside::links).post(beside::link).delete(beside::unlink),
        )
        .route(
            "/{type}/{id}/followers",
            get(beside::followers).post(beside::follow),
        )
        .route("/{type}/{id}/followers/{person}", delete(beside::unfollow))
        .route("/{type}/{id}/similar", get(search::similar_to))
        .route("/{type}/{id}/uses", get(beside::uses))
        .route("/{type}/{id}/timeline", get(timeline::timeline))
}

/// Routes of records of all types.
fn across() -> Router<AppState> {
    Router::new()
        .route("/records", get(list::across_types))
        .route("/records/export", get(list::export_across))
        .route("/records/bulk", post(bulk::begin))
        .route(
            "/records/aggregate",
            get(aggregate::across_by_query).post(aggregate::across_by_body),
        )
        .route("/records/{id}", get(records::get_any))
}
