//! The shell around every page, in three voices: the agents' dense one, the requesters'
//! friendly one, and the bare one of sign-in.
//!
//! A page writes its own body with exactly one `<h1>`. Must never contain an inline style or
//! script: the content security policy forbids both.

use maud::{DOCTYPE, Markup, html};

use agent::agent;
pub use agent::record_hints;
pub use fixture::Fixture;
use part::{body_class, product, skip_link, toasts};
use portal::portal;

pub use context::{
    Addresses, AssetUrls, Crumb, Hint, Notice, NoticeKind, PageContext, Place, Section, Theme,
    Voice,
};

mod agent;
mod context;
mod fixture;
mod part;
mod portal;

/// The form field that carries the token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The header that carries it on requests made by script.
pub const CSRF_HEADER: &str = "x-csrf-token";
/// The cookie in which the script keeps the reader's choice of theme.
pub const THEME_COOKIE: &str = "theme";

/// The brand's mark, small enough to come with the page; a browser asks for none then.
const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Crect width='16' height='16' rx='4' fill='%2310191f'/%3E\
    %3Cpath d='M4 4h4a4 4 0 0 1 0 8H4zM6.5 6.5v3M9 7v2' fill='none' stroke='%2357c3dd' stroke-width='1.5'/%3E%3C/svg%3E";

/// A whole HTML document around `body`.
#[must_use]
pub fn page(context: &PageContext, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(context.language.tag()) dir=(context.language.direction()) data-theme=[context.theme.attribute()] {
            (head(context))
            @match context.voice {
                Voice::Agent => (agent(context, body)),
                Voice::Portal => (portal(context, body)),
                Voice::Bare => (bare(context, body)),
            }
        }
    }
}

/// The hidden field that every form with `method="post"` needs.
#[must_use]
pub fn csrf_field(context: &PageContext) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(context.csrf); }
}

fn head(context: &PageContext) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title {
                @if context.title.is_empty() { (product(context)) }
                @else { (context.title) " · " (product(context)) }
            }
            meta name="color-scheme" content="light dark";
            meta name="csrf-token" content=(context.csrf);
            @if context.reader.is_some() { meta name="reader" content=(context.reader_key); }
            link rel="icon" href=(FAVICON);
            link rel="stylesheet" href=(context.assets.stylesheet);
            @if let Some(branding) = &context.assets.branding { link rel="stylesheet" href=(branding); }
            script type="module" src=(context.assets.script) {}
        }
    }
}

fn bare(context: &PageContext, body: &Markup) -> Markup {
    html! {
        body class=[body_class(context)] {
            (skip_link(&context.language))
            div class="gate" {
                main id="main" class="card" tabindex="-1" { (body) }
            }
            (toasts(context))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Language;

    #[test]
    fn every_voice_has_a_skip_link_and_one_main() {
        for voice in [Voice::Agent, Voice::Portal, Voice::Bare] {
            let shown = show(&PageContext {
                voice,
                ..PageContext::default()
            });
            assert!(shown.contains("href=\"#main\""), "{voice:?}");
            assert_eq!(shown.matches("<main").count(), 1, "{voice:?}");
            assert!(
                !shown.contains("style=") && !shown.contains("onclick"),
                "{voice:?}"
            );
            assert_eq!(shown.matches("<h1").count(), 1, "{voice:?}");
        }
    }

    #[test]
    fn the_active_place_is_marked() {
        let place = |key: &str| Place {
            key: key.into(),
            label: key.into(),
            ..Place::default()
        };
        let queues = Section {
            title: "Queues".into(),
            places: vec![place("a"), place("b")],
        };
        let context = PageContext {
            fixture: Fixture::new(&Language::default(), (&[], ""), (&[queues], "b")).into(),
            ..PageContext::default()
        };
        assert_eq!(show(&context).matches("aria-current=\"page\"").count(), 1);
    }

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        let context = PageContext {
            title: "<script>".into(),
            reader: Some("\"><b>".into()),
            ..PageContext::default()
        };
        let shown = show(&context);
        assert!(!shown.contains("<script>") && !shown.contains("<b>"));
    }

    #[test]
    fn the_theme_is_pinned_only_when_chosen() {
        assert!(!show(&PageContext::default()).contains("data-theme="));
        let theme = Theme::from_cookie("dark");
        let context = PageContext {
            theme,
            ..PageContext::default()
        };
        assert!(show(&context).contains("data-theme=\"dark\""));
    }

    fn show(context: &PageContext) -> String {
        page(context, &html! { h1 { "Incidents" } }).into_string()
    }
}
