//! One act over many records: begun, done by a job, stopped, resumed, looked at and taken back.

use std::sync::Arc;
use std::time::Duration;

use base::Uuid;
use engine::Surface;
use engine::job;
use engine::system::{bulk, credential};
use flow::bulk::{CHUNK, Worker};
use serde_json::{Value as Json, json};
use test_kit::{Database, House, both_databases};

use crate::office::{Answer, Client, Office};

/// Does all jobs that are due.
pub fn work(office: &Office) {
    let config = ::jobs::Config {
        // The audit of the desk needs every event.
        kept: Duration::from_secs(1_000 * 86_400),
        ..::jobs::Config::default()
    };
    let runner = ::jobs::Runner::new(&office.desk.engine, config);
    office.runtime.block_on(runner.drain()).unwrap();
}

/// So many new incidents, in one unit.
pub fn incidents(office: &Office, count: usize) -> Vec<Uuid> {
    let desk = &office.desk;
    let mut made = Vec::with_capacity(count);
    for begin in (0..count).step_by(200) {
        let part = begin..count.min(begin + 200);
        let ctx = desk.as_system().ctx;
        let make = move |unit: &mut engine::Unit<'_, '_>| {
            part.clone()
                .map(|it| {
                    let change = engine::Change::create("incident")
                        .with_value("title", dictionary::Value::Text(format!("Fault {it}")))
                        .with_value("requester", dictionary::Value::Reference(House::RITA));
                    Ok(unit.apply(change)?.record)
                })
                .collect::<base::Result<Vec<_>>>()
        };
        made.extend(desk.engine.write_blocking(&ctx, make).unwrap());
    }
    // Runs take records in the order of their ids.
    made.sort_unstable();
    made
}

/// Does so many units of a run as a runner would that then dies with its lease.
fn do_units_and_die(office: &Office, run: Uuid, units: usize) {
    let (engine, tenant, now) = (&office.desk.engine, office.desk.tenant, office.desk.now());
    let kinds = [bulk::JOB.to_owned()];
    let claimed = engine
        .store()
        .write_blocking(move |tx| job::claim(tx, Uuid::from_u128(7), &kinds, 1, 1_000_000, now));
    assert_eq!(claimed.unwrap().len(), 1);
    let worker = worker(office, tenant, run);
    for _ in 0..units {
        assert!(worker.step().unwrap());
    }
}

fn worker(office: &Office, tenant: Uuid, run: Uuid) -> Worker {
    let say: flow::bulk::Say = Arc::new(|_, message| message.to_string());
    let worker = Worker::load(&office.desk.engine, tenant, run, say).unwrap();
    worker.unwrap()
}

fn id_of(answer: &Answer) -> Uuid {
    Uuid::parse_str(answer.json["id"].as_str().unwrap()).unwrap()
}

fn counts(run: &Json) -> [i64; 5] {
    ["total", "done", "changed", "unchanged", "refused"].map(|it| run[it].as_i64().unwrap())
}

fn stands(client: &Client<'_>, run: Uuid) -> Json {
    client.get(&format!("/bulk/{run}")).expect(200).json
}

/// All results of a run, page by page.
fn results(client: &Client<'_>, run: Uuid, of: &str) -> Vec<Json> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/bulk/{run}/results?limit=40{of}&after={after}"));
        let page = page.expect(200).json;
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return all,
        }
    }
}

/// Changes of a record that belong to that run.
fn changes(office: &Office, record: Uuid, run: Uuid) -> usize {
    let history = office.desk.history(record);
    history.iter().filter(|it| it.unit_id == run).count()
}

