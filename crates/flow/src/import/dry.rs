//! A dry run: everything goes through the door, and every transaction is given up at its end.

use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Message, Refused, Result};

use super::apply::{apply_rows, make_ready};
use super::reader::Reader;
use super::references::{Known, settle};
use super::{Importer, MAX_ROWS, Progress};
use crate::chunk::Care;
use crate::plan::PlannedRow;
use crate::report::{Counts, Report};

/// Longest part: a record with more rows than a transaction may have is cut into parts all the same.
const LONGEST: usize = 4 * MAX_ROWS;

/// Tries all rows in parts that end between records, since nothing of a part is there for the next one.
pub(super) fn run(
    importer: &Importer,
    reader: &mut Reader,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    let mut part: Vec<PlannedRow> = Vec::new();
    let mut weight = 0;
    while let Some(row) = reader.next()? {
        importer.check_stop()?;
        match row {
            Ok(mut row) => {
                // Nothing stays of a part that ends, so what stands beside one record is not cut in two; a
                // transaction tries as much of it as it may hold.
                row.steps.truncate(MAX_ROWS);
                let is_next_record = part.last().is_some_and(|it| it.key != row.key);
                if (is_next_record && weight >= importer.options.rows) || weight >= LONGEST {
                    weight = 0;
                    report
                        .counts
                        .add(try_part(importer, std::mem::take(&mut part))?);
                    let rejected = u64::try_from(report.counts.rejected.len()).unwrap_or_default();
                    progress(Progress {
                        read: reader.read,
                        done: reader.read,
                        rejected,
                    });
                }
                weight += 1 + row.steps.len();
                part.push(row);
            }
            Err(rejected) => report.counts.rejected.push(rejected),
        }
        super::writer::check_rejected(&report.counts)?;
    }
    report.counts.add(try_part(importer, part)?);
    Ok(())
}

fn try_part(importer: &Importer, rows: Vec<PlannedRow>) -> Result<Counts> {
    let told = Arc::new(Mutex::new(Counts::default()));
    let (plan, tell) = (Arc::clone(&importer.plan), Arc::clone(&told));
    let ended = importer
        .engine
        .write_blocking(&importer.ctx_of_now(), move |unit| -> Result<()> {
            let wanted: Vec<_> = rows.iter().flat_map(PlannedRow::references).collect();
            let (known, mut counts) = settle(unit, &wanted, &Known::new())?;
            let mut ready = Vec::with_capacity(rows.len());
            for row in &rows {
                match make_ready(row.clone(), &known, &mut counts) {
                    Ok(row) => ready.push(row),
                    Err(rejected) => counts.rejected.push(rejected),
                }
            }
            counts.add(apply_rows(unit, &plan, &ready, Care::EachAlone)?);
            *tell.lock().unwrap_or_else(PoisonError::into_inner) = counts;
            Err(given_up())
        });
    match ended {
        Err(Error::Refused(Refused::Conflict { message, .. })) if message.key == GIVEN_UP => Ok(
            std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner)),
        ),
        Err(error) => Err(error),
        Ok(()) => Ok(Counts::default()),
    }
}

const GIVEN_UP: &str = "import-dry-run";

/// The refusal with which a dry run rolls its own transaction back; nobody else sees it.
fn given_up() -> Error {
    Refused::Conflict {
        message: Message::new(GIVEN_UP),
        current_version: None,
    }
    .into()
}
