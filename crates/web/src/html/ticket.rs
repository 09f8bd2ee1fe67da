//! One request as its requester reads it: the conversation, what can be done, and texts that may help.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{MICROS_PER_DAY, Message, Problem, Timestamp};
use dictionary::{FieldDef, Filter, Kind, Phase, Query, Transition, TypeDef, Value, spine};
use engine::system::attachment::Attachment;
use engine::{Change, Comment, Ctx, Shape, TimelineItem, Visibility};
use maud::{Markup, html};
use ui::field::{record_href, view};
use ui::files::Files;
use ui::icon::icon;
use ui::label::{self, say};
use ui::markdown::plain_text;
use ui::portal::{Answer, Said, Stage, Ticket, ticket};
use ui::record::title_of;
use ui::text;

use super::act::{problems_of, require_step};
use super::article;
use super::elsewhere::goes_on;
use super::files::{Brought, most};
use super::flash::Flash;
use super::portal::{is_party, request};
use super::record::{Loaded, last_words, load};
use super::shell::{Frame, Here, go, refused};
use crate::viewer::PostedWithFiles;
use crate::{AppState, Failure, Posted};

/// Words of a conversation that are shown at first.
const LATEST: usize = 30;
/// Field that says which record was over when this one was opened by a reply, where a type has it.
const CONTINUES: &str = "continues";
/// Longest question shown in the banner.
const MOST_ASKED: usize = 240;

type Key = Path<(String, String)>;
type Shown = Result<Response, Failure>;

/// `GET /portal/{type}/{key}`
pub(super) async fn page(
    State(state): State<AppState>,
    Path((name, record)): Key,
    here: Here,
) -> Shown {
    let loaded = load(&state, &here, &name, &record).await?;
    if let Some(there) = goes_on(&here, &loaded, "/portal") {
        return Ok(there);
    }
    if loaded.of.field(spine::REQUESTER).is_none() {
        return article::show(&state, &here, &loaded).await;
    }
    show(&state, &here, &loaded, ("", None)).await
}

async fn show(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    (typed, problem): (&str, Option<String>),
) -> Shown {
    let frame = Frame {
        title: title_of(here.language(), &loaded.record),
        area: "requests",
        ..Frame::default()
    };
    let (language, ctx) = (here.language(), here.ctx());
    let reader = here.reader(&loaded.titles);
    let request = request(here, &loaded.record);
    let over = request.stage == Stage::Over;
    let continues = over && loaded.of.field(CONTINUES).is_some();
    let there = if continues {
        continued(state, here, loaded).await?
    } else {
        None
    };
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
    let address = loaded.address();
    let place = format!("/portal{address}");
    let files = loaded.files_at(ctx, &address, &place);
    let body = ticket(&Ticket {
        reader,
        opened: loaded.record.value(spine::OPENED_AT).as_instant(),
        asker: asker(here, loaded),
        talk: talk(here, loaded, files),
        files,
        facts: facts(here, loaded),
        actions: actions(here, loaded),
        answer: ((!over || (continues && there.is_none())) && loaded.may(ctx, "comment")).then(
            || Answer {
                note: over.then(|| text!(language, "portal-answer-late")),
                action: format!("{place}/answer"),
                hidden: here.csrf(),
                files: most(ctx, loaded.may(ctx, "attach")),
                typed: typed.to_owned(),
                problem,
            },
        ),
        asked,
        until: (request.stage == Stage::Done)
            .then(|| closes(ctx, loaded))
            .flatten(),
        goes_on: there.map(|(href, name)| {
            (
                href,
                text!(language, "portal-answer-continued", name = name),
            )
        }),
        request,
    });
    Ok(here.portal(
        state,
        Frame {
            body_class: if over { "" } else { "with-answer" },
            ..frame
        },
        &body,
    ))
}

