//! People: employees, customers' contacts, shared mailboxes and integrations.

mod guards;
pub mod record;
mod rules;

use base::Result;
use dictionary::Phase;
use engine::system::{account, invitation};
use engine::{Applied, Guard, Practice, Reaction, Rule, Unit};

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
        guards: &[
            Guard {
                name: "person_address_of_account",
                run: guards::address,
            },
            Guard {
                name: "person_known_by",
                run: guards::known_by,
            },
            Guard {
                name: "person_leaver_above",
                run: guards::leaving,
            },
        ],
        reactions: &[
            Reaction {
                name: "person_leaver_account",
                run: close_account,
            },
            Reaction {
                name: "person_address_links",
                run: end_links,
            },
        ],
        ..Practice::new("person", record::declare)
    }
}

/// Whoever leaves is out at once: account, sessions, tokens and links end in the same unit, whatever the way
/// in which they left. Coming back opens nothing; an administrator does.
fn close_account(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    if applied.enters(Phase::Closed) || applied.enters(Phase::Cancelled) {
        account::close(unit.tx, applied.record, unit.ctx.now)?;
    }
    Ok(())
}

/// A link that waits in the mailbox of an address ends with the address: the next one goes to the new one.
fn end_links(unit: &mut Unit<'_, '_>, applied: &Applied) -> Result<()> {
    if applied.before.is_some() && applied.changed(record::EMAIL.name) {
        invitation::end_of(unit.tx, applied.record)?;
    }
    Ok(())
}
