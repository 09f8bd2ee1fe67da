//! Files that go out: streamed, in parts where asked, and never run by a browser.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Message, Result};
use engine::Ctx;
use engine::system::attachment::BlobRef;

use crate::upload::store;
use crate::{AppState, Failure};

/// Nothing in it runs, asks elsewhere or is framed, should a browser show it all the same.
const POLICY: &str = "default-src 'none'; sandbox";

/// Answers with a file that the reader may see.
pub(crate) async fn download(
    state: &AppState,
    ctx: &Ctx,
    blob: &BlobRef,
    asked: &HeaderMap,
) -> Result<Response, Failure> {
    let etag = format!("\"{}\"", blob.sha256);
    let given = |name: HeaderName| asked.get(name).and_then(|it| it.to_str().ok());
    let names = |list: &str| {
        list.split(',')
            .any(|it| matches!(it.trim(), "*") || it.trim().trim_start_matches("W/") == etag)
    };
    if given(header::IF_NONE_MATCH).is_some_and(names) {
        return Ok((StatusCode::NOT_MODIFIED, headers(blob, &etag)?).into_response());
    }
    let whole = u64::try_from(blob.bytes).unwrap_or_default();
    let wanted =
        given(header::RANGE).filter(|_| given(header::IF_RANGE).is_none_or(|it| it == etag));
    let mut headers = headers(blob, &etag)?;
    let (status, range) = match wanted.map_or(Part::Whole, |it| part(it, whole)) {
        Part::Whole => (StatusCode::OK, 0..whole),
        Part::Of(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Beyond => {
            let message = Message::new("range-beyond").with("bytes", whole);
            return Err(Failure::with_status(
                StatusCode::RANGE_NOT_SATISFIABLE,
                message,
            ));
        }
    };
    if status == StatusCode::PARTIAL_CONTENT {
        let told = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
        headers.insert(header::CONTENT_RANGE, value(&told)?);
    }
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(range.end - range.start),
    );
    let content = store(state)?.read(ctx.tenant, &blob.sha256, range).await?;
    let lost = || Error::failed("the content of a file is missing", blob.sha256.clone());
    Ok((
        status,
        headers,
        Body::from_stream(content.ok_or_else(lost)?),
    )
        .into_response())
}

enum Part {
    Whole,
    Of(Range<u64>),
    Beyond,
}

/// The part that is asked for. What is not understood, and several parts at once, mean the whole.
fn part(asked: &str, whole: u64) -> Part {
    let both = asked
        .trim()
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'));
    let Some((first, last)) = both.filter(|it| !it.1.contains(',')) else {
        return Part::Whole;
    };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(whole),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..whole,
        (Err(_), Ok(length)) if first.trim().is_empty() => whole.saturating_sub(length)..whole,
        _ => return Part::Whole,
    };
    if range.is_empty() {
        Part::Beyond
    } else {
        Part::Of(range)
    }
}

fn headers(blob: &BlobRef, etag: &str) -> Result<HeaderMap> {
    let manner = if blob.is_safe_picture() {
        "inline"
    } else {
        "attachment"
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, value(&blob.media_type)?);
    headers.insert(
        header::CONTENT_DISPOSITION,
        value(&disposition(manner, &blob.name))?,
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::ETAG, value(etag)?);
    // Whoever shows it again asks whether it may still be seen.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    Ok(headers)
}

/// Name for old clients in ASCII, for all others in UTF-8 (RFC 6266).
fn disposition(manner: &str, name: &str) -> String {
    let harmless = |it: char| it.is_ascii_graphic() && !matches!(it, '"' | '\\' | '%' | ';');
    let plain: String = name
        .chars()
        .map(|it| if harmless(it) || it == ' ' { it } else { '_' })
        .collect();
    let escape = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    let whole: String = name.bytes().map(escape).collect();
    format!("{manner}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|error| Error::failed("a file cannot be described in a header", error))
}
