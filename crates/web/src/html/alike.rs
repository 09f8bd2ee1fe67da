//! What is like a record, and what may help who is about to report something.

use axum::extract::{Path, State};
use axum::response::Response;
use flow::search::{Search as _, SearchHit, SimilarQuery};
use maud::{Markup, html};
use ui::found;
use ui::icon::icon;
use ui::label;
use ui::record::title_of;
use ui::text;

use super::portal::texts;
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

/// `GET /{type}/{key}/similar`: records of the type that are like it, and texts that may help.
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
    let read = state.engine().read(here.ctx(), move |reading| {
        let (record, _) = reading.record(Some(&name), &key)?;
        let same = reading.similar_to(&name, &key, &[], ALIKE)?;
        let texts = match about.as_slice() {
            [] => Vec::new(),
            about => reading.similar_to(&name, &key, about, ALIKE)?,
        };
        Ok((record, same, texts))
    });
    let (record, same, texts) = read.await?;
    let of = record.record_type();
    let (href, called) = (
        address(&record),
        record.number().unwrap_or_default().to_owned(),
    );
    let title = text!(
        language,
        "search-similar-to",
        name = title_of(language, &record)
    );
    let body = html! {
        div class="sheet search-page" {
            header class="page-head" { div class="grow" { h1 { (title) } } a class="button" href=(href) { (icon("left")) (called) } }
            h2 { (label::label(language, &of.plural)) }
            @if same.is_empty() { p class="small-text" { (text!(language, "search-similar-none")) } }
            (hits(&here, Side::Desk, &same, ""))
            @if !texts.is_empty() {
                h2 { (text!(language, "search-may-help")) }
                (hits(&here, Side::Desk, &texts, ""))
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
        .read(here.ctx(), move |reading| reading.similar(&query));
    let hits = read.await?;
    Ok(fragment(&html! {
        @if !hits.is_empty() {
            h2 { (text!(here.language(), "search-may-help")) }
            (self::hits(&here, Side::Portal, &hits, &text))
        }
    }))
}

/// What is alike shares most of its words: marking them all would tell nothing.
fn hits(here: &Here, side: Side, hits: &[SearchHit], words: &str) -> Markup {
    let mut all = all(here, side, hits, words);
    for it in &mut all {
        let parts = it.title.iter_mut().chain(&mut it.snippet);
        parts.for_each(|it| it.is_marked = false);
    }
    found::hits(&all)
}
