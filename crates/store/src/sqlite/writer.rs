//! The writer thread: many callers' transactions in one durable commit.
//!
//! The contract: a job is answered only after the commit that carries it; whatever one job does,
//! its neighbours are committed and answered as if it had not been there. The writer is never
//! interrupted. A job that loses the whole batch fails alone, and its neighbours run again.

use super::session::SqliteSession;
use crate::job::{Job, Outcome, attempt, finish, panic_message, refuse};
use crate::metrics::{Counters, count};
use crate::{StoreConfig, StoreError, Tx};
use base::Stopwatch;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// A batch takes in no further job after this time, so that the first does not wait for long.
const INTAKE: Duration = Duration::from_millis(10);
/// A job above this holds up everybody and deserves a warning.
const SLOW: Duration = Duration::from_millis(50);
/// When nobody has changed anything for that long, the write-ahead log is emptied: every page that is read is looked
/// for there first.
const IDLE: Duration = Duration::from_millis(500);

type Maintenance = Box<dyn FnOnce(&SqliteSession) + Send>;

enum Message {
    Job(Box<dyn Job>),
    Maintain(Maintenance),
    Stop,
}

/// The handle of the writer thread.
pub(crate) struct Writer {
    sender: mpsc::Sender<Message>,
    counters: Arc<Counters>,
    capacity: u64,
    thread: Mutex<Vec<JoinHandle<()>>>,
}

impl Writer {
    pub fn open(
        path: PathBuf,
        config: &StoreConfig,
        counters: Arc<Counters>,
    ) -> Result<Self, StoreError> {
        let session = SqliteSession::writer(&path, config.durability)?;
        session.script(crate::sequence::SQLITE_TABLE)?;
        let (sender, receiver) = mpsc::channel();
        let mut serving = Serving {
            session,
            receiver,
            held: None,
            wal: wal_path(&path),
            checkpoint_at: config.wal_limit,
            logged: true,
            path,
            config: config.clone(),
            counters: counters.clone(),
        };
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serving.run())
            .map_err(|error| StoreError::Configuration(error.to_string()))?;
        let capacity = u64::try_from(config.queue).unwrap_or(u64::MAX);
        Ok(Self {
            sender,
            counters,
            capacity,
            thread: Mutex::new(vec![thread]),
        })
    }

    /// Queues a job, or answers it with the reason why not.
    pub fn submit(&self, job: Box<dyn Job>) {
        if self.counters.queue_length.load(Ordering::Relaxed) >= self.capacity {
            job.fail(StoreError::Busy("too many changes wait"));
            return;
        }
        count(&self.counters.queue_length);
        if let Err(mpsc::SendError(Message::Job(job))) = self.sender.send(Message::Job(job)) {
            self.counters.queue_length.fetch_sub(1, Ordering::Relaxed);
            job.fail(StoreError::Closed);
        }
    }

    /// Runs one transaction alone, without a budget, and waits for it.
    pub fn maintain<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, receiver) = mpsc::channel();
        let work: Maintenance = Box::new(move |session| {
            drop(answer.send(maintain(session, body)));
        });
        self.sender
            .send(Message::Maintain(work))
            .map_err(|_| StoreError::Closed)?;
        receiver.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Lets the jobs that wait finish, then ends the thread.
    pub fn shutdown(&self) {
        drop(self.sender.send(Message::Stop));
        crate::store::join_all(&self.thread);
    }
}

/// What the thread owns.
struct Serving {
    session: SqliteSession,
    receiver: mpsc::Receiver<Message>,
    /// A message met while filling a batch that does not belong into one.
    held: Option<Message>,
    path: PathBuf,
    wal: PathBuf,
    /// Size of the log at which the next checkpoint is forced.
    checkpoint_at: u64,
    /// Whether something stands in the log since it was emptied last.
    logged: bool,
    config: StoreConfig,
    counters: Arc<Counters>,
}

impl Serving {
    fn run(&mut self) {
        while let Some(message) = self.held.take().or_else(|| self.next()) {
            match message {
                Message::Job(job) => {
                    self.left_queue();
                    self.logged = true;
                    self.run_batch(job);
                }
                Message::Maintain(work) => {
                    self.logged = true;
                    work(&self.session);
                }
                Message::Stop => return,
            }
        }
    }

