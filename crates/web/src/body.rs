//! Reads what clients send: JSON, forms and query strings, with refusals that name the spot.
//!
//! Nothing is guessed or repaired: what is not well-formed is refused before anybody looks at it.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base::{Message, Refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::flawed::Read;
use crate::{AppState, Failure, strict_json};

/// Most pairs of a form or query string.
pub(crate) const MOST_PAIRS: usize = 2_000;

/// Reads a JSON body. No body at all is an empty object, so that actions need none.
pub(crate) async fn read_json(state: &AppState, request: Request) -> Result<Json, Failure> {
    let (parts, body) = request.into_parts();
    let text = read_text(state, body).await?;
    if text.trim().is_empty() {
        return Ok(Json::Object(serde_json::Map::new()));
    }
    require_media_type(
        &parts.headers,
        &["application/json", "application/merge-patch+json"],
    )?;
    let json = strict_json::read(&text).map_err(|error| unreadable_json(&error))?;
    refuse_nul(&json, &mut String::new())?;
    Ok(json)
}

/// Most members of a body among which the one that does not fit is looked for.
const MOST_SUSPECTS: usize = 50;

/// Turns JSON into what a handler expects; the refusal names what does not fit.
pub(crate) fn typed<T: DeserializeOwned>(json: impl Borrow<Json>) -> Result<T, Failure> {
    let json = json.borrow();
    T::deserialize(json).map_err(|error| {
        let message = Message::new("json-does-not-fit").with("error", &error);
        match culprit::<T>(json, &error.to_string()) {
            Some(name) => Refused::field(name, message).into(),
            None => Refused::BadRequest(message).into(),
        }
    })
}

/// The member that does not fit. What serde says names only members that are missing or unknown; of the
/// others it is the one without which all fits, or something else does not.
fn culprit<T: DeserializeOwned>(json: &Json, error: &str) -> Option<String> {
    let members = json.as_object().filter(|it| it.len() <= MOST_SUSPECTS)?;
    let is_missing = |error: &str| error.starts_with("missing field ");
    let is_guilty = |name: &&String| {
        let mut rest = members.clone();
        rest.remove(*name);
        match T::deserialize(&Json::Object(rest)).map_err(|it| it.to_string()) {
            Ok(_) => true,
            Err(other) if is_missing(&other) => {
                !is_missing(error) && other == format!("missing field `{name}`")
            }
            Err(other) => other != error,
        }
    };
    let said = || error.split('`').nth(1).map(str::to_owned);
    members.keys().find(is_guilty).cloned().or_else(said)
}

/// Pairs of names and values, of a form or a query string, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormData {
    pairs: Vec<(String, String)>,
}

