//! Where the actor stands with one record: what they may do with it, so that pages offer nothing in vain.
//!
//! Advice only. The door decides again, on the row as it is then.

use foldhash::HashMap;

use base::{Message, Refused, Result, Uuid};
use dictionary::{FieldDef, TypeDef, Value, WrittenBy, spine};
use store::Sql;

use crate::columns::{read_values, value_columns};
use crate::door::listed;
use crate::permission::{GrantInForce, Listed, SpineRow};
use crate::{Ctx, Reading};

/// What decides about the actor's rights on one record.
#[derive(Clone, Debug)]
pub struct Standing {
    record: Uuid,
    values: HashMap<String, Value>,
    listed: Listed,
    deleted: bool,
}

impl Standing {
    /// Whether the actor may do that, by the action's name in grants: `assign`, `transition:resolve`.
    #[must_use]
    pub fn may(&self, ctx: &Ctx, record_type: &str, action: &str) -> bool {
        ctx.may(record_type, action, &self.row(&|name| self.value(name)))
    }

    /// Whether the actor may write that field by that action.
    #[must_use]
    pub fn may_write(
        &self,
        ctx: &Ctx,
        record_type: &TypeDef,
        action: &str,
        field: &FieldDef,
    ) -> bool {
        let by_people = match field.written_by {
            WrittenBy::People => true,
            WrittenBy::Assignment => action == "assign",
            WrittenBy::Transition => action.starts_with("transition:"),
            WrittenBy::Creation | WrittenBy::Rules => false,
        };
        by_people
            && ctx.may_field(
                &record_type.name,
                action,
                field,
                &self.row(&|name| self.value(name)),
            )
    }

    /// The record, which the actor may read.
    #[must_use]
    pub const fn record(&self) -> Uuid {
        self.record
    }

    /// Whether the record is deleted and could be restored.
    #[must_use]
    pub const fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Whether a grant of that actor holds for the record.
    #[must_use]
    pub fn fits(&self, ctx: &Ctx, grant: &GrantInForce<'_>) -> bool {
        ctx.holds(grant, &self.row(&|name| self.value(name)))
    }

    pub(crate) const fn row<'a>(&self, value: &'a dyn Fn(&str) -> Value) -> SpineRow<'a> {
        SpineRow {
            value,
            listed: self.listed,
        }
    }

    pub(crate) fn value(&self, name: &str) -> Value {
        self.values.get(name).cloned().unwrap_or_default()
    }
}

impl Reading<'_, '_> {
    /// Where the actor stands with that record, deleted ones included.
    ///
    /// # Errors
    /// Not found where the actor may not read it.
    pub fn standing(&mut self, record_type: &TypeDef, record: Uuid) -> Result<Standing> {
        let unknown =
            || Refused::NotFound(Message::new("record-unknown").with("type", &record_type.name));
        let mut found = self.standings(record_type, &[record])?;
        Ok(found.remove(&record).ok_or_else(unknown)?)
    }

    /// Where somebody stands with that record, also where they may not read it: for those who explain rights.
    ///
    /// # Errors
    /// Not found where there is no such record.
    pub fn standing_of(&mut self, they: &Ctx, of: &TypeDef, record: Uuid) -> Result<Standing> {
        let unknown = || Refused::NotFound(Message::new("record-unknown").with("type", &of.name));
        let found = self.seen_by(they).look(of, &[record])?.pop();
        Ok(found.ok_or_else(unknown)?)
    }

    /// Where the actor stands with several records of a type; those that may not be read are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn standings(
        &mut self,
        record_type: &TypeDef,
        records: &[Uuid],
    ) -> Result<HashMap<Uuid, Standing>> {
        let mut all = self.look(record_type, records)?;
        all.retain(|it| it.may(self.ctx, &record_type.name, "read"));
        Ok(all.into_iter().map(|it| (it.record, it)).collect())
    }

    fn look(&mut self, record_type: &TypeDef, records: &[Uuid]) -> Result<Vec<Standing>> {
        let shown: Vec<&FieldDef> = record_type
            .fields
            .iter()
            .filter(|it| spine::is_spine(&it.name))
            .collect();
        let mut sql = Sql::new("SELECT id, deleted_at");
        for column in shown.iter().flat_map(|it| value_columns(it)) {
            sql.push(", ").identifier(&column);
        }
        sql.push(" FROM ")
            .identifier(&record_type.table)
            .push(" WHERE tenant = ")
            .arg(self.ctx.tenant)
            .push(" AND id IN (")
            .arg_list(records.iter().copied())
            .push(")");
        let mut standings = Vec::with_capacity(records.len());
        for row in self.tx.query(&sql)? {
            let record = row.need_uuid(0)?;
            let values = read_values(shown.iter().copied(), &row, 2)?;
            let names = shown.iter().map(|it| it.name.clone());
            standings.push(Standing {
                record,
                deleted: row.integer(1)?.is_some(),
                values: names.zip(values).collect(),
                listed: listed(self.ctx, self.tx, record_type, record)?,
            });
        }
        Ok(standings)
    }
}
