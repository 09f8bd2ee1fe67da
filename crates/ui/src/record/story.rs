//! The parts of a record's story, and what stands above them.

use dictionary::Kind;
use maud::{Markup, html};

use super::{RecordPage, ordered};
use crate::field::view;
use crate::icon::icon;
use crate::timeline::Show;
use crate::{label, text};

/// Entries of a story whose end is out of sight.
const LONG: usize = 8;
/// Versions that are shown more when somebody asks for earlier ones.
const FURTHER: i64 = 50;

pub(super) fn tabs(page: &RecordPage<'_>) -> Markup {
    let language = page.reader.language;
    let words = |show: Show| match show {
        Show::Everything => text!(language, "record-tab-all"),
        Show::Conversation => text!(language, "record-tab-conversation"),
        Show::Notes => text!(language, "record-tab-notes"),
        Show::History => text!(language, "record-tab-history"),
    };
    let shown = |show: &Show| {
        page.record.record_type().journal || matches!(show, Show::Everything | Show::History)
    };
    html! {
        nav class="tabs" aria-label=(text!(language, "record-parts")) {
            @for show in Show::ALL.into_iter().filter(shown) {
                a href=(format!("{}?tab={}", page.address, show.code())) aria-current=[(show == page.show).then_some("page")] {
                    (words(show))
                    // Nobody counts what is not shown.
                    @if page.since <= 1 { " " span class="count" { (page.story.entries(show).count()) } }
                }
            }
            span class="only-phone-tab" {
                a href="#facts" { (text!(language, "record-facts")) }
                @if page.composer.is_some() { a href="#reply" { (text!(language, "record-to-reply")) } }
            }
            @if page.story.entries(page.show).count() > LONG { a class="end to-newest" href="#newest" { (text!(language, "record-newest")) } }
        }
    }
}

/// Leads to what happened before the end of the story that is shown.
pub(super) fn earlier(page: &RecordPage<'_>) -> Markup {
    let language = page.reader.language;
    let href = |since: i64| {
        format!(
            "{}?tab={}&from={since}#earlier",
            page.address,
            page.show.code()
        )
    };
    html! {
        @if page.since > 1 {
            li class="entry change" id="earlier" {
                span class="node" { (icon("clock")) }
                p {
                    a class="link" href=(href((page.since - FURTHER).max(1))) { (text!(language, "record-earlier")) }
                    @if page.since > FURTHER { " · " a class="link" href=(href(1)) { (text!(language, "record-earlier-all")) } }
                }
            }
        }
    }
}

/// Texts of the record itself, before the conversation about it.
pub(super) fn texts(page: &RecordPage<'_>) -> Markup {
    let of = page.record.record_type();
    let shown = ordered(of)
        .into_iter()
        .filter_map(|name| of.field(name).zip(page.record.get(name)));
    let mut texts: Vec<_> = Vec::new();
    for (field, value) in
        shown.filter(|(field, value)| field.kind == Kind::LongText && !value.is_null())
    {
        // A draft that is as it was published is shown once.
        if !texts.iter().any(|(_, other)| *other == value) {
            texts.push((field, value));
        }
    }
    html! {
        @for (field, value) in texts {
            li class="entry" {
                span class="node" { (icon("text")) }
                article class="message" {
                    header { b { (label::label(page.reader.language, &field.label)) } }
                    div class="body" { (view(&page.reader, of, field, value)) }
                }
            }
        }
    }
}
