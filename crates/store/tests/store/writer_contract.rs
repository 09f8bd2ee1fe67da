//! Whatever one transaction does, its neighbours are committed and answered as if it had not been.
//!
//! On SQLite all of them share one durable commit; PostgreSQL has to keep the same promise.

use crate::desk::{Desk, TABLES};
use crate::on_both;
use std::sync::mpsc;
use store::{Dialect, Migration, Sql, StoreError, Tx};
use uuid::Uuid;

on_both!(
    a_refusal_among_neighbours,
    a_panic_among_neighbours,
    a_missing_reference_among_neighbours,
    an_exceeded_budget_among_neighbours,
    a_failed_commit_among_neighbours,
    a_refusal_after_late_statements_among_neighbours,
    a_late_statement_that_fails_among_neighbours,
    late_statements_share_the_fate_of_their_savepoint,
);

const NEIGHBOURS: u128 = 16;

/// Faults that only SQLite offers.
const TRAPS: Migration = Migration::new(
    2,
    "traps",
    "CREATE TABLE late (item {uuid} REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED){strict};",
)
.with_native(
    "CREATE TRIGGER trap BEFORE INSERT ON item WHEN NEW.label = 'rollback' \
     BEGIN SELECT RAISE(ROLLBACK, 'trap'); END;",
    "",
);

fn insert(label: &str) -> Sql {
    let id = label
        .bytes()
        .fold(7_u128, |id, byte| id * 257 + u128::from(byte));
    Sql::new("INSERT INTO item (id, label) VALUES (?, ?)")
        .bind(Uuid::from_u128(id))
        .bind(label)
}

/// Queues a culprit between neighbours so that all are in one batch, and gives its answer once
/// every neighbour has been found durable and its own writes have not.
fn among_neighbours(
    desk: &Desk,
    culprit: impl Fn(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
) -> StoreError {
    desk.store.migrate(&[TABLES[0], TRAPS]).unwrap();
    let (open, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let (entered, inside) = mpsc::channel();
    let blocker = desk.store.write(move |_| {
        entered.send(()).expect("the test waits");
        gate.lock().expect("one at a time").recv().ok();
        Ok::<_, StoreError>(())
    });
    inside.recv().unwrap();

    let neighbour = |number: u128| {
        let label = format!("neighbour {number}");
        let store = &desk.store;
        store.write(move |tx| {
            tx.execute(&insert(&label))?;
            tx.query_one(&Sql::new("SELECT count(*) FROM item"))?
                .need_integer(0)
        })
    };
    let mut neighbours: Vec<_> = (0..NEIGHBOURS / 2).map(neighbour).collect();
    let culprit = desk.store.write(move |tx| {
        tx.execute(&insert("culprit"))?;
        culprit(tx)
    });
    neighbours.extend((NEIGHBOURS / 2..NEIGHBOURS).map(neighbour));
    drop(open);

    let wait = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    wait.block_on(blocker).unwrap();
    for neighbour in neighbours {
        let answer: Result<i64, StoreError> = wait.block_on(neighbour);
        assert!(answer.is_ok(), "a neighbour was told {answer:?}");
    }
    let error = wait.block_on(culprit).expect_err("the culprit fails");
    // Another connection sees only what is committed.
    let labels = desk
        .second()
        .read_blocking(|tx| {
            let rows = tx.query(&Sql::new("SELECT label FROM item ORDER BY label"))?;
            rows.iter()
                .map(|row| row.need_text(0).map(str::to_owned))
                .collect()
        })
        .map_err(|error: StoreError| error);
    let mut expected: Vec<String> = (0..NEIGHBOURS).map(|n| format!("neighbour {n}")).collect();
    expected.sort();
    assert_eq!(labels, Ok(expected));
    // And the store goes on.
    desk.execute(insert("afterwards")).unwrap();
    error
}

fn a_refusal_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |_| Err(StoreError::Check("refused".into())));
    assert_eq!(error, StoreError::Check("refused".into()));
    if desk.store.dialect() == Dialect::Sqlite {
        // It had written, so the batch ran again with savepoints.
        assert_eq!(desk.store.metrics().guarded_batches, 1);
        assert_eq!(desk.store.metrics().batch_reruns, 0);
    }
}

fn a_panic_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| {
        tx.savepoint(|tx| tx.execute(&insert("inside")))?;
        panic!("deliberate")
    });
    assert_eq!(error, StoreError::Panicked("deliberate".into()));
    assert_eq!(desk.store.metrics().batch_reruns, 0);
    if desk.store.dialect() == Dialect::Sqlite {
        assert!(desk.store.metrics().guarded_batches > 0);
    }
}

fn a_missing_reference_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| {
        let orphan = Sql::new("INSERT INTO part (item, label) VALUES (?, 'x')");
        tx.execute(&orphan.bind(Uuid::nil())).map(|_| ())
    });
    assert!(matches!(error, StoreError::ForeignKey { .. }), "{error:?}");
    assert_eq!(desk.store.metrics().batch_reruns, 0);
}

fn an_exceeded_budget_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| {
        loop {
            tx.batch(&vec![Sql::new("SELECT 1"); 5_000])?;
        }
    });
    assert_eq!(error, StoreError::Budget(20_000));
}

