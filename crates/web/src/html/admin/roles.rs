//! Roles: one page each, with its grants in rows. A change is previewed, told and taken back as the setting that
//! it is.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::filter::{Scope, parse, to_json, to_text};
use engine::additions::{GrantSpec, ROLES, RoleSpec};
use engine::{FieldList, spine_type};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::form::problems;
use ui::icon::icon;
use ui::label::{self, say};
use ui::text;

use super::super::shell::{Here, refused};
use super::settings::propose;
use super::{Answer, page};
use crate::administration::explain::ACTIONS;
use crate::administration::roles::{
    ADMINISTRATION, action_words, condition, grant_words, roles_of, rows_of, type_words,
};
use crate::administration::setting::in_force;
use crate::{AppState, FormData, Posted};

/// Where this stands in the navigation.
const PLACE: &str = "admin/roles";
/// The area of administration.
pub(super) const AREA: &str = "roles";
/// Longest code of a role.
const MOST_LETTERS: usize = 60;
/// Conditions that are offered in words. Others are typed as filters.
const CONDITIONS: [&str; 7] = [
    "",
    "not access >= 2",
    "not access >= 1",
    "not access >= 2 or reader = me",
    "team = my_teams",
    "reader = me",
    "requester = me",
];
/// Stands in the menu for a condition that is typed.
const TYPED: &str = "+";

/// A grant as its form has it.
#[derive(Clone)]
struct Row {
    spec: GrantSpec,
    /// The condition as a filter.
    condition: String,
    /// Whether it is said to be of all types, which takes a tick of its own: without any, a grant of one type
    /// whose tick is taken away would become one of all.
    of_all_types: bool,
    /// Whether its form stands open.
    open: bool,
}

impl Row {
    fn of(here: &Here, spec: GrantSpec) -> Self {
        let condition = to_text(&rows_of(&here.ctx().snapshot.dictionary, &spec));
        Self {
            of_all_types: spec.types.is_empty(),
            spec,
            condition,
            open: false,
        }
    }

    fn new() -> Self {
        let spec = GrantSpec {
            types: BTreeSet::new(),
            actions: BTreeSet::new(),
            rows: None,
            read_fields: FieldList::All,
            write_fields: FieldList::All,
        };
        Self {
            spec,
            condition: CONDITIONS[1].to_owned(),
            of_all_types: false,
            open: true,
        }
    }
}

/// All roles in force, as the setting says them.
pub(super) fn present(here: &Here) -> Vec<RoleSpec> {
    let found = in_force(here.ctx(), None, ROLES);
    found.map_or_else(Vec::new, |it| roles_of(&it.0))
}

pub(super) fn as_json(roles: &[RoleSpec]) -> Json {
    serde_json::to_value(roles).unwrap_or(Json::Null)
}

/// `GET /admin/roles`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let language = here.language();
    let title = text!(language, "rights-title");
    let roles = present(&here);
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "rights-words")) } }
                a class="button" href=(format!("/admin/settings/{ROLES}")) { (icon("history")) (text!(language, "setting-history")) }
            }
            section class="card" { (links(&here)) }
            form class="form card padded" method="get" action="/admin/roles/new" {
                h2 { (text!(language, "rights-new")) }
                div class="form-grid" {
                    p class="field" {
                        label for="code" { (text!(language, "rights-code")) }
                        input class="input" id="code" name="code" required maxlength=(MOST_LETTERS) pattern="[a-z][a-z0-9_]*";
                        span class="help" { (text!(language, "rights-code-help")) }
                    }
                    p class="field" {
                        label for="copy" { (text!(language, "rights-copy")) }
                        span class="select" { select class="input" id="copy" name="copy" {
                            option value="" { (text!(language, "rights-copy-nothing")) }
                            @for it in &roles { option value=(it.code) { (label::role(language, &it.code)) } }
                        } (icon("down")) }
                    }
                }
                p { button class="button" { (icon("plus")) (text!(language, "rights-new-do")) } }
            }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

