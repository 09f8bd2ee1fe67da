//! Counts, sums, medians and the like, in groups of fields and of time.
//!
//! Exact and alike on both databases: integers only, zones and rounding computed here. Empty stretches of
//! time are returned too. The rights of the reader are those of a list.

mod backlog;
mod bucket;
mod fill;
mod key;
mod measure;
mod question;
mod total;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use dictionary::filter::{Path, Scope};
use dictionary::{FieldDef, Filter, Value};
use jiff::tz::TimeZone;
use store::{Row, Sql};

pub use bucket::Bucket;
pub use key::GroupKey;
pub use question::{Aggregate, AggregateRow, Aggregation, Group, Measure, Measured, Quantity};
pub use total::Total;

use super::Reader;
use super::compile::{Compiler, column};
use super::source::{Finder, Source};
use super::titles;
use bucket::Offsets;
use key::{Grouping, Key};
use measure::{Measuring, Shape, Tally};

/// Most groups of one answer, empty ones included.
const MAX_CELLS: usize = 20_000;
/// Most rows that one statement may give; the database counts, so this is many groups, not many records.
const MAX_ROWS: usize = 2_000_000;

/// What is known so far, by key.
type Cells = BTreeMap<Vec<Key>, Vec<Tally>>;

/// An aggregation, checked.
struct Plan<'a> {
    source: Source<'a>,
    scope: Scope<'a>,
    groupings: Vec<Grouping<'a>>,
    measures: Vec<Measuring<'a>>,
    zone: TimeZone,
    range: Option<(Timestamp, Timestamp)>,
    offsets: Offsets,
}

/// A field of the record itself; groups and measures do not walk.
fn own_field<'a>(scope: &Scope<'a>, name: &str) -> Result<&'a FieldDef> {
    let resolved = scope.resolve(&Path::new(name))?;
    if resolved.hops.is_empty() {
        return Ok(resolved.field);
    }
    Err(impossible(name))
}

fn impossible(field: &str) -> Error {
    Refused::BadRequest(Message::new("aggregate-impossible").with("field", field)).into()
}

fn too_large() -> Error {
    Refused::BadRequest(Message::new("aggregate-too-large").with("most", MAX_CELLS)).into()
}

impl Reader<'_, '_> {
    /// The numbers that were asked for.
    pub(super) fn aggregated(&mut self, asked: &Aggregation) -> Result<Aggregate> {
        question::check_size(asked)?;
        let snapshot = self.ctx.snapshot.clone();
        let scope = super::scope(&snapshot.dictionary, asked.record_type.as_deref())?;
        let finder = Finder::new(self.ctx);
        let plan = self.plan(asked, scope, &finder)?;
        let mut cells = Cells::new();
        let mut shown = HashMap::new();
        self.columns(&plan, &finder.compiler(), &mut cells, &mut shown)?;
        for (position, measuring) in plan.measures.iter().enumerate() {
            if measuring.shape() == Shape::Values {
                self.values(&plan, position, &mut cells)?;
            }
        }
        fill::empty_buckets(&plan, &mut cells)?;
        let backlogs = self.backlogs(&plan, &cells)?;
        let rows = cells.iter().map(|(keys, tallies)| AggregateRow {
            keys: plan
                .groupings
                .iter()
                .zip(keys)
                .map(|(it, key)| it.shown(key, &shown))
                .collect(),
            values: (0..plan.measures.len())
                .map(|at| match backlogs.get(&at) {
                    Some(counts) => Measured::Count(counts.get(keys).copied().unwrap_or_default()),
                    None => plan.measures[at].finish(&tallies[at]),
                })
                .collect(),
        });
        let rows: Vec<AggregateRow> = rows.collect();
        let titles = titles::load(self.tx, self.ctx, &referenced(&rows), None)?;
        Ok(Aggregate { rows, titles })
    }

