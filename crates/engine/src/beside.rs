//! What stands beside a record, as somebody may see it: links to other records, and followers.

use std::collections::HashMap;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dictionary::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Row, Sql, Tx};

use crate::read::{Title, Titles};
use crate::{Ctx, Reading, Standing, Unit};

/// Rows of a page where nothing is asked, as in lists.
const DEFAULT_LIMIT: usize = 50;
/// Most rows of a page, as in lists.
const MAX_LIMIT: usize = 200;

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

/// One page of what stands beside a record.
#[derive(Clone, Debug)]
pub struct BesidePage<T> {
    /// What stands there, in a fixed order.
    pub rows: Vec<T>,
    /// What the other records are called.
    pub titles: Titles,
    /// Where the next page begins; nothing on the last page.
    pub next: Option<String>,
}

impl Reading<'_, '_> {
    /// A page of the links of a record in both directions, outgoing ones first; those to records that the
    /// actor may not read are left out.
    ///
    /// # Errors
    /// Not found where the actor may not read the record; a refusal of a cursor that is none.
    pub fn links(
        &mut self,
        record_type: &str,
        key: &str,
        page: &Page,
    ) -> Result<BesidePage<LinkSeen>> {
        let record = self.readable(record_type, key)?;
        self.linked(record, page)
    }

    /// The same where it is known already that the actor may read the record.
    ///
    /// # Errors
    /// A refusal of a cursor that is none.
    pub fn links_of(&mut self, standing: &Standing, page: &Page) -> Result<BesidePage<LinkSeen>> {
        self.linked(standing.record(), page)
    }

    fn linked(&mut self, record: Uuid, page: &Page) -> Result<BesidePage<LinkSeen>> {
        let mut sql = Sql::new(
            "SELECT l.kind, l.other, l.is_primary, l.created_at, l.created_by, l.incoming, r.record_type, r.number, r.title \
             FROM (SELECT kind, to_record AS other, is_primary, created_at, created_by, CAST(0 AS BIGINT) AS incoming \
             FROM link WHERE from_record = ? UNION ALL \
             SELECT kind, from_record, is_primary, created_at, created_by, CAST(1 AS BIGINT) \
             FROM link WHERE to_record = ?) AS l JOIN record AS r ON r.id = l.other WHERE ",
        )
        .bind(record)
        .bind(record);
        sql.append(self.ctx.readable_titles()?);
        if let Some((incoming, kind, other)) = after::<(i64, String, Uuid)>(page)? {
            sql.push(" AND (l.incoming, l.kind, l.other) > (");
            sql.arg(incoming).push(", ").arg(kind).push(", ");
            sql.arg(other).push(")");
        }
        sql.push(" ORDER BY l.incoming, l.kind, l.other");
        let link = |row: &Row| {
            let link = link_seen(row, !row.need_boolean(5)?)?;
            Ok((link.other, Title::read(row, 6)?, link))
        };
        self.part(sql, page, link, |it| {
            (i64::from(!it.outgoing), it.kind.clone(), it.other)
        })
    }

    /// A page of the people who follow a record; those whom the actor may not read are left out.
    ///
    /// # Errors
    /// As [`Reading::links`].
    pub fn followers(
        &mut self,
        record_type: &str,
        key: &str,
        page: &Page,
    ) -> Result<BesidePage<Uuid>> {
        let record = self.readable(record_type, key)?;
        self.following(record, page)
    }

    /// The same where it is known already that the actor may read the record.
    ///
    /// # Errors
    /// A refusal of a cursor that is none.
    pub fn followers_of(&mut self, standing: &Standing, page: &Page) -> Result<BesidePage<Uuid>> {
        self.following(standing.record(), page)
    }

