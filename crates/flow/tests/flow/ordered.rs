//! Imports that a job does: what happens where its program ends in the midst of one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use base::{Message, Uuid};
use engine::Surface;
use engine::system::bulk::RunState;
use engine::system::import_run;
use flow::bulk::Say;
use flow::import::{Order, begin, prepare, work};
use flow::source::Source;
use flow::{Importer, Mapping, Options};
use test_kit::Desk;
use test_kit::both_databases;

const PLACES: &str = r#"
source = "places"
record_type = "location"
key = "code"

[[field]]
field = "title"
column = "name"

[[field]]
field = "parent"
column = "within"
lookup = { by = "title", otherwise = "empty" }
"#;

/// Rooms before the halls that they are in.
fn places() -> Vec<u8> {
    let rooms = (0..40).map(|it| format!("R{it},Room {it},Hall {}\n", it % 5));
    let halls = (0..5).map(|it| format!("H{it},Hall {it},\n"));
    let rows: String = rooms.chain(halls).collect();
    format!("code,name,within\n{rows}").into_bytes()
}

both_databases! {
    fn an_import_that_was_killed_begins_anew_and_leaves_nothing_out(database) {
        let desk = Desk::on(database);
        let before = desk.as_system().list("location", "").len();
        let ctx = desk.as_administrator().ctx;
        let order = Order {
            name: "places.csv".to_owned(), sha256: "digest".to_owned(), bytes: 1, mapping: PLACES.to_owned(), dry_run: false, token: None,
        };
        let run = desk.engine.write_blocking(&ctx, move |unit| begin(unit, &order)).unwrap();
        // The program ends in the midst of it: a part is stored, with the mark how far it came.
        let import = desk.engine.system_ctx(desk.tenant, Surface::Import);
        let plan = prepare(&desk.engine, &import, &Mapping::parse(PLACES).unwrap(), false).unwrap().plan;
        let options = Options { rows: 7, writers: 1, ..Options::default() };
        let importer = Importer::new(&desk.engine, &import, plan, options);
        let killed = catch_unwind(AssertUnwindSafe(|| {
            importer.run(Source::of_bytes("places.csv", places()), &mut |it| assert!(it.done < 20, "ended"))
        }));
        assert!(killed.is_err());
        let rooms = |filter: &str| desk.as_system().list("location", filter).len();
        let stored = rooms("") - before;
        assert!((7..45).contains(&stored), "{stored}");
        let say: Say = Arc::new(|_: &str, message: &Message| message.to_string());
        work(&desk.engine, &run, Some(places()), &say).unwrap();
        let (tenant, id) = (desk.tenant, run.id);
        let ended = desk.engine.read_blocking(&import, move |reading| import_run::find(reading.tx, tenant, id)).unwrap().unwrap();
        assert_eq!((ended.state, ended.problem), (RunState::Done, None));
        let report = ended.report.unwrap();
        let told = |name: &str| usize::try_from(report[name].as_u64().unwrap()).unwrap();
        assert_eq!(told("rows"), 45);
        assert_eq!(told("created"), 45 - stored, "what was stored is found again by its key: {report}");
        assert_eq!((told("created") + told("known") + told("unchanged") + told("updated"), told("resumed_over")), (45, 0), "{report}");
        assert_eq!(rooms("") - before, 45, "none twice");
        let halls: Vec<Uuid> = desk.as_system().list("location", "title starts with Hall").iter().map(|it| it.id()).collect();
        let rooms = desk.as_system().list("location", "title starts with Room");
        assert_eq!(rooms.len(), 40);
        for room in rooms {
            let parent = desk.get(room.id()).value("parent").as_reference();
            assert!(parent.is_some_and(|it| halls.contains(&it)), "{} has no hall", room.id());
        }
    }
}
