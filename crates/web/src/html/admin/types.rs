//! The dictionary as it is, and fields that are added to it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use base::{Error, Message, Problem, Refused};
use dictionary::{FieldDef, Kind, TypeDef};
use engine::customize::{AREA, ChoiceSpec, FieldSpec};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::form::{Choice, Control, FormField, FormSection, problems, sections};
use ui::icon::icon;
use ui::label::{self, say};
use ui::message::Language;
use ui::text;

use super::super::act::problems_of;
use super::super::flash::Flash;
use super::super::navigation::type_icon;
use super::super::shell::{Here, go, refused};
use super::field::typed;
use super::{Answer, page, type_users};
use crate::{AppState, FormData, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/types";
/// Kinds of fields that people add by a form, with the catalogue's word for each.
const KINDS: [&str; 14] = [
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "instant",
    "duration",
    "choice",
    "multi_choice",
    "reference",
    "email",
    "url",
];

/// `GET /admin/types`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let language = here.language();
    let title = text!(language, "admin-types");
    let types: Vec<&Arc<TypeDef>> = here.ctx().snapshot.dictionary.types().collect();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "admin-types-words")) } } a class="button primary" href="/admin/types/new" { (icon("plus")) (text!(language, "type-new")) } }
            section class="card" {
                div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                    thead { tr {
                        th scope="col" { (text!(language, "admin-type")) } th scope="col" { (text!(language, "admin-name")) }
                        th scope="col" class="figure-column" { (text!(language, "admin-fields")) }
                        th scope="col" class="figure-column" { (text!(language, "admin-states")) }
                        th scope="col" { (text!(language, "admin-records")) }
                    } }
                    tbody { @for of in types { tr {
                        td { a class="link" href=(format!("/admin/types/{}", of.name)) { (icon(type_icon(of))) " " (label::label(language, &of.plural)) } @if of.custom { " " (own_tag(language)) } }
                        td { code { (of.name) } }
                        td class="figure-column" { (of.fields.len()) }
                        td class="figure-column" { (of.lifecycle.as_ref().map_or(0, |it| it.states.len())) }
                        td { @if here.ctx().may_somewhere(&of.name, "read") { a class="link" href=(format!("/{}?q=", of.name)) { (text!(language, "admin-open")) } } }
                    } } }
                } }
            }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

/// `GET /admin/types/{type}`
pub(super) async fn of_type(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Answer {
    show(&state, &here, &name, &FormData::default(), &[])
}

fn show(state: &AppState, here: &Here, name: &str, typed: &FormData, wrong: &[Problem]) -> Answer {
    here.ctx().require_area(AREA)?;
    let of = here.ctx().snapshot.dictionary.record_type(name).cloned();
    let of =
        of.ok_or_else(|| Refused::NotFound(Message::new("type-unknown").with("type", name)))?;
    let language = here.language();
    let title = label::label(language, &of.plural);
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { code { (of.name) } } }
                a class="button" href=(format!("/admin/types/{}/shape", of.name)) { (icon("columns")) (text!(language, "shape-open")) }
                a class="button" href="#add" { (icon("plus")) (text!(language, "admin-add")) }
            }
            section class="card" {
                div class="section" { header { h2 { (text!(language, "admin-fields")) } } }
                div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                    thead { tr {
                        th scope="col" { (text!(language, "admin-field")) } th scope="col" { (text!(language, "admin-name")) }
                        th scope="col" { (text!(language, "admin-kind")) } th scope="col" { (text!(language, "admin-choices")) }
                    } }
                    tbody { @for field in &of.fields { (field_row(language, &of.name, field)) } }
                } }
            }
            @if let Some(lifecycle) = &of.lifecycle {
                section class="card" {
                    div class="section" { header { h2 { (text!(language, "admin-states")) } } }
                    div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "admin-states")) { table class="table" {
                        thead { tr { th scope="col" { (text!(language, "admin-state")) } th scope="col" { (text!(language, "admin-name")) } th scope="col" { (text!(language, "admin-steps")) } } }
                        tbody { @for it in &lifecycle.states { tr {
                            td { (ui::icon::state(label::state_kind(it.phase), &label::label(language, &it.label))) }
                            td { code { (it.code) } }
                            td { (lifecycle.transitions_from(&it.code).map(|it| label::label(language, &it.label)).collect::<Vec<_>>().join(", ")) }
                        } } }
                    } }
                }
            }
            (type_users::users(here, &of.name))
            (add_form(here, &of, typed, wrong))
        }
    };
    let way = vec![(text!(language, "admin-types"), "/admin/types".to_owned())];
    Ok(page(state, here, (title, PLACE), way, &body))
}

