//! The page of one record: what it is, what can be done, the conversation, and the facts beside it.

use std::collections::BTreeMap;

use base::{Timestamp, Uuid};
use dictionary::{FieldFlag, Kind, TypeDef, WrittenBy, spine};
use engine::read::Visible;
use engine::{BesidePage, LinkSeen};
use maud::{Markup, html};

use crate::field::{Reader, view};
use crate::files::{FORM_WITH_FILES, picker};
use crate::form::{FormSection, grid};
use crate::icon::{boxed_state, icon, priority};
use crate::message::Language;
use crate::timeline::{Show, Story};
use crate::{label, text};
use around::around;
use story::{earlier, tabs, texts};

pub use around::link_words;

mod around;
mod story;

/// Everything on a record's page.
pub struct RecordPage<'a> {
    /// For whom it is written.
    pub reader: Reader<'a>,
    /// The record.
    pub record: &'a Visible,
    /// Its story.
    pub story: Story<'a>,
    /// Which part of the story is told.
    pub show: Show,
    /// The version from which on the story is told; 1 where it is whole.
    pub since: i64,
    /// The hidden fields of every form: the token, and the version that the reader saw.
    pub hidden: Markup,
    /// The record's address.
    pub address: String,
    /// Steps that can be taken from here.
    pub steps: Vec<Step>,
    /// Who may write what; nothing where the reader may write nothing.
    pub composer: Option<Composer>,
    /// Where the record is handed over, and whether the reader could take it.
    pub assign: Option<Assign>,
    /// People and records around it.
    pub around: Around<'a>,
}

/// A step to another state.
pub struct Step {
    /// Name of the transition.
    pub name: String,
    /// The verb on the button.
    pub label: String,
    /// Whether it is what is most often done from here.
    pub primary: bool,
    /// What it does, where that is not in its name.
    pub words: Option<String>,
    /// What it asks for; nothing where the button alone does it.
    pub asks: Option<Vec<FormSection>>,
}

/// What the composer offers.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Whether the reader may answer in public.
    pub public: bool,
    /// Whether the reader may write private notes.
    pub private: bool,
    /// To whom a public answer goes.
    pub to: Option<String>,
    /// Whether minutes of work can be told.
    pub minutes: bool,
    /// Whether a public answer can also go to open children.
    pub children: bool,
    /// Most bytes of a file; nothing where none can be added.
    pub files: Option<u64>,
    /// What was typed and refused.
    pub typed: String,
    /// Whether what was typed was a private note.
    pub typed_private: bool,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// Handing over.
#[derive(Clone, Debug)]
pub struct Assign {
    /// Whether the reader could take it by one button.
    pub to_me: bool,
}

/// People and records around a record.
pub struct Around<'a> {
    /// The first links to and from it.
    pub links: &'a BesidePage<LinkSeen>,
    /// Kinds of links from records that go on in this one, and are shown as they were.
    pub goes_on: &'a [&'a str],
    /// The first of those who follow it.
    pub followers: &'a BesidePage<Uuid>,
    /// Records below it, by type.
    pub children: Vec<Children<'a>>,
    /// Kinds of links that can be added; none where the reader may not link.
    pub link_kinds: Vec<(String, String)>,
    /// Whether the reader may change followers.
    pub may_follow: bool,
    /// Linked records with which it can be merged: what is said, and where that leads.
    pub duplicates: BTreeMap<Uuid, (String, String)>,
    /// Records in which it may go on.
    pub meant: Option<Meant<'a>>,
    /// What readers say of it, where that is asked.
    pub heard: Option<Heard>,
    /// The address of texts that may help with it, where one may be linked.
    pub suggestions: Option<String>,
}

/// Records in which one may go on, each with the button that adds it there.
pub struct Meant<'a> {
    /// The heading.
    pub title: String,
    /// The records.
    pub rows: &'a [Visible],
    /// Where the button leads.
    pub action: String,
    /// The field that names the other record.
    pub field: &'a str,
    /// What the button says.
    pub words: String,
}

