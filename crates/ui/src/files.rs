//! Files of records: small pictures of what browsers show safely, links to everything else, and the field
//! that adds some.

use std::collections::BTreeMap;

use base::Uuid;
use engine::Visibility;
use engine::history::FieldDiff;
use engine::system::attachment::Attachment;
use maud::{Markup, html};

use crate::icon::icon;
use crate::message::Language;
use crate::text;

/// How browsers send a form with files.
pub const FORM_WITH_FILES: &str = "multipart/form-data";
/// Pictures beyond that many bytes are links only: nobody fetches them without having asked.
const LARGE_PICTURE: i64 = 5 * 1024 * 1024;

/// Which files the reader may take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removable {
    /// None.
    Nothing,
    /// Those that this person added.
    Of(Uuid),
    /// All.
    Everything,
}

/// The files of a record and where they are fetched.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// Those that the reader may see.
    pub all: &'a [Attachment],
    /// The record's address, below which their content lies.
    pub address: &'a str,
    /// The address of the page that shows them, below which they are taken away.
    pub place: &'a str,
    /// Which of them the reader may take away.
    pub removable: Removable,
}

impl Files<'_> {
    /// Those that came with a comment, with small pictures.
    #[must_use]
    pub fn of_entry(self, language: &Language, entry: Uuid) -> Markup {
        self.show(language, |it| it.journal_entry == Some(entry))
    }

    /// Those that a change added without a comment and that are still there, with small pictures.
    #[must_use]
    pub fn alone(self, language: &Language, change: &BTreeMap<String, FieldDiff>) -> Markup {
        let added = change.get("@attachment").and_then(|it| it.after.as_array());
        let ids: Vec<Uuid> = added
            .into_iter()
            .flatten()
            .filter_map(|it| Uuid::try_parse(it["id"].as_str()?).ok())
            .collect();
        self.show(language, |it| {
            it.journal_entry.is_none() && ids.contains(&it.blob.id)
        })
    }

    /// Those that a predicate chooses, with small pictures.
    #[must_use]
    pub fn show(self, language: &Language, chosen: impl Fn(&Attachment) -> bool) -> Markup {
        let shown: Vec<&Attachment> = self.all.iter().filter(|it| chosen(it)).collect();
        html! {
            @if !shown.is_empty() {
                ul class="files" { @for file in shown { li { (self.one(language, file, true)) } } }
            }
        }
    }

    /// All of them as a list of names, each with what takes it away.
    #[must_use]
    pub fn list(self, language: &Language) -> Markup {
        html! {
            ul class="files list" {
                @for file in self.all {
                    li {
                        (self.one(language, file, false))
                        @if self.may_go(file) {
                            a class="button quiet icon-only small" href=(format!("{}/files/{}/remove", self.place, file.blob.id))
                                aria-label=(text!(language, "files-remove", name = file.blob.name.as_str())) { (icon("trash")) }
                        }
                    }
                }
            }
        }
    }

    fn may_go(self, file: &Attachment) -> bool {
        match self.removable {
            Removable::Nothing => false,
            Removable::Of(person) => file.by == person,
            Removable::Everything => true,
        }
    }

    fn one(self, language: &Language, file: &Attachment, with_picture: bool) -> Markup {
        let href = format!("{}/files/{}", self.address, file.blob.id);
        let is_picture = file.blob.is_safe_picture();
        let is_private = file.visibility == Visibility::Private;
        html! {
            a class="file" href=(href) download[!is_picture] {
                @if is_picture && with_picture && file.blob.bytes <= LARGE_PICTURE { img src=(href) alt="" loading="lazy" decoding="async"; }
                @else { (icon(if is_picture { "camera" } else { "attachment" })) }
                span class="name" { (file.blob.name) }
                small { (size(language, file.blob.bytes)) }
                @if is_private { (icon("lock")) span class="visually-hidden" { (text!(language, "composer-private")) } }
            }
        }
    }
}

/// The field for files in a form. With script it also takes what is pasted and dropped, lists what was
/// chosen and shows how far the sending is.
#[must_use]
pub fn picker(language: &Language, most_bytes: u64) -> Markup {
    let most = size(language, i64::try_from(most_bytes).unwrap_or(i64::MAX));
    // The script fills the name in.
    let too_large = text!(
        language,
        "files-too-large",
        name = "{name}",
        most = most.as_str()
    );
    html! {
        div class="file-picker" data-files data-most=(most_bytes) data-too-large=(too_large)
            data-sending=(text!(language, "files-sending")) data-broken=(text!(language, "files-broken"))
            data-drop=(text!(language, "files-drop", name = "{name}")) {
            label title=(text!(language, "files-most", most = most.as_str())) {
                (icon("attachment")) span class="words" { (text!(language, "files-add")) }
                input type="file" name="file" multiple;
            }
            ul class="chosen" hidden {}
        }
    }
}

/// A size as people say it.
#[must_use]
pub fn size(language: &Language, bytes: i64) -> String {
    const MEGABYTE: i64 = 1024 * 1024;
    if bytes < 1024 {
        text!(language, "files-bytes", count = bytes)
    } else if bytes < MEGABYTE {
        text!(language, "files-kilobytes", count = (bytes + 1023) / 1024)
    } else {
        // One digit is enough: people want to know whether it is small or large.
        let tenths = bytes.saturating_mul(10) / MEGABYTE;
        let words = if tenths % 10 == 0 {
            (tenths / 10).to_string()
        } else {
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        text!(language, "files-megabytes", size = words)
    }
}
