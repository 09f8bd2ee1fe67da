//! What stands beside a record: links to others, and the people who follow it.

use std::sync::Arc;

use axum::Json as JsonBody;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Refused, Uuid};
use engine::{Action, Reading};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::asked::{About, Asked};
use super::caller::Caller;
use super::change::id;
use super::list::page_asked;
use super::render::{Named, reference};
use crate::Failure;

/// Parameters of a page.
const PAGE: [&str; 2] = ["limit", "after"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkBody {
    kind: String,
    to: String,
    #[serde(default)]
    primary: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowBody {
    /// The one who asks, where nobody is named.
    #[serde(default)]
    person: Option<String>,
}

/// `GET /{type}/{id}/links`
pub(super) async fn links(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&PAGE)?;
    let asked = page_asked(&about.parameters)?;
    let (name, key) = (about.name(), about.part("id").to_owned());
    let read = about.read(move |reading| reading.links(&name, &key, &asked));
    let page = read.await?;
    let links = page.rows.iter().map(|it| {
        json!({
            "kind": it.kind,
            "direction": if it.outgoing { "outgoing" } else { "incoming" },
            "primary": it.primary,
            "record": reference(it.other, &page.titles),
        })
    });
    let links: Vec<Json> = links.collect();
    Ok(JsonBody(json!({ "links": links, "next": page.next })))
}

/// `GET /{type}/{id}/uses`: what is open and names the record, to be looked at before it goes out of use.
pub(super) async fn uses(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&[])?;
    let (of, key) = (Arc::clone(&about.of), about.part("id").to_owned());
    let read = move |reading: &mut Reading<'_, '_>| {
        let id = reading.readable(&of.name, &key)?;
        flow::uses::uses(reading, &of, &[id])
    };
    let engine = about.state.engine();
    let uses = engine.read_long(&about.caller.ctx, read).await?;
    let uses = uses.iter().map(|it| {
        json!({
            "type": it.record_type,
            "field": it.field,
            "count": it.count,
            "more": it.is_more,
            "filter": it.filter,
        })
    });
    let uses: Vec<Json> = uses.collect();
    Ok(JsonBody(json!({ "uses": uses })))
}

/// `POST /{type}/{id}/links`
pub(super) async fn link(asked: Asked) -> Result<Response, Failure> {
    let body: LinkBody = asked.body()?;
    let action = Action::Link {
        kind: body.kind,
        to: asked.about.find(None, &body.to).await?,
        primary: body.primary,
    };
    asked.act(action, StatusCode::CREATED, |_| {}).await
}

/// `DELETE /{type}/{id}/links?kind=…&to=…`
pub(super) async fn unlink(about: About) -> Result<StatusCode, Failure> {
    about.parameters.only(&["kind", "to", "reason"])?;
    let given = |name| about.parameters.get(name).unwrap_or_default();
    let to = about.find(None, given("to")).await?;
    let kind = given("kind").to_owned();
    about.take_away(Action::Unlink { kind, to }).await
}

/// `GET /{type}/{id}/followers`
pub(super) async fn followers(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&PAGE)?;
    let asked = page_asked(&about.parameters)?;
    let (name, key) = (about.name(), about.part("id").to_owned());
    let read = about.read(move |reading| reading.followers(&name, &key, &asked));
    let page = read.await?;
    let people = page.rows.iter().map(|it| reference(*it, &page.titles));
    let people: Vec<Named<'_>> = people.collect();
    Ok(JsonBody(json!({ "followers": people, "next": page.next })))
}

/// `POST /{type}/{id}/followers`
pub(super) async fn follow(asked: Asked) -> Result<Response, Failure> {
    let body: FollowBody = asked.body()?;
    let named = body.person.as_deref().unwrap_or("me");
    let person = person(&asked.about.caller, named)?;
    asked
        .act(Action::Follow(person), StatusCode::CREATED, |_| {})
        .await
}

/// `DELETE /{type}/{id}/followers/{person}`
pub(super) async fn unfollow(about: About) -> Result<StatusCode, Failure> {
    about.parameters.only(&["reason"])?;
    let person = person(&about.caller, about.part("person"))?;
    about.take_away(Action::Unfollow(person)).await
}

/// A person by id; `me` is the one who asks.
fn person(caller: &Caller, named: &str) -> Result<Uuid, Refused> {
    match named {
        "me" => Ok(caller.ctx.actor.person),
        named => id(named, "person"),
    }
}
