//! A search from what was typed to a page of what was found.
//!
//! Up to [`CAP`] hits are ranked; of more, the newest are shown, and the page says so. Everything counted here was
//! found within the rights of who asks, so that no figure tells of anything else.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base::{Message, Refused, Result, Uuid};
use dictionary::Filter;
use store::{BatchResult, Dialect, Sql};

use crate::ask::{Ask, Typed, read};
use crate::index::{Rows, find};
use crate::layout::Layout;
use crate::levels::parts;
use crate::question::Question;
use crate::record::{said, said_in};
use crate::snippet::{Piece, Wanted, excerpt, marked};

/// Most hits that are ranked and counted.
pub const CAP: usize = 5_000;
/// Hits of a page where nothing is asked.
const DEFAULT_LIMIT: usize = 20;
/// Most hits of a page.
const MAX_LIMIT: usize = 200;

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What was typed: words, phrases, filters.
    pub text: String,
    /// Names of types; empty means all.
    pub types: Vec<String>,
    /// Whether the last word may be unfinished.
    pub while_typing: bool,
    /// Most hits of the page; nothing means 20.
    pub limit: Option<usize>,
    /// Where the page begins, as the page before said.
    pub after: Option<String>,
}

/// In which order hits stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// What fits best first.
    Best,
    /// What was opened last first: there are too many to rank, or no words to rank by.
    Newest,
}

/// How many of the hits are of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// Name of the type.
    pub record_type: String,
    /// How many; of more than [`CAP`] hits only the newest are counted.
    pub count: usize,
}

/// Where a snippet comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field, by name.
    Field(String),
    /// A public comment.
    Comment,
    /// A private note.
    Note,
    /// The name of a file.
    File,
}

/// The piece of a text that shows what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Where it comes from.
    pub place: Place,
    /// The text, in parts.
    pub pieces: Vec<Piece>,
}

/// A record that was found.
#[derive(Clone, Debug)]
pub struct Hit<R> {
    /// The record.
    pub record: R,
    /// Whether what was typed is its number.
    pub is_number: bool,
    /// Its title with what was looked for marked; empty where it may not be read.
    pub title: Vec<Piece>,
    /// Where else in it stands what was looked for.
    pub snippet: Option<Snippet>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SearchPage<R> {
    /// The hits of this page, in order.
    pub hits: Vec<Hit<R>>,
    /// Where the next page begins; nothing on the last one.
    pub next: Option<String>,
    /// In which order they stand.
    pub rank: Rank,
    /// Types with their counts, most hits first; on the first page alone.
    pub types: Vec<Facet>,
    /// Whether there are more than [`CAP`] hits.
    pub is_capped: bool,
    /// Fields that were named like in a filter and that only some types have: taken for words here.
    pub needs_type: Vec<String>,
}

/// What somebody may read of the records of a type.
#[derive(Clone, Debug)]
pub struct Readable {
    /// How its text is parted.
    pub layout: Layout,
    /// Each permission to read: on which rows, and the classes of fields and comments that it opens there.
    pub grants: Vec<(Filter, BTreeSet<String>)>,
    /// On which of these rows private notes may be read.
    pub notes: Vec<Filter>,
}

/// Rows that somebody may read alike.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    /// Classes of text that are open on them.
    pub classes: BTreeSet<String>,
    /// Hidden words, one of which each document of these rows has.
    pub layouts: Vec<String>,
    /// The rows.
    pub parts: Vec<Part>,
}

/// Rows of some layouts.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The layouts that the hidden words stand for.
    pub layout_ids: Vec<i64>,
    /// The rows.
    pub rows: Rows,
}

/// The database with the rights of somebody who asks.
pub trait Ground {
    /// What may be read of these types; none means all.
    fn readable(&self, types: &[String]) -> Vec<Readable>;

