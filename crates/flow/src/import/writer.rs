//! Storing rows for good: they are handed out to one writer per connection, in parts of up to 500 rows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::ScopedJoinHandle;

use base::{Error, Message, Refused, Result};

use super::apply::{ReadyRow, make_ready};
use super::checkpoints::Checkpoints;
use super::parts::{Order, Part, write_parts};
use super::reader::{Reader, digest};
use super::references::{Known, settle};
use super::{Importer, MAX_REJECTED, Pass, Progress};
use crate::plan::{Found, PlannedRow, Reference};
use crate::report::{Counts, Report};

/// Found references that are kept at most; above it they are looked up anew.
const MAX_KNOWN: usize = 200_000;

/// Imports all rows.
pub(super) fn run(
    importer: &Importer,
    reader: &mut Reader,
    pass: &Pass<'_>,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    let count = match importer.engine.is_single_writer() {
        true => 1,
        false => importer.options.writers,
    };
    let checkpoints = Checkpoints::load(importer, pass, count)?;
    std::thread::scope(|scope| {
        let (told, answers) = channel();
        let mut writers = Vec::with_capacity(count);
        for number in 0..count {
            let (orders, waiting) = sync_channel::<Order>(1);
            let (told, name) = (told.clone(), checkpoints.name(number));
            let thread =
                scope.spawn(move || write_parts(importer, &waiting, name.as_deref(), &told));
            writers.push(Writer {
                orders: Some(orders),
                rows: Vec::new(),
                weight: 0,
                thread: Some(thread),
            });
        }
        drop(told);
        let mut dispatcher = Dispatcher {
            importer,
            writers,
            answers,
            known: Known::new(),
            raised: BTreeMap::new(),
            checkpoints: &checkpoints,
            done: 0,
        };
        let read = dispatcher.dispatch(reader, report, progress);
        let ended = dispatcher.finish(report, reader, progress);
        // Where a writer ended early, its own error says why.
        ended.and(read)
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
    orders: Option<SyncSender<Order>>,
    rows: Vec<ReadyRow>,
    weight: usize,
    thread: Option<ScopedJoinHandle<'scope, Result<()>>>,
}

struct Dispatcher<'a, 'scope> {
    importer: &'a Importer,
    writers: Vec<Writer<'scope>>,
    answers: Receiver<(Counts, u64)>,
    known: Known,
    /// The highest number so far, by type.
    raised: BTreeMap<String, i64>,
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
        let mut planned: Vec<PlannedRow> = Vec::with_capacity(self.importer.options.rows);
        while let Some(row) = reader.next()? {
            self.importer.check_stop()?;
            let row = match row {
                Ok(row) if self.checkpoints.has(self.writer_of(&row.key), row.line) => {
                    report.resumed_over += 1;
                    continue;
                }
                Ok(row) => row,
                Err(rejected) => {
                    report.counts.rejected.push(rejected);
                    check_rejected(&report.counts)?;
                    continue;
                }
            };
            let last = planned.last();
            let ends_type = last.is_some_and(|it| it.record_type.name != row.record_type.name);
            if ends_type || planned.len() >= self.importer.options.rows {
                self.hand_out(std::mem::take(&mut planned), report)?;
                if ends_type {
                    self.wait()?;
                }
                self.collect(reader, report, progress);
                check_rejected(&report.counts)?;
            }
            planned.push(row);
        }
        self.hand_out(planned, report)?;
        self.wait()
    }

    /// Waits until everything so far is stored, so that the rows of the next type find what they refer to.
    fn wait(&mut self) -> Result<()> {
        let mut waiting = Vec::with_capacity(self.writers.len());
        for number in 0..self.writers.len() {
            self.send(number)?;
            let (tell, stored) = channel();
            self.order(number, Order::Tell(tell))?;
            waiting.push(stored);
        }
        for stored in waiting {
            stored.recv().map_err(|_| ended_early())?;
        }
        self.known.retain(|_, it| !matches!(it, Found::Empty));
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
                Ok(ready) => {
                    for piece in ready.pieces(self.importer.options.rows) {
                        self.writers[number].weight += piece.weight();
                        self.writers[number].rows.push(piece);
                        if self.writers[number].weight >= self.importer.options.rows {
                            self.send(number)?;
                        }
                    }
                }
                Err(rejected) => report.counts.rejected.push(rejected),
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
        let raise = self.raise(rows);
        if wanted.is_empty() && raise.is_empty() {
            return Ok(());
        }
        // A transaction makes few enough records that its statements stay within their budget.
        for part in wanted
            .chunks(super::MAX_ROWS)
            .chain(wanted.is_empty().then_some(&[][..]))
        {
            let (part, raise) = (part.to_vec(), raise.clone());
            let known = Arc::new(inner_known(&part, &self.known));
            let (settled, counts) =
                self.importer
                    .engine
                    .write_blocking(&self.importer.ctx_of_now(), move |unit| {
                        // Raised here once, numbers need no lock that writers would hold until they commit.
                        for (name, number) in &raise {
                            unit.tx.raise_number(name, *number)?;
                        }
                        settle(unit, &part, &known)
                    })?;
            self.known.extend(settled);
            report.counts.add(counts);
        }
        Ok(())
    }

    /// Numbers of these rows that are higher than all before, by type.
    fn raise(&mut self, rows: &[PlannedRow]) -> BTreeMap<String, i64> {
        let mut raise = BTreeMap::new();
        for row in rows.iter().filter(|it| it.record_type.number.is_some()) {
            let number = row.number.as_deref().and_then(digits).unwrap_or_default();
            let name = &row.record_type.name;
            if number > self.raised.get(name).copied().unwrap_or_default() {
                self.raised.insert(name.clone(), number);
                raise.insert(name.clone(), number);
            }
        }
        raise
    }

    fn send(&mut self, number: usize) -> Result<()> {
        let writer = &mut self.writers[number];
        if writer.rows.is_empty() {
            return Ok(());
        }
        writer.weight = 0;
        let part = Part::new(std::mem::take(&mut writer.rows));
        self.order(number, Order::Store(part))
    }

    fn order(&self, number: usize, order: Order) -> Result<()> {
        let sent = self.writers[number]
            .orders
            .as_ref()
            .map(|it| it.send(order));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(ended_early()),
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
            writer.orders = None;
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

/// A writer ended; why, [`Dispatcher::finish`] will tell.
fn ended_early() -> Error {
    Error::failed("a writer of the import ended early", "see its own error")
}

fn digits(number: &str) -> Option<i64> {
    number
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .ok()
}