/// All roles, each with its page and with those who have it.
pub(super) fn links(here: &Here) -> Markup {
    let language = here.language();
    html! {
        div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "rights-title")) { table class="table" {
            thead { tr {
                th scope="col" { (text!(language, "rights-role")) } th scope="col" { (text!(language, "admin-name")) }
                th scope="col" class="figure-column" { (text!(language, "rights-grants")) } th scope="col" { (text!(language, "rights-who")) }
            } }
            tbody { @for it in present(here) { tr {
                td { a class="link" href=(format!("/admin/roles/{}", it.code)) { (label::role(language, &it.code)) } }
                td { code { (it.code) } }
                td class="figure-column" { (it.grants.len()) }
                td { a class="link" href=(format!("/role_assignment?q=role%3A{}", it.code)) { (text!(language, "admin-open")) } }
            } } }
        } }
    }
}

/// `GET /admin/roles/{code}`
pub(super) async fn one(
    State(state): State<AppState>,
    Path(code): Path<String>,
    here: Here,
) -> Answer {
    here.ctx().require_area(AREA)?;
    let roles = present(&here);
    let find = |code: &str| roles.iter().find(|it| it.code == code).cloned();
    let rows = |it: RoleSpec| -> Vec<Row> {
        let grants = it.grants.into_iter();
        grants.map(|it| Row::of(&here, it)).collect()
    };
    if code != "new" {
        let unknown = || Refused::NotFound(Message::new("role-unknown-code").with("role", &code));
        let found = find(&code).ok_or_else(unknown)?;
        return Ok(show(&state, &here, &code, &rows(found), &[]));
    }
    let code = here.query.get("code").unwrap_or_default().trim();
    if let Some(known) = find(code) {
        return Ok(show(&state, &here, code, &rows(known), &[]));
    }
    let copy = here.query.get("copy").and_then(find);
    let wrong: Vec<Problem> = check_code(code).err().into_iter().collect();
    Ok(show(
        &state,
        &here,
        code,
        &copy.map(rows).unwrap_or_default(),
        &wrong,
    ))
}

/// Whether somebody added the role, and it is no default: without those the house does not work.
fn is_added(here: &Here, code: &str) -> bool {
    let settings = &here.ctx().snapshot.settings;
    // No tenant has changed what is in force for none.
    let default = settings.find(Uuid::nil(), None, ROLES);
    let default = default.map_or_else(Vec::new, |it| roles_of(it.0));
    let has = |roles: &[RoleSpec]| roles.iter().any(|it| it.code == code);
    has(&present(here)) && !has(&default)
}

fn problem(message: Message) -> Problem {
    Problem {
        field: None,
        message,
    }
}

/// A code stands in addresses, filters and assignments.
fn check_code(code: &str) -> Result<(), Problem> {
    let letters = code.starts_with(|it: char| it.is_ascii_lowercase())
        && code
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
    if letters && code.len() <= MOST_LETTERS && code != "new" {
        return Ok(());
    }
    Err(problem(Message::new("role-code-wrong")))
}

fn show(
    state: &AppState,
    here: &Here,
    code: &str,
    rows: &[Row],
    wrong: &[Problem],
) -> axum::response::Response {
    let language = here.language();
    let title = label::role(language, code);
    let told: Vec<String> = wrong.iter().map(|it| say(language, &it.message)).collect();
    let mut shown = rows.to_vec();
    shown.push(Row::new());
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { code { (code) } " · " (text!(language, "rights-add-up")) } }
                a class="button" href=(format!("/role_assignment?q=role%3A{code}")) { (icon("users")) (text!(language, "rights-who")) }
            }
            (problems(language, "", &[], &told))
            form class="form role" method="post" action=(format!("/admin/roles/{code}")) {
                (here.csrf())
                @for (at, row) in shown.iter().enumerate() { (grant_form(here, at, row, at == rows.len())) }
                p { button class="button primary" { (text!(language, "setting-preview")) } }
            }
            @if is_added(here, code) {
                form class="form card padded" method="post" action=(format!("/admin/roles/{code}")) {
                    (here.csrf())
                    p class="small-text" { (text!(language, "rights-role-remove-help")) }
                    p { button class="button danger" name="do" value="remove" { (icon("trash")) (text!(language, "rights-role-remove")) } }
                }
            }
        }
    };
    let way = vec![(text!(language, "rights-title"), "/admin/roles".to_owned())];
    page(state, here, (title, PLACE), way, &body)
}

pub(super) fn tick(name: &str, value: &str, on: bool, words: &str) -> Markup {
    html! { label class="check" { input type="checkbox" name=(name) value=(value) checked[on]; (words) } }
}

