//! Migrations and tables applied from values.

use crate::desk::{Desk, TABLES};
use crate::on_both;
use store::{
    ColumnDef, ColumnKind, Condition, IndexColumn, IndexDef, Migration, Sql, StoreError, TableDef,
};
use uuid::Uuid;

on_both!(
    migrations_run_once,
    a_newer_database_is_refused,
    a_renamed_migration_is_refused,
    a_failed_migration_leaves_nothing,
    tables_are_created_and_extended,
    a_bad_name_creates_nothing,
    processes_may_start_together,
);

const NEXT: Migration = Migration::new(2, "next", "CREATE TABLE next (id {uuid}){strict};");

fn migrations_run_once(desk: &Desk) {
    assert_eq!(desk.store.migrate(TABLES), Ok(vec![]));
    assert_eq!(desk.store.migrate(&[TABLES[0], NEXT]), Ok(vec![2]));
    assert_eq!(desk.second().migrate(&[TABLES[0], NEXT]), Ok(vec![]));
    assert_eq!(desk.count("next"), 0);
}

fn a_newer_database_is_refused(desk: &Desk) {
    desk.store.migrate(&[TABLES[0], NEXT]).unwrap();
    let refused = StoreError::NewerDatabase {
        database: 2,
        program: 1,
    };
    assert_eq!(desk.store.migrate(TABLES), Err(refused));
}

fn a_renamed_migration_is_refused(desk: &Desk) {
    let renamed = Migration {
        name: "another",
        ..TABLES[0]
    };
    let result = desk.store.migrate(&[renamed]);
    assert!(
        matches!(result, Err(StoreError::Migration { number: 1, .. })),
        "{result:?}"
    );
    let gap = Migration { number: 3, ..NEXT };
    assert!(matches!(
        desk.store.migrate(&[TABLES[0], gap]),
        Err(StoreError::Configuration(_))
    ));
}

fn a_failed_migration_leaves_nothing(desk: &Desk) {
    let broken = Migration::new(
        2,
        "broken",
        "CREATE TABLE half (id {uuid}); SELECT nothing;",
    );
    let result = desk.store.migrate(&[TABLES[0], broken]);
    assert!(
        matches!(result, Err(StoreError::Migration { number: 2, .. })),
        "{result:?}"
    );
    assert!(desk.execute(Sql::new("SELECT id FROM half")).is_err());
    assert_eq!(desk.store.migrate(&[TABLES[0], NEXT]), Ok(vec![2]));
}

fn tables() -> Vec<TableDef> {
    let mut team = TableDef::new("team");
    team.columns = vec![
        ColumnDef::new("id", ColumnKind::Uuid).required(),
        ColumnDef::new("lead", ColumnKind::Uuid).referring_to("person", "id"),
    ];
    team.primary_key = vec!["id".into()];
    let mut person = TableDef::new("person");
    person.columns = vec![
        ColumnDef::new("id", ColumnKind::Uuid).required(),
        ColumnDef::new("team", ColumnKind::Uuid).referring_to("team", "id"),
        ColumnDef::new("name", ColumnKind::Text).required(),
        ColumnDef::new("deleted_at", ColumnKind::Integer),
    ];
    person.primary_key = vec!["id".into()];
    person.indexes = vec![IndexDef {
        name: "person_name".into(),
        columns: vec![IndexColumn::Ascending("name".into())],
        unique: true,
        conditions: vec![Condition::IsNull("deleted_at".into())],
    }];
    vec![team, person]
}

fn tables_are_created_and_extended(desk: &Desk) {
    let mut tables = tables();
    let applied = desk.store.apply_tables(&tables).unwrap();
    assert_eq!(applied.tables, ["team", "person"]);
    assert!(desk.store.apply_tables(&tables).unwrap().is_empty());
    let person = |id: u128, team: Option<Uuid>, deleted: Option<i64>| {
        Sql::new("INSERT INTO person (id, team, name, deleted_at) VALUES (?, ?, 'Ada', ?)")
            .bind(Uuid::from_u128(id))
            .bind(team)
            .bind(deleted)
    };
    desk.execute(person(1, None, None)).unwrap();
    desk.execute(person(2, None, Some(5))).unwrap();
    let twin = desk.execute(person(3, None, None));
    assert_eq!(
        twin,
        Err(StoreError::Unique {
            constraint: "person_name".into()
        })
    );
    let orphan = desk.execute(person(4, Some(Uuid::nil()), Some(1)));
    assert!(
        matches!(orphan, Err(StoreError::ForeignKey { .. })),
        "{orphan:?}"
    );

    let boss = ColumnDef::new("boss", ColumnKind::Uuid)
        .required()
        .referring_to("person", "id");
    tables[1].columns.push(boss);
    tables[1].indexes.push(IndexDef {
        name: "person_boss".into(),
        columns: vec![
            IndexColumn::IsNull("boss".into()),
            IndexColumn::Descending("boss".into()),
            IndexColumn::Ascending("id".into()),
        ],
        unique: false,
        conditions: vec![
            Condition::IsNotNull("boss".into()),
            Condition::Equals("deleted_at".into(), 5),
        ],
    });
    let applied = desk.store.apply_tables(&tables).unwrap();
    assert_eq!(applied.columns, ["person.boss"]);
    assert_eq!(applied.indexes, ["person_boss"]);
    assert!(desk.store.apply_tables(&tables).unwrap().is_empty());
    let orphan = Sql::new("UPDATE person SET boss = ?").bind(Uuid::nil());
    assert!(matches!(
        desk.execute(orphan),
        Err(StoreError::ForeignKey { .. })
    ));
}

fn a_bad_name_creates_nothing(desk: &Desk) {
    let mut tables = tables();
    tables[1]
        .columns
        .push(ColumnDef::new("x; DROP TABLE item", ColumnKind::Text));
    let result = desk.store.apply_tables(&tables);
    assert_eq!(
        result,
        Err(StoreError::Identifier("x; DROP TABLE item".into()))
    );
    assert!(desk.execute(Sql::new("SELECT id FROM team")).is_err());
}

fn processes_may_start_together(desk: &Desk) {
    let runs: Vec<Vec<u32>> = std::thread::scope(|scope| {
        let start = || {
            let store = desk.second();
            let run = store.migrate(&[TABLES[0], NEXT]).unwrap();
            store.apply_tables(&tables()).unwrap();
            run
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(runs.concat(), [2]);
}
