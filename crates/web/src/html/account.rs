//! One's own settings: language, zone, theme, password, tokens and sessions.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base::{Error, Message, Problem, Refused, Timestamp, Uuid};
use dictionary::Value;
use engine::system::session::{self, Session};
use engine::system::token::{self, Token};
use engine::{Change, Reading, Surface};
use maud::{Markup, html};
use ui::form::{Choice, Control, FormField};
use ui::label::say;
use ui::message::Language;
use ui::page::{THEME_COOKIE, Theme};
use ui::{text, time};

use super::flash::Flash;
use super::shell::{Frame, Here, crumb, go, is_agent, refused};
use super::sign_in::secret;
use crate::auth::{self, NewToken};
use crate::{AppState, Failure, Posted};

const PATH: &str = "/account";
const YEAR: u32 = 365 * 24 * 60 * 60;
const MICROS_PER_DAY: i64 = 86_400_000_000;

type Answer = Result<Response, Failure>;

/// What the page shows besides what is stored.
#[derive(Default)]
struct Told {
    /// What does not fit, by field.
    problems: Vec<Problem>,
    /// The secret of a token that was just made.
    secret: Option<String>,
}

/// `GET /account`
pub(super) async fn page(State(state): State<AppState>, here: Here) -> Answer {
    show(&state, &here, &Told::default()).await
}

async fn show(state: &AppState, here: &Here, told: &Told) -> Answer {
    let (person, now) = (here.ctx().actor.person, here.ctx().now);
    let read = move |reading: &mut Reading<'_, '_>| {
        let preferences = engine::system::actor::load(reading, person)?
            .map(|it| it.1)
            .unwrap_or_default();
        Ok((
            preferences,
            token::of_person(reading.tx, person)?,
            session::of_person(reading.tx, person, now)?,
        ))
    };
    let (preferences, tokens, sessions) = state.engine().read(here.ctx(), read).await?;
    let language = here.language();
    let title = text!(language, "account-title");
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" { h1 { (title) } p class="small-text" { (here.ctx().actor.name) } } }
            (preferences_form(here, preferences.language.as_deref(), preferences.zone.as_deref(), told))
            (password_form(here, told))
            (tokens_part(here, &tokens, told))
            (sessions_part(here, &sessions))
        }
    };
    let frame = Frame {
        title: title.clone(),
        crumbs: vec![
            crumb(text!(language, "home-title"), Some("/")),
            crumb(title, None),
        ],
        ..Frame::default()
    };
    Ok(if is_agent(here.ctx()) {
        here.agent(state, frame, &body)
    } else {
        here.portal(state, frame, &body)
    })
}

fn problem(here: &Here, told: &Told, name: &str) -> Option<String> {
    let found = told
        .problems
        .iter()
        .find(|it| it.field.as_deref() == Some(name))?;
    Some(say(here.language(), &found.message))
}

fn line(
    here: &Here,
    told: &Told,
    (name, label): (&str, String),
    value: &str,
    help: Option<String>,
) -> FormField {
    FormField {
        name: name.to_owned(),
        label,
        help,
        required: false,
        problem: problem(here, told, name),
        control: Control::Line {
            value: value.to_owned(),
            kind: "text",
            most: Some(100),
            offers: Vec::new(),
        },
    }
}

fn preferences_form(
    here: &Here,
    language_tag: Option<&str>,
    zone: Option<&str>,
    told: &Told,
) -> Markup {
    let language = here.language();
    let used = here.ctx().zone.iana_name().unwrap_or("UTC");
    let fields = [
        FormField {
            control: Control::Menu {
                value: language_tag.unwrap_or_default().to_owned(),
                choices: languages(),
                follows: None,
            },
            ..line(
                here,
                told,
                ("language", text!(language, "account-language")),
                "",
                Some(text!(language, "account-language-help")),
            )
        },
        FormField {
            control: Control::Line {
                value: zone.unwrap_or_default().to_owned(),
                kind: "text",
                most: Some(100),
                offers: zones(),
            },
            ..line(
                here,
                told,
                ("zone", text!(language, "account-zone")),
                "",
                Some(text!(language, "account-zone-help", used = used)),
            )
        },
    ];
    let themes = [
        (
            Theme::System,
            "system",
            text!(language, "account-theme-system"),
        ),
        (
            Theme::Light,
            "light",
            text!(language, "account-theme-light"),
        ),
        (Theme::Dark, "dark", text!(language, "account-theme-dark")),
    ];
    html! {
        form class="form card padded" method="post" action=(PATH) {
            (here.csrf())
            h2 { (text!(language, "account-preferences")) }
            (ui::form::grid(language, "", &fields))
            fieldset class="field" {
                legend { (text!(language, "account-theme")) }
                span class="row" { @for (theme, code, words) in &themes {
                    label class="check" { input type="radio" name="theme" value=(code) checked[*theme == here.viewer.theme]; (words) }
                } }
            }
            p { button class="button primary" { (text!(language, "form-save")) } }
        }
    }
}

