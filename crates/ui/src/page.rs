//! The shell around every page, in three voices: the agents' dense one, the requesters'
//! friendly one, and the bare one of sign-in.
//!
//! A page writes its own body with exactly one `<h1>`. Must never contain an inline style or
//! script: the content security policy forbids both.

use maud::{DOCTYPE, Markup, html};

use crate::{
    icon::{IconSize, avatar, icon, initials, sized_icon},
    message::Language,
    text,
};

/// The form field that carries the token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The header that carries it on requests made by script.
pub const CSRF_HEADER: &str = "x-csrf-token";
/// The cookie in which the script keeps the reader's choice of theme.
pub const THEME_COOKIE: &str = "theme";

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

/// What the shell needs to know. Start from `PageContext::default()`.
#[derive(Clone, Debug, Default)]
pub struct PageContext {
    /// What the page is about; the document's title puts the product's name behind it.
    pub title: String,
    /// To whom it speaks.
    pub voice: Voice,
    /// The reader's language.
    pub language: Language,
    /// The reader's choice of theme.
    pub theme: Theme,
    /// The token against forged requests.
    pub csrf: String,
    /// Where the style sheet and the script are.
    pub assets: AssetUrls,
    /// Where the shell's own links lead.
    pub addresses: Addresses,
    /// The name of this installation, as the administrator set it.
    pub product: String,
    /// The signed-in reader's name; nobody is signed in without it.
    pub reader: Option<String>,
    /// Notifications not read yet.
    pub unread: u64,
    /// The rail of the agents, or the main links of the portal.
    pub areas: Vec<Place>,
    /// The `key` of the area this page belongs to.
    pub active_area: String,
    /// The navigation beside the rail; none leaves its room to the page.
    pub sections: Vec<Section>,
    /// The `key` of the place in the sections that this page shows.
    pub active: String,
    /// The way to this page; the last one is the page itself.
    pub crumbs: Vec<Crumb>,
    /// The queue beside a record, in place of the sections.
    pub peek: Option<Markup>,
    /// Buttons at the end of the top bar.
    pub actions: Option<Markup>,
    /// The keys of this page, printed at its foot.
    pub hints: Vec<Hint>,
    /// What just happened, said once.
    pub notices: Vec<Notice>,
    /// A class for `<body>`, for the few pages whose frame differs.
    pub body_class: &'static str,
}

/// To whom a page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// To those who do the work: dense, with rail and keys.
    #[default]
    Agent,
    /// To requesters: large and plain.
    Portal,
    /// To anybody: a single card.
    Bare,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system is set.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads the value of the theme cookie; anything unknown follows the system.
    #[must_use]
    pub fn from_cookie(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Addresses of the built front end.
#[derive(Clone, Debug, Default)]
pub struct AssetUrls {
    /// The one style sheet.
    pub stylesheet: String,
    /// The one script.
    pub script: String,
}

/// Where the shell's own links lead.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The first page after sign-in.
    pub home: String,
    /// The search page; the term travels as `q`.
    pub search: String,
    /// What `C` and the phone's New open.
    pub create: String,
    /// The reader's notifications.
    pub notifications: String,
    /// The reader's own settings.
    pub account: String,
    /// Where a POST ends the session.
    pub sign_out: String,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            home: "/".into(),
            search: "/search".into(),
            create: "/new".into(),
            notifications: "/notifications".into(),
            account: "/account".into(),
            sign_out: "/sign-out".into(),
        }
    }
}

/// A heading of the navigation and the places under it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The links.
    pub places: Vec<Place>,
}

/// A link of the navigation.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Compared with the context's `active` or `active_area`.
    pub key: String,
    /// The words.
    pub label: String,
    /// The icon before the words.
    pub icon: &'static str,
    /// The address.
    pub href: String,
    /// How many wait there.
    pub count: Option<u64>,
    /// Whether the count is overdue or unowned work, and red.
    pub hot: bool,
    /// The letter that opens it after `G`.
    pub key_after_g: Option<char>,
}

/// One step of the way to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// The words.
    pub label: String,
    /// The address; the page itself has none.
    pub href: Option<String>,
}

