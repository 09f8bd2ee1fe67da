//! The page of one record.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::{
    Count, Direction, FieldDef, FieldFlag, Filter, Kind, Page, Phase, Query, Sort, Transition,
    TypeDef, Value, spine,
};
use engine::read::{Titles, Visible};
use engine::system::attachment::Attachment;
use engine::{BesidePage, Ctx, LinkSeen, Reading, Standing, Timeline, TimelineItem};
use maud::{Markup, html};
use ui::field::record_href;
use ui::form::{Control, FormField, FormSection};
use ui::icon::icon;
use ui::label;
use ui::page::record_hints;
use ui::record::{Assign, Composer, RecordPage, Step, record_page, title_of};
use ui::text;
use ui::timeline::Story;

use super::around::around;
use super::article::heard::{Heard, heard_of};
use super::duplicate::{self, MERGED_INTO, UNMERGE};
use super::elsewhere::{Origins, goes_on, splits, tell_origins};
use super::input::{self, FieldForm, Offers};
use super::leads_on::open_of_person;
use super::navigation::is_text;
use super::shell::{Frame, Here, crumb, go, is_agent};
use super::story::Part;
use crate::{AppState, Failure};

/// Rows of each list of child records.
const CHILDREN: usize = 20;
/// Most links and most followers; the page says where there are more.
const BESIDE: usize = 200;

/// A record with all that its page shows.
pub(super) struct Loaded {
    pub(super) of: Arc<TypeDef>,
    pub(super) record: Visible,
    pub(super) titles: Titles,
    pub(super) standing: Standing,
    pub(super) timeline: Timeline,
    /// The version from which on the timeline tells; 1 where it is whole.
    since: i64,
    /// Records that go on in this one.
    pub(super) origins: Origins,
    pub(super) links: BesidePage<LinkSeen>,
    /// Those of its type among them that are said to be duplicates.
    pub(super) duplicates: Vec<Visible>,
    pub(super) followers: BesidePage<Uuid>,
    follows: bool,
    pub(super) children: Vec<(Arc<TypeDef>, Vec<Visible>)>,
    pub(super) files: Vec<Attachment>,
    /// What the person has open whom it is about, where it may go on there.
    pub(super) open_of_person: Vec<Visible>,
    /// What readers say of it, where it is a text.
    pub(super) heard: Option<Heard>,
    offers: Offers,
}

impl Loaded {
    /// The record's address.
    pub(super) fn address(&self) -> String {
        record_href(&self.of.name, self.record.number(), self.record.id())
    }

    /// What it is called in notices.
    pub(super) fn name(&self) -> String {
        let named = self.record.number().or(self.record.title());
        named.map_or_else(|| self.record.id().to_string(), str::to_owned)
    }

    /// Whether the actor may do that.
    pub(super) fn may(&self, ctx: &Ctx, action: &str) -> bool {
        self.standing.may(ctx, &self.of.name, action)
    }

    /// The state's code.
    fn state(&self) -> Option<&str> {
        self.record.value(spine::STATE).as_text()
    }

    /// Transitions that can be taken from here.
    pub(super) fn transitions<'a>(&'a self, ctx: &'a Ctx) -> impl Iterator<Item = &'a Transition> {
        let from = self.of.lifecycle.as_ref().zip(self.state());
        let all = from
            .into_iter()
            .flat_map(|(lifecycle, code)| lifecycle.transitions_from(code));
        // A merge is taken back only where there was one.
        let merged = !self.record.value(MERGED_INTO).is_null();
        all.filter(move |it| {
            (merged || it.name != UNMERGE) && self.may(ctx, &format!("transition:{}", it.name))
        })
    }

    /// Fields that may be changed here by that action.
    pub(super) fn writable<'a>(&'a self, ctx: &Ctx, action: &str) -> Vec<&'a FieldDef> {
        let flags = self
            .of
            .lifecycle
            .as_ref()
            .zip(self.state())
            .and_then(|(lifecycle, code)| lifecycle.state(code));
        let free = |it: &FieldDef| {
            let flag = flags.and_then(|state| state.flags.get(&it.name));
            !matches!(flag, Some(FieldFlag::ReadOnly | FieldFlag::Hidden))
        };
        let fields = self
            .of
            .fields
            .iter()
            .filter(|it| free(it) && self.standing.may_write(ctx, &self.of, action, it));
        fields
            .filter(|it| self.record.get(&it.name).is_some())
            .collect()
    }

    /// What a transition asks for: what it needs and has not yet, and what it offers besides.
    pub(super) fn asked_by<'a>(&'a self, transition: &Transition) -> Vec<&'a FieldDef> {
        let needs = transition
            .needs
            .iter()
            .filter(|it| self.record.value(it).is_null());
        needs
            .chain(&transition.asks)
            .filter_map(|it| self.of.field(it))
            .collect()
    }
}

