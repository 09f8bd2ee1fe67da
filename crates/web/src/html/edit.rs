//! Forms of fields: a new record, an existing one, and handing it over.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Message, Problem, Refused};
use dictionary::{FieldDef, TypeDef, WrittenBy, spine};
use engine::read::Titles;
use engine::{Action, Change, Ctx, Reading};
use maud::{Markup, html};
use ui::files::{FORM_WITH_FILES, picker};
use ui::form::{problems, sections};
use ui::icon::icon;
use ui::timeline::Story;
use ui::{label, text};

use super::act::{after, frame, is_conflict, problems_of, to_me, version};
use super::elsewhere::{fill_in, split_field};
use super::files::{Brought, most};
use super::flash::Flash;
use super::input::{self, FieldForm, Offers, Texts};
use super::leads_on::led_to;
use super::record::{Loaded, load};
use super::shell::{Frame, Here, crumb, go, may_give, new_words, refused};
use super::tree::without_own;
use crate::viewer::PostedWithFiles;
use crate::{AppState, Failure, Posted};

type Key = Path<(String, String)>;
type Answer = Result<Response, Failure>;

/// A form of an existing record: editing it, or handing it over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Edit,
    Assign,
}

impl Doing {
    const fn action(self) -> &'static str {
        match self {
            Self::Edit => "update",
            Self::Assign => "assign",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Assign => "assign",
        }
    }

    fn fields<'a>(self, loaded: &'a Loaded, ctx: &Ctx) -> Vec<&'a FieldDef> {
        let handed_over =
            |it: &&FieldDef| (it.written_by == WrittenBy::Assignment) == (self == Self::Assign);
        let mut fields = loaded.writable(ctx, self.action());
        fields.retain(handed_over);
        fields
    }
}

/// `GET /{type}/{key}/edit`
pub(super) async fn edit_page(
    State(state): State<AppState>,
    Path((name, key)): Key,
    here: Here,
) -> Answer {
    first(&state, &here, (&name, &key), Doing::Edit).await
}

/// `GET /{type}/{key}/assign`
pub(super) async fn assign_page(
    State(state): State<AppState>,
    Path((name, key)): Key,
    here: Here,
) -> Answer {
    first(&state, &here, (&name, &key), Doing::Assign).await
}

/// `POST /{type}/{key}/edit`
pub(super) async fn edit(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    save(&state, (&name, &key), posted, Doing::Edit).await
}

/// `POST /{type}/{key}/assign`: to whom the form says, or to the one who asks.
pub(super) async fn assign(
    State(state): State<AppState>,
    Path((name, key)): Key,
    posted: Posted,
) -> Answer {
    if posted.form.get("me").is_none() {
        return save(&state, (&name, &key), posted, Doing::Assign).await;
    }
    let here = Here::after(posted.viewer);
    let loaded = load(&state, &here, &name, &key).await?;
    let outcome = state.apply(here.ctx(), to_me(&loaded, here.ctx())).await?;
    Ok(after(&loaded, outcome.still_visible, "notice-assigned"))
}

async fn first(state: &AppState, here: &Here, (name, key): (&str, &str), doing: Doing) -> Answer {
    let loaded = load(state, here, name, key).await?;
    let fields = doing.fields(&loaded, here.ctx());
    if fields.is_empty() {
        let message = Message::new("forbidden-action")
            .with("action", doing.action())
            .with("type", name);
        return Err(Refused::Forbidden(message).into());
    }
    let mut offers = offers(state, here, &fields).await?;
    without_own(&mut offers, &loaded.of, loaded.record.id());
    let texts = input::shown(
        &fields,
        &loaded.record,
        (&loaded.titles, &offers),
        &here.ctx().zone,
    );
    let body = form(here, &loaded, doing, (&fields, &offers, &texts), &[]);
    Ok(form_page(state, here, &loaded, doing, &body))
}

async fn save(state: &AppState, (name, key): (&str, &str), posted: Posted, doing: Doing) -> Answer {
    let here = Here::after(posted.viewer);
    let loaded = load(state, &here, name, key).await?;
    let fields = doing.fields(&loaded, here.ctx());
    let mut offers = offers(state, &here, &fields).await?;
    without_own(&mut offers, &loaded.of, loaded.record.id());
    let shown = input::shown(
        &fields,
        &loaded.record,
        (&loaded.titles, &offers),
        &here.ctx().zone,
    );
    let sent = input::sent(&fields, &posted.form);
    let (set, mut wrong) = input::read(state, here.ctx(), &fields, &sent, &shown).await?;
    if wrong.is_empty() && set.is_empty() {
        return Ok(go(
            &loaded.address(),
            Some(&Flash::new("notice-unchanged", loaded.name())),
        ));
    }
    if wrong.is_empty() {
        let action = if doing == Doing::Edit {
            Action::Update
        } else {
            Action::Assign
        };
        let mut change = Change::of(name, loaded.record.id(), action);
        change.set = set;
        change.expected_version = version(&posted.form);
        match state.apply(here.ctx(), change).await {
            Ok(outcome) => {
                let key = if doing == Doing::Edit {
                    "notice-saved"
                } else {
                    "notice-assigned"
                };
                return Ok(after(&loaded, outcome.still_visible, key));
            }
            Err(error) if is_conflict(&error) => {
                let body = form(&here, &loaded, doing, (&fields, &offers, &sent), &[]);
                return Ok(conflict(state, &here, &loaded, version(&posted.form), body));
            }
            Err(error) => wrong = problems_of(error)?,
        }
    }
    let body = form(&here, &loaded, doing, (&fields, &offers, &sent), &wrong);
    Ok(refused(
        form_page(state, &here, &loaded, doing, &body),
        StatusCode::UNPROCESSABLE_ENTITY,
    ))
}

