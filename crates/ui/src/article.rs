//! A text to read, and what its reader says of it: large type, one column, and the two ways on.

use maud::{Markup, html};

use crate::icon::{IconSize, icon, sized_icon};
use crate::markdown::article as rendered;
use crate::message::Language;
use crate::text;

/// A text with what stands around it.
pub struct Article<'a> {
    /// In which language the page speaks.
    pub language: &'a Language,
    /// Where the other texts are: address and words.
    pub back: (String, String),
    /// What it is called.
    pub title: String,
    /// What it says in a sentence.
    pub lead: Option<&'a str>,
    /// Number, age and the like.
    pub facts: Vec<Markup>,
    /// The text in Markdown; nothing where none is published.
    pub body: Option<&'a str>,
    /// The address of a file that the text names.
    pub file: &'a dyn Fn(&str) -> Option<String>,
    /// Files beside the text.
    pub files: Markup,
    /// What the reader may say of it, where that is asked.
    pub asked: Option<Asked>,
    /// Where somebody reports what the text does not solve: address and words, the likeliest first.
    pub report: Vec<(String, String)>,
}

/// What a reader is asked about a text, and has said before.
pub struct Asked {
    /// Where the answer is sent to.
    pub action: String,
    /// Hidden fields of the form.
    pub hidden: Markup,
    /// The code that says that it solved something.
    pub solved: &'static str,
    /// Further answers: code and words.
    pub answers: Vec<(String, String)>,
    /// What takes back that it solved something, where the reader said so.
    pub said_solved: Option<String>,
    /// What the reader thinks of it: code, words, and what takes it back.
    pub said: Option<(String, String, String)>,
}

/// The page of a text.
#[must_use]
pub fn article(it: &Article<'_>) -> Markup {
    let language = it.language;
    html! {
        div class="portal-page" { div class="portal-column reading" {
            a class="back-link" href=(it.back.0) { (icon("left")) (it.back.1) }
            article class="text" {
                header {
                    h1 { (it.title) }
                    @if let Some(lead) = it.lead { p class="lead" { (lead) } }
                    p class="small-text facts-line" { @for fact in &it.facts { span { (fact) } } }
                }
                @match it.body {
                    Some(body) => div class="prose long" { (rendered(body, it.file)) },
                    None => div class="empty" { (icon("book")) h2 { (text!(language, "article-unpublished")) } },
                }
                (it.files)
            }
            @if it.asked.is_some() || !it.report.is_empty() { (ending(it)) }
        } }
    }
}

/// Whether it helped, and the way on where it did not.
fn ending(it: &Article<'_>) -> Markup {
    let language = it.language;
    html! {
        section class="card padded verdict" aria-labelledby="verdict" {
            h2 id="verdict" { (text!(language, "article-did-it-help")) }
            @if let Some(undo) = it.asked.as_ref().and_then(|it| it.said_solved.as_ref()) {
                div class="banner green" role="status" {
                    (sized_icon("check", IconSize::Large))
                    div { b { (text!(language, "article-said-solved")) } p { (text!(language, "article-said-solved-help")) } }
                    (take_back(it, undo))
                }
            }
            div class="row" {
                @if let Some(asked) = it.asked.as_ref().filter(|it| it.said_solved.is_none()) {
                    form method="post" action=(asked.action) {
                        (asked.hidden)
                        button class="button primary large" name="answer" value=(asked.solved) { (icon("check")) (text!(language, "article-solved")) }
                    }
                }
                @for (at, (href, words)) in it.report.iter().enumerate() {
                    a class=(if at == 0 { "button large" } else { "button quiet large" }) href=(href) { (words) }
                }
            }
            @if let Some(asked) = &it.asked { (opinion(it, asked)) }
        }
    }
}

fn opinion(it: &Article<'_>, asked: &Asked) -> Markup {
    let language = it.language;
    html! {
        @if let Some((_, words, undo)) = &asked.said {
            div class="row opinion" {
                span { (text!(language, "article-you-said", answer = words.as_str())) }
                (take_back(it, undo))
            }
        }
        details class="opinion" {
            summary class="small-text" { @if asked.said.is_some() { (text!(language, "article-say-other")) } @else { (text!(language, "article-rate")) } }
            form class="form" method="post" action=(asked.action) {
                (asked.hidden)
                p class="field wide" {
                    label for="words" { (text!(language, "article-words")) " " span class="optional" { (text!(language, "form-optional")) } }
                    textarea class="input" id="words" name="words" rows="3" maxlength="4000" {}
                }
                div class="row" {
                    @for (code, words) in &asked.answers { button class="button" name="answer" value=(code) { (words) } }
                }
            }
        }
    }
}

fn take_back(it: &Article<'_>, action: &str) -> Markup {
    let hidden = it.asked.as_ref().map(|it| &it.hidden);
    html! {
        form method="post" action=(action) {
            @if let Some(hidden) = hidden { (hidden) }
            button class="button small" { (text!(it.language, "article-take-back")) }
        }
    }
}
