//! Taking people over from a list: paste or choose it, look at what would happen, do it.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Error, Problem, Refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};
use ui::icon::icon;
use ui::label::say;
use ui::text;

use super::super::shell::{Here, refused};
use super::{Answer, page};
use crate::AppState;
use crate::administration::account::AREA;
use crate::administration::people::{Line, MOST_LINES, Report, What, Wish, import, text_of};
use crate::viewer::{Posted, PostedWhole};

/// Where this stands in the navigation.
const PLACE: &str = "admin/people";
/// Where files of any length are imported.
const IMPORTS: &str = "/admin/imports?type=person";
/// Lines of the report that a page shows.
const SHOWN: usize = 500;

/// What was sent, and what came of it.
#[derive(Default)]
struct Told {
    csv: String,
    /// The encoding that was guessed.
    read_as: Option<&'static str>,
    wish: Wish,
    problems: Vec<Problem>,
    report: Option<Report>,
}

impl Told {
    /// Whether the list is longer than one request takes over.
    fn is_too_long(&self) -> bool {
        let mut problems = self.problems.iter();
        problems.any(|it| it.message.key == "people-too-many")
    }
}

/// `GET /admin/people/import`
pub(super) async fn form(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    Ok(show(&state, &here, &Told::default()))
}

/// `POST /admin/people/import`
pub(super) async fn send(State(state): State<AppState>, posted: PostedWhole) -> Answer {
    let Posted { viewer, form } = posted.0;
    let here = Here::after(viewer);
    let mut told = Told {
        csv: form.get("csv").unwrap_or_default().to_owned(),
        wish: Wish {
            dry: form.get("do") != Some("import"),
            missing_left: form.get("missing").is_some(),
            many_are_meant: form.get("many").is_some(),
        },
        ..Told::default()
    };
    let file = form.get("file").filter(|it| !it.is_empty());
    let read = match file.and_then(|it| STANDARD.decode(it).ok()) {
        Some(bytes) => text_of(&bytes).map(|(text, encoding)| {
            told.csv = text;
            told.read_as = encoding;
        }),
        None => Ok(()),
    };
    let done = match read {
        Ok(()) => import(&state, here.ctx(), &told.csv, told.wish).await,
        Err(refused) => Err(refused.into()),
    };
    match done {
        Ok(report) => {
            told.report = Some(report);
            Ok(show(&state, &here, &told))
        }
        Err(Error::Refused(Refused::Invalid(problems))) => {
            told.problems = problems;
            let shown = show(&state, &here, &told);
            Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn show(state: &AppState, here: &Here, told: &Told) -> axum::response::Response {
    let language = here.language();
    let title = text!(language, "people-import");
    let general: Vec<String> = told
        .problems
        .iter()
        .map(|it| say(language, &it.message))
        .collect();
    let many = told
        .problems
        .iter()
        .any(|it| it.field.as_deref() == Some("many"));
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "people-import-words")) } } }
            (ui::form::problems(language, "", &[], &general))
            @if many { (confirm(here, told, true)) }
            @if told.is_too_long() { p { a class="button" href=(IMPORTS) { (icon("arrow")) (text!(language, "people-to-imports")) } } }
            @if let Some(report) = &told.report { (report_part(here, told, report)) }
            form class="form card padded" method="post" action="/admin/people/import" enctype="multipart/form-data" {
                (here.csrf())
                p class="field" {
                    label for="file" { (text!(language, "people-file")) }
                    input class="input" id="file" type="file" name="file" accept=".csv,text/csv";
                }
                p class="field" {
                    label for="csv" { (text!(language, "people-csv")) }
                    textarea class="input" id="csv" name="csv" rows="8" spellcheck="false" { "\n" (told.csv) }
                    span class="help" { (text!(language, "people-csv-help", most = MOST_LINES)) }
                }
                p class="field" {
                    label class="check" { input type="checkbox" name="missing" value="true" checked[told.wish.missing_left]; (text!(language, "people-missing")) }
                    span class="help" { (text!(language, "people-missing-help")) }
                }
                p { button class="button primary" name="do" value="dry" { (text!(language, "people-try")) } }
            }
        }
    };
    let way = vec![(
        text!(language, "admin-accounts"),
        "/admin/people".to_owned(),
    )];
    page(state, here, (title, PLACE), way, &body)
}