fn own_tag(language: &Language) -> Markup {
    html! { span class="tag ice" { (text!(language, "admin-own")) } }
}

fn kind_words(language: &Language, kind: &str) -> String {
    label::said(language, &label::key(&["kind", kind])).unwrap_or_else(|| kind.to_owned())
}

fn field_row(language: &Language, of: &str, field: &FieldDef) -> Markup {
    let target = match &field.kind {
        Kind::Reference { to } | Kind::References { to } => to.as_deref(),
        _ => None,
    };
    let choices: Vec<String> = field
        .choices
        .iter()
        .map(|it| label::choice(language, field, &it.code))
        .collect();
    html! {
        tr {
            td {
                a class="link" href=(format!("/admin/types/{of}/fields/{}", field.name)) { (label::label(language, &field.label)) }
                @if field.custom { " " (own_tag(language)) }
                @if field.required { " " span class="tag" { (text!(language, "admin-required")) } }
                @if field.unique { " " span class="tag" { (text!(language, "admin-unique")) } }
            }
            td { code { (field.name) } }
            td { (kind_words(language, field.kind.name())) @if let Some(to) = target { " → " code { (to) } } }
            td class="wrap" { (choices.join(", ")) }
        }
    }
}

fn add_form(here: &Here, of: &TypeDef, typed: &FormData, wrong: &[Problem]) -> Markup {
    let language = here.language();
    let own: Vec<FormField> = form_fields(here, typed, wrong);
    let on_form = |it: &&Problem| {
        !own.iter()
            .any(|field| it.field.as_deref() == Some(field.name.as_str()))
    };
    let general: Vec<String> = wrong
        .iter()
        .filter(on_form)
        .map(|it| say(language, &it.message))
        .collect();
    let section = FormSection {
        title: None,
        fields: own,
    };
    html! {
        form class="form card padded" id="add" method="post" action=(format!("/admin/types/{}", of.name)) {
            (here.csrf())
            h2 { (text!(language, "admin-add")) }
            (problems(language, "", std::slice::from_ref(&section), &general))
            (sections(language, "", std::slice::from_ref(&section)))
            p { button class="button primary" { (text!(language, "admin-add-do")) } }
        }
    }
}

fn form_fields(here: &Here, typed: &FormData, wrong: &[Problem]) -> Vec<FormField> {
    let language = here.language();
    let form = AddForm {
        language,
        typed,
        wrong,
    };
    let choice = |value: &str, label: String| Choice {
        value: value.to_owned(),
        label,
        group: None,
    };
    let kinds = KINDS
        .iter()
        .map(|it| choice(it, kind_words(language, it)))
        .collect();
    let types = here.ctx().snapshot.dictionary.types();
    let types = types
        .map(|it| choice(&it.name, label::label(language, &it.label)))
        .collect();
    let help = |field: FormField, words: String| FormField {
        help: Some(words),
        ..field
    };
    vec![
        form.field(
            "label",
            text!(language, "admin-field-label"),
            true,
            form.line("label", 100),
        ),
        help(
            form.field(
                "name",
                text!(language, "admin-name"),
                true,
                form.line("name", 40),
            ),
            text!(language, "admin-name-help"),
        ),
        form.field(
            "kind",
            text!(language, "admin-kind"),
            true,
            form.menu("kind", kinds),
        ),
        help(
            form.field(
                "to",
                text!(language, "admin-target"),
                false,
                form.menu("to", types),
            ),
            text!(language, "admin-target-help"),
        ),
        help(
            form.field(
                "choices",
                text!(language, "admin-choices"),
                false,
                form.area("choices"),
            ),
            text!(language, "admin-choices-help"),
        ),
        form.field(
            "help",
            text!(language, "admin-field-help"),
            false,
            form.line("help", 200),
        ),
        help(
            form.field(
                "default",
                text!(language, "admin-default"),
                false,
                form.line("default", 200),
            ),
            text!(language, "admin-default-help"),
        ),
        form.tick("required", text!(language, "admin-required-long")),
        form.tick("unique", text!(language, "admin-unique-long")),
        form.tick("indexed", text!(language, "admin-indexed-long")),
        form.tick("internal", text!(language, "admin-internal-long")),
    ]
}

