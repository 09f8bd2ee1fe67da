//! What an interaction is: somebody called or came by, and what came of it.

use base::{Timestamp, Uuid};
use dictionary::{
    Choice, ChoiceCode, Elapsed, Kind, Label, Layout, Phase, TypeDef, Value, WrittenBy, fields,
};

use crate::declare::{choose, choose_default, lifecycle, owned, section};
use crate::shared::INTERNAL;

/// Name of the type.
pub const NAME: &str = "interaction";

/// State in which it goes on.
pub const OPEN: &str = "open";
/// State in which it is over.
pub const CLOSED: &str = "closed";
/// Transition that takes it up again.
pub const REOPEN: &str = "reopen";

/// Marker of the choice set of channels.
#[derive(Debug)]
pub struct Channels;

impl Channels {
    /// Both speak with each other at once.
    pub const SPOKEN: [ChoiceCode<Self>; 3] = [
        ChoiceCode::new("phone"),
        ChoiceCode::new("walk_up"),
        ChoiceCode::new("chat"),
    ];
}

/// Marker of the choice set of outcomes.
#[derive(Debug)]
pub struct Outcomes;

impl Outcomes {
    /// Whoever took it solved it at once.
    pub const SOLVED: ChoiceCode<Self> = ChoiceCode::new("solved");
    /// It became an incident.
    pub const BECAME_INCIDENT: ChoiceCode<Self> = ChoiceCode::new("became_incident");
    /// It became a request.
    pub const BECAME_REQUEST: ChoiceCode<Self> = ChoiceCode::new("became_request");
    /// It was about a ticket that was there.
    pub const ADDED_TO_TICKET: ChoiceCode<Self> = ChoiceCode::new("added_to_ticket");
    /// Nobody was there any more.
    pub const ABANDONED: ChoiceCode<Self> = ChoiceCode::new("abandoned");
}

/// Outcomes in which it becomes a ticket of that type.
pub const BECOMES: [(ChoiceCode<Outcomes>, &str); 2] = [
    (Outcomes::BECAME_INCIDENT, "incident"),
    (Outcomes::BECAME_REQUEST, "request"),
];

/// Transitions, and the outcome that each of them means.
pub const STEPS: [(&str, ChoiceCode<Outcomes>); 5] = [
    ("solve", Outcomes::SOLVED),
    ("open_incident", Outcomes::BECAME_INCIDENT),
    ("open_request", Outcomes::BECAME_REQUEST),
    ("add_to_ticket", Outcomes::ADDED_TO_TICKET),
    ("abandon", Outcomes::ABANDONED),
];

fields! {
    /// How they met.
    CHANNEL: Choice<Channels> = "channel", Kind::Choice, |it| {
        choose_default(it, NAME, &["phone", "walk_up", "chat", "email", "other"], "phone");
    };
    /// Who called or came.
    PERSON: Uuid = "person", Kind::reference("person"), |it| it.indexed = true;
    /// The number or name that was shown or given, where nobody is known by it.
    CALLER: String = "caller", Kind::Text { max: 255 };
    /// The service that it was about.
    SERVICE: Uuid = "service", Kind::reference("service");
    /// What was said and done.
    NOTES: String = "notes", Kind::LongText;
    /// When it ended.
    ENDED_AT: Timestamp = "ended_at", Kind::Instant;
    /// How long it took.
    DURATION: Elapsed = "duration", Kind::Duration, |it| it.written_by = WrittenBy::Rules;
    /// What came of it.
    OUTCOME: Choice<Outcomes> = "outcome", Kind::Choice, |it| {
        choose(it, NAME, &STEPS.map(|(_, outcome)| outcome.code));
        it.indexed = true;
    };
    /// The ticket that it became, or to which it was added.
    TICKET: Uuid = "ticket", Kind::Reference { to: None }, |it| it.indexed = true;
}

/// The type.
pub fn declare() -> TypeDef {
    let open = [OPEN];
    let lifecycle = lifecycle(NAME)
        .state(OPEN, Phase::Active)
        .state(CLOSED, Phase::Closed)
        .step("abandon", &open, CLOSED)
        .step("add_to_ticket", &open, CLOSED)
        .needs(&[TICKET.name])
        .step("open_request", &open, CLOSED)
        .needs(&[PERSON.name])
        .step("open_incident", &open, CLOSED)
        .needs(&[PERSON.name])
        .step("solve", &open, CLOSED)
        .needs(&[NOTES.name])
        .step(REOPEN, &[CLOSED], OPEN);
    TypeDef::new(NAME)
        .numbered("INT", 7)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["assignee", "access", "opened_at"])
        .adjust("assignee", |it| {
            it.written_by = WrittenBy::People;
            it.label = Label::built_in("interaction-taken-by");
        })
        .adjust("access", |it| {
            it.written_by = WrittenBy::Rules;
            it.default = Some(Value::Integer(INTERNAL));
        })
        .adjust("opened_at", |it| {
            it.written_by = WrittenBy::People;
            it.label = Label::built_in("interaction-started-at");
        })
        .with_fields(declarations())
        // Whoever took a call about something confidential reads what they wrote.
        .with_readers(&["assignee"])
        .with_layout(layout())
}

fn layout() -> Layout {
    let who = ["person", "caller", "channel", "assignee"];
    let what = ["title", "service", "notes"];
    let when = ["opened_at", "ended_at", "duration"];
    let end = ["outcome", "ticket"];
    Layout {
        list: owned(&[
            "number",
            "title",
            "channel",
            "person",
            "outcome",
            "assignee",
            "opened_at",
            "duration",
        ]),
        form: vec![
            section("contact", &who),
            section("general", &what),
            section("outcome", &end),
            section("times", &when),
        ],
        create: owned(&[
            "channel",
            "person",
            "caller",
            "title",
            "notes",
            "service",
            "outcome",
            "ticket",
            "opened_at",
        ]),
    }
}
