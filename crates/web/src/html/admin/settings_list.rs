//! All settings in force, by the area of administration that they belong to.

use std::collections::HashMap;

use axum::extract::State;
use base::{Message, Refused};
use engine::additions::{CHOICES, FIELDS, LAYOUTS, NUMBERS, ROLES, STATES};
use engine::system::branding::BRANDING;
use maud::html;
use ui::text;

use super::super::shell::Here;
use super::settings::{PLACE, area_words, origin_tag};
use super::{Answer, page};
use crate::AppState;
use crate::administration::setting::title;
use crate::administration::{administers, may};

/// `GET /admin/settings`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    if !administers(here.ctx()) {
        return Err(Refused::Forbidden(Message::new("forbidden-administration")).into());
    }
    let language = here.language();
    let settings = state.engine().settings_in_force(here.ctx(), None);
    let mut areas: Vec<&str> = settings.iter().map(|it| it.area).collect();
    areas.retain(|it| may(here.ctx(), it));
    areas.sort_unstable();
    areas.dedup();
    let heading = text!(language, "admin-settings");
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (heading) } p class="small-text" { (text!(language, "admin-settings-words")) } } }
            @for area in areas {
                section class="card" {
                    div class="section" { header { h2 { (area_words(&here, area)) } } }
                    div class="wide-table" tabindex="0" role="region" aria-label=(area_words(&here, area)) { table class="table" {
                        thead { tr { th scope="col" { (text!(language, "admin-setting")) } th scope="col" { (text!(language, "admin-name")) } th scope="col" { (text!(language, "admin-origin")) } } }
                        tbody { @for it in settings.iter().filter(|it| it.area == area) { tr {
                            td { a class="link" href=(format!("/admin/settings/{}", it.key)) { (title(language, it.key)) } }
                            td { code { (it.key) } }
                            td { (origin_tag(&here, it.origin, &HashMap::new())) }
                        } } }
                    } }
                }
            }
        }
    };
    Ok(page(&state, &here, (heading, PLACE), Vec::new(), &body))
}

/// The page on which people change a setting whose value is not made for their eyes, and what it is called.
pub(super) fn elsewhere(here: &Here, key: &str) -> Option<(&'static str, String)> {
    let language = here.language();
    match key {
        BRANDING => Some(("/admin/branding", text!(language, "branding-change"))),
        ROLES => Some(("/admin/roles", text!(language, "rights-change"))),
        CHOICES | FIELDS | LAYOUTS | NUMBERS | STATES => {
            Some(("/admin/types", text!(language, "types-change")))
        }
        _ => None,
    }
}