/// The open record in which one goes on that is over, as address and name.
async fn continued(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
) -> Result<Option<(String, String)>, Failure> {
    let query = Query {
        record_type: Some(loaded.of.name.clone()),
        filter: Filter::All(vec![
            Filter::equal(CONTINUES, Value::Reference(loaded.record.id())),
            Filter::equal(spine::OPEN, Value::Boolean(true)),
        ]),
        ..Query::default()
    };
    let read = state.engine().read(here.ctx(), move |it| it.list(&query));
    let page = read.await?;
    Ok(page.rows.first().map(|it| {
        let href = record_href(&loaded.of.name, it.number(), it.id());
        let name = it.number().map(str::to_owned);
        let name = name.unwrap_or_else(|| title_of(here.language(), it));
        (format!("/portal{href}"), name)
    }))
}

/// Settings that say how long something that is done can be taken up again, and when it closes by itself.
const UNTIL: [&str; 2] = ["reopen_days", "auto_close_days"];

/// Until when the ticket can be taken up again: the nearer end of what the settings of its type say; 0 days are no end.
fn closes(ctx: &Ctx, loaded: &Loaded) -> Option<Timestamp> {
    let settings = &ctx.snapshot.settings;
    let organisation = loaded.record.value(spine::ORGANISATION).as_reference();
    let ends = UNTIL.iter().filter_map(|name| {
        let key = format!("{}.{name}", loaded.of.name);
        let declared = settings.declared().find(|it| it.key == key)?;
        let Shape::DaysSince(field) = declared.shape else {
            return None;
        };
        let days = settings.get::<u32>(ctx.tenant, organisation, &key).ok()?;
        let since = loaded.record.value(field).as_instant()?;
        let span = i64::from(*days).saturating_mul(MICROS_PER_DAY);
        (*days > 0).then(|| since.plus_micros(span))
    });
    ends.min()
}

/// Who asked, where the reader only follows.
fn asker(here: &Here, loaded: &Loaded) -> Option<String> {
    if is_party(here.ctx(), &loaded.record) {
        return None;
    }
    let person = loaded.record.value(spine::REQUESTER).as_reference();
    let title = person.and_then(|it| loaded.titles.get(it));
    let known = title.map(|it| it.title.clone());
    Some(known.unwrap_or_else(|| text!(here.language(), "portal-somebody")))
}

