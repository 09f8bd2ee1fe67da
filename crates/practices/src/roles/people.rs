//! Roles of people who ask, decide, look and administer.

use engine::Role;

use super::grants::{
    MASTER_DATA, Narrow, TICKETS, WORK, all_feedback, asked_by_me, either, for_anybody, for_mine,
    grant, mine, not_confidential, open_to_all, own_feedback, reader, role,
};

/// What a requester fills in when reporting. Impact and urgency follow from the answers to plain questions.
const REPORT: [&str; 14] = [
    "title",
    "description",
    "requester",
    "affected",
    "how_many_affected",
    "can_work",
    "justification",
    "needed_by",
    "category",
    "subcategory",
    "service",
    "location",
    "channel",
    "opened_at",
];

/// What names a colleague to whoever reports for them, and tells two of one name apart. No phones, no
/// whereabouts. Titles are shown where number and title may be read; lists are in the order of creation.
const NAMED: [&str; 9] = [
    "number",
    "title",
    "given_name",
    "family_name",
    "email",
    "kind",
    "state",
    "open",
    "created_at",
];

/// Reports faults and orders, sees and answers what is theirs, reads articles.
pub fn requester() -> Role {
    role(
        "requester",
        vec![
            grant(&TICKETS, &["read", "comment", "attach", "follow"])
                .on(mine())
                .public(),
            grant(
                &TICKETS,
                &["transition:close", "transition:reopen", "transition:cancel"],
            )
            .on(asked_by_me())
            .public(),
            grant(&TICKETS, &["create"])
                .on(mine())
                .public()
                .writing(&REPORT),
            grant(&["knowledge_article"], &["read"])
                .on(either(open_to_all(), for_mine()))
                .public(),
            own_feedback(),
            grant(&MASTER_DATA, &["read"]).on(open_to_all()).public(),
            grant(&["person"], &["read"])
                .on(open_to_all())
                .reading(&NAMED),
        ],
    )
}

/// Decides on what is put before them: they are on the reader list of what they approve.
pub fn approver() -> Role {
    role(
        "approver",
        vec![
            grant(&[], &["read", "approve", "comment", "attach"])
                .on(reader())
                .public(),
        ],
    )
}

/// Reads all but confidential content, with history; writes nothing.
pub fn auditor() -> Role {
    role(
        "auditor",
        vec![
            grant(&[], &["read", "history", "read_notes", "export"])
                .on(not_confidential())
                .writing_nothing(),
            grant(&["knowledge_article"], &["read", "history", "export"])
                .on(for_anybody())
                .writing_nothing(),
        ],
    )
}

/// Sets the tenant up and keeps its people and master data; sees no confidential content.
pub fn tenant_administrator() -> Role {
    let areas = [
        "administer:settings",
        "administer:incident",
        "administer:request",
        "administer:knowledge",
        "administer:roles",
        "administer:types",
        "administer:users",
        "administer:imports",
        "administer:jobs",
    ];
    let keeps = [
        "category",
        "location",
        "organisation",
        "person",
        "role_assignment",
        "service",
        "team",
    ];
    role(
        "tenant_administrator",
        vec![
            grant(&["setting"], &areas),
            grant(&keeps, &["*"]),
            grant(
                &WORK,
                &["read", "history", "export", "import_history", "bulk"],
            )
            .on(not_confidential())
            .writing_nothing(),
            grant(
                &["interaction"],
                &["read", "history", "export", "import_history", "bulk"],
            )
            .on(not_confidential())
            .writing_nothing(),
            grant(
                &["knowledge_article"],
                &["read", "history", "export", "import_history"],
            )
            .on(for_anybody())
            .writing_nothing(),
            all_feedback(),
        ],
    )
}

/// May do everything, everywhere.
pub fn system_administrator() -> Role {
    role(
        "system_administrator",
        vec![grant(&[], &["*"]), grant(&["setting"], &["*"])],
    )
}
