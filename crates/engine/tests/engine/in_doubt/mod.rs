//! A COMMIT without an answer, because the connection was lost or the disk failed: the caller gets the right
//! answer, and what was done is stored once.

mod cutter;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use base::{Message, Refused, Uuid};
use dictionary::{Value, spine};
use engine::{Change, Comment, Engine, Outcome, additions};
use serde_json::json;
use store::{CommitFault, Sql, Store, StoreConfig};

use crate::world::{Database, World, open, open_with};
use cutter::{Cut, Cutter};

/// A world whose database is also reached in a way that can fail.
struct Doubtful<F> {
    world: World,
    fault: F,
    far: Arc<Engine>,
    record: Uuid,
}

impl Doubtful<Cutter> {
    /// Through a wire that can be cut.
    fn wired(test: &str) -> Self {
        let world = World::new(Database::Postgres, test);
        let cutter = Cutter::before(&world.url);
        let far = open(cutter.url(), 8);
        Self::new(world, cutter, far)
    }
}

impl Doubtful<CommitFault> {
    /// On a disk that can fail.
    fn on_disk(test: &str) -> Self {
        let world = World::new(Database::Sqlite, test);
        let fault = CommitFault::default();
        let config = StoreConfig {
            commit_fault: Some(fault.clone()),
            ..StoreConfig::new(&world.url)
        };
        let far = open_with(config, 8);
        Self::new(world, fault, far)
    }

    /// How often the writer did not trust its disk any more.
    fn faults(&self) -> u64 {
        self.far.store().metrics().connects
    }
}

impl<F> Doubtful<F> {
    fn new(world: World, fault: F, far: Arc<Engine>) -> Self {
        let ticket = Change::create("ticket")
            .with_value(spine::TITLE, Value::Text("VPN is down".to_owned()))
            .with_value("count", Value::Integer(1));
        let made = world
            .engine
            .write_blocking(&world.system(), move |unit| unit.apply(ticket.clone()));
        Self {
            record: made.unwrap().record,
            world,
            fault,
            far,
        }
    }

    /// Counts up, comments, and tries something that is refused; with how often the closure ran.
    fn count_up(&self) -> (base::Result<Outcome>, usize) {
        let (record, runs) = (self.record, Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&runs);
        let done = self.far.write_blocking(&self.world.system(), move |unit| {
            counter.fetch_add(1, Ordering::SeqCst);
            let count = unit.value_of("ticket", record, "count")?.as_integer();
            let change = Change::update("ticket", record)
                .with_value("count", Value::Integer(count.unwrap_or_default() + 1))
                .with_comment(Comment::public("one more"));
            let outcome = unit.apply(change)?;
            // What was taken back last must not be taken for what was stored.
            let taken_back = unit.savepoint(|unit| -> base::Result<()> {
                unit.apply(
                    Change::update("ticket", record).with_value("count", Value::Integer(99)),
                )?;
                Err(Refused::BadRequest(Message::new("never-mind")).into())
            });
            assert!(taken_back.is_err());
            Ok(outcome)
        });
        (done, runs.load(Ordering::SeqCst))
    }

    /// Changes a setting, which changes no record; with how often that was tried and how often it is told.
    fn set_up(&self) -> (base::Result<()>, usize, usize) {
        let (ctx, runs) = (self.world.system(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&runs);
        let blue = json!({ "ticket.colour": [{ "code": "blue", "label": { "en": "Blue" } }] });
        let put = self
            .far
            .put_setting_and(&ctx, None, additions::CHOICES, Some(blue), move |_| {
                counter.fetch_add(1, Ordering::SeqCst);
                Ok(())
            });
        let done = store::block_on(put);
        let told = self.world.engine.read_blocking(&ctx, |reading| {
            engine::administer::setting_changes(reading, additions::CHOICES)
        });
        (done, runs.load(Ordering::SeqCst), told.unwrap().len())
    }

    #[track_caller]
    fn expect_one_change(&self, outcome: &Outcome) {
        assert!(outcome.changed, "{outcome:?}");
        assert_eq!((outcome.record, outcome.version), (self.record, 2));
        let record = self.record;
        let look = self
            .world
            .engine
            .read_blocking(&self.world.system(), move |reading| {
                let mut count = |sql: &'static str| -> base::Result<i64> {
                    Ok(reading
                        .tx
                        .query_one(&Sql::new(sql).bind(record))?
                        .need_integer(0)?)
                };
                Ok([
                    count("SELECT count FROM ticket WHERE id = ?")?,
                    count("SELECT count(*) FROM history WHERE record = ?")?,
                    count("SELECT count(*) FROM journal WHERE record = ?")?,
                    count("SELECT count(*) FROM outbox WHERE record = ?")?,
                ])
            });
        assert_eq!(look.unwrap(), [2, 2, 1, 2]);
    }
}

