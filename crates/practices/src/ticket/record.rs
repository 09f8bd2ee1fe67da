//! What every ticket is: who asks for whom, what about, how grave, what it waits for, how it ended.

use base::{Timestamp, Uuid};
use dictionary::{
    Audience, Choice, ChoiceCode, Conversion, Field, FieldDef, Kind, Lifecycle, Phase, TypeDef,
    Value, WrittenBy, fields,
};

use crate::declare::{choices, lifecycle, owned};
use crate::task_like;

/// Marker of the choice set of hold reasons; which exist and what they do is the setting `<type>.hold_reasons`.
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
    /// A mail that came in.
    pub const EMAIL: ChoiceCode<Self> = ChoiceCode::new("email");
    /// A program sent it.
    pub const API: ChoiceCode<Self> = ChoiceCode::new("api");
    /// Somebody came to the desk.
    pub const WALK_UP: ChoiceCode<Self> = ChoiceCode::new("walk_up");
}

/// The requester's answer to "how many are affected", where the type asks.
pub const HOW_MANY_AFFECTED: Field<Choice<()>> = Field::new("how_many_affected");
/// The requester's answer to "can you work", where the type asks.
pub const CAN_WORK: Field<Choice<()>> = Field::new("can_work");

fields! {
    /// Who has it; the requester where nobody else is named.
    AFFECTED: Uuid = "affected", Kind::reference("person"), |it| it.indexed = true;
    /// Who typed it.
    OPENED_BY: Uuid = "opened_by", Kind::reference("person"), |it| by_rules(it);
    /// How it came.
    CHANNEL: Choice<Channel> = "channel", Kind::Choice;
    /// What it is about.
    CATEGORY: Uuid = "category", Kind::reference("category"), |it| it.indexed = true;
    /// What it is about more closely: a category below the category.
    SUBCATEGORY: Uuid = "subcategory", Kind::reference("category"), |it| it.depends_on = Some("category".to_owned());
    /// The service that it is about.
    SERVICE: Uuid = "service", Kind::reference("service"), |it| it.indexed = true;
    /// Where it happens.
    LOCATION: Uuid = "location", Kind::reference("location");
    /// How much of the business suffers, from 1 (high).
    IMPACT: i64 = "impact", Kind::Integer;
    /// How long it can wait, from 1 (high).
    URGENCY: i64 = "urgency", Kind::Integer;
    /// A priority that somebody set over the matrix.
    PRIORITY_OVERRIDE: i64 = "priority_override", Kind::Integer, |it| internal(it);
    /// Why.
    OVERRIDE_REASON: String = "override_reason", Kind::Text { max: 255 }, |it| internal(it);
    /// Who.
    OVERRIDE_BY: Uuid = "override_by", Kind::reference("person"), |it| { by_rules(it); internal(it); };
    /// Until when; without it for good.
    OVERRIDE_UNTIL: Timestamp = "override_until", Kind::Instant, |it| internal(it);
    /// What work waits for.
    HOLD_REASON: Choice<HoldReasonCode> = "hold_reason", Kind::Choice;
    /// When work resumes by itself.
    HOLD_UNTIL: Timestamp = "hold_until", Kind::Instant;
    /// Whether the requester has answered while it is on hold for something else.
    ANSWERED: bool = "answered", Kind::Boolean, |it| by_rules(it);
    /// The supplier's number for it.
    VENDOR_REFERENCE: String = "vendor_reference", Kind::Text { max: 100 }, |it| internal(it);
    /// How it ended well.
    RESOLUTION_CODE: Choice<()> = "resolution_code", Kind::Choice;
    /// What was done, for the requester and for whoever meets it next.
    CLOSE_NOTES: String = "close_notes", Kind::LongText;
    /// The ticket of the same type into which it was merged.
    MERGED_INTO: Uuid = "merged_into", Kind::Reference { to: None }, |it| { it.indexed = true; it.written_by = WrittenBy::Transition; };
    /// The ticket of another type into which it was turned.
    CONVERTED_INTO: Uuid = "converted_into", Kind::Reference { to: None }, |it| by_rules(it);
    /// The ticket from whose comment this one was split.
    SPLIT_FROM: Uuid = "split_from", Kind::Reference { to: None }, |it| it.written_by = WrittenBy::Creation;
    /// The ticket of the same type that was over when this one was opened by a reply.
    CONTINUES: Uuid = "continues", Kind::Reference { to: None }, |it| { by_rules(it); it.indexed = true; };
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
const CHANNELS: [&str; 7] = [
    "portal",
    "phone",
    "email",
    "api",
    "monitoring",
    "walk_up",
    "chat",
];
const STEPS: [&str; 3] = ["1", "2", "3"];
const PRIORITIES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// Transition that turns a ticket into one of another type.
pub const CONVERT: &str = "convert";
/// Transition that merges a ticket into another one, and the right to do so.
pub const MERGE: &str = "merge";
/// Transition that takes a merge back.
pub const UNMERGE: &str = "unmerge";
/// Kind of the link from a ticket that is over to the one that a late reply opened.
pub const CONTINUED_IN: &str = "continued_in";
/// What comes along when a ticket is turned into one of another type. Categories stay: each type has its own.
const CARRIED: [&str; 18] = [
    "title",
    "description",
    "requester",
    "affected",
    "organisation",
    "access",
    "opened_by",
    "opened_at",
    "channel",
    "first_responded_at",
    "service",
    "location",
    "impact",
    "urgency",
    "team",
    "assignee",
    "due_at",
    "vendor_reference",
];

/// In what a type of ticket differs from others.
pub struct Words {
    /// Name of the type.
    pub record_type: &'static str,
    /// Letters before its numbers.
    pub prefix: &'static str,
    /// State in which the work is done and the requester may object.
    pub resolved: &'static str,
    /// Transition to that state.
    pub resolve: &'static str,
    /// The type into which one can be turned.
    pub converts_into: &'static str,
    /// Built-in hold reasons.
    pub hold_reasons: &'static [&'static str],
    /// Built-in codes of how it ended well.
    pub resolution_codes: &'static [&'static str],
}

