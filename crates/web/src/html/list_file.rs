//! The list as a file: the dialog that asks what kind, and the file.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use dictionary::{Query, TypeDef};
use maud::{Markup, html};
use ui::icon::icon;
use ui::text;

use super::filter;
use super::list::{Asked, answer, of_type};
use super::shell::Here;
use crate::view_file::{self, Format, MOST_IN_WORKBOOK, ViewFile, may_take_out};
use crate::{AppState, Failure};

/// `GET /{type}/export`
pub(super) async fn export(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Result<Response, Failure> {
    let of = here.ctx().snapshot.dictionary.record_type(&name).cloned();
    match of.filter(|it| here.ctx().may_somewhere(&it.name, "read")) {
        Some(of) => file(&state, &here, Some(of)).await,
        None => of_type(State(state), Path(name), here).await,
    }
}

/// `GET /records/export`
pub(super) async fn export_across(
    State(state): State<AppState>,
    here: Here,
) -> Result<Response, Failure> {
    file(&state, &here, None).await
}

async fn file(
    state: &AppState,
    here: &Here,
    of: Option<Arc<TypeDef>>,
) -> Result<Response, Failure> {
    let mut asked = Asked::new(state, here, of.clone()).await?;
    let read = filter::read(
        here.language(),
        &asked.scope(here),
        &asked.address,
        &asked.text,
    );
    let Ok(filter) = read else {
        // The list says what is wrong with the filter.
        return answer(state, here, of).await;
    };
    if here.query.get("fields") == Some("all") {
        asked.columns = view_file::all_columns(here.ctx(), of.as_deref());
    }
    let file = ViewFile {
        ctx: here.ctx().clone(),
        language: here.language().clone(),
        query: Query {
            // The file has the columns that the page shows, whatever rows are put together by.
            columns: asked.columns.clone(),
            ..asked.query(filter)
        },
        format: Format::from_code(here.query.get("format"))?,
        of,
    };
    view_file::answer(state, file).await
}

/// The button that opens the dialog, and the dialog.
pub(super) fn dialog(here: &Here, asked: &Asked, count: Option<i64>) -> Markup {
    let language = here.language();
    if !may_take_out(here.ctx(), asked.of.as_deref()) {
        return Markup::default();
    }
    let most = MOST_IN_WORKBOOK;
    // What is too long for a workbook is said before somebody asks for it.
    let too_long = |format: Format| {
        let count = count.and_then(|it| usize::try_from(it).ok());
        format == Format::Xlsx && count.is_some_and(|it| it > most)
    };
    let words = |format: Format| match format {
        Format::Csv => text!(language, "list-export-csv"),
        Format::Xlsx if too_long(format) => {
            text!(language, "list-export-xlsx-too-long", most = most)
        }
        Format::Xlsx => text!(language, "list-export-xlsx"),
        Format::Json => text!(language, "list-export-json"),
        Format::JsonLines => text!(language, "list-export-json-lines"),
    };
    html! {
        button class="button quiet not-phone" type="button" popovertarget="export" { (icon("download")) (text!(language, "list-export")) }
        div popover id="export" class="dialog" role="dialog" aria-label=(text!(language, "list-export")) {
            form method="get" action={ (asked.address.path) "/export" } {
                header {
                    h2 { (text!(language, "list-export")) }
                    button class="button quiet icon-only" type="button" popovertarget="export" popovertargetaction="hide" aria-label=(text!(language, "shell-close")) { (icon("close")) }
                }
                div class="body" {
                    p class="small-text" { (text!(language, "list-export-help")) }
                    @for (name, value) in asked.address.first().kept(&[]) { input type="hidden" name=(name) value=(value); }
                    @for format in Format::ALL {
                        label class="check" {
                            input type="radio" name="format" value=(format.code()) checked[format == Format::Csv] disabled[too_long(format)];
                            (words(format))
                        }
                    }
                    label class="check" { input type="checkbox" name="fields" value="all"; (text!(language, "list-export-all")) }
                }
                footer { button class="button primary" type="submit" { (icon("download")) (text!(language, "list-export-go")) } }
            }
        }
    }
}
