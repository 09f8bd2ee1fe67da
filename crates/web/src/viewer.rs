//! Who looks at a page. Handlers that take a [`Viewer`] need nobody signed in to be sent away by hand.
//!
//! A page that changes something takes [`Posted`], the only way to a form's fields: it has checked
//! that the form came from our own page.

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Problem, Refused};
use engine::system::session::Session;
use engine::{Ctx, Surface};
use jiff::tz::TimeZone;
use ui::message::Language;
use ui::page::{THEME_COOKIE, Theme};
use url::Url;

use crate::auth::{CSRF_FIELD, CSRF_HEADER, Identity, Proof, check_origin};
use crate::auth::{Shown, check_csrf, csrf_token, identify, is_safe};
use crate::body::{FormData, read_form, read_parts};
use crate::flawed::Read;
use crate::upload::{Rules, Upload, boundary, receive_form};
use crate::{AppState, Failure, RequestInfo, cookie, html};

/// Where pages send those who are not signed in.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// The page that takes people over from a list.
const PEOPLE_IMPORT: &str = "/admin/people/import";
/// The header by which our script says that it goes to the next page itself.
const SCRIPT_HEADER: &str = "x-goes-itself";

/// Somebody who is signed in and looks at a page.
#[derive(Clone)]
pub struct Viewer {
    /// The context for engine calls.
    pub ctx: Ctx,
    /// The token that every form of the page carries.
    pub csrf: String,
    /// The session.
    pub session: Session,
    /// The reader's language.
    pub language: Language,
    /// The reader's choice of theme.
    pub theme: Theme,
    /// The request.
    pub info: RequestInfo,
}

/// Anybody who looks at a page that needs nobody signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The reader's language.
    pub language: Language,
    /// The reader's choice of theme.
    pub theme: Theme,
    /// The request.
    pub info: RequestInfo,
}

/// A form that a signed-in person sent from one of our pages.
pub struct Posted {
    /// Who sent it.
    pub viewer: Viewer,
    /// Its fields.
    pub form: FormData,
}

/// A form that may bring files. It comes from one of our pages as well.
pub(crate) struct PostedWithFiles {
    /// Who sent it.
    pub(crate) viewer: Viewer,
    /// Its fields.
    pub(crate) form: FormData,
    /// The files that were taken.
    pub(crate) files: Vec<Upload>,
    /// Why others were not.
    pub(crate) problems: Vec<Problem>,
    /// Whether our script sent it, which shows how far the sending is and goes to the next page itself.
    pub(crate) by_script: bool,
}

/// A form whose files come as base64, such as a picture or a list of people.
pub(crate) struct PostedWhole(pub(crate) Posted);

/// A form that anybody sent from one of our pages: sign-in, the first administrator.
pub struct VisitorPosted {
    /// Who sent it.
    pub visitor: Visitor,
    /// Its fields.
    pub form: FormData,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

/// Why there is no viewer.
pub enum NoViewer {
    /// Nobody is signed in: to the sign-in page, and back afterwards.
    SignIn {
        /// Where to go afterwards.
        next: Option<String>,
        /// Whether a session was there or was meant to be: somebody is surprised to be asked.
        ended: bool,
    },
    /// The form once more, with what was wrong in it.
    Again(Box<Response>),
    /// Something else.
    Failure(Failure),
}

impl IntoResponse for NoViewer {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next, ended } => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                if let Some(next) = &next {
                    query.append_pair("next", next);
                }
                if ended {
                    query.append_pair("ended", "1");
                }
                let query = query.finish();
                let place = if query.is_empty() {
                    SIGN_IN_PATH.to_owned()
                } else {
                    format!("{SIGN_IN_PATH}?{query}")
                };
                (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
            }
            Self::Again(page) => *page,
            Self::Failure(failure) => failure.into_response(),
        }
    }
}

