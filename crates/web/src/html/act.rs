//! What forms on a record's page do: steps, comments, handing over, followers, links, deletion.
//!
//! Each ends with the record's page again, or with the same form, what was typed, and what is wrong.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Message, Problem, Refused};
use dictionary::{Transition, Value, spine};
use engine::{Action, Change, Comment};
use flow::uses::Use;
use maud::html;
use ui::form::{problems, sections};
use ui::label::{self, say};
use ui::record::Composer;
use ui::text;

use super::duplicate;
use super::edit::conflict;
use super::files::Brought;
use super::flash::Flash;
use super::hanging;
use super::input;
use super::leads_on::{led_to, named_in};
use super::record::{Loaded, load, show, step_sections, with_comment};
use super::shell::{Frame, Here, crumb, go, refused};
use crate::viewer::PostedWithFiles;
use crate::{AppState, Failure, FormData, Posted};

type Key = Path<(String, String)>;
type Answer = Result<Response, Failure>;

/// What is wrong with a change, as fields and sentences; failures of ours and missing rights go further up.
pub(super) fn problems_of(error: Error) -> Result<Vec<Problem>, Failure> {
    match error {
        Error::Refused(Refused::Invalid(problems)) => Ok(problems),
        Error::Refused(
            Refused::Conflict {
                message,
                current_version: None,
            }
            | Refused::BadRequest(message),
        ) => Ok(vec![Problem {
            field: None,
            message,
        }]),
        other => Err(other.into()),
    }
}

/// Whether somebody else changed the record meanwhile.
pub(super) fn is_conflict(error: &Error) -> bool {
    matches!(
        error,
        Error::Refused(Refused::Conflict {
            current_version: Some(_),
            ..
        })
    )
}

/// The version that the form was written for.
pub(super) fn version(form: &FormData) -> Option<i64> {
    form.get("version").and_then(|it| it.parse().ok())
}

/// `POST /{type}/{key}/comment`
pub(super) async fn comment(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: PostedWithFiles,
) -> Answer {
    let (here, form, brought) = Brought::of(posted);
    let loaded = load(&state, &here, &name, &key).await?;
    let body = form.get("body").unwrap_or_default().to_owned();
    let private = form.get("visibility") == Some("private");
    let mut comment = if private {
        Comment::private(&body)
    } else {
        Comment::public(&body)
    };
    comment.minutes_worked = form.get("minutes").and_then(|it| it.trim().parse().ok());
    comment.to_children = !private && form.get("to_children").is_some();
    let change = brought.with_words(&name, loaded.record.id(), comment);
    match brought.apply(&state, here.ctx(), change).await? {
        Ok(_) => {
            let key = if private {
                "notice-noted"
            } else {
                "notice-sent"
            };
            let flash = Flash::new(key, loaded.name());
            Ok(brought.answered(go(&loaded.address(), Some(&flash))))
        }
        Err(problems) => {
            let said = problems
                .iter()
                .map(|it| say(here.language(), &it.message))
                .collect::<Vec<_>>()
                .join(" ");
            let typed = Composer {
                typed: body,
                typed_private: private,
                problem: Some(said),
                ..Composer::default()
            };
            Ok(refused(
                show(&state, &here, &loaded, typed),
                StatusCode::UNPROCESSABLE_ENTITY,
            ))
        }
    }
}

/// `GET /{type}/{key}/step/{transition}`
pub(super) async fn step_page(
    State(state): State<AppState>,
    Path((name, key, step)): Path<(String, String, String)>,
    here: Here,
) -> Answer {
    let loaded = load(&state, &here, &name, &key).await?;
    require_step(&loaded, &step)?;
    let transition = transition(&here, &loaded, &step)?;
    let hangs = hanging::of_step(&state, &here, &loaded, transition).await?;
    let texts = duplicate::brought(&loaded.asked_by(transition), &here.query);
    let above = duplicate::preview(&state, &here, (&loaded, transition), &texts).await?;
    Ok(step_form(
        &state,
        &here,
        &loaded,
        transition,
        &texts,
        (&above, (&[], "", &hangs)),
    ))
}

