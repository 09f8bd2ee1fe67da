//! A run over many records: how it stands, what became of each, and the buttons that stop it or take it back.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use base::{Result, Uuid};
use engine::job::{self, JobState};
use engine::read::Titles;
use engine::system::bulk::{self, BulkRun, RecordOutcome, RecordResult};
use engine::{Reading, Unit};
use flow::bulk::Act;
use maud::{Markup, html};
use ui::icon::icon;
use ui::label;
use ui::run::{Row, Standing, results, standing};
use ui::{text, time};

use super::super::shell::{Frame, Here, crumb, go};
use super::preview::{done, named, referenced, why};
use super::shared::of_run;
use super::{Answer, title};
use crate::{AppState, Posted};

/// Rows of a page.
const ROWS: i64 = 50;

/// A run with what its page says.
struct Seen {
    run: BulkRun,
    act: Act,
    titles: Titles,
    results: Vec<RecordResult>,
    failed: bool,
    undone_by: Option<Uuid>,
}

/// `GET /bulk/{id}`
pub(in super::super) async fn page(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    here: Here,
    headers: HeaderMap,
) -> Answer {
    let wanted = here.query.get("outcome");
    let of = RecordOutcome::ALL
        .into_iter()
        .find(|it| Some(it.code()) == wanted);
    let after = here.query.get("after").and_then(|it| it.parse().ok());
    let after: i64 = after.unwrap_or_default();
    let all = wanted == Some("all");
    let read = move |reading: &mut Reading<'_, '_>| {
        let run = flow::bulk::find(reading, id)?;
        // What went wrong is what somebody wants to see first.
        let of = of.or((!all && run.counts.refused > 0).then_some(RecordOutcome::Refused));
        Ok((see(reading, run, of, after)?, of))
    };
    let (seen, of) = state.engine().read(here.ctx(), read).await?;
    let language = here.language();
    let record_type = of_run(here.ctx(), &seen.run.record_type, &seen.act);
    let act = seen.act.doing.name();
    let heading = match &record_type {
        Some(of) => title(language, of, act, seen.run.counts.total),
        None => super::words(language, act),
    };
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (heading) } p class="small-text" { (by(&here, &seen)) } }
                (buttons(&here, &seen))
            }
            @if seen.run.undoes.is_some() || seen.undone_by.is_some() { (relations(&here, &seen)) }
            (standing(language, &stands(&here, &seen)))
            @if let Some(of) = &record_type { section class="card padded" {
                h2 { (text!(language, "bulk-what")) }
                @if seen.run.person == here.ctx().actor.person { (done(&here, of, &seen.act, &seen.titles)) }
                @if let Some(reason) = &seen.run.reason { p class="small-text" { (text!(language, "bulk-reason-label")) ": " (reason) } }
            } }
            (told(&here, &seen, of))
        }
    };
    let mut answer = here.agent(&state, frame(&here, &seen, heading), &body);
    if headers.contains_key("hx-request") && !seen.at_work() {
        // Who watched it being done sees the results and other buttons now, not the last figures alone.
        let all = HeaderValue::from_static("true");
        answer.headers_mut().insert("hx-refresh", all);
    }
    Ok(answer)
}

fn see(
    reading: &mut Reading<'_, '_>,
    run: BulkRun,
    of: Option<RecordOutcome>,
    after: i64,
) -> Result<Seen> {
    let tenant = reading.ctx.tenant;
    let act = Act::stored(&run.act)?;
    let results = bulk::results(reading.tx, run.id, of, after, ROWS + 1)?;
    let mut ids: BTreeSet<Uuid> = results.iter().map(|it| it.record).collect();
    ids.insert(run.person);
    if let Some(of) = of_run(reading.ctx, &run.record_type, &act) {
        ids.extend(referenced(&of, &act));
    }
    let job = match run.state.is_over() {
        true => None,
        false => job::find(reading.tx, tenant, run.id)?,
    };
    Ok(Seen {
        titles: reading.titles_of(&ids)?,
        failed: job.is_some_and(|it| matches!(it.state, JobState::Dead | JobState::Discarded)),
        undone_by: bulk::undone_by(reading.tx, tenant, run.id)?.map(|it| it.id),
        run,
        act,
        results,
    })
}

