//! A ticket that tells the same as another one is merged from where somebody sees that.

use serde_json::json;
use test_kit::{Database, House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Client, Office};

/// Three tickets, of which the first two tell the same, and Ada's browser.
fn office(database: Database) -> Office {
    let office = Office::on(database);
    office.give_login(House::ADA, "ada");
    let (rita, rob) = (House::RITA.to_string(), House::ROB.to_string());
    for (title, requester) in [
        ("Printer in the lobby squeaks", &rita),
        ("Lobby printer squeaks again", &rob),
        ("Mouse without wheel", &rita),
    ] {
        let fields = [("title", title), ("requester", requester.as_str())];
        office.desk.create("incident", &fields);
    }
    office
}

/// The first address in the page that leads to that.
fn href(shown: &str, part: &str) -> String {
    let mut all = shown.split("href=\"").filter_map(|it| it.split('"').next());
    let found = all.find(|it| it.contains(part));
    found
        .unwrap_or_else(|| panic!("no way to {part}: {shown}"))
        .replace("&amp;", "&")
}

const FIRST: &str = "/incident/INC0000001";
const INTO_SECOND: &str = "/incident/INC0000001/step/merge?merged_into=INC0000002";
const INTO_FIRST: &str = "/incident/INC0000002/step/merge?merged_into=INC0000001";

fn shown(browser: &Client<'_>, path: &str) -> String {
    text(&page(browser, path).expect(200))
}

