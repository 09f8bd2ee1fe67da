//! What a change means for the index of the search. Most changes touch no text and mean nothing to it.

use base::Result;
use dictionary::Value;
use search::index::remove;
use search::record::{Indexed, Said, is_indexed, said, said_in};
use store::{Row, Sql};

use super::Checked;
use crate::change::{Action, Visibility};
use crate::unit::Unit;

/// The statements for the index; what was said before is read where it was not loaded with the record.
pub(super) fn statements(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    loaded: Option<&[Row]>,
) -> Result<Vec<Sql>> {
    let (parts, dialect) = (&checked.parts, unit.tx.dialect());
    if parts.action == Action::Delete {
        return Ok(remove(dialect, parts.record));
    }
    let (record_type, both) = (&parts.record_type, checked.before.iter().zip(&parts.after));
    let mut fields = record_type.fields.iter().zip(both);
    let changed = parts.comment.is_some()
        || parts.action == Action::Restore
        || fields.any(|(field, (before, after))| is_indexed(field) && before != after);
    if !changed {
        return Ok(Vec::new());
    }
    let before = match loaded {
        Some(rows) => said_in(rows)?,
        None if parts.before.is_none() || !record_type.journal => Vec::new(),
        None => said_in(&unit.tx.query(&said(&[parts.record]))?)?,
    };
    let now = parts.comment.iter().map(|it| Said {
        is_private: it.visibility == Visibility::Private,
        text: it.text.clone(),
    });
    let said = before.into_iter().map(|it| it.1).chain(now).collect();
    let at = |name: &str| record_type.field_index(name);
    let value = |name: &str| at(name).map_or(&Value::Null, |at| &parts.after[at]);
    let indexed = Indexed {
        tenant: unit.ctx.tenant,
        record_type,
        layout: &unit.ctx.search_layout(record_type),
        record: parts.record,
    };
    Ok(indexed.statements(dialect, &value, said))
}
