//! Importing files: choose one, say what its columns become, look at what would happen, let it be done.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Message, Problem, Refused, Uuid};
use dictionary::TypeDef;
use engine::system::attachment::limits;
use engine::system::import_run::ImportRun;
use engine::system::upload;
use engine::{Reading, Unit};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::icon::icon;
use ui::label::{self, key, said, say};
use ui::{text, time};

use super::super::shell::{Here, go, refused};
use super::{Answer, page};
use crate::administration::import_mapping::{
    Chosen, Missing, chosen_before, fillable, guess, mapping, may_join, type_of,
};
use crate::administration::imports::{AREA, Content, ReadAs, Whence, content, newest, order};
use crate::upload::keep;
use crate::viewer::PostedWithFiles;
use crate::{AppState, FormData, Posted};

/// Where this stands in the navigation.
pub(super) const PLACE: &str = "admin/imports";
/// Most columns of a file whose texts can be put together: each offers all the others.
const MOST_JOINED: usize = 60;
/// Imports of the first page.
const ROWS: i64 = 100;

/// `GET /admin/imports`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    first(&state, &here, &[]).await
}

async fn first(state: &AppState, here: &Here, problems: &[Problem]) -> Answer {
    let read = |reading: &mut Reading<'_, '_>| {
        let runs = newest(reading, None, ROWS)?;
        let people = runs.iter().map(|it| it.person).collect();
        Ok((runs, reading.titles_of(&people)?))
    };
    let (runs, titles) = state.engine().read(here.ctx(), read).await?;
    let (language, ctx) = (here.language(), here.ctx());
    let title = text!(language, "imports-title");
    let general: Vec<String> = problems
        .iter()
        .map(|it| say(language, &it.message))
        .collect();
    let mut types: Vec<(String, &str)> = ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| ctx.may_somewhere(&it.name, "create"))
        .map(|it| (label::label(language, &it.plural), it.name.as_str()))
        .collect();
    types.sort_by_cached_key(|it| base::text_key(&it.0));
    let meant = here.query.get("type").unwrap_or_default();
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (text!(language, "imports-words")) } } }
            (ui::form::problems(language, "", &[], &general))
            form class="form card padded" method="post" action="/admin/imports" enctype="multipart/form-data" {
                (here.csrf())
                p class="field" {
                    label for="type" { (text!(language, "imports-type")) }
                    select class="input" id="type" name="type" required {
                        @for (words, name) in &types { option value=(name) selected[*name == meant] { (words) } }
                    }
                }
                p class="field" {
                    label for="file" { (text!(language, "imports-file")) }
                    input class="input" id="file" type="file" name="file" required accept=".csv,.tsv,.xlsx,.jsonl,.zst";
                    span class="help" { (text!(language, "imports-file-help")) }
                }
                p { button class="button primary" { (text!(language, "imports-next")) } }
            }
            section class="card padded" aria-labelledby="before" {
                h2 id="before" { (text!(language, "imports-before")) }
                @if runs.is_empty() { div class="empty" { (icon("check")) p { (text!(language, "imports-none")) } } }
                @else { ul class="links" { @for run in &runs { li {
                    a href=(format!("/admin/imports/{}", run.id)) { span class="title" { (named(here, run)) } }
                    span class="small-text" {
                        (state_words(here, run, false)) " · " (text!(language, "imports-rows", count = run.done))
                        @if let Some(who) = titles.get(run.person) { " · " (who.title) }
                        " · " (time::ago(language, &ctx.zone, ctx.now, run.created_at))
                    }
                } } } }
            }
        }
    };
    let mut response = page(state, here, (title, PLACE), Vec::new(), &body);
    if !problems.is_empty() {
        response = refused(response, StatusCode::UNPROCESSABLE_ENTITY);
    }
    Ok(response)
}

/// What is imported, in words.
pub(super) fn named(here: &Here, run: &ImportRun) -> String {
    let language = here.language();
    let name = run.name.as_str();
    match run.dry_run {
        true => text!(language, "imports-trial-of", name = name),
        false => text!(language, "imports-import-of", name = name),
    }
}

pub(super) fn state_words(here: &Here, run: &ImportRun, failed: bool) -> String {
    let code = if failed { "failed" } else { run.state.code() };
    said(here.language(), &key(&["imports-state", code])).unwrap_or_default()
}

