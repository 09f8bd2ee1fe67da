//! What stands beside a record's fields: followers, links, deletion and restoring.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Refused, Uuid};
use dictionary::{Value, spine};
use engine::{Action, Change};
use maud::html;
use ui::label::say;
use ui::record::Composer;
use ui::text;

use super::act::{frame, is_conflict, problems_of, version};
use super::edit::conflict;
use super::flash::Flash;
use super::hanging;
use super::input;
use super::record::{load, show};
use super::shell::{Frame, Here, crumb, go, refused};
use crate::{AppState, Failure, Posted};

type Key = Path<(String, String)>;
type Answer = Result<Response, Failure>;

/// `POST /{type}/{key}/follow`: the one who asks, or the person who is named.
pub(super) async fn follow(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let person = match posted.form.get("person").filter(|it| !it.trim().is_empty()) {
        None => Ok(here.ctx().actor.person),
        Some(text) => input::found(&state, here.ctx(), Some(ui::field::PERSON), text).await?,
    };
    match person {
        Ok(person) => {
            beside(
                &state,
                &here,
                (&name, &key),
                Action::Follow(person),
                "notice-following",
            )
            .await
        }
        Err(message) => not_done(&state, &here, (&name, &key), &message).await,
    }
}

/// `POST /{type}/{key}/unfollow`
pub(super) async fn unfollow(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let me = here.ctx().actor.person;
    beside(
        &state,
        &here,
        (&name, &key),
        Action::Unfollow(me),
        "notice-not-following",
    )
    .await
}

/// `POST /{type}/{key}/link`
pub(super) async fn link(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let kind = posted.form.get("kind").unwrap_or("related").to_owned();
    let to = posted.form.get("to").unwrap_or_default();
    match input::found(&state, here.ctx(), None, to).await? {
        Ok(to) => {
            let action = Action::Link {
                kind,
                to,
                primary: false,
            };
            beside(&state, &here, (&name, &key), action, "notice-linked").await
        }
        Err(message) => not_done(&state, &here, (&name, &key), &message).await,
    }
}

/// `POST /{type}/{key}/unlink`
pub(super) async fn unlink(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let kind = posted.form.get("kind").unwrap_or_default().to_owned();
    let to = posted
        .form
        .get("to")
        .and_then(|it| Uuid::try_parse(it).ok())
        .unwrap_or_default();
    beside(
        &state,
        &here,
        (&name, &key),
        Action::Unlink { kind, to },
        "notice-unlinked",
    )
    .await
}

/// `POST /{type}/{key}/child/{child}`: work below this record, by its title alone.
pub(super) async fn child(
    State(state): State<AppState>,
    Path((name, key, child)): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    let title = posted.form.get(spine::TITLE).unwrap_or_default().trim();
    let mut change =
        Change::create(&child).with_value("parent", Value::Reference(loaded.record.id()));
    if !title.is_empty() {
        change = change.with_value(spine::TITLE, Value::Text(title.to_owned()));
    }
    let problem = match state.apply(here.ctx(), change).await {
        Ok(outcome) => {
            let told = Flash::new("notice-created", outcome.number.unwrap_or_default());
            return Ok(go(&loaded.address(), Some(&told)));
        }
        Err(error) => problems_of(error)?.into_iter().next(),
    };
    let unknown = || Message::new("refused-required");
    let message = problem.map_or_else(unknown, |it| it.message);
    not_done(&state, &here, (&name, &key), &message).await
}

async fn beside(
    state: &AppState,
    here: &Here,
    (name, key): (&str, &str),
    action: Action,
    done: &'static str,
) -> Answer {
    let loaded = load(state, here, name, key).await?;
    match state
        .apply(here.ctx(), Change::of(name, loaded.record.id(), action))
        .await
    {
        Ok(_) => Ok(go(
            &loaded.address(),
            Some(&Flash::new(done, loaded.name())),
        )),
        Err(error) => {
            let problems = problems_of(error)?;
            let first = problems.into_iter().next().map(|it| it.message);
            not_done(
                state,
                here,
                (name, key),
                &first.unwrap_or(Message::new("step-not-now")),
            )
            .await
        }
    }
}