fn title(here: &Here, doing: Doing, name: String) -> String {
    match doing {
        Doing::Edit => text!(here.language(), "edit-title", name = name),
        Doing::Assign => text!(here.language(), "assign-title", name = name),
    }
}

fn form_page(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    doing: Doing,
    body: &Markup,
) -> Response {
    let title = title(here, doing, loaded.name());
    let page = html! {
        div class="sheet" { header class="page-head" { h1 { (title) } } (body) }
    };
    here.agent(state, frame(here, loaded, title), &page)
}

fn form(
    here: &Here,
    loaded: &Loaded,
    doing: Doing,
    (fields, offers, texts): (&[&FieldDef], &Offers, &Texts),
    wrong: &[Problem],
) -> Markup {
    let language = here.language();
    let form = FieldForm {
        language,
        of: &loaded.of,
        offers,
        texts,
        problems: wrong,
        needed: &[],
        plain: false,
    };
    let shown = form.sections(fields);
    html! {
        form class="form" method="post" action=(format!("{}/{}", loaded.address(), doing.path())) data-guard data-begin[doing == Doing::Assign] {
            (here.hidden(loaded.record.version()))
            (problems(language, "", &shown, &form.general(fields)))
            (sections(language, "", &shown))
            div class="form-actions" {
                button class="button primary" { @if doing == Doing::Edit { (text!(language, "form-save")) } @else { (text!(language, "form-assign")) } }
                a class="button quiet" href=(loaded.address()) { (text!(language, "form-cancel")) }
            }
        }
    }
}

/// Somebody else was faster: what they changed, and the form with what was typed, ready to be sent again.
pub(super) fn conflict(
    state: &AppState,
    here: &Here,
    loaded: &Loaded,
    seen: Option<i64>,
    form: Markup,
) -> Response {
    let language = here.language();
    let reader = here.reader(&loaded.titles);
    let address = loaded.address();
    let story = Story {
        reader,
        of: &loaded.of,
        timeline: &loaded.timeline,
        files: loaded.files_at(here.ctx(), &address, &address),
        origins: &loaded.origins.by_change,
        split: None,
    };
    let title = text!(language, "conflict-title", name = loaded.name());
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            div class="banner amber" role="alert" {
                (icon("alert"))
                div { b { (text!(language, "conflict-words")) } p { (text!(language, "conflict-help")) } }
                a class="button end" href=(loaded.address()) { (text!(language, "conflict-drop")) }
            }
            div class="panel" { (story.since(seen.unwrap_or_default())) }
            (form)
        }
    };
    refused(
        here.agent(state, frame(here, loaded, title), &body),
        StatusCode::CONFLICT,
    )
}

async fn offers(state: &AppState, here: &Here, fields: &[&FieldDef]) -> Result<Offers, Error> {
    let fields: Vec<FieldDef> = fields.iter().copied().cloned().collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        input::offers(reading, &fields.iter().collect::<Vec<_>>())
    };
    state.engine().read(here.ctx(), read).await
}

/// The fields that a form for a new record asks for.
pub(super) fn create_fields<'a>(ctx: &Ctx, of: &'a TypeDef) -> Vec<&'a FieldDef> {
    let laid_out: Vec<&str> = of.layout.create.iter().map(String::as_str).collect();
    let own: Vec<&str> = of.fields.iter().map(|it| it.name.as_str()).collect();
    let custom = of
        .fields
        .iter()
        .filter(|it| it.custom || it.required)
        .map(|it| it.name.as_str());
    let mut names = if laid_out.is_empty() { own } else { laid_out };
    for name in custom {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .filter_map(|it| of.field(it))
        .filter(|it| may_give(ctx, of, it))
        .collect()
}

/// The type with that name, where the actor may make records of it.
fn creatable(here: &Here, name: &str) -> Result<Arc<TypeDef>, Failure> {
    let of = here.ctx().snapshot.dictionary.record_type(name).cloned();
    let of = of.ok_or_else(|| Refused::NotFound(Message::new("address-not-found")))?;
    if here.ctx().may_somewhere(name, "create") {
        return Ok(of);
    }
    Err(Refused::Forbidden(
        Message::new("forbidden-action")
            .with("action", "create")
            .with("type", name),
    )
    .into())
}

