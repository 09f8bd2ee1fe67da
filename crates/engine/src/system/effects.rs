//! What a change caused within its unit: whoever takes it back has to know.

use base::{Result, Uuid};
use store::{Sql, Tx};

/// Types and ids of the records that were changed because of that change, each once, in the order of what happened.
///
/// # Errors
/// A failure of the store.
pub fn caused_by(tx: &mut Tx<'_>, unit: Uuid, change: Uuid) -> Result<Vec<(String, Uuid)>> {
    let sql = Sql::new(
        "SELECT record_type, record FROM history WHERE unit_id = ? AND cause = ? ORDER BY seq",
    );
    let mut found: Vec<(String, Uuid)> = Vec::new();
    for row in tx.query(&sql.bind(unit).bind(change))? {
        let named = (row.need_text(0)?.to_owned(), row.need_uuid(1)?);
        if !found.contains(&named) {
            found.push(named);
        }
    }
    Ok(found)
}
