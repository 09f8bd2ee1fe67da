//! What the runner promises: everything once, again after a failure, by another when one dies.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod mail_in;
mod mail_out;
mod mail_taken;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{Result, Stopwatch, Uuid};
use engine::Surface;
use engine::history::VERIFICATION;
use engine::job::{self, Job, JobState, NewJob};
use jobs::{Config, Failure, Handler, Runner, Subscription, Sweep};
use serde_json::json;
use store::Sql;
use test_kit::{Desk, House, both_databases};
use tokio::sync::Notify;
use verifier::verify_blocking;

/// Runs something asynchronous to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn enqueue(desk: &Desk, kind: &str, number: u128) {
    let now = desk.now();
    let new = NewJob {
        id: Uuid::from_u128(number),
        tenant: desk.tenant,
        kind: kind.to_owned(),
        payload: json!({ "number": number }),
        run_at: now,
        unique_key: None,
    };
    let made: Result<bool> = desk
        .engine
        .store()
        .write_blocking(move |tx| job::enqueue(tx, &new, now));
    assert!(made.unwrap());
}

fn in_state(desk: &Desk, state: JobState) -> Vec<Job> {
    let tenant = desk.tenant;
    let jobs: Result<Vec<Job>> = desk
        .engine
        .store()
        .read_blocking(move |tx| job::list(tx, tenant, state, None, 100));
    // The runner's own recurring jobs are always there.
    jobs.unwrap()
        .into_iter()
        .filter(|it| it.kind == "work")
        .collect()
}

fn drain(desk: &Desk, config: Config) -> usize {
    block_on(Runner::new(&desk.engine, config).drain()).unwrap()
}

/// A configuration with one handler of the kind `work` that fails the first few times it is called.
fn failing(times: usize, failure: Failure) -> (Config, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = Handler::new("work", move |_| {
        let (call, failure) = (counted.fetch_add(1, Ordering::SeqCst), failure.clone());
        async move { if call < times { Err(failure) } else { Ok(()) } }
    });
    (
        Config {
            handlers: vec![handler.with_attempts(3)],
            ..Config::default()
        },
        calls,
    )
}

/// Drains until it holds. On PostgreSQL an event is handed out once no older transaction runs, and tests of
/// other databases on the same server have transactions too.
fn drain_until(desk: &Desk, config: &Config, holds: impl Fn() -> bool) {
    // Transactions of the cluster's other databases may hold back what is new.
    let waiting = Stopwatch::start();
    while waiting.elapsed() < Duration::from_secs(60) {
        drain(desk, config.clone());
        if holds() {
            return;
        }
    }
    panic!("it never came to hold");
}

