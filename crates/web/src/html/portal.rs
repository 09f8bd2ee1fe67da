//! The requesters' pages: what they can ask for, how their things stand, and the conversation about each.
//!
//! Which types can be asked for, which questions are asked and how all of it is called comes from the
//! dictionary, the rights and the catalogue.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Problem, Refused, Result};
use dictionary::{
    Direction, FieldDef, Filter, Kind, Operand, Operator, Page, Phase, Query, Sort, Term,
    Transition, TypeDef, Value, spine,
};
use engine::read::{Titles, Visible};
use engine::{Action, Change, Comment, Ctx, Reading, TimelineItem};
use maud::{Markup, html};
use ui::field::view;
use ui::form::{grid, problems};
use ui::icon::{IconSize, icon, sized_icon};
use ui::label::{self, key, said, say};
use ui::markdown::plain_text;
use ui::message::Language;
use ui::portal::{Answer, Home, Request, Said, Stage, Ticket, Tile, home, requests, ticket};
use ui::record::title_of;
use ui::text;

use super::act::problems_of;
use super::edit::{create_fields, defaults};
use super::flash::Flash;
use super::input::{self, FieldForm, Texts};
use super::record::{Loaded, last_words, load};
use super::shell::{Frame, Here, go, may_give, may_read, refused};
use crate::{AppState, Failure, Posted};

/// Requests on the first page.
const FIRST: usize = 5;
/// Requests on the page of all.
const ALL: usize = 100;
/// Field that says what an open record waits for, where a type has it.
const HOLD_REASON: &str = "hold_reason";
/// Longest question shown in the banner.
const MOST_ASKED: usize = 240;

type Key = Path<(String, String)>;
type Shown = Result<Response, Failure>;

