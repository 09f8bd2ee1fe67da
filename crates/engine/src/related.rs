//! What guards and reactions may ask about other records. Asks no permission, writes nothing.

use base::{Result, Uuid};
use dictionary::{Kind, Value, spine};
use store::Sql;

use crate::unit::Unit;

impl Unit<'_, '_> {
    /// Name of the type of a record of any type; nothing where there is no such record.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn type_name_of(&mut self, record: Uuid) -> Result<Option<String>> {
        Ok(self.type_of(record)?.map(|it| it.name.clone()))
    }

    /// As [`Unit::value_of`], for guards of invariants over several records: locks the record until the unit
    /// ends and looks at it as it then stands, so that no two units decide on what the other is changing.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn locked_value_of(
        &mut self,
        record_type: &str,
        record: Uuid,
        field: &str,
    ) -> Result<Value> {
        let is_ours = self.memory.locked.contains(&record) || self.memory.created.contains(&record);
        if !is_ours {
            self.lock_first(&[record])?;
            self.memory.cache.remove(&record);
        }
        self.value_of(record_type, record, field)
    }

    /// All who follow a record.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn followers_of(&mut self, record: Uuid) -> Result<Vec<Uuid>> {
        let sql = Sql::new(
            "SELECT reader FROM record_reader WHERE record = ? AND source = 'follower' ORDER BY reader",
        );
        let rows = self.tx.query(&sql.bind(record))?;
        rows.iter().map(|row| Ok(row.need_uuid(0)?)).collect()
    }

    /// Records of a type whose reference field leads to that record, oldest first; only open ones where asked.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn referring(
        &mut self,
        record_type: &str,
        field: &str,
        to: Uuid,
        only_open: bool,
    ) -> Result<Vec<Uuid>> {
        let Some(record_type) = self.ctx.record_type(record_type) else {
            return Ok(Vec::new());
        };
        let Some(field) = record_type.field(field) else {
            return Ok(Vec::new());
        };
        let mut sql = Sql::new("SELECT id FROM ");
        sql.identifier(&record_type.table)
            .push(" WHERE ")
            .identifier(&field.column)
            .push(" = ")
            .arg(to);
        sql.push(" AND tenant = ")
            .arg(self.ctx.tenant)
            .push(" AND deleted_at IS NULL");
        if only_open && let Some(open) = record_type.field(spine::OPEN) {
            sql.push(" AND ").identifier(&open.column).push(" = 1");
        }
        sql.push(" ORDER BY id");
        let rows = self.tx.query(&sql)?;
        rows.iter().map(|row| Ok(row.need_uuid(0)?)).collect()
    }

    /// Open child work of a record: open records of any type whose `parent` may be of any type, with the
    /// name of their type.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn open_work_of(&mut self, record: Uuid) -> Result<Vec<(String, Uuid)>> {
        let snapshot = self.ctx.snapshot.clone();
        let serves_any = |it: &&std::sync::Arc<dictionary::TypeDef>| {
            it.lifecycle.is_some()
                && it
                    .field("parent")
                    .is_some_and(|it| it.kind == Kind::Reference { to: None })
        };
        let mut open = Vec::new();
        for record_type in snapshot.dictionary.types().filter(serves_any) {
            let found = self.referring(&record_type.name, "parent", record, true)?;
            open.extend(found.into_iter().map(|id| (record_type.name.clone(), id)));
        }
        Ok(open)
    }
}