both_databases! {
    fn a_job_is_done_once(database) {
        let desk = Desk::on(database);
        let (config, calls) = failing(0, Failure::Fail(String::new()));
        enqueue(&desk, "work", 1);
        drain(&desk, config.clone());
        drain(&desk, config);
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(in_state(&desk, JobState::Done).len(), 1);
    }

    fn a_failed_job_waits_longer_each_time(database) {
        let desk = Desk::on(database);
        let (config, calls) = failing(2, Failure::Retry("not yet".to_owned()));
        enqueue(&desk, "work", 1);
        drain(&desk, config.clone());
        let waiting = in_state(&desk, JobState::Waiting);
        assert_eq!((waiting[0].attempts, waiting[0].last_error.as_deref()), (1, Some("not yet")));
        let first = waiting[0].run_at.micros() - desk.now().micros();
        assert!((4_000_000..=6_000_000).contains(&first), "{first}");
        // Before its time nobody touches it.
        desk.wait(Duration::from_secs(3));
        drain(&desk, config.clone());
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        desk.wait(Duration::from_secs(4));
        drain(&desk, config.clone());
        let second = in_state(&desk, JobState::Waiting)[0].run_at.micros() - desk.now().micros();
        assert!((8_000_000..=12_000_000).contains(&second), "{second}");
        desk.wait(Duration::from_secs(13));
        drain(&desk, config);
        assert_eq!(calls.load(Ordering::SeqCst), 3);
        assert_eq!(in_state(&desk, JobState::Done).len(), 1);
    }

    fn a_hopeless_job_is_dead_until_somebody_looks(database) {
        let desk = Desk::on(database);
        let (config, calls) = failing(3, Failure::Retry("broken".to_owned()));
        enqueue(&desk, "work", 1);
        for _ in 0..5 {
            drain(&desk, config.clone());
            desk.wait(Duration::from_secs(60));
        }
        assert_eq!(calls.load(Ordering::SeqCst), 3, "three attempts and no more");
        let dead = in_state(&desk, JobState::Dead);
        assert_eq!((dead.len(), dead[0].last_error.as_deref()), (1, Some("broken")));
        let (id, now) = (dead[0].id, desk.now());
        let retried: Result<bool> = desk.engine.store().write_blocking(move |tx| job::retry(tx, id, now));
        assert!(retried.unwrap());
        drain(&desk, config);
        assert_eq!(in_state(&desk, JobState::Done).len(), 1);
    }

    fn what_cannot_be_mended_is_not_tried_again(database) {
        let desk = Desk::on(database);
        let (config, calls) = failing(9, Failure::Fail("no such address".to_owned()));
        enqueue(&desk, "work", 1);
        enqueue(&desk, "work", 2);
        drain(&desk, config);
        assert_eq!((calls.load(Ordering::SeqCst), in_state(&desk, JobState::Dead).len()), (2, 2));
        let now = desk.now();
        let discarded: Result<bool> = desk.engine.store().write_blocking(move |tx| job::discard(tx, Uuid::from_u128(1), now));
        assert!(discarded.unwrap());
        assert_eq!(in_state(&desk, JobState::Dead).len(), 1);
    }

    fn a_recurring_job_is_never_there_twice(database) {
        let desk = Desk::on(database);
        let sweep = Sweep { name: "work", record_type: "incident", due: |_| dictionary::Filter::Any(Vec::new()), change: |it| engine::Change::update("incident", it) };
        let config = Config { sweeps: vec![sweep], ..Config::default() };
        drain(&desk, config.clone());
        let (first, now) = (in_state(&desk, JobState::Waiting)[0].id, desk.now());
        let store = desk.engine.store();
        let discarded: Result<bool> = store.write_blocking(move |tx| job::discard(tx, first, now));
        assert!(discarded.unwrap());
        let retry = || -> Result<bool> { store.write_blocking(move |tx| job::retry(tx, first, now)) };
        // As long as nothing took its place, it may come back.
        assert!(retry().unwrap());
        let ended: Result<bool> = store.write_blocking(move |tx| {
            let runner = Uuid::from_u128(99);
            job::claim(tx, runner, &["work".to_owned()], 1, 60_000_000, now)?;
            job::end(tx, first, runner, &job::End::Dead { error: "broken".to_owned() }, now)
        });
        assert!(ended.unwrap());
        drain(&desk, config);
        let second = in_state(&desk, JobState::Waiting);
        assert!(second.len() == 1 && second[0].id != first, "{second:?}");
        assert!(!retry().unwrap());
        assert_eq!(in_state(&desk, JobState::Waiting).len(), 1);
    }

    fn a_tenant_sees_its_own_jobs_and_those_of_the_installation(database) {
        let desk = Desk::on(database);
        let (other, now) = (Uuid::from_u128(77), desk.now());
        for (number, tenant) in [(1, desk.tenant), (2, other), (3, job::INSTALLATION)] {
            let new = NewJob {
                id: Uuid::from_u128(number),
                tenant,
                kind: "work".to_owned(),
                payload: json!({}),
                run_at: now,
                // A key of one tenant never stands in another one's way.
                unique_key: Some("the same".to_owned()),
            };
            let made: Result<bool> = desk.engine.store().write_blocking(move |tx| job::enqueue(tx, &new, now));
            assert!(made.unwrap(), "{number}");
        }
        let seen: Vec<Uuid> = in_state(&desk, JobState::Waiting).iter().map(|it| it.id).collect();
        assert_eq!(seen, [3, 1].map(Uuid::from_u128));
        let tenant = desk.tenant;
        let found: Result<Option<Job>> = desk.engine.store().read_blocking(move |tx| job::find(tx, tenant, Uuid::from_u128(2)));
        assert_eq!(found.unwrap(), None);
    }

    fn a_panic_is_a_failed_attempt(database) {
        let desk = Desk::on(database);
        let handler = Handler::new("work", |_| async { panic!("oh") }).with_attempts(1);
        enqueue(&desk, "work", 1);
        drain(&desk, Config { handlers: vec![handler], ..Config::default() });
        assert!(in_state(&desk, JobState::Dead)[0].last_error.as_deref().unwrap().contains("panicked"));
    }

    fn the_job_of_a_dead_runner_is_taken_over(database) {
        let desk = Desk::on(database);
        let (config, calls) = failing(0, Failure::Fail(String::new()));
        enqueue(&desk, "work", 1);
        let now = desk.now();
        let dead = Uuid::from_u128(99);
        let claimed: Result<Vec<Job>> = desk.engine.store().write_blocking(move |tx| {
            job::claim(tx, dead, &["work".to_owned()], 1, 60_000_000, now)
        });
        assert_eq!(claimed.unwrap().len(), 1);
        drain(&desk, config.clone());
        assert_eq!(calls.load(Ordering::SeqCst), 0, "the lease still holds");
        desk.wait(Duration::from_secs(61));
        drain(&desk, config);
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        // Whoever comes back late has nothing to say any more.
        let late: Result<bool> = desk.engine.store().write_blocking(move |tx| {
            job::end(tx, Uuid::from_u128(1), dead, &job::End::Dead { error: "late".to_owned() }, now)
        });
        assert!(!late.unwrap());
        assert_eq!(in_state(&desk, JobState::Done).len(), 1);
    }

    fn two_runners_never_do_one_job_twice(database) {
        const JOBS: u128 = 120;
        let desk = Desk::on(database);
        for number in 1..=JOBS {
            enqueue(&desk, "work", number);
        }
        let done: Arc<Mutex<BTreeMap<Uuid, usize>>> = Arc::default();
        let all = Arc::new(Notify::new());
        let handler = {
            let (done, all) = (Arc::clone(&done), Arc::clone(&all));
            Handler::new("work", move |run| {
                let (done, all) = (Arc::clone(&done), Arc::clone(&all));
                async move {
                    let mut done = done.lock().unwrap();
                    *done.entry(run.job.id).or_default() += 1;
                    if done.len() == usize::try_from(JOBS).unwrap() {
                        all.notify_one();
                    }
                    Ok(())
                }
            })
        };
        let config = Config { handlers: vec![handler], workers: 4, poll: Duration::from_millis(5), ..Config::default() };
        block_on(async {
            let runners = [Runner::start(&desk.engine, config.clone()), Runner::start(&desk.engine, config)];
            all.notified().await;
            for runner in runners {
                runner.shutdown().await;
            }
        });
        let done = done.lock().unwrap();
        assert_eq!(done.len(), usize::try_from(JOBS).unwrap());
        assert!(done.values().all(|times| *times == 1), "{done:?}");
        assert_eq!(in_state(&desk, JobState::Running).len(), 0);
    }

    fn an_event_becomes_one_job(database) {
        let desk = Desk::on(database);
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let tell = Arc::clone(&seen);
        let handler = Handler::new("work", move |run| {
            tell.lock().unwrap().push(run.job.payload["topic"].as_str().unwrap().to_owned());
            async { Ok(()) }
        });
        let subscription = Subscription { topics: |topic| topic.starts_with("incident."), kind: "work".to_owned() };
        let config = Config { handlers: vec![handler], subscriptions: vec![subscription], ..Config::default() };
        let all_told = || {
            let left: Result<i64> = desk.engine.store().read_blocking(engine::outbox::waiting);
            left.unwrap() == 0
        };
        drain_until(&desk, &config, all_told);
        seen.lock().unwrap().clear();
        let record = desk.create("incident", &[("title", "VPN is down")]);
        desk.as_agent().comment(record, "Looking into it.");
        drain_until(&desk, &config, all_told);
        drain(&desk, config);
        assert_eq!(*seen.lock().unwrap(), ["incident.create", "incident.comment"]);
    }

    fn resolved_incidents_close_by_themselves(database) {
        let desk = Desk::on(database);
        let sweeps = practices::sweeps().into_iter().map(|it| Sweep {
            name: it.name, record_type: it.record_type, due: it.due, change: it.change,
        });
        // The desk looks at all events in the end, so they are kept.
        let kept = Duration::from_secs(365 * 86_400);
        let config = Config { sweeps: sweeps.collect(), kept, ..Config::default() };
        let record = desk.create("incident", &[("title", "VPN is down"), ("requester", &House::RITA.to_string())]);
        desk.act(record, "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "Restarted")]);
        desk.wait_days(6);
        drain(&desk, config.clone());
        desk.expect(record, &[("state", "resolved")]);
        desk.wait_days(2);
        drain(&desk, config);
        desk.expect(record, &[("state", "closed"), ("closed_by", "")]);
    }

    fn a_sweep_of_several_pages_ends_while_time_goes_on(database) {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let desk = Desk::on(database);
        for number in 0..205 {
            desk.create("incident", &[("title", &format!("Printer {number}"))]);
        }
        // Each time somebody asks, it is a moment later.
        let due = |ctx: &engine::Ctx| {
            let later = i64::try_from(ASKED.fetch_add(1, Ordering::SeqCst)).unwrap_or_default();
            let until = base::Timestamp::from_micros(ctx.now.micros() + later);
            let value = dictionary::Value::Instant(until);
            dictionary::Filter::test("created_at", dictionary::Operator::LessOrEqual, dictionary::Operand::One(dictionary::Term::Value(value)))
        };
        let change = |it| engine::Change::of("incident", it, engine::Action::Delete);
        let sweep = Sweep { name: "work", record_type: "incident", due, change };
        drain(&desk, Config { sweeps: vec![sweep], ..Config::default() });
        assert_eq!(desk.as_system().list("incident", "").len(), 0);
        assert!(in_state(&desk, JobState::Waiting).iter().all(|it| it.last_error.is_none()));
    }

    fn a_damaged_history_is_told_with_the_job(database) {
        let desk = Desk::on(database);
        let now = desk.now();
        let id = Uuid::from_u128(7);
        let new = NewJob {
            id, tenant: desk.tenant, kind: VERIFICATION.to_owned(), payload: json!({}), run_at: now, unique_key: None,
        };
        let made: Result<bool> = desk.engine.store().write_blocking(move |tx| job::enqueue(tx, &new, now));
        assert!(made.unwrap());
        let record = desk.create("incident", &[("title", "VPN is down")]);
        let alter = |from: &'static str, to: &'static str| {
            let sql = Sql::new("UPDATE history SET reason = ? WHERE record = ? AND coalesce(reason, '') = ?");
            let sql = sql.bind((!to.is_empty()).then_some(to)).bind(record).bind(from);
            let done: Result<u64> = desk.engine.store().write_blocking(move |tx| Ok(tx.execute(&sql)?));
            assert_eq!(done.unwrap(), 1);
        };
        alter("", "forged");
        drain(&desk, Config::default());
        let tenant = desk.tenant;
        let job: Result<Option<Job>> = desk.engine.store().read_blocking(move |tx| job::find(tx, tenant, id));
        let job = job.unwrap().unwrap();
        let verdict = job.result.unwrap();
        assert_eq!((job.state, &verdict["intact"]), (JobState::Done, &json!(false)));
        let told = verdict["damage"][0].as_str().unwrap();
        assert!(told.contains(&record.to_string()), "{told}");
        // The desk looks at the history in the end.
        alter("forged", "");
    }

    fn the_history_is_sealed(database) {
        let desk = Desk::on(database);
        desk.create("incident", &[("title", "VPN is down")]);
        let verdict = || {
            let ctx = desk.engine.system_ctx(desk.tenant, Surface::Command);
            verify_blocking(&desk.engine, &ctx).unwrap()
        };
        drain_until(&desk, &Config::default(), || verdict().unsealed == 0);
        assert!(verdict().blocks > 0);
    }
}
