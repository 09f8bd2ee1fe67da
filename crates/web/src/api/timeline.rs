//! A record's story: comments, notes and changes in one order.

use axum::Json as JsonBody;
use axum::extract::{Path, State};
use base::Uuid;
use engine::{TimelineEntry, TimelineItem};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

use super::caller::Caller;
use super::change::record_type;
use super::records::find;
use crate::{AppState, Failure};

/// `GET /{type}/{id}/timeline`
pub(super) async fn timeline(
    State(state): State<AppState>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
) -> Result<JsonBody<Json>, Failure> {
    let of = record_type(&caller.ctx, &name)?;
    let id = find(&state, &caller.ctx, &name, &key).await?;
    let read = move |reading: &mut engine::Reading<'_, '_>| reading.timeline(&of, id);
    let story = state.engine().read(&caller.ctx, read).await?;
    let entries: Vec<Json> = story
        .entries
        .iter()
        .map(|it| entry(it, &story.titles))
        .collect();
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
