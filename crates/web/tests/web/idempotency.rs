//! A request that is sent again does nothing again.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::{Office, PASSWORD};

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

    fn who_may_no_longer_read_it_is_not_told_again(database) {
        let office = Office::on(database);
        let (ada, sam) = (office.bearer(House::ADA), office.bearer(House::SAM));
        let body = json!({ "title": "Line is down", "requester": House::RITA, "team": House::SUPPLIER });
        let made = ada.post("/incident", &body).expect(201);
        let path = format!("/incident/{}", made.id());
        let key = [("idempotency-key", "k")];
        let said = json!({ "text": "We look at it" });
        let comment = || sam.post_with(&format!("{path}/comments"), &said, &key);
        let first = comment().expect(201);
        assert_eq!(comment().expect(201).json, first.json);
        ada.post(&format!("{path}/assign"), &json!({ "team": House::NETWORK })).expect(200);
        comment().refused(404, "record-not-found");
        ada.post(&format!("{path}/assign"), &json!({ "team": House::SUPPLIER })).expect(200);
        assert_eq!(comment().expect(201).json, first.json, "and it was not said again");
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

    fn types_and_fields_are_added_once(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let spec = json!({
            "name": "vehicle", "label": { "en": "Vehicle" }, "plural": { "en": "Vehicles" }, "prefix": "CAR",
        });
        let field = json!({ "name": "floor", "label": { "en": "Floor" }, "kind": "integer" });
        for (path, body, key) in [("/types", &spec, "t"), ("/types/incident/fields", &field, "f")] {
            let key = [("idempotency-key", key)];
            let first = syd.post_with(path, body, &key).expect(201);
            let again = syd.post_with(path, body, &key).expect(201);
            assert_eq!(again.header("location"), first.header("location"));
            syd.post(path, body).expect(422);
            let mut other = body.clone();
            other["name"] = json!("another");
            let refused = syd.post_with(path, &other, &key).expect(422);
            assert_eq!(refused.json["errors"][0]["code"], "idempotency-key-reused");
        }
        assert!(syd.get("/types/another").status.is_client_error());
    }

    fn of_many_equal_types_at_once_one_is_added_and_all_hear_of_it(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let spec = json!({ "name": "vehicle", "label": { "en": "Vehicle" }, "plural": { "en": "Vehicles" } });
        let body = spec.to_string().into_bytes();
        let request = || {
            let key = [("idempotency-key", "race")];
            syd.request("POST", "/api/v1/types", Some("application/json"), body.clone(), &key)
        };
        let requests: Vec<_> = (0..4).map(|_| request()).collect();
        let answers = office.runtime.block_on(async {
            futures::future::join_all(requests.into_iter().map(|it| office.send(it))).await
        });
        for answer in answers {
            assert_eq!(answer.expect(201).header("location"), "/api/v1/types/vehicle");
        }
    }

    fn a_setting_is_put_once(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = "/settings/incident.priority_matrix";
        let one = json!({ "value": syd.get(path).expect(200).json["value"] });
        let mut two = one.clone();
        let cell = two.pointer_mut("/value/1-1").unwrap();
        *cell = json!(2);
        let key = [("idempotency-key", "s")];
        let first = syd.json("PUT", path, &two, &key).expect(200);
        assert_eq!(first.json["origin"], json!({ "from": "tenant" }));
        assert_eq!(first.json["changes"].as_array().unwrap().len(), 1);
        syd.put(path, &one).expect(200);
        let again = syd.json("PUT", path, &two, &key).expect(200);
        assert_eq!(again.json, first.json, "the answer of then");
        assert_eq!(syd.get(path).json["value"], one["value"], "and nothing was done");
        let elsewhere = format!("{path}?organisation={}", House::ACME);
        syd.json("PUT", &elsewhere, &two, &key).expect(422);
    }

    fn the_key_is_refused_where_a_secret_would_have_to_be_kept(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let key = [("idempotency-key", "k")];
        let password = json!({ "present": PASSWORD, "new": "another horse battery" });
        for (path, body) in [
            ("/tokens", json!({ "name": "script", "scopes": ["*:read"] })),
            ("/me/password", password),
            ("/sign-in", json!({ "login": "ada", "password": PASSWORD })),
            ("/first-administrator", json!({ "token": "x", "name": "x", "email": "x", "password": "x" })),
            ("/sign-out", json!({})),
        ] {
            ada.post_with(path, &body, &key).refused(400, "idempotency-key-useless");
        }
        assert_eq!(ada.get("/tokens").expect(200).json["tokens"], json!([]));
    }

    fn the_document_tells_where_the_key_is_good(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let document = syd.get("/openapi.json").expect(200).json;
        let wanted = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
        for (path, operations) in document["paths"].as_object().unwrap() {
            // Questions in a body change nothing.
            let asks = path.ends_with("/aggregate") || path.ends_with("/similar");
            for (method, operation) in operations.as_object().unwrap().iter().filter(|_| !asks) {
                let writes = matches!(method.as_str(), "post" | "put" | "patch");
                let told = operation["parameters"].as_array().is_some_and(|it| it.contains(&wanted));
                if !writes || told {
                    continue;
                }
                let answer = syd.json(&method.to_uppercase(), path, &json!({}), &[("idempotency-key", "k")]);
                assert_eq!(answer.json["type"], "/problems/idempotency-key-useless", "{method} {path}");
            }
        }
    }
}
