//! What only a database with concurrent writers and a network can do to a transaction.

use crate::desk::{Desk, config};
use std::sync::{Arc, Barrier};
use store::{Migration, Sql, Store, StoreError, Tx};
use uuid::Uuid;

/// A caller's own error, which says nothing of what the database said.
#[derive(Debug, PartialEq)]
struct Opaque;

impl From<StoreError> for Opaque {
    fn from(_: StoreError) -> Self {
        Self
    }
}

fn insert(id: u128) -> Sql {
    let sql = Sql::new("INSERT INTO item (id, label, amount) VALUES (?, ?, 0)");
    sql.bind(Uuid::from_u128(id)).bind(format!("item {id}"))
}

fn raise(id: u128) -> Sql {
    Sql::new("UPDATE item SET amount = amount + 1 WHERE id = ?").bind(Uuid::from_u128(id))
}

fn terminate_all(desk: &Desk) {
    let others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    desk.store.administer(others).unwrap();
}

fn single(desk: &Desk) -> Store {
    let mut config = config(&desk.url);
    config.connections = 1;
    Store::open(&config).unwrap()
}

fn total(desk: &Desk) -> i64 {
    let sum = Sql::new("SELECT sum(amount) FROM item");
    let total = desk
        .store
        .read_blocking(move |tx| tx.query_one(&sum)?.need_integer(0));
    total.map_err(|error: StoreError| error).unwrap()
}

#[test]
fn deadlocked_transactions_run_again() {
    let desk = Desk::postgres();
    desk.execute(insert(1)).unwrap();
    desk.execute(insert(2)).unwrap();
    let meet = Arc::new(Barrier::new(2));
    let crossing = |first: u128, second: u128| {
        let meet = meet.clone();
        desk.store.write(move |tx: &mut Tx<'_>| {
            tx.execute(&raise(first))?;
            if tx.attempt() == 0 {
                meet.wait();
            }
            tx.execute(&raise(second)).map_err(Opaque::from)
        })
    };
    let (left, right) = (crossing(1, 2), crossing(2, 1));
    let wait = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!(wait.block_on(left), Ok(1));
    assert_eq!(wait.block_on(right), Ok(1));
    assert_eq!(total(&desk), 4);
    assert!(desk.store.metrics().retries >= 1);
}

#[test]
fn serialisation_failures_run_again() {
    let desk = Desk::postgres();
    desk.execute(insert(1)).unwrap();
    let meet = Arc::new(Barrier::new(2));
    let increment = || {
        let meet = meet.clone();
        desk.store.write(move |tx| {
            tx.execute(&Sql::new("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))?;
            tx.query(&Sql::new("SELECT amount FROM item"))?;
            if tx.attempt() == 0 {
                meet.wait();
            }
            tx.execute(&raise(1)).map_err(Opaque::from)
        })
    };
    let (left, right) = (increment(), increment());
    let wait = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!((wait.block_on(left), wait.block_on(right)), (Ok(1), Ok(1)));
    assert_eq!(total(&desk), 2);
}

#[test]
fn a_conflict_without_end_is_answered() {
    let desk = Desk::postgres();
    let runs: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        tx.execute(&Sql::new("DO 'BEGIN RAISE SQLSTATE ''40001''; END'"))
            .map(|_| ())
    });
    assert_eq!(runs, Err(StoreError::Conflict));
    assert_eq!(desk.store.metrics().retries, 5);
}

#[test]
fn an_idle_connection_that_was_lost_is_replaced() {
    let desk = Desk::postgres();
    let store = single(&desk);
    store
        .write_blocking(|tx| tx.execute(&insert(1)))
        .map_err(|_: StoreError| ())
        .unwrap();
    terminate_all(&desk);
    let again: Result<u64, StoreError> = store.write_blocking(|tx| tx.execute(&insert(2)));
    assert_eq!(again, Ok(1));
    terminate_all(&desk);
    let read: Result<usize, StoreError> =
        store.read_blocking(|tx| Ok(tx.query(&Sql::new("SELECT id FROM item"))?.len()));
    assert_eq!(read, Ok(2));
    assert_eq!(store.metrics().connects, 3);
}