impl Seen {
    fn at_work(&self) -> bool {
        !self.run.state.is_over() && !self.failed
    }
}

fn stands(here: &Here, seen: &Seen) -> Standing {
    let counts = seen.run.counts;
    Standing {
        state: state_words(here, &seen.run, seen.failed),
        at_work: seen.at_work(),
        href: format!("/bulk/{}", seen.run.id),
        total: counts.total,
        done: counts.done,
        changed: counts.changed,
        unchanged: counts.unchanged,
        refused: counts.refused,
    }
}

fn state_words(here: &Here, run: &BulkRun, failed: bool) -> String {
    let code = if failed { "failed" } else { run.state.code() };
    label::said(here.language(), &label::key(&["bulk-state", code])).unwrap_or_default()
}

/// Who began it, and when.
fn by(here: &Here, seen: &Seen) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    let name = seen.titles.get(seen.run.person);
    let name = name.map_or_else(String::new, |it| it.title.clone());
    let when = time::absolute(language, &ctx.zone, seen.run.created_at);
    html! { (text!(language, "bulk-by", name = name, when = when)) }
}

fn buttons(here: &Here, seen: &Seen) -> Markup {
    let language = here.language();
    let address = format!("/bulk/{}", seen.run.id);
    let can_undo = seen.run.state.is_over()
        && seen.act.can_be_undone()
        && seen.run.counts.changed > 0
        && seen.undone_by.is_none();
    html! {
        @if !seen.run.state.is_over() {
            form method="post" action={ (address) "/cancel" } {
                (here.csrf())
                button class="button danger" title=(text!(language, "bulk-cancel-help")) { (icon("close")) (text!(language, "bulk-cancel")) }
            }
        }
        @if can_undo {
            form method="post" action={ (address) "/undo" } {
                (here.csrf())
                button class="button" title=(text!(language, "bulk-undo-help")) { (icon("history")) (text!(language, "bulk-undo")) }
            }
        }
    }
}

fn relations(here: &Here, seen: &Seen) -> Markup {
    let language = here.language();
    html! {
        p {
            @if let Some(id) = seen.run.undoes { a href=(format!("/bulk/{id}")) { (text!(language, "bulk-undoes")) } }
            @if let Some(id) = seen.undone_by { a href=(format!("/bulk/{id}")) { (text!(language, "bulk-undone-by")) } }
        }
    }
}

/// What became of records, by outcome.
fn told(here: &Here, seen: &Seen, of: Option<RecordOutcome>) -> Markup {
    let language = here.language();
    let address = format!("/bulk/{}", seen.run.id);
    let words = |it: RecordOutcome| match it {
        RecordOutcome::Changed => text!(language, "bulk-changed"),
        RecordOutcome::Unchanged => text!(language, "bulk-unchanged"),
        RecordOutcome::Refused => text!(language, "bulk-refused"),
    };
    let record_type = of_run(here.ctx(), &seen.run.record_type, &seen.act);
    let row = |it: &RecordResult| Row {
        record: named(&seen.titles, it.record),
        outcome: words(it.outcome),
        why: match (&record_type, &it.words) {
            (Some(of), Some(said)) => why(language, of, it.field.as_deref(), said),
            _ => String::new(),
        },
    };
    let most = usize::try_from(ROWS).unwrap_or_default();
    let shown = &seen.results[..seen.results.len().min(most)];
    let rows: Vec<Row> = shown.iter().map(row).collect();
    let next = shown.last().filter(|_| seen.results.len() > most);
    let chosen = of.map_or("all", RecordOutcome::code);
    html! {
        nav class="tabs" aria-label=(text!(language, "bulk-outcome")) {
            @for it in [RecordOutcome::Refused, RecordOutcome::Changed, RecordOutcome::Unchanged] {
                a href=(format!("{address}?outcome={}", it.code())) aria-current=[(of == Some(it)).then_some("page")] { (words(it)) }
            }
            a href=(format!("{address}?outcome=all")) aria-current=[of.is_none().then_some("page")] { (text!(language, "bulk-all-results")) }
        }
        section class="card" { (results(language, &rows)) }
        @if let Some(last) = next {
            p { a class="button small" rel="next" href=(format!("{address}?outcome={chosen}&after={}", last.position)) { (text!(language, "bulk-more")) (icon("right")) } }
        }
    }
}

