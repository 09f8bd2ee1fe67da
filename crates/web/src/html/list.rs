//! Lists of records: of one type, or of all types at once.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};
use dictionary::filter::{Filter, Scope, TYPE};
use dictionary::{Direction, Page, Query, Sort, TypeDef, spine};
use engine::Reading;
use engine::read::{Titles, VisiblePage};
use maud::{Markup, html};
use ui::filter_bar::{Chip, FilterBar};
use ui::icon::icon;
use ui::label;
use ui::list::{Column, Empty, ListPage, Pager, list_page};
use ui::message::Language;
use ui::page::Hint;
use ui::{text, time};

use super::filter::{self, ListAddress};
use super::flash::Flash;
use super::shell::{Frame, Here, crumb, go, may_read, new_words, views};
use crate::{AppState, Failure};

/// Rows of a page.
const ROWS: usize = 50;
/// Columns of lists across types.
const ACROSS: [&str; 7] = [
    TYPE,
    spine::PRIORITY,
    spine::NUMBER,
    spine::TITLE,
    spine::STATE,
    spine::ASSIGNEE,
    spine::UPDATED_AT,
];
/// Columns of a type that lays out none.
const USUAL: [&str; 5] = [
    spine::NUMBER,
    spine::TITLE,
    spine::STATE,
    spine::ASSIGNEE,
    spine::UPDATED_AT,
];

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

/// `GET /search`: a number leads to its record, anything else to a list.
pub(super) async fn search(State(state): State<AppState>, here: Here) -> Result<Response, Failure> {
    let term = here.query.get("q").unwrap_or_default().trim().to_owned();
    let key = term.clone();
    let found = state
        .engine()
        .read(here.ctx(), move |reading| reading.record(None, &key))
        .await;
    match found {
        Ok((record, _)) => Ok(go(
            &ui::field::record_href(&record.record_type().name, record.number(), record.id()),
            None,
        )),
        Err(Error::Refused(_)) => answer(&state, &here, None).await,
        Err(error) => Err(error.into()),
    }
}

/// Columns of those fields, without an order.
pub(super) fn columns_of(language: &Language, names: &[&str]) -> Vec<Column> {
    let spine_type = Scope::spine_type();
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        label: spine_type
            .field(name)
            .map_or_else(String::new, |it| heading(language, None, it)),
        href: None,
        sorted: None,
    };
    names.iter().map(column).collect()
}

/// What is asked of the reader, and how the page speaks of it.
struct Asked {
    of: Option<Arc<TypeDef>>,
    address: ListAddress,
    text: String,
    sort: Vec<Sort>,
    columns: Vec<String>,
}