/// Loads a record by id or number, with its whole story.
pub(super) async fn load(
    state: &AppState,
    here: &Here,
    of: &str,
    key: &str,
) -> Result<Loaded, Failure> {
    load_part(state, here, (of, key), Part::default()).await
}

async fn load_part(
    state: &AppState,
    here: &Here,
    (of, key): (&str, &str),
    part: Part,
) -> Result<Loaded, Failure> {
    let record_type = here.ctx().snapshot.dictionary.record_type(of).cloned();
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", of));
    let (of, key) = (record_type.ok_or_else(unknown)?, key.to_owned());
    let read = move |reading: &mut Reading<'_, '_>| read(reading, &of, &key, part);
    Ok(state.engine().read(here.ctx(), read).await?)
}

fn read(reading: &mut Reading<'_, '_>, of: &Arc<TypeDef>, key: &str, part: Part) -> Result<Loaded> {
    let (record, titles) = reading.record(Some(&of.name), key)?;
    let id = record.id();
    let standing = reading.standing(of, id)?;
    let mut since = part.since(record.version().unwrap_or(1));
    let mut timeline = reading.timeline_since(of, &standing, since)?;
    let most = Page {
        limit: Some(BESIDE),
        after: None,
    };
    let links = reading.links_of(&standing, &most)?;
    let origins = tell_origins(reading, (&of.name, id), &links, &mut timeline)?;
    if part.end {
        since = part.shorten(&record, &mut timeline, since);
    }
    let followers = reading.followers_of(&standing, &most)?;
    let children = children(reading, of, id)?;
    let open_of_person = open_of_person(reading, of, &record)?;
    let files = reading.files_of(of, &standing)?;
    let mut loaded = Loaded {
        of: Arc::clone(of),
        record,
        titles,
        standing,
        timeline,
        since,
        origins,
        duplicates: duplicate::linked(reading, of, &links)?,
        links,
        followers,
        follows: reading.follows(id)?,
        children,
        files,
        open_of_person,
        heard: heard_of(reading, of, id)?,
        offers: HashMap::new(),
    };
    let asked: Vec<&FieldDef> = loaded
        .transitions(reading.ctx)
        .flat_map(|it| loaded.asked_by(it))
        .collect();
    loaded.offers = input::offers(reading, &asked)?;
    Ok(loaded)
}

/// Records whose `parent` this one is, by type.
fn children(
    reading: &mut Reading<'_, '_>,
    of: &TypeDef,
    id: Uuid,
) -> Result<Vec<(Arc<TypeDef>, Vec<Visible>)>> {
    let ctx = reading.ctx;
    let types = ctx.snapshot.dictionary.types();
    let leading = types.filter_map(|child| {
        let parent = child.field("parent")?;
        let leads_here = match &parent.kind {
            Kind::Reference { to: Some(to) } => *to == of.name,
            Kind::Reference { to: None } => of.journal && of.field(spine::ASSIGNEE).is_some(),
            _ => false,
        };
        let readable = leads_here
            && ctx.may_somewhere(&child.name, "read")
            && super::shell::may_read(ctx, child, parent);
        readable.then_some((child, parent))
    });
    let leading: Vec<(&Arc<TypeDef>, &FieldDef)> = leading.collect();
    let fields: Vec<(&TypeDef, &FieldDef)> = leading
        .iter()
        .map(|(child, parent)| (child.as_ref(), *parent))
        .collect();
    // Most records have none, and to ask whether is less work than to list them.
    let there = reading.refer_to(id, &fields)?;
    let mut all = Vec::new();
    for ((child, _), there) in leading.into_iter().zip(there) {
        if !there {
            all.push((Arc::clone(child), Vec::new()));
            continue;
        }
        let shown = [spine::NUMBER, spine::TITLE, spine::STATE]
            .iter()
            .filter(|it| child.field(it).is_some());
        let query = Query {
            record_type: Some(child.name.clone()),
            filter: Filter::equal("parent", Value::Reference(id)),
            sort: vec![Sort {
                field: spine::CREATED_AT.to_owned(),
                direction: Direction::Ascending,
            }],
            columns: shown.map(|it| (*it).to_owned()).collect(),
            page: Page {
                limit: Some(CHILDREN),
                after: None,
            },
            count: Count::No,
        };
        all.push((Arc::clone(child), reading.list(&query)?.rows));
    }
    Ok(all)
}

