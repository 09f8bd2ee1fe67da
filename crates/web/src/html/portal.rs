//! The requesters' pages: what they can ask for, how their things stand, and the conversation about each.
//!
//! Which types can be asked for, which questions are asked and how all of it is called comes from the
//! dictionary, the rights and the catalogue.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Problem, Refused, Result};
use dictionary::{FieldDef, Kind, Phase, TypeDef, Value, spine};
use engine::read::{Titles, Visible};
use engine::{Change, Ctx, Reading};
use maud::html;
use ui::files::{FORM_WITH_FILES, picker};
use ui::form::{grid, problems};
use ui::icon::icon;
use ui::label::{self, key, said};
use ui::message::Language;
use ui::portal::{Home, Request, Stage, Tile, home, requests};
use ui::record::title_of;
use ui::text;

use super::edit::{create_fields, defaults};
use super::files::{Brought, most};
use super::flash::Flash;
use super::input::{self, FieldForm, Texts};
use super::mine;
use super::shell::{Frame, Here, go, may_give, refused};
use crate::viewer::PostedWithFiles;
use crate::{AppState, Failure};

/// Requests on the first page.
const FIRST: usize = 5;
/// Requests on one page of all of them.
const A_PAGE: usize = 25;
/// Field that says what an open record waits for, where a type has it.
pub(super) const HOLD_REASON: &str = "hold_reason";

type Shown = Result<Response, Failure>;

/// `GET /portal`
pub(super) async fn first(State(state): State<AppState>, here: Here) -> Shown {
    let mine = mine::first(&state, &here, FIRST).await?;
    let titles = Titles::default();
    let body = home(&Home {
        reader: here.reader(&titles),
        name: &here.ctx().actor.name,
        tiles: tiles(&here),
        more: mine.next.is_some(),
        requests: mine.rows.iter().map(|it| request(&here, it)).collect(),
    });
    let frame = Frame {
        title: text!(here.language(), "portal-place-home"),
        area: "home",
        ..Frame::default()
    };
    Ok(here.portal(&state, frame, &body))
}

/// `GET /portal/requests`
pub(super) async fn all(State(state): State<AppState>, here: Here) -> Shown {
    let language = here.language();
    let mine = mine::asked(&state, &here, A_PAGE).await?;
    let titles = Titles::default();
    let shown = mine.rows.iter().map(|it| request(&here, it));
    let (open, over): (Vec<Request>, Vec<Request>) = shown.partition(|it| it.stage != Stage::Over);
    let later = mine::is_later(&here);
    let body = html! {
        div class="portal-page" { div class="portal-column" {
            h1 { (text!(language, "portal-mine")) }
            @if !open.is_empty() || !later { (requests(&here.reader(&titles), &open)) }
            @if !over.is_empty() {
                h2 { (text!(language, "portal-earlier")) }
                (requests(&here.reader(&titles), &over))
            }
            @if later || mine.next.is_some() {
                nav class="pager" aria-label=(text!(language, "pager-label")) {
                    @if later { a class="button small" href="/portal/requests" { (icon("left")) (text!(language, "pager-first")) } }
                    @if let Some(next) = &mine.next {
                        a class="button small end" rel="next" href={ "/portal/requests?" (next) } { (text!(language, "pager-next")) (icon("right")) }
                    }
                }
            }
        } }
    };
    let frame = Frame {
        title: text!(language, "portal-mine"),
        area: "requests",
        ..Frame::default()
    };
    Ok(here.portal(&state, frame, &body))
}

/// Types that somebody can ask for: they have a requester, and the actor may make records.
pub(super) fn askable(ctx: &Ctx) -> impl Iterator<Item = &Arc<TypeDef>> {
    let types = ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| it.field(spine::REQUESTER).is_some() && it.journal);
    types.filter(|it| ctx.may_somewhere(&it.name, "create"))
}

fn tiles(here: &Here) -> Vec<Tile> {
    let language = here.language();
    let asked = askable(here.ctx()).map(|of| {
        let word = |part: &str| said(language, &key(&["portal", &of.name, part]));
        Tile {
            href: format!("/portal/new/{}", of.name),
            title: word("title").unwrap_or_else(|| super::shell::new_words(language, of)),
            help: word("help").unwrap_or_default(),
            icon: "alert",
            wash: "amber",
        }
    });
    let mut tiles: Vec<Tile> = asked.collect();
    for of in texts(here.ctx()) {
        tiles.push(Tile {
            href: format!("/portal/{}", of.name),
            title: label::label(language, &of.plural),
            help: said(language, &key(&["portal", &of.name, "help"])).unwrap_or_default(),
            icon: "book",
            wash: "ice",
        });
    }
    tiles
}

