//! States, the phases that code asks for, and the transitions between states.

use std::collections::BTreeMap;

use crate::Label;

/// What a state means to code. Administrators add states, never phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nobody works on it yet.
    New,
    /// Somebody works on it.
    Active,
    /// Work waits for something named by a reason.
    OnHold,
    /// Done, the requester may object.
    Resolved,
    /// Done for good.
    Closed,
    /// Ended without being done.
    Cancelled,
}

impl Phase {
    /// All of them, in the order of work.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Active,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
    ];

    /// New, active and on hold are open.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Active | Self::OnHold)
    }

    /// The phase's code in filters and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::OnHold => "on_hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How a field behaves in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldFlag {
    /// Must have a value.
    Required,
    /// May be read, not written.
    ReadOnly,
    /// Is not shown.
    Hidden,
}

/// A state of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct StateDef {
    /// Stored code, for example `in_progress`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// What it means to code.
    pub phase: Phase,
    /// Fields that behave differently in this state.
    pub flags: BTreeMap<String, FieldFlag>,
}

impl StateDef {
    /// A state without special fields.
    #[must_use]
    pub fn new(code: &str, label: Label, phase: Phase) -> Self {
        Self {
            code: code.to_owned(),
            label,
            phase,
            flags: BTreeMap::new(),
        }
    }

    /// The same state with a field that behaves differently in it.
    #[must_use]
    pub fn with_flag(mut self, field: &str, flag: FieldFlag) -> Self {
        self.flags.insert(field.to_owned(), flag);
        self
    }
}

/// A named step from some states to one state; permissions name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Name in the API and in grants, for example `resolve`.
    pub name: String,
    /// The verb on the button.
    pub label: Label,
    /// Codes of the states it may start from.
    pub from: Vec<String>,
    /// Code of the state it leads to.
    pub to: String,
    /// Fields that must have a value afterwards.
    pub needs: Vec<String>,
    /// Fields that the dialog offers besides.
    pub asks: Vec<String>,
    /// Whether a public comment must come with it.
    pub needs_comment: bool,
}

/// All states and transitions of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifecycle {
    /// States in the order in which people read them.
    pub states: Vec<StateDef>,
    /// Code of the state of a new record.
    pub initial: String,
    /// Transitions in the order of their buttons.
    pub transitions: Vec<Transition>,
}

impl Lifecycle {
    /// The state with that code.
    #[must_use]
    pub fn state(&self, code: &str) -> Option<&StateDef> {
        self.states.iter().find(|it| it.code == code)
    }

    /// The transition with that name.
    #[must_use]
    pub fn transition(&self, name: &str) -> Option<&Transition> {
        self.transitions.iter().find(|it| it.name == name)
    }

    /// The phase of a state; unknown codes (imported ones) count as active, so that they are seen.
    #[must_use]
    pub fn phase(&self, code: &str) -> Phase {
        self.state(code).map_or(Phase::Active, |it| it.phase)
    }

    /// Transitions that start from that state.
    pub fn transitions_from<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Transition> {
        self.transitions
            .iter()
            .filter(move |it| it.from.iter().any(|from| from == code))
    }
}