    /// The rows among those named for which the filter holds, in the fields of the type or in what all have.
    ///
    /// # Errors
    /// Refused where the filter does not fit.
    fn rows(&mut self, only: Option<&str>, filter: &str, among: Filter) -> Result<Rows>;

    /// Which database it is.
    fn dialect(&self) -> Dialect;

    /// Runs statements that read.
    ///
    /// # Errors
    /// A failure of the store.
    fn batch(&mut self, statements: &[Sql]) -> Result<Vec<BatchResult>>;
}

/// Where records come from: with the rights of who asks, always.
pub trait Source {
    /// A record as that person sees it.
    type Record;
    /// Where it is looked for.
    type Ground: Ground;

    /// Where it is looked for.
    fn ground(&mut self) -> &mut Self::Ground;

    /// Whether a filter may name that field.
    fn knows(&self, field: &str) -> bool;

    /// The records whose number that is, in any spelling, where this filter holds.
    ///
    /// # Errors
    /// A failure of the store.
    fn numbered(&mut self, number: &str, filter: &str) -> Result<Vec<(Uuid, String)>>;

    /// These records of a type.
    ///
    /// # Errors
    /// A failure of the store.
    fn records(&mut self, record_type: &str, ids: &[Uuid]) -> Result<Vec<(Uuid, Self::Record)>>;

    /// The texts of a record by field, the title's first.
    fn texts(record: &Self::Record) -> Vec<(String, String)>;
}

/// A hit before its record is read.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub record: Uuid,
    pub record_type: String,
    pub place: i64,
    pub score: i64,
    /// Whether private notes may be read on it.
    pub notes: bool,
}

/// Class of private notes, in every layout.
pub const NOTES: &str = "n";

/// Searches.
///
/// # Errors
/// Refused where a filter does not fit, there are too many words, or the page is no page of this search.
pub fn search<S: Source>(source: &mut S, query: &SearchQuery) -> Result<SearchPage<S::Record>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let typed = read(&query.text, &|it| source.knows(it), query.while_typing)?;
    let after = query.after.as_deref().map(cursor).transpose()?;
    let numbered = match typed.plain.as_str() {
        "" => Vec::new(),
        plain => source.numbered(plain, &typed.filter)?,
    };
    let nothing_to_find = typed.ask.is_none() && typed.has_words;
    let mut found = if nothing_to_find {
        Vec::new()
    } else {
        let from = after.filter(|it| it.0 == Rank::Newest).map(|it| it.1);
        let open = open(source.ground(), &query.types, &typed.filter)?;
        candidates(source.ground(), &open, typed.ask.as_ref(), from)?
    };
    let is_capped = found.len() > CAP;
    found.truncate(CAP);
    let rank = match after {
        Some((rank, _)) => rank,
        None if is_capped || typed.ask.is_none() => Rank::Newest,
        None => Rank::Best,
    };
    let types = if after.is_none() {
        facets(&found)
    } else {
        Vec::new()
    };
    found.retain(|it| numbered.iter().all(|(number, _)| *number != it.record));
    if rank == Rank::Best {
        found.sort_by_key(|it| std::cmp::Reverse((it.score, it.place, it.record)));
        if let Some((_, last)) = after {
            let seen = found
                .iter()
                .position(|it| it.record == last)
                .ok_or_else(expired)?;
            found.drain(..=seen);
        }
    }
    let mut shown: Vec<Candidate> = Vec::new();
    if after.is_none() {
        shown.extend(numbered.iter().map(|(record, record_type)| Candidate {
            record: *record,
            record_type: record_type.clone(),
            place: 0,
            score: 0,
            notes: false,
        }));
    }
    let pinned = shown.len();
    let more = found.len() > limit;
    found.truncate(limit);
    shown.extend(found);
    let next = shown.last().filter(|_| more).map(|last| {
        let sign = if rank == Rank::Best { 'b' } else { 'n' };
        format!("{sign}{}", last.record.simple())
    });
    let mut hits = hits(source, &shown, &typed)?;
    for hit in hits.iter_mut().filter(|it| it.0 < pinned) {
        hit.1.is_number = true;
    }
    Ok(SearchPage {
        hits: hits.into_iter().map(|it| it.1).collect(),
        next,
        rank,
        types,
        is_capped,
        needs_type: Vec::new(),
    })
}

