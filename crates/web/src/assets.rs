//! The front end's files, out of the binary.
//!
//! Every file's address carries a hash of its content, so a browser may keep it for ever; a
//! new release has new addresses. Must never read from disk.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Answers `GET /assets/{name}`.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = ASSETS.iter().find(|candidate| candidate.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", found.hash);
    if lists(&headers, header::IF_NONE_MATCH, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let (bytes, encoding) = match found.gzip {
        Some(packed) if accepts_gzip(&headers) => (packed, Some("gzip")),
        _ => (found.bytes, None),
    };
    let mut response = (
        [
            (header::CONTENT_TYPE, found.content_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::VARY, "accept-encoding"),
        ],
        [(header::ETAG, tag)],
        bytes,
    )
        .into_response();
    if let Some(encoding) = encoding {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The address of a file by its plain name: `app.css` → `/assets/app-1A2B3C4D.css`.
/// A name that is not in the bundle comes back as it is, and answers 404.
#[must_use]
pub fn asset_url(logical: &str) -> String {
    let name = ASSETS
        .iter()
        .find(|candidate| candidate.logical == logical)
        .map_or(logical, |found| found.name);
    format!("/assets/{name}")
}

struct Asset {
    /// The name in the address, with the hash.
    name: &'static str,
    /// The name without the hash, as code calls it.
    logical: &'static str,
    hash: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

fn accepts_gzip(headers: &HeaderMap) -> bool {
    values(headers, header::ACCEPT_ENCODING).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name == "gzip" || name == "*");
        // `gzip;q=0` is a refusal.
        let refused = parts.any(|weight| {
            weight
                .strip_prefix("q=")
                .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0))
        });
        named && !refused
    })
}

fn lists(headers: &HeaderMap, name: header::HeaderName, wanted: &str) -> bool {
    values(headers, name).any(|value| value == "*" || value.trim_start_matches("W/") == wanted)
}

fn values(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::Request, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_style_sheet_is_kept_for_ever_and_sent_packed() {
        let answer = fetch(&asset_url("app.css"), &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(
            answer.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
    }

    #[tokio::test]
    async fn gzip_is_not_forced_on_who_refuses_it() {
        for refusal in ["identity", "gzip;q=0, br", "gzip; q=0.0"] {
            let answer = fetch(&asset_url("app.js"), &[("accept-encoding", refusal)]).await;
            assert!(
                !answer.headers().contains_key("content-encoding"),
                "{refusal}"
            );
        }
    }

    #[tokio::test]
    async fn a_known_tag_needs_no_body() {
        let url = asset_url("app.js");
        let tag = fetch(&url, &[]).await.headers()["etag"].clone();
        let tag = tag.to_str().unwrap_or_default();
        let answer = fetch(&url, &[("if-none-match", tag)]).await;
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_found() {
        assert_eq!(
            fetch("/assets/nothing.css", &[]).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            fetch("/assets/app.css", &[]).await.status(),
            StatusCode::NOT_FOUND
        );
    }

    #[tokio::test]
    async fn the_sprite_of_the_icons_is_served() {
        let answer = fetch(ui::icon::sprite_url(), &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "image/svg+xml");
    }

    async fn fetch(url: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::get(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a plain request");
        let app: Router = Router::new().route("/assets/{name}", get(asset));
        app.oneshot(request).await.expect("an answer")
    }
}
