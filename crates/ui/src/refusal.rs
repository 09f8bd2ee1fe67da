//! A refusal as a page: what happened, why, and the next step as a button.

use maud::{Markup, html};

use crate::icon::icon;

/// A refusal.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// A word or two: "Not allowed".
    pub tag: String,
    /// The icon beside it.
    pub icon: &'static str,
    /// What happened.
    pub title: String,
    /// Why, and what would mend it.
    pub words: String,
    /// What in particular does not fit.
    pub details: Vec<String>,
    /// Next steps as words and an address, the best first.
    pub mends: Vec<(String, String)>,
    /// What an administrator asks for.
    pub reference: String,
}

/// The body of the page.
#[must_use]
pub fn refusal(refusal: &Refusal) -> Markup {
    html! {
        div class="refusal" {
            span class="tag red" { (icon(refusal.icon)) (refusal.tag) }
            h1 { (refusal.title) }
            p class="lead" { (refusal.words) }
            @if !refusal.details.is_empty() {
                ul class="mends" { @for words in &refusal.details { li { (icon("alert")) span { (words) } } } }
            }
            div class="row" {
                @for (position, (words, href)) in refusal.mends.iter().enumerate() {
                    a class=(if position == 0 { "button primary" } else { "button" }) href=(href) { (words) }
                }
            }
            p class="small-text" { (refusal.reference) }
        }
    }
}
