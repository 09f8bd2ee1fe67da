//! Storing rows for good: parts of up to 500 rows, one writer per connection.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::ScopedJoinHandle;

use base::{Error, Message, Refused, Result};

use super::apply::{Care, ReadyRow, apply_rows, is_bad_row, make_ready};
use super::reader::{Reader, digest};
use super::references::{Known, settle};
use super::{Importer, MAX_REJECTED, Progress};
use crate::plan::{PlannedRow, Reference};
use crate::report::{Counts, Report};

/// Found references that are kept at most; above it they are looked up anew.
const MAX_KNOWN: usize = 200_000;

/// Rows for one writer, in the order of the file.
struct Part {
    rows: Arc<Vec<ReadyRow>>,
    /// The line that is done for this writer once the part is stored.
    last_line: u64,
}

/// Imports all rows.
pub(super) fn run(
    importer: &Importer,
    mut reader: Reader,
    digest: Option<&str>,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    let count = match importer.engine.is_single_writer() {
        true => 1,
        false => importer.options.writers,
    };
    let checkpoints = Checkpoints::load(importer, digest, count)?;
    std::thread::scope(|scope| {
        let (told, answers) = channel();
        let mut writers = Vec::with_capacity(count);
        for number in 0..count {
            let (parts, waiting) = sync_channel::<Part>(1);
            let (told, name) = (told.clone(), checkpoints.name(number));
            let thread =
                scope.spawn(move || write_parts(importer, &waiting, name.as_deref(), &told));
            writers.push(Writer {
                parts: Some(parts),
                rows: Vec::new(),
                thread: Some(thread),
            });
        }
        drop(told);
        let mut dispatcher = Dispatcher {
            importer,
            writers,
            answers,
            known: Known::new(),
            raised: 0,
            checkpoints: &checkpoints,
            done: 0,
        };
        let read = dispatcher.dispatch(&mut reader, report, progress);
        let ended = dispatcher.finish(report, &reader, progress);
        report.rows = reader.read;
        report.tally = reader.tally;
        read.and(ended)
    })
}

/// Gives up where more lines are rejected than anybody would read.
pub(super) fn check_rejected(counts: &Counts) -> Result<()> {
    if counts.rejected.len() <= MAX_REJECTED {
        return Ok(());
    }
    Err(
        Refused::TooLarge(Message::new("import-too-many-rejected").with("most", MAX_REJECTED))
            .into(),
    )
}

struct Writer<'scope> {
    parts: Option<SyncSender<Part>>,
    rows: Vec<ReadyRow>,
    thread: Option<ScopedJoinHandle<'scope, Result<()>>>,
}

struct Dispatcher<'a, 'scope> {
    importer: &'a Importer,
    writers: Vec<Writer<'scope>>,
    answers: Receiver<(Counts, u64)>,
    known: Known,
    raised: i64,
    checkpoints: &'a Checkpoints,
    done: u64,
}

impl Dispatcher<'_, '_> {
    fn dispatch(
        &mut self,
        reader: &mut Reader,
        report: &mut Report,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut planned = Vec::with_capacity(self.importer.options.rows);
        while let Some(row) = reader.next()? {
            match row {
                Ok(row) if self.checkpoints.has(self.writer_of(&row.key), row.line) => {
                    report.resumed_over += 1
                }
                Ok(row) => planned.push(row),
                Err(rejected) => report.counts.rejected.push(rejected),
            }
            if planned.len() >= self.importer.options.rows {
                self.hand_out(std::mem::take(&mut planned), report)?;
                self.collect(reader, report, progress);
                check_rejected(&report.counts)?;
            }
        }
        self.hand_out(planned, report)?;
        for number in 0..self.writers.len() {
            self.send(number)?;
        }
        Ok(())
    }

    fn writer_of(&self, key: &str) -> usize {
        let count = u64::try_from(self.writers.len()).unwrap_or(1);
        usize::try_from(digest(key) % count).unwrap_or_default()
    }

