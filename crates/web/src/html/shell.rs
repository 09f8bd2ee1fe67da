//! What every page has in common: who looks at it, the navigation around it, and how it is answered.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use dictionary::{FieldDef, TypeDef, WrittenBy, spine};
use engine::read::Titles;
use engine::{Ctx, Snapshot};
use maud::{Markup, html};
use ui::field::Reader;
use ui::icon::icon;
use ui::label;
use ui::message::Language;
use ui::page::{
    Addresses, AssetUrls, Crumb, Fixture, Hint, PageContext, Place, Voice, csrf_field, page,
};
use ui::text;

use super::flash::Flash;
use super::navigation::{areas, is_text, sections, usual_hints};
use crate::assets::asset_url;
use crate::branded;
use crate::viewer::{Around, NoViewer};
use crate::{AppState, FormData, Viewer, Visitor};

/// Somebody signed in who looks at a page, with what the address asks.
pub(super) struct Here {
    /// Who looks.
    pub(super) viewer: Viewer,
    /// The query string.
    pub(super) query: FormData,
    /// The address without its query string; empty in answer to a form.
    path: String,
    flash: Option<Flash>,
}

impl FromRequestParts<AppState> for Here {
    type Rejection = NoViewer;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, NoViewer> {
        let viewer =
            <Viewer as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let query = FormData::of_query(parts.uri.query())?;
        Ok(Self {
            viewer,
            query,
            path: parts.uri.path().to_owned(),
            flash: Flash::of(&parts.headers),
        })
    }
}

impl Here {
    /// A page shown in answer to a form, as after a refusal.
    pub(super) fn after(viewer: Viewer) -> Self {
        Self {
            viewer,
            query: FormData::default(),
            path: String::new(),
            flash: None,
        }
    }

    pub(super) fn ctx(&self) -> &Ctx {
        &self.viewer.ctx
    }

    pub(super) fn language(&self) -> &Language {
        &self.viewer.language
    }

    /// For whom values are written.
    pub(super) fn reader<'a>(&'a self, titles: &'a Titles) -> Reader<'a> {
        Reader {
            language: &self.viewer.language,
            zone: &self.ctx().zone,
            now: self.ctx().now,
            titles,
        }
    }

    /// The hidden field with the token.
    pub(super) fn csrf(&self) -> Markup {
        csrf_field(&PageContext {
            csrf: self.viewer.csrf.clone(),
            ..PageContext::default()
        })
    }

    /// The token, and the version that the reader saw.
    pub(super) fn hidden(&self, version: Option<i64>) -> Markup {
        html! {
            (self.csrf())
            @if let Some(version) = version { input type="hidden" name="version" value=(version); }
        }
    }

    /// Answers with a page of the agents' voice; whoever only asks for work goes to the portal's page of the same.
    pub(super) fn agent(&self, state: &AppState, frame: Frame, body: &Markup) -> Response {
        if !is_of_desk(self.ctx()) {
            return go(&self.of_portal(), None);
        }
        let language = self.language();
        let new = || {
            let words = text!(language, "place-new");
            html! { a class="button" href="/new" data-key="c" { (icon("plus")) (words) " " kbd { "C" } } }
        };
        let frame = Frame {
            actions: Some(frame.actions.clone().unwrap_or_else(new)),
            ..frame
        };
        let context = PageContext {
            fixture: self.fixture(state, &frame),
            hints: if frame.hints.is_empty() {
                usual_hints(language)
            } else {
                frame.hints.clone()
            },
            ..self.context(state, frame)
        };
        self.answer(&context, body)
    }

