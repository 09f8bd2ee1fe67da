//! What a new desk still needs. Computed from what is there; nothing is ticked by hand.

use std::sync::Arc;

use base::{Message, Result};
use dictionary::filter::{Scope, parse};
use dictionary::{FieldDef, Kind, Query, TypeDef, spine};
use engine::history::VERIFICATION;
use engine::job::{self, JobState};
use engine::system::credential;
use engine::{Ctx, Reading};
use ui::label;
use ui::message::Language;

use super::may;
use crate::WebConfig;

/// Roles that set up and mend everything else.
const ADMINISTRATORS: [&str; 2] = ["system_administrator", "tenant_administrator"];
/// A check of the history is good for that long.
const CHECKED_WITHIN_MICROS: i64 = 31 * base::MICROS_PER_DAY;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is done.
    Done,
    /// The desk does not work well without it.
    Missing,
    /// The desk works without it; it is worth a thought.
    Advice,
}

impl State {
    /// Code for programs.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missing => "missing",
            Self::Advice => "advice",
        }
    }
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Name for programs.
    pub(crate) key: String,
    /// How it stands.
    pub(crate) state: State,
    /// What it is about, with its figures.
    pub(crate) title: Message,
    /// Why it matters and what to do.
    pub(crate) help: Message,
    /// The page that mends it; nothing where the configuration of the server does.
    pub(crate) href: Option<String>,
}

/// What only the configuration of the server knows.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    is_https: bool,
    is_local: bool,
    sends_mail: bool,
    reads_mail: bool,
}

impl Facts {
    /// The facts of a server.
    pub(crate) fn of(config: &WebConfig) -> Self {
        let host = config.public_url.host_str().unwrap_or_default();
        Self {
            is_https: config.is_https(),
            is_local: matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
            sends_mail: config.sends_mail,
            reads_mail: config.reads_mail,
        }
    }
}

/// The checklist, as far as the actor administers what it is about.
///
/// # Errors
/// A failure of the store.
pub(crate) fn checklist(
    reading: &mut Reading<'_, '_>,
    facts: &Facts,
    language: &Language,
) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    if may(reading.ctx, "users") {
        people(reading, &mut items)?;
    }
    if may(reading.ctx, "types") {
        records(reading, language, &mut items)?;
    }
    routing(reading.ctx, language, &mut items);
    if may(reading.ctx, "settings") {
        server(facts, &mut items);
    }
    if may(reading.ctx, "jobs") {
        machinery(reading, &mut items)?;
    }
    Ok(items)
}

fn item(key: &str, state: State, title: Message, help: &'static str, href: Option<&str>) -> Item {
    Item {
        key: key.to_owned(),
        state,
        title,
        help: Message::new(help),
        href: href.map(str::to_owned),
    }
}

const fn needed(done: bool) -> State {
    if done { State::Done } else { State::Missing }
}

const fn advised(done: bool) -> State {
    if done { State::Done } else { State::Advice }
}

/// How many records of a type that the actor may read a filter finds; none of a type that is not there.
fn count(reading: &mut Reading<'_, '_>, of: &str, filter: &str) -> Result<i64> {
    let ctx = reading.ctx;
    let Some(record_type) = ctx
        .record_type(of)
        .filter(|_| ctx.may_somewhere(of, "read"))
    else {
        return Ok(0);
    };
    let scope = Scope::new(&ctx.snapshot.dictionary, &record_type);
    let Ok(filter) = parse(filter, &scope) else {
        return Ok(0);
    };
    let query = Query {
        record_type: Some(of.to_owned()),
        filter,
        ..Query::default()
    };
    reading.count(&query)
}

fn people(reading: &mut Reading<'_, '_>, items: &mut Vec<Item>) -> Result<()> {
    let mut open = credential::all(reading.tx, reading.ctx.tenant)?;
    open.retain(|it| it.disabled_at.is_none());
    let (mut administrators, mut workers) = (0_usize, 0_usize);
    for credential in &open {
        let Some((actor, _)) = engine::system::actor::load(reading, credential.person)? else {
            continue;
        };
        let as_they = Ctx {
            actor,
            ..reading.ctx.clone()
        };
        let is_one = |it: &&str| as_they.actor.has_role(it);
        administrators += usize::from(ADMINISTRATORS.iter().any(is_one));
        let types = as_they.snapshot.dictionary.types();
        let mut works = types.filter(|it| it.field(spine::ASSIGNEE).is_some());
        workers += usize::from(works.any(|it| as_they.may_somewhere(&it.name, "update")));
    }
    let people = count(reading, "person", "state:active")?;
    let teams = count(reading, "team", "")?;
    let said = |key, count: &dyn std::fmt::Display| Message::new(key).with("count", count);
    items.extend([
        item(
            "administrators",
            needed(administrators >= 2),
            said("setup-administrators", &administrators),
            "setup-administrators-help",
            Some("/admin/people"),
        ),
        item(
            "people",
            needed(people > 1),
            said("setup-people", &people),
            "setup-people-help",
            Some("/admin/people"),
        ),
        item(
            "teams",
            needed(teams > 0),
            said("setup-teams", &teams),
            "setup-teams-help",
            Some("/team?q="),
        ),
        item(
            "workers",
            needed(workers > 0),
            said("setup-workers", &workers),
            "setup-workers-help",
            Some("/role_assignment?q="),
        ),
    ]);
    Ok(())
}

