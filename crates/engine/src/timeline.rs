//! The timeline of a record: comments, notes and changes as one story, filtered by what the reader may see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{Message, Refused, Result, Timestamp, Uuid};
use dictionary::{FieldDef, Kind, TypeDef, spine};
use serde_json::Value as Json;
use store::Sql;

use crate::change::Visibility;
use crate::history::{FieldDiff, HistoryEntry, of_records};
use crate::system::attachment;
use crate::{Ctx, Reading, Standing};

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
        fields: BTreeMap<String, FieldDiff>,
        /// Which rule set which field and why.
        rule_trace: Option<Json>,
    },
}

/// Where the history tells of files.
const FILES: &str = "@attachment";

/// Whether files came that belong to no words.
fn came_alone(after: &Json) -> bool {
    let mut files = after.as_array().into_iter().flatten();
    files.any(|it| it["entry"].is_null())
}

/// Stories by record, oldest entry first, and the titles of the people and records in them.
pub type Stories = (HashMap<Uuid, Vec<TimelineEntry>>, HashMap<Uuid, String>);

/// A record's story, oldest first, with the names of the people in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What happened.
    pub entries: Vec<TimelineEntry>,
    /// Earlier changes that rules had to do with, where the story is only the end of one.
    pub before: Vec<TimelineEntry>,
    /// Titles of people and records that the entries name.
    pub titles: HashMap<Uuid, String>,
}

