//! Organisations: the tenant itself, its customers and their departments, as one tree.

pub mod record;
mod rules;

use engine::{Guard, Practice, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        rules: &[Rule {
            name: "organisation_is_itself",
            run: rules::belongs_to_itself,
        }],
        guards: &[Guard {
            name: "organisation_tree",
            run: rules::no_cycle,
        }],
        ..Practice::new("organisation", record::declare)
    }
}
