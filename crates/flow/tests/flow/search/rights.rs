//! Nothing tells of what somebody may not read: no hit, no count, no rank, no snippet.

use engine::Ctx;
use flow::search::{Facet, Rank, Search as _, SearchQuery, SimilarQuery};
use serde_json::json;
use test_kit::{Desk, House, both_databases, problems};

use super::{found, search, typed};

/// How many hits of which type are counted.
fn counts(types: &[Facet]) -> Vec<(&str, usize)> {
    types
        .iter()
        .map(|it| (it.record_type.as_str(), it.count))
        .collect()
}

both_databases! {
    fn closed_text_finds_nothing(database) {
        let desk = Desk::on(database);
        let rita = House::RITA.to_string();
        let mine = desk.create("incident", &[("title", "Toaster"), ("requester", &rita), ("vendor_reference", "Zebra")]);
        desk.as_agent().note(mine, "The giraffe knows");
        desk.as_agent().comment(mine, "The okapi says");
        desk.as_system().create("incident", &[("title", "Quagga"), ("requester", &rita), ("access", "2")]);
        let agent = desk.as_agent().ctx;
        for (word, for_agent, for_requester) in [
            ("zebra", 1, 0), ("giraffe", 1, 0), ("okapi", 1, 1), ("quagga", 0, 0), ("toaster", 1, 1),
            ("toaster zebra", 1, 0), ("okapi toaster", 1, 1), ("toaster -zebra", 0, 1), ("giraffe or okapi", 1, 1),
        ] {
            for (name, ctx, expected) in
                [("agent", &agent, for_agent), ("requester", &desk.as_requester().ctx, for_requester)]
            {
                let page = search(&desk, ctx, SearchQuery { types: vec!["incident".to_owned()], ..typed(word) });
                assert_eq!(page.hits.len(), expected, "{name}: {word}");
                assert_eq!(page.types.iter().map(|it| it.count).sum::<usize>(), expected, "{name}: {word} counted");
            }
        }
        let page = search(&desk, &desk.as_requester().ctx, typed("okapi"));
        assert_eq!(counts(&page.types), [("incident", 1)]);
    }

    fn numbers_and_filters_open_nothing(database) {
        let desk = Desk::on(database);
        let hidden = desk.as_system().create("incident", &[("title", "Quagga"), ("access", "2")]);
        let number = desk.field(hidden, "number");
        let rita = desk.as_requester().ctx;
        for text in [number.as_str(), "1", "inc 1", "state:new", "type:incident -toaster"] {
            assert_eq!(found(&desk, &rita, text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(found(&desk, &desk.as_system().ctx, &number), ["Quagga"]);
        // A field that may not be read cannot be asked about.
        let refused = desk.engine.read_blocking(&rita, |reading| {
            reading.search(&SearchQuery { types: vec!["incident".to_owned()], ..typed("vendor_reference:x toaster") })
        });
        let refused = refused.unwrap_err();
        assert_eq!(problems(&refused), "forbidden: read-forbidden-field(field: vendor_reference)");
    }

    fn without_words_each_type_is_found_within_its_own_rights(database) {
        let desk = Desk::on(database);
        let rita = House::RITA.to_string();
        desk.create("incident", &[("title", "Toaster"), ("requester", &rita)]);
        desk.create("incident", &[("title", "Kettle"), ("requester", &House::ROB.to_string())]);
        desk.as_system().create("incident", &[("title", "Quagga"), ("access", "2")]);
        desk.create("request", &[("title", "Phone"), ("requester", &rita)]);
        desk.create("task", &[("title", "Look at it")]);
        let types = ["incident", "knowledge_article", "request", "task"];
        let query = || SearchQuery { types: types.map(str::to_owned).to_vec(), ..typed("") };
        for (ctx, wanted) in [
            (desk.as_requester().ctx, vec!["Phone", "Toaster"]),
            (desk.as_agent().ctx, vec!["Kettle", "Look at it", "Phone", "Toaster"]),
            (desk.as_author().ctx, vec![]),
        ] {
            let page = search(&desk, &ctx, query());
            let mut found: Vec<&str> = page.hits.iter().filter_map(|it| it.record.title()).collect();
            found.sort_unstable();
            assert_eq!(found, wanted, "{}", ctx.actor.name);
        }
    }

    fn what_is_handed_out_of_reach_is_not_found_any_more(database) {
        let desk = Desk::on(database);
        let record = desk.create("incident", &[("title", "Toaster"), ("team", &House::SUPPLIER.to_string())]);
        let sam = desk.as_person(House::SAM).ctx;
        assert_eq!(found(&desk, &sam, "toaster"), ["Toaster"]);
        desk.as_agent().assign(record, &[("team", &House::NETWORK.to_string())]);
        assert_eq!(found(&desk, &sam, "toaster"), Vec::<String>::new());
        assert_eq!(found(&desk, &desk.as_agent().ctx, "toaster"), ["Toaster"]);
        desk.as_system().update(record, &[("access", "2")]);
        assert_eq!(found(&desk, &desk.as_person(House::NOAH).ctx, "toaster"), Vec::<String>::new());
    }

    fn a_role_that_opens_less_finds_less_at_once(database) {
        let desk = Desk::on(database);
        let rita = House::RITA.to_string();
        desk.create("incident", &[("title", "Toaster"), ("description", "Okapi"), ("requester", &rita)]);
        let requester = desk.as_requester().ctx;
        assert_eq!(found(&desk, &requester, "okapi"), ["Toaster"]);
        // Of people it opens single fields before and after.
        let grants = json!([{
            "types": ["incident"], "actions": ["read"], "read_fields": { "only": ["title"] }, "write_fields": "none",
        }, {
            "types": ["person"], "actions": ["read"], "read_fields": { "only": ["number", "title"] }, "write_fields": "none",
        }]);
        desk.set("roles", json!([{ "code": "requester", "grants": grants }]));
        assert_eq!(found(&desk, &requester, "okapi"), Vec::<String>::new());
        assert_eq!(store::block_on(flow::reindex(&desk.engine)).unwrap(), 1, "only incidents are open in another way");
        assert_eq!(found(&desk, &requester, "okapi"), Vec::<String>::new());
        assert_eq!(found(&desk, &requester, "toaster"), ["Toaster"]);
        assert_eq!(found(&desk, &desk.as_agent().ctx, "okapi toaster"), ["Toaster"]);
        assert_eq!(store::block_on(flow::reindex(&desk.engine)).unwrap(), 0);
    }

    fn a_role_that_is_changed_and_changed_back_hides_nothing(database) {
        let desk = Desk::on(database);
        store::block_on(flow::reindex(&desk.engine)).unwrap();
        let keeper = flow::Reindexer::default();
        assert_eq!(store::block_on(keeper.run(&desk.engine)).unwrap(), 0);
        let grants = json!([{
            "types": ["incident"], "actions": ["read"], "read_fields": { "only": ["title"] }, "write_fields": "none",
        }]);
        desk.set("roles", json!([{ "code": "requester", "grants": grants }]));
        desk.create("incident", &[("title", "Kettle")]);
        desk.set("roles", json!([]));
        assert_eq!(store::block_on(keeper.run(&desk.engine)).unwrap(), 1, "what was written in between");
        assert_eq!(found(&desk, &desk.as_agent().ctx, "kettle"), ["Kettle"]);
    }

    fn what_is_alike_is_found_within_rights(database) {
        let desk = Desk::on(database);
        let rita = House::RITA.to_string();
        let texts = [
            ("Printer in the lobby jams", "Paper jam in tray two, the drum squeaks"),
            ("Printer jam again", "Tray two, squeaks like before"),
            ("Cannot sign in", "Password expired"),
        ];
        for (title, description) in texts {
            desk.create("incident", &[("title", title), ("description", description), ("requester", &rita)]);
        }
        desk.as_system().create("incident", &[("title", "Squeaks of the drum"), ("access", "2")]);
        let alike = |ctx: &Ctx, key: &str, types: &[&str]| -> Vec<String> {
            let (key, types) = (key.to_owned(), types.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
            let hits = desk.engine.read_blocking(ctx, move |reading| reading.similar_to("incident", &key, &types, 5));
            hits.unwrap().iter().map(|it| it.record.title().unwrap_or("?").to_owned()).collect()
        };
        assert_eq!(alike(&desk.as_requester().ctx, "INC0000001", &[]), ["Printer jam again"]);
        assert_eq!(alike(&desk.as_agent().ctx, "INC0000003", &[]), Vec::<String>::new());
        let query = SimilarQuery { text: "the drum squeaks".to_owned(), limit: 9, ..SimilarQuery::default() };
        let hits = desk.engine.read_blocking(&desk.as_agent().ctx, move |reading| reading.similar(&query)).unwrap();
        let hits: Vec<&str> = hits.iter().filter_map(|it| it.record.title()).collect();
        assert_eq!(hits[0], "Printer in the lobby jams");
        assert!(!hits.contains(&"Squeaks of the drum"), "{hits:?}");
    }

    fn pages_follow_each_other(database) {
        let desk = Desk::on(database);
        for at in 0..23 {
            desk.create("incident", &[("title", &format!("Toaster {at}"))]);
        }
        let agent = desk.as_agent().ctx;
        let first = search(&desk, &agent, SearchQuery { limit: Some(10), ..typed("toaster") });
        assert_eq!((first.hits.len(), first.rank, first.is_capped), (10, Rank::Best, false));
        assert_eq!(counts(&first.types), [("incident", 23)]);
        let forged = SearchQuery { after: Some("b0".to_owned()), ..typed("toaster") };
        let refused = desk.engine.read_blocking(&agent, move |reading| reading.search(&forged)).unwrap_err();
        assert_eq!(problems(&refused), "bad request: cursor-expired");
        let unknown = SearchQuery { types: vec!["unicorn".to_owned()], ..typed("toaster") };
        let refused = desk.engine.read_blocking(&agent, move |reading| reading.search(&unknown)).unwrap_err();
        assert_eq!(problems(&refused), "not found: type-unknown");
    }
}