/// What readers say of a text.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Answers: words, how many, and the list of them.
    pub counts: Vec<(String, i64, String)>,
    /// The latest of those with words: the answer, the words, who said it, when.
    pub words: Vec<(String, String, String, Option<Timestamp>)>,
    /// The list of all.
    pub href: String,
    /// How many records it was linked to as what solved them, as text.
    pub used: String,
}

/// Records of one type below a record.
pub struct Children<'a> {
    /// The heading.
    pub title: String,
    /// The records.
    pub rows: &'a [Visible],
    /// Where another one is made, where the reader may.
    pub create: Option<(String, String)>,
    /// Where one is added by its title alone, where that is enough.
    pub add: Option<String>,
}

/// The page.
#[must_use]
pub fn record_page(page: &RecordPage<'_>) -> Markup {
    let name = page
        .record
        .number()
        .map_or_else(|| page.record.id().to_string(), str::to_owned);
    html! {
        div class="record" data-record=(name) {
            div class="talk" {
                (head(page))
                (dialogs(page))
                (tabs(page))
                div class="panel" {
                    @let before = if page.show == Show::Everything { texts(page) } else { Markup::default() };
                    (page.story.tell(page.show, &html! { (before) (earlier(page)) }))
                    span id="newest" {}
                    @if page.story.entries(page.show).next().is_none() {
                        p class="small-text" { (text!(page.reader.language, "timeline-empty")) }
                    }
                }
                @if let Some(composer) = &page.composer { div class="dock" { (composer_form(page, composer)) } }
            }
            section class="side" id="facts" aria-label=(text!(page.reader.language, "record-facts")) {
                (facts(page))
                (files(page))
                (around(page))
                (reasons(page))
            }
        }
    }
}

fn head(page: &RecordPage<'_>) -> Markup {
    let (language, record) = (page.reader.language, page.record);
    let of = record.record_type();
    let level = record
        .value(spine::PRIORITY)
        .as_integer()
        .and_then(|it| u8::try_from(it).ok());
    html! {
        header class="record-head" {
            div class="row" {
                span class="number" { (record.number().unwrap_or_default()) }
                @if let Some(level) = level {
                    (priority(level))
                    @if let Some(why) = page.story.why(spine::PRIORITY) { span class="why" { (why) } }
                } @else { span class="small-text" { (label::label(language, &of.label)) } }
            }
            h1 { (title_of(language, record)) }
            @if let Some(code) = record.value(spine::STATE).as_text() { (transitions(page, of, code)) }
        }
    }
}

/// What the record is called; said where it has no name.
#[must_use]
pub fn title_of(language: &Language, record: &Visible) -> String {
    let named = record
        .title()
        .filter(|it| !it.is_empty())
        .or(record.number());
    named.map_or_else(|| text!(language, "value-no-title"), str::to_owned)
}

fn transitions(page: &RecordPage<'_>, of: &TypeDef, code: &str) -> Markup {
    let (kind, words) = label::state(page.reader.language, of, code);
    html! {
        form class="transitions" method="post" {
            (page.hidden)
            (boxed_state(kind, &words))
            @if !page.steps.is_empty() { (icon("arrow")) }
            @for step in &page.steps {
                @let class = if step.primary { "button primary" } else { "button" };
                @let key = step.primary.then_some("d");
                @match &step.asks {
                    Some(_) => button type="button" class=(class) popovertarget=(format!("step-{}", step.name)) data-key=[key] {
                        (step.label) @if step.primary { " " kbd { "D" } }
                    },
                    None => button class=(class) formaction=(format!("{}/step/{}", page.address, step.name)) data-key=[key] {
                        (step.label) @if step.primary { " " kbd { "D" } }
                    },
                }
            }
        }
    }
}

