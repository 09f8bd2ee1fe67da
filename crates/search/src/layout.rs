//! How the text of a type is parted into classes, each of which somebody may read as a whole or not at all.
//!
//! The identity of a layout stands in each document as a hidden word, with tenant, type and preparation in it: a
//! document that was made under another layout is not found until it is made anew. So a change of what roles may
//! read never lets somebody find by words that are closed to them.

use std::collections::BTreeSet;

use base::Uuid;

use crate::document::number_of;
use crate::run::NOTES;
use crate::text::PREPARATION;

/// Class of public fields, and of comments with them.
const PUBLIC: &str = "p";
/// Class of fields for those who work on records.
const INTERNAL: &str = "i";
/// Class of comments by themselves.
const COMMENTS: &str = "c";

/// How the text of a type is parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Tells it from all others.
    pub id: i64,
    fields: Vec<(String, String)>,
    comments: String,
}

impl Layout {
    /// The layout of a type with these fields of text, each of which may be for those who work on records only.
    /// Where roles open fields one by one, each is a class of its own.
    #[must_use]
    pub fn new<'a>(
        tenant: Uuid,
        record_type: &str,
        fields: impl Iterator<Item = (&'a str, bool)>,
        one_by_one: bool,
    ) -> Self {
        let mut identity = format!("{PREPARATION} {tenant} {record_type} {one_by_one}");
        let mut parted = Vec::new();
        for (at, (name, is_internal)) in fields.enumerate() {
            identity.push_str(if is_internal { " -" } else { " +" });
            identity.push_str(name);
            let class = match (one_by_one, is_internal) {
                (true, _) => format!("f{}{}", digit(at / 36), digit(at % 36)),
                (false, true) => INTERNAL.to_owned(),
                (false, false) => PUBLIC.to_owned(),
            };
            parted.push((name.to_owned(), class));
        }
        let comments = if one_by_one { COMMENTS } else { PUBLIC };
        Self {
            id: number_of(&identity),
            fields: parted,
            comments: comments.to_owned(),
        }
    }

    /// Fields with their classes, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, class)| (name.as_str(), class.as_str()))
    }

    /// The class of a comment or private note.
    #[must_use]
    pub fn said(&self, is_private: bool) -> &str {
        if is_private { NOTES } else { &self.comments }
    }

    /// All classes but that of notes.
    #[must_use]
    pub fn classes(&self) -> BTreeSet<String> {
        self.open(&|_| true)
    }

    /// The classes of which every field is open. Comments are open to whoever may read the record.
    #[must_use]
    pub fn open(&self, opens: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let closed: BTreeSet<&str> = self
            .fields()
            .filter(|(name, _)| !opens(name))
            .map(|(_, class)| class)
            .collect();
        let all = self.fields().map(|it| it.1).chain([self.comments.as_str()]);
        all.filter(|it| !closed.contains(it))
            .map(str::to_owned)
            .collect()
    }

    /// The hidden word of documents with this layout.
    #[must_use]
    pub fn word(&self) -> String {
        format!("zt{:016x}", self.id)
    }
}

/// The hidden word of records of an organisation.
#[must_use]
pub fn organisation(id: Option<Uuid>) -> String {
    let low = id.map(|it| it.as_u64_pair().1).unwrap_or_default();
    format!("zo{low:016x}")
}

/// The hidden word of records of an access class; none counts as public.
#[must_use]
pub fn access(class: Option<i64>) -> String {
    format!("za{}", class.unwrap_or_default())
}

fn digit(value: usize) -> char {
    u32::try_from(value)
        .ok()
        .and_then(|it| char::from_digit(it, 36))
        .unwrap_or('z')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(one_by_one: bool) -> Layout {
        let fields = [("title", false), ("note", false), ("secret", true)];
        Layout::new(Uuid::nil(), "ticket", fields.into_iter(), one_by_one)
    }

    fn open(layout: &Layout, names: &[&str]) -> String {
        let open = layout.open(&|it| names.contains(&it));
        open.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_class_is_open_with_all_its_fields() {
        assert_eq!(open(&layout(false), &["title", "note", "secret"]), "i p");
        assert_eq!(open(&layout(false), &["title", "note"]), "p");
        assert_eq!(open(&layout(false), &["title", "secret"]), "i");
        assert_eq!(open(&layout(true), &["title"]), "c f00");
        assert_eq!(open(&layout(true), &[]), "c");
    }

    #[test]
    fn a_layout_is_known_by_all_that_makes_it() {
        assert_ne!(layout(true).id, layout(false).id);
        let other = Layout::new(Uuid::max(), "ticket", [("title", false)].into_iter(), false);
        let internal = Layout::new(Uuid::max(), "ticket", [("title", true)].into_iter(), false);
        assert_ne!(other.id, internal.id);
    }
}
