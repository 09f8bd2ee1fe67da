//! Jobs that are dead, for those who administer them.

use base::{Result, Uuid};
use engine::job::{self, End, INSTALLATION, JobState, NewJob};
use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::Office;

/// Makes a job that died at its first attempt.
pub fn with_dead(office: &Office, number: u128, tenant: Uuid, payload: Json) -> Uuid {
    let id = Uuid::from_u128(number);
    let now = office.desk.engine.now();
    let new = NewJob {
        id,
        tenant,
        kind: "test.fails".to_owned(),
        payload,
        run_at: now,
        unique_key: None,
    };
    let store = office.desk.engine.store();
    let dead = store.write_blocking(move |tx| -> Result<bool> {
        job::enqueue(tx, &new, now)?;
        job::claim(tx, Uuid::nil(), std::slice::from_ref(&new.kind), 1, 1, now)?;
        let error = "the mail server is away".to_owned();
        job::end(tx, id, Uuid::nil(), &End::Dead { error }, now)
    });
    assert!(dead.unwrap());
    id
}

fn ids(page: &Json) -> Vec<String> {
    let jobs = page["jobs"].as_array().unwrap().iter();
    jobs.map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

both_databases! {
    fn a_dead_job_is_seen_and_tried_again(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let id = with_dead(&office, 1, office.desk.tenant, json!({ "record": 7 }));
        let dead = syd.get("/jobs?state=dead").expect(200).json;
        assert_eq!(ids(&dead), [id.to_string()]);
        let path = format!("/jobs/{id}");
        let one = syd.get(&path).expect(200).json;
        assert_eq!(one, dead["jobs"][0]);
        assert_eq!((&one["state"], &one["attempts"]), (&json!("dead"), &json!(1)));
        assert_eq!(one["last_error"], "the mail server is away");
        let retried = syd.post(&format!("{path}/retry"), &json!({})).expect(200).json;
        assert_eq!((&retried["state"], &retried["attempts"]), (&json!("waiting"), &json!(0)));
        syd.post(&format!("{path}/retry"), &json!({})).refused(409, "job-not-to-retry");
        syd.delete(&path).expect(204);
        let key = [("idempotency-key", "again")];
        for _ in 0..2 {
            let again = syd.post_with(&format!("{path}/retry"), &json!({}), &key).expect(200);
            assert_eq!(again.json["state"], "waiting");
        }
        assert!(ids(&syd.get("/jobs").expect(200).json).is_empty());
    }

    fn a_job_that_nobody_wants_is_discarded_once_or_more(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = format!("/jobs/{}", with_dead(&office, 1, INSTALLATION, Json::Null));
        syd.delete(&path).expect(204);
        syd.delete(&path).expect(204);
        assert_eq!(syd.get(&path).expect(200).json["state"], JobState::Discarded.code());
        syd.delete(&format!("/jobs/{}", Uuid::from_u128(9))).refused(404, "job-not-found");
        // What works for all tenants is tried again, but not stopped.
        let shared = format!("/jobs/{}", with_dead(&office, 2, INSTALLATION, Json::Null));
        syd.post(&format!("{shared}/retry"), &json!({})).expect(200);
        syd.delete(&shared).refused(409, "job-not-to-discard");
    }

    fn dead_jobs_come_in_pages(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let mut made: Vec<String> = (1..=5).map(|it| with_dead(&office, it, INSTALLATION, Json::Null).to_string()).collect();
        made.reverse();
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = syd.get(&format!("/jobs?state=dead&limit=2&after={after}")).expect(200).json;
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, made);
        syd.get("/jobs?state=ill").refused(400, "parameter-wrong");
        syd.get("/jobs?limit=0").refused(400, "parameter-wrong");
        syd.get("/jobs?after=x").refused(400, "parameter-wrong");
    }

    fn jobs_are_for_those_who_administer_them_and_of_their_own_tenant(database) {
        let office = Office::on(database);
        let id = with_dead(&office, 1, office.desk.tenant, Json::Null);
        let foreign = with_dead(&office, 2, Uuid::from_u128(77), Json::Null);
        let path = format!("/jobs/{id}");
        let ada = office.bearer(House::ADA);
        let reader = office.bearer_with(House::SYD, &["*:read", "*:write"]);
        for client in [ada, reader] {
            client.get("/jobs").refused(403, "forbidden-area");
            client.get(&path).refused(403, "forbidden-area");
            client.post(&format!("{path}/retry"), &json!({})).refused(403, "forbidden-area");
            client.delete(&path).refused(403, "forbidden-area");
        }
        let syd = office.bearer(House::SYD);
        assert_eq!(ids(&syd.get("/jobs").expect(200).json), [id.to_string()]);
        for path in [format!("/jobs/{foreign}"), format!("/jobs/{foreign}/retry")] {
            let method = if path.ends_with("retry") { "POST" } else { "GET" };
            syd.json(method, &path, &json!({}), &[]).refused(404, "job-not-found");
        }
        syd.delete(&format!("/jobs/{foreign}")).refused(404, "job-not-found");
    }
}