    /// The rail and the navigation of that page.
    fn fixture(&self, state: &AppState, frame: &Frame) -> Arc<Fixture> {
        let (ctx, language) = (self.ctx(), self.language());
        let mut what = format!("{}\n{}\n", frame.area, frame.active);
        what.push_str(frame.of.as_ref().map_or("", |it| &it.name));
        for view in &frame.views {
            for part in [&view.key, &view.label, view.icon, &view.href] {
                what.push('\n');
                what.push_str(part);
            }
        }
        state.drawings().fixtures.once(self, what, || {
            let sections = match frame.area {
                "admin" => super::admin::places(ctx, language),
                _ => sections(ctx, language, frame.of.as_deref(), &frame.views),
            };
            Fixture::new(
                language,
                (&areas(ctx, language), frame.area),
                (&sections, &frame.active),
            )
        })
    }

    /// Where the portal has what this address is about.
    fn of_portal(&self) -> String {
        let parts: Vec<&str> = self.path.trim_matches('/').split('/').collect();
        let types = self.ctx().snapshot.dictionary.types();
        let has_page = |it: &&Arc<TypeDef>| {
            is_text(it) || (it.journal && it.field(spine::REQUESTER).is_some())
        };
        let names: Vec<&str> = types.filter(has_page).map(|it| it.name.as_str()).collect();
        match parts.as_slice() {
            [of, "new"] if names.contains(of) && self.ctx().may_somewhere(of, "create") => {
                format!("/portal/new/{of}")
            }
            [of, key, ..] if names.contains(of) && *key != "new" => format!("/portal/{of}/{key}"),
            _ => "/portal".to_owned(),
        }
    }

    /// Answers with a page of the requesters' voice.
    pub(super) fn portal(&self, state: &AppState, frame: Frame, body: &Markup) -> Response {
        let language = self.language();
        let place = |key: &str, words: String, icon: &'static str, href: &str| Place {
            key: key.to_owned(),
            label: words,
            icon,
            href: href.to_owned(),
            ..Place::default()
        };
        let mut areas = vec![
            place(
                "home",
                text!(language, "portal-place-home"),
                "desk",
                "/portal",
            ),
            place(
                "requests",
                text!(language, "portal-mine"),
                "list",
                "/portal/requests",
            ),
        ];
        if is_agent(self.ctx()) {
            areas.push(place("desk", text!(language, "place-desk"), "bolt", "/"));
        }
        let mut context = PageContext {
            voice: Voice::Portal,
            areas,
            ..self.context(state, frame)
        };
        context.addresses.home = "/portal".to_owned();
        context.addresses.search = "/portal/search".to_owned();
        self.answer(&context, body)
    }

    fn context(&self, state: &AppState, frame: Frame) -> PageContext {
        PageContext {
            title: frame.title,
            language: self.viewer.language.clone(),
            theme: self.viewer.theme,
            csrf: self.viewer.csrf.clone(),
            product: branded::product(state, &self.ctx().snapshot),
            reader: Some(self.ctx().actor.name.clone()),
            reader_key: self.ctx().actor.person.to_string(),
            active_area: frame.area.to_owned(),
            crumbs: frame.crumbs,
            actions: frame.actions,
            notices: self
                .flash
                .iter()
                .map(|it| it.notice(&self.viewer.language))
                .collect(),
            body_class: frame.body_class,
            ..common(state, &self.ctx().snapshot)
        }
    }

    fn answer(&self, context: &PageContext, body: &Markup) -> Response {
        let mut response = Html(page(context, body).into_string()).into_response();
        if self.flash.is_some() {
            response
                .headers_mut()
                .append(header::SET_COOKIE, Flash::gone());
        }
        response
    }
}

/// What a page tells about itself.
#[derive(Default)]
pub(super) struct Frame {
    /// The document's title.
    pub(super) title: String,
    /// The rail's area.
    pub(super) area: &'static str,
    /// The place in the navigation.
    pub(super) active: String,
    /// The way to this page.
    pub(super) crumbs: Vec<Crumb>,
    /// Buttons at the end of the top bar.
    pub(super) actions: Option<Markup>,
    /// Keys of this page.
    pub(super) hints: Vec<Hint>,
    /// The type whose views stand in the navigation.
    pub(super) of: Option<Arc<TypeDef>>,
    /// Saved views that stand with them.
    pub(super) views: Vec<Place>,
    /// A class of the body.
    pub(super) body_class: &'static str,
}

