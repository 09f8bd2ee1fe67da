//! What a run does to each of its records, as it is stored and as a change.

use std::collections::BTreeMap;

use base::{Message, Problem, Refused, Result, Uuid};
use dictionary::{TypeDef, Value};
use engine::{Action, Change, Comment, Ctx, Standing, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Fields are changed.
    Change,
    /// It is handed over.
    Assign,
    /// A named transition is taken.
    Transition(String),
    /// Something is said.
    Comment,
    /// It is marked as deleted.
    Delete,
    /// A deletion is taken back.
    Restore,
    /// What another run did is taken back.
    Undo,
}

impl Doing {
    /// Name in answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Assign => "assign",
            Self::Transition(_) => "transition",
            Self::Comment => "comment",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Undo => "undo",
        }
    }

    /// The right that it needs besides those of fields and words.
    fn right(&self) -> Option<String> {
        match self {
            Self::Change => Some("update".to_owned()),
            Self::Assign => Some("assign".to_owned()),
            Self::Transition(name) => Some(format!("transition:{name}")),
            Self::Delete | Self::Restore => Some("delete".to_owned()),
            Self::Comment | Self::Undo => None,
        }
    }

    const fn action_of_fields(&self) -> bool {
        matches!(self, Self::Change | Self::Assign)
    }
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Markdown.
    pub text: String,
    /// Whether it is for readers of private notes.
    #[serde(default)]
    pub private: bool,
    /// Minutes of work that it reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_worked: Option<i64>,
    /// Whether it also goes to open children.
    #[serde(default)]
    pub to_children: bool,
}

/// What a run does to each of its records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// What is done.
    pub doing: Doing,
    /// New values by field, as the API writes them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Json>,
    /// What is said with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Said>,
}

impl Act {
    /// An act that sets these values.
    #[must_use]
    pub fn new(doing: Doing, set: &BTreeMap<String, Value>, comment: Option<Comment>) -> Self {
        let said = |it: Comment| Said {
            private: it.visibility == Visibility::Private,
            minutes_worked: it.minutes_worked,
            to_children: it.to_children,
            text: it.text,
        };
        Self {
            doing,
            set: set
                .iter()
                .map(|(name, value)| (name.clone(), value.to_json()))
                .collect(),
            comment: comment.map(said),
        }
    }

    /// The act that was stored.
    ///
    /// # Errors
    /// A failure where it cannot be read.
    pub fn stored(json: &Json) -> Result<Self> {
        Self::deserialize(json)
            .map_err(|error| base::Error::failed("a stored act cannot be read", error))
    }

    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The change, without its record. The dictionary may have changed since the act was written.
    ///
    /// # Errors
    /// The fields that do not fit any more.
    pub(super) fn change(&self, of: &TypeDef) -> Result<Change, Refused> {
        let action = match &self.doing {
            Doing::Change | Doing::Undo => Action::Update,
            Doing::Assign => Action::Assign,
            Doing::Transition(name) => Action::Transition(name.clone()),
            Doing::Comment => Action::Comment,
            Doing::Delete => Action::Delete,
            Doing::Restore => Action::Restore,
        };
        let mut change = Change {
            record_type: of.name.clone(),
            action: Some(action),
            ..Change::default()
        };
        for (name, json) in &self.set {
            let value = match of.field(name) {
                Some(field) => field.from_json(json),
                None => Err(Message::new("refused-unknown-field").with("field", name)),
            };
            let value = value.map_err(|message| Refused::field(name, message))?;
            change.set.insert(name.clone(), value);
        }
        change.comment = self.comment.as_ref().map(|it| Comment {
            text: it.text.clone(),
            visibility: match it.private {
                true => Visibility::Private,
                false => Visibility::Public,
            },
            minutes_worked: it.minutes_worked,
            to_children: it.to_children,
        });
        Ok(change)
    }

    /// Whether the actor may do it to a record where they stand so, as far as rights tell: the first that is
    /// missing. The door asks again, and for all.
    pub(super) fn missing(&self, ctx: &Ctx, of: &TypeDef, on: &Standing) -> Option<Problem> {
        if let Doing::Transition(name) = &self.doing
            && of
                .lifecycle
                .as_ref()
                .and_then(|it| it.transition(name))
                .is_none()
        {
            return Some(Problem {
                field: None,
                message: Message::new("bulk-transition-unknown").with("name", name),
            });
        }
        if let Some(right) = self.rights().find(|it| !on.may(ctx, &of.name, it)) {
            return Some(forbidden(&of.name, &right));
        }
        if !self.doing.action_of_fields() {
            return None;
        }
        let may = |field| {
            on.may_write(ctx, of, "update", field) || on.may_write(ctx, of, "assign", field)
        };
        let closed = self.set.keys().filter_map(|it| of.field(it));
        let closed = closed.into_iter().find(|it| !may(it))?;
        Some(Problem {
            field: Some(closed.name.clone()),
            message: Message::new("refused-unknown-field").with("field", &closed.name),
        })
    }

    /// Names of the rights that it needs on each record, whatever it sets.
    fn rights(&self) -> impl Iterator<Item = String> {
        let said = self.comment.as_ref().map(|it| match it.private {
            true => "note_write".to_owned(),
            false => "comment".to_owned(),
        });
        let bulk = std::iter::once(BULK.to_owned());
        bulk.chain(self.doing.right()).chain(said)
    }

    /// Whether a run of it can be taken back.
    #[must_use]
    pub const fn can_be_undone(&self) -> bool {
        matches!(
            self.doing,
            Doing::Change | Doing::Assign | Doing::Delete | Doing::Restore
        )
    }
}

/// The right to do something to many records at once.
pub const BULK: &str = "bulk";

/// What is said where a right is missing.
pub(super) fn forbidden(record_type: &str, right: &str) -> Problem {
    let message = Message::new("forbidden-action").with("action", right);
    Problem {
        field: None,
        message: message.with("type", record_type),
    }
}

/// What is said where there is no such record, or none that may be read.
pub(super) fn unknown(record_type: &str) -> Problem {
    Problem {
        field: None,
        message: Message::new("record-unknown").with("type", record_type),
    }
}

/// The records, each once and in the order of their ids, so that runs lock them in the same order.
pub(super) fn in_order(records: Vec<Uuid>) -> Vec<Uuid> {
    let once: std::collections::BTreeSet<Uuid> = records.into_iter().collect();
    once.into_iter().collect()
}
