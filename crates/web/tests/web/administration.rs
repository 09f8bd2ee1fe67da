//! Administration: the checklist and the pages of everything that is set up.

use serde_json::Value as Json;
use test_kit::{House, both_databases};

use crate::html::{page, text};
use crate::office::Office;

both_databases! {
    fn the_checklist_follows_what_is_there(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let state = |key: &str| item(&syd.get("/set-up").expect(200).json, key)["state"].clone();
        assert_eq!((state("administrators"), state("people")), ("missing".into(), "done".into()));
        office.give_login(House::SYD, "syd");
        assert_eq!(state("administrators"), "missing", "one may be away");
        office.give_login(House::TINA, "tina");
        office.give_login(House::ADA, "ada");
        assert_eq!(state("administrators"), "done");
        assert_eq!((state("workers"), state("https"), state("mail-out")), ("done".into(), "missing".into(), "advice".into()));
        let browser = office.browser("syd");
        let shown = text(&page(&browser, "/admin").expect(200));
        assert!(shown.contains("2 people who can sign in administer the desk"), "{shown}");
        assert!(shown.contains("href=\"/admin/types\"") && shown.contains("href=\"/role_assignment?q=\""), "{shown}");
    }

    fn the_checklist_is_for_administrators(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.bearer(House::ADA).get("/set-up").refused(403, "forbidden-area");
        page(&office.browser("ada"), "/admin").expect(403);
    }
}

fn item<'j>(checklist: &'j Json, key: &str) -> &'j Json {
    let items = checklist["items"].as_array().unwrap();
    items
        .iter()
        .find(|it| it["key"] == key)
        .unwrap_or_else(|| panic!("no {key} in {checklist}"))
}
