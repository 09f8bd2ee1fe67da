//! What a record's texts said at different times, and what differs between any two of them.
//!
//! Versions come from the history, so that they are there for every type and can be trusted as it is.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use base::{Message, Refused};
use dictionary::{FieldDef, Kind, Phase, TypeDef, WrittenBy, spine};
use engine::{TimelineEntry, TimelineItem};
use maud::html;
use serde_json::Value as Json;
use ui::difference::{Compared, Difference, Version, compared};
use ui::icon::icon;
use ui::label;
use ui::record::title_of;
use ui::{text, time};

use super::act::frame;
use super::record::{Loaded, load};
use super::shell::Here;
use crate::{AppState, Failure};

/// What the texts were after a change.
struct Stored {
    number: i64,
    texts: BTreeMap<String, String>,
    words: String,
    /// Whether the change put the text before its readers.
    is_published: bool,
}

/// `GET /{type}/{key}/versions?from=…&to=…`
pub(super) async fn page(
    State(state): State<AppState>,
    Path((name, key)): Path<(String, String)>,
    here: Here,
) -> Result<Response, Failure> {
    let loaded = load(&state, &here, &name, &key).await?;
    if !loaded.may(here.ctx(), "history") {
        let message = Message::new("forbidden-action");
        let message = message.with("action", "history").with("type", &name);
        return Err(Refused::Forbidden(message).into());
    }
    let language = here.language();
    let stored = stored(&here, &loaded);
    let asked = |name: &str| here.query.get(name).and_then(|it| it.parse::<i64>().ok());
    let to = stored
        .iter()
        .rev()
        .find(|it| asked("to").is_none_or(|to| it.number == to));
    let to = to.or(stored.last());
    let from = asked("from").and_then(|from| stored.iter().find(|it| it.number == from));
    let from = from.or_else(|| usual(&stored, to?.number));
    let title = text!(language, "versions-of", name = loaded.name());
    let body = html! {
        div class="sheet" {
            header class="page-head" {
                div class="grow" { h1 { (title) } p class="small-text" { (title_of(language, &loaded.record)) } }
                a class="button" href=(loaded.address()) { (icon("left")) (loaded.name()) }
            }
            @if let Some((from, to)) = from.zip(to) {
                (compared(&Compared {
                    language,
                    versions: &stored.iter().rev().map(version).collect::<Vec<_>>(),
                    from: from.number,
                    to: to.number,
                    fields: differences(&here, &loaded.of, from, to),
                }))
            } @else { p { (text!(language, "versions-none")) } }
        }
    };
    Ok(here.agent(&state, frame(&here, &loaded, title), &body))
}

/// The text that was last published before that version; where none was, the version before it.
fn usual(stored: &[Stored], to: i64) -> Option<&Stored> {
    let earlier = || stored.iter().rev().filter(|it| it.number < to);
    earlier()
        .find(|it| it.is_published)
        .or_else(|| earlier().next())
}

fn version(it: &Stored) -> Version {
    Version {
        number: it.number,
        words: it.words.clone(),
    }
}

fn differences(here: &Here, of: &TypeDef, from: &Stored, to: &Stored) -> Vec<Difference> {
    let text = |it: &Stored, field: &FieldDef| it.texts.get(&field.name).cloned();
    let differ = |field: &FieldDef| {
        let (old, new) = (text(from, field), text(to, field));
        (old != new).then(|| Difference {
            label: label::label(here.language(), &field.label),
            old: old.unwrap_or_default(),
            new: new.unwrap_or_default(),
        })
    };
    texts(of).filter_map(differ).collect()
}

/// Fields in which people write.
fn texts(of: &TypeDef) -> impl Iterator<Item = &FieldDef> {
    let written = |it: &&FieldDef| {
        it.written_by != WrittenBy::Rules && matches!(it.kind, Kind::Text { .. } | Kind::LongText)
    };
    of.fields.iter().filter(written)
}

/// The texts after each change of one of them, and after each step; oldest first.
fn stored(here: &Here, loaded: &Loaded) -> Vec<Stored> {
    let mut texts_now = BTreeMap::new();
    let mut all: Vec<Stored> = Vec::new();
    for entry in &loaded.timeline.entries {
        let TimelineItem::Change { fields, .. } = &entry.item else {
            continue;
        };
        // What is said elsewhere is told here too, and belongs to the other record.
        if loaded.origins.by_change.contains_key(&entry.change_id) {
            continue;
        }
        let mut counts = false;
        for field in texts(&loaded.of) {
            if let Some(diff) = fields.get(&field.name) {
                counts = true;
                match &diff.after {
                    Json::String(text) => texts_now.insert(field.name.clone(), text.clone()),
                    _ => texts_now.remove(&field.name),
                };
            }
        }
        if counts || fields.contains_key(spine::STATE) {
            all.push(Stored {
                number: entry.version,
                texts: texts_now.clone(),
                words: words(here, loaded, entry),
                is_published: is_published(&loaded.of, entry),
            });
        }
    }
    all
}

fn is_published(of: &TypeDef, entry: &TimelineEntry) -> bool {
    let lifecycle = of.lifecycle.as_ref();
    let step = lifecycle.and_then(|it| it.transition(&entry.action));
    step.zip(lifecycle)
        .is_some_and(|(step, lifecycle)| lifecycle.phase(&step.to) == Phase::Resolved)
}

/// When, who and how, in a line.
fn words(here: &Here, loaded: &Loaded, entry: &TimelineEntry) -> String {
    let language = here.language();
    let who = loaded.timeline.titles.get(&entry.actor).cloned();
    let line = text!(
        language,
        "versions-version",
        number = entry.version,
        at = time::absolute(language, &here.ctx().zone, entry.at),
        name = who.unwrap_or_else(|| text!(language, "timeline-system"))
    );
    let step = loaded.of.lifecycle.as_ref();
    match step.and_then(|it| it.transition(&entry.action)) {
        Some(step) => format!("{line} · {}", label::label(language, &step.label)),
        None => line,
    }
}
