//! Pages that say why a request is not answered as it wished, in the frame in which the reader is at home.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base::Problem;
use maud::html;
use ui::form::{Control, FormField, problems, sections};
use ui::label::{self, say};
use ui::message::Language;
use ui::page::CSRF_FIELD;
use ui::refusal::{Refusal, refusal};
use ui::text;

use super::shell::{Here, around, refused};
use crate::flawed::Flawed;
use crate::viewer::Around;
use crate::{AppState, ErrorView};

/// The page that says why, with the next step as a button.
pub(crate) fn error_page(
    state: &AppState,
    view: &ErrorView,
    headers: &HeaderMap,
    whom: &Around<'_>,
) -> Response {
    let language = &view.language;
    let place = match whom.path.starts_with("/portal") {
        true => "/portal",
        false => "/",
    };
    let home = (text!(language, "refusal-home"), place.to_owned());
    let back = headers
        .get(header::REFERER)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| url::Url::parse(it).ok());
    let back = back.filter(|it| it.host_str() == state.config().public_url.host_str());
    let back = back.map(|it| {
        let there = &it[url::Position::BeforePath..url::Position::AfterQuery];
        (text!(language, "refusal-back"), there.to_owned())
    });
    let sign_in = (text!(language, "shell-sign-in"), "/sign-in".to_owned());
    let search = text!(language, "refusal-search");
    let search = (search, format!("{}/search", place.trim_end_matches('/')));
    let (icon, mends) = match view.status {
        StatusCode::UNAUTHORIZED => ("key", vec![sign_in]),
        StatusCode::FORBIDDEN => ("lock", back.into_iter().chain([home]).collect()),
        StatusCode::NOT_FOUND => ("search", vec![home, search]),
        _ => ("alert", back.into_iter().chain([home]).collect()),
    };
    let named = view.problems.iter().map(|(field, _, words)| match field {
        Some(field) => format!("{}: {words}", label_of(state, language, whom.path, field)),
        None => words.clone(),
    });
    let body = refusal(&Refusal {
        tag: view.status.as_u16().to_string(),
        icon,
        title: view.title.clone(),
        words: view.detail.clone(),
        details: named.collect(),
        mends,
        reference: text!(language, "refusal-reference", id = view.request_id.as_str()),
    });
    refused(around(state, whom, &view.title, &body), view.status)
}

/// A form of any page once more: what could not be stored is taken out and named, the rest is as it was.
pub(crate) fn form_again(state: &AppState, whom: &Around<'_>, flawed: &Flawed) -> Response {
    let language = whom
        .viewer
        .map_or(&whom.visitor.language, |it| &it.language);
    let problem_of = |name: &str| {
        let own = |it: &&Problem| it.field.as_deref() == Some(name);
        let found = flawed.problems.iter().find(own)?;
        Some(say(language, &found.message))
    };
    let (mut shown, mut kept) = (Vec::new(), Vec::new());
    for (name, value) in flawed.form.pairs() {
        // Secrets are never sent back.
        let is_secret = name.contains("password") || name.contains("secret");
        let problem = problem_of(name);
        if name == CSRF_FIELD {
        } else if problem.is_none() && !is_secret {
            kept.push((name, value));
        } else {
            let autocomplete = "off";
            shown.push(FormField {
                name: name.clone(),
                label: label_of(state, language, whom.path, name),
                help: None,
                required: false,
                problem,
                control: match is_secret {
                    true => Control::Secret { autocomplete },
                    false => Control::Area {
                        value: value.clone(),
                    },
                },
            });
        }
    }
    let title = text!(language, "form-again-title");
    let fields = [ui::form::FormSection {
        title: None,
        fields: shown,
    }];
    let body = html! {
        header class="page-head" { h1 { (title) } p class="lead" { (text!(language, "form-again-words")) } }
        form class="form" method="post" action=(whom.address) data-guard {
            @if let Some(viewer) = whom.viewer { (Here::after(viewer.clone()).csrf()) }
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            (problems(language, "", &fields, &[]))
            (sections(language, "", &fields))
            div class="form-actions" { button class="button primary" { (text!(language, "form-again-send")) } }
        }
    };
    let page = around(state, whom, &title, &body);
    refused(page, StatusCode::UNPROCESSABLE_ENTITY)
}

/// What people call a field of the type that the path is about, or of a form that others have too; else its name.
fn label_of(state: &AppState, language: &Language, path: &str, name: &str) -> String {
    let snapshot = state.engine().snapshot_of(state.tenant());
    let mut types = path
        .split('/')
        .filter_map(|it| snapshot.dictionary.record_type(it));
    let field = types.find_map(|it| it.field(name).cloned());
    match (field, name) {
        (Some(field), _) => label::label(language, &field.label),
        (None, "body" | "comment" | "text") => text!(language, "composer-message"),
        (None, "login") => text!(language, "sign-in-login"),
        (None, "password") => text!(language, "sign-in-password"),
        (None, name) => name.to_owned(),
    }
}
