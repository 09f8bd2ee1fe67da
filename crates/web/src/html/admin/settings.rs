//! Settings: what is in force and where it comes from, a form, a preview of what a change does, and the way back.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use base::{Error, Message, Problem, Refused, Uuid};
use engine::additions::is_of_tenant;
use engine::administer::{SettingChange, setting_changes};
use engine::system::branding::BRANDING;
use engine::{Ctx, Origin, Reading, Unit};
use maud::{Markup, html};
use serde_json::Value as Json;
use ui::form::{Offer, problems};
use ui::icon::icon;
use ui::label::{key as label_key, said, say};
use ui::{text, time};

use super::super::flash::Flash;
use super::super::input::offer;
use super::super::shell::{Here, go, refused};
use super::settings_list::elsewhere;
use super::{Answer, as_it_is_now, page};
use crate::administration::form::{SettingForm, targets};
use crate::administration::may;
use crate::administration::setting::{
    Difference, Preview, Subject, guard, in_force, preview, title, without,
};
use crate::{AppState, Failure, FormData, Posted};

/// Where this stands in the navigation.
pub(super) const PLACE: &str = "admin/settings";
/// Changes that are told.
const MOST_CHANGES: usize = 50;

/// What people call an area of administration.
pub(super) fn area_words(here: &Here, area: &str) -> String {
    let language = here.language();
    let named = said(language, &label_key(&["setting-area", area]));
    let of_type = || {
        let found = here.ctx().record_type(area)?;
        Some(ui::label::label(language, &found.plural))
    };
    named.or_else(of_type).unwrap_or_else(|| area.to_owned())
}

/// Which row a value comes from.
pub(super) fn origin_tag(here: &Here, origin: Origin, names: &HashMap<Uuid, String>) -> Markup {
    let language = here.language();
    html! {
        @match origin {
            Origin::Default => span class="tag" { (text!(language, "origin-default")) },
            Origin::Tenant => span class="tag ice" { (text!(language, "origin-tenant")) },
            Origin::Organisation(id) => span class="tag ice" { (names.get(&id).cloned().unwrap_or_else(|| id.to_string())) },
        }
    }
}

/// What a page of a setting shows besides what is stored.
#[derive(Default)]
struct Told {
    /// A value that is not stored yet, with what it would do; no value takes the row away.
    proposed: Option<Option<Json>>,
    problems: Vec<Problem>,
}

impl Told {
    /// Whether the proposed value cannot be made, whatever somebody else did meanwhile.
    fn is_refused(&self) -> bool {
        let mut problems = self.problems.iter();
        problems.any(|it| it.message.key != MEANWHILE)
    }
}

/// Key of the refusal after which the same change may be made still.
const MEANWHILE: &str = "setting-changed-meanwhile";

/// All that a page of a setting shows.
struct Loaded {
    value: Json,
    origin: Origin,
    preview: Preview,
    changes: Vec<(SettingChange, Vec<Difference>)>,
    names: HashMap<Uuid, String>,
    offers: HashMap<String, Offer>,
    organisations: Option<Offer>,
}

/// `GET /admin/settings/{key}`
pub(super) async fn one(
    State(state): State<AppState>,
    Path(key): Path<String>,
    here: Here,
) -> Answer {
    let organisation = organisation(&here.query)?;
    show(&state, &here, (&key, organisation), &Told::default()).await
}

fn organisation(form: &FormData) -> Result<Option<Uuid>, Refused> {
    let text = form.get("organisation").filter(|it| !it.is_empty());
    let wrong = || Refused::field("organisation", Message::new("expected-reference"));
    text.map(|it| Uuid::try_parse(it).map_err(|_| wrong()))
        .transpose()
}

/// The declaration of a setting that the actor may change.
fn require(
    ctx: &Ctx,
    key: &str,
    organisation: Option<Uuid>,
) -> Result<engine::SettingDef, Refused> {
    let declared = ctx
        .snapshot
        .settings
        .declaration(key)
        .map_err(Refused::NotFound)?;
    ctx.require_area_for(declared.area, organisation)?;
    Ok(declared)
}

