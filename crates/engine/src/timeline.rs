//! The timeline of a record: comments, notes and changes as one story, filtered by what the reader may see.

use std::collections::{BTreeMap, HashMap};

use base::{Message, Refused, Result, Timestamp, Uuid};
use dictionary::{TypeDef, Value, spine};
use serde_json::Value as Json;
use store::Sql;

use crate::change::Visibility;
use crate::columns::{columns_of, read_values};
use crate::door::is_reader;
use crate::history::{FieldChange, HistoryEntry, of_record};
use crate::permission::SpineRow;
use crate::{Ctx, Reading};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// When it happened.
    pub at: Timestamp,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// Who did it; nil for the system.
    pub actor: Uuid,
    /// For whom.
    pub on_behalf_of: Option<Uuid>,
    /// Through which surface.
    pub surface: String,
    /// Which action or transition.
    pub action: String,
    /// Version of the record afterwards.
    pub version: i64,
    /// Id of the change.
    pub change_id: Uuid,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// What it was.
    pub item: TimelineItem,
}

/// What a timeline entry tells.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineItem {
    /// A comment or note.
    Comment {
        /// Id of the journal entry.
        entry: Uuid,
        /// Who may read it.
        visibility: Visibility,
        /// Markdown.
        text: String,
        /// Minutes of work that it reported.
        minutes_worked: Option<i64>,
    },
    /// Fields, links, followers that changed, and what rules had to do with it.
    Change {
        /// Field name → before and after; names with `@` are links, followers, deletion.
        fields: BTreeMap<String, FieldChange>,
        /// Which rule set which field and why.
        rule_trace: Option<Json>,
    },
}

/// A record's story, oldest first, with the names of the people in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What happened.
    pub entries: Vec<TimelineEntry>,
    /// Titles of people and records that the entries name.
    pub titles: HashMap<Uuid, String>,
}

impl Reading<'_, '_> {
    /// The timeline of a record.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn timeline(&mut self, record_type: &TypeDef, record: Uuid) -> Result<Timeline> {
        let rights = self.rights(record_type, record)?;
        let mut comments = self.comments(record)?;
        let mut entries = Vec::new();
        for row in of_record(self.tx, record)? {
            let head = head(&row);
            if let Some(item) = comments.remove(&row.change_id) {
                let private = matches!(
                    item,
                    TimelineItem::Comment {
                        visibility: Visibility::Private,
                        ..
                    }
                );
                if !private || rights.notes {
                    entries.push(TimelineEntry {
                        item,
                        ..head.clone()
                    });
                }
            }
            let fields = rights.visible(record_type, row.fields);
            let silent = fields.is_empty();
            if !silent && rights.history {
                let item = TimelineItem::Change {
                    fields,
                    rule_trace: row.rule_trace,
                };
                entries.push(TimelineEntry { item, ..head });
            }
        }
        let titles = self.titles(&entries)?;
        Ok(Timeline { entries, titles })
    }

    fn rights(&mut self, record_type: &TypeDef, record: Uuid) -> Result<Rights> {
        let mut sql = Sql::new("SELECT deleted_at");
        for field in &record_type.fields {
            for (column, _) in columns_of(field) {
                sql.push(", ").identifier(&column);
            }
        }
        sql.push(" FROM ")
            .identifier(&record_type.table)
            .push(" WHERE id = ");
        sql.arg(record).push(" AND tenant = ").arg(self.ctx.tenant);
        let unknown =
            || Refused::NotFound(Message::new("record-unknown").with("type", &record_type.name));
        let row = self.tx.query_optional(&sql)?.ok_or_else(unknown)?;
        let values = read_values(record_type, &row, 1)?;
        let is_reader = is_reader(self.ctx, self.tx, record_type, record)?;
        let value = |name: &str| {
            record_type
                .field_index(name)
                .map_or(Value::Null, |index| values[index].clone())
        };
        let spine_row = SpineRow {
            value: &value,
            is_reader,
        };
        if !self.ctx.may(&record_type.name, "read", &spine_row) {
            return Err(unknown().into());
        }
        Ok(Rights::of(self.ctx, record_type, &spine_row))
    }

    fn comments(&mut self, record: Uuid) -> Result<HashMap<Uuid, TimelineItem>> {
        let sql = Sql::new(
            "SELECT change_id, id, visibility, text, minutes_worked FROM journal WHERE record = ?",
        );
        let mut comments = HashMap::new();
        for row in self.tx.query(&sql.bind(record))? {
            let private = row.need_text(2)? == Visibility::Private.code();
            let entry = row.need_uuid(1)?;
            let item = TimelineItem::Comment {
                entry,
                visibility: if private {
                    Visibility::Private
                } else {
                    Visibility::Public
                },
                text: row.need_text(3)?.to_owned(),
                minutes_worked: row.integer(4)?,
            };
            comments.insert(row.need_uuid(0)?, item);
        }
        Ok(comments)
    }

    /// Titles of everything that the entries name, in one query.
    fn titles(&mut self, entries: &[TimelineEntry]) -> Result<HashMap<Uuid, String>> {
        let mut named: Vec<Uuid> = Vec::new();
        for entry in entries {
            named.push(entry.actor);
            named.extend(entry.on_behalf_of);
            if let TimelineItem::Change { fields, .. } = &entry.item {
                for change in fields.values() {
                    collect(&change.before, &mut named);
                    collect(&change.after, &mut named);
                }
            }
        }
        named.sort_unstable();
        named.dedup();
        named.retain(|it| !it.is_nil());
        let mut titles = HashMap::new();
        // SQLite takes 32,766 arguments at most; a record with that many names is read in parts.
        for part in named.chunks(1_000) {
            let mut sql = Sql::new("SELECT id, title FROM record WHERE tenant = ");
            sql.arg(self.ctx.tenant)
                .push(" AND id IN (")
                .arg_list(part.iter().copied())
                .push(")");
            for row in self.tx.query(&sql)? {
                titles.insert(
                    row.need_uuid(0)?,
                    row.text(1)?.unwrap_or_default().to_owned(),
                );
            }
        }
        Ok(titles)
    }
}

