//! What incidents, requests and other tickets have alike: fields, rules, guards, reactions, settings, sweeps.
//!
//! A practice of tickets takes these and adds its own. Here no practice is named; what depends on the type is
//! asked of the type (`<type>.routing`, the phase of a state).

mod elsewhere;
pub mod guards;
mod late_reply;
pub mod layout;
pub mod reactions;
pub mod record;
mod rules;
pub mod settings;
pub mod sweeps;
mod unmerge;

use engine::{Guard, Reaction, Rule};

use crate::task_like;

/// Checks of every ticket.
pub const GUARDS: [Guard; 6] = [
    Guard {
        name: "ticket_open_tasks",
        run: guards::no_open_tasks,
    },
    Guard {
        name: "ticket_can_be_converted",
        run: elsewhere::can_be_converted,
    },
    Guard {
        name: "ticket_can_be_split",
        run: elsewhere::can_be_split,
    },
    Guard {
        name: "ticket_can_be_merged",
        run: elsewhere::can_be_merged,
    },
    Guard {
        name: "ticket_can_be_unmerged",
        run: unmerge::can_be_unmerged,
    },
    Guard {
        name: "ticket_held_with_link",
        run: guards::held_with_link,
    },
];

/// What every ticket causes. Open tasks go elsewhere with their ticket before those that stay end.
pub const REACTIONS: [Reaction; 8] = [
    Reaction {
        name: "convert",
        run: elsewhere::convert,
    },
    Reaction {
        name: "link_split",
        run: elsewhere::link_split,
    },
    Reaction {
        name: "merge",
        run: elsewhere::merge,
    },
    Reaction {
        name: "end_open_tasks",
        run: reactions::end_open_tasks,
    },
    Reaction {
        name: "reclassify_what_is_said",
        run: reactions::reclassify_what_is_said,
    },
    Reaction {
        name: "unmerge",
        run: unmerge::unmerge,
    },
    Reaction {
        name: "reply_of_merged",
        run: elsewhere::reply_of_merged,
    },
    Reaction {
        name: "open_another_by_late_reply",
        run: late_reply::open_another,
    },
];

/// The rules of every ticket and then those of one type.
pub const fn rules_and<const ALL: usize>(own: &[Rule]) -> [Rule; ALL] {
    let mut all = [RULES[0]; ALL];
    let mut at = 1;
    while at < ALL {
        all[at] = if at < RULES.len() {
            RULES[at]
        } else {
            own[at - RULES.len()]
        };
        at += 1;
    }
    all
}

/// What rules read of records that a ticket refers to.
pub const NEEDS: &[&str] = &[
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
    "split_from.requester",
    "split_from.affected",
    "split_from.service",
    "split_from.location",
    "split_from.organisation",
    "split_from.access",
];

/// Where a ticket goes on that was merged or turned into another one.
pub const GOES_ON: &[&str] = &["merged_into", "converted_into"];

/// The order matters: people before organisation, questions before priority, routing before counters.
pub const RULES: [Rule; 23] = [
    Rule {
        name: "as_where_it_was",
        run: elsewhere::as_where_it_was,
    },
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
];
