//! What a new desk still needs, for programs.

use axum::Json as JsonBody;
use axum::extract::State;
use base::{Message, Refused};
use engine::Reading;
use serde_json::{Value as Json, json};
use ui::label::say;

use super::caller::Caller;
use crate::administration::administers;
use crate::administration::setup::{self, Facts, Item};
use crate::{AppState, Failure};

/// `GET /set-up`
pub(super) async fn checklist(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<JsonBody<Json>, Failure> {
    if !administers(&caller.ctx) {
        let message = Message::new("forbidden-area").with("area", "*");
        return Err(Refused::Forbidden(message).into());
    }
    let (facts, language) = (Facts::of(state.config()), caller.language.clone());
    let read = move |reading: &mut Reading<'_, '_>| setup::checklist(reading, &facts, &language);
    let items = state.engine().read_long(&caller.ctx, read).await?;
    let describe = |it: &Item| {
        json!({
            "key": it.key,
            "state": it.state.code(),
            "title": say(&caller.language, &it.title),
            "help": say(&caller.language, &it.help),
            "page": it.href,
        })
    };
    let items: Vec<Json> = items.iter().map(describe).collect();
    Ok(JsonBody(json!({ "items": items })))
}
