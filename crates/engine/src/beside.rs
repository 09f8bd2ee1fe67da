//! What stands beside a record, as somebody may see it: links to other records, and followers.

use std::collections::BTreeSet;

use base::{Result, Uuid};
use store::Sql;

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
}

impl Reading<'_, '_> {
    /// Links of a record in both directions; those to records that the actor may not read are left out.
    ///
    /// # Errors
    /// Not found where the actor may not read the record.
    pub fn links(&mut self, record_type: &str, key: &str) -> Result<(Vec<LinkSeen>, Titles)> {
        let record = self.record(Some(record_type), key)?.0.id();
        let sql = Sql::new(
            "SELECT kind, to_record, is_primary, 1 AS outgoing, created_at FROM link WHERE from_record = ? \
             UNION ALL \
             SELECT kind, from_record, is_primary, 0 AS outgoing, created_at FROM link WHERE to_record = ? \
             ORDER BY outgoing DESC, kind, created_at LIMIT ?",
        );
        let mut links = Vec::new();
        for row in self.tx.query(&sql.bind(record).bind(record).bind(MOST))? {
            links.push(LinkSeen {
                kind: row.need_text(0)?.to_owned(),
                other: row.need_uuid(1)?,
                outgoing: row.need_boolean(3)?,
                primary: row.need_boolean(2)?,
            });
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
