//! The cookie that holds a session's secret.

use axum::http::{HeaderMap, HeaderValue, header};

/// Name of the session cookie. `__Host-` binds it to this host and https; plain http has no such name.
#[must_use]
pub const fn session_name(secure: bool) -> &'static str {
    if secure {
        "__Host-deskwright"
    } else {
        "deskwright"
    }
}

/// The value of a cookie of the request.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Sets the session cookie for that many seconds.
#[must_use]
pub fn set_session(secret: &str, secure: bool, seconds: u64) -> HeaderValue {
    write(secret, secure, seconds)
}

/// Takes the session cookie away.
#[must_use]
pub fn clear_session(secure: bool) -> HeaderValue {
    write("", secure, 0)
}

/// Lax, not strict: a link in a mail must find its reader signed in. Forms are guarded by their token.
fn write(secret: &str, secure: bool, seconds: u64) -> HeaderValue {
    let name = session_name(secure);
    let flag = if secure { "; Secure" } else { "" };
    let text = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{flag}");
    // Secrets are made of letters, digits, `-` and `_`, so this never falls back.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
