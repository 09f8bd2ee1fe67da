//! Incidents: something that worked does not, and somebody waits for it to work again.

mod guards;
mod major;
mod reactions;
pub mod record;
mod settings;

use dictionary::{Filter, Value};
use engine::{Guard, Practice, Reaction, Rule};

use crate::Sweep;
use crate::ticket::{self, sweeps};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: ticket::NEEDS,
        goes_on: ticket::GOES_ON,
        rules: &RULES,
        guards: &[
            Guard {
                name: "incident_one_level",
                run: guards::one_level,
            },
            ticket::GUARDS[0],
            ticket::GUARDS[1],
            ticket::GUARDS[2],
            ticket::GUARDS[3],
            ticket::GUARDS[4],
            ticket::GUARDS[5],
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
            ticket::REACTIONS[0],
            ticket::REACTIONS[1],
            ticket::REACTIONS[2],
            ticket::REACTIONS[3],
            ticket::REACTIONS[4],
            ticket::REACTIONS[5],
            ticket::REACTIONS[6],
            ticket::REACTIONS[7],
        ],
        settings: settings::ALL,
        ..Practice::new("incident", record::declare)
    }
}

/// What time does to incidents.
pub const fn sweeps() -> [Sweep; 3] {
    sweeps::of::<Incident>()
}

static RULES: [Rule; ticket::RULES.len() + 1] = ticket::rules_and(&[Rule {
    name: "major_incident",
    run: major::process,
}]);

struct Incident;

impl sweeps::Ticket for Incident {
    const NAME: &'static str = "incident";
    const SWEEPS: [&'static str; 3] = [
        "incident_auto_close",
        "incident_hold_over",
        "incident_override_over",
    ];

    fn waits_for_people() -> Filter {
        let accepted = Value::Choice(record::Major::ACCEPTED.code.to_owned());
        Filter::equal(record::MAJOR.name, accepted)
    }
}
