//! The bar above a list: what is filtered as chips, a field to add to it, and what cannot be read.

use maud::{Markup, html};

use crate::icon::icon;
use crate::message::Language;
use crate::text;

/// The bar.
#[derive(Clone, Debug, Default)]
pub struct FilterBar {
    /// Where it is sent to.
    pub action: String,
    /// Parts of the filter, each with the address without it.
    pub chips: Vec<Chip>,
    /// What stands in the field: the whole filter where it has no chips.
    pub typed: String,
    /// Name of the field: `q` for the whole filter, `add` for one more part.
    pub name: &'static str,
    /// Further parameters that stay.
    pub kept: Vec<(String, String)>,
    /// An example that fits this list.
    pub example: String,
    /// Why the filter cannot be read.
    pub problem: Option<FilterProblem>,
}

/// A part of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Field and operator, or nothing for a word.
    pub key: String,
    /// What it is compared with.
    pub value: String,
    /// The address of the list without it.
    pub without: String,
    /// Whether it is the order and no condition.
    pub is_order: bool,
}

/// Why a filter cannot be read.
#[derive(Clone, Debug, Default)]
pub struct FilterProblem {
    /// What is wrong and what would be right.
    pub words: String,
    /// The filter up to the spot.
    pub before: String,
    /// The word that does not fit.
    pub marked: String,
    /// The rest.
    pub after: String,
    /// What was perhaps meant: the words, and the address of the list with them.
    pub proposals: Vec<(String, String)>,
    /// The address of the list without a filter.
    pub without: String,
}

/// The form of the bar.
#[must_use]
pub fn filter_bar(language: &Language, bar: &FilterBar) -> Markup {
    let invalid = bar.problem.as_ref().map(|_| "true");
    html! {
        form class="query" role="search" aria-label=(text!(language, "filter-label")) data-filter method="get" action=(bar.action) {
            (icon("filter"))
            @for (name, value) in &bar.kept { input type="hidden" name=(name) value=(value); }
            @for chip in &bar.chips { (chip_of(language, chip)) }
            input name=(bar.name) value=(bar.typed) aria-label=(text!(language, "filter-label")) autocomplete="off" spellcheck="false"
                placeholder=(text!(language, "filter-placeholder", example = bar.example.as_str()))
                aria-invalid=[invalid] aria-describedby=[invalid.map(|_| "filter-problem")];
            kbd aria-hidden="true" { "/" }
        }
    }
}

/// What stands in place of the rows while the filter cannot be read.
#[must_use]
pub fn filter_problem(language: &Language, problem: &FilterProblem) -> Markup {
    html! {
        div class="empty" role="alert" {
            (icon("alert"))
            h2 { (text!(language, "filter-unreadable")) }
            p class="prose" { code {
                (problem.before)
                mark { @if problem.marked.is_empty() { "⌁" } @else { (problem.marked) } }
                (problem.after)
            } }
            p id="filter-problem" { (problem.words) }
            div class="row" {
                @for (words, href) in &problem.proposals {
                    a class="button" href=(href) { (text!(language, "filter-perhaps", words = words.as_str())) }
                }
                a class="button quiet" href=(problem.without) { (text!(language, "filter-clear")) }
            }
        }
    }
}

fn chip_of(language: &Language, chip: &Chip) -> Markup {
    let class = if chip.is_order { "chip order" } else { "chip" };
    let name = format!("{}{}", chip.key, chip.value);
    html! {
        span class=(class) {
            @if !chip.key.is_empty() { span class="key" { (chip.key) } }
            span class="value" { (chip.value) }
            a class="remove" href=(chip.without) aria-label=(text!(language, "filter-remove", name = name.as_str())) { (icon("close")) }
        }
    }
}
