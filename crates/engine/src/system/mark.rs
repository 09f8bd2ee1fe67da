//! Marks of units that change no record: settings, fields, sessions. A change is found in the history when the
//! answer to its commit was lost; without one there would be nothing to look for, and the unit would run twice.

use base::{Timestamp, Uuid};
use store::{ColumnKind, Sql, StoreError, TableDef, Tx};

use super::{define, required};

/// Nobody waits that long for the answer to a commit.
const KEPT_MICROS: i64 = 3_600_000_000;

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("id", ColumnKind::Uuid),
        required("made_at", ColumnKind::Integer),
    ];
    define("unit_mark", &["id"], columns, Vec::new())
}

/// Leaves a mark, and answers whether none was there. Waits for a transaction that is just leaving it.
pub(crate) fn leave(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let sql = Sql::new("INSERT INTO unit_mark (id, made_at) VALUES (?, ?) ON CONFLICT DO NOTHING");
    Ok(tx.execute(&sql.bind(id).bind(now.micros()))? == 1)
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> base::Result<u64> {
    let sql = Sql::new("DELETE FROM unit_mark WHERE made_at < ?");
    Ok(tx.execute(&sql.bind(now.plus_micros(-KEPT_MICROS).micros()))?)
}