impl<F> Drop for Doubtful<F> {
    fn drop(&mut self) {
        self.far.store().shutdown();
    }
}

#[test]
fn a_commit_that_never_reached_the_server_is_done_again() {
    let wired = Doubtful::wired("in_doubt_lost");
    wired.fault.arm(Cut::BeforeCommit);
    let (done, runs) = wired.count_up();
    assert_eq!((wired.fault.cuts(), runs), (1, 2));
    wired.expect_one_change(&done.unwrap());
}

#[test]
fn a_commit_that_reached_the_server_is_not_repeated() {
    let wired = Doubtful::wired("in_doubt_stored");
    wired.fault.arm(Cut::AfterCommit);
    let (done, runs) = wired.count_up();
    assert_eq!((wired.fault.cuts(), runs), (1, 1));
    wired.expect_one_change(&done.unwrap());
}

#[test]
fn a_commit_that_the_disk_kept_is_not_repeated() {
    let desk = Doubtful::on_disk("in_doubt_disk");
    let before = desk.faults();
    desk.fault.arm();
    let (done, runs) = desk.count_up();
    assert_eq!((desk.faults() - before, runs), (1, 1));
    desk.expect_one_change(&done.unwrap());
}

#[test]
fn what_changes_no_record_is_not_repeated_either() {
    let desk = Doubtful::on_disk("in_doubt_set_disk");
    let before = desk.faults();
    desk.fault.arm();
    let (done, runs, told) = desk.set_up();
    done.unwrap();
    assert_eq!((desk.faults() - before, runs, told), (1, 1, 1));
    for (cut, expected) in [(Cut::AfterCommit, 1), (Cut::BeforeCommit, 2)] {
        let wired = Doubtful::wired(&format!("in_doubt_set_{expected}"));
        wired.fault.arm(cut);
        let (done, runs, told) = wired.set_up();
        done.unwrap();
        assert_eq!(
            (wired.fault.cuts(), runs, told),
            (1, expected, 1),
            "{cut:?}"
        );
    }
}

#[test]
fn a_commit_that_is_still_under_way_is_waited_for() {
    let wired = Doubtful::wired("in_doubt_slow");
    for statement in [
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON history DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION wait()",
    ] {
        wired.world.tamper(statement);
    }
    let near = wired.world.engine.store();
    let barrier = Barred::new(near);
    wired.fault.arm(Cut::WhileCommitting);
    let (done, runs) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| wired.count_up());
        // The first transaction waits in its commit, and whoever asks about it waits for that one.
        while waiting(near) < 2 && !writer.is_finished() {
            std::thread::yield_now();
        }
        barrier.open();
        writer.join().unwrap()
    });
    assert_eq!((wired.fault.cuts(), runs), (1, 1));
    wired.expect_one_change(&done.unwrap());
}

fn waiting(store: &Store) -> i64 {
    let sql = Sql::new(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    let counted = store.read_blocking(move |tx| tx.query_one(&sql)?.need_integer(0));
    counted.map_err(|error: store::StoreError| error).unwrap()
}

/// Holds the lock for which every commit waits.
struct Barred {
    held: std::thread::JoinHandle<()>,
    open: mpsc::Sender<()>,
}

impl Barred {
    fn new(store: &Store) -> Self {
        let (open, opened) = mpsc::channel::<()>();
        let (ready, is_ready) = mpsc::channel::<()>();
        let (store, opened) = (store.clone(), Mutex::new(opened));
        let held = std::thread::spawn(move || {
            let held = store.write_blocking(move |tx| {
                tx.query(&Sql::new("SELECT 1 FROM pg_advisory_xact_lock(1)"))?;
                ready.send(()).unwrap();
                opened.lock().unwrap().recv().unwrap();
                Ok(())
            });
            held.map_err(|error: store::StoreError| error).unwrap();
        });
        is_ready.recv().unwrap();
        Self { held, open }
    }

    fn open(self) {
        self.open.send(()).unwrap();
        self.held.join().unwrap();
    }
}
