//! What a page tells the shell around it.

use std::sync::Arc;

use maud::Markup;

use super::Fixture;
use crate::message::Language;

/// What the shell needs to know. Start from `PageContext::default()`.
#[derive(Clone, Debug, Default)]
pub struct PageContext {
    /// What the page is about; the document's title puts the product's name behind it.
    pub title: String,
    /// To whom it speaks.
    pub voice: Voice,
    /// The reader's language.
    pub language: Language,
    /// The reader's choice of theme.
    pub theme: Theme,
    /// The token against forged requests.
    pub csrf: String,
    /// Where the style sheet and the script are.
    pub assets: AssetUrls,
    /// Where the shell's own links lead.
    pub addresses: Addresses,
    /// The name of this installation, as the administrator set it.
    pub product: String,
    /// The signed-in reader's name; nobody is signed in without it.
    pub reader: Option<String>,
    /// What tells the reader from others of the same name: drafts are kept by it. Empty where nobody is signed in.
    pub reader_key: String,
    /// The main links of the portal.
    pub areas: Vec<Place>,
    /// The `key` of the area this page belongs to.
    pub active_area: String,
    /// The links of the agents' rail and navigation.
    pub fixture: Arc<Fixture>,
    /// The way to this page; the last one is the page itself.
    pub crumbs: Vec<Crumb>,
    /// The queue beside a record, in place of the sections.
    pub peek: Option<Markup>,
    /// Buttons at the end of the top bar.
    pub actions: Option<Markup>,
    /// The keys of this page, printed at its foot.
    pub hints: Vec<Hint>,
    /// What just happened, said once.
    pub notices: Vec<Notice>,
    /// A class for `<body>`, for the few pages whose frame differs.
    pub body_class: &'static str,
}

/// To whom a page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// To those who do the work: dense, with rail and keys.
    #[default]
    Agent,
    /// To requesters: large and plain.
    Portal,
    /// To anybody: a single card.
    Bare,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system is set.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads the value of the theme cookie; anything unknown follows the system.
    #[must_use]
    pub fn from_cookie(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub(super) fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Addresses of the built front end.
#[derive(Clone, Debug, Default)]
pub struct AssetUrls {
    /// The one style sheet.
    pub stylesheet: String,
    /// The one script.
    pub script: String,
    /// The style sheet of what the tenant wants to look otherwise.
    pub branding: Option<String>,
}

/// Where the shell's own links lead.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The first page after sign-in.
    pub home: String,
    /// The search page; the term travels as `q`.
    pub search: String,
    /// What `C` and the phone's New open.
    pub create: String,
    /// What the reader works on.
    pub mine: String,
    /// The reader's own settings.
    pub account: String,
    /// Where a POST ends the session.
    pub sign_out: String,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            home: "/".into(),
            search: "/search".into(),
            create: "/new".into(),
            mine: "/records?q=assignee%3Ame+open%3Atrue".into(),
            account: "/account".into(),
            sign_out: "/sign-out".into(),
        }
    }
}

/// A heading of the navigation and the places under it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The links.
    pub places: Vec<Place>,
}

/// A link of the navigation.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Compared with the context's `active` or `active_area`.
    pub key: String,
    /// The words.
    pub label: String,
    /// The icon before the words.
    pub icon: &'static str,
    /// The address.
    pub href: String,
    /// How many wait there.
    pub count: Option<u64>,
    /// Whether the count is overdue or unowned work, and red.
    pub hot: bool,
    /// The letter that opens it after `G`.
    pub key_after_g: Option<char>,
}

/// One step of the way to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// The words.
    pub label: String,
    /// The address; the page itself has none.
    pub href: Option<String>,
}

/// Keys and what they do.
#[derive(Clone, Debug)]
pub struct Hint {
    /// One or more keys that do the same kind of thing.
    pub keys: &'static [&'static str],
    /// What they do.
    pub label: String,
}

/// Said once, after something happened.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whether it was done or refused.
    pub kind: NoticeKind,
    /// The sentence.
    pub words: String,
    /// The next step, as words and an address.
    pub step: Option<(String, String)>,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It worked.
    Done,
    /// It did not.
    Refused,
    /// Neither; good to know.
    Told,
}