fn frame(here: &Here, seen: &Seen, title: String) -> Frame {
    Frame {
        title: title.clone(),
        area: "desk",
        active: seen.run.record_type.clone(),
        crumbs: vec![
            crumb(text!(here.language(), "bulk-runs"), Some("/bulk")),
            crumb(title, None),
        ],
        ..Frame::default()
    }
}

/// `GET /bulk`: one's own runs, or all as one who administers jobs.
pub(in super::super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    let (language, ctx) = (here.language(), here.ctx());
    let sees_all = flow::bulk::sees_all(ctx);
    let everybody = sees_all && here.query.get("whose") == Some("all");
    let person = (!everybody).then_some(ctx.actor.person);
    let read = move |reading: &mut Reading<'_, '_>| {
        let runs = bulk::list(reading.tx, reading.ctx.tenant, person, None, ROWS)?;
        let people = runs.iter().map(|it| it.person).collect();
        let at_work = runs.iter().filter(|it| !it.state.is_over());
        let at_work: Vec<Uuid> = at_work.map(|it| it.id).collect();
        let failed = job::over(reading.tx, reading.ctx.tenant, &at_work)?;
        let failed: BTreeSet<Uuid> = failed.into_iter().map(|it| it.id).collect();
        Ok((runs, reading.titles_of(&people)?, failed))
    };
    let (runs, titles, failed) = state.engine().read(ctx, read).await?;
    let heading = text!(language, "bulk-runs");
    let what = |run: &BulkRun| {
        let Ok(act) = Act::stored(&run.act) else {
            return String::new();
        };
        let name = act.doing.name();
        of_run(ctx, &run.record_type, &act).map_or_else(
            || name.to_owned(),
            |of| title(language, &of, name, run.counts.total),
        )
    };
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (heading) } }
            @if sees_all { nav class="tabs" aria-label=(heading) {
                a href="/bulk" aria-current=[(!everybody).then_some("page")] { (text!(language, "bulk-runs-own")) }
                a href="/bulk?whose=all" aria-current=[everybody.then_some("page")] { (text!(language, "bulk-runs-all")) }
            } }
            @if runs.is_empty() { div class="empty" { (icon("check")) p { (text!(language, "bulk-runs-none")) } } }
            @else { section class="card" { ul class="links" {
                @for run in &runs { li {
                    a href=(format!("/bulk/{}", run.id)) { span class="title" { (what(run)) } }
                    span class="small-text" {
                        (state_words(&here, run, failed.contains(&run.id))) " · " (text!(language, "bulk-progress", done = run.counts.done, total = run.counts.total))
                        " · " @if let Some(who) = titles.get(run.person).filter(|_| everybody) { (who.title) " · " }
                        (time::ago(language, &ctx.zone, ctx.now, run.created_at))
                    }
                } }
            } } }
        }
    };
    let frame = Frame {
        title: heading.clone(),
        area: "desk",
        crumbs: vec![
            crumb(text!(language, "home-title"), Some("/")),
            crumb(heading, None),
        ],
        ..Frame::default()
    };
    Ok(here.agent(&state, frame, &body))
}

/// `POST /bulk/{id}/cancel`
pub(in super::super) async fn cancel(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let write = move |unit: &mut Unit<'_, '_>| {
        let run = flow::bulk::find(&mut unit.reading(), id)?;
        flow::bulk::cancel(unit, run.id)
    };
    state.engine().write(&posted.viewer.ctx, write).await?;
    Ok(go(&format!("/bulk/{id}"), None))
}

/// `POST /bulk/{id}/undo`
pub(in super::super) async fn undo(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    let write = move |unit: &mut Unit<'_, '_>| {
        let run = flow::bulk::find(&mut unit.reading(), id)?;
        flow::bulk::take_back(unit, &run, (None, None))
    };
    let begun = state.engine().write(&posted.viewer.ctx, write).await?;
    Ok(go(&format!("/bulk/{}", begun.id), None))
}
