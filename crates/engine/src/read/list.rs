//! Lists: a query becomes one statement, and its rows one page.

use std::sync::Arc;

use base::{Message, Refused, Result, Uuid};
use dictionary::filter::{Scope, to_text};
use dictionary::{Count, FieldDef, Filter, Query, Sort};
use store::{Dialect, Row, Sql, SqlValue};

use super::Reader;
use super::compile::Table;
use super::counts::{State, state};
use super::cursor::Purpose;
use super::keyset::{Order, sort_field, sorts};
use super::rights::Rights;
use super::selection::Selection;
use super::source::{Finder, Source};
use super::titles;
use super::visible::VisiblePage;
use crate::{Ctx, Engine, Reading};

/// Rows of a page where nothing is asked.
const DEFAULT_LIMIT: usize = 50;
/// Most rows of a page.
pub(super) const MAX_LIMIT: usize = 200;

/// The right to take records out, beside the right to read them.
const EXPORT: &str = "export";

impl Reading<'_, '_> {
    /// One page of a list of those records that the actor may not only read but also take out.
    ///
    /// # Errors
    /// [`Refused::Forbidden`] without the right to export, and as [`Reading::list`].
    pub fn export_page(&mut self, query: &Query) -> Result<VisiblePage> {
        if let Some(name) = &query.record_type {
            self.ctx.require_somewhere(name, EXPORT)?;
        }
        self.reader().page_for(query, Some(EXPORT))
    }
}

/// A list, prepared as far as it does not depend on the page.
struct Plan<'a> {
    source: Source<'a>,
    selection: Selection<'a>,
    order: Order,
    sorts: Vec<Sort>,
}

impl Reader<'_, '_> {
    /// One page of a list, of the rows on which the actor has a further right.
    pub(super) fn page_for(
        &mut self,
        query: &Query,
        right: Option<&'static str>,
    ) -> Result<VisiblePage> {
        let limit = limit(query)?;
        let snapshot = self.ctx.snapshot.clone();
        let scope = super::scope(&snapshot.dictionary, query.record_type.as_deref())?;
        let finder = Finder::new(self.ctx);
        let mut plan = Plan::new(self, &finder, scope, query)?;
        if let Some(action) = right {
            let rows = Rights {
                action,
                ..finder.rights
            }
            .rows(&scope, &[])?;
            let may = finder.compiler().grant(&rows, &scope, Table::of(&scope));
            plan.source.narrow(may?);
        }
        let purpose = plan.purpose(self, query, snapshot.dictionary.version);
        let after = match &query.page.after {
            Some(cursor) => Some(self.seal.open(&purpose, cursor)?),
            None => None,
        };
        let mut rows = self
            .tx
            .query(&plan.statement(&finder, after.as_deref(), limit + 1)?)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last().filter(|_| more) {
            Some(last) => Some(self.seal.close(&purpose, &plan.position(last)?)?),
            None => None,
        };
        let visible = rows
            .iter()
            .map(|row| plan.selection.visible(row))
            .collect::<Result<Vec<_>>>()?;
        // On PostgreSQL asking for it is a way of its own, and titles alone are not worth one.
        let asked = query.count != Count::No || self.tx.dialect() == Dialect::Sqlite;
        let state = if asked { self.kept_state()? } else { None };
        let count = match query.count {
            Count::No => None,
            _ if next.is_none() && after.is_none() => i64::try_from(rows.len()).ok(),
            Count::IfKnown => self.known_count(&plan.source, state.as_ref()),
            Count::Exact => Some(self.count_rows(&plan.source, state.as_ref())?),
        };
        let referred = titles::referenced(&visible);
        let titles = titles::load(self.tx, self.ctx, &referred, state.as_ref())?;
        Ok(VisiblePage {
            rows: visible,
            next,
            count,
            titles,
        })
    }

    /// The ids of the records that a query finds, in their order, up to so many.
    pub(super) fn ids(&mut self, query: &Query, most: usize) -> Result<Vec<Uuid>> {
        let snapshot = self.ctx.snapshot.clone();
        let scope = super::scope(&snapshot.dictionary, query.record_type.as_deref())?;
        let finder = Finder::new(self.ctx);
        let source = finder.find(self.tx, scope, &query.filter, &[], Filter::default())?;
        let mut sql = source.with();
        sql.push("SELECT r.id").append(source.from());
        sql.append(source.condition()).push(" ORDER BY r.id LIMIT ");
        sql.arg(i64::try_from(most).unwrap_or(i64::MAX));
        let rows = self.tx.query(&sql)?;
        rows.iter().map(|it| Ok(it.need_uuid(0)?)).collect()
    }

    /// How many records a query finds, or whether it finds that many.
    pub(super) fn count_query(&mut self, query: &Query, most: Option<i64>) -> Result<i64> {
        let snapshot = self.ctx.snapshot.clone();
        let scope = super::scope(&snapshot.dictionary, query.record_type.as_deref())?;
        let finder = Finder::new(self.ctx);
        let source = finder.find(self.tx, scope, &query.filter, &[], Filter::default())?;
        if let Some(most) = most {
            let mut sql = source.with();
            sql.push("SELECT COUNT(*) FROM (SELECT 1")
                .append(source.from());
            sql.append(source.condition()).push(" LIMIT ").arg(most);
            sql.push(") AS \"some\"");
            return Ok(self.tx.query_one(&sql)?.need_integer(0)?);
        }
        let state = self.kept_state()?;
        self.count_rows(&source, state.as_ref())
    }