/// `GET /{type}/{key}`
pub(super) async fn page(
    State(state): State<AppState>,
    Path((name, key)): Path<(String, String)>,
    here: Here,
) -> Result<Response, Failure> {
    // Whoever only asks reads about it in plain words.
    if !is_agent(here.ctx()) {
        return Ok(go(&format!("/portal/{name}/{key}"), None));
    }
    let loaded = load_part(&state, &here, (&name, &key), Part::asked(&here.query)).await?;
    if let Some(there) = goes_on(&here, &loaded, "") {
        return Ok(there);
    }
    Ok(show(&state, &here, &loaded, Composer::default()))
}

/// The page, with what was typed into the composer and refused.
pub(super) fn show(state: &AppState, here: &Here, loaded: &Loaded, typed: Composer) -> Response {
    let (language, ctx) = (here.language(), here.ctx());
    let reader = here.reader(&loaded.titles);
    let of = &loaded.of;
    let alike = loaded
        .children
        .iter()
        .any(|(child, rows)| child.name == of.name && !rows.is_empty());
    let composer = Composer {
        public: loaded.may(ctx, "comment"),
        private: loaded.may(ctx, "note_write"),
        to: loaded
            .record
            .value(spine::REQUESTER)
            .as_reference()
            .and_then(|it| loaded.titles.get(it))
            .map(|it| it.title.clone()),
        minutes: of.field("time_worked").is_some(),
        files: super::files::most(ctx, loaded.may(ctx, "attach")),
        children: alike,
        ..typed
    };
    let address = loaded.address();
    let split = splits(ctx, loaded);
    let page = RecordPage {
        reader,
        record: &loaded.record,
        story: Story {
            reader,
            of,
            timeline: &loaded.timeline,
            files: loaded.files_at(ctx, &address, &address),
            origins: &loaded.origins.by_change,
            split: split.as_deref(),
        },
        show: Part::asked(&here.query).show,
        since: loaded.since,
        hidden: here.hidden(loaded.record.version()),
        address: address.clone(),
        steps: steps(here, loaded),
        composer: Some(composer).filter(|it| of.journal && (it.public || it.private)),
        assign: loaded.may(ctx, "assign").then(|| Assign {
            to_me: of.field(spine::ASSIGNEE).is_some()
                && loaded.record.value(spine::ASSIGNEE).as_reference() != Some(ctx.actor.person),
        }),
        around: around(here, loaded),
    };
    let title = title_of(language, &loaded.record);
    let plural = label::label(language, &of.plural);
    let frame = Frame {
        title: format!("{} {title}", loaded.record.number().unwrap_or_default())
            .trim()
            .to_owned(),
        area: "desk",
        active: of.name.clone(),
        crumbs: vec![
            crumb(plural, Some(&format!("/{}", of.name))),
            crumb(loaded.name(), None),
        ],
        actions: Some(actions(here, loaded)),
        hints: record_hints(language),
        of: Some(Arc::clone(of)),
        ..Frame::default()
    };
    here.agent(state, frame, &record_page(&page))
}