    fn plan<'s>(
        &mut self,
        asked: &'s Aggregation,
        scope: Scope<'s>,
        finder: &Finder<'_>,
    ) -> Result<Plan<'s>> {
        let groupings = asked
            .groups
            .iter()
            .map(|it| Grouping::new(it, &scope))
            .collect::<Result<Vec<_>>>()?;
        let measures = asked
            .measures
            .iter()
            .map(|it| Measuring::new(it, &scope))
            .collect::<Result<Vec<_>>>()?;
        let mut fields: Vec<&FieldDef> = groupings.iter().map(|it| it.field).collect();
        fields.extend(measures.iter().flat_map(Measuring::fields));
        for measure in &asked.measures {
            let Measure::Share(filter) = measure else {
                continue;
            };
            dictionary::filter::check(filter, &scope)?;
            for test in filter.tests() {
                let resolved = scope.resolve(&test.path)?;
                fields.push(resolved.hops.first().map_or(resolved.field, |it| it.field));
            }
        }
        let source = finder.find(self.tx, scope, &asked.filter, &fields, Filter::default())?;
        let zone = asked.zone.clone().unwrap_or_else(|| self.ctx.zone.clone());
        let unknown = Timestamp::default();
        let offsets = Offsets::new(&zone, unknown, unknown)?;
        let mut plan = Plan {
            source,
            scope,
            groupings,
            measures,
            zone,
            range: asked.range,
            offsets,
        };
        if plan.range.is_some() && plan.first_time().is_none() {
            return Err(Refused::BadRequest(Message::new("aggregate-range")).into());
        }
        if let Some((from, until)) = self.bounds(&plan)? {
            plan.offsets = Offsets::new(&plan.zone, from, until)?;
        }
        Ok(plan)
    }

    /// The first and the last instant that any bucket must be found for.
    fn bounds(&mut self, plan: &Plan<'_>) -> Result<Option<(Timestamp, Timestamp)>> {
        let times = plan
            .groupings
            .iter()
            .filter(|it| it.bucket.is_some())
            .map(|it| it.field);
        let fields: Vec<&FieldDef> = times
            .chain(plan.backlogs().map(|it| it.1))
            .filter(|it| it.kind == dictionary::Kind::Instant)
            .collect();
        if fields.is_empty() {
            return Ok(None);
        }
        let mut sql = plan.source.with();
        sql.push("SELECT ");
        for (index, field) in fields.iter().enumerate() {
            sql.push(if index > 0 { ", MIN(" } else { "MIN(" });
            column(&mut sql, &field.column).push("), MAX(");
            column(&mut sql, &field.column).push(")");
        }
        sql.append(plan.source.from())
            .append(plan.source.condition());
        let row = self.tx.query_one(&sql)?;
        let mut instants = BTreeSet::new();
        for at in 0..row.len() {
            instants.extend(row.integer(at)?.map(Timestamp::from_micros));
        }
        Ok(instants.first().copied().zip(instants.last().copied()))
    }

    /// The groups, with the measures that are columns beside their count.
    fn columns(
        &mut self,
        plan: &Plan<'_>,
        compiler: &Compiler<'_>,
        cells: &mut Cells,
        shown: &mut HashMap<String, String>,
    ) -> Result<()> {
        let mut sql = plan.source.with();
        sql.push("SELECT COUNT(*)");
        plan.select_keys(&mut sql)?;
        let texts = plan.groupings.iter().filter(|it| it.is_text()).count();
        for grouping in plan.groupings.iter().filter(|it| it.is_text()) {
            sql.push(", MIN(");
            column(&mut sql, &grouping.field.column).push(")");
        }
        for measuring in plan
            .measures
            .iter()
            .filter(|it| it.shape() == Shape::Columns)
        {
            measuring.select(&mut sql, &plan.scope, compiler)?;
        }
        plan.finish_statement(&mut sql, plan.key_width());
        let texts_at = 1 + plan.key_width();
        self.each(&sql, &mut |row| {
            let keys = plan.keys(&row, 1)?;
            // One key may have several spellings; the first in order stands for all of them.
            let spelled = plan
                .groupings
                .iter()
                .zip(&keys)
                .filter(|(it, _)| it.is_text());
            for (offset, (_, key)) in spelled.enumerate() {
                if let (Key::Text(key), Some(text)) = (key, row.text(texts_at + offset)?) {
                    let known = shown.entry(key.clone()).or_insert_with(|| text.to_owned());
                    if text < known.as_str() {
                        text.clone_into(known);
                    }
                }
            }
            let count = row.need_integer(0)?;
            let tallies = cell(cells, keys, plan)?;
            let mut at = texts_at + texts;
            for (measuring, tally) in plan.measures.iter().zip(tallies) {
                if measuring.shape() == Shape::Columns {
                    at = measuring.take(tally, &row, count, at)?;
                }
            }
            Ok(())
        })
    }

    /// The values of one measure in each group, with how often each occurs.
    fn values(&mut self, plan: &Plan<'_>, position: usize, cells: &mut Cells) -> Result<()> {
        let measuring = &plan.measures[position];
        let columns = measuring.value_columns();
        let mut sql = plan.source.with();
        sql.push("SELECT COUNT(*)");
        plan.select_keys(&mut sql)?;
        let width = plan.key_width() + columns.len();
        let has_currency = columns.len() > 1;
        for value in columns {
            sql.push(", ").append(value);
        }
        plan.finish_statement(&mut sql, width);
        let value_at = 1 + plan.key_width();
        self.each(&sql, &mut |row| {
            let tally = &mut cell(cells, plan.keys(&row, 1)?, plan)?[position];
            let currency = has_currency.then(|| row.text(value_at + 1)).transpose()?;
            let times = row.need_integer(0)?;
            measuring.take_value(tally, row.value(value_at), currency.flatten(), times);
            Ok(())
        })
    }

    fn each(&mut self, sql: &Sql, visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut rows = 0;
        self.tx.stream(sql, &mut |row| {
            rows += 1;
            if rows > MAX_ROWS {
                Err(too_large())
            } else {
                visit(row).map(ControlFlow::Continue)
            }
        })
    }
}

