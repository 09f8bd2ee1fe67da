//! Mails that came in, for those who administer jobs: what is parked, and what becomes of it.

use axum::Json as JsonBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use base::{Message, Refused, Result, Uuid};
use engine::system::mail::{self, Mail, MailState};
use engine::{Reading, Unit};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::caller::Caller;
use super::change::id;
use super::idempotency;
use super::list::wrong;
use super::newest::Newest;
use crate::administration::mails::{AREA, Deed, act, find};
use crate::body::{read_json, typed};
use crate::{AppState, Failure, FormData};

/// The states, for whoever asks for another one.
const STATES: &str = "waiting, parked, kept, taken, discarded";

/// In whose name a mail is taken; without a member in its sender's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeBody {
    #[serde(default, rename = "as")]
    person: Option<Uuid>,
    #[serde(default)]
    make: Option<MakeBody>,
}

/// The name of a person to be made for the sender.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakeBody {
    title: String,
}

/// `GET /mails?state=parked`
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    parameters: FormData,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    parameters.only(&["state", "limit", "after"])?;
    let asked = parameters.get("state").unwrap_or("parked");
    let of = MailState::of_code(asked).ok_or_else(|| wrong("state", asked, STATES))?;
    let page = Newest::asked(&parameters)?;
    let (after, rows) = (page.after, page.rows());
    let tenant = caller.ctx.tenant;
    let read = move |reading: &mut Reading<'_, '_>| mail::list(reading.tx, tenant, of, after, rows);
    let mut found = state.engine().read(&caller.ctx, read).await?;
    let next = page.cut(&mut found, |it| (it.received_at, it.id));
    let mails: Vec<Json> = found.iter().map(describe).collect();
    Ok(JsonBody(json!({ "mails": mails, "next": next })))
}

/// `GET /mails/{id}`
pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    let key = id(&key, "id")?;
    let read = move |reading: &mut Reading<'_, '_>| find(reading, key);
    Ok(JsonBody(describe(
        &state.engine().read(&caller.ctx, read).await?,
    )))
}

/// `POST /mails/{id}/take`
pub(super) async fn take(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
    request: Request,
) -> Result<JsonBody<Json>, Failure> {
    caller.ctx.require_area(AREA)?;
    idempotency::refuse_key(request.headers())?;
    let key = id(&key, "id")?;
    let body: TakeBody = typed(read_json(&state, request).await?)?;
    let deed = match (body.person, body.make) {
        (Some(_), Some(_)) => {
            return Err(Refused::field("make", Message::new("mail-take-one-way")).into());
        }
        (Some(person), None) => Deed::As(person),
        (None, Some(made)) => Deed::Make { title: made.title },
        (None, None) => Deed::Again,
    };
    let opens = state.config().opened_by_mail;
    let write = move |unit: &mut Unit<'_, '_>| act(unit, key, (&deed, opens));
    let mail = state.engine().write(&caller.ctx, write).await?;
    tracing::info!(mail = %mail.id, by = %caller.ctx.actor.person, "a mail is to be taken");
    Ok(JsonBody(describe(&mail)))
}

/// `DELETE /mails/{id}`
pub(super) async fn discard(
    State(state): State<AppState>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.ctx.require_area(AREA)?;
    let key = id(&key, "id")?;
    let write = move |unit: &mut Unit<'_, '_>| act(unit, key, (&Deed::Discard, None));
    let mail = state.engine().write(&caller.ctx, write).await?;
    tracing::info!(mail = %mail.id, by = %caller.ctx.actor.person, "a mail was discarded");
    Ok(StatusCode::NO_CONTENT)
}

fn describe(mail: &Mail) -> Json {
    json!({
        "id": mail.id,
        "state": mail.state.code(),
        "reason": mail.reason,
        "sender": mail.sender,
        "subject": mail.subject,
        "excerpt": mail.excerpt,
        "message_id": mail.message_id,
        "sent_at": mail.sent_at.map(|it| it.to_string()),
        "received_at": mail.received_at.to_string(),
        "bytes": mail.bytes,
        "sha256": mail.sha256,
        "taken_as": mail.taken_as,
        "taken_by": mail.taken_by,
        "decided_at": mail.decided_at.map(|it| it.to_string()),
        "record_type": mail.record_type,
        "record": mail.record,
    })
}
