//! People from a list: found by number or address, made or changed, and those who left taken out.
//!
//! A dry run does all of it and gives each transaction up at its end, so that it tells what would happen by every
//! rule and right. Each leaver is one unit: the step, and with it the account.

mod apply;
mod list;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Message, Problem, Refused, Result, Uuid, text_key};
use dictionary::{Filter, Page, Query, Value, spine};
use engine::{Ctx, Reading, Unit};

use self::apply::{apply, end, given_up, refuse, resolve, step_out};
pub(crate) use self::list::Ignored;
use self::list::{List, read_list};
use super::account::AREA;
use crate::AppState;

/// Most lines of one list; longer ones are for `deskwright import`.
pub(crate) const MOST_LINES: usize = 20_000;
/// Lines of one transaction.
const AT_ONCE: usize = 50;
/// More leavers than one in that many, and more than [`FEW`], need to be meant.
const MANY_OF: usize = 5;
const FEW: usize = 5;

/// What is asked of an import.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    /// Nothing stays.
    pub(crate) dry: bool,
    /// Employees who are not in the list have left.
    pub(crate) missing_left: bool,
    /// That many leavers are meant.
    pub(crate) many_are_meant: bool,
}

/// What became of a line, or of somebody who is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Refused,
    Left,
    Created,
    Changed,
    Unchanged,
}

impl What {
    /// Code for programs.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Left => "left",
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Line of the list; nothing for somebody who is missing in it.
    pub(crate) line: Option<usize>,
    /// Who it is about.
    pub(crate) name: String,
    /// The person, where they are there.
    pub(crate) person: Option<Uuid>,
    /// What became of it.
    pub(crate) what: What,
    /// Columns that could not be read, and what was refused.
    pub(crate) problems: Vec<Problem>,
    /// Open work of a leaver, to be handed over.
    pub(crate) open_work: Option<i64>,
}

/// All that became of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// Columns that mean nothing here.
    pub(crate) ignored: Vec<Ignored>,
    /// What the list calls the fields that problems are about.
    pub(crate) columns: BTreeMap<String, String>,
    /// In the order of the list, then the missing.
    pub(crate) lines: Vec<Line>,
}

impl Report {
    /// How many lines became that.
    pub(crate) fn count(&self, what: What) -> usize {
        self.lines.iter().filter(|it| it.what == what).count()
    }
}

/// Takes people over from a list, or tries to.
///
/// # Errors
/// Forbidden without the right; invalid where the list cannot be read at all, or where more would leave than are
/// meant.
pub(crate) async fn import(state: &AppState, ctx: &Ctx, text: &str, wish: Wish) -> Result<Report> {
    ctx.require_area(AREA)?;
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", "person"));
    let of = ctx.record_type("person").ok_or_else(unknown)?;
    let (list, ignored) = read_list(of, text)?;
    let list = Arc::new(list);
    let mut report = Report {
        ignored,
        ..Report::default()
    };
    if let Some(fault) = list.refused.first().filter(|_| wish.missing_left) {
        let message = Message::new("people-missing-unknown");
        let message = message.with("line", fault.line.unwrap_or_default());
        return Err(Refused::field("csv", message).into());
    }
    let mut missing = match wish.missing_left {
        true => missing(state, ctx, &list).await?,
        false => Vec::new(),
    };
    check_leavers(state, ctx, &list, &missing, wish).await?;
    let mut again = Vec::new();
    for part in list.rows.chunks(AT_ONCE) {
        let rows = part.to_vec();
        let done = apply(state, ctx, &list, rows, wish).await?;
        forget_leavers(state, done.iter().map(|it| &it.0), wish);
        for (row, (line, waits)) in part.iter().zip(done) {
            // Their manager may stand further down.
            if waits && !wish.dry {
                again.push((row.clone(), report.lines.len()));
            }
            report.lines.push(line);
        }
    }
    for (row, at) in again {
        let more = apply(state, ctx, &list, vec![row], wish).await?;
        if let Some((line, _)) = more.into_iter().next()
            && line.what == What::Refused
        {
            report.lines[at] = line;
        }
    }
    report.lines.extend(list.refused.iter().cloned());
    report.lines.sort_by_key(|it| it.line);
    // Whoever a line found by another column than the key is in the list, also where the line was refused.
    let found: BTreeSet<Uuid> = report.lines.iter().filter_map(|it| it.person).collect();
    missing.retain(|it| !found.contains(&it.0));
    for (person, name) in missing {
        let line = leave(state, ctx, (person, name), wish).await?;
        forget_leavers(state, [&line], wish);
        report.lines.push(line);
    }
    let named = report.lines.iter().flat_map(|it| &it.problems);
    let named = named.filter_map(|it| it.field.clone());
    report.columns = named
        .map(|it| (list.column(&it).to_owned(), it))
        .map(|(column, field)| (field, column))
        .collect();
    state.identities().forget_all();
    Ok(report)
}

/// A file as text, and the encoding that was guessed where it is not UTF-8.
///
/// # Errors
/// Invalid for a workbook, or what is no text at all.
pub(crate) fn text_of(bytes: &[u8]) -> Result<(String, Option<&'static str>), Refused> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Refused::field("csv", Message::new("people-workbook")));
    }
    let guessed = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    let (text, used, _) = guessed.decode(bytes);
    if text.contains('\0') {
        return Err(Refused::field("csv", Message::new("people-unreadable")));
    }
    let told = Some(used.name()).filter(|_| used != encoding_rs::UTF_8);
    Ok((text.into_owned(), told))
}