fn grant_form(here: &Here, at: usize, row: &Row, is_new: bool) -> Markup {
    let language = here.language();
    let dictionary = &here.ctx().snapshot.dictionary;
    let name = |part: &str| format!("g.{at}.{part}");
    let spec = &row.spec;
    let types = dictionary.types().map(|it| it.name.as_str());
    html! {
        details class="card padded grant" open[row.open && !is_new] {
            summary { @if is_new { (icon("plus")) " " (text!(language, "rights-add")) } @else { (grant_words(language, dictionary, spec)) } }
            input type="hidden" name=(name("here")) value="true";
            fieldset class="field" {
                legend { (text!(language, "rights-types")) }
                (tick(&name("all"), "true", row.of_all_types, &text!(language, "rights-types-all")))
                span class="row" { @for it in types.chain([ADMINISTRATION]) { (tick(&name("type"), it, spec.types.contains(it), &type_words(language, dictionary, it))) } }
            }
            fieldset class="field" {
                legend { (text!(language, "rights-actions")) }
                span class="row" { @for it in offered(here, spec) { (tick(&name("action"), &it, spec.actions.contains(&it), &action_words(language, dictionary, &spec.types, &it))) } }
            }
            div class="form-grid" {
                (condition_field(here, at, row))
                (fields_field(here, &name("read"), text!(language, "rights-read-fields"), &spec.read_fields))
                (fields_field(here, &name("write"), text!(language, "rights-write-fields"), &spec.write_fields))
            }
            @if !is_new { p class="field" { (tick(&name("gone"), "true", false, &text!(language, "rights-remove"))) } }
        }
    }
}

/// Actions that the form of a grant offers: those on records, the steps of its types, areas of administration where
/// it is about these, and what it has already.
fn offered(here: &Here, spec: &GrantSpec) -> Vec<String> {
    let ctx = here.ctx();
    let administers = spec.types.contains(ADMINISTRATION);
    let only = administers && spec.types.len() == 1;
    let mut all: Vec<String> = vec!["*".to_owned()];
    if !only {
        all.extend(ACTIONS.iter().map(|it| (*it).to_owned()));
        all.push("transition:*".to_owned());
    }
    let types = ctx.snapshot.dictionary.types();
    let own = types.filter(|it| spec.types.contains(&it.name));
    for lifecycle in own.filter_map(|it| it.lifecycle.as_ref()) {
        let steps = lifecycle.transitions.iter();
        all.extend(steps.map(|it| format!("transition:{}", it.name)));
    }
    if administers {
        let mut areas: Vec<&str> = crate::administration::AREAS.to_vec();
        areas.extend(ctx.snapshot.settings.declared().map(|it| it.area));
        areas.sort_unstable();
        all.extend(areas.iter().map(|it| format!("administer:{it}")));
    }
    all.extend(spec.actions.iter().cloned());
    let mut seen = BTreeSet::new();
    all.retain(|it| seen.insert(it.clone()));
    all
}

fn condition_field(here: &Here, at: usize, row: &Row) -> Markup {
    let language = here.language();
    let id = format!("g-{at}-rows");
    let over = spine_type();
    let scope = Scope::new(&here.ctx().snapshot.dictionary, &over);
    let words = |text: &str| {
        let read = parse(text, &scope);
        read.map_or_else(|_| text.to_owned(), |it| condition(language, &it))
    };
    let known = CONDITIONS.contains(&row.condition.as_str());
    html! {
        p class="field" {
            label for=(id) { (text!(language, "rights-rows")) }
            span class="select" { select class="input" id=(id) name=(format!("g.{at}.rows")) {
                @for it in CONDITIONS { option value=(it) selected[it == row.condition] { (words(it)) } }
                option value=(TYPED) selected[!known] { (text!(language, "rights-typed")) }
            } (icon("down")) }
        }
        p class="field" {
            label for=(format!("{id}-typed")) { (text!(language, "rights-typed-label")) }
            input class="input" id=(format!("{id}-typed")) name=(format!("g.{at}.typed")) value=(if known { "" } else { &row.condition }) spellcheck="false";
            span class="help" { @if known { (text!(language, "rights-typed-help")) } @else { (words(&row.condition)) } }
        }
    }
}