/// Keys and what they do.
#[derive(Clone, Debug)]
pub struct Hint {
    /// One or more keys that do the same kind of thing.
    pub keys: &'static [&'static str],
    /// What they do.
    pub label: String,
}

/// Said once, after something happened.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whether it was done or refused.
    pub kind: NoticeKind,
    /// The sentence.
    pub words: String,
    /// The next step, as words and an address.
    pub step: Option<(String, String)>,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It worked.
    Done,
    /// It did not.
    Refused,
    /// Neither; good to know.
    Told,
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
            @if let Some(reader) = &context.reader { meta name="reader" content=(reader); }
            link rel="stylesheet" href=(context.assets.stylesheet);
            script type="module" src=(context.assets.script) {}
        }
    }
}

fn product(context: &PageContext) -> &str {
    if context.product.is_empty() {
        "Deskwright"
    } else {
        &context.product
    }
}

fn agent(context: &PageContext, body: &Markup) -> Markup {
    let language = &context.language;
    html! {
        body class=[class(context.body_class)] {
            (skip_link(language))
            div class="app" {
                (rail(context))
                (navigation(context))
                div class="work" {
                    (top_bar(context))
                    main id="main" class="main" tabindex="-1" { (body) }
                    (hint_line(context))
                }
            }
            (tab_bar(language, &agent_places(context), ""))
            (account_menu(context))
            (key_sheet(language))
            (toasts(context))
        }
    }
}

fn portal(context: &PageContext, body: &Markup) -> Markup {
    let language = &context.language;
    html! {
        body class=(format!("portal {}", context.body_class).trim_end()) data-voice="portal" {
            (skip_link(language))
            header class="portal-top" {
                a class="portal-brand" href=(context.addresses.home) {
                    (brand_mark())
                    b { (product(context)) }
                }
                nav class="not-phone" aria-label=(text!(language, "shell-main")) {
                    @for place in &context.areas {
                        a href=(place.href) aria-current=[current(place, &context.active_area)] {
                            (place.label)
                            @if let Some(count) = place.count { " " span class="tag ice" { (count) } }
                        }
                    }
                }
                span class="row whole end" {
                    (theme_switch(language))
                    @if context.reader.is_some() { (account_button(context)) }
                    @else { a class="button" href=(context.addresses.account) { (text!(language, "shell-sign-in")) } }
                }
            }
            main id="main" tabindex="-1" { (body) }
            (tab_bar(language, &context.areas, &context.active_area))
            (account_menu(context))
            (toasts(context))
        }
    }
}

fn bare(context: &PageContext, body: &Markup) -> Markup {
    html! {
        body class=[class(context.body_class)] {
            (skip_link(&context.language))
            div class="gate" {
                main id="main" class="card" tabindex="-1" { (body) }
            }
            (toasts(context))
        }
    }
}

fn skip_link(language: &Language) -> Markup {
    html! { a class="skip-link" href="#main" { (text!(language, "shell-skip")) } }
}

fn rail(context: &PageContext) -> Markup {
    let language = &context.language;
    let home = text!(language, "shell-home", product = product(context));
    html! {
        nav class="rail" aria-label=(text!(language, "shell-areas")) {
            a class="brand" href=(context.addresses.home) aria-label=(home) data-go="h" { (icon("brand")) }
            @for place in &context.areas {
                a href=(place.href) aria-current=[current(place, &context.active_area)] data-go=[place.key_after_g] {
                    (sized_icon(place.icon, IconSize::Large))
                    span class="label" { (place.label) }
                    (badge(place.count.unwrap_or_default()))
                }
            }
            span class="rest" {}
            @if context.reader.is_some() {
                a href=(context.addresses.notifications) aria-label=(notifications(context)) {
                    (sized_icon("bell", IconSize::Large))
                    (badge(context.unread))
                }
            }
            (rail_theme_switch(language))
            (account_button(context))
        }
    }
}

fn rail_theme_switch(language: &Language) -> Markup {
    html! {
        button type="button" data-theme-switch hidden aria-label=(text!(language, "shell-theme")) {
            (sized_icon("moon", IconSize::Large))
        }
    }
}

