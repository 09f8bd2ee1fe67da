//! What must hold at the end of every test, whatever it did.

use base::Result;
use engine::{Reading, Surface};
use store::Sql;

use crate::{Desk, problems};

/// Checks the whole database of a desk: its history, what is stored beside it, and its announcements.
pub fn check(desk: &Desk) {
    let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
    let verified = verifier::verify_blocking(&desk.engine, &ctx);
    let verdict =
        verified.unwrap_or_else(|error| panic!("the desk cannot be checked: {}", problems(&error)));
    assert!(
        verdict.damage.is_empty(),
        "the history does not verify: {:?}",
        verdict.damage
    );
    let announced = desk.engine.read_blocking(&ctx, every_change_is_announced);
    if let Err(error) = announced {
        panic!("the desk cannot be checked: {}", problems(&error));
    }
}

fn every_change_is_announced(reading: &mut Reading<'_, '_>) -> Result<()> {
    let silent = Sql::new(
        "SELECT count(*) FROM history h LEFT JOIN outbox o ON o.change_id = h.change_id \
         WHERE o.change_id IS NULL AND h.mode = 'live'",
    );
    let silent = reading.tx.query_one(&silent)?.need_integer(0)?;
    let unfounded = Sql::new(
        "SELECT count(*) FROM outbox o LEFT JOIN history h ON h.change_id = o.change_id WHERE h.change_id IS NULL",
    );
    let unfounded = reading.tx.query_one(&unfounded)?.need_integer(0)?;
    assert_eq!(
        (silent, unfounded),
        (0, 0),
        "changes without announcement, announcements without change"
    );
    Ok(())
}