    /// The name of the state that this read sees, for what is kept by it; nothing inside a unit.
    fn kept_state(&mut self) -> Result<Option<State>> {
        self.counts.map(|_| state(self.tx)).transpose()
    }

    /// Counts, unless nobody has changed anything since the same was counted.
    fn count_rows(&mut self, source: &Source<'_>, state: Option<&State>) -> Result<i64> {
        if let Some(count) = self.known_count(source, state) {
            return Ok(count);
        }
        let sql = counting(source);
        let count = self.tx.query_one(&sql)?.need_integer(0)?;
        if let (Some(counts), Some(state)) = (self.counts, state) {
            counts.put(&sql, state.clone(), count);
        }
        Ok(count)
    }

    fn known_count(&self, source: &Source<'_>, state: Option<&State>) -> Option<i64> {
        self.counts?.get(&counting(source), state?)
    }
}

fn counting(source: &Source<'_>) -> Sql {
    let mut sql = source.with();
    sql.push("SELECT COUNT(*)")
        .append(source.from())
        .append(source.condition());
    sql
}

impl Engine {
    /// One page of a list. Where a count is asked for and not known, it is made apart from the page, which
    /// need not wait behind what takes long.
    ///
    /// # Errors
    /// As [`crate::Reading::list`].
    pub async fn list(self: &Arc<Self>, ctx: &Ctx, query: Query) -> Result<VisiblePage> {
        let exact = query.count == Count::Exact;
        let first = Query {
            count: if exact { Count::IfKnown } else { query.count },
            ..query.clone()
        };
        let mut page = self
            .read(ctx, move |reading: &mut Reading<'_, '_>| {
                reading.list(&first)
            })
            .await?;
        if exact && page.count.is_none() {
            let count = move |reading: &mut Reading<'_, '_>| reading.count(&query);
            page.count = Some(self.read_long(ctx, count).await?);
        }
        Ok(page)
    }
}

impl<'a> Plan<'a> {
    fn new(
        reader: &mut Reader<'_, '_>,
        finder: &Finder<'_>,
        scope: Scope<'a>,
        query: &Query,
    ) -> Result<Self> {
        let sorts = sorts(&query.sort)?.to_vec();
        let mut asked: Vec<&FieldDef> = Vec::new();
        for sort in &query.sort {
            asked.push(sort_field(&scope, sort)?);
        }
        let selection = Selection::new(scope, &finder.rights, &query.columns)?;
        let source = finder.find(reader.tx, scope, &query.filter, &asked, Filter::default())?;
        let order = Order::new(
            reader.tx,
            &scope,
            &finder.compiler(),
            &finder.rights,
            &sorts,
        )?;
        Ok(Self {
            source,
            selection,
            order,
            sorts,
        })
    }

    /// What a cursor of this list is good for.
    fn purpose<'c>(
        &self,
        reader: &Reader<'c, '_>,
        query: &Query,
        dictionary_version: i64,
    ) -> Purpose<'c> {
        let record_type = query.record_type.as_deref().unwrap_or_default();
        let sorts = self
            .sorts
            .iter()
            .map(|it| format!("{} {:?},", it.field, it.direction))
            .collect::<String>();
        let question = format!("{record_type}\n{sorts}\n{}", to_text(&query.filter));
        Purpose {
            ctx: reader.ctx,
            question,
            dictionary_version,
        }
    }

    fn statement(
        &self,
        finder: &Finder<'_>,
        after: Option<&[SqlValue]>,
        rows: usize,
    ) -> Result<Sql> {
        let mut sql = self.source.with();
        sql.push("SELECT ");
        self.selection.select(&mut sql, &finder.compiler())?;
        self.order.select(&mut sql);
        sql.append(self.source.from())
            .append(self.order.joins())
            .append(self.source.condition());
        if let Some(values) = after {
            sql.push(" AND ").append(self.order.after(values));
        }
        sql.append(self.order.clause())
            .push(" LIMIT ")
            .arg(i64::try_from(rows).unwrap_or(i64::MAX));
        Ok(sql)
    }

    /// The values of the order's keys in a row, the id last.
    fn position(&self, row: &Row) -> Result<Vec<SqlValue>> {
        let at = self.selection.width();
        let keys = self.order.keys.len() - 1;
        let mut values: Vec<SqlValue> = (at..at + keys)
            .map(|column| row.value(column).clone())
            .collect();
        values.push(SqlValue::Uuid(row.need_uuid(0)?));
        Ok(values)
    }
}

fn limit(query: &Query) -> Result<usize> {
    match query.page.limit {
        None => Ok(DEFAULT_LIMIT),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => {
            Err(Refused::BadRequest(Message::new("page-limit").with("most", MAX_LIMIT)).into())
        }
    }
}
