//! What the shells share.

use maud::{Markup, html};

use super::{NoticeKind, PageContext, Place, csrf_field};
use crate::{
    icon::{IconSize, avatar, icon, initials, sized_icon},
    message::Language,
    text,
};

pub(super) fn skip_link(language: &Language) -> Markup {
    html! { a class="skip-link" href="#main" { (text!(language, "shell-skip")) } }
}

pub(super) fn account_button(context: &PageContext) -> Markup {
    html! {
        @if let Some(reader) = &context.reader {
            button type="button" popovertarget="account" {
                span class="avatar medium me" aria-hidden="true" { (initials(reader)) }
                span class="visually-hidden" { (text!(&context.language, "shell-account-of", name = reader.as_str())) }
            }
        }
    }
}

pub(super) fn account_menu(context: &PageContext) -> Markup {
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

pub(super) fn tab_bar(language: &Language, places: &[Place], active: &str) -> Markup {
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

pub(super) fn toasts(context: &PageContext) -> Markup {
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

pub(super) fn badge(count: u64) -> Markup {
    html! {
        @match count {
            0 => {},
            1..=99 => span class="badge" { (count) },
            _ => span class="badge" { "99+" },
        }
    }
}

pub(super) fn current(place: &Place, active: &str) -> Option<&'static str> {
    (!place.key.is_empty() && place.key == active).then_some("page")
}

pub(super) fn product(context: &PageContext) -> &str {
    if context.product.is_empty() {
        "Deskwright"
    } else {
        &context.product
    }
}

/// The class of `<body>`, for the few pages that have one.
pub(super) fn body_class(context: &PageContext) -> Option<&str> {
    (!context.body_class.is_empty()).then_some(context.body_class)
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

/// The search of the top bar; a script shows the first hits below it while somebody types.
pub(super) fn search_box(language: &Language, action: &str) -> Markup {
    html! {
        form class="search-box" role="search" aria-label=(text!(language, "shell-search-everywhere")) action=(action) data-search="found-few" {
            (icon("search"))
            input type="search" name="q" autocomplete="off" aria-label=(text!(language, "shell-search")) placeholder=(text!(language, "shell-search"));
            div class="few" id="found-few" data-part="few" hidden {}
        }
    }
}
