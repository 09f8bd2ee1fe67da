//! Measures durable writes and reads by key with 1, 16 and 64 callers.
//!
//! `cargo run --profile fast -p store --example throughput -- sqlite:/path/to/new.db` (or a postgres
//! URL of an empty database). One write is a record, three history rows and an outbox row.

use base::Stopwatch;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::{Migration, Sql, Store, StoreConfig, StoreError};
use uuid::Uuid;

const TABLES: &[Migration] = &[Migration::new(
    1,
    "measured tables",
    "CREATE TABLE record (id {uuid} NOT NULL PRIMARY KEY, title {text}, state {text},
         team {integer}, opened_at {integer}, description {text}){strict};
     CREATE INDEX record_opened ON record (state, opened_at);
     CREATE INDEX record_team ON record (team, opened_at);
     CREATE TABLE history (seq {identity}, record {uuid} NOT NULL, field {text}, value {text}){strict};
     CREATE INDEX history_record ON history (record);
     CREATE TABLE outbox (seq {identity}, record {uuid} NOT NULL, kind {text}){strict};",
)];

const SPAN: Duration = Duration::from_secs(4);

fn main() -> Result<(), StoreError> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite:throughput.db".into());
    let mut config = StoreConfig::new(url);
    config.connections = 16;
    let store = Store::open(&config)?;
    store.migrate(TABLES)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .map_err(|error| StoreError::Configuration(error.to_string()))?;
    let written = Arc::new(AtomicU64::new(0));
    for callers in [1, 16, 64] {
        let before = store.metrics();
        let (shared, numbers) = (store.clone(), written.clone());
        let rate = runtime.block_on(measure(callers, move || {
            write(shared.clone(), numbers.fetch_add(1, Ordering::Relaxed))
        }));
        let after = store.metrics();
        let batches = (after.batches - before.batches).max(1);
        let jobs = (after.batch_jobs - before.batch_jobs) / batches;
        println!("write  {callers:>3} callers: {rate:>8}/s, {jobs} jobs per commit");
    }
    let count = written.load(Ordering::Relaxed).max(1);
    let next = Arc::new(AtomicU64::new(0));
    for callers in [1, 16, 64] {
        let (shared, next) = (store.clone(), next.clone());
        let rate = runtime.block_on(measure(callers, move || {
            // A stride that is prime visits the keys in no useful order.
            let key = next.fetch_add(1, Ordering::Relaxed).wrapping_mul(7_919) % count;
            read(shared.clone(), key)
        }));
        println!("read   {callers:>3} callers: {rate:>8}/s");
    }
    println!("{:?}", store.metrics());
    store.shutdown();
    Ok(())
}

async fn measure<F, W>(callers: usize, work: F) -> u64
where
    F: Fn() -> W + Clone + Send + 'static,
    W: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let clock = Stopwatch::start();
    let mut tasks = Vec::with_capacity(callers);
    for _ in 0..callers {
        let work = work.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0_u64;
            while clock.elapsed() < SPAN {
                match work().await {
                    Ok(()) => done += 1,
                    Err(error) => eprintln!("{error}"),
                }
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap_or(0);
    }
    done * 1_000
        / u64::try_from(clock.elapsed().as_millis())
            .unwrap_or(1)
            .max(1)
}

fn key(number: u64) -> Uuid {
    Uuid::from_u64_pair(number, number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

async fn write(store: Store, number: u64) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            let id = key(number);
            let opened = i64::try_from(number).unwrap_or(0);
            let history = |field: &'static str| {
                Sql::new("INSERT INTO history (record, field, value) VALUES (?, ?, ?)")
                    .bind(id)
                    .bind(field)
                    .bind("a value of usual length")
            };
            let record = Sql::new(
                "INSERT INTO record (id, title, state, team, opened_at, description) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            );
            tx.batch(&[
                record
                    .bind(id)
                    .bind("Printer on the third floor does not answer")
                    .bind("new")
                    .bind(opened % 40)
                    .bind(opened)
                    .bind("x".repeat(300)),
                history("title"),
                history("state"),
                history("team"),
                Sql::new("INSERT INTO outbox (record, kind) VALUES (?, 'created')").bind(id),
            ])
            .map(|_| ())
        })
        .await
}

async fn read(store: Store, number: u64) -> Result<(), StoreError> {
    let id = key(number);
    store
        .read(move |tx| {
            let sql = Sql::new(
                "SELECT id, title, state, team, opened_at, description FROM record WHERE id = ?",
            );
            tx.query_one(&sql.bind(id)).map(|_| ())
        })
        .await
}
