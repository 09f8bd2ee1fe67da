//! The menu of views: those that there are, with how many records each has, and a form that keeps a new one.

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Error, Message, Refused, Result, Stopwatch};
use dictionary::filter::{Scope, parse};
use dictionary::{Query, TypeDef};
use engine::Reading;
use maud::{Markup, html};
use ui::icon::icon;
use ui::message::Language;
use ui::text;

use super::super::filter::ListAddress;
use super::super::list::Asked;
use super::super::search::fragment;
use super::super::shell::Here;
use super::{ACROSS, SavedViews, of_list, with_named};
use crate::{AppState, Failure};

/// Records of a view are counted up to this many.
const COUNTED: i64 = 100_000;
/// Views that are counted for one menu, and how long that may take; further ones stay without a count.
const MOST_COUNTED: usize = 30;
const LONGEST: std::time::Duration = std::time::Duration::from_millis(500);

/// The button that opens the menu of views, and the menu.
pub(in super::super) fn menu(here: &Here, asked: &Asked) -> Markup {
    let (language, views) = (here.language(), &asked.views);
    let Some(kept) = asked
        .saved_views
        .filter(|_| !(views.known.all.is_empty() && views.known.audiences.is_empty()))
    else {
        return Markup::default();
    };
    let path = &asked.address.path;
    let changed = views.open().filter(|it| it.is_changed(&asked.address));
    let whole = ListAddress {
        view: None,
        filter: Some(asked.text.clone()),
        ..asked.address.first()
    };
    let kept_fields = html! {
        (here.csrf())
        @for (name, value) in whole.kept(&[]) { input type="hidden" name=(name) value=(value); }
    };
    let label = match (views.open(), changed) {
        (Some(view), Some(_)) => text!(language, "views-changed", view = view.title.as_str()),
        (Some(view), None) => view.title.clone(),
        (None, _) => text!(language, "views-title"),
    };
    // Counting takes longer than the page: it is done for who looks into the menu.
    let open = views.open().map(|it| format!("?view={}", it.id));
    let counted = format!("{path}/views/counts{}", open.unwrap_or_default());
    let counted = Some(counted).filter(|_| !views.known.all.is_empty());
    html! {
        button class="button quiet" type="button" popovertarget="views" { (icon("list")) (label) }
        div popover id="views" class="dialog" role="dialog" aria-label=(text!(language, "views-title"))
            hx-get=[counted.as_ref()] hx-trigger=[counted.as_ref().map(|_| "toggle once")] hx-target=[counted.as_ref().map(|_| "#views-list")] hx-swap=[counted.as_ref().map(|_| "outerHTML")] {
            header {
                h2 { (text!(language, "views-title")) }
                button class="button quiet icon-only" type="button" popovertarget="views" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
            }
            div class="body" {
                @if views.known.all.is_empty() { p class="small-text" { (text!(language, "views-none")) } }
                @else { (list(language, views, path, &[])) }
                @if let Some(view) = changed.filter(|it| it.may_update) {
                    form method="post" action={ (path) "/views/" (view.id) } class="stack" {
                        (kept_fields)
                        input type="hidden" name="version" value=(view.version);
                        input type="hidden" name="title" value=(view.title);
                        button class="button primary" { (icon("check")) (text!(language, "views-save-changes", view = view.title.as_str())) }
                    }
                }
                @if !views.known.audiences.is_empty() { (new_view(here, views, path, &kept_fields)) }
            }
            footer { a class="button quiet" href={ "/" (kept) } { (text!(language, "views-all")) } }
        }
    }
}

fn new_view(here: &Here, views: &SavedViews, path: &str, kept: &Markup) -> Markup {
    let language = here.language();
    html! {
        form method="post" action={ (path) "/views" } class="stack" {
            (kept)
            h3 { (text!(language, "views-save-new")) }
            label class="field" {
                span class="label" { (text!(language, "views-name")) }
                input class="input" name="title" required maxlength="255" autocomplete="off";
            }
            label class="field" {
                span class="label" { (text!(language, "views-for")) }
                select class="input" name="for" {
                    @for (value, words) in &views.known.audiences { option value=(value) { (words) } }
                }
            }
            button class="button" { (text!(language, "views-save")) }
        }
    }
}

/// `GET /{type}/views/counts`: the views of a list with how many records each has.
pub(in super::super) async fn counts(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Result<Response, Failure> {
    let of = here.ctx().record_type(&name);
    let of = of.filter(|it| here.ctx().may_somewhere(&it.name, "read"));
    if of.is_none() && name != ACROSS {
        return Err(Refused::NotFound(Message::new("address-not-found")).into());
    }
    let path = format!("/{name}");
    let address = ListAddress::read(&path, &here.query);
    let views = of_list(&state, &here, of.as_deref()).await?;
    let mut views = with_named(&state, &here, of.as_deref(), views, &address).await?;
    // A view that is gone is simply not the open one.
    drop(views.fill(&address));
    let all = views.known.all.iter().take(MOST_COUNTED);
    let asked: Vec<Option<Query>> = all
        .map(|it| query(&here, of.as_deref(), &it.filter))
        .collect();
    let read = move |reading: &mut Reading<'_, '_>| counted(reading, &asked);
    let counts = state.engine().read_long(here.ctx(), read).await?;
    let shown = list(here.language(), &views, &path, &counts);
    Ok(fragment(&shown))
}

/// The question how many records a view has; nothing where its filter does not fit any more.
fn query(here: &Here, of: Option<&TypeDef>, text: &str) -> Option<Query> {
    let dictionary = &here.ctx().snapshot.dictionary;
    let scope = of.map_or_else(|| Scope::spine(dictionary), |of| Scope::new(dictionary, of));
    Some(Query {
        record_type: of.map(|it| it.name.clone()),
        filter: parse(text, &scope).ok()?,
        ..Query::default()
    })
}

fn counted(reading: &mut Reading<'_, '_>, asked: &[Option<Query>]) -> Result<Vec<Option<i64>>> {
    let stopwatch = Stopwatch::start();
    let mut counts = Vec::with_capacity(asked.len());
    for query in asked {
        let count = match query {
            Some(query) if stopwatch.elapsed() < LONGEST => {
                reading.count_up_to(query, COUNTED + 1).map(Some)
            }
            _ => Ok(None),
        };
        counts.push(match count {
            // A view may ask about what its reader may not.
            Err(Error::Refused(_)) => None,
            other => other?,
        });
    }
    Ok(counts)
}

/// The views, with their counts as far as these are known.
fn list(language: &Language, views: &SavedViews, path: &str, counts: &[Option<i64>]) -> Markup {
    let words = |count: i64| match count > COUNTED {
        true => text!(language, "views-count-more", count = COUNTED),
        false => count.to_string(),
    };
    let open = views.open().map(|it| it.id);
    html! {
        ul class="stack tight" id="views-list" {
            @for (at, view) in views.known.all.iter().enumerate() {
                li {
                    a class="row tight" href=(view.href(path)) aria-current=[(open == Some(view.id)).then_some("true")] {
                        (icon(view.icon())) (view.title)
                        @if let Some(count) = counts.get(at).copied().flatten() { span class="count end" { (words(count)) } }
                    }
                }
            }
        }
    }
}
