//! What a type shows and how its records go: order of fields, numbers, added states and steps; and new types.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Message, Problem, Refused};
use dictionary::{FieldFlag, Lifecycle, Phase, Section, StateDef, TypeDef, spine};
use engine::additions::{LAYOUTS, NUMBERS, ROLES, STATES};
use engine::customize::{AREA, StateSpec, TransitionSpec, TypeSpec};
use maud::{Markup, html};
use serde_json::{Value as Json, json};
use ui::form::problems;
use ui::icon::icon;
use ui::label::{self, say};
use ui::message::Language;
use ui::text;

use super::super::act::problems_of;
use super::super::flash::Flash;
use super::super::shell::{Here, go, refused};
use super::field::{typed, whole};
use super::settings::propose;
use super::{Answer, as_it_is_now, page, type_users};
use crate::administration::may;
use crate::{AppState, Failure, FormData, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/types";
/// Spine fields that a new type may show.
const SPINE: [&str; 5] = [
    spine::REQUESTER,
    spine::TEAM,
    spine::ASSIGNEE,
    spine::PRIORITY,
    spine::DUE_AT,
];

fn find(here: &Here, of: &str) -> Result<std::sync::Arc<TypeDef>, Refused> {
    here.ctx().require_area(AREA)?;
    let found = here.ctx().record_type(of);
    found.ok_or_else(|| Refused::NotFound(Message::new("type-unknown").with("type", of)))
}

fn area(name: &str, words: String, value: &str, rows: usize, help: Option<String>) -> Markup {
    html! {
        p class="field wide" {
            label for=(name) { (words) }
            textarea class="input" id=(name) name=(name) rows=(rows) spellcheck="false" { "\n" (value) }
            @if let Some(help) = help { span class="help" { (help) } }
        }
    }
}

fn line(name: &str, words: String, value: &str, help: Option<String>) -> Markup {
    html! {
        p class="field" {
            label for=(name) { (words) }
            input class="input" id=(name) name=(name) maxlength="100" value=(value);
            @if let Some(help) = help { span class="help" { (help) } }
        }
    }
}

/// `GET /admin/types/{type}/shape`
pub(super) async fn one(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Answer {
    let of = find(&here, &name)?;
    let language = here.language();
    let title = text!(
        language,
        "shape-title",
        what = label::label(language, &of.plural)
    );
    let action = format!("/admin/types/{}/shape", of.name);
    let sections = of.layout.form.iter().map(|it| {
        format!(
            "[{}]\n{}",
            label::label(language, &it.label),
            it.fields.join("\n")
        )
    });
    let sections = sections.collect::<Vec<_>>().join("\n\n");
    let names: Vec<&str> = of.fields.iter().map(|it| it.name.as_str()).collect();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { code { (of.name) } } } }
            form class="form card padded" method="post" action=(action) {
                (here.csrf())
                h2 { (text!(language, "shape-layout")) }
                p class="small-text" { (text!(language, "shape-fields", names = names.join(", "))) }
                div class="form-grid" {
                    (area("list", text!(language, "shape-list"), &of.layout.list.join("\n"), 8, Some(text!(language, "shape-list-help"))))
                    (area("form", text!(language, "shape-form"), &sections, 14, Some(text!(language, "shape-form-help"))))
                    (area("create", text!(language, "shape-create"), &of.layout.create.join("\n"), 8, Some(text!(language, "shape-create-help"))))
                }
                p { button class="button primary" name="do" value="layout" { (text!(language, "setting-preview")) } }
            }
            @if let Some(number) = &of.number {
                form class="form card padded" method="post" action=(action) {
                    (here.csrf())
                    h2 { (text!(language, "shape-number")) }
                    p class="small-text" { (text!(language, "shape-number-help", example = number.format(1))) }
                    div class="form-grid" {
                        (line("prefix", text!(language, "shape-prefix"), &number.prefix, None))
                        (line("width", text!(language, "shape-width"), &number.width.to_string(), None))
                    }
                    p { button class="button primary" name="do" value="number" { (text!(language, "setting-preview")) } }
                }
            }
            @if let Some(lifecycle) = &of.lifecycle { (state_form(&here, &action)) (flags_form(&here, &action, &of, lifecycle)) (step_form(&here, &action, lifecycle)) }
        }
    };
    let way = vec![
        (text!(language, "admin-types"), "/admin/types".to_owned()),
        (
            label::label(language, &of.plural),
            format!("/admin/types/{}", of.name),
        ),
    ];
    Ok(page(&state, &here, (title, PLACE), way, &body))
}

fn phase_words(here: &Here, phase: Phase) -> String {
    label::phase(here.language(), phase)
}