fn theme_switch(language: &Language) -> Markup {
    html! {
        button class="button quiet icon-only" type="button" data-theme-switch hidden aria-label=(text!(language, "shell-theme")) {
            (sized_icon("moon", IconSize::Large))
        }
    }
}

fn account_button(context: &PageContext) -> Markup {
    html! {
        @if let Some(reader) = &context.reader {
            button type="button" popovertarget="account" {
                span class="avatar medium me" aria-hidden="true" { (initials(reader)) }
                span class="visually-hidden" { (text!(&context.language, "shell-account-of", name = reader.as_str())) }
            }
        }
    }
}

fn account_menu(context: &PageContext) -> Markup {
    let language = &context.language;
    html! {
        @if let Some(reader) = &context.reader {
            div popover id="account" class="menu" {
                p class="heading person" { (avatar(reader)) span class="name" { (reader) } }
                a href=(context.addresses.account) { (icon("user")) (text!(language, "shell-account")) }
                form method="post" action=(context.addresses.sign_out) {
                    (csrf_field(context))
                    button { (icon("sign-out")) (text!(language, "shell-sign-out")) }
                }
            }
        }
    }
}

fn notifications(context: &PageContext) -> String {
    match context.unread {
        0 => text!(&context.language, "shell-notifications"),
        count => text!(
            &context.language,
            "shell-notifications-unread",
            count = count
        ),
    }
}

fn badge(count: u64) -> Markup {
    html! {
        @match count {
            0 => {},
            1..=99 => span class="badge" { (count) },
            _ => span class="badge" { "99+" },
        }
    }
}

fn navigation(context: &PageContext) -> Markup {
    let label = text!(&context.language, "shell-navigation");
    html! {
        @if let Some(peek) = &context.peek {
            nav class="nav peek" id="navigation" popover aria-label=(label) { (peek) }
        } @else if !context.sections.is_empty() {
            nav class="nav" id="navigation" popover aria-label=(label) {
                @for section in &context.sections {
                    section {
                        h2 { (section.title) }
                        ul { @for place in &section.places { li { (place_link(place, &context.active)) } } }
                    }
                }
            }
        }
    }
}

fn place_link(place: &Place, active: &str) -> Markup {
    html! {
        a href=(place.href) aria-current=[current(place, active)] data-go=[place.key_after_g] {
            (icon(place.icon))
            span class="label" { (place.label) }
            @if let Some(count) = place.count {
                span class=(if place.hot { "count hot" } else { "count" }) { (count) }
            }
        }
    }
}

fn top_bar(context: &PageContext) -> Markup {
    let language = &context.language;
    html! {
        header class="topbar" {
            @if context.peek.is_some() || !context.sections.is_empty() {
                button class="button quiet icon-only only-narrow" type="button" popovertarget="navigation" aria-label=(text!(language, "shell-open-navigation")) { (icon("list")) }
            }
            nav class="crumbs" aria-label=(text!(language, "shell-you-are-in")) {
                ol { @for crumb in &context.crumbs { (crumb_step(crumb)) } }
            }
            form class="search-box" role="search" aria-label=(text!(language, "shell-search-everywhere")) action=(context.addresses.search) {
                (icon("search"))
                input type="search" name="q" aria-label=(text!(language, "shell-search")) placeholder=(text!(language, "shell-search"));
            }
            @if let Some(actions) = &context.actions { span class="row whole tight" { (actions) } }
        }
    }
}

fn crumb_step(crumb: &Crumb) -> Markup {
    html! {
        li {
            @if let Some(href) = &crumb.href { a href=(href) { (crumb.label) } (icon("right")) }
            @else { span aria-current="page" { (crumb.label) } }
        }
    }
}

fn hint_line(context: &PageContext) -> Markup {
    html! {
        footer class="hints" {
            @for hint in &context.hints {
                span { @for key in hint.keys { kbd { (key) } } (hint.label) }
            }
            button class="end" type="button" popovertarget="key-sheet" data-open-keys {
                span { kbd { "?" } (text!(&context.language, "shell-all-keys")) }
            }
        }
    }
}