async fn load(
    state: &AppState,
    here: &Here,
    (key, organisation): (&'static str, Option<Uuid>),
    proposed: Option<Option<Json>>,
) -> Result<Loaded, Failure> {
    let language = here.language().clone();
    let read = move |reading: &mut Reading<'_, '_>| {
        let ctx = reading.ctx;
        let (value, origin) =
            in_force(ctx, organisation, key).unwrap_or((Json::Null, Origin::Default));
        let found = match &proposed {
            Some(next) => preview(reading, &language, (key, organisation), next.as_ref())?,
            None => Preview::default(),
        };
        // The changes are those of all organisations: they are for those who administer all of them.
        let area = ctx.snapshot.settings.declaration(key).map(|it| it.area);
        let whole = area.is_ok_and(|it| may(ctx, it));
        let mut changes = match whole {
            true => setting_changes(reading, key)?,
            false => Vec::new(),
        };
        changes.retain(|it| it.organisation == organisation);
        changes.truncate(MOST_CHANGES);
        let mut told = Vec::new();
        for change in changes {
            // Without a row of its own the next one up the tree was in force.
            let above = || without(ctx, organisation, key).unwrap_or(Json::Null);
            let [before, after] =
                [&change.before, &change.after].map(|it| it.clone().unwrap_or_else(above));
            let subject = Subject::load(reading, &language, key, &[&before, &after])?;
            told.push((change, subject.differences(&before, &after)));
        }
        let people = told.iter().map(|it| it.0.changed_by).chain(organisation);
        let mut ids: std::collections::BTreeSet<Uuid> = people.collect();
        if let Origin::Organisation(id) = origin {
            ids.insert(id);
        }
        let titles = reading.titles_of(&ids)?;
        let mut wanted = Vec::new();
        if let Ok(declared) = ctx.snapshot.settings.declaration(key) {
            targets(&declared.shape, &mut wanted);
        }
        let mut offers = HashMap::new();
        for of in wanted {
            offers.insert(of.to_owned(), offer(reading, of)?);
        }
        let organisations = match is_of_tenant(key) {
            true => None,
            false => Some(offer(reading, "organisation")?),
        };
        Ok(Loaded {
            value,
            origin,
            preview: found,
            changes: told,
            names: titles
                .iter()
                .map(|(id, it)| (id, it.title.clone()))
                .collect(),
            offers,
            organisations,
        })
    };
    Ok(state.engine().read_long(here.ctx(), read).await?)
}

async fn show(
    state: &AppState,
    here: &Here,
    (key, organisation): (&str, Option<Uuid>),
    told: &Told,
) -> Answer {
    let declared = require(here.ctx(), key, organisation)?;
    let loaded = load(
        state,
        here,
        (declared.key, organisation),
        told.proposed.clone(),
    )
    .await?;
    let language = here.language();
    let subject = subject(here, declared);
    let form = SettingForm {
        subject: &subject,
        offers: &loaded.offers,
    };
    let shown = told.proposed.as_ref().and_then(Option::as_ref);
    let heading = subject.title();
    let help = said(language, &label_key(&["setting", subject.name(), "help"]));
    let general: Vec<String> = told
        .problems
        .iter()
        .map(|it| say(language, &it.message))
        .collect();
    let look = html! { p { button class="button primary" name="do" value="preview" { (text!(language, "setting-preview")) } } };
    let body = html! {
        div class="sheet" {
            header class="page-head" { div class="grow" {
                h1 { (heading) }
                p class="small-text" { code { (declared.key) } " · " (area_words(here, declared.area)) " · " (origin_tag(here, loaded.origin, &loaded.names)) }
                @if let Some(help) = help { p { (help) } }
            } }
            (problems(language, "", &[], &general))
            @if let Some(next) = &told.proposed { (proposal(here, (declared.key, organisation), next.as_ref(), &loaded, told.is_refused())) }
            (choose_organisation(here, declared.key, organisation, loaded.organisations.as_ref()))
            form class="form card padded setting" method="post" action=(format!("/admin/settings/{}", declared.key)) {
                (here.csrf())
                (hidden_organisation(organisation))
                @match elsewhere(here, declared.key) {
                    Some((href, words)) => {
                        p { a class="button" href=(href) { (words) } }
                        @if declared.key != BRANDING { details { summary { (text!(language, "setting-as-json")) } (form.fields(shown.unwrap_or(&loaded.value))) (look) } }
                    },
                    None => { (form.fields(shown.unwrap_or(&loaded.value))) (look) },
                }
                @if loaded.origin != Origin::Default { p { button class="button" name="do" value="reset" { (text!(language, "setting-reset")) } } }
            }
            (history(here, (declared.key, organisation), &loaded))
        }
    };
    let way = vec![(
        text!(language, "admin-settings"),
        "/admin/settings".to_owned(),
    )];
    Ok(page(state, here, (heading, PLACE), way, &body))
}

fn subject<'a>(here: &'a Here, declared: engine::SettingDef) -> Subject<'a> {
    let of = declared.key.split_once('.').map_or(declared.key, |it| it.0);
    Subject {
        language: here.language(),
        of: here.ctx().record_type(of),
        declared,
        dictionary: here.ctx().snapshot.dictionary.clone(),
        titles: std::collections::BTreeMap::new(),
    }
}

