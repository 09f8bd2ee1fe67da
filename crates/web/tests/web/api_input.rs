//! What programs send wrongly, or rarely: members and parameters that come twice, values out of range, lists of versions.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::Office;

both_databases! {
    fn a_member_that_comes_twice_is_named(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let post = |body: &str| ada.raw("POST", "/api/v1/incident", Some("application/json"), body.as_bytes().to_vec(), &[]);
        let twice = post(r#"{"title":"a","title":"b","requester":"x"}"#).refused(400, "json-member-repeated");
        assert!(twice.text("detail").contains("title comes twice at line 1, column"), "{}", twice.json);
        post(r#"{"title":"a","fields":[{"deep":1,"deep":1}]}"#).refused(400, "json-member-repeated");
        assert_eq!(ada.get("/incident?count=exact").json["count"], 0);
    }

    fn a_parameter_that_comes_twice_is_named(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        for path in ["/incident?filter=vpn&filter=printer", "/incident?limit=1&limit=2", "/incident/aggregate?zone=UTC&zone=UTC", "/records?sort=a&sort=b"] {
            let refused = ada.get(path).refused(400, "parameter-repeated");
            assert!(refused.text("detail").contains("comes twice"), "{}", refused.json);
        }
        ada.get("/incident/aggregate?group=state&group=priority&measure=count&measure=count:team").expect(200);
    }

    fn a_value_out_of_range_is_told_the_range(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let fields = json!([
            { "name": "x_count", "kind": "integer", "label": { "en": "Count" } },
            { "name": "x_rate", "kind": "decimal", "scale": 2, "label": { "en": "Rate" } },
            { "name": "x_price", "kind": "money", "label": { "en": "Price" } },
            { "name": "x_day", "kind": "date", "label": { "en": "Day" } },
            { "name": "x_page", "kind": "url", "label": { "en": "Page" } },
        ]);
        for field in fields.as_array().unwrap() {
            syd.post("/types/incident/fields", field).expect(201);
        }
        let ada = office.bearer(House::ADA);
        let refused = |name: &str, value: serde_json::Value, code: &str, words: &str| {
            let body = json!({ "title": "x", "requester": House::RITA, name: value });
            let refused = ada.post("/incident", &body).expect(422).names(name, code);
            let said = refused.json["errors"][0]["message"].as_str().unwrap();
            assert!(said.contains(words), "{name}: {said}");
        };
        let range = "number-out-of-range";
        refused("x_count", json!(i64::MAX), range, "999999999999999.");
        refused("x_count", json!(1e30), range, "999999999999999.");
        refused("x_count", json!("-99999999999999999999"), range, "999999999999999.");
        refused("x_count", json!("many"), "expected-integer", "whole number");
        refused("x_rate", json!("99999999999999.50"), range, "9999999999999.99.");
        refused("x_rate", json!("0.123"), "expected-decimal", "2 digits");
        refused("x_price", json!("99999999999999.50 EUR"), range, "9999999999999.99.");
        refused("x_day", json!("9999-01-01"), "time-out-of-range", "1 to 9998");
        refused("opened_at", json!("9999-01-01T00:00:00Z"), "time-out-of-range", "1 to 9998");
        refused("x_page", json!(format!("https://a.example/{}", "x".repeat(5_000))), "text-too-long", "2");
        refused("x_page", json!("a.example"), "expected-url", "https://");
    }

    fn a_list_of_versions_fits_where_one_of_them_does(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let made = ada.post("/incident", &json!({ "title": "One", "requester": House::RITA })).expect(201);
        let path = format!("/incident/{}", made.id());
        let put = |title: &str, versions: &str| ada.patch_with(&path, &json!({ "title": title }), &[("if-match", versions)]);
        put("Two", "\"7\", \"1\"").expect(200);
        put("Three", "\"1\",\"7\"").expect(412);
        put("Three", "\"1\", 2").refused(400, "if-match-unreadable");
        put("Three", "\"2\", \"1\"").expect(200);
        assert_eq!(ada.get(&path).json["title"], "Three");
    }

    fn a_key_that_is_no_ascii_is_told_so(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let body = json!({ "title": "One", "requester": House::RITA });
        ada.post_with("/incident", &body, &[("idempotency-key", "sch\u{f6}n")]).refused(400, "idempotency-key-not-ascii");
        ada.post_with("/incident", &body, &[("idempotency-key", &"x".repeat(201))]).refused(400, "idempotency-key-wrong");
        assert_eq!(ada.get("/incident?count=exact").json["count"], 0);
    }

    fn a_comment_that_is_missing_is_asked_for_by_its_member(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let id = office.desk.create("incident", &[("title", "One"), ("requester", "Rita")]);
        ada.post(&format!("/incident/{id}/comments"), &json!({ "text": " " })).expect(422).names("text", "refused-required");
        ada.post(&format!("/incident/{id}/actions/start"), &json!({})).expect(200);
        let hold = json!({ "fields": { "hold_reason": "requester" } });
        ada.post(&format!("/incident/{id}/actions/hold"), &hold).expect(422).names("comment", "hold-needs-comment");
    }

    fn a_filter_says_where_and_what_was_expected(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let near = ada.get("/incident?filter=opened_at+%3E%3D+todayy-7d").refused(400, "filter-wrong-value");
        assert_eq!(near.json["proposals"], json!(["today-7d"]));
        assert_eq!(near.json["position"], json!({ "byte": 13, "column": 14 }));
        let told = ada.get("/incident?filter=opened_at+%3E%3D+soon").refused(400, "filter-wrong-value");
        assert!(told.text("detail").contains("today-7d, last_month"), "{}", told.json);
        let count = ada.get("/incident?filter=reopen_count%3Amany").refused(400, "filter-wrong-value");
        assert!(count.text("detail").ends_with("Write a whole number."), "{}", count.json);
        let walk = ada.get("/incident?filter=requester.organisation.titl%3Ax").refused(400, "filter-unknown-field");
        assert_eq!(walk.json["position"], json!({ "byte": 23, "column": 24 }));
        let whole = ada.get("/incident?filter_json=%7B%7D").refused(400, "filter-expected-object");
        assert!(whole.text("detail").starts_with("Expected at # "), "{}", whole.json);
        assert_eq!(whole.json["pointer"], "");
        let sign = ada.get("/incident?filter_json=%7B%22field%22:%22title%22,%22op%22:%22~%22,%22value%22:%22x%22%7D");
        assert_eq!(sign.refused(400, "filter-unknown-operator").json["proposals"][0], "contains");
    }

    fn an_aggregate_states_its_zone(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let stated = |query: &str| ada.get(&format!("/incident/aggregate?group=opened_at:month{query}")).expect(200).text("zone");
        assert_eq!(stated("&zone=Europe/Oslo"), "Europe/Oslo");
        let own = ada.get("/me").json["zone"].as_str().unwrap_or("UTC").to_owned();
        assert_eq!(stated(""), own);
    }
}
