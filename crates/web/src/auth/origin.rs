//! Whether a request that changes something came from our own pages.
//!
//! Two checks stand behind each other: what the browser itself says about the origin, and a token that
//! only our own page could read. Requests with a bearer token need neither, since no browser adds those
//! by itself.

use axum::http::{HeaderMap, Method, header};
use base::{Message, Refused};
use engine::system::secret;
use url::Url;

/// The form field that carries the token.
pub const CSRF_FIELD: &str = ui::page::CSRF_FIELD;
/// The header that carries it on requests made by script.
pub const CSRF_HEADER: &str = ui::page::CSRF_HEADER;

/// Whether the method changes nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses a request that the browser says another site has made. Clients that say nothing are no
/// browsers, or older than these headers; the token decides about them.
///
/// # Errors
/// [`Refused::Forbidden`].
pub fn check_origin(headers: &HeaderMap, public_url: &Url) -> Result<(), Refused> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    let foreign = || Refused::Forbidden(Message::new("request-from-elsewhere"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return if matches!(site, "same-origin" | "none") {
            Ok(())
        } else {
            Err(foreign())
        };
    }
    let Some(origin) = text(header::ORIGIN) else {
        return Ok(());
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    let is_public = origin == public_url.origin().ascii_serialization();
    let is_host = host.is_some() && host == text(header::HOST);
    if is_public || is_host {
        Ok(())
    } else {
        Err(foreign())
    }
}

/// The token that forms of the session carry.
pub(crate) fn csrf_token(session_secret: &str) -> String {
    secret::derive(session_secret, "deskwright csrf")
}

/// Refuses a token that is not the session's.
///
/// # Errors
/// [`Refused::Forbidden`].
pub(crate) fn check_csrf(given: Option<&str>, expected: &str) -> Result<(), Refused> {
    match given {
        Some(given) if secret::equal(given, expected) => Ok(()),
        Some(_) => Err(Refused::Forbidden(Message::new("csrf-wrong"))),
        None => Err(Refused::Forbidden(Message::new("csrf-missing"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], allowed: bool) {
        let map = headers.iter().map(|(name, value)| {
            (
                header::HeaderName::from_static(name),
                header::HeaderValue::from_static(value),
            )
        });
        let public = Url::parse("https://desk.example.org").unwrap();
        assert_eq!(
            check_origin(&map.collect(), &public).is_ok(),
            allowed,
            "{headers:?}"
        );
    }

    #[test]
    fn only_our_own_pages_may_send_forms() {
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://desk.example.org"),
            ],
            false,
        );
        check(&[("origin", "https://desk.example.org")], true);
        check(
            &[
                ("origin", "http://127.0.0.1:8080"),
                ("host", "127.0.0.1:8080"),
            ],
            true,
        );
        check(
            &[
                ("origin", "https://evil.example.org"),
                ("host", "127.0.0.1:8080"),
            ],
            false,
        );
        check(&[("origin", "null"), ("host", "127.0.0.1:8080")], false);
    }
}
