//! Whether other records lead to or from one: as guards ask, and as reads that need not look further.

use base::{Result, Uuid};
use dictionary::{FieldDef, TypeDef};
use store::Sql;

use crate::{Reading, Unit};

impl Reading<'_, '_> {
    /// Which of these fields of types refer to a record somewhere, whoever may see it: where none does, a list of
    /// them need not be asked for.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn refer_to(
        &mut self,
        record: Uuid,
        fields: &[(&TypeDef, &FieldDef)],
    ) -> Result<Vec<bool>> {
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new("SELECT ");
        for (index, (of, field)) in fields.iter().enumerate() {
            let before = if index > 0 { ", " } else { "" };
            sql.push(before).push("CASE WHEN EXISTS (SELECT 1 FROM ");
            sql.identifier(&of.table).push(" WHERE ");
            sql.identifier(&field.column).push(" = ").arg(record);
            sql.push(" AND deleted_at IS NULL) THEN 1 ELSE 0 END");
        }
        let row = self.tx.query_one(&sql)?;
        (0..fields.len())
            .map(|at| Ok(row.need_boolean(at)?))
            .collect()
    }
}

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
