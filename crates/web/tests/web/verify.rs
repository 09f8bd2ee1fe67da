//! The history is recomputed in the background, and whoever asked looks how it stands.

use base::Uuid;
use engine::Surface;
use engine::job::{self, NewJob};
use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::Office;

/// Does all jobs that are due.
fn work(office: &Office) {
    let runner = ::jobs::Runner::new(&office.desk.engine, ::jobs::Config::default());
    office.runtime.block_on(runner.drain()).unwrap();
}

both_databases! {
    fn the_history_is_verified_however_long_it_takes(database) {
        let office = Office::on(database);
        let otto = office.bearer(House::OTTO);
        otto.get("/verify").refused(404, "verification-not-found");
        let begun = otto.post("/verify", &json!({})).expect(202);
        let path = format!("/verify/{}", begun.id());
        assert_eq!(begun.header("location"), format!("/api/v1{path}"));
        assert_eq!((&begun.json["state"], &begun.json["verdict"]), (&json!("waiting"), &Json::Null));
        assert_eq!(otto.get(&path).expect(200).json, begun.json);
        // Who asks meanwhile joins, also another person.
        assert_eq!(office.bearer(House::SYD).post("/verify", &json!({})).expect(202).id(), begun.id());
        work(&office);
        let done = otto.get(&path).expect(200).json;
        assert_eq!((&done["state"], &done["verdict"]["intact"]), (&json!("done"), &json!(true)), "{done}");
        assert!(done["verdict"]["records"].as_i64().unwrap() > 20);
        assert_eq!(otto.get("/verify").expect(200).json, done);
        office.desk.wait_days(1);
        let next = otto.post("/verify", &json!({})).expect(202);
        assert_ne!(next.id(), begun.id());
        assert_eq!(otto.get("/verify").expect(200).id(), next.id());
    }

    fn the_same_key_begins_one(database) {
        let office = Office::on(database);
        let otto = office.bearer(House::OTTO);
        let key = [("idempotency-key", "v")];
        let first = otto.post_with("/verify", &json!({}), &key).expect(202);
        work(&office);
        assert_eq!(otto.post_with("/verify", &json!({}), &key).expect(202).json, first.json);
        assert_eq!(otto.get("/verify").json["state"], "done");
    }

    fn only_those_who_may_read_it_all_verify_and_see_nothing_else(database) {
        let office = Office::on(database);
        let id = office.bearer(House::OTTO).post("/verify", &json!({})).expect(202).id();
        let ada = office.bearer(House::ADA);
        ada.post("/verify", &json!({})).refused(403, "forbidden-verify");
        ada.get("/verify").refused(403, "forbidden-verify");
        ada.get(&format!("/verify/{id}")).refused(403, "forbidden-verify");
        // Other jobs are not shown here.
        let (now, other) = (office.desk.now(), Uuid::from_u128(9));
        let new = NewJob {
            id: other,
            tenant: office.desk.tenant,
            kind: "mail".to_owned(),
            payload: json!({ "to": "somebody" }),
            run_at: now,
            unique_key: None,
        };
        let ctx = office.desk.engine.system_ctx(office.desk.tenant, Surface::Command);
        let made = office.desk.engine.write_blocking(&ctx, move |unit| job::enqueue(unit.tx, &new, now));
        assert!(made.unwrap());
        office.bearer(House::OTTO).get(&format!("/verify/{other}")).refused(404, "verification-not-found");
    }
}