/// One dialog for each step that asks for something. They open without script.
fn dialogs(page: &RecordPage<'_>) -> Markup {
    let language = page.reader.language;
    html! {
        @for step in &page.steps {
            @if let Some(sections) = &step.asks {
                @let id = format!("step-{}", step.name);
                div popover id=(id) class="dialog" role="dialog" aria-label=(step.label) {
                    form class="form" method="post" action=(format!("{}/step/{}", page.address, step.name)) {
                        (page.hidden)
                        header {
                            h2 { (step.label) }
                            button class="button quiet icon-only" type="button" popovertarget=(id) popovertargetaction="hide"
                                aria-label=(text!(language, "shell-close")) { (icon("close")) }
                        }
                        div class="body" {
                            @if let Some(words) = &step.words { p { (words) } }
                            @for section in sections { (grid(language, &format!("{id}-"), &section.fields)) }
                        }
                        footer {
                            button class="button" type="button" popovertarget=(id) popovertargetaction="hide" { (text!(language, "form-cancel")) }
                            button class="button primary" { (step.label) }
                        }
                    }
                }
            }
        }
    }
}

/// Names of the fields of a page in reading order; types without a layout show all their own.
fn ordered(of: &TypeDef) -> Vec<&str> {
    let laid_out: Vec<&str> = of
        .layout
        .form
        .iter()
        .flat_map(|it| &it.fields)
        .map(String::as_str)
        .collect();
    let own = of.fields.iter().map(|it| it.name.as_str());
    let rest = own.filter(|name| {
        !laid_out.contains(name)
            && (of.layout.form.is_empty() || of.field(name).is_some_and(|it| it.custom))
    });
    laid_out.iter().copied().chain(rest).collect()
}

