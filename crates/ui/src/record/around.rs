//! People and records around a record: children, links, followers, each with the form that changes it.

use dictionary::spine;
use engine::BesidePage;
use engine::read::Visible;
use maud::{Markup, html};

use super::{Children, Heard, Meant, RecordPage, title_of};
use crate::field::{PERSON, record_href};
use crate::icon::{avatar, icon, state};
use crate::message::Language;
use crate::{label, text, time};

pub(super) fn around(page: &RecordPage<'_>) -> Markup {
    let (language, around) = (page.reader.language, &page.around);
    html! {
        @if let Some(heard) = &around.heard { (heard_section(page, heard)) }
        @if let Some(meant) = &around.meant { (meant_section(page, meant)) }
        @for children in &around.children { (children_section(page, children)) }
        @if !around.links.rows.is_empty() || !around.link_kinds.is_empty() { (links(page)) }
        @if around.may_follow || !around.followers.rows.is_empty() {
            div class="section" {
                header { h2 { (text!(language, "record-followers")) } }
                @if around.followers.rows.is_empty() { p class="small-text" { (text!(language, "value-nobody")) } }
                ul class="links" {
                    @for id in &around.followers.rows { @if let Some(it) = around.followers.titles.get(*id) {
                        li { a href=(record_href(PERSON, it.number.as_deref(), *id)) { (avatar(&it.title)) span class="title" { (it.title) } } }
                    } }
                }
                (more(language, around.followers))
                @if around.may_follow {
                    details {
                        summary class="small-text" { (text!(language, "record-add-follower")) }
                        form class="row" method="post" action=(format!("{}/follow", page.address)) {
                            (page.hidden)
                            input class="input" name="person" required aria-label=(text!(language, "record-follower-who")) placeholder=(text!(language, "record-follower-who"));
                            button class="button small" { (text!(language, "record-add")) }
                        }
                    }
                }
            }
        }
    }
}

fn heard_section(page: &RecordPage<'_>, heard: &Heard) -> Markup {
    let (language, reader) = (page.reader.language, &page.reader);
    html! {
        div class="section" {
            header {
                h2 { (text!(language, "article-heard")) }
                @if !heard.counts.is_empty() { a class="link end" href=(heard.href) { (text!(language, "article-heard-all")) } }
            }
            @if heard.counts.is_empty() { p class="small-text" { (text!(language, "article-heard-none")) } }
            dl class="facts" {
                @for (words, count, href) in &heard.counts { dt { (words) } dd { a class="link" href=(href) { (count) } } }
                dt { (text!(language, "article-used")) } dd { (heard.used) }
            }
            @if !heard.words.is_empty() {
                ul class="heard" {
                    @for (answer, words, who, at) in &heard.words { li {
                        p { (words) }
                        p class="small-text" {
                            (answer) " · " (who)
                            @if let Some(at) = at { " · " (time::ago(language, reader.zone, reader.now, *at)) }
                        }
                    } }
                }
            }
        }
    }
}

fn meant_section(page: &RecordPage<'_>, meant: &Meant<'_>) -> Markup {
    let language = page.reader.language;
    html! {
        div class="section" {
            header { h2 { (meant.title) } }
            @if meant.rows.is_empty() { p class="small-text" { (text!(language, "value-none")) } }
            ul class="links" {
                @for row in meant.rows {
                    @let number = row.number().unwrap_or_default();
                    li class="with-button" {
                        (record_line(language, row))
                        form method="post" action=(meant.action) {
                            (page.hidden)
                            input type="hidden" name=(meant.field) value=(number);
                            button class="button small" aria-label=(text!(language, "record-go-on-in", words = meant.words.as_str(), name = number)) { (icon("plus")) (text!(language, "record-add")) }
                        }
                    }
                }
            }
        }
    }
}

/// A record as a line of a list: its title, where it stands, its number.
fn record_line(language: &Language, row: &Visible) -> Markup {
    let of = row.record_type();
    html! {
        a href=(record_href(&of.name, row.number(), row.id())) {
            (icon("tag"))
            span class="title" { (title_of(language, row)) }
            @if let Some(code) = row.value(spine::STATE).as_text() {
                @let (kind, words) = label::state(language, of, code);
                (state(kind, &words))
            }
            span class="small-text" { (row.number().unwrap_or_default()) }
        }
    }
}

