//! What requesters see: one question, their requests in plain words, and the conversation about one of them.
//!
//! No practice names, no priority codes; the number comes last.

use base::Timestamp;
use dictionary::Phase;
use maud::{Markup, html};

use crate::field::Reader;
use crate::files::{FORM_WITH_FILES, Files, picker};
use crate::icon::{IconSize, icon, initials, sized_icon};
use crate::markdown::markdown;
use crate::message::Language;
use crate::{text, time};

/// Where a request stands, as its requester understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// We have it.
    Received,
    /// Somebody works on it.
    InWork,
    /// We need an answer.
    NeedsAnswer,
    /// It is done, and the requester may object.
    Done,
    /// It is over.
    Over,
}

impl Stage {
    /// The stage of a phase; whether an answer is needed is known only to who asked for it.
    #[must_use]
    pub const fn of(phase: Phase, needs_answer: bool) -> Self {
        match phase {
            Phase::OnHold if needs_answer => Self::NeedsAnswer,
            Phase::New => Self::Received,
            Phase::Active | Phase::OnHold => Self::InWork,
            Phase::Resolved => Self::Done,
            Phase::Closed | Phase::Cancelled => Self::Over,
        }
    }

    fn words(self, language: &Language) -> String {
        match self {
            Self::Received => text!(language, "portal-happening-received"),
            Self::InWork => text!(language, "portal-happening-in-work"),
            Self::NeedsAnswer => text!(language, "portal-needs-answer"),
            Self::Done => text!(language, "portal-happening-done"),
            Self::Over => text!(language, "portal-happening-over"),
        }
    }

    /// The sign and the words.
    #[must_use]
    pub fn tag(self, language: &Language) -> Markup {
        let (wash, glyph) = self.looks();
        html! { span class=(format!("tag {wash}")) { (icon(glyph)) (self.words(language)) } }
    }

    const fn looks(self) -> (&'static str, &'static str) {
        match self {
            Self::Received => ("", "state-new"),
            Self::InWork => ("ice", "state-active"),
            Self::NeedsAnswer => ("amber", "reply"),
            Self::Done => ("green", "check"),
            Self::Over => ("", "state-closed"),
        }
    }

    /// Which of the three steps it stands at.
    const fn step(self) -> usize {
        match self {
            Self::Received => 0,
            Self::InWork | Self::NeedsAnswer => 1,
            Self::Done | Self::Over => 2,
        }
    }
}

/// One request in the list.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its address.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub stage: Stage,
    /// Repair, Order …
    pub kind: String,
    /// Its number.
    pub number: String,
    /// When something happened last.
    pub updated: Option<Timestamp>,
}

/// Something that can be asked for.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its address.
    pub href: String,
    /// The words.
    pub title: String,
    /// A sentence.
    pub help: String,
    /// The icon.
    pub icon: &'static str,
    /// The wash behind the icon.
    pub wash: &'static str,
}

/// The first page of the portal.
pub struct Home<'a> {
    /// For whom it is written.
    pub reader: Reader<'a>,
    /// The person's name.
    pub name: &'a str,
    /// What can be asked for.
    pub tiles: Vec<Tile>,
    /// The latest requests.
    pub requests: Vec<Request>,
    /// Whether there are more requests than these.
    pub more: bool,
}

/// The first page.
#[must_use]
pub fn home(home: &Home<'_>) -> Markup {
    let language = home.reader.language;
    let waiting = home
        .requests
        .iter()
        .find(|it| it.stage == Stage::NeedsAnswer);
    html! {
        section class="hero" {
            div class="page-width" {
                p class="greeting" { (time::greeting(language, home.reader.zone, home.reader.now, home.name)) }
                h1 { (text!(language, "portal-question")) }
                form class="ask" role="search" aria-label=(text!(language, "portal-ask")) action="/portal/search" {
                    (sized_icon("search", IconSize::Large))
                    input name="q" required aria-label=(text!(language, "portal-ask")) placeholder=(text!(language, "portal-ask"));
                    button class="button primary" { (text!(language, "portal-search")) }
                }
            }
        }
        div class="page-width portal-grid" {
            @if let Some(request) = waiting {
                div class="banner amber" {
                    (sized_icon("reply", IconSize::Large))
                    div { b { (text!(language, "portal-needs-answer")) } p { (request.title) } }
                    a class="button" href=(request.href) { (text!(language, "portal-answer")) }
                }
            }
            section class="across" {
                h2 { (text!(language, "portal-what")) }
                ul class="tiles" { @for it in &home.tiles { li { (tile(it)) } } }
            }
            section class="across" {
                div class="row" {
                    h2 { (text!(language, "portal-mine")) }
                    @if home.more { a class="link end" href="/portal/requests" { (text!(language, "portal-see-all")) } }
                }
                (requests(&home.reader, &home.requests))
            }
        }
    }
}

