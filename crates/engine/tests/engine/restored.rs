//! A database that was restored into another PostgreSQL cluster, which counts its transactions from lower on.

use std::sync::Arc;

use base::{Stopwatch, Uuid};
use dictionary::{Value, spine};
use engine::history::seal;
use engine::outbox::{self, Position};
use engine::{Change, Engine};

use crate::world::{Database, PATIENCE, World, open};

fn create(engine: &Arc<Engine>, world: &World) -> Uuid {
    let made = engine.write_blocking(&world.system(), |unit| {
        unit.apply(
            Change::create("ticket")
                .with_value(spine::TITLE, Value::Text("VPN is down".to_owned())),
        )
    });
    made.unwrap().change_id
}

/// Seals everything that was committed.
fn sealed(engine: &Arc<Engine>, world: &World) -> verifier::Verdict {
    let ctx = world.system();
    let waiting = Stopwatch::start();
    while waiting.elapsed() < PATIENCE {
        let seal = engine.write_blocking(&ctx, |unit| seal::seal(unit.tx, unit.ctx.now));
        seal.unwrap();
        let verdict = verifier::verify_blocking(engine, &ctx).unwrap();
        if verdict.unsealed == 0 || verdict.damages > 0 {
            return verdict;
        }
    }
    panic!("some rows were never sealed");
}

/// Reads events until that change is told, and returns how far that was.
fn told(engine: &Arc<Engine>, world: &World, mut from: Position, change: Uuid) -> Position {
    let waiting = Stopwatch::start();
    while waiting.elapsed() < PATIENCE {
        let read = engine.read_blocking(&world.system(), move |reading| {
            outbox::after(reading.tx, from, 100)
        });
        for event in read.unwrap() {
            from = event.position;
            if event.change_id == change {
                return from;
            }
        }
    }
    panic!("the change was never told");
}

#[test]
fn a_database_from_another_cluster_is_sealed_and_told_of_as_before() {
    let world = World::new(Database::Postgres, "restored");
    // As if written in a cluster that is a milliard of transactions ahead.
    for table in [
        "ALTER TABLE history ALTER COLUMN transaction_mark SET DEFAULT (pg_current_xact_id()::text::bigint + 1000000000)",
        "ALTER TABLE outbox ALTER COLUMN transaction_mark SET DEFAULT (pg_current_xact_id()::text::bigint + 1000000000)",
    ] {
        world.tamper(table);
    }
    create(&world.engine, &world);
    let here = open(&world.url, 8);
    let change = create(&here, &world);
    let verdict = sealed(&here, &world);
    assert_eq!((verdict.damage, verdict.rows), (Vec::new(), 4));
    let read = told(&here, &world, Position::default(), change);
    // A dump that forgot what the last restore had to mend is as one from a cluster that is ahead.
    for forgotten in [
        "DELETE FROM meta WHERE name = 'mark_offset'",
        "ALTER TABLE history ALTER COLUMN transaction_mark SET DEFAULT (pg_current_xact_id()::text::bigint)",
        "ALTER TABLE outbox ALTER COLUMN transaction_mark SET DEFAULT (pg_current_xact_id()::text::bigint)",
    ] {
        world.tamper(forgotten);
    }
    let there = open(&world.url, 9);
    let change = create(&there, &world);
    let verdict = sealed(&there, &world);
    assert_eq!((verdict.damage, verdict.rows), (Vec::new(), 5));
    told(&there, &world, read, change);
    // Opened again in the same cluster, nothing is to mend.
    let again = open(&world.url, 10);
    create(&again, &world);
    assert_eq!(sealed(&again, &world).damage, []);
    for engine in [here, there, again] {
        engine.store().shutdown();
    }
}
