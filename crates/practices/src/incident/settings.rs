//! What administrators may change about incidents alone; the rest they have in common with other tickets.

use std::collections::BTreeSet;

use engine::{SettingDef, Shape};
use serde::Deserialize;
use serde_json::json;

use crate::ticket::settings::{
    HOLD_REASON_SHAPE, HoldReasons, OpenTasks, PlainQuestions, PriorityMatrix, QUESTIONS_SHAPE,
    ROUTING_SHAPE, Route, default_hold_reasons, default_matrix, default_questions, ticket_settings,
};

/// All settings of the practice.
pub const ALL: &[SettingDef] = ticket_settings!(
    "incident",
    SettingDef::new::<PlainQuestions>("incident.plain_questions", "incident", default_questions)
        .asked(QUESTIONS_SHAPE),
    SettingDef::new::<Cascade>("incident.cascade", "incident", default_cascade)
        .asked(CASCADE_SHAPE),
);

const CASCADE_SHAPE: Shape = Shape::Members(&[
    ("in_progress", Shape::YesNo),
    ("on_hold", Shape::ChoicesOf("hold_reason")),
    ("resolved", Shape::YesNo),
    ("comments", Shape::YesNo),
]);

/// What flows from a parent to its open children. Never: on hold for the requester, closed, cancelled,
/// priority, private notes; the reactions know no way to send those.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cascade {
    /// Work begins on the children too.
    pub in_progress: bool,
    /// Hold reasons that hold the children too.
    pub on_hold: BTreeSet<String>,
    /// The children are resolved with the same code and notes.
    pub resolved: bool,
    /// Public comments marked for children reach them.
    pub comments: bool,
}

fn default_cascade() -> serde_json::Value {
    json!({ "in_progress": true, "on_hold": ["vendor", "problem", "change"], "resolved": true, "comments": true })
}
