//! Whatever is sent, the answer is a 4xx that names the spot, and nothing is written.

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::html::{page, text};
use crate::office::{Answer, Client, Office};

fn post_raw(client: &Client<'_>, media_type: Option<&str>, body: &[u8]) -> Answer {
    client.raw("POST", "/api/v1/incident", media_type, body.to_vec(), &[])
}

const JSON: Option<&str> = Some("application/json");

both_databases! {
    fn bodies_that_cannot_be_read_are_refused_with_the_spot(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        post_raw(&ada, Some("text/plain"), b"{\"title\":\"x\"}").refused(415, "media-type-wrong");
        post_raw(&ada, None, b"{\"title\":\"x\"}").refused(415, "media-type-wrong");
        let broken = post_raw(&ada, JSON, b"{\"title\": ").refused(400, "json-unreadable");
        assert!(broken.text("detail").contains("line 1, column 10"), "{}", broken.json);
        let wrong = post_raw(&ada, JSON, b"{\"title\":\"\xff\"}").refused(400, "body-not-utf8");
        assert!(wrong.text("detail").contains("position 10"), "{}", wrong.json);
        post_raw(&ada, JSON, b"[1]").refused(400, "json-object-expected");
        let deep = [b"{\"title\":".to_vec(), vec![b'['; 100_000]].concat();
        post_raw(&ada, JSON, &deep).refused(400, "json-body-too-deep");
        let huge = format!("{{\"title\":\"{}\"}}", "x".repeat(1024 * 1024));
        post_raw(&ada, JSON, huge.as_bytes()).refused(413, "body-too-large");
        assert_eq!(ada.get("/incident?count=exact").json["count"], 0);
    }

    fn a_text_of_nothing_is_no_title(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "No sound", "requester": House::RITA })).expect(201);
        for nothing in ["", "   ", "\u{a0}\u{2003}\n"] {
            let body = json!({ "title": nothing, "requester": House::RITA });
            ada.post("/incident", &body).expect(422).names("title", "refused-required");
            let change = json!({ "title": nothing });
            ada.patch(&format!("/incident/{}", made.id()), &change).expect(422).names("title", "refused-required");
        }
        assert_eq!(ada.get("/incident?count=exact").json["count"], 1);
    }

    fn u0000_is_refused_wherever_it_stands(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "title": "a\u{0}b", "requester": House::RITA });
        ada.post("/incident", &body).expect(422).names("title", "text-with-nul");
        let nested = json!({ "title": "x", "further_emails": [{ "a": "\u{0}" }] });
        office.bearer(House::SYD).post("/person", &nested).expect(422).names("further_emails/0/a", "text-with-nul");
        let parameter = ada.get("/incident?filter=title~%22a%00b%22").refused(400, "parameter-with-nul");
        assert!(parameter.text("detail").contains("parameter filter"), "{}", parameter.json);
        ada.delete("/incident/INC0000001?reason=%00").refused(400, "parameter-with-nul");
        ada.get("/incident/INC%00").refused(400, "address-with-nul");
        ada.get("/incident%00").refused(400, "address-with-nul");
        ada.get("/incident?filter=%FF").refused(400, "text-not-utf8");
        let odd = ada.get("/incident/%FF").refused(400, "address-not-utf8");
        assert!(odd.text("detail").contains("%FF"), "{}", odd.json);
        let named = json!({ "further_emails": { "a": { "\u{0}": 1 } } });
        office.bearer(House::SYD).post("/person", &named).expect(422).names("further_emails/a", "text-with-nul");
    }

    fn unknown_names_are_refused_with_what_was_meant(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "titel": "x", "requester": House::RITA });
        let refused = ada.post("/incident", &body).expect(422).names("titel", "unknown-field-meant");
        assert!(refused.json["errors"][0]["message"].as_str().unwrap().contains("title"));
        ada.get("/incident?limt=1").refused(400, "parameter-unknown-meant");
        ada.get("/incident?zzz=1").refused(400, "parameter-unknown");
        let meant = ada.get("/incidnt").refused(404, "type-unknown-meant");
        assert!(meant.text("detail").contains("incident"));
        ada.get("/zzz").refused(404, "type-unknown");
        ada.get("/incident?sort=titel").expect(400);
        let sort = ada.get("/incident?sort=zzz").refused(400, "filter-unknown-field");
        assert_eq!(sort.text("detail"), "incident has no field zzz. Choose one of its fields.");
        ada.get("/incident?fields=titel").expect(400);
        ada.get("/incident?filter=titel%3Ax").refused(400, "filter-unknown-field");
        ada.raw("GET", "/api/v2/incident", None, Vec::new(), &[]).refused(404, "address-not-found");
        let method = ada.raw("PUT", "/api/v1/incident", None, Vec::new(), &[]).refused(405, "method-not-allowed");
        assert!(method.header("allow").contains("POST"));
    }

    fn values_of_the_wrong_kind_are_all_told_at_once(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({
            "title": 7, "requester": "Rita", "impact": { "a": 1 }, "opened_at": "yesterday", "description": [],
        });
        let refused = ada.post("/incident", &body).refused(422, "problem-fields");
        for field in ["title", "requester", "opened_at"] {
            let named = refused.json["errors"].as_array().unwrap().iter().any(|it| it["field"] == field);
            assert!(named, "{field} is not named in {}", refused.json);
        }
        assert_eq!(ada.get("/incident?count=exact").json["count"], 0);
        let unknown = json!({ "title": "x", "requester": House::MAIL });
        ada.post("/incident", &unknown).expect(422);
        let long = json!({ "title": "x".repeat(300), "requester": House::RITA });
        ada.post("/incident", &long).expect(422);
        let read_only = json!({ "title": "x", "requester": House::RITA, "number": "INC1", "version": 7 });
        ada.post("/incident", &read_only).expect(422).names("number", "refused-read-only");
    }

    fn an_access_class_that_there_is_not_is_refused(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let (syd, ada) = (office.bearer(House::SYD), office.browser("ada"));
        let spec = json!({ "name": "vehicle", "label": { "en": "Vehicle" }, "plural": { "en": "Vehicles" }, "spine": ["access"] });
        syd.post("/types", &spec).expect(201);
        for class in [99, -5, 3, 4] {
            for of in ["incident", "task", "vehicle"] {
                let body = json!({ "title": "x", "access": class });
                let refused = syd.post(&format!("/{of}"), &body).expect(422).names("access", "refused-choice");
                let words = refused.json["errors"][0]["message"].as_str().unwrap();
                assert!(words.contains("0, 1, 2"), "{words}");
            }
        }
        assert_eq!(syd.get("/incident?count=exact").expect(200).json["count"], 0);
        let made = ada.post("/incident", &json!({ "title": "x", "access": 2 })).expect(201);
        ada.patch(&format!("/incident/{}", made.id()), &json!({ "access": 99 })).expect(422).names("access", "refused-choice");
        let number = made.text("number");
        let shown = text(&page(&ada, &format!("/incident/{number}")).expect(200));
        assert!(shown.contains("Confidential"), "{shown}");
        let form = text(&page(&ada, &format!("/incident/{number}/edit")).expect(200));
        let (_, menu) = form.split_once("name=\"access\"").expect("the form asks for it");
        let menu = menu.split("</select>").next().unwrap();
        assert!(menu.contains("value=\"2\" selected") && menu.contains("Internal") && !menu.contains("value=\"3\""), "{menu}");
        // A class of the house's own is a choice like others.
        syd.put("/settings/dictionary.choices", &json!({ "value": {
            "vehicle.access": [{ "code": "7", "label": { "en": "Board" } }],
        } })).expect(200);
        syd.post("/vehicle", &json!({ "title": "x", "access": 7 })).expect(201);
    }

    fn enormous_and_forged_parameters_are_refused(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let long = "title%3Ax+".repeat(2_000);
        ada.get(&format!("/incident?filter={long}")).expect(400);
        let many = "x+".repeat(300);
        ada.get(&format!("/incident?filter={many}")).expect(400);
        let deep = format!("{}title%3Ax{}", "(".repeat(200), ")".repeat(200));
        ada.get(&format!("/incident?filter={deep}")).expect(400);
        let json = format!("{}{}", "%7B%22not%22%3A".repeat(500), "%7D".repeat(500));
        ada.get(&format!("/incident?filter_json={json}")).expect(400);
        for limit in ["0", "201", "-1", "many", "99999999999999999999"] {
            ada.get(&format!("/incident?limit={limit}")).refused(400, "parameter-wrong");
        }
        for cursor in ["x", "AAAA", "%F0%9F%98%80", &"A".repeat(5_000)] {
            ada.get(&format!("/incident?after={cursor}")).refused(400, "cursor-expired");
        }
        ada.get("/incident?count=maybe").refused(400, "parameter-wrong");
        ada.get("/incident?labels=maybe").refused(400, "parameter-wrong");
    }

    fn a_cursor_is_good_for_its_list_and_its_person_alone(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        for title in ["One", "Two"] {
            office.desk.create("incident", &[("title", title), ("requester", "Rita")]);
        }
        let next = ada.get("/incident?limit=1").expect(200).text("next");
        ada.get(&format!("/incident?limit=1&after={next}")).expect(200);
        ada.get(&format!("/incident?limit=1&sort=title&after={next}")).refused(400, "cursor-expired");
        office.bearer(House::NOAH).get(&format!("/incident?limit=1&after={next}")).refused(400, "cursor-expired");
    }

    fn a_member_of_the_wrong_shape_is_named(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let id = office.desk.create("incident", &[("title", "One"), ("requester", "Rita")]);
        let bodies: [(&str, Json, &str, &str); 7] = [
            ("/sign-in", json!({ "login": 5, "password": "x" }), "login", "expected a string"),
            ("/sign-in", json!({ "login": "x", "password": [] }), "password", "expected a string"),
            (&format!("/incident/{id}/comments"), json!({ "text": "x", "to_children": "yes" }), "to_children", "boolean"),
            (&format!("/incident/{id}/comments"), json!({ "text": "x", "to_children": 1, "visibility": 2 }), "to_children", "boolean"),
            (&format!("/incident/{id}/actions/start"), json!({ "fields": 1 }), "fields", "expected a map"),
            (&format!("/incident/{id}/actions/start"), json!({ "comment": { "txt": "x" } }), "comment", "unknown field `txt`"),
            (&format!("/incident/{id}/assign"), json!({ "comment": 7 }), "comment", "WholeComment"),
        ];
        for (path, body, field, words) in bodies {
            let refused = ada.post(path, &body).expect(422).names(field, "json-does-not-fit");
            let said = refused.json["errors"][0]["message"].as_str().unwrap();
            assert!(said.contains(words), "{path} {body}: {said}");
        }
        let bodies = [
            (json!({ "login": "x" }), "password"),
            (json!({ "login": "x", "pasword": "y" }), "pasword"),
        ];
        for (body, field) in bodies {
            ada.post("/sign-in", &body).expect(422).names(field, "json-does-not-fit");
        }
        ada.post("/sign-in", &json!(["x"])).refused(400, "json-does-not-fit");
    }

    fn of_very_many_problems_some_are_told(database) {
        let office = Office::on(database);
        let members = (0..5_000).map(|it| (format!("f{it}"), json!(1)));
        let body = Json::Object(members.collect());
        let refused = office.bearer(House::ADA).post("/incident", &body).refused(422, "problem-fields");
        assert_eq!(refused.json["errors"].as_array().unwrap().len(), 100);
    }

    fn forms_of_other_shapes_are_refused(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let id = office.desk.create("incident", &[("title", "One"), ("requester", "Rita")]);
        let path = format!("/incident/{id}");
        let bodies: [(&str, Json); 5] = [
            ("/comments", json!({ "text": 1 })),
            ("/comments", json!({ "text": "x", "unknown": 1 })),
            ("/links", json!({ "kind": "related" })),
            ("/actions/start", json!({ "fields": [] })),
            ("/actions/start", json!({ "comment": { "txt": "x" } })),
        ];
        for (end, body) in bodies {
            let answer = ada.post(&format!("{path}{end}"), &body);
            assert!(answer.status.is_client_error(), "{end} {body}: {}", answer.status);
        }
        assert_eq!(ada.get(&path).json["version"], 1, "nothing was written");
    }

    fn a_text_that_shows_nothing_is_none(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        for nothing in [" ", "\u{200b}", "\u{200d}\u{2060}", "\u{feff}\u{ad}\t", "\u{3164}", "\u{202e}"] {
            let body = json!({ "title": nothing, "requester": House::RITA });
            ada.post("/incident", &body).expect(422).names("title", "refused-required");
        }
        let made = ada.post("/incident", &json!({ "title": "Auf\u{200c}lage \u{200d}x", "description": "\u{200b}" })).expect(201);
        assert_eq!(made.json["title"], "Auf\u{200c}lage \u{200d}x", "joiners within words stay");
        assert!(made.json["description"].is_null(), "{}", made.json);
        let path = format!("/incident/{}", made.id());
        ada.patch(&path, &json!({ "title": "\u{200b}" })).expect(422).names("title", "refused-required");
        ada.post(&format!("{path}/comments"), &json!({ "text": "\u{200b}\n" })).expect(422).names("text", "refused-required");
        let notes = json!({ "fields": { "resolution_code": "solution_provided", "close_notes": "\u{2060}" } });
        ada.post(&format!("{path}/actions/resolve"), &notes).expect(422).names("close_notes", "refused-required");
    }
}
