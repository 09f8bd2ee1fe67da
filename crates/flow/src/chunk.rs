//! Many changes in one transaction, of which some may be refused.
//!
//! First without savepoints, which cost SQLite more with every page that the transaction has written; where a
//! change is refused, again with a savepoint for each, so that the bad ones are rolled back alone.

use std::sync::Arc;

use base::{Error, Message, Problem, Refused, Result};
use engine::Unit;

/// How the rows of a transaction are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Without savepoints. The first bad row is an error, and the transaction is to be tried again.
    AllGood,
    /// Each row in a savepoint; bad rows are rolled back alone.
    EachAlone,
    /// The transaction has one row, in a savepoint.
    Only,
}

/// Key of the refusal that a transaction without savepoints ends with.
const BAD_ROW: &str = "import-bad-row";
/// Key of the refusal of a unit that reactions made too large.
const TOO_MANY_CHANGES: &str = "unit-too-large";

/// Stores one row; what it was refused for is the row's own, anything else is for the transaction.
pub(crate) fn one<'u, 't, T>(
    unit: &mut Unit<'u, 't>,
    care: Care,
    store: impl FnOnce(&mut Unit<'_, 't>) -> Result<T>,
) -> Result<Result<T, Refused>> {
    let result = match care {
        Care::AllGood => store(unit),
        Care::EachAlone | Care::Only => unit.savepoint(store),
    };
    match result {
        Ok(done) => Ok(Ok(done)),
        // Alone in its transaction it may find room.
        Err(error) if care != Care::Only && is_too_much(&error) => Err(error),
        Err(Error::Refused(refused)) if !matches!(refused, Refused::Busy(_)) => match care {
            Care::AllGood => Err(bad_row()),
            Care::EachAlone | Care::Only => Ok(Err(refused)),
        },
        Err(other) => Err(other),
    }
}

/// Stores some rows in one transaction.
type Write<'a, R, T> = &'a mut dyn FnMut(&Arc<[R]>, Care) -> Result<T>;

/// Stores rows with as little care as they need. Where they lead to so many other records that a transaction does
/// not come to hold the locks of all of them, or make more changes than it may, they are stored in halves.
pub(crate) fn in_parts<R: Clone, T>(
    rows: &Arc<[R]>,
    write: Write<'_, R, T>,
    add: &dyn Fn(&mut T, T),
) -> Result<T> {
    let stored = match write(rows, Care::AllGood) {
        Err(error) if is_bad_row(&error) => write(rows, Care::EachAlone),
        other => other,
    };
    match stored {
        Err(error) if rows.len() > 1 && (is_busy(&error) || is_too_much(&error)) => {
            let (first, second) = rows.split_at(rows.len() / 2);
            let mut all = in_parts(&first.into(), write, add)?;
            add(&mut all, in_parts(&second.into(), write, add)?);
            Ok(all)
        }
        Err(error) if is_too_much(&error) => write(rows, Care::Only),
        other => other,
    }
}

/// What a refusal says, by field.
pub(crate) fn problems(refused: Refused) -> Vec<Problem> {
    let whole = |message| {
        vec![Problem {
            field: None,
            message,
        }]
    };
    match refused {
        Refused::Invalid(problems) => problems,
        Refused::BadRequest(message)
        | Refused::NotSignedIn(message)
        | Refused::Forbidden(message)
        | Refused::NotFound(message)
        | Refused::Conflict { message, .. }
        | Refused::TooLarge(message)
        | Refused::TooSlow(message)
        | Refused::Busy(message) => whole(message),
        Refused::TooMany { .. } => whole(Message::new("busy-try-again")),
    }
}

fn bad_row() -> Error {
    Refused::Conflict {
        message: Message::new(BAD_ROW),
        current_version: None,
    }
    .into()
}

/// Whether a transaction ended because one of its rows is bad, so that it is to be tried again.
fn is_bad_row(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused::Conflict { message, .. }) if message.key == BAD_ROW)
}

pub(crate) const fn is_busy(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused::Busy(_)))
}

fn is_too_much(error: &Error) -> bool {
    matches!(error, Error::Refused(Refused::TooLarge(message)) if message.key == TOO_MANY_CHANGES)
}
