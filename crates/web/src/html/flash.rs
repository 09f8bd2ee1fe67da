//! A notice that the next page says once: it travels in a cookie from the form that was sent.
//!
//! Only keys that are written here are said, so that a forged cookie cannot put words on a page.

use axum::http::{HeaderMap, HeaderValue};
use ui::label::argument;
use ui::message::{Language, message};
use ui::page::{Notice, NoticeKind};
use url::form_urlencoded;

use crate::cookie;

const COOKIE: &str = "notice";
/// Longer ones would not fit into a cookie.
const MOST_BYTES: usize = 1_500;

/// What can be told: the key, and whether it was done.
const KNOWN: &[(&str, NoticeKind)] = &[
    ("notice-created", NoticeKind::Done),
    ("notice-saved", NoticeKind::Done),
    ("notice-unchanged", NoticeKind::Told),
    ("notice-step", NoticeKind::Done),
    ("notice-assigned", NoticeKind::Done),
    ("notice-handed-over", NoticeKind::Told),
    ("notice-sent", NoticeKind::Done),
    ("notice-noted", NoticeKind::Done),
    ("notice-following", NoticeKind::Done),
    ("notice-not-following", NoticeKind::Done),
    ("notice-goes-on", NoticeKind::Told),
    ("notice-merged", NoticeKind::Done),
    ("notice-linked", NoticeKind::Done),
    ("notice-unlinked", NoticeKind::Done),
    ("notice-deleted", NoticeKind::Done),
    ("notice-continued", NoticeKind::Done),
    ("notice-restored", NoticeKind::Done),
    ("notice-file-removed", NoticeKind::Done),
    ("notice-reported", NoticeKind::Done),
    ("notice-list-changed", NoticeKind::Told),
    ("notice-password", NoticeKind::Done),
    ("notice-field-added", NoticeKind::Done),
    ("notice-solved", NoticeKind::Done),
    ("notice-thanks", NoticeKind::Done),
    ("notice-taken-back", NoticeKind::Done),
    ("notice-setting", NoticeKind::Done),
    ("notice-account", NoticeKind::Done),
    ("notice-link-mailed", NoticeKind::Done),
    ("notice-view-saved", NoticeKind::Done),
    ("notice-typed-back", NoticeKind::Told),
    ("notice-none-chosen", NoticeKind::Told),
];

/// A notice on its way to the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flash {
    key: &'static str,
    name: String,
    /// The state that the record has now, in words.
    state: String,
    step: Option<String>,
}

impl Flash {
    /// A notice about the record or thing of that name.
    pub(super) fn new(key: &'static str, name: impl Into<String>) -> Self {
        Self {
            key,
            name: name.into(),
            state: String::new(),
            step: None,
        }
    }

    /// The same notice with the state that the record has now.
    pub(super) fn with_state(self, state: impl Into<String>) -> Self {
        Self {
            state: state.into(),
            ..self
        }
    }

    /// The same notice with a next step.
    pub(super) fn with_step(self, href: String) -> Self {
        Self {
            step: Some(href),
            ..self
        }
    }

    /// The notice that the request brings along.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = cookie::value(headers, COOKIE)?;
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        let mut next = |name: &str| {
            pairs
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let key = next("key")?;
        let (key, _) = KNOWN.iter().find(|(known, _)| *known == key)?;
        let name = next("name").unwrap_or_default();
        let state = next("state").unwrap_or_default();
        let step = next("step").filter(|it| super::is_local(it));
        Some(Self {
            key,
            name,
            state,
            step,
        })
    }

    /// The notice in the reader's language.
    pub(super) fn notice(&self, language: &Language) -> Notice {
        let kind = KNOWN
            .iter()
            .find(|(key, _)| *key == self.key)
            .map_or(NoticeKind::Told, |it| it.1);
        let arguments = [
            ("name", argument(&self.name)),
            ("state", argument(&self.state)),
        ];
        let step = self
            .step
            .clone()
            .map(|href| (ui::text!(language, "notice-undo"), href));
        Notice {
            kind,
            words: message(language, self.key, &arguments),
            step,
        }
    }

    /// The cookie that carries it.
    pub(super) fn cookie(&self) -> HeaderValue {
        let mut name = self.name.clone();
        while name.len() > MOST_BYTES {
            name.pop();
        }
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("key", self.key)
            .append_pair("name", &name)
            .append_pair("state", &self.state);
        if let Some(step) = &self.step {
            text.append_pair("step", step);
        }
        header(&text.finish(), 60)
    }

    /// Takes the cookie away.
    pub(super) fn gone() -> HeaderValue {
        header("", 0)
    }
}

fn header(value: &str, seconds: u32) -> HeaderValue {
    let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_its_way_and_a_forged_one_does_not() {
        let flash = Flash::new("notice-created", "Zoë & co; \"x\"")
            .with_state("In progress")
            .with_step("/incident/INC0000001".into());
        let mut headers = HeaderMap::new();
        let text = flash
            .cookie()
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        headers.insert("cookie", text.parse().unwrap());
        assert_eq!(Flash::of(&headers), Some(flash));
        headers.insert("cookie", "notice=key=made-up&name=x".parse().unwrap());
        assert_eq!(Flash::of(&headers), None);
    }
}
