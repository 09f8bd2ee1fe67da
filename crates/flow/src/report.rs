//! What an import did: counts, what was mapped how, and every line that was rejected.
//!
//! A report is for people and for programs; it must never hide a row, a column or a value.

use std::collections::{BTreeMap, BTreeSet};

use base::{Message, Problem};
use dictionary::Value;
use serde_json::{Value as Json, json};

use crate::plan::{FieldPlan, Plan};

/// What one source word became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// Our word; nothing where the field stays empty.
    pub to: Option<String>,
    /// On how many rows.
    pub rows: u64,
}

/// Counts of what rows said, gathered while they are planned.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Field → source word → what it became.
    pub translated: BTreeMap<String, BTreeMap<String, Translated>>,
    /// Field → code that is no active choice, kept as it is → rows.
    pub kept: BTreeMap<String, BTreeMap<String, u64>>,
    /// Field → rows without a value.
    pub missing: BTreeMap<String, u64>,
    /// Types with columns that rows of them tell and they have no field for.
    pub foreign: BTreeSet<(String, String)>,
}

impl Tally {
    pub(crate) fn translated(&mut self, plan: &FieldPlan, from: &str, to: Option<&str>) {
        let words = entry(&mut self.translated, &plan.field.name);
        if let Some(word) = words.get_mut(from) {
            word.rows += 1;
        } else {
            words.insert(
                from.to_owned(),
                Translated {
                    to: to.map(str::to_owned),
                    rows: 1,
                },
            );
        }
    }

    /// Counts codes that the field does not offer.
    pub(crate) fn kept(&mut self, plan: &FieldPlan, value: &Value) {
        let codes = match value {
            Value::Choice(code) => std::slice::from_ref(code),
            Value::Choices(codes) => codes.as_slice(),
            _ => return,
        };
        for code in codes {
            if plan.field.choice(code).is_none_or(|it| !it.active) {
                let known = entry(&mut self.kept, &plan.field.name);
                *entry(known, code) += 1;
            }
        }
    }

    pub(crate) fn missing(&mut self, plan: &FieldPlan) {
        *entry(&mut self.missing, &plan.field.name) += 1;
    }
}

/// The entry of a name, without copying the name where it is known.
fn entry<'m, T: Default>(map: &'m mut BTreeMap<String, T>, name: &str) -> &'m mut T {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), T::default());
    }
    map.entry(name.to_owned()).or_default()
}

/// A line that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Line in the file, from 1.
    pub line: u64,
    /// Key of its record, where it has one.
    pub key: Option<String>,
    /// Why.
    pub problems: Vec<Problem>,
}

