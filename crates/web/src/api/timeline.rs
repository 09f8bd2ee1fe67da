//! A record's story: comments, notes and changes in one order.

use std::collections::HashMap;

use axum::Json as JsonBody;
use base::Uuid;
use engine::{Reading, TimelineEntry, TimelineItem};
use serde_json::{Value as Json, json};

use super::asked::About;
use crate::Failure;
use crate::origins::{links, origins};

/// `GET /{type}/{id}/timeline`
pub(super) async fn timeline(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&[])?;
    let (of, id) = (about.of.clone(), about.record().await?);
    let read = move |reading: &mut Reading<'_, '_>| {
        let links = links(reading, &of.name, id)?;
        Ok((reading.timeline(&of, id)?, origins(reading, id, &links)?))
    };
    let (story, origins) = about.read(read).await?;
    let own = story
        .entries
        .iter()
        .map(|it| (it.at, entry(it, &story.titles)));
    let mut entries: Vec<_> = own.collect();
    for origin in &origins {
        let from = json!({
            "id": origin.record,
            "type": origin.title.record_type,
            "number": origin.title.number,
            "title": origin.title.title,
        });
        entries.extend(origin.said.entries.iter().map(|it| {
            let mut told = entry(it, &origin.said.titles);
            told["origin"] = from.clone();
            (it.at, told)
        }));
    }
    entries.sort_by_key(|it| it.0);
    let entries: Vec<Json> = entries.into_iter().map(|it| it.1).collect();
    Ok(JsonBody(json!({ "entries": entries })))
}

fn entry(entry: &TimelineEntry, titles: &HashMap<Uuid, String>) -> Json {
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
            answer["rules"] = rule_trace.clone().unwrap_or(Json::Null);
        }
    }
    answer
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