impl Words {
    /// The type with all that tickets have alike; its own fields and layout come on top.
    pub fn declare(&self) -> TypeDef {
        let name = self.record_type;
        let spine = [
            "priority",
            "assignee",
            "team",
            "requester",
            "access",
            "due_at",
            "opened_at",
        ];
        TypeDef::new(name)
            .numbered(self.prefix, 7)
            .with_lifecycle(self.states())
            .with_spine(&spine)
            .adjust("priority", |it| {
                it.choices = choices(name, "priority", &PRIORITIES)
            })
            .adjust("access", |it| it.default = Some(Value::Integer(0)))
            .with_fields(task_like::declarations())
            .with_fields(self.fields())
            .with_journal()
            .with_readers(&["affected", "opened_by"])
            .converting(Conversion {
                transition: CONVERT.to_owned(),
                into: self.converts_into.to_owned(),
                carries: owned(&CARRIED),
            })
    }

    fn fields(&self) -> Vec<FieldDef> {
        let mut fields = declarations();
        for field in &mut fields {
            if [MERGED_INTO.name, CONTINUES.name].contains(&field.name.as_str()) {
                field.kind = Kind::reference(self.record_type);
            }
            let (named, codes): (&str, &[&str]) = match field.name.as_str() {
                "channel" => ("channel", &CHANNELS),
                "impact" => ("impact", &STEPS),
                "urgency" => ("urgency", &STEPS),
                "priority_override" => ("priority", &PRIORITIES),
                "hold_reason" => ("hold_reason", self.hold_reasons),
                "resolution_code" => ("resolution_code", self.resolution_codes),
                _ => continue,
            };
            field.choices = choices(self.record_type, named, codes);
        }
        fields
    }

    fn states(&self) -> Lifecycle {
        let open = ["new", "in_progress", "on_hold"];
        lifecycle(self.record_type)
            .state("new", Phase::New)
            .state("in_progress", Phase::Active)
            .state("on_hold", Phase::OnHold)
            .state(self.resolved, Phase::Resolved)
            .state("closed", Phase::Closed)
            .state("cancelled", Phase::Cancelled)
            .step("start", &["new"], "in_progress")
            .step("hold", &["new", "in_progress"], "on_hold")
            .needs(&["hold_reason"])
            .asks(&["hold_until", "vendor_reference"])
            .step("resume", &["on_hold"], "in_progress")
            .step(self.resolve, &open, self.resolved)
            .needs(&["resolution_code", "close_notes"])
            .step("reopen", &[self.resolved], "in_progress")
            .step("close", &[self.resolved], "closed")
            .step("reopen_closed", &["closed"], "in_progress")
            .with_comment()
            .step("cancel", &open, "cancelled")
            .asks(&["close_notes"])
            .step(CONVERT, &open, "cancelled")
            .step(MERGE, &open, "cancelled")
            .needs(&[MERGED_INTO.name])
            // It goes back to the state that it had; this is where it would go on without one.
            .step(UNMERGE, &["cancelled"], "in_progress")
            .done()
    }
}

fn by_rules(field: &mut FieldDef) {
    field.written_by = WrittenBy::Rules;
}

fn internal(field: &mut FieldDef) {
    field.audience = Audience::Internal;
}