    /// Finds what the rows refer to and passes them on.
    fn hand_out(&mut self, rows: Vec<PlannedRow>, report: &mut Report) -> Result<()> {
        self.settle(&rows, report)?;
        for row in rows {
            let number = self.writer_of(&row.key);
            match make_ready(row, &self.known, &mut report.counts) {
                Ok(ready) => self.writers[number].rows.push(ready),
                Err(rejected) => report.counts.rejected.push(rejected),
            }
            if self.writers[number].rows.len() >= self.importer.options.rows {
                self.send(number)?;
            }
        }
        Ok(())
    }

    /// In a transaction of its own, so that writers never wait for each other about a person or a team.
    fn settle(&mut self, rows: &[PlannedRow], report: &mut Report) -> Result<()> {
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        let mut wanted: Vec<Arc<Reference>> =
            rows.iter().flat_map(PlannedRow::references).collect();
        wanted.retain(|it| !self.known.contains_key(&it.identity()));
        let mut seen = std::collections::HashSet::new();
        wanted.retain(|it| seen.insert(it.identity()));
        let highest = rows
            .iter()
            .filter_map(|it| digits(it.number.as_deref()?))
            .max()
            .unwrap_or_default();
        let raise = (highest > self.raised).then_some(highest);
        if wanted.is_empty() && raise.is_none() {
            return Ok(());
        }
        self.raised = self.raised.max(highest);
        let name = self.importer.plan.record_type.name.clone();
        let numbered = self.importer.plan.record_type.number.is_some();
        // A transaction makes few enough records that its statements stay within their budget.
        for part in wanted
            .chunks(super::MAX_ROWS)
            .chain(wanted.is_empty().then_some(&[][..]))
        {
            let (part, name) = (part.to_vec(), name.clone());
            let known = Arc::new(inner_known(&part, &self.known));
            let (settled, counts) =
                self.importer
                    .engine
                    .write_blocking(&self.importer.ctx_of_now(), move |unit| {
                        // Raised here once, numbers need no lock that writers would hold until they commit.
                        if let Some(number) = raise.filter(|_| numbered) {
                            unit.tx.raise_number(&name, number)?;
                        }
                        settle(unit, &part, &known)
                    })?;
            self.known.extend(settled);
            report.counts.add(counts);
        }
        Ok(())
    }

    fn send(&mut self, number: usize) -> Result<()> {
        let writer = &mut self.writers[number];
        let Some(last_line) = writer.rows.last().map(|it| it.line) else {
            return Ok(());
        };
        let rows = Arc::new(std::mem::take(&mut writer.rows));
        let sent = writer
            .parts
            .as_ref()
            .map(|it| it.send(Part { rows, last_line }));
        match sent {
            Some(Ok(())) => Ok(()),
            // The writer ended; why, `finish` will tell.
            _ => Err(Error::failed(
                "a writer of the import ended early",
                "see its own error",
            )),
        }
    }

    fn collect(
        &mut self,
        reader: &Reader,
        report: &mut Report,
        progress: &mut dyn FnMut(Progress),
    ) {
        while let Ok((counts, rows)) = self.answers.try_recv() {
            self.take(counts, rows, reader, report, progress);
        }
    }

    fn take(
        &mut self,
        counts: Counts,
        rows: u64,
        reader: &Reader,
        report: &mut Report,
        progress: &mut dyn FnMut(Progress),
    ) {
        self.done += rows;
        report.counts.add(counts);
        let rejected = u64::try_from(report.counts.rejected.len()).unwrap_or_default();
        progress(Progress {
            read: reader.read,
            done: self.done + report.resumed_over,
            rejected,
        });
    }

