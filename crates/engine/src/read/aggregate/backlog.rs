//! How many records were open when each bucket began.
//!
//! Open at a moment are those opened before it, less those opened and closed before it. Both are counted
//! once per bucket and summed up here, instead of one statement per bucket.

use std::collections::{BTreeMap, HashMap};

use base::{Message, Refused, Result};
use dictionary::FieldDef;
use store::Sql;

use super::super::Reader;
use super::bucket::{self, Bucket};
use super::key::{self, Key};
use super::{Cells, Plan};

/// Counts of one measure by key.
type Counts = HashMap<Vec<Key>, i64>;

impl Reader<'_, '_> {
    /// The counts of each backlog measure, by its position.
    pub(super) fn backlogs(
        &mut self,
        plan: &Plan<'_>,
        cells: &Cells,
    ) -> Result<HashMap<usize, Counts>> {
        let counts =
            |(at, closed): (usize, &FieldDef)| Ok((at, self.backlog(plan, closed, cells)?));
        plan.backlogs().map(counts).collect()
    }

    fn backlog(&mut self, plan: &Plan<'_>, closed: &FieldDef, cells: &Cells) -> Result<Counts> {
        let times = plan
            .groupings
            .iter()
            .filter(|it| it.bucket.is_some())
            .count();
        let Some((at, opened, bucket)) = plan
            .first_time()
            .filter(|it| times == 1 && it.2.is_linear())
        else {
            return Err(Refused::BadRequest(Message::new("aggregate-backlog")).into());
        };
        if opened.kind != closed.kind {
            return Err(super::impossible(&closed.name));
        }
        let opening = bucket::time_column(opened);
        let end = bucket::time_column(closed);
        let mut closing = Sql::new("CASE WHEN ");
        for (time, then) in [
            (&end, " > "),
            (&opening, " THEN "),
            (&end, " ELSE "),
            (&opening, " END"),
        ] {
            closing.append(time.clone()).push(then);
        }
        let mut changes: BTreeMap<Vec<Key>, BTreeMap<i64, i64>> = BTreeMap::new();
        self.events(plan, (at, opened, bucket), &opening, None, &mut changes)?;
        self.events(
            plan,
            (at, opened, bucket),
            &closing,
            Some(&end),
            &mut changes,
        )?;
        Ok(summed(cells, at, &changes))
    }

    /// Adds one per record opened, or takes one off per record closed, in the bucket of its time.
    fn events(
        &mut self,
        plan: &Plan<'_>,
        (at, opened, bucket): (usize, &FieldDef, Bucket),
        time: &Sql,
        closed: Option<&Sql>,
        changes: &mut BTreeMap<Vec<Key>, BTreeMap<i64, i64>>,
    ) -> Result<()> {
        let mut sql = plan.source.with();
        sql.push("SELECT COUNT(*)");
        for (position, grouping) in plan.groupings.iter().enumerate() {
            if position == at {
                sql.push(", ")
                    .append(bucket::grain(bucket, opened, time, &plan.offsets)?);
            } else {
                grouping.select(&mut sql, &plan.offsets)?;
            }
        }
        sql.append(plan.source.from())
            .append(plan.source.condition());
        for needed in [Some(&bucket::time_column(opened)), closed]
            .into_iter()
            .flatten()
        {
            sql.push(" AND ")
                .append(needed.clone())
                .push(" IS NOT NULL");
        }
        key::group_by(&mut sql, plan.key_width());
        let sign = if closed.is_some() { -1 } else { 1 };
        self.each(&sql, &mut |row| {
            let mut keys = plan.keys(&row, 1)?;
            if let Key::Number(bucket) = std::mem::replace(&mut keys[at], Key::Missing) {
                *changes.entry(keys).or_default().entry(bucket).or_default() +=
                    sign * row.need_integer(0)?;
            }
            Ok(())
        })
    }
}

/// For each group the sum of all changes in earlier buckets.
fn summed(cells: &Cells, at: usize, changes: &BTreeMap<Vec<Key>, BTreeMap<i64, i64>>) -> Counts {
    let mut running: BTreeMap<&Vec<Key>, Vec<(i64, i64)>> = BTreeMap::new();
    for (keys, by_bucket) in changes {
        let mut total = 0;
        let sums = by_bucket.iter().map(|(bucket, change)| {
            total += change;
            (*bucket, total)
        });
        running.insert(keys, sums.collect());
    }
    let mut counts = Counts::new();
    for keys in cells.keys() {
        let Key::Number(bucket) = &keys[at] else {
            continue;
        };
        let mut rest = keys.clone();
        rest[at] = Key::Missing;
        let sums = running.get(&rest).map(Vec::as_slice).unwrap_or_default();
        let earlier = sums.partition_point(|(at, _)| at < bucket);
        counts.insert(
            keys.clone(),
            earlier.checked_sub(1).map_or(0, |last| sums[last].1),
        );
    }
    counts
}
