//! What stands beside imported records: entries of the journal, links, followers, each once.

use std::collections::HashMap;

use base::{Message, Refused, Result, Uuid};
use engine::{Beside, Unit};

use super::apply::ReadyRow;
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
        let said = rows
            .iter()
            .flat_map(|it| &it.steps)
            .filter_map(|it| match it {
                Step::Say(said) => Some(said.id),
                Step::Link(_) | Step::Follow(_) => None,
            });
        there.said = unit.journal_entries(&said.collect::<Vec<_>>())?;
        Ok(there)
    }

    fn has(&self, record: Uuid, step: &Step) -> Result<bool> {
        let beside = self.beside.get(&record);
        Ok(match step {
            Step::Say(said) => match self.said.get(&said.id) {
                Some(of) if *of != record => {
                    let message = Message::new("row-entry-elsewhere").with("entry", said.id);
                    return Err(Refused::field(crate::beside::JOURNAL, message).into());
                }
                found => found.is_some(),
            },
            Step::Link(link) => beside.is_some_and(|it| {
                it.links.iter().any(|seen| {
                    (&seen.kind, seen.other, seen.primary) == (&link.kind, link.to, link.primary)
                })
            }),
            Step::Follow(person) => beside.is_some_and(|it| it.followers.contains(person)),
        })
    }
}

/// What was added beside one record.
#[derive(Default)]
pub(super) struct Added {
    comments: u64,
    links: u64,
    followers: u64,
}

impl Added {
    pub(super) const fn is_empty(&self) -> bool {
        self.comments + self.links + self.followers == 0
    }

    pub(super) const fn count(&self, counts: &mut Counts) {
        counts.comments += self.comments;
        counts.links += self.links;
        counts.followers += self.followers;
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
        }
    }
    Ok(added)
}