/// A list of requests.
#[must_use]
pub fn requests(reader: &Reader<'_>, all: &[Request]) -> Markup {
    let language = reader.language;
    html! {
        @if all.is_empty() { p class="small-text" { (text!(language, "portal-none")) } }
        @else { ul class="requests" { @for it in all { (request(reader, it)) } } }
    }
}

fn tile(tile: &Tile) -> Markup {
    html! {
        a class="tile" href=(tile.href) {
            span class=(format!("spot {}", tile.wash)) { (sized_icon(tile.icon, IconSize::Huge)) }
            span { b { (tile.title) } span class="small-text" { (tile.help) } }
        }
    }
}

fn request(reader: &Reader<'_>, it: &Request) -> Markup {
    let language = reader.language;
    let (wash, glyph) = it.stage.looks();
    let waits = it.stage == Stage::NeedsAnswer;
    html! {
        li class=(if waits { "asked yours" } else { "asked" }) {
            a href=(it.href) {
                span class=(format!("spot round {wash}")) { (sized_icon(glyph, IconSize::Large)) }
                span class="about" {
                    span class=(format!("happening {wash}")) { (it.stage.words(language)) }
                    b { (it.title) }
                }
                span class="which" {
                    span { (it.kind) " " (it.number) }
                    @if let Some(at) = it.updated { (time::ago(language, reader.zone, reader.now, at)) }
                }
            }
            @if waits { a class="button primary" href=(it.href) { (text!(language, "portal-answer")) } }
        }
    }
}

/// One request with its conversation.
pub struct Ticket<'a> {
    /// For whom it is written.
    pub reader: Reader<'a>,
    /// The request.
    pub request: Request,
    /// When it was reported.
    pub opened: Option<Timestamp>,
    /// Who asked, where that is neither the reader nor about them.
    pub asker: Option<String>,
    /// What was said and what happened, oldest first.
    pub talk: Vec<Said>,
    /// Facts worth knowing: label and value.
    pub facts: Vec<(String, Markup)>,
    /// All its files.
    pub files: Files<'a>,
    /// What the requester can do besides answering.
    pub actions: Vec<Markup>,
    /// Where an answer goes; nothing where there is none any more.
    pub answer: Option<Answer>,
    /// What we need to know, in the words of who asked.
    pub asked: Option<String>,
    /// Until when it can be taken up again, where it is done and does not wait for ever.
    pub until: Option<Timestamp>,
    /// Where it goes on, as address and words.
    pub goes_on: Option<(String, String)>,
}

/// The form for an answer.
pub struct Answer {
    /// Where it is sent to.
    pub action: String,
    /// Its hidden fields.
    pub hidden: Markup,
    /// What becomes of it, where that is not plain.
    pub note: Option<String>,
    /// Most bytes of a file; nothing where none can be added.
    pub files: Option<u64>,
    /// What was typed and refused.
    pub typed: String,
    /// Why.
    pub problem: Option<String>,
}

/// One line of the conversation.
pub enum Said {
    /// Somebody wrote.
    Words {
        /// Who.
        name: String,
        /// Whether it was the reader.
        mine: bool,
        /// When.
        at: Timestamp,
        /// Markdown.
        body: String,
        /// Files that came with it.
        files: Markup,
        /// The number of the record where it was said, where that is another one.
        origin: Option<String>,
    },
    /// Somebody added files and wrote nothing.
    Files {
        /// Who.
        name: String,
        /// Whether it was the reader.
        mine: bool,
        /// When.
        at: Timestamp,
        /// The files.
        files: Markup,
    },
    /// More was said before, which stands elsewhere.
    Earlier {
        /// Where.
        href: String,
    },
    /// Something happened.
    Happened {
        /// What, in a sentence.
        words: String,
    },
}

/// The page of one request.
#[must_use]
pub fn ticket(ticket: &Ticket<'_>) -> Markup {
    let (language, request) = (ticket.reader.language, &ticket.request);
    html! {
        div class="portal-page" {
            div class="portal-column" {
                a class="back-link" href="/portal/requests" { (icon("left")) (text!(language, "portal-mine")) }
                header class="ticket-head" {
                    h1 { (request.title) }
                    p class="small-text" {
                        (request.kind) " " (request.number)
                        @if let Some(at) = ticket.opened { " · " (written(ticket, at)) }
                    }
                    (steps(language, request.stage))
                }
                (banner(ticket))
                ol class="chat" { @for it in &ticket.talk { (said(&ticket.reader, it)) } }
                @if !ticket.actions.is_empty() { div class="row" { @for it in &ticket.actions { (it) } } }
                @if !ticket.files.all.is_empty() {
                    details class="card fold" {
                        summary { (text!(language, "files-title")) " (" (ticket.files.all.len()) ")" (icon("down")) }
                        (ticket.files.list(language))
                    }
                }
                details class="card fold" {
                    summary { (text!(language, "portal-details")) (icon("down")) }
                    dl class="facts" { @for (label, value) in &ticket.facts { dt { (label) } dd { (value) } } }
                }
            }
            @if let Some((href, words)) = &ticket.goes_on { p class="portal-goes-on" { a href=(href) { (words) } } }
            @if let Some(answer) = &ticket.answer { (answer_form(language, answer)) }
        }
    }
}

