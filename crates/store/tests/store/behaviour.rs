//! Values, transactions, savepoints, batches and reads.

use crate::desk::Desk;
use crate::on_both;
use std::ops::ControlFlow;
use store::{ColumnKind, Row, Sql, SqlValue, StoreError};
use uuid::Uuid;

#[test]
fn postgres_says_nothing_about_what_is_there_already() {
    let desk = Desk::postgres();
    let level = Sql::new("SELECT current_setting('client_min_messages')");
    let read = desk.store.read_blocking(move |tx| {
        let row = tx.query_one(&level)?;
        row.need_text(0).map(str::to_owned)
    });
    assert_eq!(read.unwrap(), "warning");
}

on_both!(
    values_come_back_as_they_were,
    a_refused_transaction_leaves_nothing,
    a_savepoint_is_rolled_back_alone,
    a_failed_statement_dooms_the_transaction,
    a_swallowed_failure_is_not_committed,
    constraints_are_named_alike,
    batches_return_every_result,
    streams_stop_when_told,
    reads_cannot_write,
    names_and_arguments_are_checked,
    numbers_rise_and_never_repeat,
    typed_arguments_make_a_values_list,
    strpos_finds_text,
    the_budget_ends_a_transaction,
    a_panic_is_an_error,
    a_panic_while_answering_harms_nobody,
    statements_are_counted,
    long_reads_answer,
    a_closed_store_refuses,
);

fn insert(id: u128, label: &str) -> Sql {
    Sql::new("INSERT INTO item (id, label, amount) VALUES (?, ?, ?)")
        .bind(Uuid::from_u128(id))
        .bind(label)
        .bind(1_i64)
}

fn values_come_back_as_they_were(desk: &Desk) {
    let id = Uuid::from_u128(7);
    let sql = Sql::new("INSERT INTO item (id, label, amount, payload) VALUES (?, ?, ?, ?)");
    desk.execute(
        sql.bind(id)
            .bind("Größe Σ")
            .bind(i64::MAX)
            .bind(vec![0_u8, 255]),
    )
    .unwrap();
    desk.execute(insert(8, "")).unwrap();
    let rows: Vec<Row> = desk
        .store
        .read_blocking(|tx| {
            tx.query(&Sql::new(
                "SELECT id, label, amount, payload FROM item ORDER BY id",
            ))
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(rows[0].need_uuid(0).unwrap(), id);
    assert_eq!(rows[0].need_text(1).unwrap(), "Größe Σ");
    assert_eq!(rows[0].need_integer(2).unwrap(), i64::MAX);
    assert_eq!(rows[0].need_bytes(3).unwrap(), [0, 255]);
    assert_eq!(rows[1].need_text(1).unwrap(), "");
    assert_eq!(rows[1].bytes(3).unwrap(), None);
    assert!(matches!(
        rows[1].need_bytes(3),
        Err(StoreError::Decode { .. })
    ));
    assert!(matches!(rows[1].integer(1), Err(StoreError::Decode { .. })));
    assert!(matches!(rows[1].integer(9), Err(StoreError::Decode { .. })));
}

fn a_refused_transaction_leaves_nothing(desk: &Desk) {
    let result: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        tx.execute(&insert(1, "one"))?;
        Err(StoreError::Check("no".into()))
    });
    assert_eq!(result, Err(StoreError::Check("no".into())));
    assert_eq!(desk.count("item"), 0);
}

fn a_savepoint_is_rolled_back_alone(desk: &Desk) {
    desk.store
        .write_blocking(|tx| {
            tx.execute(&insert(1, "one"))?;
            let inner: Result<(), StoreError> = tx.savepoint(|tx| {
                tx.execute(&insert(2, "two"))?;
                tx.savepoint(|tx| tx.execute(&insert(3, "three")))?;
                tx.execute(&insert(4, "one")).map(|_| ())
            });
            assert!(matches!(inner, Err(StoreError::Unique { .. })), "{inner:?}");
            // A statement that was never prepared before meets a transaction that works again.
            tx.execute(&Sql::new("DELETE FROM item WHERE 5 = 6"))?;
            tx.savepoint(|tx| tx.execute(&insert(5, "five")))?;
            tx.execute(&insert(6, "six"))
        })
        .unwrap();
    assert_eq!(desk.count("item"), 3);
}

