//! An import on its page: how it stands, what it did, and which lines it did not take.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use base::Uuid;
use engine::job::{self, JobState};
use engine::read::Titles;
use engine::system::import_run::ImportRun;
use engine::{Reading, Unit};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::icon::icon;
use ui::{text, time};

use super::super::shell::{Here, go};
use super::imports::{PLACE, named, pretty, state_words, way};
use super::{Answer, page};
use crate::administration::imports::{AREA, Whence, order};
use crate::{AppState, Posted};

/// Rejected lines that a page shows; the interface has all.
const SHOWN: usize = 200;

/// `GET /admin/imports/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    here: Here,
    headers: HeaderMap,
) -> Answer {
    here.ctx().require_area(AREA)?;
    let read = move |reading: &mut Reading<'_, '_>| {
        let run = flow::import::find(reading, id)?;
        let job = match run.state.is_over() {
            true => None,
            false => job::find(reading.tx, reading.ctx.tenant, id)?,
        };
        let failed = job.is_some_and(|it| matches!(it.state, JobState::Dead | JobState::Discarded));
        let titles = reading.titles_of(&[run.person].into_iter().collect())?;
        Ok((run, titles, failed))
    };
    let (run, titles, failed) = state.engine().read(here.ctx(), read).await?;
    let at_work = !run.state.is_over() && !failed;
    let language = here.language();
    let title = named(&here, &run);
    let href = format!("/admin/imports/{}", run.id);
    let asks = at_work.then_some(href.as_str());
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { (by(&here, &run, &titles)) } }
                (buttons(&here, &run, at_work))
            }
            section class="card padded run" id="run" hx-get=[asks] hx-trigger=[asks.map(|_| "load delay:1s")] hx-select=[asks.map(|_| "#run")] hx-swap=[asks.map(|_| "outerHTML")] {
                @if at_work { noscript { meta http-equiv="refresh" content="2"; } }
                p role="status" { b { (state_words(&here, &run, failed)) } " · " (text!(language, "imports-rows", count = run.done)) }
                @if at_work { progress aria-label=(text!(language, "imports-at-work")) {} }
                @if let Some(problem) = &run.problem { p class="problem" { (icon("alert")) (problem) } }
                @if let Some(report) = &run.report { (figures(&here, &run, report)) }
            }
            @if let Some(report) = &run.report { (lines(&here, report)) (odd(&here, report)) }
            section class="card padded" { details { summary { (text!(language, "imports-mapping")) } pre class="mapping" { code { (pretty(&run.mapping)) } } } }
        }
    };
    let mut answer = page(&state, &here, (title, PLACE), way(&here), &body);
    if headers.contains_key("hx-request") && !at_work {
        // Who watched it being done sees the report and other buttons now.
        let all = HeaderValue::from_static("true");
        answer.headers_mut().insert("hx-refresh", all);
    }
    Ok(answer)
}

/// Who ordered it, and when.
fn by(here: &Here, run: &ImportRun, titles: &Titles) -> String {
    let (language, ctx) = (here.language(), here.ctx());
    let name = titles.get(run.person);
    let name = name.map_or_else(String::new, |it| it.title.clone());
    let when = time::absolute(language, &ctx.zone, run.created_at);
    text!(language, "bulk-by", name = name, when = when)
}

fn buttons(here: &Here, run: &ImportRun, at_work: bool) -> Markup {
    let language = here.language();
    let href = format!("/admin/imports/{}", run.id);
    let worth = run.report.as_ref().is_some_and(|it| {
        let count = |name: &str| it.get(name).and_then(Json::as_u64).unwrap_or_default();
        count("created") + count("updated") > 0
    });
    html! {
        @if at_work {
            form method="post" action=(href) { (here.csrf()) button class="button danger" name="do" value="cancel" { (icon("close")) (text!(language, "imports-cancel")) } }
        } @else {
            a class="button" href=(format!("/admin/imports/new?import={}", run.id)) { (text!(language, "imports-change")) }
            @if run.dry_run && worth {
                form method="post" action=(href) { (here.csrf()) button class="button primary" name="do" value="import" { (text!(language, "imports-do")) } }
            }
        }
    }
}

