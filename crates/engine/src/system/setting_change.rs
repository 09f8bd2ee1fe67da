//! Who changed which setting, and from what to what.

use base::{Error, Result, Timestamp, Uuid};
use serde_json::Value as Json;
use store::Sql;

use crate::Reading;

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
