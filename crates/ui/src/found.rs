//! What a search found: records, with what was looked for marked where it stands.

use maud::{Markup, html};

use crate::icon::{IconSize, icon, sized_icon};
use crate::message::Language;
use crate::text;

/// Part of a text.
#[derive(Clone, Debug)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_marked: bool,
}

/// One record that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its address.
    pub href: String,
    /// The icon of its type.
    pub icon: &'static str,
    /// What records of its type are called.
    pub kind: String,
    /// Its number, where it has one.
    pub number: String,
    /// Its title.
    pub title: Vec<Part>,
    /// The piece of its text that shows what was looked for.
    pub snippet: Vec<Part>,
    /// Where that piece comes from, where it needs to be said.
    pub from: Option<String>,
    /// Whether it is from a private note.
    pub is_private: bool,
    /// Where it stands.
    pub state: Option<Markup>,
    /// When it changed last.
    pub updated: Option<Markup>,
    /// What can be done with it here, where there is something.
    pub action: Option<Markup>,
}

/// A type with the number of hits.
#[derive(Clone, Debug)]
pub struct Facet {
    /// What its records are called.
    pub words: String,
    /// How many there are.
    pub count: String,
    /// The search in these alone.
    pub href: String,
    /// Whether it is what is shown.
    pub is_shown: bool,
}

/// The field of a search; the words say what may be typed. While somebody types, hits are put into `found`.
#[must_use]
pub fn search_form(
    language: &Language,
    (action, words): (&str, &str),
    term: &str,
    more: &Markup,
) -> Markup {
    html! {
        form class="ask" role="search" aria-label=(text!(language, "search-title")) action=(action) data-search="found" {
            (sized_icon("search", IconSize::Large))
            input type="search" name="q" value=(term) autofocus[term.is_empty()] autocomplete="off"
                aria-label=(words) aria-describedby="search-help" placeholder=(words);
            (more)
            button class="button primary" { (text!(language, "portal-search")) }
        }
    }
}

/// The types among what was found.
#[must_use]
pub fn facets(language: &Language, facets: &[Facet]) -> Markup {
    html! {
        @if facets.len() > 1 {
            nav class="tabs" aria-label=(text!(language, "search-types")) {
                @for it in facets {
                    a href=(it.href) aria-current=[it.is_shown.then_some("page")] { (it.words) " " span class="count" { (it.count) } }
                }
            }
        }
    }
}

/// The hits.
#[must_use]
pub fn hits(all: &[Found]) -> Markup {
    html! { ol class="found" { @for it in all { li { (hit(it)) @if let Some(action) = &it.action { (action) } } } } }
}

fn hit(it: &Found) -> Markup {
    html! {
        a href=(it.href) {
            (sized_icon(it.icon, IconSize::Large))
            span class="about" {
                b { (parts(&it.title)) }
                @if !it.snippet.is_empty() {
                    span class=(if it.is_private { "snippet private" } else { "snippet" }) {
                        @if it.is_private { (icon("lock")) }
                        @if let Some(from) = &it.from { span class="from" { (from) } " " }
                        (parts(&it.snippet))
                    }
                }
            }
            span class="which" {
                @if let Some(state) = &it.state { (state) }
                span { (it.kind) " " span class="number" { (it.number) } }
                @if let Some(at) = &it.updated { (at) }
            }
        }
    }
}

fn parts(parts: &[Part]) -> Markup {
    html! { @for it in parts { @if it.is_marked { mark { (it.text) } } @else { (it.text) } } }
}

/// What stands in place of hits.
#[must_use]
pub fn nothing(language: &Language, term: &str) -> Markup {
    html! {
        div class="empty" {
            (icon("search"))
            h2 { (text!(language, "search-nothing", term = term)) }
            p { (text!(language, "search-nothing-help")) }
        }
    }
}
