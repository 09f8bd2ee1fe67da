//! Which fields of a ticket lists and forms show; a type adds its own.

use dictionary::Layout;

use crate::declare::{owned, section};

/// Lists and forms of a type with these own fields about its matter and about its priority, and these
/// questions to whoever logs one.
pub fn layout(about: &[&str], priority: &[&str], create: &[&str]) -> Layout {
    let people = [
        "requester",
        "affected",
        "organisation",
        "channel",
        "opened_at",
        "opened_by",
        "location",
    ];
    let general = [
        &["title", "description", "category", "subcategory", "service"],
        about,
    ]
    .concat();
    let of_rules = [
        "impact",
        "urgency",
        "priority",
        "priority_override",
        "override_reason",
        "override_until",
        "override_by",
    ];
    let priority = [&of_rules[..], priority].concat();
    let assignment = ["team", "assignee", "access", "due_at"];
    let hold = ["hold_reason", "hold_until", "answered", "vendor_reference"];
    let resolution = [
        "resolution_code",
        "close_notes",
        "resolved_at",
        "resolved_by",
        "closed_at",
        "closed_by",
        "continues",
        "split_from",
        "merged_into",
        "converted_into",
    ];
    let measures = [
        "first_responded_at",
        "first_resolved_at",
        "first_contact_resolution",
        "reassignment_count",
        "assignee_change_count",
        "reopen_count",
        "time_worked",
    ];
    Layout {
        list: owned(&[
            "number",
            "title",
            "priority",
            "state",
            "requester",
            "team",
            "assignee",
            "updated_at",
        ]),
        form: vec![
            section("general", &general),
            section("people", &people),
            section("priority", &priority),
            section("assignment", &assignment),
            section("hold", &hold),
            section("resolution", &resolution),
            section("measures", &measures),
        ],
        create: owned(create),
    }
}