/// Who wrote when: whoever follows what another one asked did not.
fn written(ticket: &Ticket<'_>, at: Timestamp) -> String {
    let language = ticket.reader.language;
    let at = time::absolute(language, ticket.reader.zone, at);
    match &ticket.asker {
        None => text!(language, "portal-written", at = at),
        Some(name) => text!(language, "portal-written-by", at = at, name = name),
    }
}

fn steps(language: &Language, stage: Stage) -> Markup {
    let names = [
        text!(language, "portal-step-received"),
        text!(language, "portal-step-in-work"),
        text!(language, "portal-step-done"),
    ];
    let at = stage.step();
    html! {
        ol class="steps" aria-label=(text!(language, "portal-progress")) {
            @for (position, name) in names.iter().enumerate() {
                @let past = position < at || (position == at && at == 2);
                li class=[(if past { Some("past") } else if position == at { Some("now") } else { None })]
                    aria-current=[(position == at).then_some("step")] {
                    span class="dot" { @if past { (icon("check")) } @else if position == at { (icon("state-active")) } }
                    (name)
                }
            }
        }
    }
}

fn banner(ticket: &Ticket<'_>) -> Markup {
    let language = ticket.reader.language;
    html! {
        @match ticket.request.stage {
            Stage::NeedsAnswer => div class="banner amber" {
                (sized_icon("reply", IconSize::Large))
                div { b { (text!(language, "portal-needs-answer")) } @if let Some(asked) = &ticket.asked { p { (asked) } } }
            },
            Stage::Done => div class="banner green" {
                (sized_icon("check", IconSize::Large))
                div {
                    b { (text!(language, "portal-solved")) }
                    p { (text!(language, "portal-solved-help")) }
                    @if let Some(at) = ticket.until { p { (text!(language, "portal-solved-until", at = time::absolute(language, ticket.reader.zone, at))) } }
                }
            },
            _ => {},
        }
    }
}

fn said(reader: &Reader<'_>, said: &Said) -> Markup {
    html! {
        @match said {
            Said::Happened { words } => li class="happened" { (icon("user")) (words) },
            Said::Earlier { href } => li class="happened" { (icon("clock")) a class="link" href=(href) { (text!(reader.language, "record-earlier")) } },
            Said::Words { name, mine, at, body, files, origin } =>
                (bubble(reader, (name, *mine, *at), origin.as_deref(), &html! { div class="bubble prose" { (markdown(body)) } (files) })),
            Said::Files { name, mine, at, files } => (bubble(reader, (name, *mine, *at), None, files)),
        }
    }
}

fn bubble(
    reader: &Reader<'_>,
    (name, mine, at): (&str, bool, Timestamp),
    origin: Option<&str>,
    body: &Markup,
) -> Markup {
    let language = reader.language;
    html! {
        li class=(if mine { "say me" } else { "say" }) {
            @if !mine { span class="avatar medium" aria-hidden="true" { (initials(name)) } }
            div {
                p class="by" {
                    b { @if mine { (text!(language, "portal-you")) } @else { (name) } }
                    (time::clock(language, reader.zone, reader.now, at))
                    @if let Some(number) = origin { span class="small-text" { (text!(language, "timeline-origin", number = number)) } }
                }
                (body)
            }
        }
    }
}

fn answer_form(language: &Language, answer: &Answer) -> Markup {
    let invalid = answer.problem.as_ref().map(|_| "true");
    html! {
        form class="answer-form" method="post" action=(answer.action) enctype=[answer.files.map(|_| FORM_WITH_FILES)] data-composer {
            (answer.hidden)
            @if let Some(note) = &answer.note { p class="small-text" { (note) } }
            textarea class="input" name="body" rows="1" required[answer.files.is_none()] aria-label=(text!(language, "portal-your-answer"))
                placeholder=(text!(language, "portal-your-answer")) aria-invalid=[invalid] { "\n" (answer.typed) }
            @if let Some(most) = answer.files { (picker(language, most)) }
            button class="button primary icon-only" aria-label=(text!(language, "composer-send")) { (sized_icon("send", IconSize::Large)) }
            @if let Some(problem) = &answer.problem { p class="problem" role="alert" { (problem) } }
        }
    }
}
