//! `Idempotency-Key`: a request that is sent again with the same key gets the same answer and does
//! nothing. The answer is stored in the transaction of the change.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Problem, Refused, Result, Uuid};
use engine::system::idempotency::{Remembered, find, find_or_claim, remember};
use engine::{Reading, Unit};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use crate::AppState;

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// Longest key in bytes.
const MAX_KEY_BYTES: usize = 200;

/// Digest of what a request asks for.
type Digest = [u8; 32];

/// An answer that can be given again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) etag: Option<String>,
    /// Null for an answer without a body.
    pub(super) body: Json,
    /// The record that the body shows, where it shows one.
    #[serde(default)]
    pub(super) record: Option<Uuid>,
}

impl Answer {
    /// An answer with that status and body alone.
    pub(super) fn new(status: StatusCode, body: Json) -> Self {
        Self {
            status: status.as_u16(),
            location: None,
            etag: None,
            body,
            record: None,
        }
    }

    /// The answer for whoever asks again. Rights may have changed since: a record that they may no longer read
    /// does not exist for them, and neither do fields.
    fn again(mut self, reading: &mut Reading<'_, '_>) -> Result<Self> {
        let Some(record) = self.record else {
            return Ok(self);
        };
        let (visible, _) = reading.record(None, &record.to_string())?;
        if let Json::Object(members) = &mut self.body {
            let of = visible.record_type();
            members.retain(|name, _| of.field(name).is_none() || visible.get(name).is_some());
        }
        Ok(self)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match self.body {
            Json::Null => status.into_response(),
            body => (status, axum::Json(body)).into_response(),
        };
        let named = [(header::LOCATION, self.location), (header::ETAG, self.etag)];
        for (name, value) in named {
            if let Some(value) = value.and_then(|it| HeaderValue::from_str(&it).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// The key of the request, if it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(given) = headers.get(HEADER) else {
        return Ok(None);
    };
    let text = given.to_str().unwrap_or_default().trim();
    if given.to_str().is_err() {
        let message = Message::new("idempotency-key-not-ascii");
        return Err(Refused::BadRequest(message));
    }
    if text.is_empty() || text.len() > MAX_KEY_BYTES {
        let message = Message::new("idempotency-key-wrong").with("most", MAX_KEY_BYTES);
        return Err(Refused::BadRequest(message));
    }
    Ok(Some(text.to_owned()))
}

/// Refuses the key where the answer or the body is a secret, which must not be kept. Whoever relies on the
/// key must not believe that it holds.
pub(super) fn refuse_key(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get(HEADER) {
        None => Ok(()),
        Some(_) => Err(Refused::BadRequest(Message::new("idempotency-key-useless"))),
    }
}

/// A request that is done once, however often it is sent.
#[derive(Clone, Debug)]
pub(super) struct Once {
    person: Uuid,
    key: String,
    digest: Digest,
}

impl Once {
    /// The request with that key, by its caller, for an action on a target with a body.
    pub(super) fn new(
        caller: &Caller,
        key: String,
        (action, target): (&str, &str),
        body: &Json,
    ) -> Self {
        Self {
            person: caller.ctx.actor.person,
            key,
            digest: digest(action, target, body),
        }
    }

    /// Does the work in one unit with keeping its answer, unless there is an answer already.
    pub(super) fn within(
        &self,
        unit: &mut Unit<'_, '_>,
        work: impl FnOnce(&mut Unit<'_, '_>) -> Result<Answer>,
    ) -> Result<Answer> {
        let now = unit.ctx.now;
        if let Some(earlier) = find_or_claim(unit.tx, self.name(), &self.digest, now)? {
            return self.read(&earlier)?.again(&mut unit.reading());
        }
        let answer = work(unit)?;
        self.remember(unit, &answer)?;
        Ok(answer)
    }

    /// Does work that writes in its own way and calls [`Once::keep`] there, unless there is an answer
    /// already.
    pub(super) async fn around(
        &self,
        state: &AppState,
        caller: &Caller,
        work: impl Future<Output = Result<Answer>>,
    ) -> Result<Answer> {
        if let Some(earlier) = self.earlier(state, caller).await? {
            return Ok(earlier);
        }
        match work.await {
            Ok(answer) => Ok(answer),
            // An equal request may have been faster.
            Err(error) => self.earlier(state, caller).await?.ok_or(error),
        }
    }

    /// Keeps the answer in the transaction of the change. Where an equal request was faster, the change is
    /// taken back.
    pub(super) fn keep(&self, unit: &mut Unit<'_, '_>, answer: &Answer) -> Result<()> {
        let now = unit.ctx.now;
        if find_or_claim(unit.tx, self.name(), &self.digest, now)?.is_some() {
            return Err(Refused::Busy(Message::new("busy-try-again")).into());
        }
        self.remember(unit, answer)
    }

    async fn earlier(&self, state: &AppState, caller: &Caller) -> Result<Option<Answer>> {
        let (this, now) = (self.clone(), caller.ctx.now);
        let found = state.engine().read(&caller.ctx, move |reading| {
            find(reading.tx, this.name(), now)
        });
        found.await?.map(|it| self.read(&it)).transpose()
    }

    fn read(&self, earlier: &Remembered) -> Result<Answer> {
        if earlier.request_hash != self.digest {
            let message = Message::new("idempotency-key-reused");
            return Err(Refused::Invalid(vec![Problem {
                field: None,
                message,
            }])
            .into());
        }
        serde_json::from_str(&earlier.answer)
            .map_err(|error| Error::failed("a remembered answer cannot be read", error))
    }

    fn remember(&self, unit: &mut Unit<'_, '_>, answer: &Answer) -> Result<()> {
        let text = serde_json::to_string(answer)
            .map_err(|error| Error::failed("an answer cannot be remembered", error))?;
        remember(unit.tx, self.name(), &text)
    }

    fn name(&self) -> (Uuid, &str) {
        (self.person, &self.key)
    }
}

/// Members of objects are in order, so equal bodies are equal however they were written.
fn digest(action: &str, target: &str, body: &Json) -> Digest {
    let mut sum = Sha256::new();
    for part in [action, target, &body.to_string()] {
        sum.update((part.len() as u64).to_le_bytes());
        sum.update(part);
    }
    sum.finalize().into()
}
