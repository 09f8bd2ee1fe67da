//! One record: read, made, changed, deleted, and two who change it at once.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::send;
use crate::office::Office;

both_databases! {
    fn a_new_record_is_answered_whole_with_its_address_and_version(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "Printer on fire", "requester": House::RITA })).expect(201);
        assert_eq!(made.header("etag"), "\"1\"");
        assert_eq!(made.header("location"), format!("/api/v1/incident/{}", made.id()));
        assert_eq!(made.json["state"], "new");
        assert_eq!(made.json["requester"]["title"], "Rita Requester");
        let number = made.text("number");
        let read = ada.get(&format!("/incident/{number}")).expect(200);
        assert_eq!(read.json, made.json);
        assert_eq!(ada.get(&format!("/records/{number}")).expect(200).json["id"], made.json["id"]);
    }

    fn an_unchanged_record_is_not_sent_again(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let path = format!("/incident/{}", office.desk.create("incident", &[("title", "Slow"), ("requester", "Rita")]));
        let tag = ada.get(&path).expect(200).header("etag").to_owned();
        let again = ada.get_with(&path, &[("if-none-match", &tag)]).expect(304);
        assert!(again.bytes.is_empty());
        ada.patch(&path, &json!({ "title": "Slower" })).expect(200);
        ada.get_with(&path, &[("if-none-match", &tag)]).expect(200);
    }

    fn a_deletion_is_taken_back_by_id_or_number(database) {
        let office = Office::on(database);
        let (syd, rita) = (office.bearer(House::SYD), office.bearer(House::RITA));
        let id = office.desk.create("incident", &[("title", "Slow"), ("requester", "Rita")]);
        let number = office.desk.field(id, "number");
        let by = |key: &str| format!("/incident/{key}/restore");
        syd.post(&by(&number), &json!({})).refused(404, "record-unknown");
        for key in [id.to_string(), number.clone(), number.replace("INC", "inc-"), number.trim_start_matches("INC").to_owned()] {
            syd.delete(&format!("/incident/{number}")).expect(204);
            rita.post(&by(&key), &json!({})).expect(403);
            assert_eq!(syd.post(&by(&key), &json!({})).expect(200).text("number"), number, "{key}");
        }
        syd.post(&by("INC7777777"), &json!({})).refused(404, "record-unknown");
        syd.post(&by("nonsense"), &json!({})).refused(404, "record-unknown");
        office.give_login(House::SYD, "syd");
        syd.delete(&format!("/incident/{number}")).expect(204);
        let led = send(&office.browser("syd"), &format!("/incident/{number}/restore"), &[]).expect(303);
        assert_eq!(led.header("location"), format!("/incident/{number}"));
    }

    fn two_who_change_the_same_version_meet_a_conflict(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let path = format!("/incident/{}", office.desk.create("incident", &[("title", "Slow"), ("requester", "Rita")]));
        let tag = ada.get(&path).expect(200).header("etag").to_owned();
        let first = ada.patch_with(&path, &json!({ "title": "First" }), &[("if-match", &tag)]).expect(200);
        let second = ada.patch_with(&path, &json!({ "title": "Second" }), &[("if-match", &tag)]);
        let second = second.refused(412, "conflict-version");
        assert_eq!(second.json["current_version"], first.json["version"]);
        ada.patch_with(&path, &json!({ "title": "Any" }), &[("if-match", "*")]).expect(200);
        ada.patch_with(&path, &json!({ "title": "x" }), &[("if-match", "3")]).refused(400, "if-match-unreadable");
        assert_eq!(ada.get(&path).json["title"], "Any");
    }

    fn null_takes_a_value_away_and_what_was_read_may_be_sent_back(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "title": "Slow", "requester": House::RITA, "description": "Since noon" });
        let made = ada.post("/incident", &body).expect(201);
        let path = format!("/incident/{}", made.id());
        let cleared = ada.patch(&path, &json!({ "description": null })).expect(200);
        assert!(cleared.json["description"].is_null());
        let unchanged = ada.patch(&path, &cleared.json).expect(200);
        assert_eq!(unchanged.json["version"], cleared.json["version"], "nothing changed");
        let emptied = ada.patch(&path, &json!({ "description": "" })).expect(200);
        assert_eq!(emptied.json["version"], cleared.json["version"], "an empty text is no value");
    }

    fn only_the_fields_that_are_asked_for_are_answered(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "Slow", "requester": House::RITA })).expect(201);
        let read = ada.get(&format!("/incident/{}?fields=title,state&labels=true", made.id())).expect(200);
        let expected = json!({
            "id": made.id(), "type": "incident", "title": "Slow", "state": "new", "labels": { "state": "New" },
        });
        assert_eq!(read.json, expected);
        ada.get(&format!("/incident/{}?fields=nothing", made.id())).refused(400, "field-not-readable");
    }

    fn what_is_deleted_is_gone_until_it_is_restored(database) {
        let office = Office::on(database);
        let max = office.bearer(House::SYD);
        let path = format!("/location/{}", House::HEADQUARTERS);
        max.delete(&format!("{path}?reason=sold")).expect(204);
        max.get(&path).refused(404, "record-not-found");
        assert_eq!(max.post(&format!("{path}/restore"), &json!({})).expect(200).json["title"], "Headquarters");
        max.get(&path).expect(200);
    }

    fn a_record_that_one_may_not_read_does_not_exist(database) {
        let office = Office::on(database);
        let id = office.desk.create("incident", &[("title", "Secret"), ("requester", "Rita")]);
        let rob = office.bearer(House::ROB);
        let hidden = rob.get(&format!("/incident/{id}")).expect(404);
        let absent = rob.get(&format!("/incident/{}", House::MAIL)).expect(404);
        assert_eq!(hidden.json["type"], absent.json["type"]);
        rob.patch(&format!("/incident/{id}"), &json!({ "title": "x" })).expect(404);
        office.bearer(House::RITA).get(&format!("/incident/{id}")).expect(200);
    }

    fn closed_fields_are_absent_and_cannot_be_written(database) {
        let office = Office::on(database);
        let rita = office.bearer(House::RITA);
        let made = rita.post("/incident", &json!({ "title": "Slow" })).expect(201);
        assert!(made.json.get("access").is_none(), "{}", made.json);
        rita.patch(&format!("/incident/{}", made.id()), &json!({ "title": "Mine" })).expect(403);
    }
}