/// `POST /admin/imports`: keeps the file, and goes on to what its columns become.
pub(super) async fn send(State(state): State<AppState>, posted: PostedWithFiles) -> Answer {
    let here = Here::after(posted.viewer);
    here.ctx().require_area(AREA)?;
    let mut problems = posted.problems;
    if problems.is_empty() && posted.files.is_empty() {
        problems.push(Problem {
            field: Some("file".to_owned()),
            message: Message::new("imports-no-file"),
        });
    }
    if !problems.is_empty() {
        return first(&state, &here, &problems).await;
    }
    let limits = limits(here.ctx())?;
    let files = keep(&state, here.ctx(), &posted.files).await?;
    let Some(id) = files.first().map(|it| it.id) else {
        return Ok(go("/admin/imports", None));
    };
    let write = move |unit: &mut Unit<'_, '_>| {
        let whose = (unit.ctx.tenant, unit.ctx.actor.person);
        upload::keep(unit.tx, whose, &files, (&limits, unit.ctx.now))
    };
    state.engine().write(here.ctx(), write).await?;
    let of = posted.form.get("type").unwrap_or_default();
    let of: String = url::form_urlencoded::byte_serialize(of.as_bytes()).collect();
    Ok(go(
        &format!("/admin/imports/new?upload={id}&type={of}"),
        None,
    ))
}

/// What a form or an address says of the import that is being made.
struct Asked {
    whence: Whence,
    of: Option<String>,
    sheet: Option<String>,
}

impl Asked {
    fn of(form: &FormData) -> Result<Self, Refused> {
        let id = |name: &str| form.get(name).and_then(|it| Uuid::try_parse(it).ok());
        let none = || Refused::NotFound(Message::new("import-not-found"));
        let whence = id("upload")
            .map(Whence::Upload)
            .or_else(|| id("import").map(Whence::Import))
            .ok_or_else(none)?;
        let text = |name: &str| {
            form.get(name)
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
        };
        Ok(Self {
            whence,
            of: text("type"),
            sheet: text("sheet"),
        })
    }

    fn hidden(&self) -> Markup {
        let (name, id) = match self.whence {
            Whence::Upload(id) => ("upload", id),
            Whence::Import(id) => ("import", id),
        };
        html! {
            input type="hidden" name=(name) value=(id);
            @if let Some(sheet) = &self.sheet { input type="hidden" name="sheet" value=(sheet); }
        }
    }

    fn read_as(&self) -> ReadAs {
        ReadAs {
            sheet: self.sheet.clone(),
        }
    }

    /// The type that is meant, by name or by the mapping that was used before.
    fn record_type(
        &self,
        here: &Here,
        content: &Content,
    ) -> Result<std::sync::Arc<TypeDef>, Refused> {
        let before = content.mapping.as_deref().and_then(type_of);
        let name = self.of.clone().or(before).unwrap_or_default();
        let of = here.ctx().record_type(&name);
        let of = of.filter(|it| here.ctx().may_somewhere(&it.name, "create"));
        of.ok_or_else(|| Refused::field("type", Message::new("refused-required")))
    }
}

/// `GET /admin/imports/new`
pub(super) async fn choose(State(state): State<AppState>, here: Here) -> Answer {
    here.ctx().require_area(AREA)?;
    let asked = Asked::of(&here.query)?;
    let content = match content(&state, here.ctx(), asked.whence, asked.read_as()).await {
        Ok(content) => content,
        // Which sheet is meant is a question; what cannot be read at all is none.
        Err(Error::Refused(refused)) => return unreadable(&state, &here, &asked, refused),
        Err(error) => return Err(error.into()),
    };
    let of = asked.record_type(&here, &content)?;
    let (ctx, language) = (here.ctx(), here.language());
    let before = chosen_before(ctx, language, &of, &content);
    let chosen = before.unwrap_or_else(|| guess(ctx, language, &of, &content));
    Ok(show(&state, &here, (&asked, &of), (&content, &chosen), &[]))
}

