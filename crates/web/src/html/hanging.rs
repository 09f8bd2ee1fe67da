//! What is still open and names a record that is about to go out of use: told before, and gone on with knowingly.

use std::sync::Arc;

use base::Result;
use dictionary::{Transition, TypeDef, spine};
use engine::Reading;
use flow::uses::{Use, uses};
use maud::{Markup, html};
use ui::icon::icon;
use ui::label;
use ui::text;

use super::navigation::list_href;
use super::record::Loaded;
use super::shell::Here;
use crate::{AppState, FormData};

/// Stands in a form whose sender was told.
const KNOWN: &str = "hanging-known";

/// What names the record and is open, where that step takes it out of use. Work comes to its end by rules of its own.
pub(super) async fn of_step(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    step: &Transition,
) -> Result<Vec<Use>> {
    let ends = loaded
        .of
        .lifecycle
        .as_ref()
        .is_some_and(|it| !it.phase(&step.to).is_open());
    match ends {
        true => of_record(state, here, loaded).await,
        false => Ok(Vec::new()),
    }
}

/// What names the record and is open, where others are named after it and it is nobody's work.
pub(super) async fn of_record(state: &AppState, here: &Here, loaded: &Loaded) -> Result<Vec<Use>> {
    if loaded.of.field(spine::ASSIGNEE).is_some() {
        return Ok(Vec::new());
    }
    let (of, id): (Arc<TypeDef>, _) = (Arc::clone(&loaded.of), loaded.record.id());
    let read = move |reading: &mut Reading<'_, '_>| uses(reading, &of, id);
    state.engine().read_long(here.ctx(), read).await
}

/// Whether whoever sent the form was told of what hangs on it.
pub(super) fn is_known(form: &FormData) -> bool {
    form.get(KNOWN).is_some()
}

/// What hangs on the record, with ways to it; and a sign that it was told, for the form around it.
pub(super) fn told(here: &Here, loaded: &Loaded, all: &[Use]) -> Markup {
    let language = here.language();
    let line = |it: &Use| {
        let of = here.ctx().record_type(&it.record_type)?;
        let field = of.field(&it.field)?;
        let count = match it.is_more {
            true => text!(language, "hanging-more", count = it.count),
            false => it.count.to_string(),
        };
        let plural = label::label(language, &of.plural);
        let field = label::label(language, &field.label);
        Some(html! {
            li {
                a href=(list_href(&of.name, &it.filter)) { (plural) ": " (count) }
                " " span class="small-text" { (field) }
            }
        })
    };
    html! {
        @if !all.is_empty() {
            input type="hidden" name=(KNOWN) value="1";
            div class="banner amber" role="status" {
                (icon("alert"))
                div {
                    b { (text!(language, "hanging-title", name = loaded.name())) }
                    p { (text!(language, "hanging-help")) }
                    ul { @for it in all.iter().filter_map(line) { (it) } }
                }
            }
        }
    }
}
