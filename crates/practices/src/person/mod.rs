//! People: employees, customers' contacts, shared mailboxes and integrations.

pub mod record;
mod rules;

use base::Result;
use dictionary::Phase;
use engine::system::account;
use engine::{Applied, Practice, Reaction, Rule, Unit};

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
        reactions: &[Reaction {
            name: "person_leaver_account",
            run: close_account,
        }],
        ..Practice::new("person", record::declare)
    }
}

/// Whoever leaves is out at once: account, sessions, tokens and links end in the same unit, whatever the way
/// in which they left. Coming back opens nothing; an administrator does.
fn close_account(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    if applied.enters(Phase::Closed) {
        account::close(unit.tx, applied.record, unit.ctx.now)?;
    }
    Ok(())
}
