//! The index holds what the records say, however it came to be.

use base::Uuid;
use engine::{Action, Change, Comment};
use store::{Dialect, Sql};
use test_kit::{Desk, House, both_databases};

use super::found;

/// Every entry: record, layout, digest of its words.
fn entries(desk: &Desk) -> Vec<(Uuid, i64, i64)> {
    let sql = Sql::new("SELECT record, layout, digest FROM search_entry ORDER BY record");
    let ctx = desk.as_system().ctx;
    let rows = desk
        .engine
        .read_blocking(&ctx, move |reading| Ok(reading.tx.query(&sql)?))
        .unwrap();
    let entry = |row: &store::Row| {
        (
            row.need_uuid(0).unwrap(),
            row.need_integer(1).unwrap(),
            row.need_integer(2).unwrap(),
        )
    };
    rows.iter().map(entry).collect()
}

/// Every word with its places, as the database has it.
fn words(desk: &Desk) -> Vec<String> {
    let ctx = desk.as_system().ctx;
    let rows = desk.engine.store().write_blocking(|tx| -> base::Result<_> {
        if tx.dialect() == Dialect::Postgres {
            return Ok(tx.query(&Sql::new("SELECT words::text FROM search_entry ORDER BY record"))?);
        }
        tx.execute(&Sql::new("CREATE VIRTUAL TABLE temp.said USING fts5vocab(main, search_text, instance)"))?;
        // Places in the index may differ, what stands next to what may not.
        let all = "SELECT said.term || ' ' || said.col || ' ' || said.offset || ' ' || hex(e.record) FROM temp.said \
                   JOIN search_entry AS e ON e.id = said.doc ORDER BY 1";
        let rows = tx.query(&Sql::new(all))?;
        tx.execute(&Sql::new("DROP TABLE temp.said"))?;
        Ok(rows)
    });
    let _ = ctx;
    rows.unwrap()
        .iter()
        .map(|row| row.need_text(0).unwrap().to_owned())
        .collect()
}

both_databases! {
    fn built_anew_it_is_what_it_was(database) {
        let desk = Desk::on(database);
        let one = desk.create("incident", &[("title", "VPN down"), ("description", "Since Tuesday")]);
        let two = desk.create("incident", &[("title", "Mouse"), ("vendor_reference", "X-1")]);
        desk.as_agent().note(one, "b comes second");
        desk.as_agent().comment(one, "a comes first");
        desk.update(one, &[("title", "VPN is up")]);
        desk.act(two, "start", &[]);
        desk.as_agent().comment(two, "Soon");
        desk.as_system().try_do(two, Action::Delete).unwrap();
        let three = desk.create("incident", &[("title", "Gone and back")]);
        desk.as_agent().comment(three, "still here");
        desk.as_system().try_do(three, Action::Delete).unwrap();
        desk.as_system().try_do(three, Action::Restore).unwrap();
        let past = Change::create("incident");
        let past = desk.as_system().replay("2020-05-05T05:05:05Z", past, &[("title", "Long ago"), ("state", "closed")]);
        let mut late = Change::of("incident", past.record, Action::Comment).with_comment(Comment::public("Later said"));
        late.expected_version = None;
        desk.as_system().replay("2019-01-01T00:00:00Z", late, &[]);
        let (entries_before, words_before) = (entries(&desk), words(&desk));
        assert!(entries_before.iter().all(|it| it.0 != two), "what is deleted is not in it");
        let done = store::block_on(flow::rebuild(&desk.engine)).unwrap();
        assert_eq!(usize::try_from(done).unwrap(), entries_before.len());
        assert_eq!(entries(&desk), entries_before);
        assert_eq!(words(&desk), words_before);
        let agent = desk.as_agent().ctx;
        assert_eq!(found(&desk, &agent, "vpn up first"), ["VPN is up"]);
        assert_eq!(found(&desk, &agent, "still gone"), ["Gone and back"]);
        assert_eq!(found(&desk, &agent, "\"later said\""), ["Long ago"]);
    }

    fn a_database_without_an_index_gets_one(database) {
        let desk = Desk::on(database);
        desk.create("incident", &[("title", "Laptop")]);
        let agent = desk.as_agent().ctx;
        let empty = |tx: &mut store::Tx<'_>| -> base::Result<()> {
            let all = search::index::clear(tx.dialect());
            Ok(tx.batch(&all).map(drop)?)
        };
        desk.engine.store().write_blocking(empty).unwrap();
        assert_eq!(found(&desk, &agent, "laptop"), Vec::<String>::new());
        let done = store::block_on(flow::reindex(&desk.engine)).unwrap();
        assert!(done > 30, "the house is in it: {done}");
        assert_eq!(found(&desk, &agent, "laptop"), ["Laptop", "Laptop"], "the category and the incident");
        assert_eq!(store::block_on(flow::reindex(&desk.engine)).unwrap(), 0, "it is done once");
    }

    fn the_newest_come_first_also_after_an_import(database) {
        let desk = Desk::on(database);
        for (at, title) in [("2021-01-01T00:00:00Z", "Second"), ("2020-01-01T00:00:00Z", "Third")] {
            let fields = [("title", title), ("requester", &House::RITA.to_string())];
            desk.as_system().replay(at, Change::create("incident"), &fields);
        }
        desk.create("incident", &[("title", "First")]);
        assert_eq!(found(&desk, &desk.as_agent().ctx, "type:incident"), ["First", "Second", "Third"]);
    }
}
