//! What a line of an export tells beside its fields, as steps that follow the record.

use std::sync::Arc;

use base::{Message, Problem, Timestamp, Uuid};
use engine::system::attachment::BlobRef;
use engine::{Action, Change, Comment, Mode, Visibility};
use serde::de::DeserializeOwned;

use super::{ExportedPlan, Plan, Reference};
use crate::beside::{ATTACHMENTS, Attached, FOLLOWERS, Follower, JOURNAL, LINKS, Linked, Said};
use crate::source::SourceRow;

/// One thing beside a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// An entry of the journal.
    Say(Said),
    /// A link to another record.
    Link(Linked),
    /// Somebody who follows.
    Follow(Uuid),
    /// A file, after the entry that it came with.
    Attach(Attached),
}

/// A step, and the other record that it needs.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The step.
    pub step: Step,
    /// The record at its other end.
    pub end: Option<Arc<Reference>>,
}

impl Step {
    /// The change that does it, as the fact that it was.
    #[must_use]
    pub fn change(&self, record_type: &str, record: Uuid, row_at: Timestamp) -> Change {
        let of = |action, effective_at| Change {
            mode: Mode::Replay { effective_at },
            ..Change::of(record_type, record, action)
        };
        match self {
            Self::Say(said) => Change {
                comment: Some(Comment {
                    text: said.text.clone(),
                    visibility: said.visibility,
                    minutes_worked: said.minutes_worked,
                    to_children: false,
                }),
                recorded_actor: Some(said.author.unwrap_or_default()),
                on_behalf_of: said.on_behalf_of,
                journal_entry: Some(said.id),
                ..of(Action::Comment, said.at)
            },
            Self::Link(link) => {
                let action = Action::Link {
                    kind: link.kind.clone(),
                    to: link.to,
                    primary: link.primary,
                };
                Change {
                    recorded_actor: Some(link.by.unwrap_or_default()),
                    ..of(action, link.at)
                }
            }
            Self::Follow(person) => of(Action::Follow(*person), row_at),
            Self::Attach(file) => Change {
                files: vec![BlobRef {
                    id: file.id,
                    sha256: file.sha256.clone(),
                    bytes: file.bytes,
                    media_type: file.media_type.clone(),
                    name: file.name.clone(),
                }],
                files_are_private: file.visibility == Visibility::Private,
                recorded_actor: Some(file.by.unwrap_or_default()),
                journal_entry: file.entry,
                ..of(Action::Attach, file.at)
            },
        }
    }
}

impl Plan {
    /// What a row tells beside its fields.
    ///
    /// # Errors
    /// Which member cannot be read, and why.
    pub(super) fn steps(&self, row: &SourceRow) -> Result<Vec<PlannedStep>, Problem> {
        let Some(exported) = &self.exported else {
            return Ok(Vec::new());
        };
        let mut steps = Vec::new();
        let said = members::<Said>(row, exported.journal, JOURNAL)?;
        steps.extend(said.into_iter().map(|it| PlannedStep {
            step: Step::Say(it),
            end: None,
        }));
        for link in members::<Linked>(row, exported.links, LINKS)? {
            let end = Some(end(exported, link.to));
            let step = Step::Link(link);
            steps.push(PlannedStep { step, end });
        }
        for follower in members::<Follower>(row, exported.followers, FOLLOWERS)? {
            let end = Some(end(exported, follower.person));
            let step = Step::Follow(follower.person);
            steps.push(PlannedStep { step, end });
        }
        for file in members::<Attached>(row, exported.attachments, ATTACHMENTS)? {
            let step = Step::Attach(file);
            steps.push(PlannedStep { step, end: None });
        }
        Ok(steps)
    }
}

fn end(exported: &ExportedPlan, id: Uuid) -> Arc<Reference> {
    Arc::new(Reference {
        lookup: Arc::clone(&exported.by_id),
        key: id.to_string(),
        create: Vec::new(),
    })
}

fn members<T: DeserializeOwned>(
    row: &SourceRow,
    cell: usize,
    name: &str,
) -> Result<Vec<T>, Problem> {
    let text = row.cells.get(cell).and_then(Option::as_deref);
    let Some(text) = text.filter(|it| !it.is_empty()) else {
        return Ok(Vec::new());
    };
    serde_json::from_str(text).map_err(|error| Problem {
        field: Some(name.to_owned()),
        message: Message::new("row-beside-unreadable").with("error", error),
    })
}
