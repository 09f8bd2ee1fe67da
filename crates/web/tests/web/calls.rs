//! Calls and walk-ups by pages and by API: solved at once, turned into a ticket, added to one.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{office_of_ada, page, send, text};

both_databases! {
    fn a_call_becomes_a_ticket_with_one_button(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let form = text(&page(&ada, "/interaction/new").expect(200));
        assert!(form.contains(r#"name="person""#) && form.contains(r#"name="notes""#), "{form}");
        let fields = [("title", "No mail"), ("channel", "phone"), ("person", "Rita Requester"), ("notes", "Since nine")];
        let made = send(&ada, "/interaction/new", &fields).expect(303);
        assert_eq!(made.header("location"), "/interaction/INT0000001");
        let shown = text(&page(&ada, "/interaction/INT0000001").expect(200));
        for step in ["solve", "open_incident", "open_request", "add_to_ticket", "abandon"] {
            assert!(shown.contains(&format!("/interaction/INT0000001/step/{step}")), "{step}: {shown}");
        }
        assert!(!shown.contains("/child/task"), "it is too light for tasks");
        let done = send(&ada, "/interaction/INT0000001/step/open_incident", &[]).expect(303);
        assert_eq!(done.header("location"), "/incident/INC0000001");
        let there = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(there.contains("came up in") && there.contains("/interaction/INT0000001"), "{there}");
        let call = text(&page(&ada, "/interaction/INT0000001").expect(200));
        assert!(call.contains("<dd>New incident</dd>") && call.contains("/incident/INC0000001"), "{call}");
    }

    fn what_the_person_has_open_is_one_button_away(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let mine = office.desk.as_person(House::RITA).create("incident", &[("title", "Mail is slow")]);
        office.desk.as_person(House::ROB).create("incident", &[("title", "Of somebody else")]);
        send(&ada, "/interaction/new", &[("title", "Any news?"), ("person", "Rita Requester")]).expect(303);
        let shown = text(&page(&ada, "/interaction/INT0000001").expect(200));
        assert!(shown.contains("Open for Rita Requester") && shown.contains("Mail is slow"), "{shown}");
        assert!(!shown.contains("Of somebody else"), "{shown}");
        let add = send(&ada, "/interaction/INT0000001/step/add_to_ticket", &[("ticket", "INC0000001")]).expect(303);
        assert_eq!(add.header("location"), "/incident/INC0000001");
        assert!(text(&page(&ada, "/incident/INC0000001").expect(200)).contains("Any news?"));
        office.desk.expect(mine, &[("state", "new")]);
        let over = text(&page(&ada, "/interaction/INT0000001").expect(200));
        assert!(!over.contains("Open for"), "{over}");
    }

    fn a_call_that_is_over_is_one_form(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let fields = [("title", "A screen"), ("person", "Rita Requester"), ("outcome", "became_request")];
        let made = send(&ada, "/interaction/new", &fields).expect(303);
        assert_eq!(made.header("location"), "/request/REQ0000001");
        let empty = [("title", "Where is it?"), ("outcome", "solved")];
        let refused = text(&send(&ada, "/interaction/new", &empty).expect(422));
        assert!(refused.contains("Say in the notes how it was solved."), "{refused}");
    }

    fn requesters_see_no_calls(database) {
        let office = office_of_ada(database);
        office.desk.as_person(House::ADA).create("interaction", &[("title", "Rita called"), ("person", "Rita")]);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        for path in ["/portal", "/portal/requests", "/portal/search?q=called"] {
            assert!(!text(&page(&rita, path).expect(200)).contains("Rita called"), "{path}");
        }
        page(&rita, "/portal/interaction/INT0000001").expect(404);
        let program = office.bearer(House::RITA);
        program.get("/interaction").expect(403);
        program.get("/interaction/INT0000001").expect(404);
        // Whoever works at the desk is called by nobody in their own portal either.
        office.desk.as_person(House::ADA).create("interaction", &[("title", "Ada called"), ("person", "Ada")]);
        let ada = office.browser("ada");
        assert!(!text(&page(&ada, "/portal/requests").expect(200)).contains("Ada called"));
    }

    fn a_telephone_system_does_the_same(database) {
        let office = office_of_ada(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/interaction", &json!({ "title": "No mail", "person": House::RITA, "caller": "+49 40 1" })).expect(201);
        let path = format!("/interaction/{}", made.text("number"));
        let done = ada.post(&format!("{path}/actions/open_incident"), &json!({ "fields": { "notes": "Since nine" } })).expect(200);
        assert_eq!((&done.json["state"], &done.json["outcome"]), (&json!("closed"), &json!("became_incident")));
        let ticket = done.json["ticket"]["id"].as_str().expect("it names its ticket");
        let fault = ada.get(&format!("/incident/{ticket}")).expect(200);
        assert_eq!((&fault.json["description"], &fault.json["channel"]), (&json!("Since nine"), &json!("phone")));
        ada.post(&format!("{path}/actions/solve"), &json!({})).expect(422);
        for (title, outcome) in [("One", "solved"), ("Two", "solved"), ("Three", "abandoned")] {
            ada.post("/interaction", &json!({ "title": title, "notes": "x", "outcome": outcome })).expect(201);
        }
        let asked = json!({ "filter": "state:closed -outcome:abandoned", "measures": ["share:outcome:solved", "median:duration"] });
        let rate = ada.post("/interaction/aggregate", &asked).expect(200);
        assert_eq!(rate.json["rows"][0]["values"], json!([{ "part": 2, "whole": 3 }, "PT0S"]));
    }
}
