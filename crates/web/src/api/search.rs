//! Search: words and filters in one parameter, and what is like a record or a text.

use axum::Json as JsonBody;
use axum::extract::{Request, State};
use base::{Message, Refused};
use flow::search::{
    Piece, Place, Rank, Search as _, SearchHit, SearchPage, SearchQuery, SimilarQuery,
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::asked::About;
use super::caller::Caller;
use super::list::{names, page_asked, wants};
use crate::body::{read_json, typed};
use crate::{AppState, Failure, FormData};

/// Hits of a page, where nobody says how many.
const HITS: usize = 25;
/// Hits of what is alike, where nobody says how many.
const ALIKE: usize = 10;
/// Most of these.
const MOST_ALIKE: usize = 100;
/// Longest text that something is to be like, in characters.
const LONGEST: usize = 100_000;

/// A text that something is to be like.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextBody {
    text: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    limit: Option<usize>,
}

/// `GET /search?q=…`
pub(super) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    parameters.only(&["q", "type", "limit", "after", "typing"])?;
    let page = page_asked(&parameters)?;
    let query = SearchQuery {
        text: parameters.get("q").unwrap_or_default().to_owned(),
        types: names(parameters.get("type")),
        while_typing: wants(&parameters, "typing")?,
        limit: page.limit.or(Some(HITS)),
        after: page.after,
    };
    let read = state
        .engine()
        .read_long(&caller.ctx, move |reading| reading.search(&query));
    Ok(JsonBody(answer(&read.await?)))
}

/// `GET /{type}/{id}/similar`
pub(super) async fn similar_to(about: About) -> Result<JsonBody<Json>, Failure> {
    about.parameters.only(&["type", "limit"])?;
    let types = names(about.parameters.get("type"));
    let most = page_asked(&about.parameters)?.limit;
    let most = most.unwrap_or(ALIKE).min(MOST_ALIKE);
    let (name, key) = (about.name(), about.part("id").to_owned());
    let read = about.read(move |reading| reading.similar_to(&name, &key, &types, most));
    Ok(JsonBody(json!({ "hits": all(&read.await?) })))
}

/// `POST /similar`
pub(super) async fn similar(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    let body: TextBody = typed(read_json(&state, request).await?)?;
    if body.text.chars().count() > LONGEST {
        let message = Message::new("text-too-long").with("most", LONGEST);
        return Err(Refused::field("text", message).into());
    }
    let query = SimilarQuery {
        text: body.text,
        types: body.types,
        but_not: None,
        limit: body.limit.unwrap_or(ALIKE).clamp(1, MOST_ALIKE),
    };
    let read = state
        .engine()
        .read_long(&caller.ctx, move |reading| reading.similar(&query));
    Ok(JsonBody(json!({ "hits": all(&read.await?) })))
}

fn answer(page: &SearchPage) -> Json {
    let types = page.types.iter().map(|it| {
        json!({
            "type": it.record_type,
            "count": it.count,
        })
    });
    json!({
        "hits": all(&page.hits),
        "next": page.next,
        "order": if page.rank == Rank::Best { "best" } else { "newest" },
        "capped": page.is_capped,
        "needs_type": page.needs_type,
        "types": types.collect::<Vec<_>>(),
    })
}

fn all(hits: &[SearchHit]) -> Vec<Json> {
    hits.iter().map(one).collect()
}

fn one(hit: &SearchHit) -> Json {
    let record = &hit.record;
    let snippet = hit.snippet.as_ref().map(|it| {
        let (from, field) = match &it.place {
            Place::Field(name) => ("field", Some(name)),
            Place::Comment => ("comment", None),
            Place::Note => ("note", None),
            Place::File => ("file", None),
        };
        json!({ "from": from, "field": field, "parts": parts(&it.pieces) })
    });
    json!({
        "record": {
            "id": record.id(),
            "type": record.record_type().name,
            "number": record.number(),
            "title": record.title(),
        },
        "is_number": hit.is_number,
        "title": parts(&hit.title),
        "snippet": snippet,
    })
}

fn parts(pieces: &[Piece]) -> Vec<Json> {
    let part = |it: &Piece| json!({ "text": it.text, "marked": it.is_marked });
    pieces.iter().map(part).collect()
}
