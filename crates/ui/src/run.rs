//! How a run over many records stands: bar, figures, and what became of each record.

use maud::{Markup, html};

use crate::message::Language;
use crate::text;

/// How a run stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Its state in words.
    pub state: String,
    /// Whether more is to be done.
    pub at_work: bool,
    /// Its address.
    pub href: String,
    /// Records of it.
    pub total: i64,
    /// Those that are done.
    pub done: i64,
    /// Changed ones among them.
    pub changed: i64,
    /// Those that were so already.
    pub unchanged: i64,
    /// Refused ones.
    pub refused: i64,
}

/// What became of one record.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its address and name; nothing where the reader may not read it.
    pub record: Option<(String, String)>,
    /// What became of it.
    pub outcome: String,
    /// Why it was refused, with the name of the field.
    pub why: String,
}

/// Bar and figures. While more is to be done, the page asks for them again and again: by script, or by loading anew.
#[must_use]
pub fn standing(language: &Language, it: &Standing) -> Markup {
    let asks = it.at_work.then_some(it.href.as_str());
    let trigger = it.at_work.then_some("load delay:1s");
    let figure = |count: i64, words: String| html! { p class="figure" { b { (count) } (words) } };
    html! {
        section class="card padded run" id="run" hx-get=[asks] hx-trigger=[trigger] hx-select=[asks.map(|_| "#run")] hx-swap=[asks.map(|_| "outerHTML")] {
            @if it.at_work { noscript { meta http-equiv="refresh" content="2"; } }
            p role="status" { b { (it.state) } " · " (text!(language, "bulk-progress", done = it.done, total = it.total)) }
            progress value=(it.done) max=(it.total.max(1)) aria-label=(text!(language, "bulk-progress", done = it.done, total = it.total)) {}
            div class="figures" {
                (figure(it.changed, text!(language, "bulk-changed")))
                (figure(it.unchanged, text!(language, "bulk-unchanged")))
                (figure(it.refused, text!(language, "bulk-refused")))
            }
        }
    }
}

/// What became of records, as a table.
#[must_use]
pub fn results(language: &Language, rows: &[Row]) -> Markup {
    let title = text!(language, "bulk-outcome");
    html! {
        @if rows.is_empty() { p class="padded quiet-text" { (text!(language, "bulk-no-results")) } }
        @else {
            div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                thead { tr {
                    th scope="col" { (text!(language, "bulk-record")) }
                    th scope="col" { (title) }
                    th scope="col" { (text!(language, "bulk-why")) }
                } }
                tbody { @for row in rows { tr {
                    td class="wrap" {
                        @match &row.record {
                            Some((href, name)) => a href=(href) { (name) },
                            None => span class="quiet-text" { (text!(language, "bulk-hidden-record")) },
                        }
                    }
                    td { (row.outcome) }
                    td class="wrap" { (row.why) }
                } } }
            } }
        }
    }
}
