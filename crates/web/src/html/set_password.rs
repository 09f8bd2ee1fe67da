//! The page of a link by which somebody sets their password: invited, or locked out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use base::{Error, Message, Refused};
use maud::html;
use ui::form::problems;
use ui::label::say;
use ui::text;

use super::shell::{bare, go, refused};
use super::sign_in::{brand, secret};
use crate::auth::{self, SignIn};
use crate::{AppState, Failure, FormData, Visitor, VisitorPosted, cookie};

/// `GET /set-password`
pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    query: FormData,
) -> Result<Response, Failure> {
    let token = query.get("token").unwrap_or_default().to_owned();
    let login = auth::login_of_link(&state, &token).await?;
    Ok(show(&state, &visitor, (&token, &login), None))
}

/// `POST /set-password`
pub(super) async fn send(
    State(state): State<AppState>,
    posted: VisitorPosted,
) -> Result<Response, Failure> {
    let VisitorPosted {
        visitor,
        form,
        agent,
    } = posted;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let (token, password) = (text("token"), text("password"));
    let words = match auth::use_link(&state, &visitor.info, &token, password.clone()).await {
        Ok(login) => {
            let typed = SignIn { login, password };
            let session = auth::sign_in(&state, &visitor.info, agent.as_deref(), typed).await?;
            let mut response = go("/", None);
            let value = cookie::set_session(&session.secret, visitor.info.secure, session.seconds);
            response.headers_mut().append(header::SET_COOKIE, value);
            return Ok(response);
        }
        Err(Error::Refused(Refused::Invalid(problems))) => {
            let first = problems.into_iter().next().map(|it| it.message);
            first.unwrap_or_else(|| Message::new("refused-required"))
        }
        Err(Error::Refused(Refused::TooMany {
            retry_after_seconds,
        })) => Message::new("problem-wait").with("seconds", retry_after_seconds),
        Err(error) => return Err(error.into()),
    };
    let login = auth::login_of_link(&state, &token).await?;
    let words = say(&visitor.language, &words);
    let shown = show(&state, &visitor, (&token, &login), Some(words));
    Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
}

fn show(
    state: &AppState,
    visitor: &Visitor,
    (token, login): (&str, &str),
    problem: Option<String>,
) -> Response {
    let language = &visitor.language;
    let title = text!(language, "set-password-title");
    let help = text!(language, "password-help", least = auth::MIN_PASSWORD_CHARS);
    let mut field = secret(
        text!(language, "account-password-new"),
        "password",
        "new-password",
        Some(help),
    );
    field.problem.clone_from(&problem);
    let body = html! {
        (brand(&title, &text!(language, "set-password-words", login = login)))
        form class="form" method="post" action="/set-password" {
            input type="hidden" name="token" value=(token);
            // Managers of passwords learn for whom it is.
            input type="hidden" name="username" autocomplete="username" value=(login);
            @if let Some(words) = &problem { (problems(language, "", &[], std::slice::from_ref(words))) }
            (ui::form::field(language, "", &field))
            button class="button primary large full" { (text!(language, "set-password-do")) }
        }
    };
    bare(state, visitor, &title, &body)
}
