//! Incidents: something that worked does not, and somebody waits for it to work again.

mod guards;
mod layout;
mod reactions;
pub mod record;
mod rules;
pub mod settings;
pub mod sweeps;

use engine::{Guard, Practice, Reaction, Rule};

use crate::task_like;

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: NEEDS,
        rules: RULES,
        guards: &[
            Guard {
                name: "incident_one_level",
                run: guards::one_level,
            },
            Guard {
                name: "incident_open_tasks",
                run: guards::no_open_tasks,
            },
        ],
        reactions: &[
            Reaction {
                name: "comments_to_children",
                run: reactions::comments_to_children,
            },
            Reaction {
                name: "state_to_children",
                run: reactions::state_to_children,
            },
            Reaction {
                name: "end_open_tasks",
                run: reactions::end_open_tasks,
            },
        ],
        settings: settings::ALL,
        ..Practice::new("incident", record::declare)
    }
}

/// What rules read of records that an incident refers to.
const NEEDS: &[&str] = &[
    "requester.organisation",
    "requester.open",
    "affected.location",
    "affected.vip",
    "assignee.open",
    "assignee.teams",
    "category.default_team",
    "category.active",
    "category.applies_to",
    "subcategory.parent",
    "subcategory.default_team",
    "subcategory.active",
    "service.organisation",
    "service.support_team",
    "service.open",
];

/// The order matters: people before organisation, questions before priority, routing before counters.
const RULES: &[Rule] = &[
    Rule {
        name: "who_is_who",
        run: rules::people::who_is_who,
    },
    Rule {
        name: "reported_already",
        run: rules::people::reported_already,
    },
    Rule {
        name: "chosen_people_are_here",
        run: rules::people::are_here,
    },
    Rule {
        name: "organisation_of_requester",
        run: rules::people::organisation,
    },
    Rule {
        name: "category_tree",
        run: rules::category::tree,
    },
    Rule {
        name: "category_in_use",
        run: rules::category::in_use,
    },
    Rule {
        name: "plain_questions",
        run: rules::priority::plain_questions,
    },
    Rule {
        name: "vip_raises_urgency",
        run: rules::priority::vip,
    },
    Rule {
        name: "priority_override",
        run: rules::priority::override_fields,
    },
    Rule {
        name: "priority_from_matrix",
        run: rules::priority::priority,
    },
    Rule {
        name: "routing",
        run: rules::routing::route,
    },
    Rule {
        name: "assignee_let_go",
        run: task_like::let_go_of_assignee,
    },
    Rule {
        name: "assignee_is_here",
        run: task_like::assignee_is_here,
    },
    Rule {
        name: "reply_of_requester",
        run: rules::hold::reply,
    },
    Rule {
        name: "hold_reason",
        run: rules::hold::reason,
    },
    Rule {
        name: "hand_overs_counted",
        run: task_like::count_hand_overs,
    },
    Rule {
        name: "reopening",
        run: rules::resolution::reopening,
    },
    Rule {
        name: "resolution",
        run: rules::resolution::resolution,
    },
    Rule {
        name: "closing",
        run: rules::resolution::closing,
    },
    Rule {
        name: "first_response",
        run: rules::measures::first_response,
    },
    Rule {
        name: "first_contact_resolution",
        run: rules::measures::first_contact,
    },
    Rule {
        name: "time_worked",
        run: task_like::add_time_worked,
    },
    Rule {
        name: "major_incident",
        run: rules::major::process,
    },
];
