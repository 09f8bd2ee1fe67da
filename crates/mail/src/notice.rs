//! Which change is told to whom. Whether they may read what happened is asked later, as them.

use std::collections::BTreeMap;

use base::Uuid;
use dictionary::{Phase, TypeDef, spine};
use engine::history::HistoryEntry;

/// What a mail is about. Of several reasons for one person the last in this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Their request is here.
    Received,
    /// Somebody wrote a public comment.
    Answered,
    /// A comment or a note calls them by name.
    Mentioned,
    /// It is done.
    Resolved,
    /// It is theirs to work on.
    Assigned,
}

impl Notice {
    const ALL: [Self; 5] = [
        Self::Received,
        Self::Answered,
        Self::Mentioned,
        Self::Resolved,
        Self::Assigned,
    ];

    /// Name in the payload of a job.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Answered => "answered",
            Self::Mentioned => "mentioned",
            Self::Resolved => "resolved",
            Self::Assigned => "assigned",
        }
    }

    /// The notice of that name.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Whom a record concerns.
#[derive(Clone, Debug, Default)]
pub struct Concerned {
    /// Who asked.
    pub requester: Option<Uuid>,
    /// Who works on it.
    pub assignee: Option<Uuid>,
    /// For whom it was asked, and who follows it.
    pub others: Vec<Uuid>,
    /// Whom the change calls by name.
    pub mentioned: Vec<Uuid>,
}

/// Actions that nobody gets a mail for, whatever else they did.
const QUIET: [&str; 8] = [
    "follow", "unfollow", "link", "unlink", "attach", "detach", "delete", "restore",
];

/// Whether a change with that topic, `<type>.<action>`, may be told by mail at all.
#[must_use]
pub fn concerns_mail(topic: &str) -> bool {
    topic
        .rsplit_once('.')
        .is_some_and(|(_, action)| !QUIET.contains(&action))
}

/// The people to whom a change is told. Never who made it, but for one case: whoever writes a mail gets to know
/// the number under which it goes on.
#[must_use]
pub fn notices(
    entry: &HistoryEntry,
    record_type: &TypeDef,
    has_public_comment: bool,
    concerned: &Concerned,
) -> BTreeMap<Uuid, Notice> {
    let mut told = BTreeMap::new();
    let mut tell = |people: &mut dyn Iterator<Item = Uuid>, notice: Notice| {
        for person in people {
            let known = told.entry(person).or_insert(notice);
            *known = notice.max(*known);
        }
    };
    let requester = || concerned.requester.into_iter();
    let audience = || requester().chain(concerned.others.iter().copied());
    if entry.mode != "live" {
        return told;
    }
    if entry.action == "create" {
        tell(&mut requester(), Notice::Received);
    }
    if has_public_comment {
        tell(&mut audience().chain(concerned.assignee), Notice::Answered);
    }
    let mut mentioned = concerned.mentioned.iter().copied();
    tell(&mut mentioned, Notice::Mentioned);
    if enters(entry, record_type, Phase::Resolved) {
        tell(&mut audience(), Notice::Resolved);
    }
    // The record may have gone on to somebody else since.
    let assigned = entry.fields.get(spine::ASSIGNEE);
    let assigned = assigned.and_then(|it| Uuid::try_parse(it.after.as_str()?).ok());
    tell(&mut assigned.into_iter(), Notice::Assigned);
    // A reaction is made by the system for the one whose change it answers.
    let author = match entry.on_behalf_of {
        Some(person) if entry.actor.is_nil() => person,
        _ => entry.actor,
    };
    let answer = entry.surface == "mail" && told.get(&author) == Some(&Notice::Received);
    if !answer {
        told.remove(&author);
    }
    told
}

fn enters(entry: &HistoryEntry, record_type: &TypeDef, phase: Phase) -> bool {
    let (Some(diff), Some(lifecycle)) = (entry.fields.get(spine::STATE), &record_type.lifecycle)
    else {
        return false;
    };
    let phase_of = |state: &str| lifecycle.phase(state);
    diff.after.as_str().map(phase_of) == Some(phase)
        && diff.before.as_str().map(phase_of) != Some(phase)
}