/// Which rows of these types (none: all) may be found where this filter holds, each row in one part at most.
pub(crate) fn open(ground: &mut impl Ground, types: &[String], filter: &str) -> Result<Vec<Open>> {
    let mut all: Vec<(BTreeSet<String>, Filter, Vec<Layout>)> = Vec::new();
    for mut readable in ground.readable(types) {
        let notes = || BTreeSet::from([NOTES.to_owned()]);
        let any = Filter::Any(readable.grants.iter().map(|it| it.0.clone()).collect());
        for rows in readable.notes {
            match readable.grants.iter_mut().find(|it| it.0 == rows) {
                Some((_, classes)) => classes.extend(notes()),
                None => readable.grants.push((any.clone().and(rows), notes())),
            }
        }
        let layout = readable.layout;
        for (classes, rows) in parts(&readable.grants) {
            match all.iter_mut().find(|it| it.0 == classes && it.1 == rows) {
                Some((.., layouts)) => layouts.push(layout.clone()),
                None => all.push((classes, rows, vec![layout.clone()])),
            }
        }
    }
    let only = Some(types).filter(|it| it.len() == 1);
    let only = only.and_then(|it| it.first()).map(String::as_str);
    let mut open: Vec<Open> = Vec::with_capacity(all.len());
    for (classes, among, layouts) in all {
        let words = layouts.iter().map(Layout::word);
        let part = Part {
            layout_ids: layouts.iter().map(|it| it.id).collect(),
            rows: ground.rows(only, filter, among)?,
        };
        // The same words are looked for once: a common one leads through many documents of other types.
        let alike = open.iter_mut().find(|it| {
            let many = it.parts.iter().all(|it| !it.rows.are_few);
            it.classes == classes && many && !part.rows.are_few
        });
        match alike {
            Some(alike) => {
                alike.layouts.extend(words);
                alike.parts.push(part);
            }
            None => open.push(Open {
                classes,
                layouts: words.collect(),
                parts: vec![part],
            }),
        }
    }
    Ok(open)
}

/// The newest hits of all rows, one more than are ranked.
pub(crate) fn candidates(
    ground: &mut impl Ground,
    open: &[Open],
    ask: Option<&Ask>,
    after: Option<Uuid>,
) -> Result<Vec<Candidate>> {
    let dialect = ground.dialect();
    let open: Vec<&Open> = open
        .iter()
        .filter(|it| ask.is_none() || !it.classes.is_empty())
        .collect();
    let statements: Vec<Sql> = open
        .iter()
        .map(|it| {
            let question = Question {
                ask,
                classes: &it.classes,
                layouts: &it.layouts,
            };
            find(dialect, it, &question, after, CAP + 1)
        })
        .collect();
    let mut found = Vec::new();
    for (open, result) in open.iter().zip(ground.batch(&statements)?) {
        for row in result.rows {
            found.push(Candidate {
                record: row.need_uuid(0)?,
                record_type: row.need_text(1)?.to_owned(),
                place: row.need_integer(2)?,
                score: row.need_integer(3)?,
                notes: open.classes.contains(NOTES),
            });
        }
    }
    found.sort_by_key(|it| std::cmp::Reverse((it.place, it.record)));
    found.truncate(CAP + 1);
    Ok(found)
}

fn facets(found: &[Candidate]) -> Vec<Facet> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for candidate in found {
        *counts.entry(&candidate.record_type).or_default() += 1;
    }
    let mut facets: Vec<Facet> = counts
        .into_iter()
        .map(|(record_type, count)| Facet {
            record_type: record_type.to_owned(),
            count,
        })
        .collect();
    facets.sort_by_key(|it| std::cmp::Reverse(it.count));
    facets
}

