//! A request that is sent again does nothing again.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::Office;

both_databases! {
    fn the_same_key_gets_the_same_answer(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "title": "Once", "requester": House::RITA });
        let first = ada.post_with("/incident", &body, &[("idempotency-key", "k1")]).expect(201);
        ada.patch(&format!("/incident/{}", first.id()), &json!({ "title": "Changed since" })).expect(200);
        let again = ada.post_with("/incident", &body, &[("idempotency-key", "k1")]).expect(201);
        assert_eq!(again.json, first.json, "the answer of then, not of now");
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(ada.get("/incident?count=exact").json["count"], 1);
    }

    fn the_same_key_for_something_else_is_refused(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let key = [("idempotency-key", "k1")];
        let made = ada.post_with("/incident", &json!({ "title": "One", "requester": House::RITA }), &key).expect(201);
        let other = json!({ "title": "Two", "requester": House::RITA });
        let refused = ada.post_with("/incident", &other, &key).expect(422);
        assert_eq!(refused.json["errors"][0]["code"], "idempotency-key-reused");
        let action = format!("/incident/{}/comments", made.id());
        ada.post_with(&action, &json!({ "text": "x" }), &key).expect(422);
        // Keys of other people are other keys.
        office.bearer(House::NOAH).post_with("/incident", &other, &key).expect(201);
        office.desk.wait_days(2);
        ada.post_with("/incident", &other, &key).expect(201);
    }

    fn a_refused_request_may_be_sent_again_with_its_key(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let key = [("idempotency-key", "k1")];
        ada.post_with("/incident", &json!({ "requester": House::RITA }), &key).expect(422);
        ada.post_with("/incident", &json!({ "title": "One", "requester": House::RITA }), &key).expect(201);
    }

    fn of_many_equal_requests_at_once_one_does_the_work(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "title": "Race", "requester": House::RITA }).to_string().into_bytes();
        let request = || {
            let key = [("idempotency-key", "race")];
            ada.request("POST", "/api/v1/incident", Some("application/json"), body.clone(), &key)
        };
        let requests: Vec<_> = (0..16).map(|_| request()).collect();
        let answers = office.runtime.block_on(async {
            futures::future::join_all(requests.into_iter().map(|it| office.send(it))).await
        });
        let ids: std::collections::BTreeSet<String> = answers.into_iter().map(|it| it.expect(201).id()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(ada.get("/incident?count=exact").json["count"], 1);
    }

    fn a_change_of_fields_is_not_done_again(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "One", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}", made.id());
        let headers = [("idempotency-key", "p"), ("if-match", made.header("etag"))];
        let first = ada.patch_with(&path, &json!({ "title": "Two" }), &headers).expect(200);
        ada.patch(&path, &json!({ "title": "Three" })).expect(200);
        let again = ada.patch_with(&path, &json!({ "title": "Two" }), &headers).expect(200);
        assert_eq!(again.json, first.json, "the answer of then");
        assert_eq!(ada.get(&path).json["title"], "Three", "and nothing was done");
        let other = ada.patch_with(&path, &json!({ "title": "Four" }), &headers).expect(422);
        assert_eq!(other.json["errors"][0]["code"], "idempotency-key-reused");
    }

    fn a_comment_is_not_doubled(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "One", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}/comments", made.id());
        for _ in 0..2 {
            ada.post_with(&path, &json!({ "text": "Once" }), &[("idempotency-key", "c")]).expect(201);
        }
        let timeline = ada.get(&format!("/incident/{}/timeline", made.id())).expect(200);
        let comments = timeline.json["entries"].as_array().unwrap().iter().filter(|it| it.get("comment").is_some());
        assert_eq!(comments.count(), 1);
    }
}
