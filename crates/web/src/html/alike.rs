//! What is like a record, and what may help who is about to report something.

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Error, Refused};
use dictionary::{Phase, spine};
use flow::search::{Search as _, SearchHit, SearchQuery, SimilarQuery};
use maud::{Markup, html};
use ui::found::{self, Found};
use ui::icon::icon;
use ui::label::{self, say};
use ui::record::title_of;
use ui::text;

use super::article::{SOLVED_BY, may_use};
use super::duplicate;
use super::portal::texts;
use super::record::{Loaded, load};
use super::search::{Side, address, all, fragment};
use super::shell::{Frame, Here, crumb};
use crate::{AppState, Failure};

type Shown = Result<Response, Failure>;

/// Hits of each kind that are like something.
const ALIKE: usize = 10;
/// Articles that may help who reports something.
const HELPFUL: usize = 3;
/// How much of what somebody reports is looked at, in characters.
const LOOKED_AT: usize = 4_000;

/// `GET /{type}/{key}/similar`: records of the type that are like it, or that were looked for,
/// each with what merges the two; and texts that may help.
pub(super) async fn similar(
    State(state): State<AppState>,
    Path((name, key)): Path<(String, String)>,
    here: Here,
) -> Shown {
    let language = here.language();
    let about: Vec<String> = texts(here.ctx())
        .map(|it| it.name.clone())
        .filter(|it| *it != name)
        .collect();
    let loaded = load(&state, &here, &name, &key).await?;
    let term = here.query.get("q").unwrap_or_default().trim().to_owned();
    let asked = term.clone();
    let read = state.engine().read_long(here.ctx(), move |reading| {
        if !asked.is_empty() {
            let query = SearchQuery {
                text: asked.clone(),
                types: vec![name.clone()],
                limit: Some(ALIKE),
                ..SearchQuery::default()
            };
            return Ok((reading.search(&query)?.hits, Vec::new()));
        }
        let same = reading.similar_to(&name, &key, &[], ALIKE)?;
        let texts = match about.as_slice() {
            [] => Vec::new(),
            about => reading.similar_to(&name, &key, about, ALIKE)?,
        };
        Ok((same, texts))
    });
    let (mut same, texts, problem) = match read.await {
        Ok((same, texts)) => (same, texts, None),
        Err(Error::Refused(Refused::BadRequest(message))) => {
            (Vec::new(), Vec::new(), Some(say(language, &message)))
        }
        Err(error) => return Err(error.into()),
    };
    same.retain(|it| it.record.id() != loaded.record.id());
    let (record, of) = (&loaded.record, &loaded.of);
    let (href, called) = (
        address(record),
        record.number().unwrap_or_default().to_owned(),
    );
    let title = text!(
        language,
        "search-similar-to",
        name = title_of(language, record)
    );
    let body = html! {
        div class="sheet search-page" {
            header class="page-head" { div class="grow" { h1 { (title) } } a class="button" href=(href) { (icon("left")) (called) } }
            form class="row" method="get" role="search" {
                input class="input" type="search" name="q" value=(term) aria-label=(text!(language, "duplicate-look")) placeholder=(text!(language, "record-link-to"));
                button class="button" { (text!(language, "duplicate-look")) }
            }
            h2 { (label::label(language, &of.plural)) }
            @if let Some(problem) = &problem { p class="problem" role="alert" { (icon("alert")) (problem) } }
            @else if same.is_empty() && !term.is_empty() { p class="small-text" { (text!(language, "search-nothing", term = term)) } }
            @else if same.is_empty() { p class="small-text" { (text!(language, "search-similar-none")) } }
            (alike(&here, &loaded, &same))
            @if !texts.is_empty() {
                h2 { (text!(language, "search-may-help")) }
                (usable(&here, &loaded, &texts))
            }
        }
    };
    let crumbs = vec![
        crumb(
            label::label(language, &of.plural),
            Some(&format!("/{}", of.name)),
        ),
        crumb(called, Some(&href)),
        crumb(text!(language, "search-similar"), None),
    ];
    Ok(here.agent(
        &state,
        Frame {
            title,
            area: "desk",
            crumbs,
            ..Frame::default()
        },
        &body,
    ))
}

