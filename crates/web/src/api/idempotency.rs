//! `Idempotency-Key`: a request that is sent again with the same key gets the same answer and does
//! nothing. The answer is stored in the transaction of the change.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Problem, Refused, Result, Uuid};
use engine::Unit;
use engine::system::idempotency::{find_or_claim, remember};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// Longest key in bytes.
const MAX_KEY_BYTES: usize = 200;

/// Digest of what a request asks for.
pub(super) type Digest = [u8; 32];

/// An answer that can be given again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) body: Json,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, axum::Json(self.body)).into_response();
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
    if text.is_empty() || text.len() > MAX_KEY_BYTES {
        let message = Message::new("idempotency-key-wrong").with("most", MAX_KEY_BYTES);
        return Err(Refused::BadRequest(message));
    }
    Ok(Some(text.to_owned()))
}

/// Digest of an action on a target with a body. Members of objects are in order, so equal bodies are
/// equal however they were written.
pub(super) fn digest(action: &str, target: &str, body: &Json) -> Digest {
    let mut sum = Sha256::new();
    for part in [action, target, &body.to_string()] {
        sum.update((part.len() as u64).to_le_bytes());
        sum.update(part);
    }
    sum.finalize().into()
}

/// Does the work once per person and key; later calls get the first answer.
pub(super) fn once(
    unit: &mut Unit<'_, '_>,
    (person, key): (Uuid, &str),
    digest: &Digest,
    work: impl FnOnce(&mut Unit<'_, '_>) -> Result<Answer>,
) -> Result<Answer> {
    let now = unit.ctx.now;
    if let Some(earlier) = find_or_claim(unit.tx, (person, key), digest, now)? {
        if earlier.request_hash != digest {
            let message = Message::new("idempotency-key-reused");
            return Err(Refused::Invalid(vec![Problem {
                field: None,
                message,
            }])
            .into());
        }
        let unreadable = |error| Error::failed("a remembered answer cannot be read", error);
        return serde_json::from_str(&earlier.answer).map_err(unreadable);
    }
    let answer = work(unit)?;
    let unwritable = |error| Error::failed("an answer cannot be remembered", error);
    let text = serde_json::to_string(&answer).map_err(unwritable)?;
    remember(unit.tx, (person, key), &text)?;
    Ok(answer)
}