fn steps(here: &Here, loaded: &Loaded) -> Vec<Step> {
    let language = here.language();
    let phase = |it: &Transition| {
        loaded
            .of
            .lifecycle
            .as_ref()
            .map(|lifecycle| lifecycle.phase(&it.to))
    };
    let resolves = loaded
        .transitions(here.ctx())
        .any(|it| phase(it) == Some(Phase::Resolved));
    let step = |it: &Transition| {
        let done = if resolves {
            Phase::Resolved
        } else {
            Phase::Closed
        };
        let sections = step_sections(here, loaded, it, &input::Texts::new(), &[]);
        let converts = loaded.of.conversion.as_ref();
        let converts = converts.filter(|conversion| conversion.transition == it.name);
        let other = converts.and_then(|it| here.ctx().snapshot.dictionary.record_type(&it.into));
        let words = other.map(|other| {
            let called = |it: &TypeDef| label::within(language, &label::label(language, &it.label));
            text!(
                language,
                "step-converts",
                this = called(&loaded.of),
                other = called(other)
            )
        });
        let words = words.or_else(|| duplicate::merges(it).then(|| duplicate::words(here, loaded)));
        let needs =
            words.is_some() || it.needs_comment || sections.iter().any(|it| !it.fields.is_empty());
        Step {
            name: it.name.clone(),
            label: label::label(language, &it.label),
            primary: phase(it) == Some(done) && loaded.of.journal,
            words,
            asks: needs.then(|| with_comment(here, loaded, it, sections, String::new(), None)),
        }
    };
    let mut steps: Vec<Step> = loaded.transitions(here.ctx()).map(step).collect();
    // What is most often done stands at the end of the row, where the hand expects it.
    steps.sort_by_key(|it| it.primary);
    steps
}

/// The fields that a transition asks for.
pub(super) fn step_sections(
    here: &Here,
    loaded: &Loaded,
    transition: &Transition,
    sent: &input::Texts,
    problems: &[Problem],
) -> Vec<FormSection> {
    let fields = loaded.asked_by(transition);
    let mut texts = input::shown(
        &fields,
        &loaded.record,
        (&loaded.titles, &loaded.offers),
        &here.ctx().zone,
    );
    texts.extend(sent.clone());
    let form = FieldForm {
        language: here.language(),
        of: &loaded.of,
        offers: &loaded.offers,
        texts: &texts,
        problems,
        needed: &transition.needs,
        plain: false,
    };
    let fields: Vec<FormField> = fields.iter().map(|it| form.field(it)).collect();
    if fields.is_empty() {
        Vec::new()
    } else {
        vec![FormSection {
            title: None,
            fields,
        }]
    }
}

/// The same with the comment that comes with the step, where the reader may write one.
pub(super) fn with_comment(
    here: &Here,
    loaded: &Loaded,
    transition: &Transition,
    mut sections: Vec<FormSection>,
    typed: String,
    problem: Option<String>,
) -> Vec<FormSection> {
    if loaded.of.journal && loaded.may(here.ctx(), "comment") {
        let field = FormField {
            name: "comment".to_owned(),
            label: text!(here.language(), "step-comment"),
            help: Some(text!(here.language(), "step-comment-help")),
            required: transition.needs_comment,
            problem,
            control: Control::Area { value: typed },
        };
        sections.push(FormSection {
            title: None,
            fields: vec![field],
        });
    }
    sections
}

/// Follow, edit and delete, in the top bar.
fn actions(here: &Here, loaded: &Loaded) -> Markup {
    let (language, ctx, address) = (here.language(), here.ctx(), loaded.address());
    let follows = loaded.follows;
    html! {
        @if loaded.may(ctx, "follow") {
            form method="post" action=(format!("{address}/{}", if follows { "unfollow" } else { "follow" })) {
                (here.csrf())
                @let words = if follows { text!(language, "record-following") } else { text!(language, "record-follow") };
                button class="button quiet" aria-label=(words) aria-pressed=(follows) { (icon("eye")) span class="only-wide" { (words) } }
            }
        }
        @if is_text(&loaded.of) {
            a class="button quiet" href=(format!("/portal{address}")) { (icon("book")) (text!(language, "article-reading-view")) }
            @if loaded.may(ctx, "history") { a class="button quiet" href=(format!("{address}/versions")) { (icon("history")) (text!(language, "versions-title")) } }
        }
        @if !loaded.writable(ctx, "update").is_empty() {
            a class="button" href=(format!("{address}/edit")) data-key="e" { (icon("edit")) (text!(language, "record-edit")) " " kbd { "E" } }
        }
        @if loaded.may(ctx, "delete") {
            a class="button quiet icon-only" href=(format!("{address}/delete")) aria-label=(text!(language, "record-delete")) { (icon("trash")) }
        }
    }
}

/// The last public words of somebody else, for "we need your answer".
pub(super) fn last_words(loaded: &Loaded, me: Uuid) -> Option<(Uuid, &str)> {
    loaded
        .timeline
        .entries
        .iter()
        .rev()
        .find_map(|it| match &it.item {
            TimelineItem::Comment { text, .. } if it.actor != me => Some((it.actor, text.as_str())),
            _ => None,
        })
}