/// `GET /portal`
pub(super) async fn first(State(state): State<AppState>, here: Here) -> Shown {
    let mine = mine(&state, &here, FIRST + 1).await?;
    let titles = Titles::default();
    let body = home(&Home {
        reader: here.reader(&titles),
        name: &here.ctx().actor.name,
        tiles: tiles(&here),
        more: mine.len() > FIRST,
        requests: mine.into_iter().take(FIRST).collect(),
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
    let mine = mine(&state, &here, ALL).await?;
    let titles = Titles::default();
    let (open, over): (Vec<Request>, Vec<Request>) =
        mine.into_iter().partition(|it| it.stage != Stage::Over);
    let body = html! {
        div class="portal-page" { div class="portal-column" {
            h1 { (text!(language, "portal-mine")) }
            (requests(&here.reader(&titles), &open))
            @if !over.is_empty() {
                h2 { (text!(language, "portal-earlier")) }
                (requests(&here.reader(&titles), &over))
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
fn askable(ctx: &Ctx) -> impl Iterator<Item = &Arc<TypeDef>> {
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
            href: format!("/portal/search?type={}", of.name),
            title: label::label(language, &of.plural),
            help: said(language, &key(&["portal", &of.name, "help"])).unwrap_or_default(),
            icon: "book",
            wash: "ice",
        });
    }
    tiles
}

/// Types of texts that somebody may read: people talk about them, and nobody asks for them.
fn texts(ctx: &Ctx) -> impl Iterator<Item = &Arc<TypeDef>> {
    let types = ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| super::shell::is_text(it));
    types.filter(|it| ctx.may_somewhere(&it.name, "read"))
}

/// Requests of the actor, those that changed last first.
async fn mine(state: &AppState, here: &Here, most: usize) -> Result<Vec<Request>, Failure> {
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut rows = Vec::new();
        let snapshot = reading.ctx.snapshot.clone();
        for of in snapshot
            .dictionary
            .types()
            .filter(|it| it.field(spine::REQUESTER).is_some())
        {
            if reading.ctx.may_somewhere(&of.name, "read") {
                rows.extend(reading.list(&own(reading.ctx, of, most))?.rows);
            }
        }
        Ok(rows)
    };
    let mut rows: Vec<Visible> = state.engine().read(here.ctx(), read).await?;
    rows.sort_by_key(|it| std::cmp::Reverse(it.value(spine::UPDATED_AT).as_instant()));
    rows.truncate(most);
    Ok(rows.iter().map(|it| request(here, it)).collect())
}

/// The question for records of a type that the actor asked for or is affected by.
fn own(ctx: &Ctx, of: &TypeDef, most: usize) -> Query {
    let is_me = |field: &str| Filter::test(field, Operator::Equal, Operand::One(Term::Me));
    let mut ways = vec![is_me(spine::REQUESTER)];
    let readable = |name: &str| of.field(name).is_some_and(|it| may_read(ctx, of, it));
    ways.extend(
        of.readers
            .iter()
            .filter(|it| readable(it))
            .map(|it| is_me(it)),
    );
    let columns = [
        spine::NUMBER,
        spine::TITLE,
        spine::STATE,
        spine::UPDATED_AT,
        spine::REQUESTER,
        spine::ORGANISATION,
        HOLD_REASON,
    ];
    Query {
        record_type: Some(of.name.clone()),
        filter: Filter::Any(ways),
        sort: vec![Sort {
            field: spine::UPDATED_AT.to_owned(),
            direction: Direction::Descending,
        }],
        columns: columns
            .into_iter()
            .filter(|it| readable(it))
            .map(str::to_owned)
            .collect(),
        page: Page {
            limit: Some(most),
            after: None,
        },
        count: false,
    }
}

fn request(here: &Here, row: &Visible) -> Request {
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
fn kind(language: &Language, of: &TypeDef) -> String {
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
    Stage::of(phase, phase == Phase::OnHold && reply_resumes(ctx, row))
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
    if let Some(title) = here.query.get("title").filter(|it| !it.is_empty()) {
        typed.insert(spine::TITLE.to_owned(), vec![title.to_owned()]);
    }
    new_form(&state, &here, &of, &fields, (&typed, &[])).await
}

/// `POST /portal/new/{type}`
pub(super) async fn create(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: Posted,
) -> Shown {
    let here = Here::after(posted.viewer);
    let of = asked_type(&here, &name)?;
    let fields = questions(here.ctx(), here.language(), &of);
    let sent = input::sent(&fields, &posted.form);
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
        match state.apply(here.ctx(), change).await {
            Ok(outcome) => {
                let shown = outcome
                    .number
                    .clone()
                    .unwrap_or_else(|| outcome.record.to_string());
                let flash = Flash::new("notice-reported", outcome.number.unwrap_or_default());
                return Ok(go(&format!("/portal/{name}/{shown}"), Some(&flash)));
            }
            Err(error) => wrong = problems_of(error)?,
        }
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
    let section = ui::form::FormSection {
        title: None,
        fields: shown,
    };
    let word = |part: &str| said(language, &key(&["portal", &of.name, part]));
    let title = word("title").unwrap_or_else(|| super::shell::new_words(language, of));
    let body = html! {
        div class="portal-page" { div class="portal-column" {
            a class="back-link" href="/portal" { (icon("left")) (text!(language, "portal-back")) }
            h1 { (title) }
            form class="form" method="post" action=(format!("/portal/new/{}", of.name)) data-guard {
                (here.csrf())
                (problems(language, "", std::slice::from_ref(&section), &form.general(fields)))
                (grid(language, "", &section.fields))
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

/// `GET /portal/{type}/{key}`
pub(super) async fn page(
    State(state): State<AppState>,
    Path((name, record)): Key,
    here: Here,
) -> Shown {
    let loaded = load(&state, &here, &name, &record).await?;
    Ok(show(&state, &here, &loaded, ("", None)))
}

fn show(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    (typed, problem): (&str, Option<String>),
) -> Response {
    let frame = Frame {
        title: title_of(here.language(), &loaded.record),
        area: "requests",
        ..Frame::default()
    };
    if loaded.of.field(spine::REQUESTER).is_none() {
        return here.portal(state, frame, &article(here, loaded));
    }
    let (language, ctx) = (here.language(), here.ctx());
    let reader = here.reader(&loaded.titles);
    let request = request(here, &loaded.record);
    let over = request.stage == Stage::Over;
    let asked = last_words(loaded, ctx.actor.person).map(|(who, words)| {
        let name = loaded
            .timeline
            .titles
            .get(&who)
            .cloned()
            .unwrap_or_default();
        let words: String = plain_text(words).chars().take(MOST_ASKED).collect();
        text!(language, "portal-asks", name = name, words = words)
    });
    let body = ticket(&Ticket {
        reader,
        opened: loaded.record.value(spine::OPENED_AT).as_instant(),
        talk: talk(here, loaded),
        facts: facts(here, loaded),
        actions: actions(here, loaded),
        answer: (!over && loaded.may(ctx, "comment")).then(|| Answer {
            action: format!("/portal{}/answer", loaded.address()),
            hidden: here.csrf(),
            typed: typed.to_owned(),
            problem,
        }),
        asked,
        request,
    });
    here.portal(
        state,
        Frame {
            body_class: if over { "" } else { "with-answer" },
            ..frame
        },
        &body,
    )
}

/// The first report, and then every public word.
fn talk(here: &Here, loaded: &Loaded) -> Vec<Said> {
    let (me, record) = (here.ctx().actor.person, &loaded.record);
    let mut talk = Vec::new();
    let requester = record.value(spine::REQUESTER).as_reference();
    let name = |id: base::Uuid| {
        let known = loaded.titles.get(id).map(|it| it.title.clone());
        known
            .or_else(|| loaded.timeline.titles.get(&id).cloned())
            .unwrap_or_else(|| text!(here.language(), "portal-team"))
    };
    let opened = record
        .value(spine::OPENED_AT)
        .as_instant()
        .or(record.value(spine::CREATED_AT).as_instant());
    let first = record.fields().find(|(field, value)| {
        field.kind == Kind::LongText && !value.is_null() && is_report(&loaded.of, field)
    });
    if let Some((_, value)) = first {
        let who = requester.unwrap_or_default();
        let body = value.as_text().unwrap_or_default().to_owned();
        talk.push(Said::Words {
            name: name(who),
            mine: who == me,
            at: opened.unwrap_or(here.ctx().now),
            body,
        });
    }
    if let Some(person) = record
        .value(spine::ASSIGNEE)
        .as_reference()
        .filter(|it| *it != me)
    {
        let words = text!(here.language(), "portal-takes-care", name = name(person));
        talk.push(Said::Happened { words });
    }
    for entry in &loaded.timeline.entries {
        if let TimelineItem::Comment {
            text,
            visibility: engine::Visibility::Public,
            ..
        } = &entry.item
        {
            talk.push(Said::Words {
                name: name(entry.actor),
                mine: entry.actor == me,
                at: entry.at,
                body: text.clone(),
            });
        }
    }
    talk
}

/// Whether a text was written with the report, and not at the end.
fn is_report(of: &TypeDef, field: &FieldDef) -> bool {
    of.layout.create.contains(&field.name)
}

fn facts(here: &Here, loaded: &Loaded) -> Vec<(String, Markup)> {
    let (language, of) = (here.language(), &loaded.of);
    let reader = here.reader(&loaded.titles);
    let told = |field: &FieldDef, value: &Value| {
        let asked =
            of.layout.create.contains(&field.name) || field.name == spine::ASSIGNEE || field.custom;
        asked && !value.is_null() && field.kind != Kind::LongText && field.name != spine::TITLE
    };
    let fields = loaded
        .record
        .fields()
        .filter(|(field, value)| told(field, value));
    let mut facts: Vec<(String, Markup)> = fields
        .map(|(field, value)| {
            let words = match value {
                // Whom a requester may not look up is still named, without a link.
                Value::Reference(_) | Value::References(_) => {
                    html! { (ui::field::words(&reader, of, field, value)) }
                }
                _ => view(&reader, of, field, value),
            };
            (label::label(language, &field.label), words)
        })
        .collect();
    let ends = loaded.record.fields().filter(|(field, value)| {
        field.kind == Kind::LongText && !value.is_null() && !is_report(of, field)
    });
    facts.extend(ends.map(|(field, value)| {
        (
            label::label(language, &field.label),
            view(&reader, of, field, value),
        )
    }));
    facts
}

/// What the requester can do besides answering: confirm, object, withdraw.
fn actions(here: &Here, loaded: &Loaded) -> Vec<Markup> {
    let language = here.language();
    let phase = |it: &Transition| {
        loaded
            .of
            .lifecycle
            .as_ref()
            .map(|lifecycle| lifecycle.phase(&it.to))
    };
    let action = |it: &Transition| {
        let href = format!("/portal{}/step/{}", loaded.address(), it.name);
        match phase(it)? {
            Phase::Closed => Some(html! {
                form method="post" action=(href) {
                    (here.hidden(loaded.record.version()))
                    button class="button primary" { (icon("check")) (text!(language, "portal-confirm")) }
                }
            }),
            Phase::New | Phase::Active => Some(objection(
                here,
                loaded,
                &href,
                text!(language, "portal-reopen"),
                true,
            )),
            Phase::Cancelled => Some(objection(
                here,
                loaded,
                &href,
                text!(language, "portal-withdraw"),
                false,
            )),
            Phase::OnHold | Phase::Resolved => None,
        }
    };
    loaded.transitions(here.ctx()).filter_map(action).collect()
}

fn objection(here: &Here, loaded: &Loaded, href: &str, words: String, reason: bool) -> Markup {
    let language = here.language();
    let id = format!("why-{}", href.rsplit('/').next().unwrap_or_default());
    let field = if reason {
        text!(language, "portal-reopen-why")
    } else {
        text!(language, "portal-withdraw-why")
    };
    html! {
        details {
            summary class="button" { (words) }
            form class="form" method="post" action=(href) {
                (here.hidden(loaded.record.version()))
                p class="field wide" {
                    label for=(id) { (field) @if !reason { " " span class="optional" { (text!(language, "form-optional")) } } }
                    textarea class="input" id=(id) name="comment" required[reason] {}
                }
                button class="button primary" { (words) }
            }
        }
    }
}

/// A text to read.
fn article(here: &Here, loaded: &Loaded) -> Markup {
    let language = here.language();
    let reader = here.reader(&loaded.titles);
    let texts = loaded
        .record
        .fields()
        .filter(|(field, value)| field.kind == Kind::LongText && !value.is_null());
    html! {
        div class="portal-page" { div class="portal-column" {
            a class="back-link" href=(format!("/portal/search?type={}", loaded.of.name)) { (icon("left")) (label::label(language, &loaded.of.plural)) }
            h1 { (title_of(language, &loaded.record)) }
            article class="card padded" { @for (field, value) in texts { (view(&reader, &loaded.of, field, value)) } }
            p class="small-text" { (loaded.record.number().unwrap_or_default()) }
            div { a class="button" href="/portal" { (text!(language, "portal-not-helped")) } }
        } }
    }
}

/// `POST /portal/{type}/{key}/answer`
pub(super) async fn answer(
    State(state): State<AppState>,
    Path((name, record)): Key,
    posted: Posted,
) -> Shown {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &record).await?;
    let body = posted.form.get("body").unwrap_or_default().to_owned();
    let change =
        Change::of(&name, loaded.record.id(), Action::Comment).with_comment(Comment::public(&body));
    match state.apply(here.ctx(), change).await {
        Ok(_) => Ok(go(
            &format!("/portal{}", loaded.address()),
            Some(&Flash::new("notice-sent", loaded.name())),
        )),
        Err(error) => Ok(refuse(&state, &here, &loaded, &body, problems_of(error)?)),
    }
}

/// `POST /portal/{type}/{key}/step/{transition}`
pub(super) async fn step(
    State(state): State<AppState>,
    Path((name, record, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Shown {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &record).await?;
    let words = posted
        .form
        .get("comment")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let opens = loaded.transitions(here.ctx()).find(|it| it.name == step);
    let opens = opens
        .zip(loaded.of.lifecycle.as_ref())
        .is_some_and(|(it, lifecycle)| lifecycle.phase(&it.to).is_open());
    if opens && words.is_empty() {
        let problem = Problem {
            field: None,
            message: Message::new("portal-reopen-needs-reason"),
        };
        return Ok(refuse(&state, &here, &loaded, "", vec![problem]));
    }
    let mut change = Change::transition(&name, loaded.record.id(), step);
    change.comment = (!words.is_empty()).then(|| Comment::public(&words));
    match state.apply(here.ctx(), change).await {
        Ok(outcome) => {
            let place = if outcome.still_visible {
                format!("/portal{}", loaded.address())
            } else {
                "/portal".to_owned()
            };
            Ok(go(&place, Some(&Flash::new("notice-sent", loaded.name()))))
        }
        Err(error) => Ok(refuse(&state, &here, &loaded, &words, problems_of(error)?)),
    }
}

fn refuse(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    typed: &str,
    problems: Vec<Problem>,
) -> Response {
    let words = problems
        .iter()
        .map(|it| say(here.language(), &it.message))
        .collect::<Vec<_>>()
        .join(" ");
    refused(
        show(state, here, loaded, (typed, Some(words))),
        StatusCode::UNPROCESSABLE_ENTITY,
    )
}

/// `GET /portal/search`: texts that may help, before somebody asks.
pub(super) async fn search(State(state): State<AppState>, here: Here) -> Shown {
    let language = here.language();
    let term = here.query.get("q").unwrap_or_default().trim().to_owned();
    let only = here.query.get("type").map(str::to_owned);
    let wanted: Vec<String> = texts(here.ctx())
        .filter(|it| only.as_ref().is_none_or(|name| *name == it.name))
        .map(|it| it.name.clone())
        .collect();
    let words: Vec<String> = term.split_whitespace().take(8).map(str::to_owned).collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut rows = Vec::new();
        for name in &wanted {
            rows.extend(reading.list(&containing(name, &words))?.rows);
        }
        Ok(rows)
    };
    let rows: Vec<Visible> = state.engine().read(here.ctx(), read).await?;
    let ask = askable(here.ctx()).next().map(|it| {
        let query: String = url::form_urlencoded::byte_serialize(term.as_bytes()).collect();
        format!("/portal/new/{}?title={query}", it.name)
    });
    let title = if term.is_empty() {
        text!(language, "portal-read")
    } else {
        text!(language, "portal-found", term = term.as_str())
    };
    let body = html! {
        div class="portal-page" { div class="portal-column" {
            h1 { (title) }
            form class="ask" role="search" aria-label=(text!(language, "portal-ask")) action="/portal/search" {
                (sized_icon("search", IconSize::Large))
                input name="q" value=(term) aria-label=(text!(language, "portal-ask")) placeholder=(text!(language, "portal-ask"));
                button class="button primary" { (text!(language, "portal-search")) }
            }
            @if rows.is_empty() { p { (text!(language, "portal-found-nothing")) } }
            ul class="requests" {
                @for row in &rows {
                    li class="request" { a href=(format!("/portal{}", ui::field::record_href(&row.record_type().name, row.number(), row.id()))) {
                        span class="spot round ice" { (sized_icon("book", IconSize::Large)) }
                        span class="about" { b { (title_of(language, row)) } span class="next" { (row.value("summary").as_text().unwrap_or_default()) } }
                        span class="which" { span { (row.number().unwrap_or_default()) } }
                    } }
                }
            }
            @if let Some(href) = ask { div { a class="button primary" href=(href) { (text!(language, "portal-ask-us")) } } }
        } }
    };
    Ok(here.portal(
        &state,
        Frame {
            title,
            area: "home",
            ..Frame::default()
        },
        &body,
    ))
}

/// Records whose title has one of the words; all where there are none.
fn containing(name: &str, words: &[String]) -> Query {
    let has = |word: &String| {
        Filter::test(
            spine::TITLE,
            Operator::Contains,
            Operand::One(Term::Value(Value::Text(word.clone()))),
        )
    };
    let any = words
        .iter()
        .filter(|it| it.chars().count() > 2)
        .map(has)
        .collect::<Vec<_>>();
    Query {
        record_type: Some(name.to_owned()),
        filter: if any.is_empty() {
            Filter::default()
        } else {
            Filter::Any(any)
        },
        page: Page {
            limit: Some(30),
            after: None,
        },
        ..Query::default()
    }
}