/// Types of texts that somebody may read: people talk about them, and nobody asks for them.
pub(super) fn texts(ctx: &Ctx) -> impl Iterator<Item = &Arc<TypeDef>> {
    let types = ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| super::navigation::is_text(it));
    types.filter(|it| ctx.may_somewhere(&it.name, "read"))
}

pub(super) fn request(here: &Here, row: &Visible) -> Request {
    let of = row.record_type();
    let href = ui::field::record_href(&of.name, row.number(), row.id());
    Request {
        href: format!("/portal{href}"),
        title: title_of(here.language(), row),
        stage: stage(here.ctx(), row),
        kind: kind(here.language(), of),
        number: row.number().unwrap_or_default().to_owned(),
        updated: row.value(spine::UPDATED_AT).as_instant(),
    }
}

/// Repair, Order and so on: what requesters call records of a type.
pub(super) fn kind(language: &Language, of: &TypeDef) -> String {
    said(language, &key(&["portal", &of.name, "kind"]))
        .unwrap_or_else(|| label::label(language, &of.label))
}

fn stage(ctx: &Ctx, row: &Visible) -> Stage {
    let of = row.record_type();
    let code = row.value(spine::STATE).as_text().unwrap_or_default();
    let phase = of
        .lifecycle
        .as_ref()
        .map_or(Phase::Active, |it| it.phase(code));
    let asked = phase == Phase::OnHold && is_party(ctx, row) && reply_resumes(ctx, row);
    Stage::of(phase, asked)
}

/// Whether the actor asked for it, has it or reported it; whoever follows it did not.
pub(super) fn is_party(ctx: &Ctx, row: &Visible) -> bool {
    let me = Some(ctx.actor.person);
    let of = row.record_type();
    let readers = of.readers.iter().map(String::as_str);
    let mut fields = readers.chain([spine::REQUESTER]);
    fields.any(|it| row.value(it).as_reference() == me)
}

/// Whether the reason for which a record is on hold ends with a reply of its requester; the reasons of a
/// type are its setting `<type>.hold_reasons`.
fn reply_resumes(ctx: &Ctx, row: &Visible) -> bool {
    let of = row.record_type();
    let reason = row.value(HOLD_REASON).as_text();
    let organisation = row.value(spine::ORGANISATION).as_reference();
    let setting = ctx.snapshot.settings.find(
        ctx.tenant,
        organisation,
        &format!("{}.hold_reasons", of.name),
    );
    let flags = reason
        .zip(setting)
        .and_then(|(reason, (json, _))| json.get(reason));
    flags
        .and_then(|it| it.get("reply_resumes"))
        .and_then(serde_json::Value::as_bool)
        .unwrap_or_default()
}

/// `GET /portal/new/{type}`
pub(super) async fn new_page(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Shown {
    let of = asked_type(&here, &name)?;
    let fields = questions(here.ctx(), here.language(), &of);
    let mut typed = defaults(here.ctx(), &fields);
    // What somebody searched, or wrote elsewhere, is not asked again.
    let words = fields
        .iter()
        .filter(|it| matches!(it.kind, Kind::Text { .. } | Kind::LongText));
    for field in words {
        if let Some(text) = here.query.get(&field.name).filter(|it| !it.is_empty()) {
            typed.insert(field.name.clone(), vec![text.to_owned()]);
        }
    }
    new_form(&state, &here, &of, &fields, (&typed, &[])).await
}

/// `POST /portal/new/{type}`
pub(super) async fn create(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: PostedWithFiles,
) -> Shown {
    let (here, form, brought) = Brought::of(posted);
    let of = asked_type(&here, &name)?;
    let fields = questions(here.ctx(), here.language(), &of);
    let sent = input::sent(&fields, &form);
    let usual = defaults(here.ctx(), &fields);
    let (set, mut wrong) = input::read(&state, here.ctx(), &fields, &sent, &usual).await?;
    if wrong.is_empty() {
        let mut change = Change::create(&name);
        change.set = set;
        let asker = of
            .field(spine::REQUESTER)
            .is_some_and(|it| may_give(here.ctx(), &of, it));
        if asker {
            change.set.insert(
                spine::REQUESTER.to_owned(),
                Value::Reference(here.ctx().actor.person),
            );
        }
        match brought.apply(&state, here.ctx(), change).await? {
            Ok(outcome) => {
                let shown = outcome
                    .number
                    .clone()
                    .unwrap_or_else(|| outcome.record.to_string());
                let flash = Flash::new("notice-reported", outcome.number.unwrap_or_default());
                let next = go(&format!("/portal/{name}/{shown}"), Some(&flash));
                return Ok(brought.answered(next));
            }
            Err(problems) => wrong = problems,
        }
    } else {
        wrong = brought.told(wrong);
    }
    let page = new_form(&state, &here, &of, &fields, (&sent, &wrong)).await?;
    Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY))
}

