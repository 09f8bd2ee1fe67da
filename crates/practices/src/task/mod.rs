//! Tasks: child work of any record.

pub mod record;
mod rules;

use engine::{Guard, Practice, Rule};

use crate::task_like;

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: &[
            "assignee.open",
            "assignee.teams",
            "parent.organisation",
            "parent.access",
        ],
        rules: &[
            Rule {
                name: "task_defaults",
                run: rules::defaults,
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
                name: "task_stamps",
                run: rules::stamps,
            },
            Rule {
                name: "hand_overs_counted",
                run: task_like::count_hand_overs,
            },
            Rule {
                name: "time_worked",
                run: task_like::add_time_worked,
            },
        ],
        guards: &[
            Guard {
                name: "task_parent_tree",
                run: rules::no_cycle,
            },
            Guard {
                name: "task_counts_for_parent",
                run: rules::counts_for_parent,
            },
            Guard {
                name: "task_dependence",
                run: rules::waits_for_others,
            },
        ],
        ..Practice::new("task", record::declare)
    }
}
