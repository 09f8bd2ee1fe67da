//! A record's story: comments, notes and changes in one order, whole or in pages.

use std::collections::HashMap;

use axum::Json as JsonBody;
use base::{Refused, Timestamp, Uuid};
use engine::system::attachment::Attachment;
use engine::{Reading, TimelineEntry, TimelineItem};
use serde_json::{Value as Json, json};

use super::asked::About;
use super::list::{limit, wrong};
use crate::Failure;
use crate::origins::origins;

/// Where an entry stands in the story: when it happened, the version that the change made, since several may
/// happen at one instant, the change, and whether the entry is what it did beside the words that it brought.
type Place = (Timestamp, i64, Uuid, bool);

/// `GET /{type}/{id}/timeline`
pub(super) async fn timeline(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&["limit", "after"])?;
    let limit = limit(about.parameters.get("limit"))?;
    let after = about.parameters.get("after").filter(|it| !it.is_empty());
    let after = after.map(place_from).transpose()?;
    let (of, id) = (about.of.clone(), about.record().await?);
    let read = move |reading: &mut Reading<'_, '_>| {
        let story = reading.timeline(&of, id)?;
        let files = reading.attachments(&of, id)?;
        Ok((story, files, origins(reading, (&of.name, id), None)?))
    };
    let (story, files, origins) = about.read(read).await?;
    let own = story
        .entries
        .iter()
        .map(|it| (place(it), entry(it, &story.titles, &files)));
    let mut entries: Vec<_> = own.collect();
    for origin in &origins {
        let from = json!({
            "id": origin.record,
            "type": origin.title.record_type,
            "number": origin.title.number,
            "title": origin.title.title,
        });
        entries.extend(origin.said.entries.iter().map(|it| {
            let mut told = entry(it, &origin.said.titles, &origin.files);
            told["origin"] = from.clone();
            (place(it), told)
        }));
    }
    entries.sort_by_key(|it| it.0);
    entries.retain(|it| after.is_none_or(|after| it.0 > after));
    let more = limit.is_some_and(|it| entries.len() > it);
    entries.truncate(limit.unwrap_or(usize::MAX));
    let next = entries.last().filter(|_| more);
    let next = next.map(|((at, version, change, beside), _)| {
        let (at, change) = (at.micros(), change.simple());
        format!("{at}.{version}.{change}.{}", u8::from(*beside))
    });
    let entries: Vec<Json> = entries.into_iter().map(|it| it.1).collect();
    Ok(JsonBody(json!({ "entries": entries, "next": next })))
}

fn place(entry: &TimelineEntry) -> Place {
    let beside = matches!(entry.item, TimelineItem::Change { .. });
    (entry.at, entry.version, entry.change_id, beside)
}

fn place_from(text: &str) -> Result<Place, Refused> {
    let read = || {
        let mut parts = text.split('.');
        let at = Timestamp::from_micros(parts.next()?.parse().ok()?);
        let version = parts.next()?.parse().ok()?;
        let change = Uuid::try_parse(parts.next()?).ok()?;
        Some((at, version, change, parts.next()? == "1"))
    };
    read().ok_or_else(|| wrong("after", text, "next of the page before"))
}

fn entry(entry: &TimelineEntry, titles: &HashMap<Uuid, String>, files: &[Attachment]) -> Json {
    let person = |id: Uuid| match titles.get(&id) {
        _ if id.is_nil() => Json::Null,
        title => json!({ "id": id, "title": title }),
    };
    let mut answer = json!({
        "at": entry.at.to_string(),
        "recorded_at": entry.recorded_at.to_string(),
        "actor": person(entry.actor),
        "on_behalf_of": entry.on_behalf_of.map_or(Json::Null, person),
        "surface": entry.surface,
        "action": entry.action,
        "version": entry.version,
        "change_id": entry.change_id,
        "reason": entry.reason,
        "origin": null,
    });
    match &entry.item {
        TimelineItem::Comment {
            entry,
            visibility,
            text,
            minutes_worked,
        } => {
            answer["comment"] = json!({
                "id": entry,
                "visibility": visibility.code(),
                "text": text,
                "minutes_worked": minutes_worked,
                "files": files_of(files, *entry),
            });
        }
        TimelineItem::Change { fields, rule_trace } => {
            let fields = fields.iter().map(|(name, change)| {
                let both = json!({
                    "before": named(&change.before, titles),
                    "after": named(&change.after, titles),
                });
                (name.clone(), both)
            });
            answer["fields"] = Json::Object(fields.collect());
            let mut rules = rule_trace.clone().unwrap_or(Json::Null);
            for step in rules.as_array_mut().into_iter().flatten() {
                if let Some(whose) = step.pointer_mut("/why/args/whose") {
                    *whose = named(whose, titles);
                }
            }
            answer["rules"] = rules;
        }
    }
    answer
}

/// The files that came with a comment.
fn files_of(files: &[Attachment], entry: Uuid) -> Vec<Json> {
    let own = files.iter().filter(|it| it.journal_entry == Some(entry));
    let told = own.map(|it| {
        json!({
            "id": it.blob.id,
            "name": it.blob.name,
            "media_type": it.blob.media_type,
            "bytes": it.blob.bytes,
        })
    });
    told.collect()
}

/// Ids of records that have a title come with it.
fn named(json: &Json, titles: &HashMap<Uuid, String>) -> Json {
    match json {
        Json::String(text) => match Uuid::try_parse(text).ok().and_then(|it| titles.get(&it)) {
            Some(title) => json!({ "id": text, "title": title }),
            None => json.clone(),
        },
        Json::Array(items) => items.iter().map(|it| named(it, titles)).collect(),
        other => other.clone(),
    }
}