impl<E: Into<Failure>> From<E> for NoViewer {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

impl FromRequestParts<AppState> for Viewer {
    type Rejection = NoViewer;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, NoViewer> {
        if !is_safe(&parts.method) {
            // A mistake of ours: a handler that changes something must take `Posted`.
            let what = "a page that changes something looks at no token";
            return Err(NoViewer::Failure(
                Error::failed(what, parts.uri.path().to_owned()).into(),
            ));
        }
        view(parts, state).await
    }
}

impl OptionalFromRequestParts<AppState> for Viewer {
    type Rejection = NoViewer;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Option<Self>, NoViewer> {
        match view(parts, state).await {
            Ok(viewer) => Ok(Some(viewer)),
            Err(NoViewer::SignIn { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Failure> {
        Ok(visitor(&parts.headers, request_info(parts)?))
    }
}

/// Whoever looks, signed in or not.
pub(crate) fn visitor(headers: &HeaderMap, info: RequestInfo) -> Visitor {
    let theme = cookie::value(headers, THEME_COOKIE).map(Theme::from_cookie);
    Visitor {
        language: info.language.clone(),
        theme: theme.unwrap_or_default(),
        info,
    }
}

/// For whom a page is that no handler shows: it stands in the same frame as others.
pub(crate) struct Around<'a> {
    /// Who is signed in.
    pub(crate) viewer: Option<&'a Viewer>,
    /// Anybody.
    pub(crate) visitor: &'a Visitor,
    /// The path that was asked for.
    pub(crate) path: &'a str,
    /// The same with what stands behind it: the filter, the page of a list.
    pub(crate) address: &'a str,
}

impl FromRequest<AppState> for Posted {
    type Rejection = NoViewer;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, NoViewer> {
        let (mut parts, body) = request.into_parts();
        check_origin(&parts.headers, &state.config().public_url)?;
        let viewer = view(&mut parts, state).await?;
        let form = read_form(state, &parts.headers, body).await?;
        let header = parts
            .headers
            .get(CSRF_HEADER)
            .and_then(|it| it.to_str().ok());
        check_csrf(form.get(CSRF_FIELD).or(header), &viewer.csrf)?;
        let form = sound(state, &parts, Some(&viewer), form)?;
        Ok(Self { viewer, form })
    }
}

impl FromRequest<AppState> for PostedWithFiles {
    type Rejection = NoViewer;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, NoViewer> {
        let (mut parts, body) = request.into_parts();
        let headers = &parts.headers;
        let by_script = headers.contains_key(SCRIPT_HEADER);
        if boundary(headers).is_none() {
            let request = Request::from_parts(parts, body);
            let Posted { viewer, form } = Posted::from_request(request, state).await?;
            return Ok(Self {
                viewer,
                form,
                files: Vec::new(),
                problems: Vec::new(),
                by_script,
            });
        }
        check_origin(headers, &state.config().public_url)?;
        let viewer = view(&mut parts, state).await?;
        let headers = &parts.headers;
        let header = headers.get(CSRF_HEADER).and_then(|it| it.to_str().ok());
        let allow = |form: &Read| check_csrf(form.get(CSRF_FIELD).or(header), &viewer.csrf);
        let rules = Rules::of(&viewer.ctx)?;
        let form = receive_form(state, &rules, (headers, body), allow).await?;
        // Where no file came, nobody has looked yet.
        allow(&form.fields)?;
        let fields = sound(state, &parts, Some(&viewer), form.fields)?;
        let problems = form.refused.into_iter().flat_map(|refused| match refused {
            Refused::Invalid(problems) => problems,
            Refused::TooLarge(message) => vec![Problem {
                field: Some("file".to_owned()),
                message,
            }],
            _ => Vec::new(),
        });
        Ok(Self {
            problems: problems.collect(),
            form: fields,
            files: form.files,
            viewer,
            by_script,
        })
    }
}

impl FromRequest<AppState> for PostedWhole {
    type Rejection = NoViewer;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, NoViewer> {
        posted_whole(request, state).await.map(Self)
    }
}

/// A form whose files are small and come as fields.
async fn posted_whole(request: Request, state: &AppState) -> Result<Posted, NoViewer> {
    let Some(boundary) = boundary(request.headers()) else {
        return Posted::from_request(request, state).await;
    };
    let (mut parts, body) = request.into_parts();
    check_origin(&parts.headers, &state.config().public_url)?;
    let viewer = view(&mut parts, state).await?;
    // A long list of people has another way; a large picture has none.
    let too_large = match parts.uri.path() {
        PEOPLE_IMPORT => "people-too-large",
        _ => "body-too-large",
    };
    let form = read_parts(state, boundary, body, too_large).await?;
    let header = parts.headers.get(CSRF_HEADER);
    let header = header.and_then(|it| it.to_str().ok());
    check_csrf(form.get(CSRF_FIELD).or(header), &viewer.csrf)?;
    let form = sound(state, &parts, Some(&viewer), form)?;
    Ok(Posted { viewer, form })
}

/// The form, or a page with it once more where some of its texts cannot be stored.
fn sound(
    state: &AppState,
    parts: &Parts,
    viewer: Option<&Viewer>,
    read: Read,
) -> Result<FormData, NoViewer> {
    let flawed = match read.sound() {
        Ok(form) => return Ok(form),
        Err(flawed) => flawed,
    };
    let visitor = visitor(&parts.headers, request_info(parts)?);
    let path = parts.uri.path();
    let around = Around {
        viewer,
        visitor: &visitor,
        path,
        address: parts.uri.path_and_query().map_or(path, |it| it.as_str()),
    };
    let page = html::form_again(state, &around, &flawed);
    Err(NoViewer::Again(Box::new(page)))
}

impl FromRequest<AppState> for VisitorPosted {
    type Rejection = NoViewer;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, NoViewer> {
        let (mut parts, body) = request.into_parts();
        check_origin(&parts.headers, &state.config().public_url)?;
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let form = read_form(state, &parts.headers, body).await?;
        let form = sound(state, &parts, None, form)?;
        Ok(Self {
            visitor,
            form,
            agent: user_agent(&parts.headers),
        })
    }
}

/// What the client calls itself.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<String> {
    headers
        .get(header::USER_AGENT)
        .and_then(|it| it.to_str().ok())
        .map(str::to_owned)
}

pub(crate) fn request_info(parts: &Parts) -> Result<RequestInfo, Failure> {
    let found = parts.extensions.get::<RequestInfo>().cloned();
    found.ok_or_else(|| Error::failed("a request was not observed", "no request info").into())
}

/// The context of a request of that person.
pub(crate) fn context(
    state: &AppState,
    identity: &Identity,
    info: &RequestInfo,
    surface: Surface,
) -> Ctx {
    let zone = identity
        .preferences
        .zone
        .as_deref()
        .and_then(|it| TimeZone::get(it).ok());
    let language = identity.preferences.language.clone();
    Ctx {
        actor: identity.actor.clone(),
        tenant: state.tenant(),
        now: state.engine().now(),
        snapshot: state.engine().snapshot_of(state.tenant()),
        language: language.unwrap_or_else(|| info.language.tag().to_owned()),
        zone: zone.unwrap_or_else(|| state.config().zone.clone()),
        surface,
        request_id: Some(info.id.to_string()),
    }
}

/// The page that somebody looks at: the one asked for, or the one from which a form of ours was sent.
fn page_of(parts: &Parts, public_url: &Url) -> Option<String> {
    let place = if parts.method == Method::GET {
        parts.uri.path_and_query()?.as_str().to_owned()
    } else {
        let from = parts.headers.get(header::REFERER)?.to_str().ok()?;
        let from = Url::parse(from).ok()?;
        let ours = from.origin() == public_url.origin() && from.path() != SIGN_IN_PATH;
        ours.then(|| from[url::Position::BeforePath..url::Position::AfterQuery].to_owned())?
    };
    (place != "/").then_some(place)
}

async fn view(parts: &mut Parts, state: &AppState) -> Result<Viewer, NoViewer> {
    let info = request_info(parts)?;
    let name = cookie::session_name(info.secure);
    let found = signed_in(state, &parts.headers, info).await?;
    // Browsers forget the cookie with the session, so that a form without one is one that took too long.
    found.ok_or_else(|| NoViewer::SignIn {
        next: page_of(parts, &state.config().public_url),
        ended: cookie::value(&parts.headers, name).is_some() || !is_safe(&parts.method),
    })
}

/// Whose session the browser shows, where it shows one that holds.
pub(crate) async fn signed_in(
    state: &AppState,
    headers: &HeaderMap,
    info: RequestInfo,
) -> Result<Option<Viewer>, Failure> {
    let visitor = visitor(headers, info);
    let name = cookie::session_name(visitor.info.secure);
    let Some(secret) = cookie::value(headers, name) else {
        return Ok(None);
    };
    let identity = match identify(state, Shown::Session, secret).await {
        Err(Error::Refused(Refused::NotSignedIn(_))) => return Ok(None),
        other => other?,
    };
    let Proof::Session(session) = &identity.proof else {
        return Err(Refused::NotSignedIn(Message::new("session-ended")).into());
    };
    let ctx = context(state, &identity, &visitor.info, Surface::Page);
    let language = Language::from_tag(&ctx.language);
    let csrf = csrf_token(secret);
    let Visitor { theme, info, .. } = visitor;
    Ok(Some(Viewer {
        ctx,
        csrf,
        session: session.clone(),
        language,
        theme,
        info,
    }))
}