/// The languages that pages can be read in, each by its own name.
fn languages() -> Vec<Choice> {
    let choice = |tag: &'static str| Choice {
        value: tag.to_owned(),
        label: text!(&Language::from_tag(tag), "language-name"),
        group: None,
    };
    ui::message::languages().map(choice).collect()
}

/// The time zones that the server knows.
fn zones() -> Vec<Choice> {
    let choice = |name: jiff::tz::TimeZoneName<'_>| Choice {
        value: name.to_string(),
        label: String::new(),
        group: None,
    };
    let all = jiff::tz::db().available();
    all.filter(|it| it.as_str().contains('/'))
        .map(choice)
        .collect()
}

fn password_form(here: &Here, told: &Told) -> Markup {
    let language = here.language();
    let help = text!(language, "password-help", least = auth::MIN_PASSWORD_CHARS);
    let mut fields = [
        secret(
            text!(language, "account-password-present"),
            "present",
            "current-password",
            None,
        ),
        secret(
            text!(language, "account-password-new"),
            "new",
            "new-password",
            Some(help),
        ),
    ];
    for field in &mut fields {
        field.problem = problem(here, told, &field.name);
    }
    if fields.iter().all(|it| it.problem.is_none()) {
        // The door of passwords names the field as programs do.
        fields[1].problem = problem(here, told, "password");
    }
    html! {
        form class="form card padded" method="post" action=(format!("{PATH}/password")) {
            (here.csrf())
            h2 { (text!(language, "account-password")) }
            (ui::form::grid(language, "password-", &fields))
            p { button class="button" { (text!(language, "account-password-do")) } }
        }
    }
}

fn tokens_part(here: &Here, tokens: &[Token], told: &Told) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    let at = |it: Timestamp| time::ago(language, &ctx.zone, ctx.now, it);
    let scopes = [
        ("*:read", text!(language, "token-read")),
        ("*:write", text!(language, "token-write")),
        ("*:admin", text!(language, "token-admin")),
    ];
    let name = FormField {
        required: true,
        ..line(
            here,
            told,
            ("name", text!(language, "token-name")),
            "",
            None,
        )
    };
    html! {
        section class="card padded" {
            h2 { (text!(language, "account-tokens")) }
            @if let Some(secret) = &told.secret {
                div class="banner green" role="status" {
                    (ui::icon::icon("key"))
                    div { b { (text!(language, "token-made")) } p { code { (secret) } } p { (text!(language, "token-made-help")) } }
                }
            }
            @if tokens.is_empty() { p class="small-text" { (text!(language, "account-tokens-none")) } }
            @else {
                div class="wide-table" { table class="table stacked" {
                    thead { tr {
                        th scope="col" { (text!(language, "token-name")) } th scope="col" { (text!(language, "token-scopes")) }
                        th scope="col" { (text!(language, "token-used")) } th scope="col" { (text!(language, "token-expires")) }
                        th scope="col" { span class="visually-hidden" { (text!(language, "token-revoke")) } }
                    } }
                    tbody { @for it in tokens { tr {
                        td { (it.name) " " span class="number" { "…" (it.hint) } }
                        td { (it.scopes.join(", ")) }
                        td { @match it.last_used_at { Some(used) => (at(used)), None => (text!(language, "token-never")) } }
                        td { @match it.expires_at { Some(end) => (at(end)), None => (text!(language, "token-never")) } }
                        td { form method="post" action=(format!("{PATH}/tokens/{}/revoke", it.id)) {
                            (here.csrf())
                            button class="button small danger" { (text!(language, "token-revoke")) span class="visually-hidden" { " " (it.name) } }
                        } }
                    } } }
                } }
            }
            form class="form" method="post" action=(format!("{PATH}/tokens")) {
                (here.csrf())
                (ui::form::field(language, "token-", &name))
                fieldset class="field" {
                    legend { (text!(language, "token-scopes")) }
                    span class="row" { @for (position, (scope, words)) in scopes.iter().enumerate() {
                        label class="check" { input type="radio" name="scope" value=(scope) checked[position == 0]; (words) }
                    } }
                }
                p class="field" {
                    label for="token-days" { (text!(language, "token-days")) }
                    span class="select" {
                        select class="input" id="token-days" name="days" {
                            @for days in [30_i64, 90, 365] { option value=(days) { (text!(language, "token-days-count", count = days)) } }
                            option value="" { (text!(language, "token-never")) }
                        }
                        (ui::icon::icon("down"))
                    }
                }
                p { button class="button" { (text!(language, "token-make")) } }
            }
        }
    }
}