both_databases! {
    fn a_similar_ticket_leads_to_the_merge_and_back(database) {
        let office = office(database);
        let ada = office.browser("ada");
        // Beside the ticket, on the page of similar ones, and where one was looked for by its number or words.
        let found = ["helpful", "similar", "similar?q=INC0000002", "similar?q=lobby"];
        for place in found {
            let alike = shown(&ada, &format!("{FIRST}/{place}"));
            assert!(alike.contains("Merge INC0000001 into this") && alike.contains("This is a duplicate of INC0000001"), "{place}: {alike}");
            assert_eq!((href(&alike, "INC0000001/step/merge"), href(&alike, "INC0000002/step/merge")), (INTO_SECOND.into(), INTO_FIRST.into()), "{place}");
            assert_eq!(alike.matches("INC0000001/step/merge").count(), 1, "{place}: it is not like itself: {alike}");
        }
        assert!(shown(&ada, FIRST).contains(&format!("data-fetch=\"{FIRST}/helpful\"")));
        let asked = shown(&ada, &format!("{FIRST}/similar?q=state%3Anonsense"));
        assert!(asked.contains("nonsense") && asked.contains("role=\"alert\""), "{asked}");

        // What would happen is told first, with both tickets, and the target is filled in.
        let asked = shown(&ada, INTO_SECOND);
        for words in ["What is merged", "Lobby printer squeaks again", "Rob Requester", "Ends as merged", "its number leads to the other one", "value=\"INC0000002\""] {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        assert_eq!(office.desk.as_system().list("incident", "open:true").len(), 3, "to look changes nothing");
        let itself = shown(&ada, "/incident/INC0000001/step/merge?merged_into=nothing");
        assert!(!itself.contains("Goes on") && itself.contains("value=\"nothing\""), "{itself}");

        let done = send(&ada, "/incident/INC0000001/step/merge", &[("merged_into", "INC0000002")]).expect(303);
        assert_eq!(done.header("location"), "/incident/INC0000002");
        let notice = done.header("set-cookie").split(';').next().unwrap().to_owned();
        ada.set("cookie", &format!("{}; {notice}", ada.header("cookie").unwrap()));
        let there = shown(&ada, "/incident/INC0000002");
        assert!(there.contains("INC0000001 is merged into this one.") && there.contains("href=\"/incident/INC0000001/step/unmerge\""), "{there}");
        // The way back is one step that asks first, and then it is as before.
        assert!(shown(&ada, "/incident/INC0000001/step/unmerge").contains("Undo the merge"));
        send(&ada, "/incident/INC0000001/step/unmerge", &[]).expect(303);
        assert_eq!(office.desk.as_system().list("incident", "open:true").len(), 3);
    }

    fn what_is_over_or_not_ones_own_is_offered_no_merge(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let second = office.desk.as_system().list("incident", "number:INC0000002")[0].id();
        office.desk.as_person(House::ADA).act(second, "cancel", &[]);
        let alike = shown(&ada, &format!("{FIRST}/similar"));
        assert!(alike.contains("/incident/INC0000002") && !alike.contains("step/merge"), "{alike}");
        assert!(!shown(&ada, &format!("{FIRST}/helpful")).contains("INC0000002"), "beside the ticket stand open ones");
        // Whoever may only read is offered nothing.
        office.give_login(House::OTTO, "otto");
        let alike = shown(&office.browser("otto"), &format!("{FIRST}/similar"));
        assert!(!alike.contains("step/merge"), "{alike}");
        // A target that is over is refused with the reason, and the page still tells of both.
        let refused = send(&ada, "/incident/INC0000001/step/merge", &[("merged_into", "INC0000002")]).expect(422);
        let told = text(&refused);
        assert!(told.contains("That one is over") && told.contains("What is merged"), "{told}");
    }

    fn a_link_of_duplicates_offers_the_merge_in_its_direction(database) {
        let office = office(database);
        let ada = office.browser("ada");
        send(&ada, &format!("{FIRST}/link"), &[("kind", "duplicate"), ("to", "INC0000002")]).expect(303);
        for path in [FIRST, "/incident/INC0000002"] {
            let linked = shown(&ada, path);
            assert!(linked.contains("Merge INC0000001 into INC0000002"), "{path}: {linked}");
            assert_eq!(href(&linked, "step/merge"), INTO_SECOND, "{path}");
        }
        // What is over is neither merged nor takes anything in.
        let third = office.desk.as_system().list("incident", "number:INC0000003")[0].id();
        office.desk.as_person(House::ADA).act(third, "cancel", &[]);
        send(&ada, &format!("{FIRST}/link"), &[("kind", "duplicate"), ("to", "INC0000003")]).expect(303);
        send(&ada, "/incident/INC0000003/link", &[("kind", "duplicate"), ("to", "INC0000002")]).expect(303);
        for path in [FIRST, "/incident/INC0000002", "/incident/INC0000003"] {
            let linked = shown(&ada, path);
            assert!(!linked.contains("INC0000003 into") && !linked.contains("into INC0000003"), "{path}: {linked}");
        }
        // By the API the same: what is like it, and the merge.
        let program = office.bearer(House::ADA);
        let alike = program.get(&format!("{FIRST}/similar")).expect(200).json;
        let other = alike["hits"][0]["record"]["id"].clone();
        program.post(&format!("{FIRST}/actions/merge"), &json!({ "fields": { "merged_into": other } })).expect(200);
        let linked = shown(&ada, "/incident/INC0000002");
        assert!(linked.contains("took in") && !linked.contains("Merge INC0000001"), "once is enough: {linked}");
    }

    fn whoever_may_not_read_the_state_still_sees_the_page(database) {
        let office = office(database);
        send(&office.browser("ada"), &format!("{FIRST}/link"), &[("kind", "duplicate"), ("to", "INC0000002")]).expect(303);
        let syd = office.bearer(House::SYD);
        let mut roles = syd.get("/settings/roles").expect(200).json["value"].clone();
        for role in roles.as_array_mut().unwrap().iter_mut().filter(|it| it["code"] != "system_administrator") {
            for grant in role["grants"].as_array_mut().unwrap() {
                let reads = grant["actions"].to_string().contains("\"read\"") && grant["types"].to_string().contains("incident");
                if reads {
                    grant["read_fields"] = json!({ "only": ["number", "title"] });
                }
            }
        }
        syd.put("/settings/roles", &json!({ "value": roles })).expect(200);
        let seen = office.bearer(House::TINA).get(FIRST).expect(200).json;
        assert_eq!((&seen["number"], &seen["state"]), (&json!("INC0000001"), &json!(null)), "{seen}");
        office.give_login(House::TINA, "tina");
        let linked = shown(&office.browser("tina"), FIRST);
        assert!(linked.contains("INC0000002") && !linked.contains("step/merge"), "{linked}");
    }
}