/// The button that does what was tried.
fn confirm(here: &Here, told: &Told, many: bool) -> Markup {
    let language = here.language();
    html! {
        form method="post" action="/admin/people/import" enctype="multipart/form-data" {
            (here.csrf())
            textarea name="csv" hidden { "\n" (told.csv) }
            @if told.wish.missing_left { input type="hidden" name="missing" value="true"; }
            @if many { input type="hidden" name="many" value="true"; }
            button class=(if many { "button danger" } else { "button primary" }) name="do" value="import" {
                @if many { (text!(language, "people-do-many")) } @else { (text!(language, "people-do")) }
            }
        }
    }
}

fn report_part(here: &Here, told: &Told, report: &Report) -> Markup {
    let language = here.language();
    let counts = [
        (What::Created, text!(language, "people-created")),
        (What::Changed, text!(language, "people-changed")),
        (What::Unchanged, text!(language, "people-unchanged")),
        (What::Left, text!(language, "people-left")),
        (What::Refused, text!(language, "people-refused")),
    ];
    let mut lines: Vec<&Line> = report.lines.iter().collect();
    lines.sort_by_key(|it| it.what);
    let names: Vec<&str> = report.ignored.iter().map(|it| it.name.as_str()).collect();
    let happens = [What::Created, What::Changed, What::Left];
    let happens = happens.iter().any(|it| report.count(*it) > 0);
    let column = |field: &str| report.columns.get(field).cloned().unwrap_or_default();
    html! {
        section class="card padded preview" aria-labelledby="report" {
            h2 id="report" { @if told.wish.dry { (text!(language, "people-would")) } @else { (text!(language, "people-done")) } }
            div class="figures" { @for (what, words) in &counts {
                span class=(if *what == What::Refused && report.count(*what) > 0 { "figure red" } else { "figure" }) { b { (report.count(*what)) } (words) }
            } }
            @if let Some(encoding) = told.read_as { p class="small-text" { (text!(language, "people-read-as", encoding = encoding)) } }
            @if !report.ignored.is_empty() { p { (text!(language, "people-ignored", names = names.join(", "))) } }
            @for it in &report.ignored { @if let Some(meant) = &it.meant { p { (text!(language, "people-meant", name = it.name.as_str(), meant = meant)) } } }
            @if told.wish.dry {
                @if happens { (confirm(here, told, false)) } @else { p { (text!(language, "people-nothing")) } }
            }
            div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "people-lines")) { table class="table explain stacked" {
                thead { tr { th scope="col" class="figure-column" { (text!(language, "people-line")) } th scope="col" { (text!(language, "people-name")) } th scope="col" { (text!(language, "people-what")) } th scope="col" { (text!(language, "people-why")) } } }
                tbody { @for it in lines.iter().take(SHOWN) { tr {
                    td class="figure-column" data-label=(text!(language, "people-line")) { @if let Some(line) = it.line { (line) } }
                    td { @match it.person { Some(id) if !told.wish.dry || it.what != What::Created => a class="link" href=(format!("/admin/people/{id}")) { (it.name) }, _ => (it.name) } }
                    td { (counts.iter().find(|known| known.0 == it.what).map(|known| known.1.as_str()).unwrap_or_default()) }
                    td class="wrap" {
                        @for problem in &it.problems { p { @if let Some(field) = &problem.field { code { (column(field)) } " " } (say(language, &problem.message)) } }
                        @if let Some(work) = it.open_work.filter(|it| *it > 0) { p { (text!(language, "people-work", count = work)) } }
                        @if it.line.is_none() { p class="small-text" { (text!(language, "people-not-in-list")) } }
                    }
                } } }
            } }
            @if lines.len() > SHOWN { p class="small-text" { (text!(language, "people-more", count = lines.len() - SHOWN)) } }
        }
    }
}
