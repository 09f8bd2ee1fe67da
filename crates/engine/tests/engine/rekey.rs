//! Keys of texts that another version of the program made are rebuilt at the start.

use base::{KEY_VERSION, Uuid};
use dictionary::{Value, spine};
use engine::Change;

use crate::world::{Database, World, open};

fn made(world: &World) -> Uuid {
    let made = world.engine.write_blocking(&world.system(), |unit| {
        let change =
            Change::create("ticket").with_value(spine::TITLE, Value::Text("Straße".to_owned()));
        unit.apply(change.with_value("serial", Value::Text("ÄB-7".to_owned())))
    });
    made.unwrap().record
}

/// The keys of a ticket in its own table and on the spine, and the version they say they have.
fn keys(
    engine: &std::sync::Arc<engine::Engine>,
    world: &World,
    record: Uuid,
) -> (Vec<String>, i64) {
    let read = engine.read_blocking(&world.system(), move |reading| {
        let own = "SELECT title__key, serial__key, number__key FROM ticket WHERE id = ?";
        let spine = "SELECT title__key, title__key, number__key FROM record WHERE id = ?";
        let mut all = Vec::new();
        for sql in [own, spine] {
            let row = reading.tx.query_one(&store::Sql::new(sql).bind(record))?;
            for at in 0..3 {
                all.push(row.need_text(at)?.to_owned());
            }
        }
        let version = store::Sql::new("SELECT number FROM meta WHERE name = 'key_version'");
        let version = reading.tx.query_optional(&version)?;
        Ok((
            all,
            version
                .map(|it| it.need_integer(0))
                .transpose()?
                .unwrap_or_default(),
        ))
    });
    read.unwrap()
}

fn keys_of_another_version_are_rebuilt(database: Database, name: &str) {
    let world = World::new(database, name);
    let record = made(&world);
    let right = keys(&world.engine, &world, record);
    assert_eq!(right.1, i64::from(KEY_VERSION));
    assert_eq!(&right.0[..2], ["strasse", "äb-7"]);
    for older in [
        "UPDATE meta SET number = 0 WHERE name = 'key_version'",
        "DELETE FROM meta WHERE name = 'key_version'",
    ] {
        world.tamper(older);
        world.tamper(
            "UPDATE ticket SET title__key = 'STRASSE', serial__key = NULL, number__key = 'old'",
        );
        world.tamper("UPDATE record SET title__key = 'STRASSE', number__key = 'old'");
        let again = open(&world.url, 11);
        assert_eq!(keys(&again, &world, record), right);
        again.store().shutdown();
    }
    // Keys of the version that there is are left alone: nobody looks at every row at every start.
    world.tamper("UPDATE ticket SET title__key = 'STRASSE'");
    let again = open(&world.url, 12);
    assert_eq!(keys(&again, &world, record).0[0], "STRASSE");
    again.store().shutdown();
}

/// Keys that pass from one record to another are made anew; one that two would have stays with the first.
fn keys_that_others_had_are_made_anew(database: Database, name: &str) {
    let world = World::new(database, name);
    let made = |(serial, id): (&'static str, u128)| {
        let made = world.engine.write_blocking(&world.system(), move |unit| {
            let mut change = Change::create("ticket")
                .with_value(spine::TITLE, Value::Text(serial.to_owned()))
                .with_value("serial", Value::Text(serial.to_owned()));
            // Which one was there first is told by the ids.
            change.record = Some(Uuid::from_u128(id));
            unit.apply(change)
        });
        made.unwrap().record
    };
    let [one, two, three, four] = [("A-1", 1), ("B-2", 2), ("C-3", 3), ("D-4", 4)].map(made);
    // The second one has what the first one is to have, and the third one what the second one is to have.
    for moved in [
        "UPDATE ticket SET serial__key = 'was one' WHERE serial = 'A-1'",
        "UPDATE ticket SET serial__key = 'a-1' WHERE serial = 'B-2'",
        "UPDATE ticket SET serial__key = 'b-2' WHERE serial = 'C-3'",
        "UPDATE ticket SET serial = 'A-1', serial__key = 'was four' WHERE serial = 'D-4'",
    ] {
        world.tamper(moved);
    }
    world.tamper("UPDATE meta SET number = 0 WHERE name = 'key_version'");
    let again = open(&world.url, 11);
    let found = [one, two, three, four].map(|it| keys(&again, &world, it).0[1].clone());
    assert_eq!(found, ["a-1", "b-2", "c-3", "was four"]);
    again.store().shutdown();
}

#[test]
fn sqlite_that_others_had() {
    keys_that_others_had_are_made_anew(Database::Sqlite, "rekey_others");
}

#[test]
fn postgres_that_others_had() {
    keys_that_others_had_are_made_anew(Database::Postgres, "rekey_others");
}

#[test]
fn sqlite() {
    keys_of_another_version_are_rebuilt(Database::Sqlite, "rekey");
}

#[test]
fn postgres() {
    keys_of_another_version_are_rebuilt(Database::Postgres, "rekey");
}
