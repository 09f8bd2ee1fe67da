//! What an incident is beyond any ticket.

use base::Uuid;
use dictionary::{Audience, Choice, ChoiceCode, Kind, Label, TypeDef, fields};

use crate::declare::{choose, choose_default};
use crate::ticket::layout::layout;
use crate::ticket::record::Words;

/// Marker of the choice set of major incident states.
#[derive(Debug)]
pub struct Major;

impl Major {
    /// An incident like others.
    pub const NONE: ChoiceCode<Self> = ChoiceCode::new("none");
    /// Somebody says that it is major.
    pub const PROPOSED: ChoiceCode<Self> = ChoiceCode::new("proposed");
    /// It is handled as a major incident.
    pub const ACCEPTED: ChoiceCode<Self> = ChoiceCode::new("accepted");
    /// It no longer is.
    pub const DEMOTED: ChoiceCode<Self> = ChoiceCode::new("demoted");
}

fields! {
    /// The requester's answer to "how many are affected".
    HOW_MANY_AFFECTED: Choice<()> = "how_many_affected", Kind::Choice, |it| {
        choose(it, "incident", &["only_me", "my_team", "many"]);
    };
    /// The requester's answer to "can you work".
    CAN_WORK: Choice<()> = "can_work", Kind::Choice, |it| choose(it, "incident", &["yes", "partly", "no"]);
    /// The incident of which this one is another report.
    PARENT: Uuid = "parent", Kind::reference("incident"), |it| { it.indexed = true; it.audience = Audience::Internal; };
    /// Whether it is handled as a major incident.
    MAJOR: Choice<Major> = "major", Kind::Choice, |it| {
        choose_default(it, "incident", &["none", "proposed", "accepted", "demoted"], Major::NONE.code);
        it.audience = Audience::Internal;
    };
}

const WORDS: Words = Words {
    record_type: "incident",
    prefix: "INC",
    resolved: "resolved",
    resolve: "resolve",
    converts_into: "request",
    hold_reasons: &["requester", "vendor", "problem", "change", "scheduled"],
    resolution_codes: &[
        "solution_provided",
        "workaround_provided",
        "known_error",
        "duplicate",
        "user_error",
        "resolved_by_caller",
        "resolved_by_change",
        "resolved_by_problem",
    ],
};

/// The type.
pub fn declare() -> TypeDef {
    WORDS
        .declare()
        .adjust("requester", |it| {
            it.label = Label::built_in("incident-caller")
        })
        .with_fields(declarations())
        .with_layout(layout(
            &["parent"],
            &["major", "how_many_affected", "can_work"],
            &CREATE,
        ))
}

/// What an agent is asked who logs a call; requesters are asked what of it they may write.
const CREATE: [&str; 16] = [
    "requester",
    "affected",
    "channel",
    "title",
    "description",
    "how_many_affected",
    "can_work",
    "category",
    "subcategory",
    "service",
    "location",
    "impact",
    "urgency",
    "team",
    "assignee",
    "opened_at",
];