fn agent_places(context: &PageContext) -> [Place; 5] {
    let language = &context.language;
    let addresses = &context.addresses;
    let place = |label: String, icon: &'static str, href: &String| Place {
        label,
        icon,
        href: href.clone(),
        ..Place::default()
    };
    [
        place(text!(language, "place-queue"), "list", &addresses.home),
        place(text!(language, "place-search"), "search", &addresses.search),
        place(text!(language, "place-new"), "plus", &addresses.create),
        Place {
            count: Some(context.unread).filter(|count| *count > 0),
            ..place(
                text!(language, "place-notifications"),
                "bell",
                &addresses.notifications,
            )
        },
        place(text!(language, "place-me"), "user", &addresses.account),
    ]
}

fn tab_bar(language: &Language, places: &[Place], active: &str) -> Markup {
    html! {
        @if !places.is_empty() {
            nav class="tabbar" aria-label=(text!(language, "shell-main")) {
                @for place in places {
                    a href=(place.href) aria-current=[current(place, active)] {
                        (sized_icon(place.icon, IconSize::Large))
                        (place.label)
                        (badge(place.count.unwrap_or_default()))
                    }
                }
            }
        }
    }
}

fn key_sheet(language: &Language) -> Markup {
    let title = text!(language, "keys-title");
    let groups = [
        KeyGroup {
            heading: text!(language, "keys-everywhere"),
            keys: vec![
                hint(&["/"], text!(language, "keys-filter")),
                hint(&["C"], text!(language, "keys-create")),
                hint(&["G", "H"], text!(language, "keys-go-home")),
                hint(&["?"], text!(language, "keys-show")),
                hint(&["Esc"], text!(language, "keys-back")),
            ],
        },
        KeyGroup {
            heading: text!(language, "keys-list"),
            keys: vec![
                hint(&["J", "K"], text!(language, "keys-move")),
                hint(&["X"], text!(language, "keys-select")),
                hint(&["Enter"], text!(language, "keys-open")),
            ],
        },
        KeyGroup {
            heading: text!(language, "keys-record"),
            keys: vec![
                hint(&["R"], text!(language, "keys-reply")),
                hint(&["N"], text!(language, "keys-note")),
                hint(&["D"], text!(language, "keys-resolve")),
                hint(&["Ctrl", "Enter"], text!(language, "keys-send")),
            ],
        },
    ];
    html! {
        div popover id="key-sheet" class="dialog key-sheet" role="dialog" aria-label=(title) {
            header {
                h2 { (title) }
                button class="button quiet icon-only" type="button" popovertarget="key-sheet" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
            }
            div class="body" {
                @for group in &groups {
                    section {
                        h3 { (group.heading) }
                        dl { @for key in &group.keys { (key_meaning(key)) } }
                    }
                }
            }
        }
    }
}

fn key_meaning(hint: &Hint) -> Markup {
    html! {
        dt { @for key in hint.keys { kbd { (key) } " " } }
        dd { (hint.label) }
    }
}

struct KeyGroup {
    heading: String,
    keys: Vec<Hint>,
}

fn hint(keys: &'static [&'static str], label: String) -> Hint {
    Hint { keys, label }
}

fn toasts(context: &PageContext) -> Markup {
    let dismiss = text!(&context.language, "shell-dismiss");
    html! {
        div class="toasts" role="status" id="toasts" {
            @for notice in &context.notices {
                @let (class, name) = notice.kind.looks();
                p class=(format!("toast {class}")) {
                    (icon(name))
                    span { (notice.words) }
                    @if let Some((words, href)) = &notice.step { a href=(href) { (words) } }
                    button class="dismiss" type="button" data-dismiss hidden aria-label=(dismiss) { (icon("close")) }
                }
            }
        }
    }
}

impl NoticeKind {
    fn looks(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("done", "check"),
            Self::Refused => ("refused", "alert"),
            Self::Told => ("told", "info"),
        }
    }
}

fn brand_mark() -> Markup {
    html! { span class="brand-mark" { (icon("brand")) } }
}

fn current(place: &Place, active: &str) -> Option<&'static str> {
    (!place.key.is_empty() && place.key == active).then_some("page")
}

fn class(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let context = PageContext {
            sections: vec![Section {
                title: "Queues".into(),
                places: vec![place("a"), place("b")],
            }],
            active: "b".into(),
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