#[test]
fn a_connection_lost_inside_a_transaction_runs_it_again() {
    let desk = Desk::postgres();
    let suicide = Sql::new("SELECT pg_terminate_backend(pg_backend_pid())");
    let written: Result<u32, Opaque> = desk.store.write_blocking(move |tx| {
        tx.execute(&insert(1))?;
        if tx.attempt() == 0 {
            let lost = tx.savepoint(|tx| tx.query(&suicide));
            assert!(
                matches!(lost, Err(StoreError::ConnectionLost(_))),
                "{lost:?}"
            );
            // Not even a caller that goes on may continue on another connection.
            let stray = tx.execute(&insert(2));
            assert!(
                matches!(stray, Err(StoreError::ConnectionLost(_))),
                "{stray:?}"
            );
        }
        Ok(tx.attempt())
    });
    assert_eq!(written, Ok(1));
    assert_eq!(desk.count("item"), 1);
}

/// Terminates its own connection while the transaction commits.
const TRAP: Migration = Migration::new(2, "trap", "").with_native(
    "",
    "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
     CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED \
     FOR EACH ROW WHEN (NEW.label = 'leave') EXECUTE FUNCTION leave();",
);

#[test]
fn a_connection_lost_while_committing_leaves_it_in_doubt() {
    let desk = Desk::postgres();
    desk.store.migrate(&[crate::desk::TABLES[0], TRAP]).unwrap();
    let committed: Result<u64, StoreError> = desk.store.write_blocking(|tx| {
        assert_eq!(tx.attempt(), 0, "a transaction in doubt must not run again");
        tx.execute(&Sql::new("INSERT INTO entry (label) VALUES ('leave')"))
    });
    assert_eq!(committed, Err(StoreError::InDoubt));
    desk.execute(Sql::new("INSERT INTO entry (label) VALUES ('stay')"))
        .unwrap();
    assert_eq!(desk.count("entry"), 1);
}

#[test]
fn a_plan_that_the_schema_outdated_is_replaced() {
    let desk = Desk::postgres();
    let store = single(&desk);
    let width = || -> usize {
        let row = store.read_blocking(|tx| tx.query_one(&Sql::new("SELECT * FROM item")));
        row.map_err(|error: StoreError| error).unwrap().len()
    };
    desk.execute(insert(1)).unwrap();
    assert_eq!(width(), 4);
    desk.execute(Sql::new("ALTER TABLE item ADD COLUMN x_more_1 BIGINT"))
        .unwrap();
    assert_eq!(width(), 5);
    assert_eq!(store.metrics().retries, 1);
}

#[test]
fn many_texts_do_not_fill_the_connection() {
    let desk = Desk::postgres();
    let store = single(&desk);
    for length in 1..700_i64 {
        let found = store.read_blocking(move |tx| {
            let mut sql = Sql::new("SELECT id FROM item WHERE amount IN (");
            sql.arg_list(0..length).push(")");
            tx.query(&sql)
        });
        assert_eq!(found, Ok::<_, StoreError>(Vec::new()));
    }
    let held = store.read_blocking(|tx| {
        tx.query_one(&Sql::new("SELECT count(*) FROM pg_prepared_statements"))?
            .need_integer(0)
    });
    let held = held.map_err(|error: StoreError| error).unwrap();
    assert!(held <= 514, "{held} statements remain on the server");
}

#[test]
fn sums_and_types_of_the_server_are_exact() {
    let desk = Desk::postgres();
    let sql = "SELECT sum(n), sum(n) * 4, 12.50, -0.001, 100000000, 0.0, 1::smallint, true, \
               'x'::name, pg_current_xact_id() IS NOT NULL FROM \
               (VALUES (9223372036854775807), (-1)) AS v (n)";
    let row = desk
        .store
        .write_blocking(move |tx| tx.query_one(&Sql::new(sql)));
    let row = row.map_err(|error: StoreError| error).unwrap();
    assert_eq!(row.need_integer(0).unwrap(), 9_223_372_036_854_775_806);
    assert_eq!(row.need_text(1).unwrap(), "36893488147419103224");
    assert_eq!(row.need_text(2).unwrap(), "12.50");
    assert_eq!(row.need_text(3).unwrap(), "-0.001");
    assert_eq!(row.need_integer(4).unwrap(), 100_000_000);
    assert_eq!(row.need_integer(5).unwrap(), 0);
    assert_eq!(row.need_integer(6).unwrap(), 1);
    assert!(row.need_boolean(7).unwrap());
    assert_eq!(row.need_text(8).unwrap(), "x");
    assert!(row.need_boolean(9).unwrap());
}

#[test]
fn a_wrong_address_is_told_when_opening() {
    let config = store::StoreConfig::new("postgres://postgres@127.0.0.1:1/nowhere");
    let error = Store::open(&config).err();
    assert!(
        matches!(error, Some(StoreError::ConnectionLost(_))),
        "{error:?}"
    );
}
