//! One writer: a part, a transaction, with the checkpoint in it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use base::{Error, Refused, Result};

use super::Importer;
use super::apply::{Care, ReadyRow, apply_rows, is_bad_row};
use crate::report::Counts;

/// Rows for one writer, in the order of the file.
pub(super) struct Part {
    rows: Arc<[ReadyRow]>,
}

/// What a writer is asked to do.
pub(super) enum Order {
    /// To store rows.
    Store(Part),
    /// To tell that everything before is stored.
    Tell(Sender<()>),
}

impl Part {
    pub(super) fn new(rows: Vec<ReadyRow>) -> Self {
        Self { rows: rows.into() }
    }

    /// The line up to which its writer is done once the part is stored; nothing where it ends no line.
    fn last_line(&self) -> Option<u64> {
        let last = self.rows.iter().rfind(|it| it.ends_line);
        last.map(|it| it.line)
    }

    fn lines(&self) -> u64 {
        let ended = self.rows.iter().filter(|it| it.ends_line);
        u64::try_from(ended.count()).unwrap_or_default()
    }
}

/// Does what is ordered, in that order, and tells what each part did.
pub(super) fn write_parts(
    importer: &Importer,
    orders: &Receiver<Order>,
    checkpoint: Option<&str>,
    told: &Sender<(Counts, u64)>,
) -> Result<()> {
    for order in orders {
        // Nobody listens any more when the import is given up.
        match order {
            Order::Store(part) => {
                drop(told.send((store(importer, &part, checkpoint)?, part.lines())));
            }
            Order::Tell(stored) => {
                let _ = stored.send(());
            }
        }
    }
    Ok(())
}

/// Stores a part. Where its rows lead to so many other records that a transaction does not come to hold the
/// locks of all of them, the part is stored in halves.
fn store(importer: &Importer, part: &Part, checkpoint: Option<&str>) -> Result<Counts> {
    let stored = match write_part(importer, part, checkpoint, Care::AllGood) {
        Err(error) if is_bad_row(&error) => write_part(importer, part, checkpoint, Care::EachAlone),
        other => other,
    };
    match stored {
        Err(Error::Refused(Refused::Busy(_))) if part.rows.len() > 1 => {
            let (first, second) = part.rows.split_at(part.rows.len() / 2);
            let mut counts = store(importer, &Part::new(first.to_vec()), checkpoint)?;
            counts.add(store(importer, &Part::new(second.to_vec()), checkpoint)?);
            Ok(counts)
        }
        other => other,
    }
}

fn write_part(
    importer: &Importer,
    part: &Part,
    checkpoint: Option<&str>,
    care: Care,
) -> Result<Counts> {
    let (plan, rows) = (Arc::clone(&importer.plan), Arc::clone(&part.rows));
    let done = checkpoint.map(str::to_owned).zip(part.last_line());
    let ctx = importer.ctx_of_now();
    let now = ctx.now;
    importer.engine.write_blocking(&ctx, move |unit| {
        let counts = apply_rows(unit, &plan, &rows, care)?;
        if let Some((name, line)) = &done {
            unit.set_import_checkpoint(name, *line, now)?;
        }
        Ok(counts)
    })
}
