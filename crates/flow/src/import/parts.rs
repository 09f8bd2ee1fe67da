//! One writer: a part, a transaction, with the checkpoint in it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use base::Result;

use super::Importer;
use super::apply::{ReadyRow, apply_rows};
use crate::chunk::{Care, in_parts};
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

fn store(importer: &Importer, part: &Part, checkpoint: Option<&str>) -> Result<Counts> {
    let mut write = |rows: &Arc<[ReadyRow]>, care| {
        let part = Part {
            rows: Arc::clone(rows),
        };
        write_part(importer, &part, checkpoint, care)
    };
    in_parts(&part.rows, &mut write, &Counts::add)
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
