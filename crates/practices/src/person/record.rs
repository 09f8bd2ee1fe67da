//! What a person is. A person needs no login; a login needs a person.
//!
//! Logins, passwords and whether an account is closed are the engine's own and stand in no field here:
//! only what sign-in reads may say who can sign in.

use base::{Date, Timestamp, Uuid};
use dictionary::{Audience, Kind, Layout, Phase, TypeDef, Value, fields};

use crate::declare::{choose_default, lifecycle, named, owned, section};

fields! {
    /// Given name; the title is the whole name.
    GIVEN_NAME: String = "given_name", Kind::Text { max: 120 };
    /// Family name.
    FAMILY_NAME: String = "family_name", Kind::Text { max: 120 };
    /// Employee, contact outside, shared mailbox or desk, integration.
    KIND: String = "kind", Kind::Choice, |it| choose_default(it, "person", &KINDS, "employee");
    /// The address that identifies and reaches them.
    EMAIL: String = "email", Kind::Email, |it| { it.unique = true; it.indexed = true; };
    /// Further addresses that identify them.
    FURTHER_EMAILS: serde_json::Value = "further_emails", Kind::Json;
    /// Where to call first.
    PHONE: String = "phone", Kind::Text { max: 60 };
    /// Mobile phone.
    MOBILE: String = "mobile", Kind::Text { max: 60 };
    /// Further numbers that identify them.
    FURTHER_PHONES: serde_json::Value = "further_phones", Kind::Json;
    /// Number in the personnel system.
    EMPLOYEE_NUMBER: String = "employee_number", Kind::Text { max: 60 }, |it| {
        it.unique = true;
        it.audience = Audience::Internal;
    };
    /// What they do.
    JOB_TITLE: String = "job_title", Kind::Text { max: 120 };
    /// To whom they report.
    MANAGER: Uuid = "manager", Kind::reference("person"), |it| it.indexed = true;
    /// Their department.
    DEPARTMENT: Uuid = "department", Kind::reference("organisation");
    /// Organisations they belong to besides the primary one.
    FURTHER_ORGANISATIONS: Vec<Uuid> = "further_organisations", Kind::references("organisation");
    /// Where their costs are booked.
    COST_CENTRE: String = "cost_centre", Kind::Text { max: 40 }, |it| it.audience = Audience::Internal;
    /// Where they usually are.
    LOCATION: Uuid = "location", Kind::reference("location");
    /// Teams they work in.
    TEAMS: Vec<Uuid> = "teams", Kind::references("team");
    /// Whether they are treated with particular care.
    VIP: bool = "vip", Kind::Boolean, |it| {
        it.audience = Audience::Internal;
        it.default = Some(Value::Boolean(false));
    };
    /// Language tag, for example `en` or `de-AT`.
    LANGUAGE: String = "language", Kind::Text { max: 35 };
    /// IANA time zone, for example `Europe/Berlin`.
    ZONE: String = "zone", Kind::Text { max: 60 };
    /// First day of employment.
    EMPLOYED_FROM: Date = "employed_from", Kind::Date, |it| it.audience = Audience::Internal;
    /// Last day of employment.
    EMPLOYED_TO: Date = "employed_to", Kind::Date, |it| it.audience = Audience::Internal;
    /// Begin of an absence.
    ABSENT_FROM: Timestamp = "absent_from", Kind::Instant;
    /// End of the absence.
    ABSENT_TO: Timestamp = "absent_to", Kind::Instant;
    /// Who stands in during the absence.
    SUBSTITUTE: Uuid = "substitute", Kind::reference("person");
}

/// Kinds of people.
pub const KINDS: [&str; 4] = ["employee", "external_contact", "shared", "integration"];

/// The type.
pub fn declare() -> TypeDef {
    let lifecycle = lifecycle("person")
        .state("active", Phase::Active)
        .state("left", Phase::Closed)
        .step("leave", &["active"], "left")
        .asks(&["employed_to"])
        .step("return", &["left"], "active")
        .asks(&["employed_from"]);
    TypeDef::new("person")
        .adjust("title", named)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["access"])
        .with_fields(declarations())
        .with_layout(layout())
}

fn layout() -> Layout {
    let name = [
        "title",
        "given_name",
        "family_name",
        "kind",
        "job_title",
        "vip",
    ];
    let contact = [
        "email",
        "further_emails",
        "phone",
        "mobile",
        "further_phones",
        "language",
        "zone",
    ];
    let place = [
        "organisation",
        "further_organisations",
        "department",
        "cost_centre",
        "location",
        "manager",
        "teams",
    ];
    let employment = ["employee_number", "employed_from", "employed_to"];
    let absence = ["absent_from", "absent_to", "substitute"];
    Layout {
        list: owned(&[
            "title",
            "email",
            "phone",
            "organisation",
            "location",
            "teams",
            "state",
        ]),
        form: vec![
            section("general", &name),
            section("contact", &contact),
            section("place", &place),
            section("employment", &employment),
            section("absence", &absence),
        ],
        create: owned(&[&name[..], &contact[..], &place[..]].concat()),
    }
}