fn a_failed_statement_dooms_the_transaction(desk: &Desk) {
    desk.execute(insert(1, "one")).unwrap();
    let result: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        tx.execute(&insert(2, "two"))?;
        assert!(tx.execute(&insert(3, "one")).is_err());
        assert_eq!(tx.execute(&insert(4, "four")), Err(StoreError::Aborted));
        Err(StoreError::Aborted)
    });
    assert_eq!(result, Err(StoreError::Aborted));
    assert_eq!(desk.count("item"), 1);
}

fn a_swallowed_failure_is_not_committed(desk: &Desk) {
    desk.execute(insert(1, "one")).unwrap();
    let result: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        tx.execute(&insert(2, "two"))?;
        drop(tx.execute(&insert(3, "one")));
        Ok(())
    });
    assert!(
        matches!(result, Err(StoreError::Unique { .. })),
        "{result:?}"
    );
    assert_eq!(desk.count("item"), 1);
}

fn constraints_are_named_alike(desk: &Desk) {
    desk.execute(insert(1, "one")).unwrap();
    let unique = |name: &str| {
        Err(StoreError::Unique {
            constraint: name.into(),
        })
    };
    assert_eq!(desk.execute(insert(2, "one")), unique("item_label"));
    assert_eq!(desk.execute(insert(1, "two")), unique("item_pkey"));
    let orphan = Sql::new("INSERT INTO part (item, label) VALUES (?, 'x')").bind(Uuid::nil());
    assert!(matches!(
        desk.execute(orphan),
        Err(StoreError::ForeignKey { .. })
    ));
    let empty = Sql::new("INSERT INTO item (id) VALUES (?)").bind(Uuid::from_u128(3));
    assert_eq!(
        desk.execute(empty),
        Err(StoreError::NotNull {
            column: "label".into()
        })
    );
    let unknown = Sql::new("SELECT nothing_like_it FROM item");
    assert!(matches!(
        desk.execute(unknown),
        Err(StoreError::StaleSchema(_))
    ));
}