    /// Waits for what is to be done next; nothing once nobody can ask for more.
    fn next(&mut self) -> Option<Message> {
        while self.logged {
            match self.receiver.recv_timeout(IDLE) {
                Ok(message) => return Some(message),
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
                // Where somebody still reads what the log hides, it is tried again.
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.logged = match self.session.checkpoint_if_free() {
                        Ok(done) => !done,
                        Err(error) => {
                            tracing::warn!(%error, "the write-ahead log could not be emptied");
                            false
                        }
                    };
                }
            }
        }
        self.receiver.recv().ok()
    }

    /// Runs the job and those that wait. A savepoint each would copy every page that a job touches, so
    /// there is none until a job is refused after it wrote: then the batch runs again with savepoints.
    fn run_batch(&mut self, first: Box<dyn Job>) {
        if let Err(error) = self.session.begin() {
            refuse(first, error);
            return;
        }
        let clock = Stopwatch::start();
        let mut done: Vec<(Box<dyn Job>, Outcome)> = Vec::new();
        let mut next = Some(first);
        while let Some(mut job) = next {
            self.session.forget_writes();
            let outcome = self.run_job(job.as_mut(), 0);
            if self.session.transaction_is_gone() {
                self.lose_batch(job, cause(outcome), done);
                return;
            }
            let leaves_traces = !matches!(outcome, Outcome::Accepted) && self.session.has_written();
            done.push((job, outcome));
            if leaves_traces {
                self.abandon_transaction();
                self.run_guarded(done.into_iter().map(|(job, _)| job).collect());
                return;
            }
            let open = done.len() < self.config.batch && clock.elapsed() < INTAKE;
            next = if open { self.take_waiting() } else { None };
        }
        self.commit(done);
    }

    /// Runs the jobs of a batch again, each in a savepoint that takes back what a refused one wrote.
    fn run_guarded(&mut self, jobs: Vec<Box<dyn Job>>) {
        count(&self.counters.guarded_batches);
        if let Err(error) = self.session.begin() {
            jobs.into_iter().for_each(|job| refuse(job, error.clone()));
            return;
        }
        let mut done: Vec<(Box<dyn Job>, Outcome)> = Vec::new();
        let mut jobs = jobs.into_iter();
        while let Some(mut job) = jobs.next() {
            match self.run_in_savepoint(job.as_mut()) {
                Ok(outcome) => done.push((job, outcome)),
                Err(error) => {
                    self.lose_batch(job, error, done);
                    jobs.for_each(|job| self.run_alone(job, 1));
                    return;
                }
            }
        }
        self.commit(done);
    }

    /// A job took its neighbours' changes with it. They never learn of it.
    fn lose_batch(
        &mut self,
        job: Box<dyn Job>,
        error: StoreError,
        done: Vec<(Box<dyn Job>, Outcome)>,
    ) {
        self.abandon_transaction();
        refuse(job, error);
        done.into_iter().for_each(|(job, _)| self.run_alone(job, 1));
    }

    /// Runs one job of a batch. Err means that the whole batch is rolled back.
    fn run_in_savepoint(&self, job: &mut dyn Job) -> Result<Outcome, StoreError> {
        self.session
            .command("SAVEPOINT job", "")
            .map_err(|_| StoreError::RolledBack)?;
        let late = self.session.count_late();
        let outcome = self.run_job(job, 1);
        if self.session.transaction_is_gone() {
            return Err(cause(outcome));
        }
        let kept = if matches!(outcome, Outcome::Accepted) {
            Ok(())
        } else {
            self.session.forget_late(late);
            self.session.command("ROLLBACK TO job", "")
        };
        match kept.and_then(|()| self.session.command("RELEASE job", "")) {
            Ok(()) => Ok(outcome),
            Err(error) => {
                tracing::error!(%error, "a savepoint could not be closed");
                Err(cause(outcome))
            }
        }
    }

    fn commit(&mut self, done: Vec<(Box<dyn Job>, Outcome)>) {
        let jobs = u64::try_from(done.len()).unwrap_or(u64::MAX);
        match self.end_transaction() {
            Ok(()) => {
                count(&self.counters.batches);
                self.counters.batch_jobs.fetch_add(jobs, Ordering::Relaxed);
                self.counters
                    .largest_batch
                    .fetch_max(jobs, Ordering::Relaxed);
                done.into_iter()
                    .for_each(|(job, outcome)| finish(job, outcome));
                self.watch_log();
            }
            Err(error) if is_ambiguous(&error) => {
                tracing::error!(%error, "the disk failed during a commit");
                done.into_iter()
                    .for_each(|(job, _)| refuse(job, StoreError::InDoubt));
                self.reopen();
            }
            Err(error) => {
                tracing::warn!(%error, jobs, "a batch could not be committed; its jobs run alone");
                self.abandon_transaction();
                done.into_iter().for_each(|(job, _)| self.run_alone(job, 1));
            }
        }
    }

    fn end_transaction(&self) -> Result<(), StoreError> {
        self.session.commit()?;
        match &self.config.commit_fault {
            Some(fault) if fault.strikes() => Err(StoreError::Database {
                code: rusqlite::ffi::SQLITE_IOERR_FSYNC.to_string(),
                message: "as if the disk had failed".into(),
            }),
            _ => Ok(()),
        }
    }

    /// Runs a job in a transaction of its own, after its batch was lost.
    fn run_alone(&mut self, mut job: Box<dyn Job>, attempt: u32) {
        count(&self.counters.batch_reruns);
        if let Err(error) = self.session.begin() {
            refuse(job, error);
            return;
        }
        let outcome = self.run_job(job.as_mut(), attempt);
        if self.session.transaction_is_gone() {
            refuse(job, cause(outcome));
            return;
        }
        if !matches!(outcome, Outcome::Accepted) {
            self.abandon_transaction();
            finish(job, outcome);
            return;
        }
        match self.end_transaction() {
            Ok(()) => {
                count(&self.counters.batches);
                count(&self.counters.batch_jobs);
                finish(job, outcome);
            }
            Err(error) if is_ambiguous(&error) => {
                refuse(job, StoreError::InDoubt);
                self.reopen();
            }
            Err(error) => {
                self.abandon_transaction();
                refuse(job, error);
            }
        }
    }

    fn run_job(&self, job: &mut dyn Job, attempts: u32) -> Outcome {
        let clock = Stopwatch::start();
        let mut tx = Tx::sqlite(&self.session, self.config.statement_budget, attempts);
        let outcome = attempt(job, &mut tx);
        let statements = tx.statements();
        self.counters.add(&tx);
        if matches!(outcome, Outcome::Failed(StoreError::Panicked(_))) {
            self.session.forget_statements();
        }
        let elapsed = clock.elapsed();
        if elapsed > SLOW {
            count(&self.counters.slow_jobs);
            tracing::warn!(
                ?elapsed,
                statements,
                "a transaction held the writer for too long"
            );
        }
        outcome
    }

    fn take_waiting(&mut self) -> Option<Box<dyn Job>> {
        match self.receiver.try_recv().ok()? {
            Message::Job(job) => {
                self.left_queue();
                Some(job)
            }
            other => {
                self.held = Some(other);
                None
            }
        }
    }

    fn left_queue(&self) {
        self.counters.queue_length.fetch_sub(1, Ordering::Relaxed);
    }

    fn abandon_transaction(&mut self) {
        if !self.session.transaction_is_gone()
            && let Err(error) = self.session.command("ROLLBACK", "")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
            self.reopen();
        }
    }

    /// A connection whose disk failed must not be trusted with the next commit.
    fn reopen(&mut self) {
        if !self.session.transaction_is_gone() {
            // Its locks would keep the new connection out; whether this works shows there.
            drop(self.session.command("ROLLBACK", ""));
        }
        match SqliteSession::writer(&self.path, self.config.durability) {
            Ok(session) => {
                self.session = session;
                count(&self.counters.connects);
            }
            Err(error) => tracing::error!(%error, "the writer could not be opened again"),
        }
    }

    fn watch_log(&mut self) {
        let bytes = std::fs::metadata(&self.wal).map_or(0, |metadata| metadata.len());
        self.counters.wal_bytes.store(bytes, Ordering::Relaxed);
        if bytes < self.config.wal_limit {
            self.checkpoint_at = self.config.wal_limit;
        } else if bytes > self.checkpoint_at {
            // A reader that never ends keeps the log growing, and RESTART waits for readers. It is
            // not tried again before the log has grown further, since everybody waits meanwhile.
            self.checkpoint_at = bytes + self.config.wal_limit / 4;
            if let Err(error) = self.session.checkpoint() {
                tracing::warn!(%error, bytes, "the write-ahead log could not be checkpointed");
            }
        }
    }
}

/// Why a job failed that took the transaction with it.
fn cause(outcome: Outcome) -> StoreError {
    match outcome {
        Outcome::Failed(error @ StoreError::Panicked(_)) => error,
        _ => StoreError::RolledBack,
    }
}

/// After a failed write to the disk, nobody knows what the next start will find there.
fn is_ambiguous(error: &StoreError) -> bool {
    let StoreError::Database { code, .. } = error else {
        return false;
    };
    code.parse::<i32>()
        .is_ok_and(|code| code & 0xff == rusqlite::ffi::SQLITE_IOERR)
}

fn maintain<T>(
    session: &SqliteSession,
    body: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    session.begin()?;
    let mut tx = Tx::sqlite(session, u64::MAX, 0);
    let result = catch_unwind(AssertUnwindSafe(|| body(&mut tx)))
        .unwrap_or_else(|payload| Err(StoreError::Panicked(panic_message(payload.as_ref()))));
    let result = match (result, tx.failure()) {
        (Ok(_), Some(failure)) => Err(failure),
        (Ok(value), None) => session.commit().map(|()| value),
        (Err(error), _) => Err(error),
    };
    if !session.transaction_is_gone() {
        session.command("ROLLBACK", "")?;
    }
    result
}

fn wal_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}
