//! Which fields of an incident lists and forms show.

use dictionary::Layout;

use crate::declare::{owned, section};

/// Lists and forms of incidents.
pub fn layout() -> Layout {
    let people = [
        "requester",
        "affected",
        "organisation",
        "channel",
        "opened_at",
        "opened_by",
        "location",
    ];
    let about = [
        "title",
        "description",
        "category",
        "subcategory",
        "service",
        "parent",
    ];
    let priority = [
        "impact",
        "urgency",
        "priority",
        "priority_override",
        "override_reason",
        "override_until",
        "override_by",
        "major",
        "how_many_affected",
        "can_work",
    ];
    let assignment = ["team", "assignee", "access", "due_at"];
    let hold = ["hold_reason", "hold_until", "answered", "vendor_reference"];
    let resolution = [
        "resolution_code",
        "close_notes",
        "resolved_at",
        "resolved_by",
        "closed_at",
        "closed_by",
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
            section("general", &about),
            section("people", &people),
            section("priority", &priority),
            section("assignment", &assignment),
            section("hold", &hold),
            section("resolution", &resolution),
            section("measures", &measures),
        ],
        create: create(),
    }
}

/// What an agent is asked who logs a call; requesters are asked what of it they may write.
fn create() -> Vec<String> {
    owned(&[
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
    ])
}