fn collect(json: &Json, named: &mut Vec<Uuid>) {
    match json {
        Json::String(text) => named.extend(Uuid::try_parse(text).ok()),
        Json::Array(items) => items.iter().for_each(|it| collect(it, named)),
        Json::Object(members) => members.values().for_each(|it| collect(it, named)),
        _ => {}
    }
}

fn head(row: &HistoryEntry) -> TimelineEntry {
    TimelineEntry {
        at: row.effective_at,
        recorded_at: row.recorded_at,
        actor: row.actor,
        on_behalf_of: row.on_behalf_of,
        surface: row.surface.clone(),
        action: row.action.clone(),
        version: row.version,
        change_id: row.change_id,
        reason: row.reason.clone(),
        item: TimelineItem::Change {
            fields: BTreeMap::new(),
            rule_trace: None,
        },
    }
}

/// What the reader may see of this record.
struct Rights {
    notes: bool,
    history: bool,
    fields: Vec<bool>,
}

impl Rights {
    fn of(ctx: &Ctx, record_type: &TypeDef, row: &SpineRow<'_>) -> Self {
        let name = &record_type.name;
        Self {
            notes: ctx.may(name, "read_notes", row),
            history: ctx.may(name, "history", row),
            fields: record_type
                .fields
                .iter()
                .map(|it| ctx.may_field(name, "read", it, row))
                .collect(),
        }
    }

    fn visible(
        &self,
        record_type: &TypeDef,
        fields: BTreeMap<String, FieldChange>,
    ) -> BTreeMap<String, FieldChange> {
        let see = |name: &str| match name {
            "@comment" | spine::OPEN => false,
            _ if name.starts_with('@') => true,
            _ => record_type
                .field_index(name)
                .is_some_and(|index| self.fields[index]),
        };
        fields.into_iter().filter(|(name, _)| see(name)).collect()
    }
}