impl Plan<'_> {
    /// The first time that is grouped by.
    fn first_time(&self) -> Option<(usize, &FieldDef, Bucket)> {
        let mut times = self.groupings.iter().enumerate();
        times.find_map(|(at, it)| it.bucket.map(|bucket| (at, it.field, bucket)))
    }

    /// The measures that are backlogs: their place, and the field that says when a record was closed.
    fn backlogs(&self) -> impl Iterator<Item = (usize, &FieldDef)> {
        let places = self.measures.iter().enumerate();
        let backlogs = places.filter(|it| it.1.shape() == Shape::Backlog);
        backlogs.filter_map(|(at, it)| Some((at, it.field?)))
    }

    fn key_width(&self) -> usize {
        self.groupings.iter().map(Grouping::width).sum()
    }

    fn select_keys(&self, sql: &mut Sql) -> Result<()> {
        for grouping in &self.groupings {
            grouping.select(sql, &self.offsets)?;
        }
        Ok(())
    }

    /// FROM, WHERE with the range, and GROUP BY all key columns, which follow the count.
    fn finish_statement(&self, sql: &mut Sql, keys: usize) {
        sql.append(self.source.from())
            .append(self.source.condition());
        if let (Some((from, until)), Some((_, field, _))) = (self.range, self.first_time()) {
            let time = bucket::time_column(field);
            sql.push(" AND ")
                .append(time.clone())
                .push(" >= ")
                .arg(bucket::bound(field, from, &self.zone));
            sql.push(" AND ")
                .append(time)
                .push(" < ")
                .arg(bucket::bound(field, until, &self.zone));
        }
        key::group_by(sql, keys);
    }

    fn keys(&self, row: &Row, mut at: usize) -> Result<Vec<Key>> {
        let mut keys = Vec::with_capacity(self.groupings.len());
        for grouping in &self.groupings {
            keys.push(grouping.read(row, at)?);
            at += grouping.width();
        }
        Ok(keys)
    }
}

/// The tallies of a group; refused where there are too many groups.
fn cell<'c>(cells: &'c mut Cells, keys: Vec<Key>, plan: &Plan<'_>) -> Result<&'c mut Vec<Tally>> {
    if cells.len() >= MAX_CELLS && !cells.contains_key(&keys) {
        return Err(too_large());
    }
    let none = || vec![Tally::default(); plan.measures.len()];
    Ok(cells.entry(keys).or_insert_with(none))
}

fn referenced(rows: &[AggregateRow]) -> BTreeSet<Uuid> {
    let keys = rows.iter().flat_map(|row| &row.keys);
    keys.filter_map(|key| match key {
        GroupKey::Value(Value::Reference(id)) => Some(*id),
        _ => None,
    })
    .collect()
}