/// A page that no handler shows, in the frame in which whoever looks is at home.
pub(super) fn around(state: &AppState, whom: &Around<'_>, title: &str, body: &Markup) -> Response {
    let Some(viewer) = whom.viewer else {
        return bare(state, whom.visitor, title, body);
    };
    let here = Here::after(viewer.clone());
    let frame = Frame {
        title: title.to_owned(),
        ..Frame::default()
    };
    let body = html! { div class="sheet" { (body) } };
    match whom.path.starts_with("/portal") || !is_of_desk(here.ctx()) {
        true => here.portal(state, frame, &body),
        false => here.agent(state, frame, &body),
    }
}

/// A page for anybody, signed in or not.
pub(super) fn bare(state: &AppState, visitor: &Visitor, title: &str, body: &Markup) -> Response {
    let snapshot = state.engine().snapshot_of(state.tenant());
    let context = PageContext {
        title: title.to_owned(),
        voice: Voice::Bare,
        language: visitor.language.clone(),
        theme: visitor.theme,
        product: branded::product(state, &snapshot),
        ..common(state, &snapshot)
    };
    Html(page(&context, body).into_string()).into_response()
}

/// The page after a form was taken: another one, so that reloading sends nothing twice.
pub(super) fn go(href: &str, flash: Option<&Flash>) -> Response {
    let mut response =
        (StatusCode::SEE_OTHER, [(header::LOCATION, href.to_owned())]).into_response();
    if let Some(flash) = flash {
        response
            .headers_mut()
            .append(header::SET_COOKIE, flash.cookie());
    }
    response
}

/// The same page, as the answer to a form that was refused.
pub(super) fn refused(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

pub(super) fn crumb(label: impl Into<String>, href: Option<&str>) -> Crumb {
    Crumb {
        label: label.into(),
        href: href.map(str::to_owned),
    }
}

/// Whether somebody works on records, and not only asks for work: what the pages of the desk are for.
pub(super) fn is_agent(ctx: &Ctx) -> bool {
    let works = |of: &str| {
        ["update", "history", "read_notes"]
            .iter()
            .any(|action| ctx.may_somewhere(of, action))
    };
    ctx.snapshot.dictionary.types().any(|it| works(&it.name))
        || crate::administration::administers(ctx)
}

/// Whether the pages of the desk are for somebody: whoever works on records, or decides about them.
fn is_of_desk(ctx: &Ctx) -> bool {
    let mut types = ctx.snapshot.dictionary.types();
    is_agent(ctx) || types.any(|it| ctx.may_somewhere(&it.name, "approve"))
}

/// The words for making a record of a type.
pub(super) fn new_words(language: &Language, of: &TypeDef) -> String {
    text!(
        language,
        "list-new",
        what = label::within(language, &label::label(language, &of.label))
    )
}

/// Whether a field of a type may be read on some records.
pub(super) fn may_read(ctx: &Ctx, of: &TypeDef, field: &FieldDef) -> bool {
    ctx.actor.system
        || ctx
            .grants(&of.name, "read")
            .any(|it| it.grant.read_fields.has(field))
}

/// Whether a field may be given at creation.
pub(super) fn may_give(ctx: &Ctx, of: &TypeDef, field: &FieldDef) -> bool {
    !matches!(field.written_by, WrittenBy::Rules | WrittenBy::Transition)
        && (ctx.actor.system
            || ctx
                .grants(&of.name, "create")
                .any(|it| it.grant.write_fields.has(field)))
}

fn common(state: &AppState, snapshot: &Snapshot) -> PageContext {
    PageContext {
        assets: AssetUrls {
            stylesheet: asset_url("app.css"),
            script: asset_url("app.js"),
            branding: branded::styles_url(snapshot, state.tenant()),
        },
        addresses: Addresses::default(),
        ..PageContext::default()
    }
}