/// `POST /{type}/{key}/step/{transition}`
pub(super) async fn step(
    State(state): State<AppState>,
    Path((name, key, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    require_step(&loaded, &step)?;
    // Somebody was faster: the page shows where it stands now.
    let Ok(transition) = transition(&here, &loaded, &step) else {
        let typed = Composer {
            typed: posted.form.get("comment").unwrap_or_default().to_owned(),
            ..Composer::default()
        };
        let problem = Some(text!(here.language(), "step-not-now"));
        return Ok(refused(
            show(&state, &here, &loaded, Composer { problem, ..typed }),
            StatusCode::CONFLICT,
        ));
    };
    let fields = loaded.asked_by(transition);
    let sent = input::sent(&fields, &posted.form);
    let (set, mut wrong) =
        input::read(&state, here.ctx(), &fields, &sent, &input::Texts::new()).await?;
    let said = posted.form.get("comment").unwrap_or_default().to_owned();
    let hangs = hanging::of_step(&state, &here, &loaded, transition).await?;
    let is_told = hangs.is_empty() || hanging::is_known(&posted.form);
    if wrong.is_empty() && is_told {
        let into = set.get(duplicate::MERGED_INTO);
        let into = into.and_then(Value::as_reference);
        let mut change = Change::transition(&name, loaded.record.id(), &step);
        change.set = set;
        change.expected_version = version(&posted.form);
        if !said.trim().is_empty() {
            change.comment = Some(Comment::public(&said));
        }
        match state.apply(here.ctx(), change).await {
            Ok(outcome) => {
                let own = (&*loaded.of, outcome.record);
                if outcome.still_visible
                    && let Some(there) = led_to(&state, &here, own, named_in(&loaded)).await?
                {
                    return Ok(there);
                }
                if let Some(into) = into.filter(|_| duplicate::merges(transition))
                    && let Some(there) = duplicate::led_to(&state, &here, &loaded, into).await?
                {
                    return Ok(there);
                }
                return Ok(if outcome.still_visible {
                    let (_, state) = label::state(here.language(), &loaded.of, &transition.to);
                    let flash = Flash::new("notice-step", loaded.name()).with_state(state);
                    go(&loaded.address(), Some(&flash))
                } else {
                    after(&loaded, false, "notice-handed-over")
                });
            }
            Err(error) if is_conflict(&error) => {
                return Ok(conflict(
                    &state,
                    &here,
                    &loaded,
                    version(&posted.form),
                    step_body(&here, &loaded, transition, &sent, (&[], &said, &hangs)),
                ));
            }
            Err(error) => wrong = problems_of(error)?,
        }
    }
    let status = match wrong.is_empty() {
        true => StatusCode::CONFLICT,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let beside = (&*wrong, &*said, &*hangs);
    let above = duplicate::preview(&state, &here, (&loaded, transition), &sent).await?;
    let form = step_form(&state, &here, &loaded, transition, &sent, (&above, beside));
    Ok(refused(form, status))
}

/// What is wrong with a step, what is said with it, and what hangs on the record.
type Beside<'a> = (&'a [Problem], &'a str, &'a [Use]);

/// Refuses a step that no record of the type ever takes; one that is not to be taken now is another matter.
pub(super) fn require_step(loaded: &Loaded, name: &str) -> Result<(), Refused> {
    let lifecycle = loaded.of.lifecycle.as_ref();
    if lifecycle.is_some_and(|it| it.transition(name).is_some()) {
        return Ok(());
    }
    let message = Message::new("step-unknown").with("name", name);
    Err(Refused::NotFound(message))
}

fn transition<'a>(
    here: &'a Here,
    loaded: &'a Loaded,
    name: &str,
) -> Result<&'a Transition, Failure> {
    let found = loaded.transitions(here.ctx()).find(|it| it.name == name);
    let unknown = || Refused::Conflict {
        message: Message::new("step-not-now"),
        current_version: None,
    };
    Ok(found.ok_or_else(unknown)?)
}

fn step_form(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    transition: &Transition,
    sent: &input::Texts,
    (above, beside): (&maud::Markup, Beside<'_>),
) -> Response {
    let title = label::label(here.language(), &transition.label);
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            (above)
            (step_body(here, loaded, transition, sent, beside))
        }
    };
    here.agent(state, frame(here, loaded, title), &body)
}

fn step_body(
    here: &Here,
    loaded: &Loaded,
    transition: &Transition,
    sent: &input::Texts,
    (wrong, said, hangs): Beside<'_>,
) -> maud::Markup {
    let language = here.language();
    let shown = loaded.asked_by(transition);
    let of_comment = wrong
        .iter()
        .find(|it| it.field.as_deref() == Some("comment"));
    let of_comment = of_comment.map(|it| say(language, &it.message));
    let fields = step_sections(here, loaded, transition, sent, wrong);
    let fields = with_comment(
        here,
        loaded,
        transition,
        fields,
        said.to_owned(),
        of_comment,
    );
    let on_form = |it: &&Problem| {
        it.field
            .as_deref()
            .is_none_or(|name| name != "comment" && !shown.iter().any(|field| field.name == name))
    };
    let general: Vec<String> = wrong
        .iter()
        .filter(on_form)
        .map(|it| say(language, &it.message))
        .collect();
    html! {
        form class="form" method="post" action=(format!("{}/step/{}", loaded.address(), transition.name)) data-guard {
            (here.hidden(loaded.record.version()))
            (hanging::told(here, loaded, hangs))
            (problems(language, "", &fields, &general))
            (sections(language, "", &fields))
            div class="form-actions" {
                button class="button primary" { (label::label(language, &transition.label)) }
                a class="button quiet" href=(loaded.address()) { (text!(language, "form-cancel")) }
            }
        }
    }
}

/// The frame of a page about a record that is not the record's own.
pub(super) fn frame(here: &Here, loaded: &Loaded, title: String) -> Frame {
    let plural = label::label(here.language(), &loaded.of.plural);
    Frame {
        title: format!("{title} · {}", loaded.name()),
        area: "desk",
        active: loaded.of.name.clone(),
        crumbs: vec![
            crumb(plural, Some(&format!("/{}", loaded.of.name))),
            crumb(loaded.name(), Some(&loaded.address())),
            crumb(title, None),
        ],
        of: Some(loaded.of.clone()),
        ..Frame::default()
    }
}

/// Back to the record, or to the list where it went out of sight.
pub(super) fn after(loaded: &Loaded, still_visible: bool, key: &'static str) -> Response {
    if still_visible {
        return go(&loaded.address(), Some(&Flash::new(key, loaded.name())));
    }
    go(
        &format!("/{}", loaded.of.name),
        Some(&Flash::new("notice-handed-over", loaded.name())),
    )
}

/// Hands a record to the one who asks; where no team has it, to their first team as well.
pub(super) fn to_me(loaded: &Loaded, ctx: &engine::Ctx) -> Change {
    let mut change = Change::of(&loaded.of.name, loaded.record.id(), Action::Assign);
    change.set.insert(
        spine::ASSIGNEE.to_owned(),
        Value::Reference(ctx.actor.person),
    );
    let free = loaded.record.value(spine::TEAM).is_null() && loaded.of.field(spine::TEAM).is_some();
    if let Some(team) = ctx.actor.teams.first().filter(|_| free) {
        change
            .set
            .insert(spine::TEAM.to_owned(), Value::Reference(*team));
    }
    change
}