fn state_form(here: &Here, action: &str) -> Markup {
    let language = here.language();
    html! {
        form class="form card padded" method="post" action=(action) {
            (here.csrf())
            h2 { (text!(language, "shape-state")) }
            p class="small-text" { (text!(language, "shape-state-help")) }
            div class="form-grid" {
                (line("state-label", text!(language, "admin-field-label"), "", None))
                (line("state-code", text!(language, "admin-name"), "", Some(text!(language, "admin-name-help"))))
                (line("state-required", text!(language, "shape-required"), "", Some(text!(language, "shape-names-help"))))
                (line("state-locked", text!(language, "shape-locked"), "", Some(text!(language, "shape-names-help"))))
                p class="field" {
                    label for="phase" { (text!(language, "shape-phase")) }
                    span class="select" { select class="input" id="phase" name="phase" { @for it in Phase::ALL { option value=(it.code()) { (phase_words(here, it)) } } } (icon("down")) }
                }
            }
            p { button class="button primary" name="do" value="state" { (text!(language, "setting-preview")) } }
        }
    }
}

/// How fields behave in the states that are there; those of built-in types are code.
fn flags_form(here: &Here, action: &str, of: &TypeDef, lifecycle: &Lifecycle) -> Markup {
    if !of.custom {
        return Markup::default();
    }
    let language = here.language();
    let title = text!(language, "shape-flags");
    html! {
        form class="form card padded" method="post" action=(action) {
            (here.csrf())
            h2 { (title) }
            p class="small-text" { (text!(language, "shape-names-help")) }
            div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                thead { tr {
                    th scope="col" { (text!(language, "admin-state")) } th scope="col" { (text!(language, "shape-required")) }
                    th scope="col" { (text!(language, "shape-locked")) } th scope="col" { (text!(language, "shape-hidden")) }
                } }
                tbody { @for state in &lifecycle.states { tr {
                    th scope="row" { (label::label(language, &state.label)) }
                    @for (part, flag) in FLAGS { td {
                        input class="input" name=(format!("f.{}.{part}", state.code)) value=(with_flag(state, flag)) aria-label=(format!("{}: {}", label::label(language, &state.label), flag_words(language, flag)));
                    } }
                } } }
            } }
            p { button class="button primary" name="do" value="flags" { (text!(language, "setting-preview")) } }
        }
    }
}

/// Parts of the names of inputs, and what each says about its fields.
const FLAGS: [(&str, FieldFlag); 3] = [
    ("required", FieldFlag::Required),
    ("locked", FieldFlag::ReadOnly),
    ("hidden", FieldFlag::Hidden),
];

fn flag_words(language: &Language, flag: FieldFlag) -> String {
    match flag {
        FieldFlag::Required => text!(language, "shape-required"),
        FieldFlag::ReadOnly => text!(language, "shape-locked"),
        FieldFlag::Hidden => text!(language, "shape-hidden"),
    }
}