/// The form for a new field, with what was typed and what is wrong with it.
struct AddForm<'a> {
    language: &'a Language,
    typed: &'a FormData,
    wrong: &'a [Problem],
}

impl AddForm<'_> {
    fn text(&self, name: &str) -> String {
        self.typed.get(name).unwrap_or_default().to_owned()
    }

    fn line(&self, name: &str, most: usize) -> Control {
        Control::Line {
            value: self.text(name),
            kind: "text",
            most: Some(most),
            offers: Vec::new(),
        }
    }

    fn area(&self, name: &str) -> Control {
        Control::Area {
            value: self.text(name),
        }
    }

    fn menu(&self, name: &str, choices: Vec<Choice>) -> Control {
        Control::Menu {
            value: self.text(name),
            choices,
            follows: None,
        }
    }

    fn tick(&self, name: &str, label: String) -> FormField {
        self.field(
            name,
            label,
            false,
            Control::Tick {
                on: self.typed.get(name).is_some(),
            },
        )
    }

    fn field(&self, name: &str, label: String, required: bool, control: Control) -> FormField {
        let wrong = self
            .wrong
            .iter()
            .find(|it| it.field.as_deref() == Some(name));
        FormField {
            name: name.to_owned(),
            label,
            help: None,
            required,
            problem: wrong.map(|it| say(self.language, &it.message)),
            control,
        }
    }
}

/// `POST /admin/types/{type}`
pub(super) async fn add_field(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let spec = spec(&here, &posted.form);
    let shown = spec.label.values().next().cloned().unwrap_or_default();
    let (engine, ctx, of) = (state.engine().clone(), here.ctx().clone(), name.clone());
    // Tables are changed by waiting for the database, which must not hold up other requests.
    let work = tokio::task::spawn_blocking(move || engine.add_field(&ctx, &of, spec));
    let done = work
        .await
        .map_err(|error| Error::failed("the dictionary could not be changed", error))?;
    match done {
        Ok(()) => Ok(go(
            &format!("/admin/types/{name}"),
            Some(&Flash::new("notice-field-added", shown)),
        )),
        Err(error) => {
            let wrong = problems_of(error)?;
            Ok(refused(
                show(&state, &here, &name, &posted.form, &wrong)?,
                StatusCode::UNPROCESSABLE_ENTITY,
            ))
        }
    }
}

fn spec(here: &Here, form: &FormData) -> FieldSpec {
    let text = |name: &str| {
        form.get(name)
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
    };
    let said = |words: &str| typed(here.language(), words);
    let choices = text("choices").unwrap_or_default();
    let choice = |line: &str| {
        let (code, words) = line.split_once(':').unwrap_or((line, line));
        ChoiceSpec {
            code: code.trim().to_owned(),
            label: said(words.trim()),
            when: Vec::new(),
        }
    };
    let kind = text("kind").unwrap_or_default();
    FieldSpec {
        name: text("name").unwrap_or_default(),
        label: said(&text("label").unwrap_or_default()),
        to: text("to").filter(|_| kind == "reference"),
        scale: (kind == "decimal").then_some(2),
        max: (kind == "text").then_some(255),
        kind,
        choices: choices
            .lines()
            .filter(|it| !it.trim().is_empty())
            .map(choice)
            .collect(),
        depends_on: None,
        required: form.get("required").is_some(),
        unique: form.get("unique").is_some(),
        indexed: form.get("indexed").is_some(),
        internal: form.get("internal").is_some(),
        help: text("help").map(|it| said(&it)).unwrap_or_default(),
        default: text("default").map(Json::String),
        column: String::new(),
    }
}
