//! The first page of those who do the work: what waits for them, as figures and as lists.

use axum::extract::State;
use axum::response::Response;
use base::Result;
use dictionary::filter::{Filter, Scope, parse};
use dictionary::{Count, Direction, Page, Query, Sort, spine};
use engine::Reading;
use engine::read::{Titles, VisiblePage};
use maud::{Markup, html};
use ui::field::Reader;
use ui::icon::icon;
use ui::list::{Empty, empty, table};
use ui::message::Language;
use ui::{text, time};

use super::columns::columns_of;
use super::navigation::list_href;
use super::shell::{Frame, Here, crumb, go, is_agent, may_read};
use crate::administration::administers;
use crate::administration::setup::{Facts, State as Stands, checklist};
use crate::{AppState, Failure};

/// My open work, as people would type it.
pub(super) const MINE: &str = "assignee:me open:true";
/// Open work of my teams.
pub(super) const TEAM: &str = "team:my_teams open:true";
/// Open work of my teams that nobody has taken.
pub(super) const NOBODY: &str = "team:my_teams assignee:empty open:true";

/// Open work that no team has: it is in nobody's queue.
const NO_TEAM: &str = "team:empty assignee:empty -requester:empty open:true";

/// Rows of each list.
const ROWS: usize = 8;
/// Columns of each list.
const COLUMNS: [&str; 6] = [
    spine::PRIORITY,
    spine::NUMBER,
    spine::TITLE,
    spine::STATE,
    spine::ASSIGNEE,
    spine::UPDATED_AT,
];

/// A list of the page: its heading, its filter, how many records it finds, and the first of them.
struct Part {
    title: String,
    caption: String,
    filter: &'static str,
    count: i64,
    page: VisiblePage,
}

/// `GET /`
pub(super) async fn page(State(state): State<AppState>, here: Here) -> Result<Response, Failure> {
    if !is_agent(here.ctx()) {
        return Ok(go("/portal", None));
    }
    let language = here.language().clone();
    let facts = Facts::of(state.config());
    let read = move |reading: &mut Reading<'_, '_>| {
        let (parts, recent) = parts(reading, &language)?;
        Ok((parts, recent, missing(reading, &facts, &language)?))
    };
    let (parts, recent, missing) = state.engine().read_long(here.ctx(), read).await?;
    let language = here.language();
    let frame = Frame {
        title: text!(language, "home-title"),
        area: "desk",
        crumbs: vec![crumb(text!(language, "home-title"), None)],
        ..Frame::default()
    };
    Ok(here.agent(&state, frame, &body(&here, (&parts, missing), &recent)))
}

/// How many points of the set-up are missing, for whoever can mend them.
fn missing(reading: &mut Reading<'_, '_>, facts: &Facts, language: &Language) -> Result<usize> {
    if !administers(reading.ctx) {
        return Ok(0);
    }
    let items = checklist(reading, facts, language)?;
    Ok(items
        .iter()
        .filter(|it| it.state == Stands::Missing)
        .count())
}

fn parts(reading: &mut Reading<'_, '_>, language: &Language) -> Result<(Vec<Part>, VisiblePage)> {
    let mut parts = Vec::new();
    let wanted = [
        (
            text!(language, "view-mine"),
            text!(language, "home-mine"),
            MINE,
        ),
        (
            text!(language, "home-nobody-title"),
            text!(language, "home-nobody"),
            NOBODY,
        ),
        (
            text!(language, "home-no-team-title"),
            text!(language, "home-no-team"),
            NO_TEAM,
        ),
    ];
    for (title, caption, filter) in wanted {
        let query = query(reading, filter, spine::PRIORITY)?;
        let count = reading.count(&query)?;
        if filter == NO_TEAM && count == 0 {
            continue;
        }
        parts.push(Part {
            title,
            caption,
            filter,
            count,
            page: reading.list(&query)?,
        });
    }
    let recent = recent(reading)?;
    Ok((parts, recent))
}

/// Records that people talk about, the last touched first: each type by its own index, then together.
fn recent(reading: &mut Reading<'_, '_>) -> Result<VisiblePage> {
    let snapshot = reading.ctx.snapshot.clone();
    let ctx = reading.ctx;
    let mut all = VisiblePage {
        rows: Vec::new(),
        next: None,
        count: None,
        titles: Titles::default(),
    };
    for of in snapshot
        .dictionary
        .types()
        .filter(|it| it.journal && ctx.may_somewhere(&it.name, "read"))
    {
        let readable = |name: &&str| of.field(name).is_some_and(|it| may_read(ctx, of, it));
        let query = Query {
            record_type: Some(of.name.clone()),
            sort: vec![Sort {
                field: spine::UPDATED_AT.to_owned(),
                direction: Direction::Descending,
            }],
            columns: COLUMNS
                .iter()
                .copied()
                .filter(readable)
                .map(str::to_owned)
                .collect(),
            page: Page {
                limit: Some(ROWS),
                after: None,
            },
            ..Query::default()
        };
        let page = reading.list(&query)?;
        all.rows.extend(page.rows);
        all.titles.extend(page.titles);
    }
    all.rows
        .sort_by_key(|it| std::cmp::Reverse(it.value(spine::UPDATED_AT).as_instant()));
    all.rows.truncate(ROWS);
    Ok(all)
}

fn query(reading: &Reading<'_, '_>, filter: &str, sort: &str) -> Result<Query> {
    let filter = parse(filter, &Scope::spine(&reading.ctx.snapshot.dictionary));
    let filter: Filter = filter.map_err(base::Refused::from)?;
    Ok(Query {
        record_type: None,
        filter,
        sort: vec![Sort {
            field: sort.to_owned(),
            direction: Direction::Ascending,
        }],
        columns: COLUMNS.iter().map(|it| (*it).to_owned()).collect(),
        page: Page {
            limit: Some(ROWS),
            after: None,
        },
        count: Count::No,
    })
}

fn body(here: &Here, (parts, missing): (&[Part], usize), recent: &VisiblePage) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" {
                    h1 { (time::greeting(language, &ctx.zone, ctx.now, &ctx.actor.name)) }
                    p class="small-text" { (time::head(language, &ctx.zone, ctx.now)) }
                }
                div class="figures" {
                    @for part in parts { p class="figure" { b { (part.count) } (part.caption) } }
                }
            }
            @if missing > 0 {
                div class="banner amber" {
                    (icon("alert"))
                    div { b { (text!(language, "home-missing", count = missing)) } }
                    a class="button end" href="/admin" { (text!(language, "setup-open")) }
                }
            }
            @for part in parts { (section(here, part)) }
            section class="card" {
                div class="section" { header { h2 { (text!(language, "home-recent")) } } }
                (rows(&here.reader(&recent.titles), recent, &text!(language, "home-recent-none")))
            }
        }
    }
}

fn section(here: &Here, part: &Part) -> Markup {
    let language = here.language();
    html! {
        section class="card" {
            div class="section" {
                header {
                    h2 { (part.title) }
                    a class="link end" href=(list_href("records", part.filter)) { (text!(language, "home-all", count = part.count)) }
                }
            }
            (rows(&here.reader(&part.page.titles), &part.page, &text!(language, "home-nothing")))
        }
    }
}

fn rows(reader: &Reader<'_>, page: &VisiblePage, nothing: &str) -> Markup {
    html! {
        @if page.rows.is_empty() {
            (empty(&Empty { title: nothing.to_owned(), ..Empty::default() }))
        } @else {
            (table(reader, &columns_of(reader.language, &COLUMNS), &page.rows))
        }
    }
}
