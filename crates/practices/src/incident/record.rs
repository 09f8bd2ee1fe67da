//! What an incident is.

use base::{Timestamp, Uuid};
use dictionary::{
    Audience, Choice, ChoiceCode, FieldDef, Kind, Label, Lifecycle, Phase, TypeDef, Value,
    WrittenBy, fields,
};

use crate::declare::{choices, choose, choose_default, lifecycle};
use crate::task_like;

/// Marker of the choice set of hold reasons; which exist and what they do is the setting `incident.hold_reasons`.
#[derive(Debug)]
pub struct HoldReasonCode;

/// Marker of the choice set of channels.
#[derive(Debug)]
pub struct Channel;

impl Channel {
    /// The requester's own pages.
    pub const PORTAL: ChoiceCode<Self> = ChoiceCode::new("portal");
    /// An agent logged a call.
    pub const PHONE: ChoiceCode<Self> = ChoiceCode::new("phone");
    /// A program sent it.
    pub const API: ChoiceCode<Self> = ChoiceCode::new("api");
    /// Somebody came to the desk.
    pub const WALK_UP: ChoiceCode<Self> = ChoiceCode::new("walk_up");
}

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
    /// Who has the fault; the requester where nobody else is named.
    AFFECTED: Uuid = "affected", Kind::reference("person"), |it| it.indexed = true;
    /// Who typed it.
    OPENED_BY: Uuid = "opened_by", Kind::reference("person"), |it| by_rules(it);
    /// How it came.
    CHANNEL: Choice<Channel> = "channel", Kind::Choice, |it| choose(it, "incident", &CHANNELS);
    /// What it is about.
    CATEGORY: Uuid = "category", Kind::reference("category"), |it| it.indexed = true;
    /// What it is about more closely: a category below the category.
    SUBCATEGORY: Uuid = "subcategory", Kind::reference("category");
    /// The service that suffers.
    SERVICE: Uuid = "service", Kind::reference("service"), |it| it.indexed = true;
    /// Where it happens.
    LOCATION: Uuid = "location", Kind::reference("location");
    /// The requester's answer to "how many are affected".
    HOW_MANY_AFFECTED: Choice<()> = "how_many_affected", Kind::Choice, |it| {
        choose(it, "incident", &["only_me", "my_team", "many"]);
    };
    /// The requester's answer to "can you work".
    CAN_WORK: Choice<()> = "can_work", Kind::Choice, |it| choose(it, "incident", &["yes", "partly", "no"]);
    /// How much of the business suffers, from 1 (high).
    IMPACT: i64 = "impact", Kind::Integer, |it| scale(it, &["1", "2", "3"]);
    /// How long it can wait, from 1 (high).
    URGENCY: i64 = "urgency", Kind::Integer, |it| scale(it, &["1", "2", "3"]);
    /// A priority that somebody set over the matrix.
    PRIORITY_OVERRIDE: i64 = "priority_override", Kind::Integer, |it| {
        it.choices = choices("incident", "priority", &PRIORITIES);
        internal(it);
    };
    /// Why.
    OVERRIDE_REASON: String = "override_reason", Kind::Text { max: 255 }, |it| internal(it);
    /// Who.
    OVERRIDE_BY: Uuid = "override_by", Kind::reference("person"), |it| { by_rules(it); internal(it); };
    /// Until when; without it for good.
    OVERRIDE_UNTIL: Timestamp = "override_until", Kind::Instant, |it| internal(it);
    /// What work waits for.
    HOLD_REASON: Choice<HoldReasonCode> = "hold_reason", Kind::Choice, |it| choose(it, "incident", &HOLD_REASONS);
    /// When work resumes by itself.
    HOLD_UNTIL: Timestamp = "hold_until", Kind::Instant;
    /// Whether the requester has answered while it is on hold for something else.
    ANSWERED: bool = "answered", Kind::Boolean, |it| by_rules(it);
    /// The supplier's number for it.
    VENDOR_REFERENCE: String = "vendor_reference", Kind::Text { max: 100 }, |it| internal(it);
    /// How it was resolved.
    RESOLUTION_CODE: Choice<()> = "resolution_code", Kind::Choice, |it| choose(it, "incident", &RESOLUTION_CODES);
    /// What was done, for the requester and for whoever meets it next.
    CLOSE_NOTES: String = "close_notes", Kind::LongText;
    /// The incident of which this one is another report.
    PARENT: Uuid = "parent", Kind::reference("incident"), |it| { it.indexed = true; internal(it); };
    /// Whether it is handled as a major incident.
    MAJOR: Choice<Major> = "major", Kind::Choice, |it| {
        choose_default(it, "incident", &["none", "proposed", "accepted", "demoted"], "none");
        internal(it);
    };
    /// How often it was taken up again after it was resolved or closed.
    REOPEN_COUNT: i64 = "reopen_count", Kind::Integer, |it| {
        by_rules(it);
        internal(it);
        it.default = Some(Value::Integer(0));
    };
    /// First public word of a human who is not the requester.
    FIRST_RESPONDED_AT: Timestamp = "first_responded_at", Kind::Instant, |it| by_rules(it);
    /// When it was resolved for the first time; reopening keeps it.
    FIRST_RESOLVED_AT: Timestamp = "first_resolved_at", Kind::Instant, |it| by_rules(it);
    /// When it was resolved; reopening takes it away.
    RESOLVED_AT: Timestamp = "resolved_at", Kind::Instant, |it| { by_rules(it); it.indexed = true; };
    /// Who resolved it.
    RESOLVED_BY: Uuid = "resolved_by", Kind::reference("person"), |it| by_rules(it);
    /// When it was closed.
    CLOSED_AT: Timestamp = "closed_at", Kind::Instant, |it| by_rules(it);
    /// Who closed it; nobody where it closed by itself.
    CLOSED_BY: Uuid = "closed_by", Kind::reference("person"), |it| by_rules(it);
    /// Resolved by the person who logged it, without a change of team, and not reopened.
    FIRST_CONTACT_RESOLUTION: bool = "first_contact_resolution", Kind::Boolean, |it| { by_rules(it); internal(it); };
}

