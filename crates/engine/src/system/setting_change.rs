//! Storing a setting, and who changed which one from what to what.

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::Sql;

use crate::{Reading, Unit};

/// One change of a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingChange {
    /// Organisation whose row it was; nothing for the tenant's.
    pub organisation: Option<Uuid>,
    /// Value before; nothing where no row was there.
    pub before: Option<Json>,
    /// Value after; nothing where the row was taken away.
    pub after: Option<Json>,
    /// When.
    pub changed_at: Timestamp,
    /// By whom; nil for the system.
    pub changed_by: Uuid,
}

/// The value of a setting that is to be stored.
pub(crate) struct NewValue {
    /// Of which organisation; nil for the tenant.
    pub(crate) organisation: Uuid,
    /// Key.
    pub(crate) key: &'static str,
    /// The value; nothing takes the row away.
    pub(crate) value: Option<Json>,
    /// What the row was when it was looked at, where that matters.
    pub(crate) seen: Option<Option<Json>>,
}

impl NewValue {
    /// Stores it with who changed what.
    ///
    /// # Errors
    /// A conflict where somebody changed it meanwhile, or a failure of the store.
    pub(crate) fn store(&self, unit: &mut Unit<'_, '_>) -> Result<()> {
        let (tenant, now, actor) = (
            unit.ctx.tenant,
            unit.ctx.now.micros(),
            unit.ctx.actor.person,
        );
        let select =
            Sql::new("SELECT value FROM setting WHERE tenant = ? AND organisation = ? AND key = ?");
        let current = unit
            .tx
            .query_optional(&select.bind(tenant).bind(self.organisation).bind(self.key))?;
        let before = current
            .map(|row| row.need_text(0).map(str::to_owned))
            .transpose()?;
        let stored = before.as_deref().map(serde_json::from_str).transpose();
        let stored: Option<Json> = stored.unwrap_or_default();
        if self.seen.as_ref().is_some_and(|seen| *seen != stored) {
            return Err(changed_meanwhile());
        }
        let after = self.value.as_ref().map(ToString::to_string);
        if before == after {
            return Ok(());
        }
        let write = match &after {
            Some(value) => Sql::new(
                "INSERT INTO setting (value, changed_at, changed_by, tenant, organisation, key) VALUES (?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (tenant, organisation, key) DO UPDATE SET value = excluded.value, \
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by WHERE setting.value = ?",
            )
            .bind(value.as_str())
            .bind(now)
            .bind(actor),
            None => Sql::new("DELETE FROM setting WHERE tenant = ? AND organisation = ? AND key = ? AND value = ?"),
        };
        // Where another transaction was faster, the row is not as it was just read any more.
        let write = write.bind(tenant).bind(self.organisation).bind(self.key);
        if unit.tx.execute(&write.bind(before.clone()))? == 0 {
            return Err(changed_meanwhile());
        }
        let change = Sql::new(
            "INSERT INTO setting_change (id, tenant, organisation, key, before, after, changed_at, changed_by) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(unit.new_id())
        .bind(tenant)
        .bind(self.organisation)
        .bind(self.key)
        .bind(before)
        .bind(after)
        .bind(now)
        .bind(actor);
        let bump = Sql::new("UPDATE meta SET number = number + 1 WHERE name = 'version'");
        unit.tx.batch(&[change, bump])?;
        Ok(())
    }
}

fn changed_meanwhile() -> Error {
    let message = Message::new("setting-changed-meanwhile");
    Refused::Conflict {
        message,
        current_version: None,
    }
    .into()
}

/// Who changed a setting of the tenant, newest first. Whether the asker may know is the caller's to say.
///
/// # Errors
/// A failure of the store.
pub fn setting_changes(reading: &mut Reading<'_, '_>, key: &str) -> Result<Vec<SettingChange>> {
    let sql = Sql::new(
        "SELECT before, after, changed_at, changed_by, organisation FROM setting_change WHERE tenant = ? AND key = ? \
         ORDER BY changed_at DESC, id DESC LIMIT 200",
    );
    let rows = reading.tx.query(&sql.bind(reading.ctx.tenant).bind(key))?;
    rows.iter().map(read_change).collect()
}

fn read_change(row: &store::Row) -> Result<SettingChange> {
    let json = |text: Option<&str>| {
        text.map(serde_json::from_str)
            .transpose()
            .map_err(|error| Error::failed("a setting is no JSON", error))
    };
    let organisation = row.need_uuid(4)?;
    Ok(SettingChange {
        organisation: (!organisation.is_nil()).then_some(organisation),
        before: json(row.text(0)?)?,
        after: json(row.text(1)?)?,
        changed_at: Timestamp::from_micros(row.need_integer(2)?),
        changed_by: row.need_uuid(3)?,
    })
}