fn facts(page: &RecordPage<'_>) -> Markup {
    let of = page.record.record_type();
    let mut sections: Vec<(Option<String>, Vec<&str>)> = of
        .layout
        .form
        .iter()
        .map(|it| {
            (
                Some(label::label(page.reader.language, &it.label)),
                it.fields.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    let laid_out: Vec<&str> = sections
        .iter()
        .flat_map(|it| it.1.iter().copied())
        .collect();
    let rest: Vec<&str> = ordered(of)
        .into_iter()
        .filter(|it| !laid_out.contains(it))
        .collect();
    sections.push((None, rest));
    // Who works on it comes first: it is what most people look for.
    sections.sort_by_key(|(_, fields)| !fields.contains(&spine::ASSIGNEE));
    html! {
        @for (title, fields) in &sections {
            @let shown: Vec<&str> = fields.iter().copied().filter(|it| is_fact(page, it)).collect();
            @let told = shown.iter().any(|it| !page.record.value(it).is_null()) || shown.contains(&spine::ASSIGNEE);
            @if told { (fact_section(page, title.as_deref(), &shown)) }
        }
    }
}

fn fact_section(page: &RecordPage<'_>, title: Option<&str>, fields: &[&str]) -> Markup {
    let (language, of) = (page.reader.language, page.record.record_type());
    let assign = page
        .assign
        .as_ref()
        .filter(|_| fields.contains(&spine::ASSIGNEE));
    html! {
        div class="section" {
            header {
                h2 { (title.map_or_else(|| text!(language, "record-more"), str::to_owned)) }
                @if assign.is_some() {
                    a class="link end" href=(format!("{}/assign", page.address)) data-key="a" { (text!(language, "record-assign")) }
                }
            }
            dl class="facts" {
                @for name in fields {
                    @if let Some((field, value)) = of.field(name).zip(page.record.get(name)) {
                        dt { (label::label(language, &field.label)) }
                        dd { (view(&page.reader, of, field, value)) }
                    }
                }
            }
            @if assign.is_some_and(|it| it.to_me) {
                form method="post" action=(format!("{}/assign", page.address)) {
                    (page.hidden)
                    button class="button small" name="me" value="true" { (icon("user")) (text!(language, "record-assign-me")) }
                }
            }
        }
    }
}

/// Whether a field stands among the facts: not what the head says already, nothing that is hidden in this
/// state, no empty counters and stamps.
fn is_fact(page: &RecordPage<'_>, name: &str) -> bool {
    let of = page.record.record_type();
    let Some((field, value)) = of.field(name).zip(page.record.get(name)) else {
        return false;
    };
    let state = page.record.value(spine::STATE).as_text();
    let flags = of
        .lifecycle
        .as_ref()
        .zip(state)
        .and_then(|(lifecycle, code)| lifecycle.state(code))
        .map(|it| &it.flags);
    let hidden = flags.and_then(|it| it.get(name)) == Some(&FieldFlag::Hidden);
    let in_head = matches!(
        name,
        spine::TITLE | spine::NUMBER | spine::STATE | spine::OPEN | spine::VERSION
    );
    let idle = field.written_by == WrittenBy::Rules && value.is_null();
    !(hidden || in_head || idle || field.kind == Kind::LongText)
}

fn files(page: &RecordPage<'_>) -> Markup {
    let (language, files) = (page.reader.language, page.story.files);
    html! {
        @if !files.all.is_empty() {
            div class="section" {
                header { h2 { (text!(language, "files-title")) } }
                (files.list(language))
            }
        }
    }
}

/// Why computed fields have their values.
fn reasons(page: &RecordPage<'_>) -> Markup {
    let of = page.record.record_type();
    let told = ordered(of)
        .into_iter()
        .filter_map(|name| Some((of.field(name)?, page.story.why(name)?)));
    let told: Vec<_> = told
        .filter(|(field, _)| page.record.get(&field.name).is_some())
        .collect();
    html! {
        @if !told.is_empty() {
            details class="section" {
                summary { h2 { (text!(page.reader.language, "record-why")) } (icon("down")) }
                dl class="facts" {
                    @for (field, why) in &told {
                        dt { (label::label(page.reader.language, &field.label)) }
                        dd { (why) }
                    }
                }
            }
        }
    }
}

fn composer_form(page: &RecordPage<'_>, composer: &Composer) -> Markup {
    let language = page.reader.language;
    let only_private = !composer.public;
    let private = only_private || composer.typed_private;
    html! {
        form class="composer" method="post" action=(format!("{}/comment", page.address)) enctype=[composer.files.map(|_| FORM_WITH_FILES)] id="reply" data-composer {
            (page.hidden)
            div class="bar" {
                div class="segments" role="radiogroup" aria-label=(text!(language, "composer-who-reads")) {
                    @if composer.public {
                        label { input type="radio" name="visibility" value="public" checked[!private] data-key="r"; (icon("reply")) (text!(language, "composer-reply")) " " kbd { "R" } }
                    }
                    @if composer.private {
                        label { input type="radio" name="visibility" value="private" checked[private] data-key="n"; (icon("lock")) (text!(language, "composer-note")) " " kbd { "N" } }
                    }
                }
                @if let Some(to) = &composer.to { span class="small-text when-reply" { (text!(language, "composer-to", name = to.as_str())) } }
                span class="tag violet when-private" { (icon("lock")) (text!(language, "composer-private")) }
                @if composer.children {
                    label class="check small-text when-reply" { input type="checkbox" name="to_children" value="true"; (text!(language, "composer-children")) }
                }
                @if let Some(most) = composer.files { (picker(language, most)) }
                @if composer.minutes {
                    label class="small-text end" { (text!(language, "composer-minutes")) " " input class="input short" name="minutes" type="number" min="0" max="10080" inputmode="numeric"; }
                }
            }
            @if let Some(problem) = &composer.problem { p class="problem" role="alert" { (icon("alert")) (problem) } }
            div class="write" {
                textarea name="body" aria-label=(text!(language, "composer-message")) required[composer.files.is_none()] { "\n" (composer.typed) }
                button class="button primary when-reply" { (icon("send")) (text!(language, "composer-send")) " " kbd { "Ctrl ↵" } }
                @if composer.private { button class="button private when-private" { (icon("lock")) (text!(language, "composer-add-note")) " " kbd { "Ctrl ↵" } } }
            }
        }
    }
}