fn fields_field(here: &Here, name: &str, words: String, list: &FieldList) -> Markup {
    let language = here.language();
    let id = name.replace('.', "-");
    let none = BTreeSet::new();
    let (chosen, only) = match list {
        FieldList::All => ("all", &none),
        FieldList::Public => ("public", &none),
        FieldList::None => ("none", &none),
        FieldList::Only(names) => ("only", names),
    };
    let choices = [
        ("all", text!(language, "rights-fields-all")),
        ("public", text!(language, "rights-fields-public")),
        ("none", text!(language, "rights-fields-none")),
        ("only", text!(language, "rights-fields-only")),
    ];
    html! {
        p class="field" {
            label for=(id) { (words) }
            span class="select" { select class="input" id=(id) name=(name) { @for (value, words) in &choices { option value=(value) selected[*value == chosen] { (words) } } } (icon("down")) }
            input class="input" name=(format!("{name}-only")) value=(only.iter().cloned().collect::<Vec<_>>().join(", ")) aria-label=(text!(language, "rights-fields-names")) placeholder=(text!(language, "rights-fields-names")) spellcheck="false";
        }
    }
}

/// `POST /admin/roles/{code}`: the preview of the setting.
pub(super) async fn send(
    State(state): State<AppState>,
    Path(code): Path<String>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    if form.get("do") == Some("remove") && is_added(&here, &code) {
        let mut roles = present(&here);
        roles.retain(|it| it.code != code);
        return propose(&state, &here, ROLES, as_json(&roles)).await;
    }
    let (rows, mut wrong) = read(&here, &form);
    wrong.extend(check_code(&code).err());
    if !wrong.is_empty() {
        let shown = show(&state, &here, &code, &rows, &wrong);
        return Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let role = RoleSpec {
        code,
        grants: rows.into_iter().map(|it| it.spec).collect(),
    };
    let mut roles = present(&here);
    match roles.iter_mut().find(|it| it.code == role.code) {
        Some(known) => *known = role,
        None => roles.push(role),
    }
    propose(&state, &here, ROLES, as_json(&roles)).await
}

/// The grants of a form; those without an action are left out.
fn read(here: &Here, form: &FormData) -> (Vec<Row>, Vec<Problem>) {
    let over = spine_type();
    let dictionary = &here.ctx().snapshot.dictionary;
    let scope = Scope::new(dictionary, &over);
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    let is_there = |at: &usize| form.get(&format!("g.{at}.here")).is_some();
    for at in (0..).take_while(is_there) {
        let name = |part: &str| format!("g.{at}.{part}");
        let set =
            |part: &str| -> BTreeSet<String> { form.all(&name(part)).map(str::to_owned).collect() };
        let text = |part: &str| form.get(&name(part)).map(str::trim).unwrap_or_default();
        let actions = set("action");
        if form.get(&name("gone")).is_some() || actions.is_empty() {
            continue;
        }
        let condition = match text("rows") {
            TYPED => text("typed"),
            chosen => chosen,
        };
        let mut row = Row {
            spec: GrantSpec {
                types: set("type"),
                actions,
                rows: None,
                read_fields: field_list(text("read"), text("read-only")),
                write_fields: field_list(text("write"), text("write-only")),
            },
            condition: condition.to_owned(),
            of_all_types: form.get(&name("all")).is_some(),
            open: false,
        };
        if row.spec.types.is_empty() && !row.of_all_types {
            row.open = true;
            wrong.push(problem(Message::new("rights-types-none")));
        }
        let unknown = row.spec.types.iter();
        let unknown = unknown.filter(|it| *it != ADMINISTRATION);
        for it in unknown.filter(|it| dictionary.record_type(it).is_none()) {
            wrong.push(problem(Message::new("type-unknown").with("type", it)));
        }
        match parse(condition, &scope) {
            Ok(filter) => {
                row.spec.rows = (!filter.is_always()).then(|| to_json(&filter));
            }
            Err(error) => {
                row.open = true;
                if let Refused::BadRequest(message) = Refused::from(error) {
                    wrong.push(problem(message));
                }
            }
        }
        rows.push(row);
    }
    (rows, wrong)
}

fn field_list(chosen: &str, names: &str) -> FieldList {
    match chosen {
        "all" => FieldList::All,
        "public" => FieldList::Public,
        "only" => {
            let names = names.split([',', ' ', '\n']).map(str::trim);
            let names = names.filter(|it| !it.is_empty());
            FieldList::Only(names.map(str::to_owned).collect())
        }
        _ => FieldList::None,
    }
}
