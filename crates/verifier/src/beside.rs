//! Holding what stands beside records against their history: comments, files, links, followers and other readers.
//!
//! Each row in those tables must follow from the history, and what the history tells must stand there. Nothing
//! here may fail on what a row holds: what cannot be read does not fit, and is told.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use base::{Result, Uuid};
use serde_json::{Value as Json, json};
use store::{Row, Sql, SqlValue, Tx};

use crate::walk::{Replayed, Walked};
use crate::{Damage, Range, WHERE};
use engine::Worlds;
use engine::history::{FieldDiff, HistoryRow, comment_digest};

const FOLLOWER: &str = "follower";

/// A table beside the records.
struct Table {
    name: &'static str,
    record: &'static str,
    /// Record, name and other end, by which a row is found; then what else must fit.
    select: &'static str,
    unknown: &'static str,
    altered: &'static str,
    missing: &'static str,
}

const JOURNAL: Table = Table {
    name: "journal",
    record: "record",
    select: "SELECT record, '', id, text, visibility, minutes_worked, author, on_behalf_of, written_at, change_id, tenant \
             FROM journal",
    unknown: "its history tells nothing of a comment",
    altered: "its comment was altered",
    missing: "its comment is missing",
};

const LINK: Table = Table {
    name: "link",
    record: "from_record",
    select: "SELECT from_record, kind, to_record, is_primary, created_at, created_by, tenant FROM link",
    unknown: "its history tells nothing of a link",
    altered: "its link was altered",
    missing: "its link is missing",
};

const ATTACHMENT: Table = Table {
    name: "attachment",
    record: "record",
    select: "SELECT record, '', id, name, media_type, bytes, sha256, journal_entry, visibility, created_at, created_by, \
             tenant FROM attachment",
    unknown: "its history tells nothing of a file",
    altered: "its file was altered",
    missing: "its file is missing",
};

const READER: Table = Table {
    name: "record_reader",
    record: "record",
    select: "SELECT record, source, reader, record_type, tenant FROM record_reader",
    unknown: "its history tells nothing of a reader",
    altered: "its reader was altered",
    missing: "its reader is missing",
};