fn sessions_part(here: &Here, sessions: &[Session]) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    html! {
        section class="card padded" {
            h2 { (text!(language, "account-sessions")) }
            div class="wide-table" { table class="table stacked" {
                thead { tr {
                    th scope="col" { (text!(language, "session-browser")) } th scope="col" { (text!(language, "session-address")) }
                    th scope="col" { (text!(language, "session-seen")) }
                    th scope="col" { span class="visually-hidden" { (text!(language, "session-end")) } }
                } }
                tbody { @for it in sessions { tr {
                    td { (it.agent.chars().take(60).collect::<String>()) @if it.id == here.viewer.session.id { " " span class="tag ice" { (text!(language, "session-this")) } } }
                    td { (it.address) }
                    td { (time::ago(language, &ctx.zone, ctx.now, it.last_seen_at)) }
                    td { @if it.id != here.viewer.session.id { form method="post" action=(format!("{PATH}/sessions/{}/end", it.id)) {
                        (here.csrf())
                        button class="button small" { (text!(language, "session-end")) }
                    } } }
                } } }
            } }
        }
    }
}

/// `POST /account`. People keep their own language and zone, whatever else they may change.
pub(super) async fn save(State(state): State<AppState>, posted: Posted) -> Answer {
    let here = Here::after(posted.viewer);
    let text = |name: &str| {
        posted
            .form
            .get(name)
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
    };
    let (language, zone) = (text("language"), text("zone"));
    let unknown = zone
        .as_deref()
        .filter(|it| jiff::tz::TimeZone::get(it).is_err());
    if let Some(zone) = unknown {
        let message = Message::new("zone-unknown").with("zone", zone);
        let problems = vec![Problem {
            field: Some("zone".to_owned()),
            message,
        }];
        let page = show(
            &state,
            &here,
            &Told {
                problems,
                secret: None,
            },
        )
        .await?;
        return Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let me = here.ctx().actor.person;
    let value = |it: Option<String>| it.map_or(Value::Null, Value::Text);
    let mut change = Change::update(ui::field::PERSON, me)
        .with_value("language", value(language))
        .with_value("zone", value(zone));
    change.on_behalf_of = Some(me);
    match state
        .apply(&here.ctx().as_system(Surface::Page), change)
        .await
    {
        Ok(_) => {}
        Err(Error::Refused(Refused::Invalid(problems))) => {
            let page = show(
                &state,
                &here,
                &Told {
                    problems,
                    secret: None,
                },
            )
            .await?;
            return Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(error) => return Err(error.into()),
    }
    state.identities().forget_all();
    let mut response = go(
        PATH,
        Some(&Flash::new("notice-saved", here.ctx().actor.name.clone())),
    );
    let theme = posted
        .form
        .get("theme")
        .filter(|it| ["system", "light", "dark"].contains(it))
        .unwrap_or("system");
    let cookie = format!("{THEME_COOKIE}={theme}; Path=/; SameSite=Lax; Max-Age={YEAR}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /account/password`
pub(super) async fn password(State(state): State<AppState>, posted: Posted) -> Answer {
    let here = Here::after(posted.viewer);
    let text = |name: &str| posted.form.get(name).unwrap_or_default().to_owned();
    let who = (here.ctx().actor.person, Some(here.viewer.session.id));
    match auth::change_password(
        &state,
        &here.viewer.info,
        who,
        (text("present"), text("new")),
    )
    .await
    {
        Ok(()) => Ok(go(PATH, Some(&Flash::new("notice-password", "")))),
        Err(error) => again(&state, &here, error).await,
    }
}

/// `POST /account/tokens`: the secret is shown in the answer, now and never again.
pub(super) async fn make_token(State(state): State<AppState>, posted: Posted) -> Answer {
    let here = Here::after(posted.viewer);
    let days: Option<i64> = posted.form.get("days").and_then(|it| it.parse().ok());
    let wish = NewToken {
        name: posted.form.get("name").unwrap_or_default().to_owned(),
        scopes: posted.form.all("scope").map(str::to_owned).collect(),
        expires_at: days.map(|it| {
            here.ctx()
                .now
                .plus_micros(it.saturating_mul(MICROS_PER_DAY))
                .to_string()
        }),
    };
    match auth::mint_token(&state, here.ctx(), wish).await {
        Ok(made) => {
            show(
                &state,
                &here,
                &Told {
                    secret: Some(made.secret),
                    problems: Vec::new(),
                },
            )
            .await
        }
        Err(error) => again(&state, &here, error).await,
    }
}

/// `POST /account/tokens/{id}/revoke`
pub(super) async fn revoke_token(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    auth::revoke_token(&state, &posted.viewer.ctx, id).await?;
    Ok(go(PATH, Some(&Flash::new("notice-saved", ""))))
}

/// `POST /account/sessions/{id}/end`
pub(super) async fn end_session(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Answer {
    auth::end_session(&state, posted.viewer.ctx.actor.person, id).await?;
    Ok(go(PATH, Some(&Flash::new("notice-saved", ""))))
}

async fn again(state: &AppState, here: &Here, error: Error) -> Answer {
    let problems = match error {
        Error::Refused(Refused::Invalid(problems)) => problems,
        other => return Err(other.into()),
    };
    let page = show(
        state,
        here,
        &Told {
            problems,
            secret: None,
        },
    )
    .await?;
    Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY))
}