/// Names of the fields that a state treats in that way, with commas between.
fn with_flag(state: &StateDef, flag: FieldFlag) -> String {
    let fields = state.flags.iter().filter(|it| *it.1 == flag);
    fields
        .map(|it| it.0.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn step_form(here: &Here, action: &str, lifecycle: &Lifecycle) -> Markup {
    let language = here.language();
    html! {
        form class="form card padded" method="post" action=(action) {
            (here.csrf())
            h2 { (text!(language, "shape-step")) }
            p class="small-text" { (text!(language, "shape-step-help")) }
            div class="form-grid" {
                (line("step-label", text!(language, "admin-field-label"), "", None))
                (line("step-name", text!(language, "admin-name"), "", Some(text!(language, "admin-name-help"))))
                fieldset class="field wide" {
                    legend { (text!(language, "shape-from")) }
                    span class="row" { @for it in &lifecycle.states { label class="check" { input type="checkbox" name="from" value=(it.code); (label::label(language, &it.label)) } } }
                }
                p class="field" {
                    label for="step-to" { (text!(language, "shape-to")) }
                    span class="select" { select class="input" id="step-to" name="to" { @for it in &lifecycle.states { option value=(it.code) { (label::label(language, &it.label)) } } } (icon("down")) }
                }
            }
            p { button class="button primary" name="do" value="step" { (text!(language, "setting-preview")) } }
        }
    }
}

/// `POST /admin/types/{type}/shape`: the preview of the setting that changes.
pub(super) async fn send(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    let of = find(&here, &name)?;
    let text = |name: &str| form.get(name).map(str::trim).unwrap_or_default();
    let (key, next) = match form.get("do") {
        Some("number") => {
            let width: usize = text("width").parse().unwrap_or_default();
            (NUMBERS, json!({ "prefix": text("prefix"), "width": width }))
        }
        Some("state") => {
            let flags = flags([text("state-required"), text("state-locked"), ""]);
            let new = json!({ "code": text("state-code"), "label": typed(here.language(), text("state-label")), "phase": text("phase"), "flags": flags });
            (STATES, with_one(&here, &of, "states", new))
        }
        Some("flags") => (STATES, with_flags(&here, &of, &form)),
        Some("step") => {
            let from: Vec<&str> = form.all("from").collect();
            let new = json!({ "name": text("step-name"), "label": typed(here.language(), text("step-label")), "from": from, "to": text("to") });
            (STATES, with_one(&here, &of, "transitions", new))
        }
        _ => (LAYOUTS, layout(&of, &here, &form)),
    };
    let mut all = whole(&here, key);
    all.insert(of.name.clone(), next);
    propose(&state, &here, key, Json::Object(all)).await
}

/// The heading of a section: as it was typed, and where nobody changed it in English too.
fn heading(here: &Here, of: &TypeDef, title: &str) -> BTreeMap<String, String> {
    let mut all = typed(here.language(), title);
    let as_it_was = |it: &&Section| label::label(here.language(), &it.label) == title;
    if let Some(known) = of.layout.form.iter().find(as_it_was) {
        all.extend(typed(
            &Language::default(),
            &label::label(&Language::default(), &known.label),
        ));
    }
    all
}

/// What is added to the type already, and one thing more.
fn with_one(here: &Here, of: &TypeDef, list: &str, new: Json) -> Json {
    let mut added = whole(here, STATES).remove(&of.name).unwrap_or(json!({}));
    let mut all = added[list].as_array().cloned().unwrap_or_default();
    all.push(new);
    added[list] = Json::Array(all);
    added
}

fn names(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect()
}

fn layout(of: &TypeDef, here: &Here, form: &FormData) -> Json {
    let text = |name: &str| form.get(name).unwrap_or_default();
    let mut sections: Vec<(String, Vec<&str>)> = Vec::new();
    for line in names(text("form")) {
        let title = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        match (title, sections.last_mut()) {
            (Some(title), _) => sections.push((title.trim().to_owned(), Vec::new())),
            (None, Some((_, fields))) => fields.push(line),
            (None, None) => sections.push((label::label(here.language(), &of.label), vec![line])),
        }
    }
    let form = sections
        .iter()
        .map(|(title, fields)| json!({ "label": heading(here, of, title), "fields": fields }));
    let form: Vec<Json> = form.collect();
    json!({ "list": names(text("list")), "form": form, "create": names(text("create")) })
}

/// `GET /admin/types/new`
pub(super) async fn new(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    Ok(new_form(&state, &here, &FormData::default(), &[]))
}

fn new_form(state: &AppState, here: &Here, typed: &FormData, wrong: &[Problem]) -> Response {
    let language = here.language();
    let title = text!(language, "type-new");
    let get = |name: &str| typed.get(name).unwrap_or_default();
    let told: Vec<String> = wrong.iter().map(|it| say(language, &it.message)).collect();
    let field_words = |name: &str| {
        let words = label::said(language, &label::key(&["field", name]));
        words.unwrap_or_else(|| name.to_owned())
    };
    let help = |words: String| Some(words);
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "type-new-words")) } } }
            (problems(language, "", &[], &told))
            form class="form card padded" method="post" action="/admin/types/new" {
                (here.csrf())
                div class="form-grid" {
                    (line("label", text!(language, "type-label"), get("label"), None))
                    (line("plural", text!(language, "type-plural"), get("plural"), None))
                    (line("name", text!(language, "admin-name"), get("name"), help(text!(language, "admin-name-help"))))
                    (line("prefix", text!(language, "shape-prefix"), get("prefix"), help(text!(language, "type-prefix-help"))))
                    fieldset class="field wide" {
                        legend { (text!(language, "type-spine")) }
                        span class="row" { @for it in SPINE { label class="check" { input type="checkbox" name="spine" value=(it) checked[typed.all("spine").any(|known| known == it)]; (field_words(it)) } } }
                    }
                    p class="field wide" { label class="check" { input type="checkbox" name="journal" value="true" checked[typed.get("journal").is_some()]; (text!(language, "type-journal")) } }
                    (area("states", text!(language, "admin-states"), get("states"), 5, help(text!(language, "type-states-help"))))
                    (area("steps", text!(language, "admin-steps"), get("steps"), 5, help(text!(language, "type-steps-help"))))
                    (type_users::ticks(here, typed))
                }
                p { button class="button primary" { (text!(language, "type-new-do")) } }
            }
        }
    };
    let way = vec![(text!(language, "admin-types"), "/admin/types".to_owned())];
    page(state, here, (title, PLACE), way, &body)
}

