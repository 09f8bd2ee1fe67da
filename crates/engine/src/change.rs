//! What somebody wants done: the one value that goes through the door.

use std::collections::BTreeMap;

use base::{Message, Timestamp, Uuid};
use dictionary::{Field, FieldType, Transition, TypeDef, Value};

use crate::system::attachment::BlobRef;

/// What is done to the record. Permissions name these actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes a new record.
    Create,
    /// Changes fields.
    Update,
    /// Hands over: team, assignee, organisation.
    Assign,
    /// Takes a named transition.
    Transition(String),
    /// Adds a comment or note.
    Comment,
    /// Marks as deleted.
    Delete,
    /// Takes a deletion back.
    Restore,
    /// Links the record to another one.
    Link {
        /// Kind of link, a code of the setting `links.kinds`.
        kind: String,
        /// The other record.
        to: Uuid,
        /// Whether it is the marked primary of its kind (primary affected CI).
        primary: bool,
    },
    /// Takes a link away.
    Unlink {
        /// Kind of link.
        kind: String,
        /// The other record.
        to: Uuid,
    },
    /// A person starts to follow the record.
    Follow(Uuid),
    /// A person stops to follow the record.
    Unfollow(Uuid),
    /// Adds the change's files.
    Attach,
    /// Takes a file away.
    Detach(Uuid),
}

impl Action {
    /// Name in the history and in answers: the transition's own name, or the action's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Assign => "assign",
            Self::Transition(name) => name,
            Self::Comment => "comment",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Link { .. } => "link",
            Self::Unlink { .. } => "unlink",
            Self::Follow(_) => "follow",
            Self::Unfollow(_) => "unfollow",
            Self::Attach => "attach",
            Self::Detach(_) => "detach",
        }
    }

    /// The transition that is taken, where it is one of the type.
    pub(crate) fn transition<'a>(&self, of: &'a TypeDef) -> Option<&'a Transition> {
        match self {
            Self::Transition(name) => of.lifecycle.as_ref()?.transition(name),
            _ => None,
        }
    }
}

/// Who may read a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody who may read the record.
    Public,
    /// Those who may read private notes.
    Private,
}

impl Visibility {
    /// Code in the journal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// An entry for the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Markdown.
    pub text: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// Minutes of work that it reports.
    pub minutes_worked: Option<i64>,
    /// Whether it also goes to open children.
    pub to_children: bool,
}

impl Comment {
    /// A public comment.
    #[must_use]
    pub fn public(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            visibility: Visibility::Public,
            minutes_worked: None,
            to_children: false,
        }
    }

    /// A private note.
    #[must_use]
    pub fn private(text: impl Into<String>) -> Self {
        Self {
            visibility: Visibility::Private,
            ..Self::public(text)
        }
    }
}

/// How strictly the change is held to the rules of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A wish of now: everything is checked, everything reacts.
    #[default]
    Live,
    /// A fact of the past: lifecycle and required fields report instead of refuse, values that the
    /// source gives win over derived ones, nothing reacts. Needs the right `import_history`.
    Replay {
        /// When it happened.
        effective_at: Timestamp,
    },
}

/// One change of one record.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Name of the type.
    pub record_type: String,
    /// The record; at creation the id it shall have, or nothing.
    pub record: Option<Uuid>,
    /// What is done.
    pub action: Option<Action>,
    /// New values by field name, already of the fields' kinds.
    pub set: BTreeMap<String, Value>,
    /// A comment that comes with it.
    pub comment: Option<Comment>,
    /// Files that come with it, with the visibility of its comment.
    pub files: Vec<BlobRef>,
    /// Whether files without a comment are for readers of private notes.
    pub files_are_private: bool,
    /// The version the client saw; another one is a conflict.
    pub expected_version: Option<i64>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// For whom the actor acts.
    pub on_behalf_of: Option<Uuid>,
    /// Live or replay.
    pub mode: Mode,
    /// Whether it is recorded even where it changes nothing: an event of a foreign log.
    pub event: bool,
    /// A number that an import brings along.
    pub number: Option<String>,
    /// Who is recorded as the one who acted, where an import knows; only in replay.
    pub recorded_actor: Option<Uuid>,
    /// The id that its comment had where an import found it; only in replay.
    pub journal_entry: Option<Uuid>,
}

impl Change {
    /// A new record of that type.
    #[must_use]
    pub fn create(record_type: impl Into<String>) -> Self {
        Self {
            record_type: record_type.into(),
            action: Some(Action::Create),
            ..Self::default()
        }
    }

    /// An action on an existing record.
    #[must_use]
    pub fn of(record_type: impl Into<String>, record: Uuid, action: Action) -> Self {
        Self {
            record_type: record_type.into(),
            record: Some(record),
            action: Some(action),
            ..Self::default()
        }
    }

    /// New values of fields of an existing record.
    #[must_use]
    pub fn update(record_type: impl Into<String>, record: Uuid) -> Self {
        Self::of(record_type, record, Action::Update)
    }

    /// A transition of an existing record.
    #[must_use]
    pub fn transition(
        record_type: impl Into<String>,
        record: Uuid,
        name: impl Into<String>,
    ) -> Self {
        Self::of(record_type, record, Action::Transition(name.into()))
    }

    /// The same change with a value, by typed handle.
    #[must_use]
    pub fn with<T: FieldType>(self, field: Field<T>, value: T) -> Self {
        self.with_value(field.name, value.into_value())
    }

    /// The same change with a value, by name.
    #[must_use]
    pub fn with_value(mut self, field: &str, value: Value) -> Self {
        self.set.insert(field.to_owned(), value);
        self
    }

    /// The same change with a comment.
    #[must_use]
    pub fn with_comment(mut self, comment: Comment) -> Self {
        self.comment = Some(comment);
        self
    }

    /// The same change with its reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The action; a change without one is an update.
    #[must_use]
    pub fn action(&self) -> &Action {
        self.action.as_ref().unwrap_or(&Action::Update)
    }
}

/// What a change did.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The record.
    pub record: Uuid,
    /// Its number, where its type has numbers.
    pub number: Option<String>,
    /// Its version afterwards.
    pub version: i64,
    /// Id of the change in the history; nil where nothing changed.
    pub change_id: Uuid,
    /// Whether anything was written.
    pub changed: bool,
    /// Whether the actor can still read it; false after handing it out of reach.
    pub still_visible: bool,
    /// Id of the journal entry, where the change came with a comment.
    pub journal_entry: Option<Uuid>,
    /// What was mapped, ignored or out of order; only in replay.
    pub reports: Vec<Message>,
}
