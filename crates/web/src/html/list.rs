//! Lists of records: of one type, or of all types at once.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};
use dictionary::filter::{Filter, Scope};
use dictionary::{Count, Direction, Page, Query, Sort, TypeDef, spine};
use engine::read::{Titles, VisiblePage};
use maud::{Markup, html};
use ui::filter_bar::{Chip, FilterBar};
use ui::icon::icon;
use ui::label;
use ui::list::{Empty, Groups, ListPage, Pager, list_page};
use ui::message::Language;
use ui::page::Hint;
use ui::{text, time};

use super::columns::{chooser, columns, groupable, headings, sorts, usual_order};
use super::filter::{self, ListAddress};
use super::flash::Flash;
use super::grouped;
use super::navigation::views;
use super::shell::{Frame, Here, crumb, go, new_words};
use super::views::menu::menu;
use super::views::{SavedViews, of_list, with_named};
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
    /// The field by which rows are put together.
    pub(super) group: Option<String>,
    /// The lists that are kept under a name, and the name of their type.
    pub(super) views: SavedViews,
    pub(super) saved_views: Option<&'static str>,
    /// Whether it is known that there are no records at all.
    pub(super) has_none: bool,
}

impl Asked {
    pub(super) async fn new(
        state: &AppState,
        here: &Here,
        of: Option<Arc<TypeDef>>,
    ) -> base::Result<Self> {
        let path = of
            .as_ref()
            .map_or_else(|| "/records".to_owned(), |it| format!("/{}", it.name));
        let address = ListAddress::read(&path, &here.query);
        let saved = of_list(state, here, of.as_deref()).await?;
        let mut saved = with_named(state, here, of.as_deref(), saved, &address).await?;
        let missing = || Refused::NotFound(Message::new("view-not-found"));
        let address = saved.fill(&address).ok_or_else(missing)?;
        let views = of
            .as_ref()
            .map(|it| views(here.language(), it))
            .unwrap_or_default();
        // Without a word, a list shows what is still to be done.
        let usual = views.into_iter().next().map(|it| it.2).unwrap_or_default();
        let text = address.filter.clone().unwrap_or(usual);
        let columns = columns(here, of.as_deref(), &address.columns);
        let mut sort = address
            .sort
            .as_deref()
            .map_or_else(|| usual_order(of.as_deref(), &text), sorts);
        let group = address.group.clone();
        let group = group.filter(|name| {
            groupable(here, of.as_deref())
                .iter()
                .any(|it| it.name == *name)
        });
        if let Some(field) = &group {
            // Rows of a group stand together, and within it in the order of the list.
            let own = sort.iter().position(|it| it.field == *field);
            let direction = own.map_or(Direction::Ascending, |at| sort.remove(at).direction);
            sort.insert(
                0,
                Sort {
                    field: field.clone(),
                    direction,
                },
            );
        }
        Ok(Self {
            of,
            address,
            text,
            sort,
            columns,
            group,
            views: saved,
            saved_views: state.config().saved_views,
            has_none: false,
        })
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
            columns: self
                .columns
                .iter()
                .chain(self.group.iter().filter(|it| !self.columns.contains(it)))
                .cloned()
                .collect(),
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
    let asked = Asked::new(state, here, of).await?;
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
            let mut response = show(state, here, &asked, (&none, None), bar);
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return Ok(response);
        }
    };
    let counted = grouped::question(&asked, &filter);
    let query = asked.query(filter);
    let page = match state.engine().list(here.ctx(), query).await {
        Err(Error::Refused(Refused::BadRequest(message))) if message.key.starts_with("cursor-") => {
            let first = asked.address.first().href();
            return Ok(go(&first, Some(&Flash::new("notice-list-changed", ""))));
        }
        other => other?,
    };
    let groups = match counted {
        Some(counted) => Some(grouped::groups(state, here, &asked, counted).await?),
        None => None,
    };
    let mut asked = asked;
    asked.has_none = page.rows.is_empty() && is_unused(state, here, &asked).await?;
    let bar = bar(here, &asked);
    Ok(show(state, here, &asked, (&page, groups), bar).into_response())
}

/// Whether a type has no records at all. Asked only where none was found.
async fn is_unused(state: &AppState, here: &Here, asked: &Asked) -> base::Result<bool> {
    let page = Page {
        limit: Some(1),
        after: None,
    };
    let any = Query {
        page,
        ..asked.query(Filter::All(Vec::new()))
    };
    Ok(asked.of.is_some() && state.engine().list(here.ctx(), any).await?.rows.is_empty())
}

fn show(
    state: &AppState,
    here: &Here,
    asked: &Asked,
    (page, groups): (&VisiblePage, Option<Groups>),
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
        tools: html! { (menu(here, asked)) (chooser(state, here, asked)) (super::list_file::dialog(here, asked, page.count)) },
        columns: headings(language, asked),
        rows: &page.rows,
        groups,
        pager: Pager {
            before: asked.address.pages_before() * ROWS,
            previous: asked.address.previous(),
            next: page.next.as_deref().map(|it| asked.address.next(it)),
        },
        selection: super::bulk::selection(here, of, &asked.text, page.count),
        empty: nothing(here, asked),
    });
    let name = of.map_or("records", |it| it.name.as_str());
    let frame = Frame {
        title: title.clone(),
        area: "desk",
        active: match (asked.views.open(), view) {
            (Some(saved), _) => saved.key(),
            (None, Some((key, _))) => format!("{name}/{key}"),
            (None, None) => name.to_owned(),
        },
        views: asked.views.places(&asked.address.path),
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
    if let Some(saved) = asked.views.open() {
        return saved.title.clone();
    }
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
    if !asked.text.is_empty() && !asked.has_none {
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
