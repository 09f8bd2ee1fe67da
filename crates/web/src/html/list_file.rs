//! The list as a file: the dialog that asks what kind, and the file.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use ui::icon::icon;
use ui::text;

use super::filter;
use super::list::{Asked, answer, of_type};
use super::shell::Here;
use crate::view_file::{self, Format, ViewFile};
use crate::{AppState, Failure};

/// The right to take records out.
const EXPORT: &str = "export";

/// `GET /{type}/export`
pub(super) async fn export(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Result<Response, Failure> {
    let of = here.ctx().snapshot.dictionary.record_type(&name).cloned();
    let Some(of) = of.filter(|it| here.ctx().may_somewhere(&it.name, "read")) else {
        return of_type(State(state), Path(name), here).await;
    };
    let mut asked = Asked::new(&state, &here, Some(std::sync::Arc::clone(&of))).await?;
    let read = filter::read(
        here.language(),
        &asked.scope(&here),
        &asked.address,
        &asked.text,
    );
    let Ok(filter) = read else {
        // The list says what is wrong with the filter.
        return answer(&state, &here, Some(of)).await;
    };
    if here.query.get("fields") == Some("all") {
        asked.columns = view_file::all_columns(here.ctx(), &of);
    }
    let file = ViewFile {
        ctx: here.ctx().clone(),
        language: here.language().clone(),
        query: asked.query(filter),
        format: Format::from_code(here.query.get("format"))?,
        of,
    };
    view_file::answer(&state, file).await
}

/// The button that opens the dialog, and the dialog.
pub(super) fn dialog(here: &Here, asked: &Asked) -> Markup {
    let (language, Some(of)) = (here.language(), &asked.of) else {
        return Markup::default();
    };
    if !here.ctx().may_somewhere(&of.name, EXPORT) {
        return Markup::default();
    }
    let words = |format: Format| match format {
        Format::Csv => text!(language, "list-export-csv"),
        Format::Xlsx => text!(language, "list-export-xlsx"),
        Format::Json => text!(language, "list-export-json"),
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
                            input type="radio" name="format" value=(format.code()) checked[format == Format::Csv];
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
