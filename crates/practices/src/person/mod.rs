//! People: employees, customers' contacts, shared mailboxes and integrations.

pub mod record;
mod rules;

use engine::{Practice, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        rules: &[
            Rule {
                name: "person_name",
                run: rules::name,
            },
            Rule {
                name: "person_contacts",
                run: rules::contacts,
            },
            Rule {
                name: "person_absence",
                run: rules::absence,
            },
            Rule {
                name: "person_employment",
                run: rules::employment,
            },
        ],
        ..Practice::new("person", record::declare)
    }
}
