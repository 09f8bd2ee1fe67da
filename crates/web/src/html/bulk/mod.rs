//! One act to many records: which were chosen, what is to be done, and what that would do.
//!
//! Each step is a page of its own that carries the choice along, so that nothing needs script. What the form says
//! besides fields has a hyphen in its name, which no field has.

mod form;
mod preview;
pub(super) mod run;
mod shared;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Message, Problem, Refused, Uuid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dictionary::filter::{Scope, parse};
use dictionary::{FieldDef, Transition, TypeDef, WrittenBy};
use engine::{Comment, Ctx, Reading, Unit};
use flow::bulk::{ACROSS, Act, Doing, Order, may_begin};
use maud::{Markup, html};
use ui::icon::icon;
use ui::label;
use ui::message::Language;
use ui::selection::{Act as Offered, Selection};
use ui::text;

use self::form::{narrower, values};
use self::shared::shared;
use super::flash::Flash;
use super::input::{self, Texts};
use super::shell::{Frame, Here, crumb, go, may_read, refused};
use crate::{AppState, Failure, FormData, Posted};

type Answer = Result<Response, Failure>;

/// Stands for what no record has, so that every chosen field is read as changed.
const NOT_SHOWN: &str = "\u{1}";

/// Where the records stand that were counted: a form has not room enough for a field for each.
const COUNTED: &str = "bulk-counted";

fn packed(records: &[Uuid]) -> String {
    let bytes: Vec<u8> = records.iter().flat_map(|it| *it.as_bytes()).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Records that were counted. What somebody else put there is asked for its rights like any other.
fn unpacked(text: &str) -> Vec<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let parts = bytes.chunks_exact(16);
    parts.filter_map(|it| Uuid::from_slice(it).ok()).collect()
}

/// What a reader may do with chosen rows of a list; nothing where they may not do anything to many at once.
pub(super) fn selection(
    here: &Here,
    of: Option<&TypeDef>,
    filter: &str,
    total: Option<i64>,
) -> Option<Selection> {
    let ctx = here.ctx();
    let name = of.map_or(ACROSS, |it| it.name.as_str());
    if !may_begin(ctx, name) {
        return None;
    }
    let acts = ACTS.iter().filter(|it| match of {
        Some(of) => may(ctx, of, it.0),
        // What the chosen ones have in common is known once they are chosen.
        None => IN_COMMON.contains(&it.0),
    });
    let acts = acts.map(|(code, icon)| Offered {
        code,
        label: words(here.language(), code),
        icon,
    });
    Some(Selection {
        action: format!("/{name}/bulk"),
        filter: filter.to_owned(),
        total,
        acts: acts.collect(),
    })
}

/// What can be done to records of several types.
const IN_COMMON: [&str; 3] = ["assign", "transition", "comment"];

/// What can be done, with its icon.
const ACTS: [(&str, &str); 5] = [
    ("change", "edit"),
    ("assign", "user"),
    ("transition", "arrow"),
    ("comment", "reply"),
    ("delete", "trash"),
];

fn may(ctx: &Ctx, of: &TypeDef, act: &str) -> bool {
    match act {
        _ if of.name == ACROSS && !IN_COMMON.contains(&act) => false,
        "comment" if of.name == ACROSS => of.journal,
        "change" => !fields(ctx, of, "update").is_empty(),
        "assign" => !fields(ctx, of, "assign").is_empty(),
        "transition" => !steps(ctx, of).is_empty(),
        "comment" => of.journal && ctx.may_somewhere(&of.name, "comment"),
        "delete" => ctx.may_somewhere(&of.name, "delete"),
        _ => false,
    }
}

/// The name of an act.
pub(super) fn words(language: &Language, act: &str) -> String {
    label::said(language, &label::key(&["bulk-act", act])).unwrap_or_else(|| act.to_owned())
}

/// Fields that the reader may set on some records by that action.
fn fields<'a>(ctx: &Ctx, of: &'a TypeDef, action: &str) -> Vec<&'a FieldDef> {
    let kind = match action {
        "assign" => WrittenBy::Assignment,
        _ => WrittenBy::People,
    };
    if of.name == ACROSS {
        // Made for the actor already.
        let handed = |it: &&FieldDef| shared::HANDED.contains(&it.name.as_str());
        return of.fields.iter().filter(handed).collect();
    }
    let may = |field: &FieldDef| {
        ctx.actor.system
            || ctx
                .grants(&of.name, action)
                .any(|it| it.grant.write_fields.has(field))
    };
    let own = of.fields.iter().filter(|it| it.written_by == kind);
    own.filter(|it| may(it) && may_read(ctx, of, it)).collect()
}

