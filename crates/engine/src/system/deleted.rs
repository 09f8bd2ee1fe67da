//! Deleted records by their number: reading finds none of them, and only taking the deletion back asks for them.

use base::{Message, Refused, Result, Uuid, text_key};
use dictionary::TypeDef;
use dictionary::filter::Scope;
use store::Sql;

use crate::Reading;

impl Reading<'_, '_> {
    /// The id of the deleted record with that id, or that number in any spelling. Whether the actor may know of
    /// it is decided by the door.
    ///
    /// # Errors
    /// [`Refused::NotFound`] where no deleted record has that number.
    pub fn deleted(&mut self, record_type: &TypeDef, key: &str) -> Result<Uuid> {
        if let Ok(id) = Uuid::try_parse(key) {
            return Ok(id);
        }
        let unknown = || {
            let message = Message::new("record-unknown").with("type", &record_type.name);
            Refused::NotFound(message)
        };
        let scope = Scope::new(&self.ctx.snapshot.dictionary, record_type);
        let number = scope.number(record_type, key).ok_or_else(unknown)?;
        let sql = Sql::new(
            "SELECT id FROM record WHERE tenant = ? AND record_type = ? AND number__key = ? AND deleted_at IS NOT NULL",
        );
        let sql = sql.bind(self.ctx.tenant).bind(record_type.name.as_str());
        let row = self.tx.query_optional(&sql.bind(text_key(&number)))?;
        Ok(row.ok_or_else(unknown)?.need_uuid(0)?)
    }
}
