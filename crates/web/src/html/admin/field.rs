//! One field: what people call it, whether it is in use, and its choices. Every change is a change of a setting,
//! so that it is previewed, kept and put back like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use base::{Message, Refused};
use dictionary::{FieldDef, Kind, TypeDef, spine};
use engine::additions::{CHOICES, FIELDS};
use engine::customize::AREA;
use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};
use ui::label;
use ui::message::Language;
use ui::text;

use super::super::shell::Here;
use super::settings::propose;
use super::{Answer, page};
use crate::administration::setting::in_force;
use crate::{AppState, FormData, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/types";
/// Empty lines for new choices.
const FREE: usize = 3;
/// Most choices that a form sends.
const MOST: usize = 300;

fn find(here: &Here, of: &str, name: &str) -> Result<(Arc<TypeDef>, FieldDef), Refused> {
    here.ctx().require_area(AREA)?;
    let unknown =
        |name: &str| Refused::NotFound(Message::new("definition-unknown-name").with("name", name));
    let of = here.ctx().record_type(of).ok_or_else(|| unknown(of))?;
    let field = of.field(name).cloned().ok_or_else(|| unknown(name))?;
    Ok((of, field))
}

/// Whether its choices are kept as a list that administrators change.
fn has_choices(field: &FieldDef) -> bool {
    matches!(field.kind, Kind::Choice | Kind::MultiChoice) && field.name != spine::STATE
}

/// `GET /admin/types/{type}/fields/{field}`
pub(super) async fn one(
    State(state): State<AppState>,
    Path((of, name)): Path<(String, String)>,
    here: Here,
) -> Answer {
    let (of, field) = find(&here, &of, &name)?;
    let language = here.language();
    let title = label::label(language, &field.label);
    let action = format!("/admin/types/{}/fields/{}", of.name, field.name);
    let retired = entry(&here, FIELDS, &path(&of, &field))["retired"] == json!(true);
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { code { (of.name) "." (field.name) } } } }
            form class="form card padded" method="post" action=(action) {
                (here.csrf())
                h2 { (text!(language, "field-page-name")) }
                p class="field" {
                    label for="label" { (text!(language, "admin-field-label")) }
                    input class="input" id="label" name="label" maxlength="100" required value=(title);
                }
                @if field.custom {
                    p class="field" {
                        label class="check" { input type="checkbox" name="retired" value="true" checked[retired]; (text!(language, "field-page-retired")) }
                        span class="help" { (text!(language, "field-page-retired-help")) }
                    }
                }
                p { button class="button primary" name="do" value="field" { (text!(language, "setting-preview")) } }
            }
            @if has_choices(&field) { (choices_form(&here, &action, &field)) }
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

fn choices_form(here: &Here, action: &str, field: &FieldDef) -> Markup {
    let language = here.language();
    let row = |at: usize, code: &str, words: &str, active: bool, is_new: bool| {
        html! {
            tr {
                td {
                    @if is_new { input class="input" name=(format!("c.{at}.code")) maxlength="40" aria-label=(text!(language, "admin-name")); }
                    @else { input type="hidden" name=(format!("c.{at}.code")) value=(code); code { (code) } }
                }
                td { input class="input" name=(format!("c.{at}.label")) maxlength="100" value=(words) aria-label=(text!(language, "admin-field-label")); }
                td { label class="check" { input type="checkbox" name=(format!("c.{at}.active")) value="true" checked[active]; (text!(language, "field-page-active")) } }
            }
        }
    };
    html! {
        form class="form card padded" method="post" action=(action) {
            (here.csrf())
            h2 { (text!(language, "admin-choices")) }
            p class="small-text" { (text!(language, "field-page-choices-help")) }
            div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "admin-choices")) { table class="table" {
                thead { tr { th scope="col" { (text!(language, "admin-name")) } th scope="col" { (text!(language, "admin-field-label")) } th scope="col" { (text!(language, "field-page-active")) } } }
                tbody {
                    @for (at, it) in field.choices.iter().enumerate() { (row(at, &it.code, &label::choice(language, field, &it.code), it.active, false)) }
                    @for at in 0..FREE { (row(field.choices.len() + at, "", "", true, true)) }
                }
            } }
            p { button class="button primary" name="do" value="choices" { (text!(language, "setting-preview")) } }
        }
    }
}

