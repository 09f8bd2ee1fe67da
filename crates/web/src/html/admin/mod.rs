//! Administration: where everything that is set up stands, and what is still to be done.

mod account;
mod branding;
mod explain;
mod field;
mod import_run;
mod imports;
mod jobs;
mod mails;
mod people;
mod places;
mod roles;
mod settings;
mod settings_list;
mod shape;
mod type_users;
mod types;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use base::{Message, Refused};
use engine::{Ctx, Reading};
use maud::{Markup, html};
use ui::icon::icon;
use ui::label::say;
use ui::message::Language;
use ui::text;

pub(super) use places::places;

use super::shell::{Frame, Here, crumb};
use crate::administration::administers;
use crate::administration::setup::{Facts, Item, State as Stands, checklist};
use crate::viewer::Viewer;
use crate::{AppState, Failure};

type Answer = Result<Response, Failure>;

/// Pages of administration.
pub(super) fn router() -> Router<AppState> {
    use axum::routing::get;
    Router::new()
        .route("/admin", get(first))
        .route("/admin/branding", get(branding::form).post(branding::send))
        .route("/admin/people", get(account::all))
        .route("/admin/people/import", get(people::form).post(people::send))
        .route("/admin/people/{id}", get(account::one).post(account::send))
        .route("/admin/explain", get(explain::ask))
        .route("/admin/imports", get(imports::all).post(imports::send))
        .route(
            "/admin/imports/new",
            get(imports::choose).post(imports::begin),
        )
        .route(
            "/admin/imports/{id}",
            get(import_run::one).post(import_run::act),
        )
        .route("/admin/mails", get(mails::all))
        .route("/admin/mails/{id}", axum::routing::post(mails::send))
        .route("/admin/jobs", get(jobs::all))
        .route("/admin/jobs/{id}", axum::routing::post(jobs::send))
        .route("/admin/roles", get(roles::all))
        .route("/admin/roles/{code}", get(roles::one).post(roles::send))
        .route("/admin/settings", get(settings_list::all))
        .route(
            "/admin/settings/{key}",
            get(settings::one).post(settings::send),
        )
        .route("/admin/types", get(types::all))
        .route("/admin/types/new", get(shape::new).post(shape::create))
        .route(
            "/admin/types/{type}/shape",
            get(shape::one).post(shape::send),
        )
        .route(
            "/admin/types/{type}/fields/{field}",
            get(field::one).post(field::send),
        )
        .route(
            "/admin/types/{type}",
            get(types::of_type).post(types::add_field),
        )
}

/// A page of administration with its way from the first one.
fn page(
    state: &AppState,
    here: &Here,
    (title, active): (String, &str),
    between: Vec<(String, String)>,
    body: &Markup,
) -> Response {
    let first = text!(here.language(), "admin-title");
    let mut crumbs = vec![crumb(first, Some("/admin"))];
    let between = between.iter();
    crumbs.extend(between.map(|(words, href)| crumb(words.clone(), Some(href))));
    crumbs.push(crumb(title.clone(), None));
    let frame = Frame {
        title,
        area: "admin",
        active: active.to_owned(),
        crumbs,
        ..Frame::default()
    };
    here.agent(state, frame, body)
}

/// `GET /admin`
async fn first(State(state): State<AppState>, here: Here) -> Answer {
    if !administers(here.ctx()) {
        let message = Message::new("forbidden-administration");
        return Err(Refused::Forbidden(message).into());
    }
    let (facts, language) = (Facts::of(state.config()), here.language().clone());
    let read = move |reading: &mut Reading<'_, '_>| checklist(reading, &facts, &language);
    let items = state.engine().read_long(here.ctx(), read).await?;
    let language = here.language();
    let title = text!(language, "admin-title");
    let done = items.iter().filter(|it| it.state == Stands::Done).count();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" {
                h1 { (title) }
                p class="small-text" { (text!(language, "admin-words", done = done, all = items.len())) }
            } }
            section class="card padded" {
                h2 { (text!(language, "admin-checklist")) }
                ul class="checklist" {
                    @for state in [Stands::Missing, Stands::Advice, Stands::Done] {
                        @for it in items.iter().filter(|it| it.state == state) { (line(language, it)) }
                    }
                }
            }
            nav class="card padded" aria-label=(text!(language, "admin-where")) {
                h2 { (text!(language, "admin-where")) }
                div class="admin-places" { @for section in places(here.ctx(), language) {
                    div { h3 { (section.title) } ul class="links" { @for place in &section.places {
                        li { a href=(place.href) { (icon(place.icon)) span class="title" { (place.label) } } }
                    } } }
                } }
            }
        }
    };
    let frame = Frame {
        crumbs: vec![crumb(title.clone(), None)],
        title,
        area: "admin",
        active: "admin".to_owned(),
        ..Frame::default()
    };
    Ok(here.agent(&state, frame, &body))
}

/// The same reader with settings, roles and types as they are at this moment: somebody may just have changed them.
fn as_it_is_now(state: &AppState, here: &Here) -> Result<Here, Failure> {
    let snapshot = state.engine().reload(here.ctx().tenant)?;
    let ctx = Ctx {
        snapshot,
        ..here.ctx().clone()
    };
    Ok(Here::after(Viewer {
        ctx,
        ..here.viewer.clone()
    }))
}

fn line(language: &Language, item: &Item) -> Markup {
    let (mark, class, words) = match item.state {
        Stands::Done => ("check", "ok", text!(language, "setup-done")),
        Stands::Missing => ("alert", "bad", text!(language, "setup-missing")),
        Stands::Advice => ("info", "warn", text!(language, "setup-advice")),
    };
    html! {
        li {
            span class=(format!("health {class}")) { (icon(mark)) (words) }
            div {
                b { (say(language, &item.title)) }
                @if item.state != Stands::Done { p class="small-text" { (say(language, &item.help)) } }
            }
            @if let Some(href) = &item.href {
                a class="button small" href=(href) { (text!(language, "setup-open")) span class="visually-hidden" { " " (say(language, &item.title)) } }
            }
        }
    }
}
