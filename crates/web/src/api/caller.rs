//! Who calls the API: a bearer token, or the session of a page together with its token against forged
//! requests.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use base::{Message, Refused};
use engine::{Ctx, Surface};
use ui::message::Language;

use crate::auth::{
    CSRF_HEADER, Identity, Proof, Shown, check_csrf, check_origin, csrf_token, identify, is_safe,
};
use crate::viewer::{context, request_info};
use crate::{AppState, Failure, RequestInfo, cookie};

/// Somebody who calls the API.
pub(super) struct Caller {
    /// The context for engine calls.
    pub(super) ctx: Ctx,
    /// How they showed who they are.
    pub(super) proof: Proof,
    /// The request.
    pub(super) info: RequestInfo,
    /// The reader's language.
    pub(super) language: Language,
    /// The token that requests of the session carry; bearers have none.
    pub(super) csrf: Option<String>,
}

impl Caller {
    /// Refuses tokens: what is about the account itself needs the person.
    pub(super) fn in_person(&self) -> Result<(), Refused> {
        match self.proof {
            Proof::Session(_) => Ok(()),
            Proof::Token(_) => Err(Refused::Forbidden(Message::new("forbidden-for-tokens"))),
        }
    }

    fn new(state: &AppState, identity: &Identity, info: RequestInfo, csrf: Option<String>) -> Self {
        let ctx = context(state, identity, &info, Surface::Api);
        let language = Language::from_tag(&ctx.language);
        Self {
            ctx,
            proof: identity.proof.clone(),
            info,
            language,
            csrf,
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let info = request_info(parts)?;
        if let Some(given) = parts.headers.get(header::AUTHORIZATION) {
            let token = given.to_str().ok().and_then(bearer);
            let unknown = || Refused::NotSignedIn(Message::new("token-expected"));
            let identity = identify(state, Shown::Token, token.ok_or_else(unknown)?).await?;
            return Ok(Self::new(state, &identity, info, None));
        }
        let name = cookie::session_name(info.secure);
        let nobody = || Refused::NotSignedIn(Message::new("nobody-signed-in"));
        let secret = cookie::value(&parts.headers, name).ok_or_else(nobody)?;
        let expected = csrf_token(secret);
        if !is_safe(&parts.method) {
            check_origin(&parts.headers, &state.config().public_url)?;
            let given = parts
                .headers
                .get(CSRF_HEADER)
                .and_then(|it| it.to_str().ok());
            check_csrf(given, &expected)?;
        }
        let identity = identify(state, Shown::Session, secret).await?;
        Ok(Self::new(state, &identity, info, Some(expected)))
    }
}

/// The scheme's name is written in any case.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
