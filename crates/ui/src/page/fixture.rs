//! What the agents' pages have in common, whatever they show: drawn once, and laid into each of them.

use maud::{Markup, html};

use super::agent::{hint, record_hints};
use super::part::{badge, current};
use super::{Hint, Place, Section};
use crate::icon::{IconSize, icon, sized_icon};
use crate::message::Language;
use crate::text;

/// The links of the rail and of the navigation beside it, and the sheet of keys.
#[derive(Clone, Debug, Default)]
pub struct Fixture {
    pub(super) areas: Markup,
    /// Without any, the page has the room of the navigation to itself.
    pub(super) sections: Option<Markup>,
    pub(super) keys: Markup,
}

impl Fixture {
    /// Draws areas and sections, each with the `key` of the place that is shown.
    #[must_use]
    pub fn new(
        language: &Language,
        (areas, active_area): (&[Place], &str),
        (sections, active): (&[Section], &str),
    ) -> Self {
        Self {
            areas: html! { @for place in areas { (area_link(place, active_area)) } },
            sections: (!sections.is_empty()).then(|| {
                html! {
                    @for section in sections {
                        section {
                            h2 { (section.title) }
                            ul { @for place in &section.places { li { (place_link(place, active)) } } }
                        }
                    }
                }
            }),
            keys: key_sheet(language),
        }
    }
}

fn area_link(place: &Place, active: &str) -> Markup {
    html! {
        a href=(place.href) aria-current=[current(place, active)] data-go=[place.key_after_g] {
            (sized_icon(place.icon, IconSize::Large))
            span class="label" { (place.label) }
            (badge(place.count.unwrap_or_default()))
        }
    }
}

fn place_link(place: &Place, active: &str) -> Markup {
    html! {
        a href=(place.href) aria-current=[current(place, active)] data-go=[place.key_after_g] {
            (icon(place.icon))
            span class="label" { (place.label) }
            @if let Some(count) = place.count {
                span class=(if place.hot { "count hot" } else { "count" }) { (count) }
            }
        }
    }
}

fn key_sheet(language: &Language) -> Markup {
    let title = text!(language, "keys-title");
    let groups = [
        KeyGroup {
            heading: text!(language, "keys-everywhere"),
            keys: vec![
                hint(&["/"], text!(language, "keys-filter")),
                hint(&["C"], text!(language, "keys-create")),
                hint(&["G", "H"], text!(language, "keys-go-home")),
                hint(&["?"], text!(language, "keys-show")),
                hint(&["Esc"], text!(language, "keys-back")),
            ],
        },
        KeyGroup {
            heading: text!(language, "keys-list"),
            keys: vec![
                hint(&["J", "K"], text!(language, "keys-move")),
                hint(&["X"], text!(language, "keys-select")),
                hint(&["Enter"], text!(language, "keys-open")),
            ],
        },
        KeyGroup {
            heading: text!(language, "keys-record"),
            keys: record_hints(language)
                .into_iter()
                .chain([hint(&["Ctrl", "Enter"], text!(language, "keys-send"))])
                .collect(),
        },
    ];
    html! {
        div popover id="key-sheet" class="dialog key-sheet" role="dialog" aria-label=(title) {
            header {
                h2 { (title) }
                button class="button quiet icon-only" type="button" popovertarget="key-sheet" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
            }
            div class="body" {
                @for group in &groups {
                    section {
                        h3 { (group.heading) }
                        dl { @for key in &group.keys { (key_meaning(key)) } }
                    }
                }
            }
        }
    }
}

fn key_meaning(hint: &Hint) -> Markup {
    html! {
        dt { @for key in hint.keys { kbd { (key) } " " } }
        dd { (hint.label) }
    }
}

struct KeyGroup {
    heading: String,
    keys: Vec<Hint>,
}
