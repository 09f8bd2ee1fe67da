//! What was said about a record where it comes from: in records that were merged or turned into it.
//!
//! Each origin is read with the rights on it, so nobody reads here what they may not read there.

use std::collections::BTreeSet;

use base::{Result, Uuid};
use dictionary::Page;
use engine::read::Title;
use engine::system::attachment::Attachment;
use engine::{BesidePage, LinkSeen, Reading, Timeline, TimelineEntry, TimelineItem};

/// Kinds of links that lead from where a record comes from to it; the fields that lead there have their names.
pub(crate) const GOES_ON: [&str; 2] = ["merged_into", "converted_into"];
/// Field that says from which record one was split, where a type has it.
pub(crate) const SPLIT_FROM: &str = "split_from";
/// Most origins of one record that are told: beyond, a story is no longer one that anybody reads.
const MOST: usize = 1_000;
/// Links that are read at once; pages show as many.
const LINKS_AT_ONCE: usize = 200;
/// Where the history tells of files.
const FILES: &str = "@attachment";

/// What was said in one origin.
pub(crate) struct Origin {
    pub(crate) record: Uuid,
    pub(crate) title: Title,
    pub(crate) said: Timeline,
    pub(crate) files: Vec<Attachment>,
}

/// The origins of a record, and theirs. The page of its links, where it is at hand, is not read again.
pub(crate) fn origins(
    reading: &mut Reading<'_, '_>,
    (of, record): (&str, Uuid),
    links: Option<&BesidePage<LinkSeen>>,
) -> Result<Vec<Origin>> {
    let mut seen = BTreeSet::from([record]);
    let mut next = match links.filter(|it| it.next.is_none()) {
        Some(all) => leading(all),
        None => leading_here(reading, of, record)?,
    };
    let mut origins = Vec::new();
    while let Some((record, title)) = next.pop() {
        let record_type = reading
            .ctx
            .snapshot
            .dictionary
            .record_type(&title.record_type);
        let Some(record_type) = record_type.cloned() else {
            continue;
        };
        if origins.len() == MOST || !seen.insert(record) {
            continue;
        }
        let mut said = reading.timeline(&record_type, record)?;
        said.entries.retain_mut(is_said);
        next.extend(leading_here(reading, &record_type.name, record)?);
        origins.push(Origin {
            record,
            title,
            said,
            files: reading.attachments(&record_type, record)?,
        });
    }
    Ok(origins)
}

/// Whether an entry belongs to what was said: comments, and files that came without one. Of such a change only
/// the files are kept.
fn is_said(entry: &mut TimelineEntry) -> bool {
    let TimelineItem::Change { fields, rule_trace } = &mut entry.item else {
        return true;
    };
    fields.retain(|name, diff| {
        let mut added = diff.after.as_array().into_iter().flatten();
        name == FILES && added.any(|it| it["entry"].is_null())
    });
    if fields.is_empty() {
        return false;
    }
    *rule_trace = None;
    // Files that came with the first report were not made by it.
    "attach".clone_into(&mut entry.action);
    true
}

/// Records that go on in this one, by all of its links.
fn leading_here(
    reading: &mut Reading<'_, '_>,
    of: &str,
    record: Uuid,
) -> Result<Vec<(Uuid, Title)>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = Page {
            limit: Some(LINKS_AT_ONCE),
            after,
        };
        let links = reading.links(of, &record.to_string(), &page)?;
        found.extend(leading(&links));
        after = links.next;
        if after.is_none() || found.len() > MOST {
            return Ok(found);
        }
    }
}

fn leading(links: &BesidePage<LinkSeen>) -> Vec<(Uuid, Title)> {
    let rows = links.rows.iter();
    let leading = rows.filter(|it| !it.outgoing && GOES_ON.contains(&it.kind.as_str()));
    leading
        .filter_map(|it| Some((it.other, links.titles.get(it.other)?.clone())))
        .collect()
}
