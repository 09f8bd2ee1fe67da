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

#[test]
fn sqlite() {
    keys_of_another_version_are_rebuilt(Database::Sqlite, "rekey");
}

#[test]
fn postgres() {
    keys_of_another_version_are_rebuilt(Database::Postgres, "rekey");
}
