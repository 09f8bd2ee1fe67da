//! Searching: the page of the desk, the page of the portal, and what is shown while somebody types.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Refused};
use dictionary::spine;
use flow::search::{
    CAP, Facet, Piece, Place, Rank, Search as _, SearchHit, SearchPage, SearchQuery,
};
use maud::{Markup, html};
use ui::field::record_href;
use ui::found::{self, Found, Part, search_form};
use ui::icon::icon;
use ui::label::{self, say};
use ui::message::Language;
use ui::record::title_of;
use ui::{text, time};

use super::article::carried;
use super::navigation::{is_text, type_icon};
use super::portal::{askable, kind, request, texts};
use super::shell::{Frame, Here, crumb, go, is_agent};
use crate::{AppState, Failure};

type Shown = Result<Response, Failure>;

/// Hits of a page.
const HITS: usize = 25;
/// Hits below the field in the top bar.
const FEW: usize = 7;

/// For whom the page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Desk,
    Portal,
}

impl Side {
    const fn path(self) -> &'static str {
        match self {
            Self::Desk => "/search",
            Self::Portal => "/portal/search",
        }
    }
}

/// How much of the page is wanted: a script asks for parts while somebody types.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Page,
    Hits,
    Few,
}

/// What the address asks.
struct Asked {
    side: Side,
    wanted: Wanted,
    term: String,
    only: Option<String>,
    after: Option<String>,
}

impl Asked {
    fn new(here: &Here, side: Side) -> Self {
        let text = |name: &str| {
            let text = here.query.get(name).map(str::trim);
            text.filter(|it| !it.is_empty()).map(str::to_owned)
        };
        Self {
            side,
            wanted: match here.query.get("part") {
                Some("hits") => Wanted::Hits,
                Some("few") => Wanted::Few,
                _ => Wanted::Page,
            },
            // A blank at the end says that the last word is finished.
            term: here.query.get("q").unwrap_or_default().to_owned(),
            only: text("type"),
            after: text("after"),
        }
    }

    fn query(&self, here: &Here) -> SearchQuery {
        let types = match (&self.only, self.side) {
            (Some(only), _) => vec![only.clone()],
            (None, Side::Desk) => Vec::new(),
            (None, Side::Portal) => {
                let all = texts(here.ctx()).chain(askable(here.ctx()));
                all.map(|it| it.name.clone()).collect()
            }
        };
        SearchQuery {
            text: self.term.clone(),
            types,
            while_typing: self.wanted != Wanted::Page,
            limit: Some(if self.wanted == Wanted::Few {
                FEW
            } else {
                HITS
            }),
            after: self.after.clone(),
        }
    }

    fn href(&self, only: Option<&str>, after: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", self.term.trim());
        let pairs = [("type", only), ("after", after)];
        query.extend_pairs(pairs.into_iter().filter_map(|(name, it)| Some((name, it?))));
        format!("{}?{}", self.side.path(), query.finish())
    }
}