/// A file that cannot be read as it is: which sheet, perhaps.
fn unreadable(state: &AppState, here: &Here, asked: &Asked, problem: Refused) -> Answer {
    let message = match &problem {
        Refused::BadRequest(message) | Refused::TooLarge(message) => message.clone(),
        Refused::Invalid(problems) => match problems.first() {
            Some(problem) => problem.message.clone(),
            None => return Err(problem.into()),
        },
        _ => return Err(problem.into()),
    };
    let language = here.language();
    let title = text!(language, "imports-new");
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            (ui::form::problems(language, "", &[], &[say(language, &message)]))
            form class="form card padded" method="get" action="/admin/imports/new" {
                (asked.hidden())
                @if let Some(of) = &asked.of { input type="hidden" name="type" value=(of); }
                p class="field" { label for="sheet" { (text!(language, "imports-sheet")) } input class="input" id="sheet" name="sheet"; }
                p { button class="button primary" { (text!(language, "imports-next")) } }
            }
        }
    };
    let shown = page(state, here, (title, PLACE), way(here), &body);
    Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
}

pub(super) fn way(here: &Here) -> Vec<(String, String)> {
    vec![(
        text!(here.language(), "imports-title"),
        "/admin/imports".to_owned(),
    )]
}

fn show(
    state: &AppState,
    here: &Here,
    (asked, of): (&Asked, &TypeDef),
    (content, chosen): (&Content, &Chosen),
    problems: &[String],
) -> Response {
    let language = here.language();
    let title = text!(language, "imports-new");
    let fields = fillable(here.ctx(), language, of);
    let of_column = |column: &str| {
        chosen
            .fields
            .iter()
            .find(|it| it.0 == column)
            .map(|it| it.1.as_str())
    };
    let words =
        |it: Missing| said(language, &key(&["imports-missing", it.code()])).unwrap_or_default();
    let joins = (2..=MOST_JOINED).contains(&content.columns.len());
    // A mapping that was written by hand cannot be shown column by column.
    let written = content
        .mapping
        .as_ref()
        .filter(|_| chosen_before(here.ctx(), language, of, content).is_none());
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" {
                h1 { (title) }
                p class="small-text" { (text!(language, "imports-map-words", name = content.file.name.as_str(), what = label::label(language, &of.plural))) }
            } }
            (ui::form::problems(language, "", &[], problems))
            @if written.is_none() { form class="form card padded" method="post" action="/admin/imports/new" {
                (here.csrf()) (asked.hidden())
                input type="hidden" name="type" value=(of.name);
                fieldset class="columns" {
                    legend { (text!(language, "imports-columns")) }
                    @for (at, (column, samples)) in content.columns.iter().enumerate() { p class="field" {
                        label for=(format!("to-{at}")) { (column) }
                        select class="input" id=(format!("to-{at}")) name=(format!("to-{at}")) {
                            option value="" { (text!(language, "imports-left-out")) }
                            @for (field, words) in &fields {
                                option value=(field.name) selected[of_column(column) == Some(field.name.as_str())] { (words) }
                            }
                        }
                        @if joins && may_join(column) {
                            span class="then" {
                                label for=(format!("then-{at}")) { (text!(language, "imports-then")) span class="visually-hidden" { ": " (column) } }
                                select class="input" id=(format!("then-{at}")) name=(format!("then-{at}")) {
                                    option value="" { (text!(language, "imports-then-nothing")) }
                                    @for (other, (name, _)) in content.columns.iter().enumerate().filter(|it| it.0 != at && may_join(&it.1.0)) {
                                        option value=(other) selected[chosen.after(column) == Some(name.as_str())] { (name) }
                                    }
                                }
                            }
                        }
                        @if !samples.is_empty() { span class="help" { (shortened(samples)) } }
                    } }
                }
                p class="field" {
                    label for="key" { (text!(language, "imports-key")) }
                    select class="input" id="key" name="key" {
                        @for (at, (column, _)) in content.columns.iter().enumerate() { option value=(at) selected[*column == chosen.key] { (column) } }
                    }
                    span class="help" { (text!(language, "imports-key-help")) }
                }
                p class="field" {
                    label for="source" { (text!(language, "imports-source")) }
                    input class="input" id="source" name="source" required value=(chosen.source);
                    span class="help" { (text!(language, "imports-source-help")) }
                }
                p class="field" {
                    label for="missing" { (text!(language, "imports-missing")) }
                    select class="input" id="missing" name="missing" {
                        @for it in Missing::ALL { option value=(it.code()) selected[it == chosen.missing] { (words(it)) } }
                    }
                }
                p { button class="button primary" { (text!(language, "imports-try")) } }
            } }
            form class="form card padded" method="post" action="/admin/imports/new" {
                (here.csrf()) (asked.hidden())
                details open[written.is_some()] {
                    summary { (text!(language, "imports-by-hand")) }
                    p class="field" {
                        label for="mapping" { (text!(language, "imports-mapping")) }
                        textarea class="input" id="mapping" name="mapping" rows="14" spellcheck="false" required { "\n" (by_hand(here, of, content, chosen)) }
                        span class="help" { (text!(language, "imports-mapping-help")) }
                    }
                    p { button class="button" { (text!(language, "imports-try")) } }
                }
            }
        }
    };
    page(state, here, (title, PLACE), way(here), &body)
}

