//! Choosing rows of a list, and the bar of what to do with them. Both work without script.

use maud::{Markup, html};

use crate::icon::icon;
use crate::message::Language;
use crate::text;

/// What can be done with chosen rows.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Where the choice is sent.
    pub action: String,
    /// What finds all rows of the list.
    pub filter: String,
    /// How many rows the list has altogether, where that is known.
    pub total: Option<i64>,
    /// What can be done.
    pub acts: Vec<Act>,
}

/// One thing that can be done with chosen rows.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its name where the choice is sent.
    pub code: &'static str,
    /// What it is called.
    pub label: String,
    /// Its icon.
    pub icon: &'static str,
}

/// Id of the form that the boxes belong to.
pub(crate) const FORM: &str = "bulk";

/// The box above all boxes, which needs script.
pub(crate) fn head(language: &Language) -> Markup {
    let words = text!(language, "bulk-select-all");
    html! {
        th class="col-select" scope="col" { label class="check" title=(words) { input type="checkbox" data-select-all aria-label=(words); } }
    }
}

/// The box of a row.
pub(crate) fn cell(value: &str, name: &str) -> Markup {
    html! { td class="col-select" { label class="check" { input type="checkbox" name="id" value=(value) aria-label=(name); } } }
}

/// What to do with the chosen rows; there as soon as one is chosen.
pub(crate) fn bar(language: &Language, selection: &Selection, shown: usize) -> Markup {
    let total = selection.total.unwrap_or_default();
    let more = usize::try_from(total).is_ok_and(|it| it > shown);
    html! {
        div class="bulk-bar" role="group" aria-label=(text!(language, "bulk-bar")) {
            b { span data-selected-count {} " " (text!(language, "bulk-selected")) }
            @if more {
                label class="check" { input type="checkbox" name="bulk-all" value="1" form=(FORM); (text!(language, "bulk-all-that-match", count = total)) }
            }
            @for act in &selection.acts {
                button form=(FORM) name="bulk-act" value=(act.code) { (icon(act.icon)) (act.label) }
            }
        }
    }
}
