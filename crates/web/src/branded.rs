//! The style sheet and the picture of a tenant's branding, under addresses that follow their content.

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Uuid;
use engine::Snapshot;
use engine::system::branding::{Branding, of};
use sha2::{Digest, Sha256};

use crate::AppState;

/// The path of the style sheet.
pub(crate) const STYLES: &str = "/branding.css";
/// The path of the picture.
pub(crate) const LOGO: &str = "/branding/logo";

/// The address of the style sheet; nothing where nothing differs from ours.
pub(crate) fn styles_url(snapshot: &Snapshot, tenant: Uuid) -> Option<String> {
    let found = of(snapshot, tenant);
    let sheet = sheet(&found);
    (!sheet.is_empty()).then(|| format!("{STYLES}?v={}", digest(sheet.as_bytes())))
}

/// What the installation is called on pages.
pub(crate) fn product(state: &AppState, snapshot: &Snapshot) -> String {
    let found = of(snapshot, state.tenant());
    match found.product.as_str() {
        "" => state.config().product.clone(),
        own => own.to_owned(),
    }
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(8)
        .map(|it| format!("{it:02x}"))
        .collect()
}

/// Shades follow from the one colour, so that words can be read on light and on dark.
fn sheet(found: &Branding) -> String {
    let mut sheet = String::new();
    let colour = &found.accent;
    if !colour.is_empty() {
        let mix = |part: u8, with: &str| format!("color-mix(in oklab,{colour} {part}%,{with})");
        let both = |light: &str, dark: &str| format!("light-dark({light},{dark})");
        let shades = [
            ("accent", both(colour, &mix(55, "white"))),
            ("accent-hover", both(&mix(85, "black"), &mix(40, "white"))),
            ("accent-text", both(&mix(88, "black"), &mix(40, "white"))),
            ("on-accent", both("white", "#0b1216")),
            ("accent-wash", both(&mix(8, "white"), &mix(25, "black"))),
            ("accent-line", both(&mix(30, "white"), &mix(60, "black"))),
            ("focus", both(colour, &mix(40, "white"))),
        ];
        let shades = shades.map(|(name, value)| format!("--{name}:{value};"));
        sheet = format!(":root{{{}}}", shades.concat());
    }
    if let Some(logo) = &found.logo {
        let version = digest(&logo.bytes);
        sheet.push_str(&format!(
            ".brand>.icon,.brand-mark>.icon{{visibility:hidden}}\
             .rail .brand,.brand-mark{{background:url({LOGO}?v={version}) center/contain no-repeat}}"
        ));
    }
    sheet
}

/// The address changes with the content, so what it names is kept for long; an answer under the address of other
/// content, or of none, is kept by nobody.
fn answer(content_type: &'static str, query: Option<&str>, body: Vec<u8>) -> Response {
    let named = query.and_then(|it| it.strip_prefix("v="));
    let life = if named == Some(digest(&body).as_str()) {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, life),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body).into_response()
}

/// `GET /branding.css`
pub(crate) async fn styles(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let found = of(&state.engine().snapshot_of(state.tenant()), state.tenant());
    let body = sheet(&found).into_bytes();
    answer("text/css; charset=utf-8", query.as_deref(), body)
}

/// `GET /branding/logo`
pub(crate) async fn logo(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let found = of(&state.engine().snapshot_of(state.tenant()), state.tenant());
    match &found.logo {
        Some(logo) => answer(logo.media_type, query.as_deref(), logo.bytes.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
