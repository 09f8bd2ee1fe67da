//! What somebody may do, and why.

use axum::extract::State;
use base::{Error, Message, Refused, Uuid};
use dictionary::filter::{Scope, parse};
use dictionary::{Direction, Page, Query, Sort, spine};
use engine::{Reading, spine_type};
use maud::{Markup, html};
use ui::icon::icon;
use ui::label::{self, key, said, say};
use ui::text;

use super::super::input::found;
use super::super::shell::Here;
use super::account::named;
use super::{Answer, page};
use crate::administration::explain::{Action, Explanation, Why, explain, may_ask};
use crate::administration::roles::condition;
use crate::administration::{account, may};
use crate::{AppState, Failure};

/// Where this stands in the navigation.
const PLACE: &str = "admin/explain";
/// Most people who are proposed.
const MOST_MEANT: usize = 12;

/// What was asked, and what came of it.
#[derive(Default)]
struct Asked {
    person: String,
    name: String,
    of: String,
    record: String,
    problem: Option<Message>,
    /// People who may be meant: id and name.
    meant: Vec<(Uuid, String)>,
    answer: Option<(Explanation, engine::read::Titles)>,
}

/// `GET /admin/explain`
pub(super) async fn ask(State(state): State<AppState>, here: Here) -> Answer {
    if !may(here.ctx(), "roles") && !may(here.ctx(), account::AREA) && !may_ask_of_oneself(&here) {
        return Err(
            Refused::Forbidden(Message::new("forbidden-area").with("area", "roles")).into(),
        );
    }
    let get = |name: &str| here.query.get(name).unwrap_or_default().trim().to_owned();
    let mut asked = Asked {
        person: get("person"),
        of: get("type"),
        record: get("record"),
        ..Asked::default()
    };
    answer(&state, &here, &mut asked).await?;
    let title = text!(here.language(), "explain-title");
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(here.language(), "explain-words")) } } }
            (form(&here, &asked))
            @if let Some(words) = &asked.problem { div class="banner amber" role="alert" { (icon("alert")) div { (say(here.language(), words)) } } }
            (proposals(&here, &asked))
            @if let Some((found, titles)) = &asked.answer { (told(&here, found, titles)) }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

fn may_ask_of_oneself(here: &Here) -> bool {
    let asked = here
        .query
        .get("person")
        .and_then(|it| Uuid::try_parse(it).ok());
    asked.is_some_and(|it| may_ask(here.ctx(), it))
}

async fn answer(state: &AppState, here: &Here, asked: &mut Asked) -> Result<(), Failure> {
    if asked.person.is_empty() {
        return Ok(());
    }
    let person = match found(state, here.ctx(), Some("person"), &asked.person).await? {
        Ok(person) => person,
        Err(message) => {
            asked.problem = Some(message);
            asked.meant = meant(state, here, &asked.person).await?;
            return Ok(());
        }
    };
    let (of, record) = (asked.of.clone(), asked.record.clone());
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut ids = std::collections::BTreeSet::from([person]);
        if of.is_empty() {
            return Ok((None, reading.titles_of(&ids)?));
        }
        let told = explain(reading, person, &of, Some(&record))?;
        ids.extend(told.roles.iter().flat_map(|it| it.1.iter().copied()));
        Ok((Some(told), reading.titles_of(&ids)?))
    };
    match state.engine().read(here.ctx(), read).await {
        Ok((told, titles)) => {
            let title = titles.get(person).map(|it| it.title.clone());
            asked.name = title.unwrap_or_default();
            asked.answer = told.map(|it| (it, titles));
        }
        Err(Error::Refused(Refused::NotFound(message))) => asked.problem = Some(message),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// People whose name or address has what was typed.
async fn meant(state: &AppState, here: &Here, typed: &str) -> Result<Vec<(Uuid, String)>, Failure> {
    let filter = named(typed);
    let read = move |reading: &mut Reading<'_, '_>| {
        let query = Query {
            record_type: Some("person".to_owned()),
            filter: filter.clone(),
            sort: vec![Sort {
                field: spine::TITLE.to_owned(),
                direction: Direction::Ascending,
            }],
            page: Page {
                limit: Some(MOST_MEANT),
                after: None,
            },
            ..Query::default()
        };
        let found = reading.list(&query)?;
        let rows = found.rows.iter();
        let names = rows.map(|it| (it.id(), it.title().unwrap_or_default().to_owned()));
        Ok(names.collect())
    };
    Ok(state.engine().read(here.ctx(), read).await?)
}

/// The same question about one of those who may be meant.
fn proposals(here: &Here, asked: &Asked) -> Markup {
    let language = here.language();
    let href = |id: &Uuid| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("person", &id.to_string());
        query.append_pair("type", &asked.of);
        query.append_pair("record", &asked.record);
        format!("/admin/explain?{}", query.finish())
    };
    html! {
        @if !asked.meant.is_empty() { section class="card padded" {
            h2 { (text!(language, "explain-meant")) }
            ul class="row" { @for (id, name) in &asked.meant { li { a class="link" href=(href(id)) { (name) } } } }
        } }
    }
}