/// Forgets who is signed in as soon as somebody has left: the import may go on for long, or break off.
fn forget_leavers<'l>(state: &AppState, lines: impl IntoIterator<Item = &'l Line>, wish: Wish) {
    if !wish.dry && lines.into_iter().any(|it| it.what == What::Left) {
        state.identities().forget_all();
    }
}

/// Employees who are here.
fn employees() -> Filter {
    Filter::equal("kind", Value::Choice("employee".to_owned()))
        .and(Filter::equal(spine::OPEN, Value::Boolean(true)))
}

/// Employees who can be found by the list's key and whose key is not in it. A line may still find one of them by
/// another column.
async fn missing(state: &AppState, ctx: &Ctx, list: &Arc<List>) -> Result<Vec<(Uuid, String)>> {
    let (list, key) = (Arc::clone(list), list.key());
    let keys = list
        .rows
        .iter()
        .filter_map(|it| list.cell(&it.1, key))
        .map(text_key);
    let keys: BTreeSet<String> = keys.collect();
    let read = move |reading: &mut Reading<'_, '_>| {
        let mut query = Query {
            record_type: Some(list.of.name.clone()),
            filter: employees(),
            page: Page {
                limit: Some(200),
                after: None,
            },
            ..Query::default()
        };
        let mut gone = Vec::new();
        loop {
            let page = reading.list(&query)?;
            let rows = page.rows.iter().filter(|it| {
                let own = it.value(key).as_text();
                own.is_some_and(|it| !keys.contains(&text_key(it)))
            });
            gone.extend(rows.map(|it| (it.id(), it.title().unwrap_or_default().to_owned())));
            query.page.after = page.next;
            if query.page.after.is_none() {
                return Ok(gone);
            }
        }
    };
    state.engine().read_long(ctx, read).await
}

/// A list that is cut off, or whose column `left` was filled by mistake, must not take half of the house out.
async fn check_leavers(
    state: &AppState,
    ctx: &Ctx,
    list: &Arc<List>,
    missing: &[(Uuid, String)],
    wish: Wish,
) -> Result<()> {
    let marked = list.rows.iter().filter(|it| list.takes_out(&it.1)).count();
    if wish.dry || wish.many_are_meant || missing.len() + marked <= FEW {
        return Ok(());
    }
    let mut leaving: BTreeSet<Uuid> = missing.iter().map(|it| it.0).collect();
    let mut marked = BTreeSet::new();
    let rows = list.rows.iter().map(|it| &it.1);
    // Lines that take nobody out matter only to those who seem to be missing.
    let rows = rows.filter(|it| !missing.is_empty() || list.takes_out(it));
    let rows: Vec<&Vec<String>> = rows.collect();
    for part in rows.chunks(AT_ONCE) {
        let part = part.iter().map(|it| (*it).clone()).collect();
        for (person, leaves) in resolve(state, ctx, list, part).await? {
            leaving.remove(&person);
            if leaves {
                marked.insert(person);
            }
        }
    }
    leaving.append(&mut marked);
    if leaving.len() <= FEW {
        return Ok(());
    }
    let (of, key) = (list.of.name.clone(), list.key());
    // Where the missing leave, the share is one of those who could be missing.
    let filter = match wish.missing_left {
        true => employees().and(Filter::empty(key).negated()),
        false => employees(),
    };
    let here = state
        .engine()
        .read(ctx, move |reading| {
            reading.count(&Query {
                record_type: Some(of.clone()),
                filter: filter.clone(),
                ..Query::default()
            })
        })
        .await?;
    let most = usize::try_from(here).unwrap_or_default() / MANY_OF;
    if leaving.len() <= most {
        return Ok(());
    }
    let message = Message::new("people-many-leave").with("count", leaving.len());
    Err(Refused::field("many", message).into())
}

async fn leave(
    state: &AppState,
    ctx: &Ctx,
    (person, name): (Uuid, String),
    wish: Wish,
) -> Result<Line> {
    let line = Line {
        line: None,
        name,
        person: Some(person),
        what: What::Unchanged,
        problems: Vec::new(),
        open_work: None,
    };
    let told = Arc::new(Mutex::new(line));
    let tell = Arc::clone(&told);
    let unknown = || Refused::NotFound(Message::new("type-unknown").with("type", "person"));
    let list = List {
        of: ctx.record_type("person").ok_or_else(unknown)?,
        columns: Vec::new(),
        header: Vec::new(),
        left: None,
        rows: Vec::new(),
        refused: Vec::new(),
        addresses: BTreeSet::new(),
    };
    let write = move |unit: &mut Unit<'_, '_>| {
        let mut line = tell.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let tried = unit.savepoint(|unit| step_out(unit, &list, person, &mut line));
        if let Err(error) = tried {
            refuse(&mut line, error)?;
        }
        *tell.lock().unwrap_or_else(PoisonError::into_inner) = line;
        if wish.dry { Err(given_up()) } else { Ok(()) }
    };
    end(state.engine().write(ctx, write).await)?;
    let line = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(line)
}

/// How many lines became what, for programs.
pub(crate) fn totals(report: &Report) -> BTreeMap<&'static str, usize> {
    let all = [
        What::Created,
        What::Changed,
        What::Unchanged,
        What::Left,
        What::Refused,
    ];
    all.into_iter()
        .map(|it| (it.code(), report.count(it)))
        .collect()
}
