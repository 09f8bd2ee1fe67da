//! Whether the history is whole, for those who may read all of it.

use axum::Json as JsonBody;
use axum::extract::State;
use base::{Message, Refused};
use engine::history::verify::verify as recompute;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use crate::{AppState, Failure};

/// Most damages that are listed; the count names all.
const MOST_LISTED: usize = 100;

/// `GET /verify`
pub(super) async fn verify(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<JsonBody<Json>, Failure> {
    let ctx = &caller.ctx;
    let mut types = ctx.snapshot.dictionary.types();
    if !types.all(|it| ctx.may_somewhere(&it.name, "history")) {
        return Err(Refused::Forbidden(Message::new("forbidden-verify")).into());
    }
    let verdict = recompute(state.engine(), ctx).await?;
    let damage = verdict
        .damage
        .iter()
        .take(MOST_LISTED)
        .map(ToString::to_string);
    Ok(JsonBody(json!({
        "intact": verdict.damages == 0,
        "rows": verdict.rows,
        "records": verdict.records,
        "blocks": verdict.blocks,
        "unsealed": verdict.unsealed,
        "damages": verdict.damages,
        "damage": damage.collect::<Vec<_>>(),
    })))
}