/// Steps that the reader may take with some records, each once.
fn steps<'a>(ctx: &Ctx, of: &'a TypeDef) -> Vec<&'a Transition> {
    let mut seen = BTreeSet::new();
    let all = of.lifecycle.iter().flat_map(|it| &it.transitions);
    all.filter(|it| {
        of.name == ACROSS || ctx.may_somewhere(&of.name, &format!("transition:{}", it.name))
    })
    .filter(|it| seen.insert(it.name.clone()))
    .collect()
}

/// Which records were chosen, and what is to be done with them.
struct Chosen {
    of: Arc<TypeDef>,
    ids: Vec<String>,
    /// The filter whose records are all meant.
    all: Option<String>,
    /// The records that it found when they were counted, once a preview told of them.
    counted: Vec<Uuid>,
    act: String,
    fields: Vec<String>,
    step: Option<String>,
    /// Of several types: which, and how many of each.
    types: Vec<(Arc<TypeDef>, usize)>,
}

impl Chosen {
    fn read(here: &Here, name: &str, form: &FormData) -> Result<Self, Failure> {
        let of = match name {
            // Until it is known which records they are.
            ACROSS => Some(Arc::new(shared(here.ctx(), &[]))),
            name => here.ctx().record_type(name),
        };
        let of = of.ok_or_else(|| Refused::NotFound(Message::new("address-not-found")))?;
        flow::bulk::require(here.ctx(), &of.name)?;
        let text = |name: &str| form.get(name).filter(|it| !it.is_empty());
        let all = text("bulk-all").map(|_| form.get("bulk-q").unwrap_or_default().to_owned());
        Ok(Self {
            ids: match all {
                Some(_) => Vec::new(),
                None => form.all("id").map(str::to_owned).collect(),
            },
            counted: text(COUNTED).map(unpacked).unwrap_or_default(),
            all,
            act: text("bulk-act").unwrap_or_default().to_owned(),
            fields: form.all("bulk-field").map(str::to_owned).collect(),
            step: text("bulk-step").map(str::to_owned),
            types: Vec::new(),
            of,
        })
    }

    fn is_empty(&self) -> bool {
        self.all.is_none() && self.ids.is_empty()
    }

    /// The choice as hidden inputs of a form.
    fn hidden(&self) -> Markup {
        html! {
            @for id in &self.ids { input type="hidden" name="id" value=(id); }
            @if let Some(filter) = &self.all {
                input type="hidden" name="bulk-all" value="1";
                input type="hidden" name="bulk-q" value=(filter);
                @if !self.counted.is_empty() { input type="hidden" name=(COUNTED) value=(packed(&self.counted)); }
            }
            input type="hidden" name="bulk-act" value=(self.act);
        }
    }

    /// The records, as they are now.
    async fn records(&mut self, state: &AppState, ctx: &Ctx) -> Result<Vec<Uuid>, Failure> {
        let records = self.chosen(state, ctx).await?;
        if self.of.name == ACROSS {
            let ids = records.clone();
            let read = move |reading: &mut Reading<'_, '_>| flow::bulk::by_type(reading, &ids);
            let found = state.engine().read_long(ctx, read).await?;
            let types: Vec<_> = found.iter().map(|it| Arc::clone(&it.0)).collect();
            self.of = Arc::new(shared(ctx, &types));
            self.types = found.into_iter().map(|it| (it.0, it.1.len())).collect();
        }
        Ok(records)
    }

    /// Those of which a preview told, else as they are now. What a filter finds later was never shown to anybody.
    async fn chosen(&self, state: &AppState, ctx: &Ctx) -> Result<Vec<Uuid>, Failure> {
        if self.all.is_some() && !self.counted.is_empty() {
            return Ok(self.counted.clone());
        }
        let of = self.of.name.clone();
        let Some(text) = &self.all else {
            let ids = self.ids.clone();
            let read = move |reading: &mut Reading<'_, '_>| flow::bulk::named(reading, &of, &ids);
            return Ok(state.engine().read_long(ctx, read).await?);
        };
        let dictionary = &ctx.snapshot.dictionary;
        let scope = match self.of.name.as_str() {
            ACROSS => Scope::spine(dictionary),
            _ => Scope::new(dictionary, &self.of),
        };
        let filter = parse(text, &scope).map_err(Refused::from)?;
        let read =
            move |reading: &mut Reading<'_, '_>| flow::bulk::found(reading, &of, filter.clone());
        Ok(state.engine().read_long(ctx, read).await?)
    }

