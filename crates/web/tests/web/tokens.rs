//! Personal access tokens: shown once, bounded by scopes and time, revoked at once.

use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::{Client, Office};

fn mint<'o>(browser: &Client<'o>, scopes: &[&str], expires_at: Option<&str>) -> (Client<'o>, Json) {
    let wish = json!({ "name": "script", "scopes": scopes, "expires_at": expires_at });
    let made = browser.post("/tokens", &wish).expect(201);
    let client = browser
        .office
        .client()
        .with("authorization", &format!("Bearer {}", made.text("token")));
    (client, made.json)
}

both_databases! {
    fn a_token_is_shown_once_and_works(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let (script, made) = mint(&ada, &["*:read", "*:write"], None);
        let text = made["token"].as_str().unwrap();
        assert!(text.starts_with("dw_") && text.len() == 46, "{text}");
        assert_eq!(script.get("/me").expect(200).json["scopes"], json!(["*:read", "*:write"]));
        script.post("/incident", &json!({ "title": "Slow", "requester": House::RITA })).expect(201);
        let listed = ada.get("/tokens").expect(200);
        assert!(listed.json["tokens"][0].get("token").is_none());
        assert!(!listed.json.to_string().contains(&text[3..43]), "the secret is not shown again");
        assert_eq!(listed.json["tokens"][0]["hint"], format!("dw_…{}", &text[42..]));
        assert!(listed.json["tokens"][0]["last_used_at"].is_string(), "{}", listed.json);
    }

    fn a_token_may_do_what_its_scopes_say_and_its_owner_may(database) {
        let office = Office::on(database);
        let body = json!({ "title": "Slow", "requester": House::RITA });
        let reader = office.bearer_with(House::ADA, &["*:read"]);
        reader.get("/incident").expect(200);
        reader.post("/incident", &body).expect(403);
        let narrow = office.bearer_with(House::ADA, &["knowledge_article:read"]);
        narrow.get("/knowledge_article").expect(200);
        narrow.get("/incident").expect(403);
        let writer = office.bearer_with(House::ADA, &["person:read", "incident:read", "incident:write"]);
        writer.post("/incident", &body).expect(201);
        writer.post("/knowledge_article", &json!({ "title": "x" })).expect(403);
        // All scopes do not make more of Ada than she is.
        office.bearer(House::ADA).post("/types", &json!({ "name": "x", "label": {}, "plural": {} })).expect(403);
        let no_admin = office.bearer_with(House::SYD, &["*:read", "*:write"]);
        no_admin.get("/settings/incident.priority_matrix").expect(403);
        office.bearer(House::SYD).get("/settings/incident.priority_matrix").expect(200);
    }

    fn a_token_ends_when_it_says_so(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let (script, _) = mint(&ada, &["*:read"], Some("2026-01-05T10:00:00Z"));
        script.get("/me").expect(200);
        office.desk.wait(std::time::Duration::from_secs(3_600));
        script.get("/me").refused(401, "token-unknown");
        let past = json!({ "name": "late", "scopes": ["*:read"], "expires_at": "2026-01-05T10:00:00Z" });
        ada.post("/tokens", &past).expect(422).names("expires_at", "token-already-over");
    }

    fn a_revoked_token_is_useless_at_once(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::NOAH, "noah");
        let ada = office.browser("ada");
        let (script, made) = mint(&ada, &["*:read"], None);
        script.get("/me").expect(200);
        let path = format!("/tokens/{}", made["id"].as_str().unwrap());
        office.browser("noah").delete(&path).refused(404, "token-not-found");
        ada.delete(&path).expect(204);
        script.get("/me").refused(401, "token-unknown");
    }

    fn a_token_makes_no_tokens_and_no_other_password(database) {
        let office = Office::on(database);
        let script = office.bearer(House::ADA);
        script.post("/tokens", &json!({ "name": "x", "scopes": ["*:read"] })).refused(403, "forbidden-for-tokens");
        let change = json!({ "present": "x", "new": "a longer password" });
        script.post("/me/password", &change).refused(403, "forbidden-for-tokens");
        script.get("/sessions").refused(403, "forbidden-for-tokens");
    }

    fn scopes_that_mean_nothing_are_refused_by_name(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        for scope in ["read", "*:all", "incidents:read", "*:*", ""] {
            let refused = ada.post("/tokens", &json!({ "name": "x", "scopes": [scope] })).expect(422);
            refused.names("scopes", "token-unknown-scope");
        }
        ada.post("/tokens", &json!({ "name": "x", "scopes": [] })).expect(422).names("scopes", "token-needs-scope");
        ada.post("/tokens", &json!({ "name": " ", "scopes": ["*:read"] })).expect(422).names("name", "token-needs-name");
    }

    fn a_forged_token_is_nobody(database) {
        let office = Office::on(database);
        for header in ["Bearer dw_forged", "Bearer ", "Basic YWRhOmFkYQ==", "dw_x", "Bearer \u{fc}"] {
            let client = office.client().with("authorization", header);
            assert_eq!(client.get("/me").status.as_u16(), 401, "{header}");
        }
    }
}
