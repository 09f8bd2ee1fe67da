//! The requesters' shell: one row of links above, large places below on phones.

use maud::{Markup, html};

use super::{
    PageContext,
    part::{
        account_button, account_menu, current, product, search_box, skip_link, tab_bar, toasts,
    },
};
use crate::{
    icon::{IconSize, icon, sized_icon},
    message::Language,
    text,
};

pub(super) fn portal(context: &PageContext, body: &Markup) -> Markup {
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
                @if context.reader.is_some() { (search_box(language, &context.addresses.search)) }
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

fn theme_switch(language: &Language) -> Markup {
    html! {
        button class="button quiet icon-only" type="button" data-theme-switch hidden aria-label=(text!(language, "shell-theme")) {
            (sized_icon("moon", IconSize::Large))
        }
    }
}

fn brand_mark() -> Markup {
    html! { span class="brand-mark" { (icon("brand")) } }
}