fn figures(here: &Here, run: &ImportRun, report: &Json) -> Markup {
    let language = here.language();
    let count = |name: &str| report.get(name).and_then(Json::as_u64).unwrap_or_default();
    let figure = |count: u64, words: String| html! { p class="figure" { b { (count) } (words) } };
    let rejected = report
        .get("rejected")
        .and_then(Json::as_array)
        .map_or(0, Vec::len);
    html! {
        @if run.dry_run { p { (text!(language, "imports-would")) } }
        div class="figures" {
            (figure(count("rows"), text!(language, "imports-count-rows")))
            (figure(count("created"), text!(language, "imports-count-created")))
            (figure(count("updated"), text!(language, "imports-count-updated")))
            (figure(count("unchanged") + count("known"), text!(language, "imports-count-unchanged")))
            (figure(rejected as u64, text!(language, "imports-count-rejected")))
        }
    }
}

/// Lines that are not imported, or not whole, and why.
fn lines(here: &Here, report: &Json) -> Markup {
    let language = here.language();
    let list = |name: &str| {
        report
            .get(name)
            .and_then(Json::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let (rejected, partly) = (list("rejected"), list("partly"));
    let all = rejected.len() + partly.len();
    let rows = rejected.iter().chain(&partly).take(SHOWN);
    html! {
        @if all > 0 { section class="card padded" {
            h2 { (text!(language, "imports-rejected")) }
            div class="wide-table" tabindex="0" role="region" aria-label=(text!(language, "imports-rejected")) { table class="table stacked" {
                thead { tr {
                    th scope="col" class="figure-column" { (text!(language, "people-line")) }
                    th scope="col" { (text!(language, "imports-key-short")) }
                    th scope="col" { (text!(language, "people-why")) }
                } }
                tbody { @for line in rows { tr {
                    td class="figure-column" data-label=(text!(language, "people-line")) { (line.get("line").and_then(Json::as_u64).unwrap_or_default()) }
                    td data-label=(text!(language, "imports-key-short")) { (line.get("key").and_then(Json::as_str).unwrap_or_default()) }
                    td class="wrap" { @for problem in line.get("problems").and_then(Json::as_array).into_iter().flatten() {
                        p { @if let Some(field) = problem.get("field").and_then(Json::as_str) { code { (field) } " " } (problem.get("text").and_then(Json::as_str).unwrap_or_default()) }
                    } }
                } } }
            } }
            @if all > SHOWN { p class="small-text" { (text!(language, "people-more", count = all - SHOWN)) } }
        } }
    }
}

/// What is worth a look although no line was rejected for it.
fn odd(here: &Here, report: &Json) -> Markup {
    let language = here.language();
    let unused = report.get("unused_columns").and_then(Json::as_array);
    let unused: Vec<&str> = unused
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let empty = report
        .get("references_empty")
        .and_then(Json::as_u64)
        .unwrap_or_default();
    let reported = report.get("reported").and_then(Json::as_array);
    let reported: Vec<(&str, u64)> = reported
        .into_iter()
        .flatten()
        .filter_map(|it| Some((it.get("text")?.as_str()?, it.get("rows")?.as_u64()?)))
        .collect();
    html! {
        @if !unused.is_empty() || empty > 0 || !reported.is_empty() { section class="card padded" {
            h2 { (text!(language, "imports-look")) }
            ul {
                @if !unused.is_empty() { li { (text!(language, "imports-unused", names = unused.join(", "))) } }
                @if empty > 0 { li { (text!(language, "imports-references-empty", count = empty)) } }
                @for (words, rows) in &reported { li { (words) " (" (text!(language, "imports-rows", count = *rows)) ")" } }
            }
        } }
    }
}

/// `POST /admin/imports/{id}`: stops it, or does what was tried.
pub(super) async fn act(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let imports = form.get("do") == Some("import");
    let write = move |unit: &mut Unit<'_, '_>| {
        if imports {
            return Ok(order(unit, Whence::Import(id), None, (false, None))?.id);
        }
        let run = flow::import::find(&mut unit.reading(), id)?;
        flow::import::cancel(unit, run.id)?;
        Ok(run.id)
    };
    let to = state.engine().write(here.ctx(), write).await?;
    Ok(go(&format!("/admin/imports/{to}"), None))
}