/// The first report, and then every public word.
fn talk(here: &Here, loaded: &Loaded, files: Files<'_>) -> Vec<Said> {
    let (me, record, language) = (here.ctx().actor.person, &loaded.record, here.language());
    let mut talk = Vec::new();
    let mut alone: Vec<&Attachment> = files.all.iter().collect();
    alone.retain(|it| it.journal_entry.is_none() && it.visibility == Visibility::Public);
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
    let created = record.value(spine::CREATED_AT).as_instant();
    let came_along = |it: &Attachment| it.journal_entry.is_none() && Some(it.at) == created;
    if let Some((_, value)) = first {
        let who = requester.unwrap_or_default();
        let body = value.as_text().unwrap_or_default().to_owned();
        talk.push(Said::Words {
            name: name(who),
            mine: who == me,
            at: opened.unwrap_or(here.ctx().now),
            body,
            files: files.show(language, came_along),
            origin: None,
        });
        alone.retain(|it| !came_along(it));
    }
    if let Some(person) = record
        .value(spine::ASSIGNEE)
        .as_reference()
        .filter(|it| *it != me)
    {
        let words = text!(here.language(), "portal-takes-care", name = name(person));
        talk.push(Said::Happened { words });
    }
    let mut later: Vec<(Timestamp, Said)> = Vec::new();
    for entry in &loaded.timeline.entries {
        if let TimelineItem::Comment {
            entry: id,
            text,
            visibility: Visibility::Public,
            ..
        } = &entry.item
        {
            let origin = loaded.origins.by_change.get(&entry.change_id);
            let said = Said::Words {
                name: name(entry.actor),
                mine: entry.actor == me,
                at: entry.at,
                body: text.clone(),
                files: match origin {
                    Some(origin) => origin.files_of(language, *id),
                    None => files.of_entry(language, *id),
                },
                origin: origin.map(|it| it.name.clone()),
            };
            later.push((entry.at, said));
        }
    }
    let own = (alone, files);
    let mut all = vec![own];
    for origin in &loaded.origins.all {
        let mut alone: Vec<&Attachment> = origin.files.iter().collect();
        alone.retain(|it| it.journal_entry.is_none() && it.visibility == Visibility::Public);
        all.push((alone, origin.files()));
    }
    for (alone, files) in &all {
        // Files that came at once came with one change.
        for together in alone.chunk_by(|left, right| (left.at, left.by) == (right.at, right.by)) {
            let (at, by) = (together[0].at, together[0].by);
            let said = Said::Files {
                name: name(by),
                mine: by == me,
                at,
                files: files.show(language, |it| together.contains(&it)),
            };
            later.push((at, said));
        }
    }
    later.sort_by_key(|it| it.0);
    let out_of_sight = later.len().saturating_sub(LATEST);
    if out_of_sight > 0 && here.query.get("from").is_none() {
        later.drain(..out_of_sight);
        talk.push(Said::Earlier {
            href: format!("/portal{}?from=1", loaded.address()),
        });
    }
    talk.extend(later.into_iter().map(|it| it.1));
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

/// `POST /portal/{type}/{key}/answer`
pub(super) async fn answer(
    State(state): State<AppState>,
    Path((name, record)): Key,
    posted: PostedWithFiles,
) -> Shown {
    let (here, form, brought) = Brought::of(posted);
    let loaded = load(&state, &here, &name, &record).await?;
    let body = form.get("body").unwrap_or_default().to_owned();
    let change = brought.with_words(&name, loaded.record.id(), Comment::public(&body));
    match brought.apply(&state, here.ctx(), change).await? {
        Ok(_) => {
            let over = request(&here, &loaded.record).stage == Stage::Over;
            let there = if over && loaded.of.field(CONTINUES).is_some() {
                continued(&state, &here, &loaded).await?
            } else {
                None
            };
            let own = || format!("/portal{}", loaded.address());
            let (place, key) = there.map_or_else(
                || (own(), "notice-sent"),
                |(href, _)| (href, "notice-continued"),
            );
            let flash = Flash::new(key, loaded.name());
            Ok(brought.answered(go(&place, Some(&flash))))
        }
        Err(problems) => refuse(&state, &here, &loaded, &body, problems).await,
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
    require_step(&loaded, &step)?;
    let words = posted
        .form
        .get("comment")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let taken = loaded.transitions(here.ctx()).find(|it| it.name == step);
    let now = taken.map(|it| label::state(here.language(), &loaded.of, &it.to).1);
    let opens = taken
        .zip(loaded.of.lifecycle.as_ref())
        .is_some_and(|(it, lifecycle)| lifecycle.phase(&it.to).is_open());
    if opens && words.is_empty() {
        let problem = Problem {
            field: None,
            message: Message::new("portal-reopen-needs-reason"),
        };
        return refuse(&state, &here, &loaded, "", vec![problem]).await;
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
            let flash = Flash::new("notice-step", loaded.name());
            let flash = flash.with_state(now.unwrap_or_default());
            Ok(go(&place, Some(&flash)))
        }
        Err(error) => refuse(&state, &here, &loaded, &words, problems_of(error)?).await,
    }
}

async fn refuse(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    typed: &str,
    problems: Vec<Problem>,
) -> Shown {
    let words = problems
        .iter()
        .map(|it| say(here.language(), &it.message))
        .collect::<Vec<_>>()
        .join(" ");
    let shown = show(state, here, loaded, (typed, Some(words))).await?;
    Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
}
