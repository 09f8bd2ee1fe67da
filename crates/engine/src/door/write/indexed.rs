//! What a change means for the index of the search. Most changes touch no text and mean nothing to it.

use base::Result;
use dictionary::Value;
use search::index::remove;
use search::record::{Indexed, Said, is_indexed, said, said_in};
use store::{Row, Sql};

use super::{Checked, beside};
use crate::change::{Action, Change, Visibility};
use crate::system::attachment;
use crate::unit::Unit;

/// The statements for the index; what was said before is read where it was not loaded with the record.
pub(super) fn statements(
    unit: &mut Unit<'_, '_>,
    checked: &Checked,
    change: &Change,
    loaded: Option<&[Row]>,
) -> Result<Vec<Sql>> {
    let (parts, dialect) = (&checked.parts, unit.tx.dialect());
    if parts.action == Action::Delete {
        return Ok(remove(dialect, parts.record));
    }
    let (record_type, both) = (&parts.record_type, checked.before.iter().zip(&parts.after));
    let mut fields = record_type.fields.iter().zip(both);
    let changed =
        says(change) || fields.any(|(field, (before, after))| is_indexed(field) && before != after);
    if !changed {
        return Ok(Vec::new());
    }
    let before = match loaded {
        Some(rows) => said_in(rows)?,
        None if parts.before.is_none() => Vec::new(),
        None => said_in(&unit.tx.query(&said(&[parts.record]))?)?,
    };
    let place = beside::place(unit, checked, change);
    let spoken = parts
        .comment
        .iter()
        .map(|it| (None, &it.text, place.journal_entry));
    let files = change.files.iter().map(|it| (Some(it.id), &it.name, None));
    let now = spoken.chain(files).map(|(file, text, entry)| Said {
        is_private: attachment::visibility(change) == Visibility::Private,
        is_file: file.is_some(),
        text: text.clone(),
        id: file.or(entry).unwrap_or_default(),
    });
    let mut said: Vec<Said> = before.into_iter().map(|it| it.1).chain(now).collect();
    if let Action::Detach(id) = change.action() {
        said.retain(|it| it.id != *id);
    }
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

/// Whether a change touches what hangs on a record: comments, notes, names of files.
pub(in crate::door) fn says(change: &Change) -> bool {
    change.comment.is_some()
        || !change.files.is_empty()
        || matches!(change.action(), Action::Restore | Action::Detach(_))
}
