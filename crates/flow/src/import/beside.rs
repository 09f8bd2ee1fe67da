//! What stands beside imported records: entries of the journal, links, followers, files, each once.

use std::collections::{HashMap, HashSet};

use base::{Message, Refused, Result, Uuid};
use engine::system::{attachment, blob};
use engine::{Beside, Unit};

use super::apply::ReadyRow;
use crate::beside::{ATTACHMENTS, JOURNAL};
use crate::plan::Step;
use crate::report::Counts;

/// Records whose surroundings are asked for in one statement.
const PART: usize = 200;

/// What stands beside the records of a part already.
#[derive(Default)]
pub(super) struct There {
    beside: HashMap<Uuid, Beside>,
    /// Entries of the journal, with their records.
    said: HashMap<Uuid, Uuid>,
    /// Files, with their records.
    files: HashMap<Uuid, Uuid>,
    /// Digests of files whose content is here.
    stored: HashSet<String>,
}

impl There {
    /// Finds it for the rows that tell something beside their fields.
    pub(super) fn find(
        unit: &mut Unit<'_, '_>,
        rows: &[ReadyRow],
        known: &HashMap<String, (Uuid, i64)>,
    ) -> Result<Self> {
        let mut there = Self::default();
        let telling = rows.iter().filter(|it| !it.steps.is_empty());
        let records: Vec<Uuid> = telling
            .filter_map(|it| known.get(&it.key))
            .map(|(record, _)| *record)
            .collect();
        for part in records.chunks(PART) {
            there.beside.extend(unit.reading().beside(part)?.0);
        }
        let (mut said, mut files, mut digests) = (Vec::new(), Vec::new(), Vec::new());
        for step in rows.iter().flat_map(|it| &it.steps) {
            match step {
                Step::Say(entry) => said.push(entry.id),
                Step::Attach(file) => {
                    files.push(file.id);
                    digests.push(file.sha256.as_str());
                }
                Step::Link(_) | Step::Follow(_) => {}
            }
        }
        there.said = unit.journal_entries(&said)?;
        there.files = attachment::owners(unit.tx, &files)?;
        there.stored = blob::stored(unit.tx, unit.ctx.tenant, &digests)?;
        Ok(there)
    }

    fn has(&self, record: Uuid, step: &Step) -> Result<bool> {
        let beside = self.beside.get(&record);
        Ok(match step {
            Step::Say(said) => is_of(record, (JOURNAL, said.id), &self.said)?,
            Step::Attach(file) => is_of(record, (ATTACHMENTS, file.id), &self.files)?,
            Step::Link(link) => beside.is_some_and(|it| {
                it.links.iter().any(|seen| {
                    (&seen.kind, seen.other, seen.primary) == (&link.kind, link.to, link.primary)
                })
            }),
            Step::Follow(person) => beside.is_some_and(|it| it.followers.contains(person)),
        })
    }
}

/// Whether that entry or file is there; one of another record is refused.
fn is_of(
    record: Uuid,
    (member, id): (&str, Uuid),
    there: &HashMap<Uuid, Uuid>,
) -> Result<bool, Refused> {
    match there.get(&id) {
        Some(of) if *of != record => {
            let message = Message::new("row-entry-elsewhere").with("entry", id);
            Err(Refused::field(member, message))
        }
        found => Ok(found.is_some()),
    }
}

/// What was added beside one record.
#[derive(Default)]
pub(super) struct Added {
    comments: u64,
    links: u64,
    followers: u64,
    files: u64,
    files_empty: u64,
}

impl Added {
    pub(super) const fn is_empty(&self) -> bool {
        self.comments + self.links + self.followers + self.files == 0
    }

    pub(super) const fn count(&self, counts: &mut Counts) {
        counts.comments += self.comments;
        counts.links += self.links;
        counts.followers += self.followers;
        counts.files += self.files;
        counts.files_empty += self.files_empty;
    }
}

/// Adds what is not there yet.
pub(super) fn apply_steps(
    unit: &mut Unit<'_, '_>,
    row: &ReadyRow,
    record: Uuid,
    there: &There,
) -> Result<Added> {
    let mut added = Added::default();
    let at = row.at.unwrap_or(unit.ctx.now);
    for step in &row.steps {
        if there.has(record, step)? {
            continue;
        }
        if matches!(step, Step::Attach(file) if !there.stored.contains(&file.sha256)) {
            added.files_empty += 1;
            continue;
        }
        let mut change = step.change(&row.record_type.name, record, at);
        // A comment may move counters and clocks; the row says how they stand after all of them.
        change.set.clone_from(&row.set);
        if !unit.apply(change)?.changed {
            continue;
        }
        match step {
            Step::Say(_) => added.comments += 1,
            Step::Link(_) => added.links += 1,
            Step::Follow(_) => added.followers += 1,
            Step::Attach(_) => added.files += 1,
        }
    }
    Ok(added)
}
