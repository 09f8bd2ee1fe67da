//! Signing in and out, and the link that makes the first administrator.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base::{Error, Message, Refused};
use maud::{Markup, html};
use ui::form::{Control, FormField, FormSection, problems};
use ui::icon::icon;
use ui::label::say;
use ui::message::Language;
use ui::text;

use super::flash::Flash;
use super::shell::{bare, go, refused};
use crate::auth::{self, FirstAdministrator, SignIn};
use crate::{AppState, Failure, FormData, Posted, Viewer, Visitor, VisitorPosted, cookie};

/// `GET /sign-in`
pub(super) async fn page(
    State(state): State<AppState>,
    viewer: Option<Viewer>,
    visitor: Visitor,
    query: FormData,
) -> Response {
    let next = next(&query);
    if viewer.is_some() {
        return go(&next, None);
    }
    let ended = query.get("ended").is_some();
    show(&state, &visitor, (&next, ended), ("", None))
}

/// `POST /sign-in`
pub(super) async fn send(
    State(state): State<AppState>,
    posted: VisitorPosted,
) -> Result<Response, Failure> {
    let VisitorPosted {
        visitor,
        form,
        agent,
    } = posted;
    let next = next(&form);
    let ended = form.get("ended").is_some();
    let login = form.get("login").unwrap_or_default().trim().to_owned();
    let typed = SignIn {
        login: login.clone(),
        password: form.get("password").unwrap_or_default().to_owned(),
    };
    let language = &visitor.language;
    let (status, words) = match auth::sign_in(&state, &visitor.info, agent.as_deref(), typed).await
    {
        Ok(session) => {
            // The script says so: only it knows what is kept in the browser.
            let typed = form.get("ended") == Some("typed");
            let back = typed.then(|| Flash::new("notice-typed-back", ""));
            let mut response = go(&next, back.as_ref());
            let value = cookie::set_session(&session.secret, visitor.info.secure, session.seconds);
            response.headers_mut().append(header::SET_COOKIE, value);
            return Ok(response);
        }
        Err(Error::Refused(Refused::NotSignedIn(message))) => {
            (StatusCode::UNAUTHORIZED, say(language, &message))
        }
        Err(Error::Refused(Refused::TooMany {
            retry_after_seconds,
        })) => {
            let message = Message::new("problem-wait").with("seconds", retry_after_seconds);
            (StatusCode::TOO_MANY_REQUESTS, say(language, &message))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(refused(
        show(&state, &visitor, (&next, ended), (&login, Some(words))),
        status,
    ))
}

/// `POST /sign-out`
pub(super) async fn out(
    State(state): State<AppState>,
    posted: Posted,
) -> Result<Response, Failure> {
    let viewer = posted.viewer;
    auth::end_session(&state, viewer.ctx.actor.person, viewer.session.id).await?;
    let mut response = go("/sign-in", None);
    response.headers_mut().append(
        header::SET_COOKIE,
        cookie::clear_session(viewer.info.secure),
    );
    // What the browser keeps of pages and drafts is not for the next person.
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}

/// Where to go after signing in: only ever a place of ours.
fn next(form: &FormData) -> String {
    let wished = form.get("next").filter(|it| super::is_local(it));
    wished.unwrap_or("/").to_owned()
}

fn show(
    state: &AppState,
    visitor: &Visitor,
    (next, ended): (&str, bool),
    (login, problem): (&str, Option<String>),
) -> Response {
    let language = &visitor.language;
    let fields = [
        line(text!(language, "sign-in-login"), "login", login, "username"),
        secret(
            text!(language, "sign-in-password"),
            "password",
            "current-password",
            None,
        ),
    ];
    let title = text!(language, "sign-in-title");
    let at = text!(
        language,
        "sign-in-at",
        product = crate::branded::product(state, &state.engine().snapshot_of(state.tenant()))
    );
    let body = html! {
        (brand(&title, &at))
        @if ended {
            p class="banner amber" role="status" data-session-ended {
                (icon("key"))
                span {
                    (text!(language, "sign-in-ended")) " "
                    // Only the script knows whether something was typed; it keeps it in this browser.
                    span data-typed-kept hidden { (text!(language, "sign-in-kept")) }
                }
            }
        }
        form class="form" method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next);
            @if ended { input type="hidden" name="ended" value="1"; }
            @if let Some(words) = &problem { (problems(language, "", &[], std::slice::from_ref(words))) }
            @for it in &fields { (ui::form::field(language, "", it)) }
            button class="button primary large full" { (title) }
        }
        @if state.config().sends_mail { p { a class="link" href="/forgot-password" { (text!(language, "forgot-title")) } } }
    };
    bare(state, visitor, &title, &body)
}