/// The record's page with what is wrong, where its form has no page of its own.
async fn not_done(
    state: &AppState,
    here: &Here,
    (name, key): (&str, &str),
    message: &Message,
) -> Answer {
    let loaded = load(state, here, name, key).await?;
    let typed = Composer {
        problem: Some(say(here.language(), message)),
        ..Composer::default()
    };
    Ok(refused(
        show(state, here, &loaded, typed),
        StatusCode::UNPROCESSABLE_ENTITY,
    ))
}

/// `GET /{type}/{key}/delete`
pub(super) async fn delete_page(
    State(state): State<AppState>,
    Path((name, key)): Key,
    here: Here,
) -> Answer {
    let loaded = load(&state, &here, &name, &key).await?;
    let language = here.language();
    let title = text!(language, "delete-title", name = loaded.name());
    let hangs = hanging::of_record(&state, &here, &loaded).await?;
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            form class="form" method="post" {
                (here.hidden(loaded.record.version()))
                p { b { (ui::record::title_of(language, &loaded.record)) } }
                p { (text!(language, "delete-words")) }
                (hanging::told(&here, &loaded, &hangs))
                p class="field wide" {
                    label for="reason" { (text!(language, "delete-reason")) }
                    input class="input" id="reason" name="reason" maxlength="255" required;
                }
                div class="form-actions" {
                    button class="button danger solid" { (text!(language, "delete-do")) }
                    a class="button" href=(loaded.address()) { (text!(language, "delete-keep")) }
                }
            }
        }
    };
    Ok(here.agent(&state, frame(&here, &loaded, title), &body))
}

/// `POST /{type}/{key}/delete`
pub(super) async fn delete(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    let id = loaded.record.id();
    let mut change = Change::of(&name, id, Action::Delete);
    change.expected_version = version(&posted.form);
    change.reason = posted
        .form
        .get("reason")
        .map(str::to_owned)
        .filter(|it| !it.trim().is_empty());
    match state.apply(here.ctx(), change).await {
        Ok(_) => {
            let flash = Flash::new("notice-deleted", loaded.name())
                .with_step(format!("/{name}/{id}/restore"));
            Ok(go(&format!("/{name}"), Some(&flash)))
        }
        Err(error) if is_conflict(&error) => Ok(conflict(
            &state,
            &here,
            &loaded,
            version(&posted.form),
            maud::Markup::default(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// `GET /{type}/{id}/restore`
pub(super) async fn restore_page(
    State(state): State<AppState>,
    Path((name, key)): Key,
    here: Here,
) -> Answer {
    let language = here.language();
    let title = text!(language, "restore-title");
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            form class="form" method="post" action=(format!("/{name}/{key}/restore")) {
                (here.csrf())
                p { (text!(language, "restore-words")) }
                div class="form-actions" {
                    button class="button primary" { (text!(language, "restore-do")) }
                    a class="button" href=(format!("/{name}")) { (text!(language, "form-cancel")) }
                }
            }
        }
    };
    let crumbs = vec![
        crumb(text!(language, "home-title"), Some("/")),
        crumb(title.clone(), None),
    ];
    Ok(here.agent(
        &state,
        Frame {
            title,
            area: "desk",
            active: name,
            crumbs,
            ..Frame::default()
        },
        &body,
    ))
}

/// `POST /{type}/{id}/restore`
pub(super) async fn restore(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let of = here.ctx().record_type(&name);
    let of =
        of.ok_or_else(|| Refused::NotFound(Message::new("type-unknown").with("type", &name)))?;
    let sought = key.clone();
    let found = state
        .engine()
        .read(here.ctx(), move |it| it.deleted(&of, &sought));
    let id = found.await?;
    let outcome = state
        .apply(here.ctx(), Change::of(&name, id, Action::Restore))
        .await?;
    let shown = outcome.number.unwrap_or(key);
    Ok(go(
        &format!("/{name}/{shown}"),
        Some(&Flash::new("notice-restored", shown.clone())),
    ))
}