both_databases! {
    fn many_records_are_changed_as_one_unit(database) {
        let office = Office::on(database);
        let made = incidents(&office, 300);
        let ada = office.bearer(House::ADA);
        let order = json!({ "filter": "impact:3", "change": { "impact": "2" }, "reason": "Storm" });
        let begun = ada.post("/incident/bulk", &order).expect(202);
        let run = id_of(&begun);
        assert_eq!(begun.header("location"), format!("/api/v1/bulk/{run}"));
        assert_eq!((&begun.json["state"], counts(&begun.json)), (&json!("waiting"), [300, 0, 0, 0, 0]));
        work(&office);
        let done = stands(&ada, run);
        assert_eq!((&done["state"], counts(&done)), (&json!("done"), [300, 300, 300, 0, 0]), "{done}");
        for record in &made {
            let history = office.desk.history(*record);
            let last = history.last().unwrap();
            assert_eq!((last.unit_id, last.reason.as_deref(), last.actor), (run, Some("Storm"), House::ADA));
            assert_eq!(last.surface, Surface::Job.code());
            assert_eq!(history.len(), 2, "no record twice");
        }
        assert_eq!(office.desk.field(made[0], "impact"), "2");
        // Again they are as they should be, and nothing is written.
        let again = ada.post("/incident/bulk", &json!({ "ids": made, "change": { "impact": "2" } })).expect(202);
        work(&office);
        assert_eq!(counts(&stands(&ada, id_of(&again))), [300, 300, 0, 300, 0]);
        assert_eq!(office.desk.history(made[0]).len(), 2);
        assert_eq!(ada.get("/bulk").expect(200).json["runs"].as_array().unwrap().len(), 2);
    }

    fn every_act_of_the_door_can_be_done_to_many(database) {
        let office = Office::on(database);
        let made = incidents(&office, 3);
        let (ada, max) = (office.bearer(House::ADA), office.bearer(House::MAX));
        let run = |client: &Client<'_>, mut order: Json| {
            order["ids"] = json!(made);
            let id = id_of(&client.post("/incident/bulk", &order).expect(202));
            work(&office);
            let run = stands(client, id);
            assert_eq!(counts(&run)[2], 3, "{run} {:?}", results(client, id, ""));
            run
        };
        run(&ada, json!({ "assign": { "team": House::NETWORK } }));
        run(&ada, json!({ "comment": { "text": "We know", "visibility": "private" } }));
        let end = json!({ "resolution_code": "solution_provided", "close_notes": "Cable" });
        let step = run(&ada, json!({ "transition": "resolve", "fields": end, "comment": "It works" }));
        assert_eq!((&step["act"], &step["transition"]), (&json!("transition"), &json!("resolve")));
        run(&max, json!({ "delete": true }));
        assert!(office.desk.as_administrator().list("incident", "").is_empty());
        run(&max, json!({ "restore": true }));
        for record in &made {
            office.desk.expect(*record, &[("state", "resolved"), ("team", "Network")]);
        }
        let story = ada.get(&format!("/incident/{}/timeline", made[0])).expect(200).json.to_string();
        assert!(story.contains("We know") && story.contains("It works"), "{story}");
    }

    fn what_is_refused_is_told_with_its_field_and_the_rest_is_done(database) {
        let office = Office::on(database);
        let made = incidents(&office, 120);
        let ended = [("resolution_code", "solution_provided"), ("close_notes", "Cable")];
        for record in &made[60..63] {
            office.desk.act(*record, "resolve", &ended);
        }
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "transition": "resolve", "fields": { "close_notes": "Storm is over" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        work(&office);
        assert_eq!(counts(&stands(&ada, run)), [120, 120, 0, 0, 120]);
        let refused = results(&ada, run, "&outcome=refused");
        assert_eq!(refused.len(), 120);
        let missing = refused.iter().filter(|it| it["field"] == "resolution_code");
        assert_eq!(missing.count(), 117, "{refused:?}");
        assert!(refused[0]["message"].as_str().unwrap().len() > 5 && refused[0]["record"]["number"].is_string(), "{}", refused[0]);
        let order = json!({ "ids": made, "transition": "resolve", "fields": { "resolution_code": "solution_provided", "close_notes": "Storm is over" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        work(&office);
        assert_eq!(counts(&stands(&ada, run)), [120, 120, 117, 0, 3]);
        let refused = results(&ada, run, "&outcome=refused");
        let ids: Vec<Uuid> = refused.iter().map(|it| Uuid::parse_str(it["record"]["id"].as_str().unwrap()).unwrap()).collect();
        assert_eq!(ids, &made[60..63]);
        assert_eq!(results(&ada, run, "").len(), 120);
    }

    fn a_run_that_is_stopped_keeps_what_is_done(database) {
        let office = Office::on(database);
        let made = incidents(&office, 3 * CHUNK);
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        assert!(worker(&office, office.desk.tenant, run).step().unwrap());
        let path = format!("/bulk/{run}/cancel");
        let stopped = ada.post(&path, &json!({})).expect(200).json;
        assert_eq!(stopped["state"], "cancelled");
        assert_eq!(ada.post(&path, &json!({})).expect(200).json, stopped);
        work(&office);
        let after = stands(&ada, run);
        assert_eq!((&after["state"], counts(&after)), (&json!("cancelled"), [150, 50, 50, 0, 0]));
        let changed = made.iter().filter(|it| office.desk.field(**it, "impact") == "1");
        assert_eq!(changed.count(), CHUNK);
    }

    fn another_runner_goes_on_where_one_died(database) {
        let office = Office::on(database);
        let made = incidents(&office, 5 * CHUNK);
        let ada = office.bearer(House::ADA);
        // What the change changes is what the filter asks about.
        let order = json!({ "filter": "impact:3", "change": { "impact": "2" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        do_units_and_die(&office, run, 2);
        assert_eq!(counts(&stands(&ada, run)), [250, 100, 100, 0, 0]);
        office.desk.wait(Duration::from_secs(120));
        let tenant = office.desk.tenant;
        // One that only seemed dead goes on at the same time.
        let slow = worker(&office, tenant, run);
        let also = std::thread::spawn(move || slow.finish());
        let own = worker(&office, tenant, run).finish();
        own.unwrap();
        also.join().unwrap().unwrap();
        work(&office);
        let done = stands(&ada, run);
        assert_eq!((&done["state"], counts(&done)), (&json!("done"), [250, 250, 250, 0, 0]));
        for record in &made {
            assert_eq!((changes(&office, *record, run), office.desk.history(*record).len()), (1, 2));
        }
        let places: Vec<i64> = results(&ada, run, "").iter().map(|it| it["position"].as_i64().unwrap()).collect();
        assert_eq!(places, (1..=250).collect::<Vec<i64>>());
    }

    fn a_trial_writes_nothing(database) {
        let office = Office::on(database);
        let mut made = incidents(&office, 8);
        let hidden = office.desk.as_system().create("incident", &[("title", "Secret"), ("requester", "Rita"), ("access", "2")]);
        made.push(hidden);
        office.desk.act(made[0], "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "Cable")]);
        office.desk.update(made[1], &[("impact", "1")]);
        let before: Vec<usize> = made.iter().map(|it| office.desk.history(*it).len()).collect();
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "transition": "resolve", "fields": { "resolution_code": "solution_provided", "close_notes": "x" }, "dry_run": true });
        let found = ada.post("/incident/bulk", &order).expect(200).json;
        assert_eq!((&found["total"], &found["may"], &found["tried"], &found["changed"], &found["refused"]), (&json!(9), &json!(7), &json!(8), &json!(7), &json!(1)), "{found}");
        let refusals = found["refusals"].as_array().unwrap();
        assert_eq!(refusals.len(), 2, "{found}");
        assert_eq!((&refusals[0]["record"]["id"], &refusals[0]["record"]["title"], &refusals[0]["code"]), (&json!(hidden), &Json::Null, &json!("record-unknown")));
        let found = ada.post("/incident/bulk", &json!({ "filter": "impact:1", "change": { "impact": "1" }, "dry_run": true })).expect(200).json;
        assert_eq!((&found["total"], &found["unchanged"]), (&json!(1), &json!(1)), "{found}");
        work(&office);
        let after: Vec<usize> = made.iter().map(|it| office.desk.history(*it).len()).collect();
        assert_eq!(after, before);
        assert!(ada.get("/bulk").expect(200).json["runs"].as_array().unwrap().is_empty());
    }

    fn only_those_with_the_right_begin_and_only_to_what_is_theirs(database) {
        let office = Office::on(database);
        let made = incidents(&office, 2);
        let hidden = office.desk.as_system().create("incident", &[("title", "Secret"), ("requester", "Rita"), ("access", "2")]);
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let rita = office.bearer(House::RITA);
        rita.post("/incident/bulk", &order).refused(403, "forbidden-action");
        rita.post("/incident/bulk", &json!({ "ids": made, "change": { "impact": "1" }, "dry_run": true })).refused(403, "forbidden-action");
        office.bearer(House::OTTO).post("/incident/bulk", &order).refused(403, "forbidden-action");
        office.bearer_with(House::ADA, &["*:read"]).post("/incident/bulk", &order).refused(403, "forbidden-action");
        let ada = office.bearer(House::ADA);
        let foreign = Uuid::from_u128(99);
        let order = json!({ "ids": [made[0], made[1], hidden, foreign], "change": { "impact": "1" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        work(&office);
        assert_eq!(counts(&stands(&ada, run)), [4, 4, 2, 0, 2]);
        let refused = results(&ada, run, "&outcome=refused");
        assert!(refused.iter().all(|it| it["code"] == "record-unknown" && it["record"]["title"].is_null()), "{refused:?}");
        assert_eq!(office.desk.history(hidden).len(), 1);
        // Deleting is not theirs.
        let run = id_of(&ada.post("/incident/bulk", &json!({ "ids": made, "delete": true })).expect(202));
        work(&office);
        assert_eq!(counts(&stands(&ada, run)), [2, 2, 0, 0, 2]);
        // A run is for whoever began it, and for those who administer jobs.
        office.bearer(House::NOAH).get(&format!("/bulk/{run}")).refused(404, "bulk-not-found");
        office.bearer(House::NOAH).post(&format!("/bulk/{run}/cancel"), &json!({})).refused(404, "bulk-not-found");
        office.bearer(House::NOAH).get("/bulk?whose=all").refused(403, "forbidden-area");
        let syd = office.bearer(House::SYD);
        assert_eq!(stands(&syd, run)["values"], Json::Null);
        assert_eq!(syd.get("/bulk?whose=all").expect(200).json["runs"].as_array().unwrap().len(), 2);
        assert!(syd.get("/bulk").expect(200).json["runs"].as_array().unwrap().is_empty());
    }

    fn a_right_that_is_lost_meanwhile_is_lost(database) {
        let office = Office::on(database);
        let made = incidents(&office, 3 * CHUNK);
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let begin = || id_of(&ada.post("/incident/bulk", &order).expect(202));
        let first = begin();
        assert!(worker(&office, office.desk.tenant, first).step().unwrap());
        // One record becomes confidential: it alone is refused.
        office.desk.as_system().update(made[70], &[("access", "2")]);
        assert!(worker(&office, office.desk.tenant, first).step().unwrap());
        assert_eq!(counts(&stands(&ada, first)), [150, 100, 99, 0, 1]);
        office.give_login(House::ADA, "ada");
        let syd = office.bearer(House::SYD);
        let now = office.desk.now();
        let close = move |unit: &mut engine::Unit<'_, '_>| {
            credential::set_disabled(unit.tx, House::ADA, Some(now))
        };
        let ctx = office.desk.as_system().ctx;
        office.desk.engine.write_blocking(&ctx, close).unwrap();
        work(&office);
        let stopped = stands(&syd, first);
        assert_eq!((&stopped["state"], counts(&stopped)), (&json!("stopped"), [150, 100, 99, 0, 1]));
        assert_eq!(office.desk.history(made[120]).len(), 1);
    }

    fn a_run_whose_job_is_discarded_is_over(database) {
        let office = Office::on(database);
        let made = incidents(&office, 2);
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        office.bearer(House::SYD).delete(&format!("/jobs/{run}")).expect(204);
        let stopped = stands(&ada, run);
        assert_eq!((&stopped["state"], counts(&stopped)), (&json!("stopped"), [2, 0, 0, 0, 0]));
        assert!(stopped["finished_at"].is_string(), "{stopped}");
    }

    fn what_was_taken_back_in_part_can_be_taken_back_again(database) {
        let office = Office::on(database);
        let made = incidents(&office, 2 * CHUNK);
        let ada = office.bearer(House::ADA);
        let run = id_of(&ada.post("/incident/bulk", &json!({ "ids": made, "change": { "impact": "1" } })).expect(202));
        work(&office);
        let undo = || id_of(&ada.post(&format!("/bulk/{run}/undo"), &json!({})).expect(202));
        let first = undo();
        assert!(worker(&office, office.desk.tenant, first).step().unwrap());
        ada.post(&format!("/bulk/{run}/undo"), &json!({})).expect(409);
        ada.post(&format!("/bulk/{first}/cancel"), &json!({})).expect(200);
        let second = undo();
        work(&office);
        assert_eq!(counts(&stands(&ada, second)), [100, 100, 50, 50, 0]);
        assert_eq!(stands(&ada, run)["undone_by"], json!(second));
        for record in [made[0], made[99]] {
            assert_ne!(ada.get(&format!("/incident/{record}")).expect(200).json["impact"], json!("1"));
        }
    }

    fn a_token_that_ends_ends_its_runs(database) {
        let office = Office::on(database);
        let made = incidents(&office, 2 * CHUNK);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let ends = office.desk.now().plus_micros(3_600_000_000).to_string();
        let wish = json!({ "name": "script", "scopes": ["*:read", "*:write"], "expires_at": ends });
        let token = ada.post("/tokens", &wish).expect(201).text("token").to_owned();
        let script = office.client().with("authorization", &format!("Bearer {token}"));
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let run = id_of(&script.post("/incident/bulk", &order).expect(202));
        assert!(worker(&office, office.desk.tenant, run).step().unwrap());
        office.desk.wait(Duration::from_secs(3_601));
        work(&office);
        let stopped = stands(&ada, run);
        assert_eq!((&stopped["state"], counts(&stopped)), (&json!("stopped"), [100, 50, 50, 0, 0]));
    }

    fn an_order_that_does_not_fit_is_refused_as_a_whole(database) {
        let office = Office::on(database);
        let made = incidents(&office, 1);
        let ada = office.bearer(House::ADA);
        let refused = |order: Json, status: u16, code: &str| {
            ada.post("/incident/bulk", &order).refused(status, code);
        };
        refused(json!({ "ids": made }), 400, "bulk-one-act");
        refused(json!({ "ids": made, "delete": true, "restore": true }), 400, "bulk-one-act");
        refused(json!({ "change": { "impact": "1" } }), 400, "bulk-ids-or-filter");
        refused(json!({ "ids": made, "filter": "", "change": { "impact": "1" } }), 400, "bulk-ids-or-filter");
        refused(json!({ "ids": ["INC9999999"], "change": { "impact": "1" } }), 404, "record-not-found");
        ada.post("/incident/bulk", &json!({ "ids": made, "change": { "impakt": "1" } })).expect(422).names("impakt", "unknown-field-meant");
        ada.post("/incident/bulk", &json!({ "ids": made, "change": {} })).expect(422).names("change", "bulk-no-fields");
        ada.post("/incident/bulk", &json!({ "ids": made, "transition": "vanish" })).expect(422).names("transition", "bulk-transition-unknown");
        ada.post("/incident/bulk", &json!({ "filter": "impact:1", "delete": true })).expect(422).names("ids", "bulk-nothing");
        let files = json!({ "text": "See the plan.", "attachments": [Uuid::from_u128(1)] });
        ada.post("/incident/bulk", &json!({ "ids": made, "comment": files })).expect(422).names("comment.attachments", "bulk-no-files");
        let many: Vec<Uuid> = (0..10_001).map(Uuid::from_u128).collect();
        refused(json!({ "ids": many, "delete": true }), 413, "bulk-too-many");
        let key = [("idempotency-key", "k")];
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let first = ada.post_with("/incident/bulk", &order, &key).expect(202);
        assert_eq!(ada.post_with("/incident/bulk", &order, &key).expect(202).json, first.json);
        assert_eq!(ada.get("/bulk").json["runs"].as_array().unwrap().len(), 1);
    }

    fn a_run_is_taken_back_where_nobody_has_changed_it_since(database) {
        let office = Office::on(database);
        let made = incidents(&office, 60);
        office.desk.update(made[3], &[("urgency", "1")]);
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "change": { "impact": "1", "urgency": "2" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        ada.post(&format!("/bulk/{run}/undo"), &json!({})).refused(409, "bulk-not-over");
        work(&office);
        office.desk.update(made[5], &[("impact", "2")]);
        assert_eq!(stands(&ada, run)["can_undo"], true);
        let back = id_of(&ada.post(&format!("/bulk/{run}/undo?reason=Oops"), &json!({})).expect(202));
        ada.post(&format!("/bulk/{run}/undo"), &json!({})).refused(409, "bulk-undone-already");
        work(&office);
        let undone = stands(&ada, back);
        assert_eq!((&undone["act"], counts(&undone)), (&json!("undo"), [60, 60, 59, 0, 1]), "{undone}");
        let refused = results(&ada, back, "&outcome=refused");
        assert_eq!((&refused[0]["field"], &refused[0]["code"]), (&json!("impact"), &json!("bulk-changed-since")));
        office.desk.expect(made[3], &[("impact", "3"), ("urgency", "1")]);
        office.desk.expect(made[4], &[("impact", "3"), ("urgency", "3")]);
        office.desk.expect(made[5], &[("impact", "2"), ("urgency", "2")]);
        assert_eq!(office.desk.history(made[4]).last().unwrap().reason.as_deref(), Some("Oops"));
        assert_eq!((&stands(&ada, run)["undone_by"], &stands(&ada, run)["can_undo"]), (&json!(back), &json!(false)));
        let said = id_of(&ada.post("/incident/bulk", &json!({ "ids": made, "comment": "Sorry" })).expect(202));
        work(&office);
        ada.post(&format!("/bulk/{said}/undo"), &json!({})).refused(409, "bulk-not-to-undo");
    }

    fn what_leads_to_many_more_changes_is_done_in_smaller_units(database) {
        let office = Office::on(database);
        let made = incidents(&office, 3);
        office.desk.wait(Duration::from_secs(1));
        let children = incidents(&office, 3 * 350);
        let system = office.desk.as_system().ctx;
        for (at, part) in children.chunks(350).enumerate() {
            let (parent, part) = (made[at], part.to_vec());
            let adopt = move |unit: &mut engine::Unit<'_, '_>| {
                let below = |it: &Uuid| engine::Change::update("incident", *it).with_value("parent", dictionary::Value::Reference(parent));
                unit.lock_records(part.iter().copied().chain([parent]))?;
                part.iter().try_for_each(|it| unit.apply(below(it)).map(|_| ()))
            };
            office.desk.engine.write_blocking(&system, adopt).unwrap();
        }
        let ada = office.bearer(House::ADA);
        let end = json!({ "resolution_code": "solution_provided", "close_notes": "Storm is over" });
        let run = id_of(&ada.post("/incident/bulk", &json!({ "ids": made, "transition": "resolve", "fields": end })).expect(202));
        work(&office);
        assert_eq!(counts(&stands(&ada, run)), [3, 3, 3, 0, 0], "{:?}", results(&ada, run, ""));
        let state = office.desk.field(children[1_049], "state");
        assert_eq!(state, "resolved");
        assert_eq!(office.desk.history(children[1_049]).last().unwrap().unit_id, run, "what follows belongs to it");
    }

    fn a_record_that_does_not_come_to_its_locks_holds_up_no_others(database) {
        let office = Office::on(database);
        // Ids of one instant have no order, so that children are locked again and again on PostgreSQL.
        let mut made = incidents(&office, 40);
        let parent = made.remove(20);
        let (system, below) = (office.desk.as_system().ctx, made.clone());
        let adopt = move |unit: &mut engine::Unit<'_, '_>| {
            unit.lock_records(below.iter().copied().chain([parent]))?;
            let child = |it: &Uuid| engine::Change::update("incident", *it).with_value("parent", dictionary::Value::Reference(parent));
            below.iter().try_for_each(|it| unit.apply(child(it)).map(|_| ()))
        };
        office.desk.engine.write_blocking(&system, adopt).unwrap();
        office.desk.wait(Duration::from_secs(1));
        let other = incidents(&office, 1);
        let ada = office.bearer(House::ADA);
        let end = json!({ "resolution_code": "solution_provided", "close_notes": "Storm is over" });
        let run = id_of(&ada.post("/incident/bulk", &json!({ "ids": [parent, other[0]], "transition": "resolve", "fields": end })).expect(202));
        work(&office);
        let done = stands(&ada, run);
        let busy = i64::from(database == Database::Postgres);
        assert_eq!((&done["state"], counts(&done)), (&json!("done"), [2, 2, 2 - busy, 0, busy]));
        assert!(results(&ada, run, "&outcome=refused").iter().all(|it| it["code"] == "busy-try-again"));
        assert_eq!(office.desk.field(other[0], "state"), "resolved");
    }

    fn what_is_over_is_swept_away_in_time(database) {
        let office = Office::on(database);
        let made = incidents(&office, 2);
        let ada = office.bearer(House::ADA);
        let order = json!({ "ids": made, "change": { "impact": "1" } });
        let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
        work(&office);
        office.desk.wait_days(89);
        work(&office);
        assert_eq!(results(&ada, run, "").len(), 2);
        office.desk.wait_days(2);
        work(&office);
        ada.get(&format!("/bulk/{run}")).refused(404, "bulk-not-found");
    }
}

/// The largest run there may be. On the database of small houses only: the other one differs in nothing that
/// the number of records changes.
#[test]
fn ten_thousand_records_are_done() {
    let office = Office::on(Database::Sqlite);
    let made = incidents(&office, 10_000);
    let ada = office.bearer(House::ADA);
    let order = json!({ "filter": "", "change": { "impact": "2" } });
    let run = id_of(&ada.post("/incident/bulk", &order).expect(202));
    let began = base::Stopwatch::start();
    work(&office);
    println!("10,000 records took {:?}", began.elapsed());
    assert_eq!(counts(&stands(&ada, run)), [10_000, 10_000, 10_000, 0, 0]);
    assert_eq!(changes(&office, made[9_999], run), 1);
}
