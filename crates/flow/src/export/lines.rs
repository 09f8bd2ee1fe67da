//! Whole records, one JSON object per line: the fields, and beside them the journal, links, followers and
//! the history as readable rows.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::TypeDef;
use engine::history::FieldDiff;
use engine::read::{Titles, Visible, VisiblePage};
use engine::system::attachment::Attachment;
use engine::{Beside, Ctx, Engine, Reading, TimelineEntry, TimelineItem};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;

use super::columns::{Column, title_of};
use super::{Export, WHOLE_PAGE, unwritable};
use crate::beside::{
    ATTACHMENTS, Attached, BeforeAfter, Changed, FOLLOWERS, Follower, HISTORY, JOURNAL, LINKS,
    Linked, Said, TYPE,
};

/// Writes a type as lines of JSON.
pub(super) fn write(
    export: &Export,
    engine: &Arc<Engine>,
    ctx: &Ctx,
    record_type: &Arc<TypeDef>,
    (out, files): (&mut dyn Write, &mut BTreeSet<String>),
) -> Result<u64> {
    let columns = Column::all(record_type);
    let of = Arc::clone(record_type);
    export.pages(
        engine,
        ctx,
        (record_type, WHOLE_PAGE),
        move |reading, page| Around::read(reading, &of, page),
        |page, mut around| {
            for row in &page.rows {
                let line = around.line(row, &columns, &page.titles);
                files.extend(line.attachments.iter().map(|it| it.sha256.clone()));
                serde_json::to_writer(&mut *out, &line).map_err(unwritable)?;
                out.write_all(b"\n").map_err(unwritable)?;
            }
            Ok(())
        },
    )
}

/// What stands around the records of a page.
#[derive(Default)]
struct Around {
    stories: HashMap<Uuid, Vec<TimelineEntry>>,
    /// Names of the people and records in the stories.
    names: HashMap<Uuid, String>,
    attachments: HashMap<Uuid, Vec<Attachment>>,
    beside: HashMap<Uuid, Beside>,
    /// Titles of those who are beside.
    titles: Titles,
}

impl Around {
    fn read(
        reading: &mut Reading<'_, '_>,
        record_type: &TypeDef,
        page: &VisiblePage,
    ) -> Result<Self> {
        let ids: Vec<Uuid> = page.rows.iter().map(Visible::id).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let (stories, names) = reading.timelines(record_type, &ids)?;
        let (beside, titles) = reading.beside(&ids)?;
        let attachments = reading.attachments_of(record_type, &ids)?;
        Ok(Self {
            stories,
            names,
            attachments,
            beside,
            titles,
        })
    }

    fn line<'l>(
        &mut self,
        row: &'l Visible,
        columns: &'l [Column<'l>],
        titles: &'l Titles,
    ) -> Line<'l> {
        let mut line = Line {
            row,
            columns,
            titles,
            journal: Vec::new(),
            links: Vec::new(),
            followers: Vec::new(),
            attachments: Vec::new(),
            history: Vec::new(),
        };
        for entry in self.stories.remove(&row.id()).unwrap_or_default() {
            self.tell(entry, &mut line);
        }
        let beside = self.beside.remove(&row.id()).unwrap_or_default();
        let links = beside.links.into_iter().map(|it| Linked {
            kind: it.kind,
            to_title: title_of(it.other, &self.titles),
            to: it.other,
            primary: it.primary,
            at: it.at,
            by: person(it.by),
        });
        line.links.extend(links);
        let followers = beside.followers.into_iter().map(|person| Follower {
            person,
            person_title: title_of(person, &self.titles),
        });
        line.followers.extend(followers);
        let files = self.attachments.remove(&row.id()).unwrap_or_default();
        line.attachments
            .extend(files.into_iter().map(|it| Attached {
                id: it.blob.id,
                name: it.blob.name,
                media_type: it.blob.media_type,
                bytes: it.blob.bytes,
                sha256: it.blob.sha256,
                visibility: it.visibility,
                entry: it.journal_entry,
                at: it.at,
                by: person(it.by),
            }));
        line
    }

    fn tell(&self, entry: TimelineEntry, line: &mut Line<'_>) {
        let name = |id: Uuid| self.names.get(&id).cloned();
        match entry.item {
            TimelineItem::Comment {
                entry: id,
                visibility,
                text,
                minutes_worked,
            } => line.journal.push(Said {
                id,
                at: entry.at,
                author: person(entry.actor),
                author_title: name(entry.actor),
                on_behalf_of: entry.on_behalf_of,
                visibility,
                text,
                minutes_worked,
            }),
            TimelineItem::Change { fields, .. } => line.history.push(Changed {
                at: entry.at,
                recorded_at: entry.recorded_at,
                actor: person(entry.actor),
                actor_title: name(entry.actor),
                on_behalf_of: entry.on_behalf_of,
                surface: entry.surface,
                action: entry.action,
                version: entry.version,
                reason: entry.reason,
                fields: fields
                    .into_iter()
                    .map(|(field, diff)| (field, self.before_after(diff)))
                    .collect(),
            }),
        }
    }

    fn before_after(&self, diff: FieldDiff) -> BeforeAfter {
        BeforeAfter {
            before_title: self.names_in(&diff.before),
            before: diff.before,
            after_title: self.names_in(&diff.after),
            after: diff.after,
        }
    }

    /// What the records are called whose ids a value of the history has.
    fn names_in(&self, json: &Json) -> Option<String> {
        let ids = match json {
            Json::Array(items) => items.as_slice(),
            Json::Object(link) => link.get("to").map_or(&[][..], std::slice::from_ref),
            one => std::slice::from_ref(one),
        };
        let ids = ids
            .iter()
            .filter_map(|it| Uuid::try_parse(it.as_str()?).ok());
        let names: Vec<&str> = ids
            .filter_map(|it| self.names.get(&it).map(String::as_str))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// The system is nobody.
fn person(id: Uuid) -> Option<Uuid> {
    (!id.is_nil()).then_some(id)
}

/// One line of the file. What a record does not have is left out.
struct Line<'l> {
    row: &'l Visible,
    columns: &'l [Column<'l>],
    titles: &'l Titles,
    journal: Vec<Said>,
    links: Vec<Linked>,
    followers: Vec<Follower>,
    attachments: Vec<Attached>,
    history: Vec<Changed>,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(TYPE, &self.row.record_type().name)?;
        for column in self.columns {
            if let Some(json) = column.json(self.row, self.titles) {
                map.serialize_entry(&column.name, &json)?;
            }
        }
        list(&mut map, JOURNAL, &self.journal)?;
        list(&mut map, LINKS, &self.links)?;
        list(&mut map, FOLLOWERS, &self.followers)?;
        list(&mut map, ATTACHMENTS, &self.attachments)?;
        list(&mut map, HISTORY, &self.history)?;
        map.end()
    }
}

fn list<M: SerializeMap>(map: &mut M, name: &str, all: &[impl Serialize]) -> Result<(), M::Error> {
    if all.is_empty() {
        return Ok(());
    }
    map.serialize_entry(name, all)
}