impl Asked {
    fn new(here: &Here, of: Option<Arc<TypeDef>>) -> Self {
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

    fn scope<'a>(&'a self, here: &'a Here) -> Scope<'a> {
        let dictionary = &here.ctx().snapshot.dictionary;
        self.of
            .as_ref()
            .map_or_else(|| Scope::spine(dictionary), |of| Scope::new(dictionary, of))
    }

    fn query(&self, filter: Filter) -> Query {
        Query {
            record_type: self.of.as_ref().map(|it| it.name.clone()),
            filter,
            sort: self.sort.clone(),
            columns: self.columns.clone(),
            page: Page {
                limit: Some(ROWS),
                after: self.address.after.clone(),
            },
            count: false,
        }
    }
}

async fn answer(
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
    let counting = query.clone();
    let (engine, ctx) = (state.engine(), here.ctx());
    // Counting looks at every match and may take long, the page only at its own rows.
    let listed = engine.read(ctx, move |reading: &mut Reading<'_, '_>| {
        reading.list(&query)
    });
    let counted = engine.read_long(ctx, move |reading: &mut Reading<'_, '_>| {
        reading.count(&counting)
    });
    let (listed, counted) = futures::join!(listed, counted);
    let mut page = match listed {
        Err(Error::Refused(Refused::BadRequest(message))) if message.key.starts_with("cursor-") => {
            let first = asked.address.first().href();
            return Ok(go(&first, Some(&Flash::new("notice-list-changed", ""))));
        }
        other => other?,
    };
    page.count = Some(counted?);
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
        chooser: chooser(here, asked),
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

fn columns(here: &Here, of: Option<&TypeDef>, wished: &[String]) -> Vec<String> {
    let Some(of) = of else {
        return ACROSS.iter().map(|it| (*it).to_owned()).collect();
    };
    let readable = |name: &String| {
        of.field(name)
            .is_some_and(|it| may_read(here.ctx(), of, it))
    };
    let wished: Vec<String> = wished.iter().filter(|it| readable(it)).cloned().collect();
    if !wished.is_empty() {
        return wished;
    }
    let usual = if of.layout.list.is_empty() {
        USUAL.iter().map(|it| (*it).to_owned()).collect()
    } else {
        of.layout.list.clone()
    };
    usual.into_iter().filter(readable).collect()
}

/// What is still to be done comes by priority, all else the newest first.
fn usual_order(of: Option<&TypeDef>, text: &str) -> Vec<Sort> {
    let open = text.contains("state:open") || text.contains("open:true");
    let newest = Sort {
        field: spine::CREATED_AT.to_owned(),
        direction: Direction::Descending,
    };
    if open && of.is_some_and(|it| it.field(spine::PRIORITY).is_some()) {
        let first = Sort {
            field: spine::PRIORITY.to_owned(),
            direction: Direction::Ascending,
        };
        return vec![first, newest];
    }
    vec![newest]
}

fn sorts(text: &str) -> Vec<Sort> {
    let keys = text.split(',').filter(|it| !it.is_empty());
    let sort = |key: &str| match key.strip_prefix('-') {
        Some(field) => Sort {
            field: field.to_owned(),
            direction: Direction::Descending,
        },
        None => Sort {
            field: key.to_owned(),
            direction: Direction::Ascending,
        },
    };
    keys.map(sort).collect()
}

fn heading(language: &Language, of: Option<&TypeDef>, field: &dictionary::FieldDef) -> String {
    if field.name == TYPE && of.is_none() {
        return text!(language, "list-type");
    }
    label::label(language, &field.label)
}

fn headings(language: &Language, asked: &Asked) -> Vec<Column> {
    let of: &TypeDef = asked.of.as_deref().unwrap_or_else(|| Scope::spine_type());
    let column = |name: &String| {
        let field = of.field(name);
        let sorted = asked
            .sort
            .first()
            .filter(|it| it.field == *name)
            .map(|it| it.direction);
        let other = match sorted {
            Some(Direction::Ascending) => format!("-{name}"),
            _ => name.clone(),
        };
        let sortable = field.is_some_and(|it| it.kind.is_sortable() && it.name != TYPE);
        Column {
            name: name.clone(),
            label: field.map_or_else(
                || name.clone(),
                |it| heading(language, asked.of.as_deref(), it),
            ),
            href: sortable.then(|| asked.address.with_sort(Some(other))),
            sorted,
        }
    };
    asked.columns.iter().map(column).collect()
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

/// The choice of columns: a form that opens without script.
fn chooser(here: &Here, asked: &Asked) -> Markup {
    let (language, Some(of)) = (here.language(), &asked.of) else {
        return Markup::default();
    };
    let mut fields: Vec<(String, &str)> = of
        .fields
        .iter()
        .filter(|it| {
            may_read(here.ctx(), of, it)
                && !matches!(it.name.as_str(), spine::OPEN | spine::VERSION)
        })
        .map(|it| (label::label(language, &it.label), it.name.as_str()))
        .collect();
    // Shown ones first and in their order, so that sending the form changes nothing by itself.
    fields.sort_by_key(|(words, name)| {
        let place = asked
            .columns
            .iter()
            .position(|it| it == name)
            .unwrap_or(usize::MAX);
        (place, base::text_key(words))
    });
    html! {
        button class="button quiet not-phone" type="button" popovertarget="columns" { (icon("columns")) (text!(language, "list-columns")) }
        div popover id="columns" class="dialog" role="dialog" aria-label=(text!(language, "list-columns")) {
            form method="get" action=(asked.address.path) {
                header {
                    h2 { (text!(language, "list-columns")) }
                    button class="button quiet icon-only" type="button" popovertarget="columns" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
                }
                div class="body" {
                    @for (name, value) in asked.address.first().kept(&["column"]) { input type="hidden" name=(name) value=(value); }
                    @for (words, name) in &fields {
                        label class="check" {
                            input type="checkbox" name="column" value=(name) checked[asked.columns.iter().any(|it| it == name)];
                            (words)
                        }
                    }
                }
                footer {
                    a class="button quiet" href=(ListAddress { columns: Vec::new(), ..asked.address.first() }.href()) { (text!(language, "list-columns-usual")) }
                    button class="button primary" { (text!(language, "list-columns-show")) }
                }
            }
        }
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
