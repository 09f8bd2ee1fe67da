//! Pages for people, generic from the dictionary: no page knows a record type by name.
//!
//! Every form is answered by another page (post, redirect, get) or by itself with what is wrong. Nothing here
//! needs script.

mod account;
mod act;
mod admin;
mod alike;
mod around;
mod article;
mod beside;
mod bulk;
mod columns;
mod drawn;
mod duplicate;
mod edit;
mod elsewhere;
mod files;
mod filter;
mod flash;
mod forgot;
mod grouped;
mod hanging;
mod home;
mod input;
mod leads_on;
mod library;
mod list;
mod list_file;
mod mine;
mod navigation;
mod portal;
mod record;
mod refused;
mod search;
mod set_password;
mod shell;
mod sign_in;
mod story;
mod ticket;
mod tree;
mod versions;
mod views;

pub(crate) use drawn::Drawings;
pub(crate) use refused::{error_page, form_again};
pub(crate) use views::ViewsInForce;

use axum::Router;
use axum::routing::{get, post};

use crate::{AppState, branded};

/// Routes of all pages.
pub fn html_router() -> Router<AppState> {
    Router::new()
        .merge(doors())
        .merge(portal_router())
        .route("/", get(home::page))
        .route("/new", get(edit::choose))
        .route("/search", get(search::desk))
        .route("/records", get(list::across))
        .route("/records/export", get(list_file::export_across))
        .merge(admin::router())
        .merge(records())
}

/// Signing in and out, and one's own settings.
fn doors() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::send))
        .route("/sign-out", post(sign_in::out))
        .route(
            "/first-administrator",
            get(sign_in::first_page).post(sign_in::first_send),
        )
        .route("/forgot-password", get(forgot::page).post(forgot::send))
        .route(branded::STYLES, get(branded::styles))
        .route(branded::LOGO, get(branded::logo))
        .route(
            "/set-password",
            get(set_password::page).post(set_password::send),
        )
        .route("/account", get(account::page).post(account::save))
        .route("/account/password", post(account::password))
        .route("/account/tokens", post(account::make_token))
        .route("/account/tokens/{id}/revoke", post(account::revoke_token))
        .route("/account/sessions/{id}/end", post(account::end_session))
}

fn portal_router() -> Router<AppState> {
    Router::new()
        .route("/portal", get(portal::first))
        .route("/portal/requests", get(portal::all))
        .route("/portal/search", get(search::portal))
        .route("/portal/alike", get(alike::helpful))
        .route(
            "/portal/new/{type}",
            get(portal::new_page).post(portal::create),
        )
        .route("/portal/{type}", get(library::page))
        .route("/portal/{type}/{key}", get(ticket::page))
        .route("/portal/{type}/{key}/answer", post(ticket::answer))
        .route("/portal/{type}/{key}/step/{transition}", post(ticket::step))
        .route("/portal/{type}/{key}/feedback", post(article::say))
        .route(
            "/portal/{type}/{key}/feedback/{answer}/remove",
            post(article::take_back),
        )
        .route(
            "/portal/{type}/{key}/files/{file}/remove",
            get(files::portal_remove_page).post(files::portal_remove),
        )
}

/// Lists and records of every type.
fn records() -> Router<AppState> {
    Router::new()
        .route("/{type}", get(list::of_type))
        .route("/{type}/export", get(list_file::export))
        .route("/{type}/bulk", get(bulk::page).post(bulk::send))
        .route("/bulk", get(bulk::run::all))
        .route("/bulk/{id}", get(bulk::run::page))
        .route("/bulk/{id}/cancel", post(bulk::run::cancel))
        .route("/bulk/{id}/undo", post(bulk::run::undo))
        .route("/{type}/views", post(views::create))
        .route("/{type}/views/counts", get(views::menu::counts))
        .route("/{type}/views/{id}", post(views::update))
        .route("/{type}/new", get(edit::new_page).post(edit::create))
        .route("/{type}/{key}", get(record::page))
        .route("/{type}/{key}/edit", get(edit::edit_page).post(edit::edit))
        .route(
            "/{type}/{key}/assign",
            get(edit::assign_page).post(edit::assign),
        )
        .route("/{type}/{key}/comment", post(act::comment))
        .route("/{type}/{key}/files/{file}", get(files::fetch))
        .route(
            "/{type}/{key}/files/{file}/remove",
            get(files::remove_page).post(files::remove),
        )
        .route(
            "/{type}/{key}/step/{transition}",
            get(act::step_page).post(act::step),
        )
        .route("/{type}/{key}/versions", get(versions::page))
        .route("/{type}/{key}/similar", get(alike::similar))
        .route("/{type}/{key}/helpful", get(alike::suggested))
        .route("/{type}/{key}/follow", post(beside::follow))
        .route("/{type}/{key}/unfollow", post(beside::unfollow))
        .route("/{type}/{key}/link", post(beside::link))
        .route("/{type}/{key}/unlink", post(beside::unlink))
        .route("/{type}/{key}/child/{child}", post(beside::child))
        .route(
            "/{type}/{key}/delete",
            get(beside::delete_page).post(beside::delete),
        )
        .route(
            "/{type}/{key}/restore",
            get(beside::restore_page).post(beside::restore),
        )
}

/// Whether an address is a path of ours: `//elsewhere` and `/\elsewhere` lead out.
fn is_local(address: &str) -> bool {
    address.starts_with('/')
        && !address[1..].starts_with(['/', '\\'])
        && !address.contains(['\r', '\n', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_ours_are_gone_to() {
        for good in ["/", "/incident/INC0000001?tab=all"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