/// The mapping as a text to begin with.
fn by_hand(here: &Here, of: &TypeDef, content: &Content, chosen: &Chosen) -> String {
    match &content.mapping {
        Some(known) => pretty(known),
        None => format!(
            "{:#}",
            mapping(here.ctx(), here.language(), of, content, chosen)
        ),
    }
}

/// JSON with its members below each other; all else as it is.
pub(super) fn pretty(mapping: &str) -> String {
    let json: Result<Json, _> = serde_json::from_str(mapping);
    json.map_or_else(|_| mapping.to_owned(), |it| format!("{it:#}"))
}

/// What the first rows say, in one line.
fn shortened(samples: &[String]) -> String {
    let short = samples
        .iter()
        .take(3)
        .map(|it| it.chars().take(60).collect::<String>());
    short.collect::<Vec<_>>().join(" · ")
}

/// `POST /admin/imports/new`: tries it.
pub(super) async fn begin(State(state): State<AppState>, posted: Posted) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    here.ctx().require_area(AREA)?;
    let asked = Asked::of(&form)?;
    let written = form.get("mapping").filter(|it| !it.trim().is_empty());
    let text = match written {
        Some(written) => written.to_owned(),
        None => {
            let content = content(&state, here.ctx(), asked.whence, asked.read_as()).await?;
            let of = asked.record_type(&here, &content)?;
            let chosen = chosen(&form, &content);
            if chosen.fields.is_empty() {
                let problem = text!(here.language(), "imports-nothing-chosen");
                let shown = show(
                    &state,
                    &here,
                    (&asked, &of),
                    (&content, &chosen),
                    &[problem],
                );
                return Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY));
            }
            mapping(here.ctx(), here.language(), &of, &content, &chosen).to_string()
        }
    };
    let whence = asked.whence;
    let write =
        move |unit: &mut Unit<'_, '_>| order(unit, whence, Some(text.clone()), (true, None));
    let run = state.engine().write(here.ctx(), write).await?;
    Ok(go(&format!("/admin/imports/{}", run.id), None))
}

/// What the form says of each column.
fn chosen(form: &FormData, content: &Content) -> Chosen {
    let columns = content.columns.iter().enumerate();
    let fields = columns.clone().filter_map(|(at, (column, _))| {
        let field = form.get(&format!("to-{at}")).filter(|it| !it.is_empty())?;
        Some((column.clone(), field.to_owned()))
    });
    let then = columns.clone().filter_map(|(at, (column, _))| {
        let other: usize = form.get(&format!("then-{at}"))?.parse().ok()?;
        let other = &content.columns.get(other).filter(|_| other != at)?.0;
        let used = form
            .get(&format!("to-{at}"))
            .is_some_and(|it| !it.is_empty());
        let may = used && may_join(column) && may_join(other);
        may.then(|| (column.clone(), other.clone()))
    });
    let then = then.collect();
    let key: Option<usize> = form.get("key").and_then(|it| it.parse().ok());
    let key = key.and_then(|it| content.columns.get(it));
    Chosen {
        fields: fields.collect(),
        then,
        key: key.map(|it| it.0.clone()).unwrap_or_default(),
        source: form.get("source").unwrap_or_default().trim().to_owned(),
        missing: form
            .get("missing")
            .and_then(Missing::of_code)
            .unwrap_or_default(),
    }
}