    /// Waits for all writers and tells the first error of theirs.
    fn finish(
        mut self,
        report: &mut Report,
        reader: &Reader,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        for writer in &mut self.writers {
            writer.parts = None;
        }
        while let Ok((counts, rows)) = self.answers.recv() {
            self.take(counts, rows, reader, report, progress);
        }
        for writer in &mut self.writers {
            if let Some(thread) = writer.thread.take() {
                thread.join().unwrap_or_else(|_| {
                    Err(Error::failed(
                        "a writer of the import panicked",
                        "see the log",
                    ))
                })?;
            }
        }
        Ok(())
    }
}

/// What the records of this part need of what is known already.
fn inner_known(part: &[Arc<Reference>], known: &Known) -> Known {
    let inner = part
        .iter()
        .flat_map(|it| &it.create)
        .filter_map(|(_, value)| match value {
            crate::plan::Planned::One(other) => Some(other.identity()),
            _ => None,
        });
    inner
        .filter_map(|it| Some((it.clone(), known.get(&it)?.clone())))
        .collect()
}

fn digits(number: &str) -> Option<i64> {
    number
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .ok()
}

/// One writer: a part, a transaction.
fn write_parts(
    importer: &Importer,
    parts: &Receiver<Part>,
    checkpoint: Option<&str>,
    told: &Sender<(Counts, u64)>,
) -> Result<()> {
    for part in parts {
        let counts = match write_part(importer, &part, checkpoint, Care::AllGood) {
            Err(error) if is_bad_row(&error) => {
                write_part(importer, &part, checkpoint, Care::EachAlone)
            }
            other => other,
        }?;
        let count = u64::try_from(part.rows.len()).unwrap_or_default();
        // Nobody listens any more when the import is given up.
        drop(told.send((counts, count)));
    }
    Ok(())
}

fn write_part(
    importer: &Importer,
    part: &Part,
    checkpoint: Option<&str>,
    care: Care,
) -> Result<Counts> {
    let (plan, rows) = (Arc::clone(&importer.plan), Arc::clone(&part.rows));
    let (name, last_line) = (checkpoint.map(str::to_owned), part.last_line);
    let ctx = importer.ctx_of_now();
    let now = ctx.now;
    importer.engine.write_blocking(&ctx, move |unit| {
        let counts = apply_rows(unit, &plan, &rows, care)?;
        if let Some(name) = &name {
            unit.set_import_checkpoint(name, last_line, now)?;
        }
        Ok(counts)
    })
}

/// How far each writer came in an earlier run of the same file.
struct Checkpoints {
    names: Vec<String>,
    lines: Vec<u64>,
}

impl Checkpoints {
    fn load(importer: &Importer, digest: Option<&str>, count: usize) -> Result<Self> {
        let Some(digest) = digest else {
            return Ok(Self {
                names: Vec::new(),
                lines: Vec::new(),
            });
        };
        // Another number of writers parts the rows otherwise, so its checkpoints are others.
        let plan = &importer.plan;
        let name = |number| {
            format!(
                "{digest}/{}/{}/{number}/{count}",
                plan.source, plan.record_type.name
            )
        };
        let names: Vec<String> = (0..count).map(name).collect();
        if !importer.options.resume {
            return Ok(Self {
                names,
                lines: Vec::new(),
            });
        }
        let wanted = Arc::new(Mutex::new(names.clone()));
        let lines = importer
            .engine
            .write_blocking(&importer.ctx_of_now(), move |unit| {
                let names = wanted
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .clone();
                names
                    .iter()
                    .map(|it| Ok(unit.import_checkpoint(it)?.unwrap_or_default()))
                    .collect::<Result<Vec<u64>>>()
            })?;
        Ok(Self { names, lines })
    }

    fn name(&self, number: usize) -> Option<String> {
        self.names.get(number).cloned()
    }

    /// Whether that writer stored the line in an earlier run.
    fn has(&self, writer: usize, line: u64) -> bool {
        self.lines.get(writer).is_some_and(|it| line <= *it)
    }
}