    fn following(&mut self, record: Uuid, page: &Page) -> Result<BesidePage<Uuid>> {
        let mut sql = Sql::new(
            "SELECT f.reader, r.record_type, r.number, r.title FROM record_reader AS f \
             JOIN record AS r ON r.id = f.reader WHERE f.source = 'follower' AND f.record = ? AND ",
        )
        .bind(record);
        sql.append(self.ctx.readable_titles()?);
        if let Some(last) = after::<Uuid>(page)? {
            sql.push(" AND f.reader > ").arg(last);
        }
        sql.push(" ORDER BY f.reader");
        let follower = |row: &Row| {
            let person = row.need_uuid(0)?;
            Ok((person, Title::read(row, 1)?, person))
        };
        self.part(sql, page, follower, |it| *it)
    }

    /// Whether the actor follows the record.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn follows(&mut self, record: Uuid) -> Result<bool> {
        follows(self.tx, record, self.ctx.actor.person)
    }

    /// One page of a statement in its order. Each row gives another record, its title, and what is shown.
    fn part<T, K: Serialize>(
        &mut self,
        mut sql: Sql,
        page: &Page,
        read: impl Fn(&Row) -> Result<(Uuid, Title, T)>,
        key: impl Fn(&T) -> K,
    ) -> Result<BesidePage<T>> {
        let limit = page.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        sql.push(" LIMIT ")
            .arg(i64::try_from(limit + 1).unwrap_or(i64::MAX));
        let found = self.tx.query(&sql)?;
        let (mut rows, mut titles) = (Vec::with_capacity(limit), Vec::with_capacity(limit));
        for row in found.iter().take(limit) {
            let (other, title, shown) = read(row)?;
            titles.push((other, title));
            rows.push(shown);
        }
        let next = rows.last().filter(|_| found.len() > limit);
        Ok(BesidePage {
            next: next.map(|it| cursor(&key(it))).transpose()?,
            titles: titles.into_iter().collect(),
            rows,
        })
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

/// Whether a person follows a record.
pub(crate) fn follows(tx: &mut Tx<'_>, record: Uuid, person: Uuid) -> Result<bool> {
    let sql = Sql::new(
        "SELECT 1 FROM record_reader WHERE record = ? AND reader = ? AND source = 'follower'",
    );
    Ok(tx.query_optional(&sql.bind(record).bind(person))?.is_some())
}

/// The place of the last row of a page. It names only what its bearer was shown, so it needs no seal.
fn cursor(place: &impl Serialize) -> Result<String> {
    let written = serde_json::to_vec(place);
    let written = written.map_err(|error| Error::failed("a cursor cannot be written", error))?;
    Ok(URL_SAFE_NO_PAD.encode(written))
}

fn after<K: DeserializeOwned>(page: &Page) -> Result<Option<K>, Refused> {
    let Some(cursor) = &page.after else {
        return Ok(None);
    };
    let holds_nul = |json: &Vec<u8>| json.windows(6).any(|it| it == b"\\u0000");
    let plain = URL_SAFE_NO_PAD.decode(cursor).ok();
    let plain = plain.filter(|it| !holds_nul(it));
    let place = plain.and_then(|it| serde_json::from_slice(&it).ok());
    place
        .map(Some)
        .ok_or_else(|| Refused::BadRequest(Message::new("cursor-expired")))
}

impl<'t> Unit<'_, 't> {
    /// Reads within this unit, changes so far included, with the rights of who asks.
    pub const fn reading(&mut self) -> Reading<'_, 't> {
        Reading {
            ctx: self.ctx,
            engine: self.engine,
            tx: &mut *self.tx,
            keeps_counts: false,
        }
    }
}

impl<'t> Reading<'_, 't> {
    /// The same with the eyes of somebody else, as of the system where a rule must see all.
    pub const fn seen_by<'s>(&'s mut self, ctx: &'s Ctx) -> Reading<'s, 't> {
        Reading {
            ctx,
            engine: self.engine,
            tx: &mut *self.tx,
            keeps_counts: false,
        }
    }
}
