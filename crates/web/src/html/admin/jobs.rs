//! Work for later that is dead: why, and whether it is tried again.

use axum::extract::{Path, State};
use base::{Message, Refused, Uuid};
use engine::job::{self, Job, JobState};
use engine::{Reading, Unit};
use maud::html;
use ui::icon::icon;
use ui::label::{key, said};
use ui::{text, time};

use super::super::flash::Flash;
use super::super::shell::{Here, go};
use super::{Answer, page};
use crate::{AppState, Posted};

/// The area of administration.
const AREA: &str = "jobs";
/// Where this stands in the navigation.
const PLACE: &str = "admin/jobs";
/// Jobs of the page.
const ROWS: i64 = 100;

/// `GET /admin/jobs`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let wanted = here.query.get("state").unwrap_or("dead");
    let of = JobState::ALL.into_iter().find(|it| it.code() == wanted);
    let of = of.unwrap_or(JobState::Dead);
    let read = move |reading: &mut Reading<'_, '_>| {
        job::list(reading.tx, reading.ctx.tenant, of, None, ROWS)
    };
    let jobs: Vec<Job> = state.engine().read(here.ctx(), read).await?;
    let (language, ctx) = (here.language(), here.ctx());
    let title = text!(language, "admin-jobs");
    let words = |it: JobState| said(language, &key(&["job-state", it.code()])).unwrap_or_default();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "admin-jobs-words")) } } }
            nav class="tabs" aria-label=(title) { @for it in JobState::ALL {
                a href=(format!("/admin/jobs?state={}", it.code())) aria-current=[(it == of).then_some("page")] { (words(it)) }
            } }
            @if jobs.is_empty() { div class="empty" { (icon("check")) p { (text!(language, "admin-jobs-none")) } } }
            @else { section class="card" { div class="wide-table" tabindex="0" role="region" aria-label=(title) { table class="table" {
                thead { tr {
                    th scope="col" { (text!(language, "job-kind")) } th scope="col" { (text!(language, "job-error")) }
                    th scope="col" class="figure-column" { (text!(language, "job-attempts")) } th scope="col" { (text!(language, "job-time")) }
                    th scope="col" { span class="visually-hidden" { (text!(language, "job-retry")) } }
                } }
                tbody { @for it in &jobs { tr {
                    td { code { (it.kind) } }
                    td class="wrap" { (it.last_error.as_deref().unwrap_or_default()) details { summary { (text!(language, "job-details")) } code class="wrap" { (it.payload) } } }
                    td class="figure-column" { (it.attempts) }
                    td { (time::ago(language, &ctx.zone, ctx.now, it.finished_at.unwrap_or(it.run_at))) }
                    td { div class="row" {
                        @if matches!(it.state, JobState::Dead | JobState::Discarded) { form method="post" action=(format!("/admin/jobs/{}", it.id)) { (here.csrf()) button class="button small" name="do" value="retry" { (text!(language, "job-retry")) } } }
                        @if it.state == JobState::Dead || (it.state == JobState::Waiting && it.tenant != job::INSTALLATION) { form method="post" action=(format!("/admin/jobs/{}", it.id)) { (here.csrf()) button class="button small danger" name="do" value="discard" { (text!(language, "job-discard")) } } }
                    } }
                } } }
            } } } }
        }
    };
    Ok(page(&state, &here, (title, PLACE), Vec::new(), &body))
}

/// `POST /admin/jobs/{id}`
pub(super) async fn send(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let retries = form.get("do") == Some("retry");
    let write = move |unit: &mut Unit<'_, '_>| {
        let (tenant, now) = (unit.ctx.tenant, unit.ctx.now);
        let missing = || Refused::NotFound(Message::new("job-not-found"));
        let found = job::find(unit.tx, tenant, id)?.ok_or_else(missing)?;
        // What serves all tenants is not for one of them to stop; only what is dead may go.
        let is_kept = found.tenant == job::INSTALLATION && found.state == JobState::Waiting;
        let (done, message) = if retries {
            (job::retry(unit.tx, id, now)?, "job-not-to-retry")
        } else {
            (
                !is_kept && job::discard(unit.tx, id, now)?,
                "job-not-to-discard",
            )
        };
        if done {
            return Ok(found.kind);
        }
        Err(Refused::Conflict {
            message: Message::new(message).with("state", found.state.code()),
            current_version: None,
        }
        .into())
    };
    let kind = state.engine().write(here.ctx(), write).await?;
    tracing::info!(job = %id, by = %here.ctx().actor.person, retries, "a job was changed");
    Ok(go("/admin/jobs", Some(&Flash::new("notice-account", kind))))
}