/// `GET /search`: a number leads to its record, anything else to what has these words.
pub(super) async fn desk(State(state): State<AppState>, here: Here) -> Shown {
    let asked = Asked::new(&here, Side::Desk);
    if !is_agent(here.ctx()) && asked.wanted == Wanted::Page {
        let portal = Asked {
            side: Side::Portal,
            ..asked
        };
        return Ok(go(&portal.href(None, None), None));
    }
    if asked.wanted == Wanted::Page && asked.only.is_none() && asked.after.is_none() {
        let key = asked.term.trim().to_owned();
        let read = state
            .engine()
            .read(here.ctx(), move |it| it.record(None, &key));
        match read.await {
            Ok((record, _)) => return Ok(go(&address(&record), None)),
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    answer(&state, &here, asked).await
}

/// `GET /portal/search`: texts that may help, and one's own requests, before somebody asks.
pub(super) async fn portal(State(state): State<AppState>, here: Here) -> Shown {
    let asked = Asked::new(&here, Side::Portal);
    answer(&state, &here, asked).await
}

async fn answer(state: &AppState, here: &Here, asked: Asked) -> Shown {
    // Without a word the portal shows what there is to read; the desk would show everything there is.
    let nothing_asked =
        asked.term.trim().is_empty() && (asked.side == Side::Desk || asked.wanted != Wanted::Page);
    if nothing_asked {
        return Ok(show(state, here, &asked, &help(here.language())));
    }
    let query = asked.query(here);
    let (wide, is_narrow) = (
        SearchQuery {
            types: Vec::new(),
            limit: Some(1),
            ..query.clone()
        },
        asked.only.is_some(),
    );
    let read = state.engine().read_long(here.ctx(), move |reading| {
        let mut page = reading.search(&query)?;
        // The other types stay in sight; a filter that only this type has leaves it alone.
        if is_narrow && let Ok(wide) = reading.search(&wide) {
            page.types = wide.types;
        }
        Ok(page)
    });
    match read.await {
        Ok(page) => {
            let body = match asked.wanted {
                Wanted::Few => few(here, &asked, &page),
                _ => results(here, &asked, &page),
            };
            Ok(show(state, here, &asked, &body))
        }
        Err(Error::Refused(Refused::BadRequest(message))) if message.key.starts_with("cursor-") => {
            Ok(go(&asked.href(asked.only.as_deref(), None), None))
        }
        Err(Error::Refused(Refused::BadRequest(message) | Refused::Forbidden(message))) => {
            let body = problem(here.language(), &message);
            let mut response = show(state, here, &asked, &body);
            if asked.wanted == Wanted::Page {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page around what was found, or that alone.
fn show(state: &AppState, here: &Here, asked: &Asked, found: &Markup) -> Response {
    if asked.wanted != Wanted::Page {
        return fragment(found);
    }
    let language = here.language();
    let only = html! { @if let Some(only) = &asked.only { input type="hidden" name="type" value=(only); } };
    let term = asked.term.trim();
    let title = match (term, asked.side) {
        ("", Side::Portal) => text!(language, "portal-read"),
        ("", Side::Desk) => text!(language, "search-title"),
        _ => text!(language, "search-for", term = term),
    };
    // Who only looks for help needs no signs for it.
    let (words, help) = match asked.side {
        Side::Portal => plain_words(language),
        Side::Desk => (
            text!(language, "search-words"),
            text!(language, "search-help"),
        ),
    };
    let inner = html! {
        h1 { (title) }
        (search_form(language, (asked.side.path(), &words), term, &only))
        p class="small-text" id="search-help" { (help) }
        div id="found" data-part="hits" { (found) }
    };
    match asked.side {
        Side::Desk => {
            let body = html! { div class="sheet search-page" { (inner) } };
            let frame = Frame {
                crumbs: vec![
                    crumb(text!(language, "home-title"), Some("/")),
                    crumb(text!(language, "search-title"), None),
                ],
                title,
                area: "desk",
                active: "search".to_owned(),
                ..Frame::default()
            };
            here.agent(state, frame, &body)
        }
        Side::Portal => {
            let query: String = url::form_urlencoded::byte_serialize(term.as_bytes()).collect();
            let ask = askable(here.ctx())
                .next()
                .map(|it| format!("/portal/new/{}?title={query}", it.name));
            let body = html! {
                div class="portal-page" { div class="portal-column search-page" {
                    (inner)
                    @if let Some(href) = ask { div { a class="button" href=(href) { (text!(language, "portal-ask-us")) } } }
                } }
            };
            here.portal(
                state,
                Frame {
                    title,
                    area: "home",
                    ..Frame::default()
                },
                &body,
            )
        }
    }
}

/// What stands in the field of a search in the portal, and below it.
pub(super) fn plain_words(language: &Language) -> (String, String) {
    let words = text!(language, "search-words-portal");
    (words, text!(language, "search-help-portal"))
}

pub(super) fn fragment(body: &Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (kind, body.clone().into_string()).into_response()
}

fn help(language: &Language) -> Markup {
    html! {
        div class="empty" {
            (icon("search"))
            h2 { (text!(language, "search-everything")) }
            p { (text!(language, "search-everything-help")) }
        }
    }
}

fn problem(language: &Language, message: &Message) -> Markup {
    html! { div class="banner amber" role="status" { (icon("alert")) div { (say(language, message)) } } }
}

/// Types, hits and pages.
fn results(here: &Here, asked: &Asked, page: &SearchPage) -> Markup {
    let language = here.language();
    let next = page
        .next
        .as_deref()
        .map(|it| asked.href(asked.only.as_deref(), Some(it)));
    let is_first = asked.after.is_none();
    let count = counted(asked, &page.types);
    html! {
        (found::facets(language, &facets(here, asked, &page.types)))
        @if let Some(words) = needs_type(language, page) {
            div class="banner amber" role="status" { (icon("alert")) div { (words) } }
        }
        @if page.hits.is_empty() && is_first && asked.term.trim().is_empty() { p class="small-text" role="status" { (text!(language, "search-empty")) } }
        @else if page.hits.is_empty() && is_first { (found::nothing(language, asked.term.trim())) }
        @else {
            p class="small-text" role="status" {
                @if page.is_capped { (text!(language, "search-capped", count = CAP)) }
                @else if is_first { (text!(language, "search-count", count = count.max(page.hits.len()))) }
                @if page.rank == Rank::Newest { " " (text!(language, "search-newest")) }
            }
            (found::hits(&all(here, asked.side, &page.hits, &asked.term)))
            @if !is_first || next.is_some() {
                nav class="pager" aria-label=(text!(language, "pager-label")) {
                    @if !is_first { a class="button small" href=(asked.href(asked.only.as_deref(), None)) { (icon("left")) (text!(language, "search-first")) } }
                    @if let Some(next) = next { a class="button small end" rel="next" href=(next) { (text!(language, "pager-next")) (icon("right")) } }
                }
            }
        }
    }
}

/// That a condition was taken for words, since only some types have its field.
fn needs_type(language: &Language, page: &SearchPage) -> Option<String> {
    let names = page.needs_type.join(", ");
    (!names.is_empty()).then(|| text!(language, "search-needs-type", names = names))
}

/// The first hits, and the way to all.
fn few(here: &Here, asked: &Asked, page: &SearchPage) -> Markup {
    let language = here.language();
    html! {
        @if let Some(words) = needs_type(language, page) { p class="small-text" role="status" { (words) } }
        @if page.hits.is_empty() { p class="small-text" role="status" { (text!(language, "search-nothing", term = asked.term.trim())) } }
        @else { (found::hits(&all(here, asked.side, &page.hits, &asked.term))) }
        a class="all" href=(asked.href(None, None)) { (icon("search")) (text!(language, "search-all", term = asked.term.trim())) }
    }
}

/// How many hits are counted in what is shown.
fn counted(asked: &Asked, types: &[Facet]) -> usize {
    let only = asked.only.as_ref();
    let shown = types
        .iter()
        .filter(|it| only.is_none_or(|only| *only == it.record_type));
    shown.map(|it| it.count).sum()
}

fn facets(here: &Here, asked: &Asked, types: &[Facet]) -> Vec<found::Facet> {
    let (language, dictionary) = (here.language(), &here.ctx().snapshot.dictionary);
    let all: usize = types.iter().map(|it| it.count).sum();
    let every = found::Facet {
        words: text!(language, "search-all-types"),
        count: all.to_string(),
        href: asked.href(None, None),
        is_shown: asked.only.is_none(),
    };
    let of_type = |it: &Facet| {
        let of = dictionary.record_type(&it.record_type)?;
        Some(found::Facet {
            words: label::label(language, &of.plural),
            count: it.count.to_string(),
            href: asked.href(Some(&of.name), None),
            is_shown: asked.only.as_ref() == Some(&of.name),
        })
    };
    if all == 0 {
        return Vec::new();
    }
    std::iter::once(every)
        .chain(types.iter().filter_map(of_type))
        .collect()
}

/// The hits; texts of the portal are told the words that led to them, so that these are not lost there.
pub(super) fn all(here: &Here, side: Side, hits: &[SearchHit], words: &str) -> Vec<Found> {
    let words = carried(words);
    let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let with_words = |hit: &SearchHit| {
        let mut found = one(here, side, hit);
        if side == Side::Portal && !query.is_empty() && is_text(hit.record.record_type()) {
            found.href = format!("{}?q={query}", found.href);
        }
        found
    };
    hits.iter().map(with_words).collect()
}

fn one(here: &Here, side: Side, hit: &SearchHit) -> Found {
    let (language, record) = (here.language(), &hit.record);
    let of = record.record_type();
    let href = address(record);
    let code = record.value(spine::STATE).as_text();
    let is_request = side == Side::Portal && of.field(spine::REQUESTER).is_some();
    let state = if is_request {
        Some(request(here, record).stage.tag(language))
    } else {
        let code = code.filter(|_| side == Side::Desk);
        code.map(|code| label::state(language, of, code))
            .map(|(kind, words)| ui::icon::state(kind, &words))
    };
    let place = hit.snippet.as_ref().map(|it| &it.place);
    let from = match place {
        Some(Place::Field(name)) => of
            .field(name)
            .filter(|_| side == Side::Desk)
            .map(|it| label::label(language, &it.label)),
        Some(Place::Comment) => Some(text!(language, "search-from-comment")),
        Some(Place::Note) => Some(text!(language, "search-from-note")),
        Some(Place::File) => Some(text!(language, "search-from-file")),
        None => None,
    };
    let updated = record.value(spine::UPDATED_AT).as_instant();
    let title = if hit.title.is_empty() {
        vec![Part {
            text: title_of(language, record),
            is_marked: false,
        }]
    } else {
        parts(&hit.title)
    };
    Found {
        href: if side == Side::Portal {
            format!("/portal{href}")
        } else {
            href
        },
        icon: type_icon(of),
        kind: if side == Side::Portal {
            kind(language, of)
        } else {
            label::label(language, &of.label)
        },
        number: record.number().unwrap_or_default().to_owned(),
        title,
        snippet: hit
            .snippet
            .as_ref()
            .map(|it| parts(&it.pieces))
            .unwrap_or_default(),
        from,
        is_private: place == Some(&Place::Note),
        state,
        updated: updated.map(|at| time::ago(language, &here.ctx().zone, here.ctx().now, at)),
        action: None,
    }
}

/// The signs of Markdown are for whoever writes, not for whoever looks for something.
fn parts(pieces: &[Piece]) -> Vec<Part> {
    let part = |it: &Piece| Part {
        text: it.text.replace("**", "").replace('`', ""),
        is_marked: it.is_marked,
    };
    pieces.iter().map(part).collect()
}

pub(super) fn address(record: &engine::read::Visible) -> String {
    record_href(&record.record_type().name, record.number(), record.id())
}