fn batches_return_every_result(desk: &Desk) {
    let results = desk
        .store
        .write_blocking(|tx| {
            let change = Sql::new("UPDATE item SET amount = amount + ? RETURNING amount");
            tx.batch(&[
                insert(1, "one"),
                insert(2, "two"),
                change.bind(4_i64),
                Sql::new("SELECT label FROM item ORDER BY label"),
            ])
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    let affected: Vec<u64> = results.iter().map(|result| result.affected).collect();
    assert_eq!(affected, [1, 1, 2, 2]);
    assert_eq!(results[2].rows[1].need_integer(0).unwrap(), 5);
    assert_eq!(results[3].rows[1].need_text(0).unwrap(), "two");
    let failed = desk
        .store
        .write_blocking(|tx| tx.batch(&[insert(3, "three"), insert(4, "one")]));
    assert!(
        matches!(failed, Err(StoreError::Unique { .. })),
        "{failed:?}"
    );
    assert_eq!(desk.count("item"), 2);
}

fn streams_stop_when_told(desk: &Desk) {
    let rows = Sql::new(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
         SELECT i FROM n ORDER BY i",
    );
    let all = rows.clone();
    let sum: i64 = desk
        .store
        .read_long_blocking(move |tx| {
            let mut sum = 0;
            tx.stream::<StoreError>(&all, &mut |row| {
                sum += row.need_integer(0)?;
                Ok(ControlFlow::Continue(()))
            })?;
            Ok::<_, StoreError>(sum)
        })
        .unwrap();
    assert_eq!(sum, 500_500);
    let seen: (i64, i64) = desk
        .store
        .read_blocking(move |tx| {
            let mut seen = 0;
            tx.stream::<StoreError>(&rows, &mut |_| {
                seen += 1;
                Ok(if seen == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
            // The connection is free for the next statement.
            let next = tx
                .query_one(&Sql::new("SELECT CAST(42 AS BIGINT)"))?
                .need_integer(0)?;
            Ok::<_, StoreError>((seen, next))
        })
        .unwrap();
    assert_eq!(seen, (3, 42));
}

fn reads_cannot_write(desk: &Desk) {
    let result: Result<u64, StoreError> =
        desk.store.read_blocking(|tx| tx.execute(&insert(1, "one")));
    assert_eq!(result, Err(StoreError::ReadOnly));
    let result: Result<u64, StoreError> = desk
        .store
        .read_long_blocking(|tx| tx.execute(&insert(1, "one")));
    assert_eq!(result, Err(StoreError::ReadOnly));
    assert_eq!(desk.count("item"), 0);
}

fn names_and_arguments_are_checked(desk: &Desk) {
    for name in [
        "",
        "Item",
        "1item",
        "item\"; DROP TABLE item; --",
        "é",
        &"x".repeat(64),
    ] {
        let mut sql = Sql::new("SELECT 1 FROM ");
        sql.identifier(name);
        assert_eq!(desk.execute(sql), Err(StoreError::Identifier(name.into())));
    }
    let too_few = Sql::new("SELECT id FROM item WHERE label = ? AND label <> '?'");
    assert_eq!(
        desk.execute(too_few),
        Err(StoreError::Arguments {
            expected: 1,
            given: 0
        })
    );
}

fn numbers_rise_and_never_repeat(desk: &Desk) {
    desk.store
        .write_blocking(|tx| tx.ensure_sequence("incident"))
        .unwrap();
    desk.store
        .write_blocking(|tx| tx.ensure_sequence("incident"))
        .unwrap();
    let next = || -> i64 {
        let number: Result<i64, StoreError> =
            desk.store.write_blocking(|tx| tx.next_number("incident"));
        number.unwrap()
    };
    assert_eq!((next(), next()), (1, 2));
    desk.store
        .write_blocking(|tx| tx.raise_number("incident", 40))
        .unwrap();
    assert_eq!(next(), 41);
    desk.store
        .write_blocking(|tx| tx.raise_number("incident", 7))
        .unwrap();
    assert_eq!(next(), 42);
    let result: Result<i64, StoreError> = desk.store.write_blocking(|tx| tx.next_number("a b"));
    assert_eq!(result, Err(StoreError::Identifier("a b".into())));
}

fn typed_arguments_make_a_values_list(desk: &Desk) {
    let rows: Vec<Row> = desk
        .store
        .read_blocking(|tx| {
            let mut sql = Sql::new("WITH v (id, n, t) AS (VALUES (");
            sql.typed_arg(ColumnKind::Uuid, Uuid::from_u128(1))
                .push(", ");
            sql.typed_arg(ColumnKind::Integer, 5_i64).push(", ");
            sql.typed_arg(ColumnKind::Text, SqlValue::Null).push("), (");
            sql.typed_arg(ColumnKind::Uuid, Uuid::from_u128(2))
                .push(", ");
            sql.typed_arg(ColumnKind::Integer, 6_i64).push(", ");
            sql.typed_arg(ColumnKind::Text, "b")
                .push(")) SELECT id, n + 1, t FROM v ORDER BY n");
            tx.query(&sql)
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(rows[0].need_uuid(0).unwrap(), Uuid::from_u128(1));
    assert_eq!(rows[1].need_integer(1).unwrap(), 7);
    assert_eq!(rows[0].text(2).unwrap(), None);
    assert_eq!(rows[1].need_text(2).unwrap(), "b");
}

fn strpos_finds_text(desk: &Desk) {
    for (haystack, needle, expected) in [
        ("Größe", "e", 5),
        ("abc", "x", 0),
        ("abc", "", 1),
        ("", "a", 0),
        ("a%b", "%", 2),
    ] {
        let position = desk.store.read_blocking(move |tx| {
            let mut sql = Sql::new("SELECT strpos(");
            sql.typed_arg(ColumnKind::Text, haystack).push(", ");
            sql.typed_arg(ColumnKind::Text, needle).push(")");
            tx.query_one(&sql)?.need_integer(0)
        });
        assert_eq!(
            position,
            Ok::<_, StoreError>(expected),
            "{needle:?} in {haystack:?}"
        );
    }
}

fn the_budget_ends_a_transaction(desk: &Desk) {
    let result: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        loop {
            tx.batch(&vec![Sql::new("SELECT 1"); 1_000])?;
        }
    });
    assert_eq!(result, Err(StoreError::Budget(20_000)));
}

fn a_panic_is_an_error(desk: &Desk) {
    let result: Result<(), StoreError> = desk.store.write_blocking(|tx| {
        tx.execute(&insert(1, "one"))?;
        panic!("deliberate")
    });
    assert_eq!(result, Err(StoreError::Panicked("deliberate".into())));
    for _ in 0..8 {
        let result: Result<(), StoreError> = desk.store.read_blocking(|_| panic!("deliberate"));
        assert_eq!(result, Err(StoreError::Panicked("deliberate".into())));
        let result: Result<(), StoreError> =
            desk.store.read_long_blocking(|_| panic!("deliberate"));
        assert_eq!(result, Err(StoreError::Panicked("deliberate".into())));
    }
    assert_eq!(desk.count("item"), 0);
}

fn statements_are_counted(desk: &Desk) {
    let counted = desk.store.write_blocking(|tx| {
        tx.query(&Sql::new("SELECT 1"))?;
        tx.batch(&[insert(1, "one"), insert(2, "two")])?;
        Ok::<_, StoreError>((tx.statements(), tx.round_trips(), tx.attempt()))
    });
    let trips = match desk.store.dialect() {
        store::Dialect::Sqlite => 3,
        store::Dialect::Postgres => 2,
    };
    assert_eq!(counted, Ok((3, trips, 0)));
}

fn long_reads_answer(desk: &Desk) {
    let answers: Vec<i64> = std::thread::scope(|scope| {
        let read = || {
            desk.store.read_long_blocking(|tx| {
                tx.query_one(&Sql::new("SELECT CAST(7 AS BIGINT)"))?
                    .need_integer(0)
            })
        };
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(read)).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap()
                    .map_err(|error: StoreError| error)
                    .unwrap()
            })
            .collect()
    });
    assert_eq!(answers, [7; 20]);
}

fn a_closed_store_refuses(desk: &Desk) {
    desk.store.shutdown();
    let write: Result<u64, StoreError> =
        desk.store.write_blocking(|tx| tx.execute(&insert(1, "a")));
    assert_eq!(write, Err(StoreError::Closed));
    let read: Result<(), StoreError> = desk.store.read_blocking(|_| Ok(()));
    assert_eq!(read, Err(StoreError::Closed));
}

#[derive(Debug)]
struct Touchy;

impl From<StoreError> for Touchy {
    fn from(error: StoreError) -> Self {
        assert!(!matches!(error, StoreError::Panicked(_)), "deliberate");
        Self
    }
}

fn a_panic_while_answering_harms_nobody(desk: &Desk) {
    for _ in 0..8 {
        let unheard: Result<(), Touchy> = desk.store.write_blocking(|_| panic!("deliberate"));
        assert!(unheard.is_err());
    }
    desk.execute(insert(1, "one")).unwrap();
    assert_eq!(desk.count("item"), 1);
}