    /// The step that was chosen, where the reader may take it.
    fn transition(&self, ctx: &Ctx) -> Option<&Transition> {
        let name = self.step.as_deref()?;
        steps(ctx, &self.of).into_iter().find(|it| it.name == name)
    }

    /// The fields that the form asks for.
    fn asked(&self, ctx: &Ctx) -> Vec<&FieldDef> {
        match self.act.as_str() {
            "change" => {
                let all = fields(ctx, &self.of, "update").into_iter();
                all.filter(|it| self.fields.contains(&it.name)).collect()
            }
            "assign" => fields(ctx, &self.of, "assign"),
            "transition" => {
                let step = self.transition(ctx);
                let names = step.iter().flat_map(|it| it.needs.iter().chain(&it.asks));
                names.filter_map(|it| self.of.field(it)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the next page asks for values; otherwise it asks of which fields, or by which step.
    fn is_settled(&self, ctx: &Ctx) -> bool {
        match self.act.as_str() {
            "change" => !self.asked(ctx).is_empty(),
            "transition" => self.transition(ctx).is_some(),
            _ => true,
        }
    }

    fn title(&self, language: &Language, count: usize) -> String {
        title(
            language,
            &self.of,
            &self.act,
            i64::try_from(count).unwrap_or(i64::MAX),
        )
    }
}

/// What is done to how many of what.
pub(super) fn title(language: &Language, of: &TypeDef, act: &str, count: i64) -> String {
    let what = match count {
        1 => label::label(language, &of.label),
        _ => label::label(language, &of.plural),
    };
    let what = label::within(language, &what);
    text!(
        language,
        "bulk-of",
        act = words(language, act),
        count = count,
        what = what
    )
}

/// `GET /{type}/bulk`: what is to be done with the chosen records.
pub(super) async fn page(
    State(state): State<AppState>,
    Path(name): Path<String>,
    here: Here,
) -> Answer {
    let mut chosen = Chosen::read(&here, &name, &here.query)?;
    if chosen.is_empty() {
        return Ok(go(
            &format!("/{name}"),
            Some(&Flash::new("notice-none-chosen", "")),
        ));
    }
    let count = chosen.records(&state, here.ctx()).await?.len();
    if !may(here.ctx(), &chosen.of, &chosen.act) {
        if IN_COMMON.contains(&chosen.act.as_str()) && !chosen.types.is_empty() {
            let body = nothing_in_common(&here, &chosen);
            return Ok(show(&state, &here, &chosen, count, &body));
        }
        return Err(Refused::BadRequest(Message::new("bulk-one-act")).into());
    }
    let body = if chosen.is_settled(here.ctx()) {
        values(&state, &here, &chosen, &FormData::default(), &[]).await?
    } else {
        narrower(&here, &chosen)
    };
    Ok(show(&state, &here, &chosen, count, &body))
}

/// `POST /{type}/bulk`: what it would do, or its beginning.
pub(super) async fn send(
    State(state): State<AppState>,
    Path(name): Path<String>,
    posted: Posted,
) -> Answer {
    let here = Here::after(posted.viewer);
    let (ctx, form) = (here.ctx(), &posted.form);
    let mut chosen = Chosen::read(&here, &name, form)?;
    let records = chosen.records(&state, ctx).await?;
    let count = records.len();
    let order = match order(&state, ctx, &chosen, form, records).await? {
        Ok(order) => order,
        Err(wrong) => {
            let body = values(&state, &here, &chosen, form, &wrong).await?;
            let page = show(&state, &here, &chosen, count, &body);
            return Ok(refused(page, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    if form.get("bulk-back").is_some() {
        let body = values(&state, &here, &chosen, form, &[]).await?;
        return Ok(show(&state, &here, &chosen, count, &body));
    }
    if form.get("bulk-go").is_some() {
        let begin = move |unit: &mut Unit<'_, '_>| flow::bulk::begin(unit, &order);
        let run = state.engine().write(ctx, begin).await?;
        return Ok(go(&format!("/bulk/{}", run.id), None));
    }
    let (set, records) = (order.act.clone(), order.records.clone());
    let found = crate::api::bulk::preview(&state, ctx, order).await?;
    let body = preview::preview(&state, &here, (&chosen, &records), (form, &set, &found)).await?;
    Ok(show(&state, &here, &chosen, count, &body))
}

/// What the form asks for, or what is wrong with it.
async fn order(
    state: &AppState,
    ctx: &Ctx,
    chosen: &Chosen,
    form: &FormData,
    records: Vec<Uuid>,
) -> Result<Result<Order, Vec<Problem>>, Failure> {
    let fields = chosen.asked(ctx);
    let sent = input::sent(&fields, form);
    let shown: Texts = match chosen.act.as_str() {
        // Every chosen field is meant, also an empty one.
        "change" => fields
            .iter()
            .map(|it| (it.name.clone(), vec![NOT_SHOWN.to_owned()]))
            .collect(),
        _ => Texts::new(),
    };
    let (set, mut wrong) = input::read(state, ctx, &fields, &sent, &shown).await?;
    let said = form.get("bulk-comment").unwrap_or_default().trim();
    let comment = match form.get("bulk-private") {
        _ if said.is_empty() => None,
        Some(_) => Some(Comment::private(said)),
        None => Some(Comment::public(said)),
    };
    let missing = |field: &str, key| Problem {
        field: Some(field.to_owned()),
        message: Message::new(key),
    };
    let doing = match chosen.act.as_str() {
        "change" => Doing::Change,
        "assign" => Doing::Assign,
        "transition" => Doing::Transition(chosen.step.clone().unwrap_or_default()),
        "comment" => Doing::Comment,
        "delete" => Doing::Delete,
        _ => return Err(Refused::BadRequest(Message::new("bulk-one-act")).into()),
    };
    match doing {
        Doing::Change | Doing::Assign if set.is_empty() && wrong.is_empty() => {
            wrong.push(Problem {
                field: None,
                message: Message::new("bulk-no-fields"),
            })
        }
        Doing::Comment if comment.is_none() => {
            wrong.push(missing("bulk-comment", "refused-required"));
        }
        _ => {}
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let reason = form.get("bulk-reason").map(str::trim);
    let order = Order {
        record_type: chosen.of.name.clone(),
        records,
        act: Act::new(doing, &set, comment),
        reason: reason.filter(|it| !it.is_empty()).map(str::to_owned),
        token: None,
    };
    Ok(Ok(order))
}

/// That the chosen records cannot all do it, and the way back.
fn nothing_in_common(here: &Here, chosen: &Chosen) -> Markup {
    let language = here.language();
    html! {
        div class="banner amber" role="status" {
            (icon("alert"))
            div { b { (text!(language, "bulk-nothing-common")) } p { (text!(language, "bulk-nothing-common-help")) } }
        }
        p { a class="button" href=(format!("/{}", chosen.of.name)) { (text!(language, "bulk-back-to-list")) } }
    }
}

/// Of which types the chosen records are, where they are of several.
fn types(language: &Language, chosen: &Chosen) -> Option<String> {
    let named = chosen.types.iter().map(|(of, count)| {
        let plural = label::label(language, &of.plural);
        format!("{plural} ({count})")
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

fn show(state: &AppState, here: &Here, chosen: &Chosen, count: usize, body: &Markup) -> Response {
    let title = chosen.title(here.language(), count);
    let types = types(here.language(), chosen);
    let page = html! {
        div class="sheet" { header class="page-head" { div class="grow" { h1 { (title) } @if let Some(types) = types { p class="small-text" { (types) } } } a class="button quiet not-phone" href="/bulk" { (icon("history")) (text!(here.language(), "bulk-runs")) } } (body) }
    };
    let plural = label::label(here.language(), &chosen.of.plural);
    let frame = Frame {
        title: title.clone(),
        area: "desk",
        active: chosen.of.name.clone(),
        crumbs: vec![
            crumb(plural, Some(&format!("/{}", chosen.of.name))),
            crumb(title, None),
        ],
        of: Some(Arc::clone(&chosen.of)).filter(|it| it.name != ACROSS),
        ..Frame::default()
    };
    here.agent(state, frame, &page)
}
