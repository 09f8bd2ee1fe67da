//! Role assignments: which person has which role, where, and from when to when.

pub mod record;
mod rules;

use engine::{Practice, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: &["person.title"],
        rules: &[
            Rule {
                name: "role_assignment_title",
                run: rules::title,
            },
            Rule {
                name: "role_scope",
                run: rules::scope,
            },
            Rule {
                name: "role_is_known",
                run: rules::known_role,
            },
            Rule {
                name: "role_not_above_own",
                run: rules::not_above_own,
            },
            Rule {
                name: "role_assignment_period",
                run: rules::period,
            },
        ],
        ..Practice::new("role_assignment", record::declare)
    }
}