/// What a part of the rows did.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Records that were made.
    pub created: u64,
    /// Rows that changed a record.
    pub updated: u64,
    /// Rows that said what the record said already.
    pub unchanged: u64,
    /// Rows that an earlier import of the same key had done.
    pub known: u64,
    /// Records made because rows refer to them, by type.
    pub referred: BTreeMap<String, u64>,
    /// Entries of journals that were added.
    pub comments: u64,
    /// Links that were made.
    pub links: u64,
    /// Followers who were added.
    pub followers: u64,
    /// Files that were added.
    pub files: u64,
    /// Files that were left out because their content is not here.
    pub files_empty: u64,
    /// References, links and followers that were left out because there is no such record.
    pub references_empty: u64,
    /// What the door reported, with the number of rows: kept codes, steps out of order.
    pub reported: BTreeMap<String, (Message, u64)>,
    /// Lines that were not imported.
    pub rejected: Vec<Rejected>,
    /// Lines that were imported without what they say of records further down, and why.
    pub partly: Vec<Rejected>,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.known += other.known;
        self.comments += other.comments;
        self.links += other.links;
        self.followers += other.followers;
        self.files += other.files;
        self.files_empty += other.files_empty;
        self.references_empty += other.references_empty;
        for (record_type, count) in other.referred {
            *self.referred.entry(record_type).or_default() += count;
        }
        for (text, (message, count)) in other.reported {
            self.reported.entry(text).or_insert((message, 0)).1 += count;
        }
        self.rejected.extend(other.rejected);
    }

    /// What a second reading of the same file did besides: it finds what the first one could not, and says
    /// last what is odd or missing.
    pub(crate) fn complete(&mut self, second: Self) {
        self.created += second.created;
        self.comments += second.comments;
        self.links += second.links;
        self.followers += second.followers;
        self.files += second.files;
        self.files_empty = second.files_empty;
        self.references_empty = second.references_empty;
        self.references_empty = second.references_empty;
        self.reported = second.reported;
        let before: BTreeSet<u64> = self.rejected.iter().map(|it| it.line).collect();
        let (never, partly) = second
            .rejected
            .into_iter()
            .partition(|it| before.contains(&it.line));
        self.rejected = never;
        self.partly = partly;
    }

    pub(crate) fn report(&mut self, message: Message) {
        // How often a code was kept is counted by row while rows are planned.
        if message.key == "imported-choice" {
            return;
        }
        self.reported
            .entry(message.to_string())
            .or_insert((message, 0))
            .1 += 1;
    }
}

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file, where it could be read twice.
    pub digest: Option<String>,
    /// Whether nothing was kept.
    pub dry_run: bool,
    /// Rows that were read, good and bad.
    pub rows: u64,
    /// Rows that a dry run could not look at, since their type is to be defined first.
    pub awaited: u64,
    /// Rows left out because an interrupted import had done them.
    pub resumed_over: u64,
    /// What the rows did.
    pub counts: Counts,
    /// What the rows said.
    pub tally: Tally,
    /// Links in texts to other files of a folder that did not become records.
    pub links_open: u64,
    /// Files of a folder that are no rows: they say what a folder is called.
    pub left_out: u64,
    /// Columns of the file that no field uses and the mapping does not name.
    pub unused_columns: Vec<String>,
    /// Origin → field, as the mapping has it.
    pub fields: Vec<(String, String)>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Report {
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for field in plan.shapes.iter().flat_map(|it| &it.fields) {
            let told = (field.origin.clone(), field.field.name.clone());
            if !fields.contains(&told) {
                fields.push(told);
            }
        }
        Self {
            fields,
            ..Self::default()
        }
    }

    /// Rows by what became of them. The sum is that of the rows that were read, whatever the file holds.
    #[must_use]
    pub fn accounted_for(&self) -> u64 {
        let counts = &self.counts;
        let rejected = u64::try_from(counts.rejected.len()).unwrap_or(u64::MAX);
        let done = counts.created + counts.updated + counts.unchanged + counts.known;
        done + rejected + self.resumed_over
    }

    /// Rows that were done or known, per second.
    #[must_use]
    pub fn rows_per_second(&self) -> u64 {
        self.rows
            .saturating_mul(1_000)
            .checked_div(self.milliseconds.max(1))
            .unwrap_or_default()
    }

    /// The report as JSON; `say` turns messages into the reader's words.
    #[must_use]
    pub fn to_json(&self, say: &dyn Fn(&Message) -> String) -> Json {
        let problem = |it: &Problem| json!({ "field": it.field, "reason": it.message.key, "text": say(&it.message) });
        let line = |it: &Rejected| {
            let problems: Vec<Json> = it.problems.iter().map(problem).collect();
            json!({ "line": it.line, "key": it.key, "problems": problems })
        };
        let rejected = self.counts.rejected.iter().map(line);
        let partly = self.counts.partly.iter().map(line);
        let reported = self.counts.reported.values().map(
            |(message, rows)| json!({ "what": message.key, "text": say(message), "rows": rows }),
        );
        let translated = self.tally.translated.iter().map(|(field, words)| {
            let words: BTreeMap<&String, Json> = words
                .iter()
                .map(|(from, it)| (from, json!({ "to": it.to, "rows": it.rows })))
                .collect();
            (field.clone(), json!(words))
        });
        json!({
            "file": self.file,
            "sha256": self.digest,
            "dry_run": self.dry_run,
            "milliseconds": self.milliseconds,
            "rows": self.rows,
            "awaited": self.awaited,
            "left_out": self.left_out,
            "links_open": self.links_open,
            "resumed_over": self.resumed_over,
            "created": self.counts.created,
            "updated": self.counts.updated,
            "unchanged": self.counts.unchanged,
            "known": self.counts.known,
            "referred": self.counts.referred,
            "comments": self.counts.comments,
            "links": self.counts.links,
            "followers": self.counts.followers,
            "files": self.counts.files,
            "files_empty": self.counts.files_empty,
            "references_empty": self.counts.references_empty,
            "fields": self.fields.iter().map(|(origin, field)| json!({ "from": origin, "to": field })).collect::<Vec<_>>(),
            "translated": translated.collect::<serde_json::Map<_, _>>(),
            "kept": self.tally.kept,
            "missing": self.tally.missing,
            "unused_columns": self.unused_columns,
            "reported": reported.collect::<Vec<_>>(),
            "partly": partly.collect::<Vec<_>>(),
            "rejected": rejected.collect::<Vec<_>>(),
        })
    }
}