/// The head of a page for anybody.
pub(super) fn brand(title: &str, words: &str) -> Markup {
    html! {
        div class="brand-row" {
            span class="brand-mark" { (icon("brand")) }
            div { h1 { (title) } p class="small-text" { (words) } }
        }
    }
}

/// A field of one line.
pub(super) fn line(label: String, name: &str, value: &str, kind: &'static str) -> FormField {
    // Browsers fill in a name and an address where the type says which of them is meant.
    let kind = if kind == "email" { "email" } else { "text" };
    FormField {
        name: name.to_owned(),
        label,
        help: None,
        required: true,
        problem: None,
        control: Control::Line {
            value: value.to_owned(),
            kind,
            most: None,
            offers: Vec::new(),
        },
    }
}

/// A field for a password.
pub(super) fn secret(
    label: String,
    name: &str,
    autocomplete: &'static str,
    help: Option<String>,
) -> FormField {
    FormField {
        name: name.to_owned(),
        label,
        help,
        required: true,
        problem: None,
        control: Control::Secret { autocomplete },
    }
}

/// `GET /first-administrator`
pub(super) async fn first_page(
    State(state): State<AppState>,
    visitor: Visitor,
    query: FormData,
) -> Result<Response, Failure> {
    let token = query.get("token").unwrap_or_default().to_owned();
    if !auth::is_invited(&state, &token).await? {
        return Err(Refused::NotFound(Message::new("link-used-or-old")).into());
    }
    Ok(first_form(
        &state,
        &visitor,
        &token,
        first_fields(&visitor.language, "", ""),
    ))
}

/// `POST /first-administrator`
pub(super) async fn first_send(
    State(state): State<AppState>,
    posted: VisitorPosted,
) -> Result<Response, Failure> {
    let VisitorPosted {
        visitor,
        form,
        agent,
    } = posted;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let typed = FirstAdministrator {
        token: text("token"),
        name: text("name"),
        email: text("email"),
        password: text("password"),
    };
    let login = SignIn {
        login: typed.email.clone(),
        password: typed.password.clone(),
    };
    match auth::create_first_administrator(&state, typed).await {
        Ok(_) => {
            let session = auth::sign_in(&state, &visitor.info, agent.as_deref(), login).await?;
            let mut response = go("/admin", None);
            let value = cookie::set_session(&session.secret, visitor.info.secure, session.seconds);
            response.headers_mut().append(header::SET_COOKIE, value);
            Ok(response)
        }
        Err(Error::Refused(Refused::Invalid(problems))) => {
            let mut fields = first_fields(&visitor.language, &text("name"), &text("email"));
            for problem in problems {
                // The door names the fields of the person; the form has its own names for them.
                let name = match problem.field.as_deref() {
                    Some("title") => "name",
                    Some("login") | None => "email",
                    Some(other) => other,
                };
                let words = say(&visitor.language, &problem.message);
                if let Some(field) = fields.iter_mut().find(|it| it.name == name) {
                    field.problem = Some(words);
                }
            }
            let page = first_form(&state, &visitor, &text("token"), fields);
            Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn first_fields(language: &Language, name: &str, email: &str) -> Vec<FormField> {
    let help = text!(language, "password-help", least = auth::MIN_PASSWORD_CHARS);
    vec![
        line(text!(language, "first-name"), "name", name, "name"),
        line(text!(language, "first-email"), "email", email, "email"),
        secret(
            text!(language, "sign-in-password"),
            "password",
            "new-password",
            Some(help),
        ),
    ]
}

fn first_form(
    state: &AppState,
    visitor: &Visitor,
    token: &str,
    fields: Vec<FormField>,
) -> Response {
    let language = &visitor.language;
    let title = text!(language, "first-title");
    let section = FormSection {
        title: None,
        fields,
    };
    let body = html! {
        (brand(&title, &text!(language, "first-words")))
        form class="form" method="post" action="/first-administrator" {
            input type="hidden" name="token" value=(token);
            (problems(language, "", std::slice::from_ref(&section), &[]))
            @for it in &section.fields { (ui::form::field(language, "", it)) }
            button class="button primary large full" { (text!(language, "first-do")) }
        }
    };
    bare(state, visitor, &title, &body)
}
