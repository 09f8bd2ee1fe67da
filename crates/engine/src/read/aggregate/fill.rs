//! Buckets in which nothing happened: charts and averages over time need them.

use std::collections::BTreeSet;

use base::{Result, Timestamp};

use super::key::Key;
use super::measure::Tally;
use super::{Cells, MAX_CELLS, Plan, too_large};

/// Adds every missing bucket to every combination of the other keys that occurs.
pub(super) fn empty_buckets(plan: &Plan<'_>, cells: &mut Cells) -> Result<()> {
    let is_time: Vec<bool> = plan
        .groupings
        .iter()
        .map(|it| it.bucket.is_some())
        .collect();
    let without_times = |keys: &Vec<Key>| -> Vec<Key> {
        let both = keys.iter().zip(&is_time);
        both.map(|(key, is_time)| if *is_time { Key::Missing } else { key.clone() })
            .collect()
    };
    let mut complete: BTreeSet<Vec<Key>> = cells.keys().map(without_times).collect();
    if complete.is_empty() && is_time.iter().all(|it| *it) {
        // Nothing matches: zero is an answer, and so are the empty buckets of the range.
        complete.insert(vec![Key::Missing; is_time.len()]);
    }
    for at in (0..is_time.len()).filter(|at| is_time[*at]) {
        let buckets = buckets(plan, at, cells)?;
        if complete.len().saturating_mul(buckets.len()) > MAX_CELLS {
            return Err(too_large());
        }
        let every = complete.iter().flat_map(|keys| {
            buckets.iter().map(move |bucket| {
                let mut filled = keys.clone();
                filled[at] = Key::Number(*bucket);
                filled
            })
        });
        complete = every.collect();
    }
    for keys in complete {
        cells
            .entry(keys)
            .or_insert_with(|| vec![Tally::default(); plan.measures.len()]);
    }
    Ok(())
}

/// All buckets of one time: those of the range, or from the first to the last that occurs.
fn buckets(plan: &Plan<'_>, at: usize, cells: &Cells) -> Result<Vec<i64>> {
    let Some(bucket) = plan.groupings[at].bucket else {
        return Ok(Vec::new());
    };
    match bucket {
        super::Bucket::Weekday => return Ok((1..=7).collect()),
        super::Bucket::HourOfDay => return Ok((0..24).collect()),
        _ => {}
    }
    let seen = cells.keys().filter_map(|keys| match &keys[at] {
        Key::Number(number) => Some(*number),
        _ => None,
    });
    let seen: BTreeSet<i64> = seen.collect();
    let of_range = plan
        .range
        .filter(|_| plan.first_time().is_some_and(|it| it.0 == at));
    let (first, last) = match of_range {
        Some((from, until)) if from < until => {
            let last = Timestamp::from_micros(until.micros() - 1);
            (bucket.at(from, &plan.zone), bucket.at(last, &plan.zone))
        }
        Some(_) => return Ok(Vec::new()),
        None => match (seen.first(), seen.last()) {
            (Some(first), Some(last)) => (*first, *last),
            _ => return Ok(Vec::new()),
        },
    };
    let mut all = Vec::new();
    let mut current = first;
    while current <= last {
        if all.len() == MAX_CELLS {
            return Err(too_large());
        }
        all.push(current);
        current = bucket.next(current, &plan.zone);
    }
    Ok(all)
}