/// `POST /admin/types/new`
pub(super) async fn create(State(state): State<AppState>, posted: Posted) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let spec = match type_spec(here.language(), &form) {
        Ok(spec) => spec,
        Err(message) => {
            let wrong = [Problem {
                field: None,
                message,
            }];
            let shown = new_form(&state, &here, &form, &wrong);
            return Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let (name, shown) = (
        spec.name.clone(),
        form.get("label").unwrap_or_default().to_owned(),
    );
    let (engine, ctx) = (state.engine().clone(), here.ctx().clone());
    // Tables are changed by waiting for the database, which must not hold up other requests.
    let work = tokio::task::spawn_blocking(move || engine.add_type(&ctx, spec));
    let done = work
        .await
        .map_err(|error| Error::failed("the dictionary could not be changed", error))?;
    match done {
        Ok(()) => {
            if may(here.ctx(), "roles") {
                open_to_ticked(&state, &here, (&form, &name)).await?;
            }
            let flash = Flash::new("notice-created", shown);
            Ok(go(&format!("/admin/types/{name}"), Some(&flash)))
        }
        Err(error) => {
            let wrong = problems_of(error)?;
            let shown = new_form(&state, &here, &form, &wrong);
            Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Adds what the ticks of the form open on the new type to the roles as they are now. Whoever changes roles at the same
/// moment keeps their change: it is looked at again, and added to.
async fn open_to_ticked(
    state: &AppState,
    here: &Here,
    (form, name): (&FormData, &str),
) -> Result<(), Failure> {
    for last in [false, false, false, true] {
        let now = as_it_is_now(state, here)?;
        let Some(value) = type_users::opened(&now, form, name) else {
            return Ok(());
        };
        let engine = state.engine();
        let put = engine.put_setting_over(now.ctx(), None, ROLES, Some(value), |_| Ok(()));
        match put.await {
            Err(Error::Refused(Refused::Conflict { .. })) if !last => {}
            done => return Ok(done?),
        }
    }
    Ok(())
}

/// Fields that a state asks for, that it locks, and that it hides, each as names with commas between. Of a field that
/// stands in two of them the first holds.
fn flags(told: [&str; 3]) -> BTreeMap<String, FieldFlag> {
    let all = told.into_iter().zip(FLAGS).rev();
    let named = all.flat_map(|(text, (_, flag))| {
        let names = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        names.map(move |it| (it.to_owned(), flag))
    });
    named.collect()
}

/// What is added to the type already, with the flags of those states that the form changed.
fn with_flags(here: &Here, of: &TypeDef, form: &FormData) -> Json {
    let mut added = whole(here, STATES).remove(&of.name).unwrap_or(json!({}));
    for state in of.lifecycle.iter().flat_map(|it| &it.states) {
        let told = FLAGS.map(|(part, _)| form.get(&format!("f.{}.{part}", state.code)));
        let next = flags(told.map(Option::unwrap_or_default));
        if told.iter().any(Option::is_some) && next != state.flags {
            added["flags"][&state.code] = json!(next);
        }
    }
    added
}

fn type_spec(language: &Language, form: &FormData) -> Result<TypeSpec, Message> {
    let text = |name: &str| form.get(name).map(str::trim).unwrap_or_default();
    let unreadable = |line: &str| Message::new("type-line").with("line", line);
    let mut states = Vec::new();
    for line in names(text("states")) {
        let parts: Vec<&str> = line.split(':').map(str::trim).collect();
        let (Some((code, rest)), true) = (parts.split_first(), (3..=6).contains(&parts.len()))
        else {
            return Err(unreadable(line));
        };
        let (name, phase) = (rest[0], rest[1]);
        let flagged = |at: usize| rest.get(at).copied().unwrap_or_default();
        states.push(StateSpec {
            code: (*code).to_owned(),
            label: typed(language, name),
            phase: phase.to_owned(),
            flags: flags([flagged(2), flagged(3), flagged(4)]),
        });
    }
    let mut transitions = Vec::new();
    for line in names(text("steps")) {
        let parts: Vec<&str> = line.split(':').map(str::trim).collect();
        let way = parts.get(2).and_then(|it| it.split_once('>'));
        let ([name, label, _], Some((from, to))) = (parts.as_slice(), way) else {
            return Err(unreadable(line));
        };
        transitions.push(TransitionSpec {
            name: (*name).to_owned(),
            label: typed(language, label),
            from: from.split(',').map(|it| it.trim().to_owned()).collect(),
            to: to.trim().to_owned(),
            needs: Vec::new(),
        });
    }
    Ok(TypeSpec {
        name: text("name").to_owned(),
        label: typed(language, text("label")),
        plural: typed(language, text("plural")),
        prefix: Some(text("prefix").to_owned()).filter(|it| !it.is_empty()),
        spine: form.all("spine").map(str::to_owned).collect(),
        states,
        transitions,
        fields: Vec::new(),
        journal: form.get("journal").is_some(),
        table: String::new(),
    })
}
