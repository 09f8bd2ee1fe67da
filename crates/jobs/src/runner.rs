//! The runner: looks for due jobs, runs them, tells the table how they ended.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Error, Message, Refused, Result, Timestamp, Uuid};
use engine::Engine;
use engine::history::VERIFICATION;
use engine::job::{self, End, INSTALLATION, Job, NewJob};
use engine::system::bulk::JOB as BULK;
use flow::Reindexer;
use serde_json::Value as Json;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::config::{Config, micros};
use crate::deliver::deliver;
use crate::handler::{Failure, Handler, Run};
use crate::housekeeping::{EVERY, KIND, clean_up, seal_history};
use crate::reindex::{EVERY as REINDEX_EVERY, KIND as REINDEX, reindex};
use crate::verify::{ATTEMPTS, verify};
use crate::{backoff, bulk, sweep};

/// Rounds after which draining is given up: jobs that make jobs for ever.
const MAX_ROUNDS: usize = 1_000;

/// A runner of jobs.
pub struct Runner {
    engine: Arc<Engine>,
    config: Config,
    id: Uuid,
    handlers: HashMap<String, Handler>,
    kinds: Vec<String>,
    subscriptions: Arc<Vec<crate::Subscription>>,
}

/// A runner at work; dropping it leaves the runner at work.
pub struct RunnerHandle {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl RunnerHandle {
    /// Takes no more jobs, waits for those that run, and ends.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the job runner ended badly");
            }
        }
    }
}

impl Runner {
    /// A runner that is not at work yet.
    #[must_use]
    pub fn new(engine: &Arc<Engine>, config: Config) -> Arc<Self> {
        let kept = micros(config.kept);
        let mut all = config.handlers.clone();
        all.push(Handler::new(KIND, move |run| clean_up(run, kept)).every_micros(EVERY));
        let reindexer = Arc::new(Reindexer::default());
        let keep = move |run| reindex(run, Arc::clone(&reindexer));
        all.push(Handler::new(REINDEX, keep).every_micros(REINDEX_EVERY));
        all.push(Handler::new(VERIFICATION, verify).with_attempts(ATTEMPTS));
        all.push(Handler::new(BULK, bulk::work));
        for it in &config.sweeps {
            let sweep = *it;
            let handler = Handler::new(sweep.name, move |run| sweep::run(run, sweep));
            all.push(handler.every_micros(micros(config.sweep_every)));
        }
        let mut kinds: Vec<String> = all.iter().map(|it| it.kind.clone()).collect();
        kinds.sort();
        Arc::new(Self {
            engine: Arc::clone(engine),
            id: engine.ids().next(engine.now()),
            handlers: all.into_iter().map(|it| (it.kind.clone(), it)).collect(),
            kinds,
            subscriptions: Arc::new(config.subscriptions.clone()),
            config,
        })
    }

    /// Starts a runner on the present async runtime.
    #[must_use]
    pub fn start(engine: &Arc<Engine>, config: Config) -> RunnerHandle {
        let runner = Self::new(engine, config);
        let (stop, stopped) = watch::channel(false);
        let jobs = tokio::spawn(Arc::clone(&runner).work(stopped.clone()));
        let seals = tokio::spawn(runner.keep_sealed(stopped));
        RunnerHandle {
            stop,
            tasks: vec![jobs, seals],
        }
    }

    /// Runs everything that is due now, one after the other, until nothing is; how many jobs there were.
    ///
    /// # Errors
    /// A failure of the store, or a refusal where jobs make jobs for ever.
    pub async fn drain(self: &Arc<Self>) -> Result<usize> {
        self.plant().await?;
        let mut done = 0;
        for _ in 0..MAX_ROUNDS {
            seal_history(&self.engine).await?;
            let delivered = deliver(&self.engine, &self.subscriptions).await?;
            let jobs = self.claim(1).await?;
            if jobs.is_empty() && delivered == 0 {
                return Ok(done);
            }
            for job in jobs {
                self.run(job).await?;
                done += 1;
            }
        }
        Err(Refused::TooLarge(Message::new("jobs-without-end").with("most", MAX_ROUNDS)).into())
    }

