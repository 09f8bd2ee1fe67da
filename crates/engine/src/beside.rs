//! What stands beside a record, as somebody may see it: links to other records, and followers.

use std::collections::{BTreeSet, HashMap};

use base::{Result, Timestamp, Uuid};
use store::{Row, Sql};

use crate::read::Titles;
use crate::{Reading, Unit};

/// Most links or followers of one record that are read.
const MOST: i64 = 1_000;

/// A link of a record to or from another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSeen {
    /// Kind of link.
    pub kind: String,
    /// The other record.
    pub other: Uuid,
    /// Whether the link leads to the other record, not from it.
    pub outgoing: bool,
    /// Whether it is the marked primary of its kind.
    pub primary: bool,
    /// Since when.
    pub at: Timestamp,
    /// Who made it; nil for the system.
    pub by: Uuid,
}

/// What begins or hangs at one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Links that lead from it.
    pub links: Vec<LinkSeen>,
    /// People who follow it.
    pub followers: Vec<Uuid>,
}

impl Reading<'_, '_> {
    /// Links of a record in both directions; those to records that the actor may not read are left out.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn links(&mut self, record_type: &str, key: &str) -> Result<(Vec<LinkSeen>, Titles)> {
        let record = self.record(Some(record_type), key)?.0.id();
        let sql = Sql::new(
            "SELECT kind, to_record, is_primary, created_at, created_by, 1 AS outgoing FROM link WHERE from_record = ? \
             UNION ALL \
             SELECT kind, from_record, is_primary, created_at, created_by, 0 AS outgoing FROM link WHERE to_record = ? \
             ORDER BY outgoing DESC, kind, created_at LIMIT ?",
        );
        let mut links = Vec::new();
        for row in self.tx.query(&sql.bind(record).bind(record).bind(MOST))? {
            links.push(link_seen(&row, row.need_boolean(5)?)?);
        }
        let titles = self.titles_of(&links.iter().map(|it| it.other).collect())?;
        links.retain(|it| titles.get(it.other).is_some());
        Ok((links, titles))
    }

    /// People who follow a record; those whom the actor may not read are left out.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn followers(&mut self, record_type: &str, key: &str) -> Result<(Vec<Uuid>, Titles)> {
        let record = self.record(Some(record_type), key)?.0.id();
        let sql = Sql::new(
            "SELECT reader FROM record_reader WHERE record = ? AND source = 'follower' ORDER BY reader LIMIT ?",
        );
        let mut people = BTreeSet::new();
        for row in self.tx.query(&sql.bind(record).bind(MOST))? {
            people.insert(row.need_uuid(0)?);
        }
        let titles = self.titles_of(&people)?;
        Ok((
            people
                .into_iter()
                .filter(|it| titles.get(*it).is_some())
                .collect(),
            titles,
        ))
    }

    /// Links and followers of several records, all of them. Other records and people that the actor may not
    /// read are left out; whether the records themselves may be read was asked before.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn beside(&mut self, records: &[Uuid]) -> Result<(HashMap<Uuid, Beside>, Titles)> {
        let mut found: HashMap<Uuid, Beside> = HashMap::new();
        let mut links = Sql::new(
            "SELECT kind, to_record, is_primary, created_at, created_by, from_record FROM link WHERE from_record IN (",
        );
        links
            .arg_list(records.iter().copied())
            .push(") ORDER BY from_record, kind, created_at, to_record");
        let mut followers = Sql::new(
            "SELECT record, reader FROM record_reader WHERE source = 'follower' AND record IN (",
        );
        followers
            .arg_list(records.iter().copied())
            .push(") ORDER BY record, reader");
        for row in self.tx.query(&links)? {
            let of = found.entry(row.need_uuid(5)?).or_default();
            of.links.push(link_seen(&row, true)?);
        }
        for row in self.tx.query(&followers)? {
            let of = found.entry(row.need_uuid(0)?).or_default();
            of.followers.push(row.need_uuid(1)?);
        }
        let others = found.values().flat_map(|it| {
            let ends = it.links.iter().map(|link| link.other);
            ends.chain(it.followers.iter().copied())
        });
        let titles = self.titles_of(&others.collect())?;
        for of in found.values_mut() {
            of.links.retain(|it| titles.get(it.other).is_some());
            of.followers.retain(|it| titles.get(*it).is_some());
        }
        Ok((found, titles))
    }
}

/// A link in a row of kind, other record, primary, since when, by whom.
fn link_seen(row: &Row, outgoing: bool) -> Result<LinkSeen> {
    Ok(LinkSeen {
        kind: row.need_text(0)?.to_owned(),
        other: row.need_uuid(1)?,
        outgoing,
        primary: row.need_boolean(2)?,
        at: Timestamp::from_micros(row.need_integer(3)?),
        by: row.need_uuid(4)?,
    })
}

impl<'t> Unit<'_, 't> {
    /// Reads within this unit, changes so far included, with the rights of who asks.
    pub const fn reading(&mut self) -> Reading<'_, 't> {
        Reading {
            ctx: self.ctx,
            engine: self.engine,
            tx: &mut *self.tx,
        }
    }
}