/// Channels in the order of a menu.
pub const CHANNELS: [&str; 7] = [
    "portal",
    "phone",
    "email",
    "api",
    "monitoring",
    "walk_up",
    "chat",
];
/// Built-in hold reasons.
pub const HOLD_REASONS: [&str; 5] = ["requester", "vendor", "problem", "change", "scheduled"];
/// Built-in resolution codes.
pub const RESOLUTION_CODES: [&str; 8] = [
    "solution_provided",
    "workaround_provided",
    "known_error",
    "duplicate",
    "user_error",
    "resolved_by_caller",
    "resolved_by_change",
    "resolved_by_problem",
];
const PRIORITIES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// The type.
pub fn declare() -> TypeDef {
    let spine = [
        "priority",
        "assignee",
        "team",
        "requester",
        "access",
        "due_at",
        "opened_at",
    ];
    TypeDef::new("incident")
        .numbered("INC", 7)
        .with_lifecycle(states())
        .with_spine(&spine)
        .adjust("requester", |it| {
            it.label = Label::built_in("incident-caller")
        })
        .adjust("priority", |it| {
            it.choices = choices("incident", "priority", &PRIORITIES)
        })
        .adjust("access", |it| it.default = Some(Value::Integer(0)))
        .with_fields(task_like::declarations())
        .with_fields(declarations())
        .with_journal()
        .with_readers(&["affected", "opened_by"])
        .with_layout(super::layout::layout())
}

fn states() -> Lifecycle {
    let open = ["new", "in_progress", "on_hold"];
    lifecycle("incident")
        .state("new", Phase::New)
        .state("in_progress", Phase::Active)
        .state("on_hold", Phase::OnHold)
        .state("resolved", Phase::Resolved)
        .state("closed", Phase::Closed)
        .state("cancelled", Phase::Cancelled)
        .step("start", &["new"], "in_progress")
        .step("hold", &["new", "in_progress"], "on_hold")
        .needs(&["hold_reason"])
        .asks(&["hold_until", "vendor_reference"])
        .step("resume", &["on_hold"], "in_progress")
        .step("resolve", &open, "resolved")
        .needs(&["resolution_code", "close_notes"])
        .step("reopen", &["resolved"], "in_progress")
        .step("close", &["resolved"], "closed")
        .step("reopen_closed", &["closed"], "in_progress")
        .with_comment()
        .step("cancel", &open, "cancelled")
        .asks(&["close_notes"])
        .done()
}

fn by_rules(field: &mut FieldDef) {
    field.written_by = WrittenBy::Rules;
}

fn internal(field: &mut FieldDef) {
    field.audience = Audience::Internal;
}

fn scale(field: &mut FieldDef, steps: &[&str]) {
    field.choices = choices("incident", &field.name, steps);
}