impl FormData {
    /// Reads `a=1&b=2`.
    ///
    /// # Errors
    /// [`Refused::BadRequest`] for text that is not UTF-8 or holds U+0000, naming the field.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|it| !it.is_empty()) {
            if pairs.len() == MOST_PAIRS {
                let message = Message::new("form-too-many-fields").with("most", MOST_PAIRS);
                return Err(Refused::TooLarge(message));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let shown = || name.chars().take(80).collect::<String>();
            let decoded = decode(name).zip(decode(value));
            let (name, value) = decoded.ok_or_else(|| {
                Refused::BadRequest(Message::new("text-not-utf8").with("field", shown()))
            })?;
            if name.contains('\0') || value.contains('\0') {
                return Err(nul(&name.replace('\0', "")));
            }
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// Reads a query string. What does not fit there is no value of a field, but a request that cannot be
    /// read.
    ///
    /// # Errors
    /// [`Refused::BadRequest`], naming the parameter.
    pub fn of_query(text: Option<&str>) -> Result<Self, Refused> {
        Self::parse(text.unwrap_or_default()).map_err(|refused| match refused {
            Refused::Invalid(problems) => {
                let name = problems.into_iter().find_map(|it| it.field);
                let message = Message::new("parameter-with-nul");
                Refused::BadRequest(message.with("name", name.unwrap_or_default()))
            }
            other => other,
        })
    }

    /// These pairs.
    pub fn of<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> Self {
        Self {
            pairs: pairs
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    /// Pairs that are decoded already.
    pub(crate) const fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    /// The first value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All pairs in their order.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Refuses names that are not among these, with the one that was perhaps meant, and those that come twice:
    /// one of two values would be dropped.
    ///
    /// # Errors
    /// [`Refused::BadRequest`].
    pub fn only(&self, known: &[&str]) -> Result<(), Refused> {
        self.only_with(known, &[])
    }

    /// The same where some of the names may come several times.
    ///
    /// # Errors
    /// [`Refused::BadRequest`].
    pub fn only_with(&self, known: &[&str], several: &[&str]) -> Result<(), Refused> {
        let mut seen = BTreeSet::new();
        let mut names = self.pairs.iter().map(|(name, _)| name.as_str());
        if let Some(name) = names.find(|it| !seen.insert(*it) && !several.contains(it)) {
            let message = Message::new("parameter-repeated").with("name", name);
            return Err(Refused::BadRequest(message));
        }
        match self
            .pairs
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            None => Ok(()),
            Some((name, _)) => {
                let message = match meant(name, known.iter().copied()) {
                    Some(meant) => Message::new("parameter-unknown-meant").with("meant", meant),
                    None if known.is_empty() => Message::new("parameter-none"),
                    None => Message::new("parameter-unknown").with("known", known.join(", ")),
                };
                Err(Refused::BadRequest(message.with("name", name)))
            }
        }
    }
}

/// The known name that was perhaps meant: the one that looks most like the given one.
pub(crate) fn meant<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let rated = known.map(|name| (strsim::jaro_winkler(given, name), name));
    let best = rated.max_by(|left, right| left.0.total_cmp(&right.0));
    best.filter(|(likeness, _)| *likeness >= 0.8)
        .map(|(_, name)| name)
}

/// The query string of an address.
impl<S: Send + Sync> FromRequestParts<S> for FormData {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        Ok(Self::of_query(parts.uri.query())?)
    }
}

/// Reads a form as browsers send it. Browsers send nothing but ASCII; other bytes are flaws of their field.
pub(crate) async fn read_form(
    state: &AppState,
    headers: &HeaderMap,
    body: Body,
) -> Result<Read, Failure> {
    let bytes = read_bytes(body, state.config().body_limit).await?;
    if !bytes.is_empty() {
        require_media_type(headers, &["application/x-www-form-urlencoded"])?;
    }
    Ok(Read::of_form(&bytes)?)
}

/// Reads a form with its files, which are written as base64. It may be larger than others, and nothing of it is
/// kept. What is too large is told by that message.
pub(crate) async fn read_parts(
    state: &AppState,
    boundary: String,
    body: Body,
    too_large: &'static str,
) -> Result<Read, Failure> {
    let most = state.config().body_limit.saturating_mul(4);
    let bytes = to_bytes(body, most)
        .await
        .map_err(|error| too_large_or_broken(&error, (too_large, most)))?;
    let whole = futures::stream::once(async move { Ok::<_, Infallible>(bytes) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let broken_off = |_| Refused::BadRequest(Message::new("body-broken-off"));
    let mut read = Read::default();
    while let Some(part) = parts.next_field().await.map_err(broken_off)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(broken_off)?;
        if is_file {
            read.put(name.as_bytes(), STANDARD.encode(&bytes).as_bytes())?;
        } else {
            read.put(name.as_bytes(), &bytes)?;
        }
    }
    Ok(read)
}

/// Reads a body of text.
pub(crate) async fn read_text(state: &AppState, body: Body) -> Result<String, Failure> {
    text(read_bytes(body, state.config().body_limit).await?)
}

/// Reads a list as a body, which may be as large as one that comes with a form.
pub(crate) async fn read_list(state: &AppState, body: Body) -> Result<String, Failure> {
    let most = state.config().body_limit.saturating_mul(4);
    text(read_bytes(body, most).await?)
}

fn text(bytes: Bytes) -> Result<String, Failure> {
    String::from_utf8(bytes.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refused::BadRequest(Message::new("body-not-utf8").with("at", at)).into()
    })
}

