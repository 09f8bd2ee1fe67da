//! Whoever forgot their password asks for a link by mail. The answer is the same whether there is an account.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Message, Refused};
use maud::html;
use ui::form::problems;
use ui::label::say;
use ui::text;

use super::shell::{bare, refused};
use super::sign_in::{brand, line};
use crate::auth;
use crate::{AppState, Failure, Visitor, VisitorPosted};

/// `GET /forgot-password`
pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    Ok(show(&state, &visitor, false, None))
}

/// `POST /forgot-password`
pub(super) async fn send(
    State(state): State<AppState>,
    posted: VisitorPosted,
) -> Result<Response, Failure> {
    let VisitorPosted { visitor, form, .. } = posted;
    let login = form.get("login").unwrap_or_default().trim();
    match auth::forgot(&state, &visitor.info, login).await {
        Ok(()) => Ok(show(&state, &visitor, true, None)),
        Err(Error::Refused(Refused::TooMany {
            retry_after_seconds,
        })) => {
            let message = Message::new("problem-wait").with("seconds", retry_after_seconds);
            let words = say(&visitor.language, &message);
            let shown = show(&state, &visitor, false, Some(words));
            Ok(refused(shown, StatusCode::TOO_MANY_REQUESTS))
        }
        Err(error) => Err(error.into()),
    }
}

fn show(state: &AppState, visitor: &Visitor, sent: bool, problem: Option<String>) -> Response {
    let language = &visitor.language;
    let title = text!(language, "forgot-title");
    let body = html! {
        (brand(&title, &text!(language, "forgot-words")))
        @if sent { p role="status" { (text!(language, "forgot-sent")) } }
        @else if !state.config().sends_mail { p { (text!(language, "forgot-no-mail")) } }
        @else {
            form class="form" method="post" action="/forgot-password" {
                @if let Some(words) = &problem { (problems(language, "", &[], std::slice::from_ref(words))) }
                (ui::form::field(language, "", &line(text!(language, "sign-in-login"), "login", "", "username")))
                button class="button primary large full" { (text!(language, "forgot-do")) }
            }
        }
        p { a class="link" href="/sign-in" { (text!(language, "forgot-back")) } }
    };
    bare(state, visitor, &title, &body)
}