/// `GET /portal/alike?text=…`: texts that may help who is about to report something; nothing where none does.
pub(super) async fn helpful(State(state): State<AppState>, here: Here) -> Shown {
    let text: String = here
        .query
        .get("text")
        .unwrap_or_default()
        .chars()
        .take(LOOKED_AT)
        .collect();
    let types: Vec<String> = texts(here.ctx()).map(|it| it.name.clone()).collect();
    if text.trim().is_empty() || types.is_empty() {
        return Ok(fragment(&html! {}));
    }
    let query = SimilarQuery {
        text: text.clone(),
        types,
        but_not: None,
        limit: HELPFUL,
    };
    let read = state
        .engine()
        .read_long(here.ctx(), move |reading| reading.similar(&query));
    let hits = read.await?;
    Ok(fragment(&html! {
        @if !hits.is_empty() {
            h2 { (text!(here.language(), "search-may-help")) }
            (self::hits(&here, Side::Portal, &hits, &text))
        }
    }))
}

/// `GET /{type}/{key}/helpful`: the texts that may help most, each with what says that it did, and what tells the
/// same, each with what merges the two; for the record's page.
pub(super) async fn suggested(
    State(state): State<AppState>,
    Path((name, key)): Path<(String, String)>,
    here: Here,
) -> Shown {
    let loaded = load(&state, &here, &name, &key).await?;
    let helps = may_use(&here, &loaded);
    let about: Vec<String> = texts(here.ctx())
        .filter(|_| helps)
        .map(|it| it.name.clone())
        .collect();
    let merges = duplicate::is_possible(&here, &loaded);
    let linked = loaded.links.rows.len();
    let read = state.engine().read_long(here.ctx(), move |reading| {
        let texts = match about.as_slice() {
            [] => Vec::new(),
            about => reading.similar_to(&name, &key, about, HELPFUL + linked)?,
        };
        let same = match merges {
            true => reading.similar_to(&name, &key, &[], ALIKE)?,
            false => Vec::new(),
        };
        Ok((texts, same))
    });
    let (mut hits, mut same) = read.await?;
    hits.retain(|hit| !is_used(&loaded, hit));
    hits.truncate(HELPFUL);
    // What is over is no duplicate to work on; the page of similar ones has it.
    same.retain(|hit| {
        let state = hit.record.value(spine::STATE);
        let phase = hit.record.record_type().phase(state);
        phase.is_none_or(Phase::is_open)
    });
    same.truncate(HELPFUL);
    let language = here.language();
    Ok(fragment(&html! {
        @if !hits.is_empty() {
            h3 { (text!(language, "article-suggested")) }
            (usable(&here, &loaded, &hits))
        }
        @if !same.is_empty() {
            h3 { (text!(language, "duplicate-alike")) }
            (alike(&here, &loaded, &same))
        }
    }))
}

/// Records of the same type, each with the ways to merge the two.
fn alike(here: &Here, loaded: &Loaded, found: &[SearchHit]) -> Markup {
    let mut shown = unmarked(all(here, Side::Desk, found, ""));
    for (it, hit) in shown.iter_mut().zip(found) {
        it.action = duplicate::ways(here, loaded, &hit.record);
    }
    found::hits(&shown)
}

/// Texts, each with what links it to a record as what solved it.
fn usable(here: &Here, loaded: &Loaded, found: &[SearchHit]) -> Markup {
    let may = may_use(here, loaded);
    let mut shown = unmarked(all(here, Side::Desk, found, ""));
    for (it, hit) in shown.iter_mut().zip(found) {
        let to = hit.record.number().filter(|_| may && !is_used(loaded, hit));
        it.action = to.map(|to| html! {
            form method="post" action=(format!("{}/link", loaded.address())) {
                (here.csrf())
                input type="hidden" name="kind" value=(SOLVED_BY);
                input type="hidden" name="to" value=(to);
                button class="button small" aria-label=(text!(here.language(), "article-link-name", name = to)) {
                    (icon("link")) (text!(here.language(), "article-link"))
                }
            }
        });
    }
    found::hits(&shown)
}

fn is_used(loaded: &Loaded, hit: &SearchHit) -> bool {
    let mut links = loaded.links.rows.iter();
    links.any(|it| it.kind == SOLVED_BY && it.other == hit.record.id())
}

/// What is alike shares most of its words: marking them all would tell nothing.
fn hits(here: &Here, side: Side, hits: &[SearchHit], words: &str) -> Markup {
    found::hits(&unmarked(all(here, side, hits, words)))
}

fn unmarked(mut all: Vec<Found>) -> Vec<Found> {
    for it in &mut all {
        let parts = it.title.iter_mut().chain(&mut it.snippet);
        parts.for_each(|it| it.is_marked = false);
    }
    all
}