impl Reading<'_, '_> {
    /// The timeline of a record.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn timeline(&mut self, record_type: &TypeDef, record: Uuid) -> Result<Timeline> {
        let standing = self.standing(record_type, record)?;
        self.timeline_since(record_type, &standing, 1)
    }

    /// The end of the story, from that version of the record on, where it is known already how the actor stands
    /// with the record.
    ///
    /// # Errors
    /// Not found where it is deleted and the actor may not know of it.
    pub fn timeline_since(
        &mut self,
        record_type: &TypeDef,
        standing: &Standing,
        since: i64,
    ) -> Result<Timeline> {
        let unknown =
            || Refused::NotFound(Message::new("record-unknown").with("type", &record_type.name));
        let record = standing.record();
        let (mut stories, titles) = self.stories(record_type, &[record], [standing], since)?;
        let entries = stories.remove(&record).ok_or_else(unknown)?;
        let (entries, before) = entries.into_iter().partition(|it| it.version >= since);
        Ok(Timeline {
            entries,
            before,
            titles,
        })
    }

    /// The stories of several records of a type, those that the actor may not read left out, and the titles of
    /// all who are named in them.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn timelines(&mut self, record_type: &TypeDef, records: &[Uuid]) -> Result<Stories> {
        let standings = self.standings(record_type, records)?;
        self.stories(record_type, records, standings.values(), 1)
    }

    fn stories<'s>(
        &mut self,
        record_type: &TypeDef,
        records: &[Uuid],
        standings: impl IntoIterator<Item = &'s Standing>,
        since: i64,
    ) -> Result<Stories> {
        let mut comments = self.comments(records, since)?;
        let mut stories: HashMap<Uuid, Vec<TimelineEntry>> = HashMap::new();
        let mut rights: HashMap<Uuid, Rights> = HashMap::new();
        for standing in standings {
            let record = standing.record();
            let may = |action: &str| standing.may(self.ctx, &record_type.name, action);
            if !standing.is_deleted() || may("delete") {
                rights.insert(record, Rights::of(self.ctx, record_type, standing));
                stories.insert(record, Vec::new());
            }
        }
        for (record, row) in of_records(self.tx, records, since)? {
            let Some((entries, rights)) = stories.get_mut(&record).zip(rights.get(&record)) else {
                continue;
            };
            let head = head(&row);
            if let Some(item) = comments.remove(&row.change_id) {
                entries.extend(rights.comment(item).map(|item| rights.told(&head, item)));
            }
            let mut fields = rights.visible(record_type, row.fields);
            if !rights.history {
                // Who sent files without words said something as well.
                fields.retain(|name, diff| name == FILES && came_alone(&diff.after));
            }
            if !fields.is_empty() {
                let trace = row.rule_trace.filter(|_| rights.history);
                let rule_trace = trace.map(|it| rights.trace(record_type, it));
                entries.push(TimelineEntry {
                    item: TimelineItem::Change { fields, rule_trace },
                    ..head
                });
            }
        }
        // What an import brought along happened before it was stored.
        for entries in stories.values_mut() {
            entries.sort_by_key(|it| it.at);
        }
        let titles = self.titles(record_type, &mut stories)?;
        Ok((stories, titles))
    }

    fn comments(&mut self, records: &[Uuid], since: i64) -> Result<HashMap<Uuid, TimelineItem>> {
        let mut sql = Sql::new(
            "SELECT change_id, id, visibility, text, minutes_worked FROM journal WHERE record IN (",
        );
        sql.arg_list(records.iter().copied()).push(")");
        if since > 1 {
            sql.push(" AND change_id IN (SELECT change_id FROM history WHERE record IN (")
                .arg_list(records.iter().copied())
                .push(") AND version >= ")
                .arg(since)
                .push(")");
        }
        let mut comments = HashMap::new();
        for row in self.tx.query(&sql)? {
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

    /// Titles of the people who acted, whom every reader of an entry may know, and of those other records
    /// in the entries that the actor may read. A link to a record that may not be known is left out.
    fn titles(
        &mut self,
        record_type: &TypeDef,
        stories: &mut HashMap<Uuid, Vec<TimelineEntry>>,
    ) -> Result<HashMap<Uuid, String>> {
        let people: BTreeSet<Uuid> = stories
            .values()
            .flatten()
            .flat_map(|it| [Some(it.actor), it.on_behalf_of])
            .flatten()
            .filter(|it| !it.is_nil())
            .collect();
        let mut named = BTreeSet::new();
        for entry in stories.values().flatten() {
            if let TimelineItem::Change { fields, rule_trace } = &entry.item {
                // Whose setting was the reason.
                for step in rule_trace.iter().filter_map(Json::as_array).flatten() {
                    collect("whose", &step["why"]["args"]["whose"], &mut named);
                }
                for (name, change) in fields
                    .iter()
                    .filter(|(name, _)| names_records(record_type, name))
                {
                    collect(name, &change.before, &mut named);
                    collect(name, &change.after, &mut named);
                }
            }
        }
        let known = self.titles_of(&named)?;
        for entry in stories.values_mut().flatten() {
            if let TimelineItem::Change { fields, .. } = &mut entry.item {
                fields.retain(|name, change| {
                    let mut ends = BTreeSet::new();
                    collect(name, &change.before, &mut ends);
                    collect(name, &change.after, &mut ends);
                    name != "@link" || ends.iter().all(|it| known.get(*it).is_some())
                });
            }
        }
        for entries in stories.values_mut() {
            entries.retain(
                |it| !matches!(&it.item, TimelineItem::Change { fields, .. } if fields.is_empty()),
            );
        }
        let mut titles: HashMap<Uuid, String> = named
            .iter()
            .filter_map(|it| Some((*it, known.get(*it)?.title.clone())))
            .collect();
        titles.extend(self.names_of(&people)?);
        Ok(titles)
    }

    fn names_of(&mut self, people: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, String>> {
        let system = self.ctx.as_system(self.ctx.surface);
        let mut anybody = Reading {
            ctx: &system,
            tx: &mut *self.tx,
            engine: self.engine,
            keeps_counts: self.keeps_counts,
        };
        let names = anybody.titles_of(people)?;
        Ok(names
            .iter()
            .map(|(id, it)| (id, it.title.clone()))
            .collect())
    }
}

/// Whether values under that name are ids of records; a text that looks like an id is none.
fn names_records(record_type: &TypeDef, name: &str) -> bool {
    let by_field =
        |it: &FieldDef| matches!(it.kind, Kind::Reference { .. } | Kind::References { .. });
    matches!(name, "@link" | "@follower") || record_type.field(name).is_some_and(by_field)
}

fn collect(name: &str, json: &Json, named: &mut BTreeSet<Uuid>) {
    match json {
        Json::String(text) => named.extend(Uuid::try_parse(text).ok()),
        Json::Array(items) => items.iter().for_each(|it| collect(name, it, named)),
        Json::Object(members) if name == "@link" => {
            members
                .get("to")
                .into_iter()
                .for_each(|it| collect(name, it, named));
        }
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
    fn of(ctx: &Ctx, record_type: &TypeDef, standing: &Standing) -> Self {
        let name = &record_type.name;
        let value = |field: &str| standing.value(field);
        let row = standing.row(&value);
        Self {
            notes: ctx.may(name, "read_notes", &row),
            history: ctx.may(name, "history", &row),
            fields: record_type
                .fields
                .iter()
                .map(|it| ctx.may_field(name, "read", it, &row))
                .collect(),
        }
    }

    /// The comment as this reader sees it; nothing for a note that is not for them.
    fn comment(&self, item: TimelineItem) -> Option<TimelineItem> {
        match item {
            TimelineItem::Comment {
                visibility: Visibility::Private,
                ..
            } if !self.notes => None,
            TimelineItem::Comment {
                entry,
                visibility,
                text,
                ..
            } if !self.notes => Some(TimelineItem::Comment {
                entry,
                visibility,
                text,
                minutes_worked: None,
            }),
            other => Some(other),
        }
    }

    /// An entry for a comment: what else its change did belongs to the history.
    fn told(&self, head: &TimelineEntry, item: TimelineItem) -> TimelineEntry {
        let mut entry = TimelineEntry {
            item,
            ..head.clone()
        };
        if !self.history {
            entry.reason = None;
            "comment".clone_into(&mut entry.action);
        }
        entry
    }

    /// What rules did to fields that may be read.
    fn trace(&self, record_type: &TypeDef, trace: Json) -> Json {
        let Json::Array(steps) = trace else {
            return Json::Array(Vec::new());
        };
        let readable = |step: &Json| {
            let index = step["field"]
                .as_str()
                .and_then(|it| record_type.field_index(it));
            index.is_some_and(|index| self.fields[index])
        };
        steps.into_iter().filter(readable).collect()
    }

    fn visible(
        &self,
        record_type: &TypeDef,
        fields: BTreeMap<String, FieldDiff>,
    ) -> BTreeMap<String, FieldDiff> {
        let see = |name: &str| match name {
            "@comment" | spine::OPEN | spine::CREATED_AT | spine::UPDATED_AT => false,
            _ if name.starts_with('@') => true,
            _ => record_type
                .field_index(name)
                .is_some_and(|index| self.fields[index]),
        };
        let seen = |(name, diff): &(String, FieldDiff)| {
            see(name) && (self.notes || name != "@attachment" || !attachment::is_private(diff))
        };
        fields.into_iter().filter(seen).collect()
    }
}
