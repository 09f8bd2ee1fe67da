//! Whether a record is linked in certain ways, as guards ask.

use base::{Result, Uuid};
use store::Sql;

use crate::Unit;

impl Unit<'_, '_> {
    /// Whether a link of one of these kinds leads from or to a record.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn is_linked(&mut self, record: Uuid, kinds: &[String]) -> Result<bool> {
        for side in ["from_record", "to_record"] {
            let mut sql = Sql::new("SELECT 1 FROM link WHERE ");
            sql.identifier(side).push(" = ").arg(record);
            sql.push(" AND kind IN (")
                .arg_list(kinds.iter().map(String::as_str))
                .push(") LIMIT 1");
            if self.tx.query_optional(&sql)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
