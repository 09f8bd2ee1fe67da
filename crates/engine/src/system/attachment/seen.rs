//! Which files of a record somebody sees.

use std::collections::HashMap;

use base::{Message, Refused, Result, Uuid};
use dictionary::TypeDef;
use store::Sql;

use super::{Attachment, COLUMNS, read};
use crate::change::Visibility;
use crate::{Reading, Standing};

impl Reading<'_, '_> {
    /// The files of a record that the actor may see, oldest first.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn attachments(&mut self, of: &TypeDef, record: Uuid) -> Result<Vec<Attachment>> {
        let unknown = || Refused::NotFound(Message::new("record-unknown").with("type", &of.name));
        let found = self.attachments_of(of, &[record])?.remove(&record);
        Ok(found.ok_or_else(unknown)?)
    }

    /// The files of several records of a type, oldest first; records that the actor may not read are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn attachments_of(
        &mut self,
        of: &TypeDef,
        records: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Attachment>>> {
        let mut standings = self.standings(of, records)?;
        standings.retain(|_, it| !it.is_deleted() || it.may(self.ctx, &of.name, "delete"));
        let mut all = self.files(of, &standings.values().collect::<Vec<_>>())?;
        for record in standings.keys() {
            all.entry(*record).or_default();
        }
        Ok(all)
    }

    /// The files of a record where it is known already that the actor may read it, oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn files_of(&mut self, of: &TypeDef, standing: &Standing) -> Result<Vec<Attachment>> {
        let found = self.files(of, &[standing])?.remove(&standing.record());
        Ok(found.unwrap_or_default())
    }

    fn files(
        &mut self,
        of: &TypeDef,
        standings: &[&Standing],
    ) -> Result<HashMap<Uuid, Vec<Attachment>>> {
        let mut all: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
        if standings.is_empty() {
            return Ok(all);
        }
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS)
            .push(", record FROM attachment WHERE record IN (");
        sql.arg_list(standings.iter().map(|it| it.record()))
            .push(") ORDER BY created_at, id");
        for row in self.tx.query(&sql)? {
            let (record, file) = (row.need_uuid(9)?, read(&row)?);
            let standing = standings.iter().find(|it| it.record() == record);
            let notes = || standing.is_some_and(|it| it.may(self.ctx, &of.name, "read_notes"));
            if file.visibility == Visibility::Public || notes() {
                all.entry(record).or_default().push(file);
            }
        }
        Ok(all)
    }

    /// One file of a record.
    ///
    /// # Errors
    /// Not found where there is none that the actor may see.
    pub fn attachment(&mut self, of: &TypeDef, record: Uuid, id: Uuid) -> Result<Attachment> {
        let all = self.attachments(of, record)?;
        let found = all.into_iter().find(|it| it.blob.id == id);
        Ok(found.ok_or_else(|| Refused::NotFound(Message::new("attachment-unknown")))?)
    }
}