fn children_section(page: &RecordPage<'_>, children: &Children<'_>) -> Markup {
    html! {
        div class="section" {
            header {
                h2 { (children.title) }
                @if let Some((words, href)) = &children.create { a class="link end" href=(href) { (words) } }
            }
            @if children.rows.is_empty() { p class="small-text" { (text!(page.reader.language, "value-none")) } }
            ul class="links" {
                @for row in children.rows {
                    li { (record_line(page.reader.language, row)) }
                }
            }
            @if let Some((add, (words, _))) = children.add.as_ref().zip(children.create.as_ref()) {
                form class="row" method="post" action=(add) {
                    (page.hidden)
                    input class="input" name="title" required maxlength="255" aria-label=(words) placeholder=(words);
                    button class="button small" { (text!(page.reader.language, "record-add")) }
                }
            }
        }
    }
}

fn links(page: &RecordPage<'_>) -> Markup {
    let (language, around) = (page.reader.language, &page.around);
    html! {
        div class="section" {
            header { h2 { (text!(language, "record-links")) } a class="link end" href=(format!("{}/similar", page.address)) { (text!(language, "search-similar")) } }
            @if around.links.rows.is_empty() { p class="small-text" { (text!(language, "value-none")) } }
            ul class="links" {
                @for link in &around.links.rows { @if let Some(it) = around.links.titles.get(link.other) {
                    @let href = record_href(&it.record_type, it.number.as_deref(), link.other);
                    @let stays = !link.outgoing && around.goes_on.contains(&link.kind.as_str());
                    @let way = around.duplicates.get(&link.other).filter(|_| link.kind == "duplicate");
                    li class=[way.map(|_| "with-button")] { a href=(if stays { format!("{href}?stay=1") } else { href }) {
                        (icon("link"))
                        span class="title" { (it.title) }
                        span class="tag" { (link_words(language, &link.kind, link.outgoing)) }
                        span class="small-text" { (it.number.as_deref().unwrap_or_default()) }
                    }
                    @if let Some((words, href)) = way { a class="button small" href=(href) { (words) } }
                    }
                } }
            }
            (more(language, around.links))
            @if let Some(from) = &around.suggestions { div class="suggested" data-fetch=(from) aria-live="polite" {} }
            @if !around.link_kinds.is_empty() { (link_forms(page)) }
        }
    }
}

/// Says so where not all are shown.
fn more<T>(language: &Language, page: &BesidePage<T>) -> Markup {
    html! {
        @if page.next.is_some() { p class="small-text" { (text!(language, "record-first-shown", count = page.rows.len())) } }
    }
}

/// Adding a link, and taking the own ones away.
fn link_forms(page: &RecordPage<'_>) -> Markup {
    let (language, around) = (page.reader.language, &page.around);
    let own = around.links.rows.iter().filter(|it| it.outgoing);
    html! {
        details {
            summary class="small-text" { (text!(language, "record-change-links")) }
            form class="row" method="post" action=(format!("{}/link", page.address)) {
                (page.hidden)
                select class="input short" name="kind" aria-label=(text!(language, "record-link-kind")) {
                    @for (code, words) in &around.link_kinds { option value=(code) { (words) } }
                }
                input class="input short" name="to" required aria-label=(text!(language, "record-link-to")) placeholder=(text!(language, "record-link-to"));
                button class="button small" { (text!(language, "record-add")) }
            }
            @for link in own { @if let Some(it) = around.links.titles.get(link.other) {
                form method="post" action=(format!("{}/unlink", page.address)) {
                    (page.hidden)
                    input type="hidden" name="kind" value=(link.kind);
                    input type="hidden" name="to" value=(link.other);
                    button class="button small quiet" { (icon("close")) (text!(language, "record-unlink", name = it.title.as_str())) }
                }
            } }
        }
    }
}

/// The words of a kind of link, seen from one of its ends.
#[must_use]
pub fn link_words(language: &Language, kind: &str, outgoing: bool) -> String {
    let key = label::key(&[
        if outgoing {
            "link-kind"
        } else {
            "link-kind-back"
        },
        kind,
    ]);
    label::said(language, &key).unwrap_or_else(|| kind.to_owned())
}
