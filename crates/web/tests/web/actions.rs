//! What is done to a record besides changing its fields.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::Office;

both_databases! {
    fn an_incident_is_handed_over_worked_on_and_resolved(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "No mail", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}", made.text("number"));
        let handed = json!({ "team": House::SERVICE_DESK, "assignee": House::ADA, "reason": "I know mail" });
        assert_eq!(ada.post(&format!("{path}/assign"), &handed).expect(200).json["assignee"]["title"], "Ada Agent");
        ada.post(&format!("{path}/actions/start"), &json!({})).expect(200);
        let missing = ada.post(&format!("{path}/actions/resolve"), &json!({})).refused(422, "problem-fields");
        let missing = missing.names("resolution_code", "refused-required");
        assert!(missing.json["errors"].as_array().unwrap().len() > 1, "all problems are told at once");
        let code = ada.get("/types/incident").expect(200).json["fields"].as_array().unwrap().iter()
            .find(|it| it["name"] == "resolution_code").unwrap()["choices"][0]["code"].clone();
        let fields = json!({ "resolution_code": code, "close_notes": "Restarted" });
        let done = ada.post(&format!("{path}/actions/resolve"), &json!({ "fields": fields })).expect(200);
        assert_eq!(done.json["state"], "resolved");
        let unknown = ada.post(&format!("{path}/actions/explode"), &json!({})).refused(404, "transition-unknown-of");
        assert!(unknown.text("detail").contains("incident has no step explode. Its steps are: start, "), "{}", unknown.json);
    }

    fn comments_are_public_or_private(database) {
        let office = Office::on(database);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let made = ada.post("/incident", &json!({ "title": "No mail", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}", made.id());
        ada.post(&format!("{path}/comments"), &json!({ "text": "We look into it." })).expect(201);
        let note = json!({ "text": "The disk is full", "visibility": "private", "minutes_worked": 5 });
        ada.post(&format!("{path}/comments"), &note).expect(201);
        let said = |answer: crate::office::Answer| {
            let entries = answer.expect(200).json["entries"].as_array().unwrap().clone();
            entries.iter().filter_map(|it| Some(it.get("comment")?["text"].as_str()?.to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(said(ada.get(&format!("{path}/timeline"))), ["We look into it.", "The disk is full"]);
        assert_eq!(said(rita.get(&format!("{path}/timeline"))), ["We look into it."]);
        rita.post(&format!("{path}/comments"), &note).expect(403);
        let empty = ada.post(&format!("{path}/comments"), &json!({ "text": " " })).expect(422);
        empty.names("text", "refused-required");
        let wrong = ada.post(&format!("{path}/comments"), &json!({ "text": "x", "visibility": "secret" }));
        wrong.expect(422).names("visibility", "json-does-not-fit");
    }

    fn records_are_linked_and_links_are_seen_from_both_ends(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let one = ada.post("/incident", &json!({ "title": "One", "requester": House::RITA })).expect(201);
        let two = ada.post("/incident", &json!({ "title": "Two", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}/links", one.id());
        let kinds = ada.get("/types").expect(200).json["link_kinds"].clone();
        assert!(kinds.as_array().unwrap().contains(&json!("related")), "{kinds}");
        let unknown = ada.post(&path, &json!({ "kind": "relatde", "to": two.id() })).expect(422);
        let unknown = unknown.names("kind", "link-kind-unknown");
        assert!(unknown.json["errors"][0]["message"].as_str().unwrap().contains("related"), "{}", unknown.json);
        let link = json!({ "kind": "related", "to": two.text("number") });
        ada.post(&path, &link).expect(201);
        let links = ada.get(&path).expect(200);
        assert_eq!(links.json["links"][0]["record"]["title"], "Two");
        assert_eq!(links.json["links"][0]["direction"], "outgoing");
        let back = ada.get(&format!("/incident/{}/links", two.id())).expect(200);
        assert_eq!(back.json["links"][0]["direction"], "incoming");
        ada.delete(&format!("{path}?kind=related&to={}", two.id())).expect(204);
        assert_eq!(ada.get(&path).expect(200).json["links"], json!([]));
        ada.post(&path, &json!({ "kind": "related", "to": "INC9999999" })).expect(404);
    }

    fn people_follow_a_record(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "One", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}/followers", made.id());
        ada.post(&path, &json!({})).expect(201);
        ada.post(&path, &json!({ "person": House::NOAH })).expect(201);
        assert_eq!(ada.get(&path).expect(200).json["followers"].as_array().unwrap().len(), 2);
        ada.delete(&format!("{path}/me")).expect(204);
        assert_eq!(ada.get(&path).expect(200).json["followers"][0]["title"], "Noah Network");
        ada.post(&path, &json!({ "person": "Noah" })).refused(400, "id-expected");
    }

    fn an_incident_is_turned_into_a_request_and_merged(database) {
        let office = Office::on(database);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let made = rita.post("/incident", &json!({ "title": "A screen" })).expect(201);
        let path = format!("/incident/{}", made.text("number"));
        rita.post(&format!("{path}/comments"), &json!({ "text": "27 inches" })).expect(201);
        rita.post(&format!("{path}/actions/convert"), &json!({})).expect(403);
        let ended = ada.post(&format!("{path}/actions/convert"), &json!({})).expect(200);
        let order = ended.json["converted_into"]["id"].as_str().expect("it goes on").to_owned();
        let other = ada.post("/request", &json!({ "title": "Screens", "requester": House::ROB })).expect(201);
        let merge = |into: &str| ada.post(&format!("/request/{order}/actions/merge"), &json!({ "fields": { "merged_into": into } }));
        merge(&order).expect(422).names("merged_into", "merge-into-itself");
        merge(&other.id()).expect(200);
        // What Rita said is told where it goes on, with its origin, to those who may read it there.
        let said = |who: &crate::office::Client| {
            let story = who.get(&format!("/request/{}/timeline", other.id())).expect(200);
            let entries = story.json["entries"].as_array().unwrap().clone();
            let told = |it: &serde_json::Value| Some((it.get("comment")?["text"].clone(), it["origin"]["number"].clone()));
            entries.iter().filter_map(told).collect::<Vec<_>>()
        };
        assert_eq!(said(&ada), [(json!("27 inches"), made.json["number"].clone())]);
        assert_eq!(said(&rita).len(), 1, "she follows now, and wrote it");
        assert_eq!(said(&office.bearer(House::ROB)), [], "it was never his");
    }

    fn a_comment_is_split_off(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "No mail", "requester": House::RITA })).expect(201);
        let split = json!({ "title": "No phone either", "split_from": made.id() });
        let split = ada.post("/incident", &split).expect(201);
        assert_eq!(split.json["requester"]["id"], json!(House::RITA));
        let links = ada.get(&format!("/incident/{}/links", made.id())).expect(200);
        assert_eq!((&links.json["links"][0]["kind"], &links.json["links"][0]["direction"]), (&json!("split_from"), &json!("incoming")));
    }

    fn one_comment_becomes_a_ticket_of_its_own(database) {
        let office = Office::on(database);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let made = ada.post("/incident", &json!({ "title": "No mail", "requester": House::RITA })).expect(201);
        let comments = format!("/incident/{}/comments", made.id());
        rita.post(&comments, &json!({ "text": "And my phone is **dead**." })).expect(201);
        ada.post(&comments, &json!({ "text": "She drops it weekly.", "visibility": "private" })).expect(201);
        let said = |client: &crate::office::Client, words: &str| {
            let story = client.get(&format!("/incident/{}/timeline", made.id())).expect(200);
            let entries = story.json["entries"].as_array().unwrap().clone();
            let one = entries.into_iter().find(|it| it["comment"]["text"] == words).unwrap();
            one["comment"]["id"].as_str().unwrap().to_owned()
        };
        let split = |comment: &str| format!("{comments}/{comment}/split");
        let phone = split(&said(&ada, "And my phone is **dead**."));
        let title = json!({ "title": "Dead phone" });
        ada.post(&phone, &json!({})).expect(422).names("title", "refused-required");
        let new = ada.post_with(&phone, &title, &[("idempotency-key", "one")]).expect(201);
        assert_eq!(new.header("location"), format!("/api/v1/incident/{}", new.id()));
        assert_eq!((&new.json["description"], &new.json["requester"]["id"]), (&json!("And my phone is **dead**."), &json!(House::RITA)));
        assert_eq!(new.json["split_from"]["id"], made.id());
        let links = rita.get(&format!("/incident/{}/links", new.id())).expect(200);
        assert_eq!((&links.json["links"][0]["kind"], &links.json["links"][0]["record"]["id"]), (&json!("split_from"), &json!(made.id())));
        let units: std::collections::BTreeSet<_> = office.desk.history(new.id().parse().unwrap()).iter().map(|it| it.unit_id).collect();
        assert_eq!(units.len(), 1, "one unit in history");
        let again = ada.post_with(&phone, &title, &[("idempotency-key", "one")]).expect(201);
        assert_eq!(again.id(), new.id(), "sent again, nothing is done");
        let own = ada.post(&phone, &json!({ "title": "Phone", "description": "In my words" })).expect(201);
        assert_eq!(own.json["description"], "In my words");
        let note = split(&said(&ada, "She drops it weekly."));
        ada.post(&note, &title).expect(422).names("comment", "split-private");
        // What one may not read is not there, and who may not link splits nothing.
        rita.post(&note, &title).expect(404);
        rita.post(&phone, &title).expect(422).names("split_from", "refused-unknown-field");
        ada.post(&split(&made.id()), &title).refused(404, "comment-unknown");
        ada.post(&split("seven"), &title).expect(400);
        let article = ada.post(&format!("/task/{}/comments/{}/split", made.id(), made.id()), &title);
        article.refused(404, "split-not-of");
    }
}