/// `POST /admin/types/{type}/fields/{field}`: the preview of the setting that changes.
pub(super) async fn send(
    State(state): State<AppState>,
    Path((of, name)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    let (of, field) = find(&here, &of, &name)?;
    let (key, next) = if form.get("do") == Some("choices") {
        (CHOICES, choices(&here, &of, &field, &form))
    } else {
        (FIELDS, changed(&here, &of, &field, &form))
    };
    propose(&state, &here, key, next).await
}

fn path(of: &TypeDef, field: &FieldDef) -> String {
    format!("{}.{}", of.name, field.name)
}

/// The whole value of a setting that is an object.
pub(super) fn whole(here: &Here, key: &str) -> Map<String, Json> {
    let value = in_force(here.ctx(), None, key).map(|it| it.0);
    value
        .and_then(|it| it.as_object().cloned())
        .unwrap_or_default()
}

fn entry(here: &Here, key: &str, name: &str) -> Json {
    whole(here, key).remove(name).unwrap_or(Json::Null)
}

/// Words in the language of whoever types them. Readers of others see them until somebody writes theirs.
pub(super) fn typed(language: &Language, words: &str) -> BTreeMap<String, String> {
    let tag = language.tag();
    let tag = tag.split('-').next().unwrap_or(tag);
    BTreeMap::from([(tag.to_owned(), words.to_owned())])
}

/// Words in the reader's language beside those of other languages.
fn in_language(here: &Here, kept: &Json, words: &str) -> Json {
    let mut all = kept.as_object().cloned().unwrap_or_default();
    let typed = typed(here.language(), words).into_iter();
    all.extend(typed.map(|(tag, words)| (tag, json!(words))));
    Json::Object(all)
}

fn changed(here: &Here, of: &TypeDef, field: &FieldDef, form: &FormData) -> Json {
    let mut all = whole(here, FIELDS);
    let kept = all.remove(&path(of, field)).unwrap_or(Json::Null);
    let mut next = Map::new();
    let words = form.get("label").unwrap_or_default().trim();
    let as_it_was = words.is_empty() || words == label::label(here.language(), &field.label);
    if !as_it_was {
        next.insert("label".to_owned(), in_language(here, &kept["label"], words));
    } else if !kept["label"].is_null() {
        next.insert("label".to_owned(), kept["label"].clone());
    }
    if form.get("retired").is_some() {
        next.insert("retired".to_owned(), json!(true));
    }
    if !next.is_empty() {
        all.insert(path(of, field), Json::Object(next));
    }
    Json::Object(all)
}

fn choices(here: &Here, of: &TypeDef, field: &FieldDef, form: &FormData) -> Json {
    let mut all = whole(here, CHOICES);
    let kept = all.remove(&path(of, field)).unwrap_or(json!([]));
    let mut list = kept.as_array().cloned().unwrap_or_default();
    for at in 0..MOST {
        let get = |name: &str| {
            form.get(&format!("c.{at}.{name}"))
                .map(str::trim)
                .unwrap_or_default()
        };
        let (code, words) = (get("code"), get("label"));
        let active = !get("active").is_empty();
        if code.is_empty() {
            continue;
        }
        let known = field.choice(code);
        let same_words = known.is_some() && words == label::choice(here.language(), field, code);
        if known.is_some_and(|it| it.active == active) && same_words {
            continue;
        }
        let at = list.iter().position(|it| it["code"] == json!(code));
        let was = at.map_or(Json::Null, |at| list[at].clone());
        let mut next = was.as_object().cloned().unwrap_or_default();
        next.insert("code".to_owned(), json!(code));
        next.insert("active".to_owned(), json!(active));
        if !same_words {
            let words = if words.is_empty() { code } else { words };
            next.insert("label".to_owned(), in_language(here, &was["label"], words));
        }
        match at {
            Some(at) => list[at] = Json::Object(next),
            None => list.push(Json::Object(next)),
        }
    }
    if !list.is_empty() {
        all.insert(path(of, field), Json::Array(list));
    }
    Json::Object(all)
}