fn hidden_organisation(organisation: Option<Uuid>) -> Markup {
    html! { @if let Some(id) = organisation { input type="hidden" name="organisation" value=(id); } }
}

fn choose_organisation(
    here: &Here,
    key: &str,
    organisation: Option<Uuid>,
    offered: Option<&Offer>,
) -> Markup {
    let Some(Offer::All(all)) = offered.filter(|it| matches!(it, Offer::All(all) if all.len() > 1))
    else {
        return Markup::default();
    };
    let language = here.language();
    let chosen = organisation.map(|it| it.to_string()).unwrap_or_default();
    html! {
        form class="row" method="get" action=(format!("/admin/settings/{key}")) {
            label for="organisation" { (text!(language, "setting-organisation")) }
            span class="select" {
                select class="input" id="organisation" name="organisation" {
                    option value="" { (text!(language, "origin-tenant")) }
                    @for it in all { option value=(it.value) selected[it.value == chosen] { (it.label) } }
                }
                (icon("down"))
            }
            button class="button" { (text!(language, "setup-open")) }
        }
    }
}

/// What would change, what that does, and the button that does it.
fn proposal(
    here: &Here,
    (key, organisation): (&str, Option<Uuid>),
    next: Option<&Json>,
    loaded: &Loaded,
    unfit: bool,
) -> Markup {
    let language = here.language();
    let preview = &loaded.preview;
    let refused = unfit || preview.effects.iter().any(|it| it.refuses);
    html! {
        section class="card padded preview" aria-labelledby="preview" {
            h2 id="preview" { (text!(language, "setting-preview-title")) }
            @if preview.differences.is_empty() { p { (text!(language, "setting-nothing-differs")) } }
            @else { (differences(here, &preview.differences)) }
            @if !preview.effects.is_empty() { ul class="effects" { @for it in &preview.effects { li {
                span class=(if it.refuses { "health bad" } else { "health" }) { (icon(if it.refuses { "alert" } else { "info" })) }
                span { (say(language, &it.message)) @if let Some(href) = &it.href { " " a class="link" href=(href) { (text!(language, "setting-see")) } } }
            } } } }
            @if refused { p class="small-text" { (text!(language, "setting-refused")) } }
            @else if !preview.differences.is_empty() || next.is_none() {
                form method="post" action=(format!("/admin/settings/{key}")) {
                    (here.csrf())
                    (hidden_organisation(organisation))
                    input type="hidden" name="value" value=(next.map(Json::to_string).unwrap_or_default());
                    input type="hidden" name="seen" value=(loaded.value.to_string());
                    button class="button primary" name="do" value="save" { (icon("check")) (text!(language, "setting-save")) }
                }
            }
        }
    }
}

fn differences(here: &Here, all: &[Difference]) -> Markup {
    let language = here.language();
    let words = |it: &Option<String>| html! { @match it { Some(text) if !text.is_empty() => (text), _ => span class="unset" { (text!(language, "value-none")) } } };
    html! {
        dl class="facts" { @for it in all {
            dt { (it.place) }
            dd { del { (words(&it.before)) } (icon("arrow")) ins { (words(&it.after)) } }
        } }
    }
}

fn history(here: &Here, (key, organisation): (&str, Option<Uuid>), loaded: &Loaded) -> Markup {
    let (language, ctx) = (here.language(), here.ctx());
    html! {
        section class="card padded" aria-labelledby="history" {
            h2 id="history" { (text!(language, "setting-history")) }
            @if loaded.changes.is_empty() { p class="small-text" { (text!(language, "setting-history-none")) } }
            ol class="setting-history" { @for (change, differ) in &loaded.changes { li {
                p {
                    b { (loaded.names.get(&change.changed_by).cloned().unwrap_or_else(|| text!(language, "setting-by-system"))) } " · "
                    (time::ago(language, &ctx.zone, ctx.now, change.changed_at))
                    @if change.before.is_none() { " · " (text!(language, "setting-first")) }
                    @if change.after.is_none() { " · " (text!(language, "setting-taken-away")) }
                }
                @if !differ.is_empty() { (differences(here, differ)) }
                form method="post" action=(format!("/admin/settings/{key}")) {
                    (here.csrf())
                    (hidden_organisation(organisation))
                    input type="hidden" name="value" value=(change.before.as_ref().map(Json::to_string).unwrap_or_default());
                    button class="button small" name="do" value="back" { (icon("history")) (text!(language, "setting-back")) }
                }
            } } }
        }
    }
}

