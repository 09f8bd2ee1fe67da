//! Lists of records: of one type, or of all types at once.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};
use dictionary::filter::{Filter, Scope};
use dictionary::{Count, Page, Query, Sort, TypeDef, spine};
use engine::read::{Titles, VisiblePage};
use maud::{Markup, html};
use ui::filter_bar::{Chip, FilterBar};
use ui::icon::icon;
use ui::label;
use ui::list::{Empty, ListPage, Pager, list_page};
use ui::message::Language;
use ui::page::Hint;
use ui::{text, time};

use super::columns::{chooser, columns, headings, sorts, usual_order};
use super::filter::{self, ListAddress};
use super::flash::Flash;
use super::navigation::views;
use super::shell::{Frame, Here, crumb, go, new_words};
use crate::{AppState, Failure};

/// Rows of a page.
const ROWS: usize = 50;

/// `GET /{type}`
pub(super) async fn of_type(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Result<Response, Failure> {
    let of = here.ctx().snapshot.dictionary.record_type(&name).cloned();
    let of = of.filter(|it| here.ctx().may_somewhere(&it.name, "read"));
    match of {
        Some(of) => answer(&state, &here, Some(of)).await,
        None => Err(Failure::with_status(
            StatusCode::NOT_FOUND,
            Message::new("address-not-found"),
        )),
    }
}

/// `GET /records`
pub(super) async fn across(State(state): State<AppState>, here: Here) -> Result<Response, Failure> {
    answer(&state, &here, None).await
}

/// What is asked of the reader, and how the page speaks of it.
pub(super) struct Asked {
    pub(super) of: Option<Arc<TypeDef>>,
    pub(super) address: ListAddress,
    pub(super) text: String,
    pub(super) sort: Vec<Sort>,
    pub(super) columns: Vec<String>,
}

impl Asked {
    pub(super) fn new(here: &Here, of: Option<Arc<TypeDef>>) -> Self {
        let path = of
            .as_ref()
            .map_or_else(|| "/records".to_owned(), |it| format!("/{}", it.name));
        let address = ListAddress::read(&path, &here.query);
        let views = of
            .as_ref()
            .map(|it| views(here.language(), it))
            .unwrap_or_default();
        // Without a word, a list shows what is still to be done.
        let usual = views.into_iter().next().map(|it| it.2).unwrap_or_default();
        let text = address.filter.clone().unwrap_or(usual);
        let columns = columns(here, of.as_deref(), &address.columns);
        let sort = address
            .sort
            .as_deref()
            .map_or_else(|| usual_order(of.as_deref(), &text), sorts);
        Self {
            of,
            address,
            text,
            sort,
            columns,
        }
    }

    pub(super) fn scope<'a>(&'a self, here: &'a Here) -> Scope<'a> {
        let dictionary = &here.ctx().snapshot.dictionary;
        self.of
            .as_ref()
            .map_or_else(|| Scope::spine(dictionary), |of| Scope::new(dictionary, of))
    }

    pub(super) fn query(&self, filter: Filter) -> Query {
        Query {
            record_type: self.of.as_ref().map(|it| it.name.clone()),
            filter,
            sort: self.sort.clone(),
            columns: self.columns.clone(),
            page: Page {
                limit: Some(ROWS),
                after: self.address.after.clone(),
            },
            count: Count::Exact,
        }
    }
}

pub(super) async fn answer(
    state: &AppState,
    here: &Here,
    of: Option<Arc<TypeDef>>,
) -> Result<Response, Failure> {
    let asked = Asked::new(here, of);
    let filter = match filter::read(
        here.language(),
        &asked.scope(here),
        &asked.address,
        &asked.text,
    ) {
        Ok(filter) => filter,
        Err(problem) => {
            let none = VisiblePage {
                rows: Vec::new(),
                next: None,
                count: None,
                titles: Titles::default(),
            };
            let mut bar = bar(here, &asked);
            bar.problem = Some(*problem);
            bar.chips = Vec::new();
            (bar.name, bar.typed) = ("q", asked.text.clone());
            let mut response = show(state, here, &asked, &none, bar);
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return Ok(response);
        }
    };
    let query = asked.query(filter);
    let page = match state.engine().list(here.ctx(), query).await {
        Err(Error::Refused(Refused::BadRequest(message))) if message.key.starts_with("cursor-") => {
            let first = asked.address.first().href();
            return Ok(go(&first, Some(&Flash::new("notice-list-changed", ""))));
        }
        other => other?,
    };
    let bar = bar(here, &asked);
    Ok(show(state, here, &asked, &page, bar).into_response())
}

fn show(
    state: &AppState,
    here: &Here,
    asked: &Asked,
    page: &VisiblePage,
    filter: FilterBar,
) -> Response {
    let language = here.language();
    let of = asked.of.as_deref();
    let title = title(language, asked);
    let view = view(language, asked);
    let body = list_page(&ListPage {
        reader: here.reader(&page.titles),
        title: title.clone(),
        subtitle: time::head(language, &here.ctx().zone, here.ctx().now),
        count: page.count,
        filter,
        tools: html! { (chooser(here, asked)) (super::list_file::dialog(here, asked)) },
        columns: headings(language, asked),
        rows: &page.rows,
        pager: Pager {
            before: asked.address.pages_before() * ROWS,
            previous: asked.address.previous(),
            next: page.next.as_deref().map(|it| asked.address.next(it)),
        },
        empty: nothing(here, asked),
    });
    let name = of.map_or("records", |it| it.name.as_str());
    let frame = Frame {
        title: title.clone(),
        area: "desk",
        active: view.map_or_else(|| name.to_owned(), |(key, _)| format!("{name}/{key}")),
        crumbs: vec![
            crumb(text!(language, "home-title"), Some("/")),
            crumb(title, None),
        ],
        actions: of.and_then(|it| new_button(here, it)),
        hints: hints(language),
        of: asked.of.clone(),
        ..Frame::default()
    };
    here.agent(state, frame, &body)
}

/// The button that makes a record of that type, where the reader may.
pub(super) fn new_button(here: &Here, of: &TypeDef) -> Option<Markup> {
    let words = new_words(here.language(), of);
    here.ctx().may_somewhere(&of.name, "create").then(|| {
        html! { a class="button primary" href=(format!("/{}/new", of.name)) data-key="c" { (icon("plus")) (words) " " kbd { "C" } } }
    })
}

fn hints(language: &Language) -> Vec<Hint> {
    vec![
        Hint {
            keys: &["J", "K"],
            label: text!(language, "keys-move"),
        },
        Hint {
            keys: &["Enter"],
            label: text!(language, "keys-open"),
        },
        Hint {
            keys: &["/"],
            label: text!(language, "keys-filter"),
        },
        Hint {
            keys: &["C"],
            label: text!(language, "keys-create"),
        },
    ]
}

/// The view that this filter is, where it is one.
fn view(language: &Language, asked: &Asked) -> Option<(&'static str, String)> {
    let views = match &asked.of {
        Some(of) => views(language, of),
        None => vec![
            (
                "mine",
                text!(language, "view-mine"),
                super::home::MINE.to_owned(),
            ),
            (
                "team",
                text!(language, "view-team"),
                super::home::TEAM.to_owned(),
            ),
            (
                "nobody",
                text!(language, "view-nobody"),
                super::home::NOBODY.to_owned(),
            ),
        ],
    };
    views
        .into_iter()
        .find(|it| it.2 == asked.text)
        .map(|(key, words, _)| (key, words))
}

fn title(language: &Language, asked: &Asked) -> String {
    let plural = match &asked.of {
        Some(of) => label::label(language, &of.plural),
        None => text!(language, "list-everything"),
    };
    match view(language, asked) {
        Some(("all", _)) | None => plural,
        Some((_, words)) => text!(
            language,
            "list-title-view",
            what = plural,
            view = label::within(language, &words)
        ),
    }
}

fn bar(here: &Here, asked: &Asked) -> FilterBar {
    let language = here.language();
    let address = ListAddress {
        filter: Some(asked.text.clone()),
        ..asked.address.first()
    };
    let chips = filter::chips(&address, &asked.text);
    let whole = chips.is_none();
    let mut chips = chips.unwrap_or_default();
    if let Some(sort) = &asked.address.sort {
        let without = address.with_sort(None);
        chips.push(Chip {
            key: "sort:".to_owned(),
            value: sort.clone(),
            without,
            is_order: true,
        });
    }
    let example = match asked
        .of
        .as_ref()
        .is_some_and(|it| it.field(spine::TEAM).is_some())
    {
        true => text!(language, "filter-example-team"),
        false => text!(language, "filter-example"),
    };
    FilterBar {
        action: address.path.clone(),
        chips,
        typed: if whole {
            asked.text.clone()
        } else {
            String::new()
        },
        name: if whole { "q" } else { "add" },
        kept: address.kept(if whole { &["q"] } else { &[] }),
        example,
        problem: None,
    }
}

/// No records at all is another thing than none that match.
fn nothing(here: &Here, asked: &Asked) -> Empty {
    let language = here.language();
    let plural = asked.of.as_ref().map_or_else(
        || text!(language, "list-records"),
        |it| label::label(language, &it.plural),
    );
    if !asked.text.is_empty() {
        return Empty {
            title: text!(
                language,
                "list-no-match",
                what = label::within(language, &plural)
            ),
            words: text!(language, "list-no-match-help"),
            step: Some((
                text!(language, "filter-clear"),
                asked.address.with_filter(""),
            )),
        };
    }
    let create = asked
        .of
        .as_ref()
        .filter(|it| here.ctx().may_somewhere(&it.name, "create"));
    Empty {
        title: text!(
            language,
            "list-none",
            what = label::within(language, &plural)
        ),
        words: text!(language, "list-none-help"),
        step: create.map(|it| (new_words(language, it), format!("/{}/new", it.name))),
    }
}