    /// Puts the recurring jobs on the list where they are not.
    async fn plant(&self) -> Result<()> {
        let now = self.engine.now();
        let recurring = self.handlers.values().filter(|it| it.every.is_some());
        let jobs: Vec<NewJob> = recurring
            .map(|it| NewJob {
                id: self.engine.ids().next(now),
                tenant: INSTALLATION,
                kind: it.kind.clone(),
                payload: Json::Null,
                run_at: now,
                unique_key: Some(format!("recurring/{}", it.kind)),
            })
            .collect();
        let planted = self.engine.store().write(move |tx| {
            jobs.iter()
                .try_for_each(|it| job::enqueue(tx, it, now).map(|_| ()))
        });
        planted.await
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Job>> {
        let now = self.engine.now();
        if !self
            .engine
            .store()
            .read(move |tx| job::any_due(tx, now))
            .await?
        {
            return Ok(Vec::new());
        }
        let (id, kinds, lease) = (self.id, self.kinds.clone(), micros(self.config.lease));
        let limit = i64::try_from(limit).unwrap_or(1);
        self.engine
            .store()
            .write(move |tx| job::claim(tx, id, &kinds, limit, lease, now))
            .await
    }

    /// Runs one job to its end and tells the table.
    async fn run(self: &Arc<Self>, job: Job) -> Result<()> {
        let id = job.id;
        let Some(handler) = self.handlers.get(&job.kind) else {
            return Ok(());
        };
        let ended = if handler.every.is_none() && job.attempts > handler.max_attempts {
            // Whoever had it never came back to say how it ended.
            Err(Failure::Fail("its lease ran out too often".to_owned()))
        } else {
            self.attempt(handler, job.clone()).await
        };
        let (runner, now) = (self.id, self.engine.now());
        let end = self.end_of(handler, &job, ended, now);
        let kept = self
            .engine
            .store()
            .write(move |tx| job::end(tx, id, runner, &end, now))
            .await?;
        if !kept {
            tracing::warn!(job = %id, kind = job.kind, "a job outlived its lease; it may have run twice");
        }
        Ok(())
    }

    /// Runs the handler apart, so that its panic is its own, and renews the lease meanwhile.
    async fn attempt(&self, handler: &Handler, job: Job) -> Result<(), Failure> {
        let (id, runner) = (job.id, self.id);
        let run = Run {
            engine: Arc::clone(&self.engine),
            now: self.engine.now(),
            job,
        };
        let mut task = tokio::spawn((handler.run)(run));
        loop {
            tokio::select! {
                ended = &mut task => {
                    return ended.unwrap_or_else(|error| Err(Failure::Retry(format!("the handler panicked: {error}"))));
                }
                () = tokio::time::sleep(self.config.lease / 3) => {
                    let until = self.engine.now().plus_micros(micros(self.config.lease));
                    let renewed = self.engine.store().write(move |tx| job::renew(tx, id, runner, until)).await;
                    match renewed {
                        Ok(true) => {}
                        // Another runner took it for dead and does it again: two at once may undo each other.
                        Ok(false) => {
                            task.abort();
                            return Err(Failure::Retry("another runner has taken the job over".to_owned()));
                        }
                        Err(error) => {
                            tracing::warn!(job = %id, %error, "a lease could not be renewed");
                        }
                    }
                }
            }
        }
    }

    fn end_of(
        &self,
        handler: &Handler,
        job: &Job,
        ended: Result<(), Failure>,
        now: Timestamp,
    ) -> End {
        let wait = || {
            let mut spread = [0; 2];
            self.engine.ids().fill(&mut spread);
            backoff::delay(job.attempts, u16::from_le_bytes(spread))
        };
        match (ended, handler.every) {
            (Ok(()), None) => End::Done,
            (Ok(()), Some(every)) => End::Again {
                run_at: now.plus_micros(every),
            },
            (Err(Failure::Retry(error) | Failure::Fail(error)), Some(every)) => {
                tracing::error!(kind = job.kind, error, "a recurring job failed");
                End::Retry {
                    run_at: now.plus_micros(wait().min(every)),
                    error,
                }
            }
            (Err(Failure::Retry(error)), None) if job.attempts < handler.max_attempts => {
                tracing::warn!(kind = job.kind, job = %job.id, error, "a job failed and will be tried again");
                End::Retry {
                    run_at: now.plus_micros(wait()),
                    error,
                }
            }
            (Err(Failure::Retry(error) | Failure::Fail(error)), None) => {
                tracing::error!(kind = job.kind, job = %job.id, error, "a job was given up");
                End::Dead { error }
            }
        }
    }

    async fn work(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(self.config.workers.max(1)));
        let mut running = JoinSet::new();
        if let Err(error) = self.plant().await {
            tracing::error!(%error, "the recurring jobs could not be put on the list");
        }
        while !*stopped.borrow() {
            match self.look(&places, &mut running).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => log(&error),
            }
            while running.try_join_next().is_some() {}
            tokio::select! {
                () = tokio::time::sleep(self.config.poll) => {}
                Some(_) = running.join_next() => {}
                Ok(()) = stopped.changed() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Delivers events and begins jobs for free places; whether there was anything to do.
    async fn look(
        self: &Arc<Self>,
        places: &Arc<Semaphore>,
        running: &mut JoinSet<()>,
    ) -> Result<bool> {
        let delivered = deliver(&self.engine, &self.subscriptions).await?;
        let free = places.available_permits();
        if free == 0 {
            return Ok(false);
        }
        let jobs = self.claim(free).await?;
        let found = !jobs.is_empty();
        for job in jobs {
            let (this, place) = (Arc::clone(self), Arc::clone(places).try_acquire_owned());
            running.spawn(async move {
                if let Err(error) = this.run(job).await {
                    log(&error);
                }
                drop(place);
            });
        }
        Ok(found || delivered > 0)
    }

    async fn keep_sealed(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            // Losing the race for a block to another process is no fault; the next round goes on from there.
            if let Err(error) = seal_history(&self.engine).await {
                tracing::debug!(%error, "the history was not sealed this time");
            }
            tokio::select! {
                () = tokio::time::sleep(self.config.poll) => {}
                Ok(()) = stopped.changed() => {}
            }
        }
    }
}

fn log(error: &Error) {
    match error {
        Error::Refused(refused) => tracing::warn!(%refused, "the job runner will look again"),
        Error::Failed(failed) => tracing::error!(error = ?failed, "the job runner will look again"),
    }
}
