//! Search through the API and in the pages: what is found, how it is shown, and for whom.

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::html::{page, text};
use crate::office::Office;

fn filled(office: &Office) {
    let rita = House::RITA.to_string();
    for (title, description) in [
        (
            "Printer in the lobby",
            "Paper jam in tray two, the drum squeaks",
        ),
        ("Printer again", "Paper jam, the drum squeaks like before"),
        ("Mouse", "The wheel sticks"),
    ] {
        let fields = [
            ("title", title),
            ("description", description),
            ("requester", &rita),
        ];
        office.desk.create("incident", &fields);
    }
    let hidden = [("title", "Printer of the board"), ("access", "2")];
    office.desk.as_system().create("incident", &hidden);
}

/// Titles of hits, in order.
fn titles(hits: &Json) -> Vec<&str> {
    let hits = hits["hits"].as_array().unwrap();
    hits.iter()
        .map(|it| it["record"]["title"].as_str().unwrap())
        .collect()
}

both_databases! {
    fn words_and_filters_are_searched_in_one_parameter(database) {
        let office = Office::on(database);
        filled(&office);
        let ada = office.bearer(House::ADA);
        let page = ada.get("/search?q=printer+state%3Anew+squeaks&type=incident").expect(200);
        assert_eq!(titles(&page.json).len(), 2);
        assert_eq!(page.json["types"], json!([{ "type": "incident", "count": 2 }]));
        assert_eq!((&page.json["order"], &page.json["capped"]), (&json!("best"), &json!(false)));
        let lobby = ada.get("/search?q=lobby").expect(200);
        let hit = &lobby.json["hits"][0];
        assert_eq!(hit["title"], json!([
            { "text": "Printer in the ", "marked": false }, { "text": "lobby", "marked": true },
        ]));
        assert_eq!(hit["record"]["number"], "INC0000001");
        let tray = ada.get("/search?q=tray").expect(200);
        assert_eq!(tray.json["hits"][0]["snippet"], json!({
            "from": "field", "field": "description", "parts": [
                { "text": "Paper jam in ", "marked": false }, { "text": "tray", "marked": true },
                { "text": " two, the drum squeaks", "marked": false },
            ],
        }));
        assert_eq!(ada.get("/search?q=inc-2").expect(200).json["hits"][0]["is_number"], true);
        assert_eq!(titles(&ada.get("/search?q=mou&typing=true&type=incident").expect(200).json), ["Mouse"]);
        assert_eq!(titles(&ada.get("/search?q=mou&type=incident").expect(200).json), Vec::<&str>::new());
    }

    fn pages_of_hits_put_together_are_all_hits(database) {
        let office = Office::on(database);
        filled(&office);
        let ada = office.bearer(House::ADA);
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = ada.get(&format!("/search?q=printer+or+mouse&type=incident&limit=2&after={after}")).expect(200);
            found.extend(titles(&page.json).into_iter().map(str::to_owned));
            match page.json["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        found.sort();
        assert_eq!(found, ["Mouse", "Printer again", "Printer in the lobby"]);
        ada.get("/search?q=printer&after=nonsense").refused(400, "cursor-expired");
    }

    fn what_cannot_be_asked_is_refused(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        ada.get("/search?q=vpn&colour=red").expect(400);
        ada.get("/search?q=vpn&type=unicorn").refused(404, "type-unknown");
        let wrong = ada.get("/search?q=vpn+state%3Anonsense&type=incident").expect(400);
        assert_eq!(wrong.json["position"]["column"], 11, "{}", wrong.json);
        let many = vec!["word"; 41].join("+");
        ada.get(&format!("/search?q={many}")).refused(400, "search-too-many-words");
        office.client().get("/search?q=vpn").refused(401, "nobody-signed-in");
    }

    fn what_is_alike_is_named(database) {
        let office = Office::on(database);
        filled(&office);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        assert_eq!(titles(&ada.get("/incident/INC0000001/similar").expect(200).json), ["Printer again"]);
        rita.get("/incident/INC0000004/similar").expect(404);
        let asked = json!({ "text": "It squeaks, the drum I guess", "types": ["incident"] });
        let found = rita.post("/similar", &asked).expect(200);
        assert_eq!(titles(&found.json).len(), 2, "{}", found.json);
        rita.post("/similar", &json!({ "text": "x", "tipes": [] })).expect(422);
    }

    fn files_are_found_by_their_names(database) {
        let office = Office::on(database);
        filled(&office);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let add = |name: &str| {
            let address = format!("/api/v1/incident/INC0000003/attachments?name={name}");
            let sent = ada.raw("POST", &address, Some("application/octet-stream"), b"words".to_vec(), &[]);
            sent.expect(201).json["attachments"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
        };
        let public = add("zebra-2024.txt");
        add("giraffe.txt&visibility=private");
        let found = rita.get("/search?q=mouse+zebra").expect(200);
        assert_eq!(found.json["hits"][0]["snippet"], json!({
            "from": "file", "field": null, "parts": [
                { "text": "zebra", "marked": true }, { "text": "-2024.txt", "marked": false },
            ],
        }));
        assert_eq!(titles(&ada.get("/search?q=giraffe").expect(200).json), ["Mouse"]);
        assert_eq!(titles(&rita.get("/search?q=giraffe").expect(200).json), Vec::<&str>::new());
        let gone = ada.raw("DELETE", &format!("/api/v1/incident/INC0000003/attachments/{public}"), None, Vec::new(), &[]);
        gone.expect(204);
        assert_eq!(titles(&rita.get("/search?q=zebra").expect(200).json), Vec::<&str>::new());
        assert_eq!(titles(&ada.get("/search?q=giraffe").expect(200).json), ["Mouse"]);
    }

    fn the_page_of_the_desk_shows_what_was_found(database) {
        let office = Office::on(database);
        filled(&office);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let found = text(&page(&ada, "/search?q=printer+squeaks").expect(200));
        for part in ["<mark>Printer</mark> again", "the drum <mark>squeaks</mark>", "2 results.", "/incident/INC0000002"] {
            assert!(found.contains(part), "{part} in {found}");
        }
        assert!(!found.contains("board"), "{found}");
        let nothing = text(&page(&ada, "/search?q=xylophone").expect(200));
        assert!(nothing.contains("Nothing found for “xylophone”"), "{nothing}");
        assert!(text(&page(&ada, "/search").expect(200)).contains("Search in everything that you may read"));
        let wrong = text(&page(&ada, "/search?q=printer+state%3Anonsense").expect(400));
        assert!(wrong.contains(r#"class="banner amber""#) && wrong.contains("nonsense"), "{wrong}");
        assert_eq!(page(&ada, "/search?q=inc-1").expect(303).headers["location"], "/incident/INC0000001");
        let few = text(&page(&ada, "/search?q=mou&part=few").expect(200));
        assert!(few.contains("<mark>Mouse</mark>") && !few.contains("<html"), "{few}");
        let narrow = text(&page(&ada, "/search?q=printer+or+service&type=incident").expect(200));
        assert!(narrow.contains("2 results.") && narrow.contains("type=team"), "other types stay in sight: {narrow}");
        let alike = text(&page(&ada, "/incident/INC0000001/similar").expect(200));
        assert!(alike.contains("Similar to") && alike.contains("/incident/INC0000002"), "{alike}");
        page(&ada, "/incident/INC0000004/similar").expect(404);
    }

    fn requesters_search_in_the_portal(database) {
        let office = Office::on(database);
        filled(&office);
        let article = [("title", "Clean the drum"), ("body", "When it squeaks, wipe the drum of the printer")];
        let article = office.desk.as_author().create("knowledge_article", &article);
        office.desk.as_author().act(article, "submit", &[]);
        office.desk.as_publisher().act(article, "publish", &[]);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let moved = page(&rita, "/search?q=drum").expect(303);
        assert_eq!(moved.headers["location"], "/portal/search?q=drum");
        let found = text(&page(&rita, "/portal/search?q=drum").expect(200));
        for part in ["/portal/incident/INC0000001", "Clean the <mark>drum</mark>", "/portal/new/incident?title=drum"] {
            assert!(found.contains(part), "{part} in {found}");
        }
        assert!(!text(&page(&rita, "/portal/search?q=board").expect(200)).contains("INC0000004"));
        let few = text(&page(&rita, "/search?q=printer&part=few").expect(200));
        assert!(!few.contains("board"), "{few}");
        let alike = text(&page(&rita, "/portal/alike?text=The+drum+squeaks").expect(200));
        assert!(alike.contains("This may help") && alike.contains("/portal/knowledge_article/"), "{alike}");
        assert_eq!(text(&page(&rita, "/portal/alike?text=").expect(200)), "");
    }

    fn where_nothing_is_found_each_page_says_so(database) {
        let office = Office::on(database);
        filled(&office);
        for (person, login) in [(House::ADA, "ada"), (House::RITA, "rita")] {
            office.give_login(person, login);
        }
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        for (who, path) in [(&ada, "/search"), (&rita, "/portal/search")] {
            let shown = text(&page(who, &format!("{path}?q=xylophone")).expect(200));
            let (_, empty) = shown.split_once("class=\"empty\"").unwrap_or_else(|| panic!("{path}: {shown}"));
            assert!(empty.contains("Nothing found for “xylophone”") && empty.contains("Leave a word out"), "{path}: {empty}");
            assert!(!shown.contains("0 results"), "{path}: {shown}");
            for part in ["hits", "few"] {
                let shown = text(&page(who, &format!("{path}?q=xylophone&part={part}")).expect(200));
                assert!(shown.contains("Nothing found for “xylophone”") && !shown.contains("<html"), "{path}, {part}: {shown}");
            }
        }
        // The signs of filters are for those who work with lists; whoever asks is told in plain words.
        for path in ["/portal/search", "/portal/search?q=printer", "/portal/knowledge_article"] {
            let shown = text(&page(&rita, path).expect(200));
            assert!(!shown.contains("state:open") && !shown.contains("or filters") && shown.contains("in your own words"), "{path}: {shown}");
        }
        assert!(text(&page(&ada, "/search").expect(200)).contains("state:open"));
        // Whoever only asks may report what they did not find.
        assert!(text(&page(&rita, "/portal/search?q=xylophone").expect(200)).contains("/portal/new/incident?title=xylophone"));
    }
}
