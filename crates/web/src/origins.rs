//! What was said about a record where it comes from: in records that were merged or turned into it.
//!
//! Each origin is read with the rights on it, so nobody reads here what they may not read there.

use std::collections::BTreeSet;

use base::{Result, Uuid};
use dictionary::Page;
use engine::read::Title;
use engine::system::attachment::Attachment;
use engine::{BesidePage, LinkSeen, Reading, Timeline, TimelineItem};

/// Kinds of links that lead from where a record comes from to it; the fields that lead there have their names.
pub(crate) const GOES_ON: [&str; 2] = ["merged_into", "converted_into"];
/// Most origins of one record that are told.
const MOST: usize = 50;
/// Most links of one record that are looked through; pages show as many.
pub(crate) const MOST_LINKS: usize = 200;

/// What was said in one origin.
pub(crate) struct Origin {
    pub(crate) record: Uuid,
    pub(crate) title: Title,
    pub(crate) said: Timeline,
    pub(crate) files: Vec<Attachment>,
}

/// Links of a record, as many as are looked through for origins.
pub(crate) fn links(
    reading: &mut Reading<'_, '_>,
    of: &str,
    record: Uuid,
) -> Result<BesidePage<LinkSeen>> {
    let page = Page {
        limit: Some(MOST_LINKS),
        after: None,
    };
    reading.links(of, &record.to_string(), &page)
}

/// The origins of a record by its links, and theirs.
pub(crate) fn origins(
    reading: &mut Reading<'_, '_>,
    record: Uuid,
    its_links: &BesidePage<LinkSeen>,
) -> Result<Vec<Origin>> {
    let mut seen = BTreeSet::from([record]);
    let mut next = leading_here(its_links);
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
        said.entries
            .retain(|it| matches!(it.item, TimelineItem::Comment { .. }));
        next.extend(leading_here(&links(reading, &record_type.name, record)?));
        origins.push(Origin {
            record,
            title,
            said,
            files: reading.attachments(&record_type, record)?,
        });
    }
    Ok(origins)
}

fn leading_here(links: &BesidePage<LinkSeen>) -> Vec<(Uuid, Title)> {
    let rows = links.rows.iter();
    rows.filter(|it| !it.outgoing && GOES_ON.contains(&it.kind.as_str()))
        .filter_map(|it| Some((it.other, links.titles.get(it.other)?.clone())))
        .collect()
}