/// Whether a type is a text that people read, or what work of some type refers to. People and teams have
/// lines of their own.
fn is_ground(of: &TypeDef, all: &[Arc<TypeDef>]) -> bool {
    let known = ["person", "team"].contains(&of.name.as_str());
    let is_work = |it: &TypeDef| it.field(spine::ASSIGNEE).is_some();
    let leads_here = |it: &FieldDef| match &it.kind {
        Kind::Reference { to } | Kind::References { to } => to.as_deref() == Some(&of.name),
        _ => false,
    };
    let mut work = all.iter().filter(|it| is_work(it));
    let is_named = work.any(|it| it.fields.iter().any(leads_here));
    let is_text = of.journal && of.number.is_some();
    !is_work(of) && !known && !of.custom && (is_named || is_text)
}

fn records(
    reading: &mut Reading<'_, '_>,
    language: &Language,
    items: &mut Vec<Item>,
) -> Result<()> {
    let types: Vec<Arc<TypeDef>> = reading.ctx.snapshot.dictionary.types().cloned().collect();
    for of in types.iter().filter(|it| is_ground(it, &types)) {
        let found = count(reading, &of.name, "")?;
        let words = label::label(language, &of.plural);
        let state = if of.journal {
            advised(found > 0)
        } else {
            needed(found > 0)
        };
        items.push(Item {
            key: format!("type-{}", of.name),
            state,
            title: Message::new("setup-type")
                .with("what", words)
                .with("count", found),
            help: Message::new("setup-type-help"),
            href: Some(format!("/{}?q=", of.name)),
        });
    }
    Ok(())
}

/// Types whose practice asks which team takes what.
fn routing(ctx: &Ctx, language: &Language, items: &mut Vec<Item>) {
    let mut keys: Vec<&str> = ctx
        .snapshot
        .settings
        .declared()
        .filter(|it| it.key.ends_with(".routing") && may(ctx, it.area))
        .map(|it| it.key)
        .collect();
    keys.sort_unstable();
    for key in keys {
        let of = key.split_once('.').map_or(key, |it| it.0);
        let words = ctx
            .snapshot
            .dictionary
            .record_type(of)
            .map_or_else(|| of.to_owned(), |it| label::label(language, &it.plural));
        let found = ctx.snapshot.settings.find(ctx.tenant, None, key);
        let routes = found.and_then(|(value, _)| value.as_array());
        let takes_all = routes.is_some_and(|it| it.iter().any(is_catch_all));
        items.push(Item {
            key: format!("routing-{of}"),
            state: needed(takes_all),
            title: Message::new("setup-routing").with("what", words),
            help: Message::new("setup-routing-help"),
            href: Some(format!("/admin/settings/{key}")),
        });
    }
}

/// Whether a route asks for nothing: it takes whatever no other one takes.
fn is_catch_all(route: &serde_json::Value) -> bool {
    let members = route.as_object().into_iter().flatten();
    let mut asks = members.filter(|(name, value)| *name != spine::TEAM && !value.is_null());
    asks.next().is_none()
}

fn server(facts: &Facts, items: &mut Vec<Item>) {
    let plain = |key: &str, state, title, help| item(key, state, Message::new(title), help, None);
    items.extend([
        plain(
            "https",
            needed(facts.is_https || facts.is_local),
            if facts.is_https || !facts.is_local {
                "setup-https"
            } else {
                "setup-https-local"
            },
            "setup-https-help",
        ),
        plain(
            "mail-out",
            advised(facts.sends_mail),
            "setup-mail-out",
            "setup-mail-out-help",
        ),
        plain(
            "mail-in",
            advised(facts.reads_mail),
            "setup-mail-in",
            "setup-mail-in-help",
        ),
    ]);
}

fn machinery(reading: &mut Reading<'_, '_>, items: &mut Vec<Item>) -> Result<()> {
    let (tenant, now) = (reading.ctx.tenant, reading.ctx.now);
    let dead = job::list(reading.tx, tenant, JobState::Dead, None, 100)?.len();
    items.push(item(
        "dead-jobs",
        needed(dead == 0),
        Message::new("setup-dead-jobs").with("count", dead),
        "setup-dead-jobs-help",
        Some("/admin/jobs"),
    ));
    let newest = job::newest(reading.tx, tenant, VERIFICATION)?;
    let recent = newest.is_some_and(|it| {
        it.state == JobState::Done
            && it
                .finished_at
                .is_some_and(|at| now.micros() - at.micros() < CHECKED_WITHIN_MICROS)
    });
    items.push(item(
        "verified",
        advised(recent),
        Message::new("setup-verified"),
        "setup-verified-help",
        None,
    ));
    Ok(())
}