fn form(here: &Here, asked: &Asked) -> Markup {
    let language = here.language();
    html! {
        form class="form card padded" method="get" action="/admin/explain" {
            div class="form-grid" {
                p class="field" {
                    label for="person" { (text!(language, "explain-person")) }
                    input class="input" id="person" name="person" required value=(if asked.name.is_empty() { &asked.person } else { &asked.name });
                    span class="help" { (text!(language, "explain-person-help")) }
                }
                p class="field" {
                    label for="type" { (text!(language, "explain-type")) }
                    span class="select" {
                        select class="input" id="type" name="type" required {
                            @for of in here.ctx().snapshot.dictionary.types() { option value=(of.name) selected[of.name == asked.of] { (label::label(language, &of.plural)) } }
                        }
                        (icon("down"))
                    }
                }
                p class="field" {
                    label for="record" { (text!(language, "explain-record")) }
                    input class="input" id="record" name="record" value=(asked.record);
                    span class="help" { (text!(language, "explain-record-help")) }
                }
            }
            p { button class="button primary" { (text!(language, "explain-do")) } }
        }
    }
}

fn told(here: &Here, found: &Explanation, titles: &engine::read::Titles) -> Markup {
    let language = here.language();
    let within = |ids: &[Uuid]| {
        let names = ids
            .iter()
            .filter_map(|it| titles.get(*it))
            .map(|it| it.title.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let roles = found.roles.iter().map(|(code, ids)| (code, within(ids)));
    let names = |roles: &std::collections::BTreeSet<String>| {
        let words = roles.iter().map(|it| label::role(language, it));
        words.collect::<Vec<_>>().join(", ")
    };
    html! {
        section class="card padded" {
            h2 { (text!(language, "explain-roles")) }
            @if found.roles.is_empty() { p { (text!(language, "explain-no-roles")) } }
            ul class="row" { @for (code, within) in roles { li { span class="tag ice" { (label::role(language, code)) } @if !within.is_empty() { " " (within) } } } }
        }
        section class="card" {
            div class="section" { header { h2 { (text!(language, "explain-actions")) } } }
            div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "explain-actions")) { table class="table explain stacked" {
                thead { tr { th scope="col" { (text!(language, "explain-action")) } th scope="col" { (text!(language, "explain-allowed")) } th scope="col" { (text!(language, "explain-why")) } } }
                tbody { @for it in &found.actions { tr {
                    td { (action_words(here, found, &it.name)) }
                    td data-label=(text!(language, "explain-allowed")) { (verdict(here, found, it)) }
                    td class="wrap" data-label=(text!(language, "explain-why")) { @if it.why.is_empty() { span class="small-text" { (text!(language, "explain-no-grant")) } } @for why in &it.why { (why_words(here, why, &within(&why.organisations))) } }
                } } }
            } }
        }
        section class="card" {
            div class="section" { header { h2 { (text!(language, "explain-fields")) } } }
            div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "explain-fields")) { table class="table explain stacked" {
                thead { tr { th scope="col" { (text!(language, "admin-field")) } th scope="col" { (text!(language, "explain-read")) } th scope="col" { (text!(language, "explain-write")) } } }
                tbody { @for it in &found.fields { tr {
                    td { (found.of.field(&it.name).map(|field| label::label(language, &field.label)).unwrap_or_default()) " " code { (it.name) } }
                    td data-label=(text!(language, "explain-read")) { (mark(here, !it.read.is_empty(), &names(&it.read))) }
                    td data-label=(text!(language, "explain-write")) { @match it.written_by {
                        Some("rules") => span class="small-text" { (text!(language, "explain-by-rules")) },
                        Some("transition") => span class="small-text" { (text!(language, "explain-by-step")) },
                        _ => (mark(here, !it.write.is_empty(), &names(&it.write))),
                    } }
                } } }
            } }
        }
    }
}

fn action_words(here: &Here, found: &Explanation, name: &str) -> Markup {
    let language = here.language();
    let step = name.strip_prefix("transition:");
    let step = step.and_then(|it| found.of.lifecycle.as_ref()?.transition(it));
    let words = match step {
        Some(step) => label::label(language, &step.label),
        None => said(language, &key(&["action", name])).unwrap_or_else(|| name.replace('_', " ")),
    };
    html! { (words) " " code { (name) } }
}

fn verdict(here: &Here, found: &Explanation, it: &Action) -> Markup {
    let language = here.language();
    let sure = found.record.is_some()
        || it
            .why
            .iter()
            .any(|it| it.rows.is_none() && it.organisations.is_empty());
    html! {
        @if let Some(but) = &it.but { span class="health warn" { (icon("pause")) (say(language, but)) } }
        @else if !it.allowed { span class="health bad" { (icon("close")) (text!(language, "value-no")) } }
        @else if sure { span class="health ok" { (icon("check")) (text!(language, "value-yes")) } }
        @else { span class="health warn" { (icon("check")) (text!(language, "explain-some")) } }
    }
}

fn in_words(here: &Here, rows: &str) -> String {
    let over = spine_type();
    let read = parse(rows, &Scope::new(&here.ctx().snapshot.dictionary, &over));
    read.map_or_else(|_| rows.to_owned(), |it| condition(here.language(), &it))
}

fn why_words(here: &Here, why: &Why, within: &str) -> Markup {
    let language = here.language();
    html! {
        p {
            @match why.holds {
                Some(true) => (icon("check")),
                Some(false) => (icon("close")),
                None => {},
            }
            " " b { (label::role(language, &why.role)) }
            @if !within.is_empty() { " · " (text!(language, "explain-within", names = within)) }
            @if let Some(rows) = &why.rows { " · " (in_words(here, rows)) }
            @if why.holds == Some(false) { " · " span class="small-text" { (text!(language, "explain-not-this")) } }
        }
        @if let Some(rows) = &why.rows { p { code { (rows) } } }
    }
}

fn mark(here: &Here, is_open: bool, roles: &str) -> Markup {
    html! {
        @if is_open { span class="health ok" { (icon("check")) (roles) } }
        @else { span class="health bad" { (icon("close")) (text!(here.language(), "value-no")) } }
    }
}
