//! Roles of people and programs that do the work.

use engine::{Grant, Role};

use super::grants::{
    MASTER_DATA, Narrow, TICKETS, WORK, all_feedback, either, for_staff, grant, not_confidential,
    of_my_teams, open_to_all, own_feedback, reader, role,
};

/// What whoever works on records does with them.
const HANDLES: [&str; 23] = [
    "read",
    "create",
    "update",
    "assign",
    "comment",
    "note_write",
    "read_notes",
    "attach",
    "link",
    "follow",
    "merge",
    "export",
    "bulk",
    "history",
    "transition:start",
    "transition:hold",
    "transition:resume",
    "transition:resolve",
    "transition:fulfil",
    "transition:convert",
    "transition:merge",
    "transition:unmerge",
    "transition:reopen",
];
/// Further transitions of work.
const ENDS: [&str; 5] = [
    "transition:close",
    "transition:cancel",
    "transition:complete",
    "transition:close_incomplete",
    "transition:skip",
];

/// What whoever takes calls does with interactions.
const TAKES_CALLS: [&str; 7] = [
    "read",
    "create",
    "update",
    "link",
    "export",
    "history",
    "transition:*",
];

/// Interactions of the whole tenant, except those about something confidential that others took.
fn takes_calls() -> Grant {
    grant(&["interaction"], &TAKES_CALLS).on(either(not_confidential(), reader()))
}

/// Works on incidents, requests and tasks of the whole tenant, except confidential ones that do not name them.
pub fn agent() -> Role {
    role(
        "agent",
        vec![
            grant(&WORK, &[&HANDLES[..], &ENDS[..]].concat())
                .on(either(not_confidential(), reader())),
            takes_calls(),
            grant(
                &["knowledge_article"],
                &["read", "follow", "link", "comment", "history"],
            )
            .on(either(for_staff(), reader()))
            .writing_nothing(),
            own_feedback(),
            all_feedback(),
            grant(&MASTER_DATA, &["read", "follow", "history"])
                .on(not_confidential())
                .writing_nothing(),
            grant(&["person"], &["read", "history"])
                .on(not_confidential())
                .writing_nothing(),
        ],
    )
}

/// What an agent does, and for the own teams everything, confidential records and closed tickets included.
pub fn team_lead() -> Role {
    let also = ["transition:*", "approve", "delete"];
    let mut this = role("team_lead", agent().grants);
    this.grants
        .push(grant(&WORK, &[&HANDLES[..], &also[..]].concat()).on(of_my_teams()));
    this.grants
        .push(grant(&["interaction"], &["bulk", "delete"]).on(not_confidential()));
    this
}

/// Writes articles.
pub fn knowledge_author() -> Role {
    let writes = [
        "read",
        "create",
        "update",
        "assign",
        "comment",
        "read_notes",
        "note_write",
        "attach",
        "link",
        "follow",
        "history",
        "transition:submit",
        "transition:revise",
    ];
    role(
        "knowledge_author",
        vec![
            grant(&["knowledge_article"], &writes).on(either(for_staff(), reader())),
            own_feedback(),
            all_feedback(),
            grant(&MASTER_DATA, &["read"])
                .on(not_confidential())
                .writing_nothing(),
        ],
    )
}

/// Writes articles, and publishes those of others.
pub fn knowledge_publisher() -> Role {
    let mut this = role("knowledge_publisher", knowledge_author().grants);
    let also = [
        "read",
        "update",
        "transition:return",
        "transition:publish",
        "transition:revise",
        "transition:retire",
        "delete",
        "bulk",
        "export",
    ];
    this.grants.push(grant(&["knowledge_article"], &also));
    this
}

/// Runs a practice: all its records and settings, confidential ones included.
pub fn practice_manager() -> Role {
    role(
        "practice_manager",
        vec![
            grant(&WORK, &["*"]),
            grant(&["interaction"], &["*"]),
            grant(&["knowledge_article"], &["*"]),
            grant(
                &["article_feedback"],
                &["read", "history", "export", "delete", "bulk"],
            ),
            own_feedback(),
            grant(&["category"], &["*"]),
            grant(
                &["setting"],
                &[
                    "administer:incident",
                    "administer:request",
                    "administer:knowledge",
                ],
            ),
            grant(&MASTER_DATA, &["read", "history"]).writing_nothing(),
            grant(&["person"], &["read", "history"]).writing_nothing(),
        ],
    )
}

/// Keeps the own services up to date.
pub fn service_owner() -> Role {
    role(
        "service_owner",
        vec![
            grant(
                &["service"],
                &[
                    "read",
                    "update",
                    "comment",
                    "attach",
                    "link",
                    "follow",
                    "history",
                    "export",
                    "transition:*",
                ],
            )
            .on(reader())
            .writing(&["title", "description", "support_team", "criticality"]),
            grant(&MASTER_DATA, &["read"])
                .on(open_to_all())
                .writing_nothing(),
            grant(&TICKETS, &["read", "follow", "export"])
                .on(open_to_all())
                .writing_nothing(),
        ],
    )
}

/// Works on what is handed to the own team, and sees nothing else.
pub fn external_supplier() -> Role {
    let does = [
        "read",
        "update",
        "assign",
        "comment",
        "attach",
        "transition:start",
        "transition:hold",
        "transition:resume",
        "transition:resolve",
        "transition:fulfil",
        "transition:complete",
        "transition:close_incomplete",
    ];
    let writes = [
        "team",
        "assignee",
        "vendor_reference",
        "hold_reason",
        "hold_until",
        "resolution_code",
        "close_notes",
        "due_at",
    ];
    role(
        "external_supplier",
        vec![
            grant(&WORK, &does)
                .on(of_my_teams())
                .public()
                .writing(&writes),
            grant(&["team"], &["read"]).on(open_to_all()).public(),
        ],
    )
}

/// A program that reports and follows records; what more it needs, a further role gives.
pub fn api_client() -> Role {
    let does = [
        "read", "create", "update", "comment", "attach", "link", "history", "export",
    ];
    role(
        "api_client",
        vec![
            grant(&WORK, &does).on(not_confidential()),
            grant(&["interaction"], &TAKES_CALLS).on(not_confidential()),
            grant(
                &TICKETS,
                &[
                    "transition:resolve",
                    "transition:fulfil",
                    "transition:close",
                    "transition:reopen",
                ],
            )
            .on(not_confidential()),
            grant(&MASTER_DATA, &["read"])
                .on(not_confidential())
                .writing_nothing(),
            grant(&["person"], &["read"])
                .on(not_confidential())
                .public(),
        ],
    )
}