fn asked_type(here: &Here, name: &str) -> Result<Arc<TypeDef>, Failure> {
    let found = askable(here.ctx()).find(|it| it.name == name).cloned();
    Ok(found.ok_or_else(|| Refused::NotFound(Message::new("address-not-found")))?)
}

/// The fields for which the catalogue has a plain question; where a type has none, all that can be given.
fn questions<'a>(ctx: &Ctx, language: &Language, of: &'a TypeDef) -> Vec<&'a FieldDef> {
    let all = create_fields(ctx, of);
    let plain =
        |it: &&FieldDef| it.required || it.custom || input::question(language, of, it).is_some();
    let asked: Vec<&FieldDef> = all.iter().copied().filter(plain).collect();
    let worded = asked
        .iter()
        .any(|it| input::question(language, of, it).is_some());
    if worded { asked } else { all }
}

async fn new_form(
    state: &AppState,
    here: &Here,
    of: &Arc<TypeDef>,
    fields: &[&FieldDef],
    (typed, wrong): (&Texts, &[Problem]),
) -> Shown {
    let language = here.language();
    let own: Vec<FieldDef> = fields.iter().copied().cloned().collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        input::offers(reading, &own.iter().collect::<Vec<_>>())
    };
    let offers = state.engine().read(here.ctx(), read).await?;
    let form = FieldForm {
        language,
        of,
        offers: &offers,
        texts: typed,
        problems: wrong,
        needed: &[],
        plain: true,
    };
    let shown: Vec<_> = fields.iter().map(|it| form.field(it)).collect();
    // What may help stands below what it is about, before anybody has written more.
    let about = fields.iter().position(|it| it.name == spine::TITLE);
    let (first, rest) = shown.split_at(about.map_or(shown.len(), |it| it + 1));
    let (first, rest) = (first.to_vec(), rest.to_vec());
    let section = ui::form::FormSection {
        title: None,
        fields: shown,
    };
    let word = |part: &str| said(language, &key(&["portal", &of.name, part]));
    let title = word("title").unwrap_or_else(|| super::shell::new_words(language, of));
    let most = most(here.ctx(), here.ctx().may_somewhere(&of.name, "attach"));
    let body = html! {
        div class="portal-page" { div class="portal-column" {
            a class="back-link" href="/portal" { (icon("left")) (text!(language, "portal-back")) }
            h1 { (title) }
            form class="form" method="post" action=(format!("/portal/new/{}", of.name)) enctype=[most.map(|_| FORM_WITH_FILES)] data-guard data-alike="may-help" {
                (here.csrf())
                (problems(language, "", std::slice::from_ref(&section), &form.general(fields)))
                (grid(language, "", &first))
                section id="may-help" class="may-help" data-from="/portal/alike" aria-live="polite" {}
                @if !rest.is_empty() { (grid(language, "", &rest)) }
                @if let Some(most) = most {
                    div class="field wide" {
                        b { (text!(language, "files-photo")) " " span class="optional" { (text!(language, "form-optional")) } }
                        (picker(language, most))
                        p class="help" { (text!(language, "files-photo-help")) }
                    }
                }
                div class="form-actions" {
                    button class="button primary large" { (word("send").unwrap_or_else(|| text!(language, "portal-send"))) }
                    a class="button quiet large" href="/portal" { (text!(language, "form-cancel")) }
                }
            }
        } }
    };
    Ok(here.portal(
        state,
        Frame {
            title,
            area: "home",
            ..Frame::default()
        },
        &body,
    ))
}
