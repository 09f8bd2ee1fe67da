//! Reads that take too long, and reads that are too many.

use crate::desk::{Desk, config};
use crate::on_both;
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use store::{Sql, Store, StoreError};

on_both!(
    a_slow_statement_is_ended,
    too_many_long_reads_are_refused,
    a_read_sees_one_state,
    a_read_writes_nothing,
);

fn counting(rows: i64) -> Sql {
    let sql = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
               SELECT i + 1 FROM n WHERE i < CAST(? AS BIGINT)) SELECT count(*) FROM n";
    Sql::new(sql).bind(rows)
}

fn a_slow_statement_is_ended(desk: &Desk) {
    let mut config = config(&desk.url);
    // Long enough that a quick statement is never too slow, however busy the machine is.
    config.statement_limit = Duration::from_secs(2);
    let store = Store::open(&config).unwrap();
    let slow = || store.read_long_blocking(|tx| tx.query_one(&counting(1_000_000_000_000)));
    assert_eq!(slow(), Err(StoreError::TooSlow));
    let quick = store.read_long_blocking(|tx| tx.query_one(&counting(10))?.need_integer(0));
    assert_eq!(quick, Ok::<_, StoreError>(10));
}

fn too_many_long_reads_are_refused(desk: &Desk) {
    let mut config = config(&desk.url);
    config.readers = 1;
    config.long_queue = 1;
    let store = Store::open(&config).unwrap();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (entered, inside) = mpsc::channel();
    let running = store.read_long(move |_| {
        entered.send(()).expect("the test waits");
        gate.lock().expect("one at a time").recv().ok();
        Ok::<_, StoreError>(1)
    });
    inside.recv().unwrap();
    let waiting = store.read_long(|_| Ok::<_, StoreError>(2));
    assert_eq!(store.metrics().long_queue_length, 1);
    let refused = store.read_long_blocking(|_| Ok(3));
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    // Short work goes on meanwhile.
    let short = store.read_blocking(|tx| tx.query_one(&counting(3))?.need_integer(0));
    assert_eq!(short, Ok::<_, StoreError>(3));
    drop(open);
    let wait = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert_eq!(wait.block_on(running), Ok(1));
    assert_eq!(wait.block_on(waiting), Ok(2));
}

fn a_read_sees_one_state(desk: &Desk) {
    let (asked, asking) = mpsc::channel();
    let (written, writing) = mpsc::channel::<()>();
    let channels = Mutex::new((asked, writing));
    let reading = desk.store.clone();
    let reader = std::thread::spawn(move || {
        reading.read_long_blocking(move |tx| {
            let count = Sql::new("SELECT count(*) FROM entry");
            let before = tx.query_one(&count)?.need_integer(0)?;
            let channels = channels.lock().expect("one at a time");
            channels.0.send(()).expect("the test waits");
            channels.1.recv().expect("the test writes");
            let after = tx.query_one(&count)?.need_integer(0)?;
            Ok::<_, StoreError>((before, after))
        })
    });
    asking.recv().unwrap();
    desk.execute(Sql::new("INSERT INTO entry (label) VALUES ('new')"))
        .unwrap();
    written.send(()).unwrap();
    assert_eq!(reader.join().unwrap(), Ok((0, 0)));
    assert_eq!(desk.count("entry"), 1);
}

#[test]
fn an_unbounded_inline_read_moves_to_a_reader() {
    let desk = Desk::sqlite();
    let counted = desk
        .store
        .read_blocking(|tx| tx.query_one(&counting(2_000_000))?.need_integer(0));
    assert_eq!(counted, Ok::<_, StoreError>(2_000_000));
    assert_eq!(desk.store.metrics().inline_aborts, 1);
    // The connection that was interrupted is as good as before.
    assert_eq!(desk.count("item"), 0);
    assert_eq!(desk.store.metrics().inline_aborts, 1);
}

fn a_read_writes_nothing(desk: &Desk) {
    let sql = "INSERT INTO entry (label) VALUES ('new')";
    let write = desk.store.read_blocking(|tx| tx.execute(&Sql::new(sql)));
    assert_eq!(write, Err(StoreError::ReadOnly));
    let broken = desk
        .store
        .read_blocking(|tx| tx.query(&Sql::new("SELECT nothing_like_it FROM entry")));
    assert!(matches!(broken, Err(StoreError::StaleSchema(_))));
    assert_eq!(desk.count("entry"), 0);
    desk.execute(Sql::new(sql)).unwrap();
}