/// The preview of a value that another page put together.
pub(super) async fn propose(state: &AppState, here: &Here, key: &str, value: Json) -> Answer {
    require(here.ctx(), key, None)?;
    let checked = here.ctx().snapshot.settings.check(key, &value);
    if let Err(message) = checked {
        let told = Some(Some(value));
        return again(state, here, (key, None), told, vec![problem(message)]).await;
    }
    let told = Told {
        proposed: Some(Some(value)),
        problems: Vec::new(),
    };
    show(state, here, (key, None), &told).await
}

/// `POST /admin/settings/{key}`: a preview, or what was previewed.
pub(super) async fn send(
    State(state): State<AppState>,
    Path(key): Path<String>,
    posted: Posted,
) -> Answer {
    let Posted { viewer, form } = posted;
    let here = Here::after(viewer);
    let organisation = organisation(&form)?;
    let declared = require(here.ctx(), &key, organisation)?;
    let before = in_force(here.ctx(), organisation, declared.key).map_or(Json::Null, |it| it.0);
    let given = || match form.get("value").filter(|it| !it.is_empty()) {
        Some(text) => serde_json::from_str(text)
            .map(Some)
            .map_err(|error| unreadable(&error)),
        None => Ok(None),
    };
    let proposed = match form.get("do") {
        Some("save") => {
            let value = given()?;
            let seen = form.get("seen").unwrap_or_default();
            if serde_json::from_str::<Json>(seen).ok().as_ref() != Some(&before) {
                let problems = vec![problem(Message::new(MEANWHILE))];
                return again(&state, &here, (&key, organisation), Some(value), problems).await;
            }
            return save(&state, &here, (declared.key, organisation), value).await;
        }
        Some("back") => given()?,
        Some("reset") => None,
        _ => {
            let subject = subject(&here, declared);
            let fields = SettingForm {
                subject: &subject,
                offers: &HashMap::new(),
            };
            match fields.read(&form, &before) {
                Ok(value) => Some(value),
                Err(wrong) => {
                    return again(&state, &here, (&key, organisation), None, vec![wrong]).await;
                }
            }
        }
    };
    if let Some(value) = &proposed
        && let Err(message) = here.ctx().snapshot.settings.check(declared.key, value)
    {
        let told = Some(proposed.clone());
        return again(
            &state,
            &here,
            (&key, organisation),
            told,
            vec![problem(message)],
        )
        .await;
    }
    let told = Told {
        proposed: Some(proposed),
        problems: Vec::new(),
    };
    show(&state, &here, (&key, organisation), &told).await
}

fn unreadable(error: &serde_json::Error) -> Refused {
    Refused::field(
        "value",
        Message::new("setting-no-json").with("error", error),
    )
}

fn problem(message: Message) -> Problem {
    Problem {
        field: Some("value".to_owned()),
        message,
    }
}

async fn again(
    state: &AppState,
    here: &Here,
    of: (&str, Option<Uuid>),
    proposed: Option<Option<Json>>,
    problems: Vec<Problem>,
) -> Answer {
    let told = Told { proposed, problems };
    let shown = show(state, here, of, &told).await?;
    Ok(refused(shown, StatusCode::UNPROCESSABLE_ENTITY))
}

async fn save(
    state: &AppState,
    here: &Here,
    (key, organisation): (&'static str, Option<Uuid>),
    value: Option<Json>,
) -> Answer {
    let kept = value.clone();
    let also = move |unit: &mut Unit<'_, '_>| guard(unit, (key, organisation), kept.as_ref());
    let engine = state.engine();
    let done = engine.put_setting_over(here.ctx(), organisation, key, value.clone(), also);
    match done.await {
        Ok(()) => {
            let href = match organisation {
                Some(id) => format!("/admin/settings/{key}?organisation={id}"),
                None => format!("/admin/settings/{key}"),
            };
            let name = title(here.language(), key);
            Ok(go(&href, Some(&Flash::new("notice-setting", name))))
        }
        Err(Error::Refused(Refused::Invalid(problems))) => {
            again(state, here, (key, organisation), Some(value), problems).await
        }
        Err(Error::Refused(Refused::Conflict { message, .. })) if message.key == MEANWHILE => {
            // What is in force now is shown beside what was wanted.
            let now = as_it_is_now(state, here)?;
            let problems = vec![problem(message)];
            again(state, &now, (key, organisation), Some(value), problems).await
        }
        Err(error) => Err(error.into()),
    }
}