/// `GET /{type}/new`: what the address names is filled in.
pub(super) async fn new_page(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Answer {
    let of = creatable(&here, &name)?;
    let mut fields = create_fields(here.ctx(), &of);
    fields.extend(split_field(here.ctx(), &of, &here.query));
    let offers = offers(&state, &here, &fields).await?;
    let mut texts = defaults(here.ctx(), &fields);
    fill_in(&state, &here, (&fields, &offers), &mut texts).await?;
    for field in &fields {
        if let Some(given) = here.query.get(&field.name).filter(|it| !it.is_empty()) {
            texts.insert(field.name.clone(), vec![given.to_owned()]);
        }
    }
    Ok(new_form(
        &state,
        &here,
        &of,
        (&fields, &offers, &texts),
        &[],
    ))
}

/// What a new record shows before anybody has typed.
pub(super) fn defaults(ctx: &Ctx, fields: &[&FieldDef]) -> Texts {
    let none = Titles::default();
    let text = |it: &&FieldDef| {
        Some((
            it.name.clone(),
            input::texts_of(it, it.default.as_ref()?, &none, &ctx.zone),
        ))
    };
    fields.iter().filter_map(text).collect()
}

/// `POST /{type}/new`
pub(super) async fn create(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: PostedWithFiles,
) -> Answer {
    let (here, form, brought) = Brought::of(posted);
    let of = creatable(&here, &name)?;
    let mut fields = create_fields(here.ctx(), &of);
    fields.extend(split_field(here.ctx(), &of, &form));
    let sent = input::sent(&fields, &form);
    let usual = defaults(here.ctx(), &fields);
    let (set, mut wrong) = input::read(&state, here.ctx(), &fields, &sent, &usual).await?;
    if wrong.is_empty() {
        let mut change = Change::create(&name);
        change.set = set;
        match brought.apply(&state, here.ctx(), change).await? {
            Ok(outcome) => {
                if outcome.still_visible
                    && let Some(there) = led_to(&state, &here, (&of, outcome.record), None).await?
                {
                    return Ok(brought.answered(there));
                }
                let shown = outcome
                    .number
                    .clone()
                    .unwrap_or_else(|| outcome.record.to_string());
                let title = sent.get(spine::TITLE).and_then(|it| it.first()).cloned();
                let flash = Flash::new(
                    "notice-created",
                    outcome.number.or(title).unwrap_or_default(),
                );
                let place = if outcome.still_visible {
                    format!("/{name}/{shown}")
                } else {
                    format!("/{name}")
                };
                return Ok(brought.answered(go(&place, Some(&flash))));
            }
            Err(problems) => wrong = problems,
        }
    } else {
        wrong = brought.told(wrong);
    }
    let offers = offers(&state, &here, &fields).await?;
    let page = new_form(&state, &here, &of, (&fields, &offers, &sent), &wrong);
    Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY))
}

fn new_form(
    state: &AppState,
    here: &Here,
    of: &Arc<TypeDef>,
    (fields, offers, texts): (&[&FieldDef], &Offers, &Texts),
    wrong: &[Problem],
) -> Response {
    let language = here.language();
    let form = FieldForm {
        language,
        of,
        offers,
        texts,
        problems: wrong,
        needed: &[],
        plain: false,
    };
    let shown = form.sections(fields);
    let title = new_words(language, of);
    let list = format!("/{}", of.name);
    let most = most(
        here.ctx(),
        of.journal && here.ctx().may_somewhere(&of.name, "attach"),
    );
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            form class="form" method="post" action=(format!("{list}/new")) enctype=[most.map(|_| FORM_WITH_FILES)] data-guard {
                (here.csrf())
                (problems(language, "", &shown, &form.general(fields)))
                (sections(language, "", &shown))
                @if let Some(most) = most { (picker(language, most)) }
                div class="form-actions" {
                    button class="button primary" { (text!(language, "form-create", what = label::within(language, &label::label(language, &of.label)))) }
                    a class="button quiet" href=(list) { (text!(language, "form-cancel")) }
                }
            }
        }
    };
    let plural = label::label(language, &of.plural);
    let frame = Frame {
        title: title.clone(),
        area: "desk",
        active: of.name.clone(),
        crumbs: vec![crumb(plural, Some(&list)), crumb(title, None)],
        of: Some(Arc::clone(of)),
        ..Frame::default()
    };
    here.agent(state, frame, &body)
}

/// `GET /new`: which kinds of records can be made.
pub(super) async fn choose(State(state): State<AppState>, here: Here) -> Answer {
    let language = here.language();
    let title = text!(language, "new-title");
    let types = super::navigation::readable_types(here.ctx());
    let types = types
        .iter()
        .flatten()
        .filter(|it| here.ctx().may_somewhere(&it.name, "create"));
    let body = html! {
        div class="sheet" {
            header class="page-head" { h1 { (title) } }
            ul class="links card padded" {
                @for of in types {
                    li { a href=(format!("/{}/new", of.name)) { (icon(super::navigation::type_icon(of))) span class="title" { (label::label(language, &of.label)) } } }
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
            crumbs,
            ..Frame::default()
        },
        &body,
    ))
}
