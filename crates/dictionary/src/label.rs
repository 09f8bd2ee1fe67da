//! Names that people read. Built-in names live in the message catalogue, names that administrators type are data.

use std::collections::BTreeMap;

/// A name shown to people: the key of a built-in text, or texts by language that somebody entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Label {
    /// Key in the message catalogue, by convention `incident-impact`; empty for custom labels.
    pub key: String,
    /// Language tag → text; wins over the key, falls back to `en`, then to any.
    pub texts: BTreeMap<String, String>,
}

impl Label {
    /// A built-in label.
    #[must_use]
    pub fn built_in(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            texts: BTreeMap::new(),
        }
    }

    /// A label that an administrator typed in English.
    #[must_use]
    pub fn custom(text: impl Into<String>) -> Self {
        Self {
            key: String::new(),
            texts: BTreeMap::from([("en".to_owned(), text.into())]),
        }
    }

    /// The entered text in that language, or the nearest there is.
    #[must_use]
    pub fn text(&self, language: &str) -> Option<&str> {
        if self.texts.is_empty() {
            return None;
        }
        let general = language.split('-').next().unwrap_or(language);
        [language, general, "en"]
            .iter()
            .find_map(|it| self.texts.get(*it))
            .or_else(|| self.texts.values().next())
            .map(String::as_str)
    }
}
