//! What is still open and names a record that is about to go out of use: told before, and gone on with knowingly.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{Transition, TypeDef, spine};
use engine::Reading;
use flow::bulk::{Act, Doing, TRIED};
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
/// A longer filter does not fit into an address.
const LONGEST: usize = 2_000;

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
    let read = move |reading: &mut Reading<'_, '_>| uses(reading, &of, &[id]);
    state.engine().read_long(here.ctx(), read).await
}

/// The same for the first of many records, to all of which one act is done.
pub(super) async fn of_many(
    state: &AppState,
    here: &Here,
    act: &Act,
    records: &[Uuid],
) -> Result<Vec<Use>> {
    let ends = |of: &TypeDef| match &act.doing {
        Doing::Delete => true,
        Doing::Transition(name) => of.lifecycle.as_ref().is_some_and(|it| {
            let step = it.transition(name);
            step.is_some_and(|step| !it.phase(&step.to).is_open())
        }),
        _ => false,
    };
    if !matches!(act.doing, Doing::Delete | Doing::Transition(_)) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    let first = records.iter().take(TRIED).copied().collect::<Vec<_>>();
    let read = move |reading: &mut Reading<'_, '_>| flow::bulk::by_type(reading, &first);
    for (of, records) in state.engine().read_long(here.ctx(), read).await? {
        if !ends(&of) || of.field(spine::ASSIGNEE).is_some() {
            continue;
        }
        let read = move |reading: &mut Reading<'_, '_>| uses(reading, &of, &records);
        all.extend(state.engine().read_long(here.ctx(), read).await?);
    }
    Ok(all)
}

/// Whether whoever sent the form was told of what hangs on it.
pub(super) fn is_known(form: &FormData) -> bool {
    form.get(KNOWN).is_some()
}

/// What hangs on the record, with ways to it; and a sign that it was told, for the form around it.
pub(super) fn told(here: &Here, loaded: &Loaded, all: &[Use]) -> Markup {
    let title = text!(here.language(), "hanging-title", name = loaded.name());
    html! {
        @if !all.is_empty() { input type="hidden" name=(KNOWN) value="1"; }
        (banner(here, &title, all))
    }
}

/// What hangs on some of that many records.
pub(super) fn told_of_many(here: &Here, count: usize, all: &[Use]) -> Markup {
    let language = here.language();
    let title = match count > TRIED {
        true => text!(language, "hanging-title-first", count = TRIED),
        false => text!(language, "hanging-title-many"),
    };
    banner(here, &title, all)
}

fn banner(here: &Here, title: &str, all: &[Use]) -> Markup {
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
                @if it.filter.len() <= LONGEST { a href=(list_href(&of.name, &it.filter)) { (plural) ": " (count) } }
                @else { (plural) ": " (count) }
                " " span class="small-text" { (field) }
            }
        })
    };
    html! {
        @if !all.is_empty() {
            div class="banner amber" role="status" {
                (icon("alert"))
                div {
                    b { (title) }
                    p { (text!(language, "hanging-help")) }
                    ul { @for it in all.iter().filter_map(line) { (it) } }
                }
            }
        }
    }
}