/// The records of these candidates with their snippets, each with its position among them.
pub(crate) fn hits<S: Source>(
    source: &mut S,
    shown: &[Candidate],
    typed: &Typed,
) -> Result<Vec<(usize, Hit<S::Record>)>> {
    let mut by_type: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for candidate in shown {
        by_type
            .entry(&candidate.record_type)
            .or_default()
            .push(candidate.record);
    }
    let mut records = HashMap::with_capacity(shown.len());
    for (record_type, ids) in by_type {
        records.extend(source.records(record_type, &ids)?);
    }
    let wanted = typed.ask.as_ref().map(Ask::wanted).unwrap_or_default();
    let mut hits = Vec::with_capacity(shown.len());
    let mut untold = HashSet::new();
    for (at, candidate) in shown.iter().enumerate() {
        // What may not be read any more is gone.
        if let Some(record) = records.remove(&candidate.record) {
            let hit = hit::<S>(record, &wanted);
            if hit.snippet.is_none() && !wanted.is_empty() {
                untold.insert(candidate.record);
            }
            hits.push((at, hit));
        }
    }
    if untold.is_empty() {
        return Ok(hits);
    }
    let ids: Vec<Uuid> = untold.into_iter().collect();
    let mut spoken: HashMap<Uuid, (usize, Snippet)> = HashMap::new();
    let results = source.ground().batch(&[said(&ids)])?;
    let rows: Vec<_> = results.into_iter().flat_map(|it| it.rows).collect();
    for (record, said) in said_in(&rows)? {
        let may = !said.is_private || shown.iter().any(|it| it.record == record && it.notes);
        let Some((shows, pieces)) = excerpt(&said.text, &wanted).filter(|_| may) else {
            continue;
        };
        let place = match (said.is_file, said.is_private) {
            (true, _) => Place::File,
            (false, true) => Place::Note,
            (false, false) => Place::Comment,
        };
        // Of equally good ones the newest.
        if spoken.get(&record).is_none_or(|it| it.0 <= shows) {
            spoken.insert(record, (shows, Snippet { place, pieces }));
        }
    }
    for (at, hit) in &mut hits {
        if let Some((_, snippet)) = spoken.remove(&shown[*at].record) {
            hit.snippet.get_or_insert(snippet);
        }
    }
    Ok(hits)
}

fn hit<S: Source>(record: S::Record, wanted: &[Wanted<'_>]) -> Hit<S::Record> {
    let texts = S::texts(&record);
    let is_title = |it: &&(String, String)| it.0 == TITLE;
    let title = texts.iter().find(is_title);
    let others = texts.iter().filter(|it| !is_title(it));
    let best = others
        .filter_map(|(field, text)| Some((field, excerpt(text, wanted)?)))
        .rev()
        .max_by_key(|(_, (shows, _))| *shows);
    Hit {
        title: title.map(|it| marked(&it.1, wanted)).unwrap_or_default(),
        snippet: best.map(|(field, (_, pieces))| Snippet {
            place: Place::Field(field.clone()),
            pieces,
        }),
        is_number: false,
        record,
    }
}

/// The field with what a record is called.
const TITLE: &str = "title";

/// The last hit of a page. It names only what its bearer was shown, so it needs no seal.
fn cursor(text: &str) -> Result<(Rank, Uuid)> {
    let rank = match text.chars().next() {
        Some('b') => Rank::Best,
        Some('n') => Rank::Newest,
        _ => return Err(expired()),
    };
    let record = Uuid::try_parse(&text[1..]).map_err(|_| expired())?;
    Ok((rank, record))
}

fn expired() -> base::Error {
    Refused::BadRequest(Message::new("cursor-expired")).into()
}