async fn read_bytes(body: Body, most: usize) -> Result<Bytes, Failure> {
    let read = to_bytes(body, most).await;
    read.map_err(|error| too_large_or_broken(&error, ("body-too-large", most)))
}

fn too_large_or_broken(error: &axum::Error, (key, most): (&'static str, usize)) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return Refused::TooLarge(Message::new(key).with("most", most)).into();
        }
        cause = error.source();
    }
    Refused::BadRequest(Message::new("body-broken-off")).into()
}

fn require_media_type(headers: &HeaderMap, known: &[&'static str]) -> Result<(), Failure> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if known.iter().any(|it| essence.eq_ignore_ascii_case(it)) {
        return Ok(());
    }
    let given = if essence.is_empty() { "-" } else { essence };
    let message = Message::new("media-type-wrong")
        .with("given", given)
        .with("known", known[0]);
    Err(Failure::with_status(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        message,
    ))
}

fn unreadable_json(error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    let key = match &*text {
        it if it.starts_with("recursion limit") => "json-body-too-deep",
        it if it.starts_with(strict_json::REPEATED) => "json-member-repeated",
        _ => "json-unreadable",
    };
    let said = text.rsplit_once(" at line").map_or(&*text, |it| it.0);
    let message = Message::new(key)
        .with("line", error.line())
        .with("column", error.column())
        .with("error", said.trim_start_matches(strict_json::REPEATED));
    Refused::BadRequest(message).into()
}

/// PostgreSQL cannot store U+0000; the refusal names the member that holds it.
fn refuse_nul(json: &Json, at: &mut String) -> Result<(), Refused> {
    let length = at.len();
    match json {
        Json::String(text) if text.contains('\0') => return Err(nul(at)),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push_str(&format!("/{index}"));
                refuse_nul(item, at)?;
                at.truncate(length);
            }
        }
        Json::Object(members) => {
            for (name, item) in members {
                if name.contains('\0') {
                    // Where nothing is left of the name, what holds it is named.
                    let shown = format!("{at}/{}", name.replace('\0', ""));
                    return Err(nul(shown.trim_matches('/')));
                }
                at.push_str(if length == 0 { "" } else { "/" });
                at.push_str(name);
                refuse_nul(item, at)?;
                at.truncate(length);
            }
        }
        _ => {}
    }
    Ok(())
}

fn nul(field: &str) -> Refused {
    Refused::field(field, Message::new("text-with-nul"))
}

/// Percent-decoding as forms do it; `None` where the outcome is not UTF-8.
fn decode(text: &str) -> Option<String> {
    String::from_utf8(decoded(text.as_bytes())).ok()
}

/// Percent-decoding as forms do it. A lone percent sign stands for itself, as browsers read it.
pub(crate) fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(hexadecimal);
        at += if escaped.is_some() { 3 } else { 1 };
        out.push(escaped.unwrap_or(if *byte == b'+' { b' ' } else { *byte }));
    }
    out
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |it: u8| char::from(it).to_digit(16);
    let (high, low) = (digit(*digits.first()?)?, digit(*digits.get(1)?)?);
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let form = FormData::parse("title=VPN+down%21&tag=a&tag=b&empty=&rate=5%").unwrap();
        assert_eq!(form.get("title"), Some("VPN down!"));
        assert_eq!(form.all("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            (form.get("empty"), form.get("rate")),
            (Some(""), Some("5%"))
        );
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_by_field() {
        let refused = FormData::parse("title=%FF").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "bad request: text-not-utf8(field: title)"
        );
        let refused = FormData::parse("title=a%00b").unwrap_err();
        assert_eq!(refused.to_string(), "invalid: title: text-with-nul");
    }

    #[test]
    fn an_unknown_parameter_is_refused_with_what_was_meant() {
        let form = FormData::parse("limt=3").unwrap();
        let refused = form.only(&["limit", "after"]).unwrap_err();
        assert!(refused.to_string().contains("meant: limit"), "{refused}");
        let refused = form.only(&[]).unwrap_err();
        assert!(refused.to_string().contains("parameter-none"), "{refused}");
    }
}
