//! The agents' shell: rail, navigation, top bar, the line of keys.

use maud::{Markup, html};

use super::{
    PageContext, Place,
    context::{Crumb, Hint},
    part::{
        account_button, account_menu, body_class, product, search_box, skip_link, tab_bar, toasts,
    },
};
use crate::{
    icon::{IconSize, icon, sized_icon},
    message::Language,
    text,
};

pub(super) fn agent(context: &PageContext, body: &Markup) -> Markup {
    let language = &context.language;
    html! {
        body class=[body_class(context)] {
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
            (context.fixture.keys)
            (toasts(context))
        }
    }
}

fn rail(context: &PageContext) -> Markup {
    let language = &context.language;
    let home = text!(language, "shell-home", product = product(context));
    html! {
        nav class="rail" aria-label=(text!(language, "shell-areas")) {
            a class="brand" href=(context.addresses.home) aria-label=(home) data-go="h" { (icon("brand")) }
            (context.fixture.areas)
            span class="rest" {}
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

fn navigation(context: &PageContext) -> Markup {
    let label = text!(&context.language, "shell-navigation");
    html! {
        @if let Some(peek) = &context.peek {
            nav class="nav peek" id="navigation" popover aria-label=(label) { (peek) }
        } @else if let Some(sections) = &context.fixture.sections {
            nav class="nav" id="navigation" popover aria-label=(label) { (sections) }
        }
    }
}

fn top_bar(context: &PageContext) -> Markup {
    let language = &context.language;
    html! {
        header class="topbar" {
            @if context.peek.is_some() || context.fixture.sections.is_some() {
                button class="button quiet icon-only only-narrow" type="button" popovertarget="navigation" aria-label=(text!(language, "shell-open-navigation")) { (icon("list")) }
            }
            nav class="crumbs" aria-label=(text!(language, "shell-you-are-in")) {
                ol { @for crumb in &context.crumbs { (crumb_step(crumb)) } }
            }
            (search_box(language, &context.addresses.search))
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
        place(text!(language, "place-mine"), "check", &addresses.mine),
        place(text!(language, "place-me"), "user", &addresses.account),
    ]
}

pub(super) fn hint(keys: &'static [&'static str], label: String) -> Hint {
    Hint { keys, label }
}

/// The keys of a record's page, as its foot and the sheet of keys list them.
#[must_use]
pub fn record_hints(language: &Language) -> Vec<Hint> {
    vec![
        hint(&["R"], text!(language, "keys-reply")),
        hint(&["N"], text!(language, "keys-note")),
        hint(&["D"], text!(language, "keys-resolve")),
        hint(&["A"], text!(language, "keys-assign")),
        hint(&["E"], text!(language, "keys-edit")),
    ]
}