/// Where a row stands: its table, its record, its name (kind or source) and its other end.
type Place = (&'static str, Uuid, String, String);

/// What the history says stands beside the records of a range.
#[derive(Default)]
pub(super) struct Beside(BTreeMap<Place, Json>);

impl Beside {
    /// Takes in what a row of the history tells of, as the door writes it.
    pub fn take(&mut self, row: &HistoryRow<'_>, name: &str, diff: &FieldDiff) {
        let text = |json: &Json, name| json[name].as_str().unwrap_or_default().to_owned();
        let (before, after, at) = (&diff.before, &diff.after, row.effective_at.micros());
        match name {
            "@comment" => {
                let place = (
                    JOURNAL.name,
                    row.record,
                    String::new(),
                    text(after, "entry"),
                );
                let told = json!([
                    after["digest"],
                    after["visibility"],
                    after["minutes_worked"],
                    row.actor,
                    row.on_behalf_of,
                    at,
                    row.change_id,
                    row.tenant,
                ]);
                self.0.insert(place, told);
            }
            "@link" if after.is_null() => {
                let (kind, to) = (text(before, "kind"), text(before, "to"));
                self.0.remove(&(LINK.name, row.record, kind, to));
            }
            "@link" => {
                let (kind, to) = (text(after, "kind"), text(after, "to"));
                let is_primary = i64::from(after["primary"] == true);
                let first = (LINK.name, row.record, kind.clone(), String::new());
                let same_kind = self.0.range_mut(first..);
                if is_primary == 1 {
                    same_kind
                        .take_while(|(it, _)| (it.0, it.1, &it.2) == (LINK.name, row.record, &kind))
                        .for_each(|(_, other)| other[0] = json!(0));
                }
                let place = (LINK.name, row.record, kind, to);
                let new = json!([is_primary, at, row.actor, row.tenant]);
                let link = self.0.entry(place).or_insert(new);
                link[0] = json!(is_primary);
            }
            "@attachment" => {
                let place = |it| (ATTACHMENT.name, row.record, String::new(), text(it, "id"));
                for it in before.as_array().into_iter().flatten() {
                    self.0.remove(&place(it));
                }
                for it in after.as_array().into_iter().flatten() {
                    let names = [
                        "name",
                        "media_type",
                        "bytes",
                        "sha256",
                        "entry",
                        "visibility",
                    ];
                    let mut told: Vec<Json> = names.iter().map(|name| it[*name].clone()).collect();
                    told.extend([json!(at), json!(row.actor), json!(row.tenant)]);
                    self.0.insert(place(it), Json::Array(told));
                }
            }
            "@follower" => {
                let person = |json: &Json| json.as_str().map(str::to_owned);
                let source = || FOLLOWER.to_owned();
                if let Some(person) = person(before) {
                    self.0.remove(&(READER.name, row.record, source(), person));
                }
                if let Some(person) = person(after) {
                    let place = (READER.name, row.record, source(), person);
                    self.0.insert(place, json!([row.record_type, row.tenant]));
                }
            }
            _ => {}
        }
    }

    /// Who reads a record because a field names them, by the fields as the history leaves them.
    fn take_readers(&mut self, worlds: &Worlds, record: Uuid, replayed: &Replayed) {
        let dictionary = &worlds.of(Some(replayed.tenant)).dictionary;
        let record_type = dictionary.record_type(&replayed.record_type);
        for field in record_type.iter().flat_map(|it| &it.readers) {
            if let Some(reader) = replayed.fields.get(field).and_then(Json::as_str) {
                let place = (READER.name, record, field.clone(), reader.to_owned());
                let told = json!([replayed.record_type, replayed.tenant]);
                self.0.insert(place, told);
            }
        }
    }
}

/// Compares the tables beside the records of the range with what the history tells of them.
pub(super) fn compare(
    tx: &mut Tx<'_>,
    worlds: &Worlds,
    range: Range,
    walked: &mut Walked,
) -> Result<()> {
    for (record, replayed) in &walked.records {
        walked.beside.take_readers(worlds, *record, replayed);
    }
    for table in [JOURNAL, ATTACHMENT, LINK, READER] {
        let mut sql = Sql::new(table.select);
        range.restrict(&mut sql, WHERE, table.record);
        tx.stream(&sql, &mut |row| -> Result<ControlFlow<()>> {
            let record = row.need_uuid(0).unwrap_or_default();
            let (name, other) = (word(&row, 1), word(&row, 2));
            let place = (table.name, record, name, other);
            let what = match walked.beside.0.remove(&place) {
                Some(told) => (told != stored(&table, &row)).then_some(table.altered),
                None => (!is_erased(walked, &place)).then_some(table.unknown),
            };
            if let Some(what) = what {
                let of = walked.records.get(&record).map(|it| it.tenant);
                let tenant = of.or_else(|| row.need_uuid(row.len() - 1).ok());
                let damage = Damage::Head { record, what };
                walked
                    .verdict
                    .tell(Some(tenant.unwrap_or_default()), damage);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let left = walked.beside.0.keys().filter(|it| it.0 == table.name);
        let lost: Vec<Uuid> = left
            .filter(|it| !is_erased(walked, it))
            .map(|it| it.1)
            .collect();
        for record in lost {
            let what = table.missing;
            let of = walked.records.get(&record).map(|it| it.tenant);
            let damage = Damage::Head { record, what };
            walked.verdict.tell(Some(of.unwrap_or_default()), damage);
        }
    }
    Ok(())
}

/// Whether what the history said of that place was erased. A comment goes with its entry, so none is left to fit.
fn is_erased(walked: &Walked, place: &Place) -> bool {
    let name = match (place.0, place.2.as_str()) {
        ("journal", _) => return false,
        ("attachment", _) => "@attachment",
        ("link", _) => "@link",
        (_, FOLLOWER) => "@follower",
        (_, field) => field,
    };
    let replayed = walked.records.get(&place.1);
    replayed.is_some_and(|it| it.erased.contains(name))
}

fn word(row: &Row, column: usize) -> String {
    match plain(row.value(column)) {
        Json::String(text) => text,
        _ => String::new(),
    }
}

/// What must fit of a stored row, in the order of what the history tells.
fn stored(table: &Table, row: &Row) -> Json {
    let mut all: Vec<Json> = (3..row.len()).map(|it| plain(row.value(it))).collect();
    if table.name == JOURNAL.name
        && let Some(text) = all.first_mut()
    {
        // Comments are kept once, in the journal; the history holds their digest.
        *text = json!(comment_digest(text.as_str().unwrap_or_default()));
    }
    Json::Array(all)
}

/// A value as the history would tell it. Bytes that are no identifier equal nothing that it tells.
fn plain(value: &SqlValue) -> Json {
    match value {
        SqlValue::Null => Json::Null,
        SqlValue::Integer(number) => json!(number),
        SqlValue::Text(text) => json!(text),
        SqlValue::Uuid(id) => json!(id),
        SqlValue::Bytes(bytes) => {
            Uuid::from_slice(bytes).map_or_else(|_| json!(bytes), |it| json!(it))
        }
    }
}
