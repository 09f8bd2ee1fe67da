//! Interactions: calls, walk-ups and chats, solved at once or turned into a ticket.

mod guards;
mod reactions;
mod record;
mod rules;

use engine::{Guard, Practice, Reaction, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: &["person.organisation", "ticket.access"],
        rules: &RULES,
        guards: &[Guard {
            name: "interaction_ticket_fits",
            run: guards::ticket_fits,
        }],
        reactions: &[Reaction {
            name: "interaction_leads_on",
            run: reactions::lead_on,
        }],
        ..Practice::new(record::NAME, record::declare)
    }
}

/// The order matters: the step gives the outcome, the outcome the end.
static RULES: [Rule; 6] = [
    Rule {
        name: "interaction_who",
        run: rules::who,
    },
    Rule {
        name: "interaction_outcome_of_step",
        run: rules::outcome_of_step,
    },
    Rule {
        name: "interaction_outcome_ends_it",
        run: rules::outcome_ends_it,
    },
    Rule {
        name: "interaction_times_fit",
        run: rules::times_fit,
    },
    Rule {
        name: "interaction_outcome_fits",
        run: rules::outcome_fits,
    },
    Rule {
        name: "interaction_access",
        run: rules::classify,
    },
];