fn a_failed_commit_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| {
        let orphan = Sql::new("INSERT INTO late (item) VALUES (?)");
        tx.execute(&orphan.bind(Uuid::nil())).map(|_| ())
    });
    // SQLite does not say more about a deferred constraint than that it is one.
    match desk.store.dialect() {
        Dialect::Sqlite => assert!(desk.store.metrics().batch_reruns >= 17),
        Dialect::Postgres => assert!(matches!(error, StoreError::ForeignKey { .. }), "{error:?}"),
    }
}

fn a_refusal_after_late_statements_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| {
        tx.execute(&insert("late").late())?;
        Err(StoreError::Check("refused".into()))
    });
    assert_eq!(error, StoreError::Check("refused".into()));
}

fn a_late_statement_that_fails_among_neighbours(desk: &Desk) {
    let error = among_neighbours(desk, |tx| tx.execute(&insert("culprit").late()).map(|_| ()));
    assert!(matches!(error, StoreError::Unique { .. }), "{error:?}");
}

fn late_statements_share_the_fate_of_their_savepoint(desk: &Desk) {
    let written = desk.store.write_blocking(|tx| {
        tx.execute(&insert("first").late())?;
        let refused: Result<(), StoreError> = tx.savepoint(|tx| {
            tx.execute(&insert("taken back").late())?;
            Err(StoreError::Check("refused".into()))
        });
        refused.unwrap_err();
        // In their order: the second changes what the first wrote.
        let change = Sql::new("UPDATE item SET label = 'last' WHERE label = 'first'");
        tx.execute(&change.late())
    });
    written.map_err(|error: StoreError| error).unwrap();
    let labels = desk.store.read_blocking(|tx| {
        let rows = tx.query(&Sql::new("SELECT label FROM item"))?;
        let labels = rows.iter().map(|row| row.need_text(0).map(str::to_owned));
        labels.collect::<Result<Vec<_>, StoreError>>()
    });
    assert_eq!(labels, Ok(vec!["last".to_owned()]));
}

#[test]
fn a_whole_rollback_among_neighbours() {
    let desk = Desk::sqlite();
    let error = among_neighbours(&desk, |tx| tx.execute(&insert("rollback")).map(|_| ()));
    assert_eq!(error, StoreError::RolledBack);
    assert!(
        desk.store.metrics().batch_reruns >= 8,
        "the earlier neighbours ran again"
    );
}

#[test]
fn nothing_commits_by_itself_after_a_whole_rollback() {
    let desk = Desk::sqlite();
    let error = among_neighbours(&desk, |tx| {
        drop(tx.execute(&insert("rollback")));
        let inner: Result<u64, StoreError> =
            tx.savepoint(|tx| tx.execute(&insert("in a savepoint")));
        assert_eq!(inner, Err(StoreError::RolledBack));
        assert_eq!(tx.execute(&insert("stray")), Err(StoreError::RolledBack));
        Ok(())
    });
    assert_eq!(error, StoreError::RolledBack);
}

#[test]
fn a_whole_rollback_inside_a_savepoint_is_noticed() {
    let desk = Desk::sqlite();
    let error = among_neighbours(&desk, |tx| {
        let inner: Result<u64, StoreError> = tx.savepoint(|tx| tx.execute(&insert("rollback")));
        assert!(inner.is_err());
        assert_eq!(tx.execute(&insert("stray")), Err(StoreError::RolledBack));
        Ok(())
    });
    assert_eq!(error, StoreError::RolledBack);
}

#[test]
fn a_panic_after_a_whole_rollback_is_told_as_a_panic() {
    let desk = Desk::sqlite();
    let error = among_neighbours(&desk, |tx| {
        drop(tx.execute(&insert("rollback")));
        panic!("deliberate")
    });
    assert_eq!(error, StoreError::Panicked("deliberate".into()));
}

#[test]
fn a_full_disk_among_neighbours() {
    let desk = Desk::sqlite();
    let error = among_neighbours(&desk, |tx| {
        let pages = tx
            .query_one(&Sql::new("PRAGMA page_count"))?
            .need_integer(0)?;
        assert!(pages < 50, "the test's limit is above what the tables need");
        tx.query(&Sql::new("PRAGMA max_page_count = 60"))?;
        let large = Sql::new("UPDATE item SET payload = ?").bind(vec![1_u8; 400_000]);
        tx.execute(&large).map(|_| ())
    });
    assert!(
        matches!(error, StoreError::DiskFull | StoreError::RolledBack),
        "{error:?}"
    );
}

/// Every page that is read is looked for in the log first, as long as something stands there that the database
/// has not got.
#[test]
fn a_quiet_writer_empties_the_log() {
    let desk = Desk::sqlite();
    let path = desk.url.trim_start_matches("sqlite:").to_owned();
    let marker = b"in the log";
    let holds = |file: &str| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(marker.len()).any(|it| it == marker)
    };
    desk.execute(insert(&String::from_utf8_lossy(marker)))
        .unwrap();
    assert!(holds(&format!("{path}-wal")));
    let clock = base::Stopwatch::start();
    while !holds(&path) {
        assert!(clock.elapsed().as_secs() < 30, "the log is still needed");
        std::thread::yield_now();
    }
    // And the store goes on.
    desk.execute(insert("afterwards")).unwrap();
    assert_eq!(desk.count("item"), 2);
}
