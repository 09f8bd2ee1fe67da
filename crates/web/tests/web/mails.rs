//! Mails that came in, for those who decide what becomes of them.

use base::{Result, Uuid};
use engine::system::mail::{self, Mail, MailState};
use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::Office;

/// A mail that is parked since nobody knows its sender.
fn parked(office: &Office, number: u128, tenant: Uuid) -> Uuid {
    parked_of(office, number, tenant, "nina.new@example.org")
}

/// A mail from that address that is parked.
fn parked_of(office: &Office, number: u128, tenant: Uuid, sender: &str) -> Uuid {
    let now = office.desk.engine.now();
    let mail = Mail {
        id: Uuid::from_u128(number),
        tenant,
        message_id: Some(format!("{number}@example.org")),
        sender: sender.to_owned(),
        subject: "Hello".to_owned(),
        excerpt: "Who are you?".to_owned(),
        sent_at: Some(now),
        received_at: now,
        uid: 1,
        sha256: "00".to_owned(),
        bytes: 7,
        state: MailState::Waiting,
        reason: None,
        attempts: 0,
        taken_as: None,
        taken_by: None,
        decided_at: None,
        record_type: None,
        record: None,
    };
    let id = mail.id;
    let store = office.desk.engine.store();
    let made: Result<bool> = store.write_blocking(move |tx| {
        mail::note(tx, &mail)?;
        mail::settle(
            tx,
            &mail,
            MailState::Parked,
            Some("nobody here has that address"),
        )
    });
    assert!(made.unwrap());
    id
}

both_databases! {
    fn a_parked_mail_is_seen_and_taken(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let id = parked(&office, 1, office.desk.tenant);
        let page = syd.get("/mails").expect(200).json;
        let one = &page["mails"][0];
        assert_eq!((&one["sender"], &one["subject"], &one["excerpt"]), (&json!("nina.new@example.org"), &json!("Hello"), &json!("Who are you?")));
        assert_eq!((&one["reason"], &page["next"]), (&json!("nobody here has that address"), &json!(null)));
        let path = format!("/mails/{id}");
        assert_eq!(syd.get(&path).expect(200).json, *one);
        let both = json!({ "as": House::ROB, "make": { "title": "Nina" } });
        syd.post(&format!("{path}/take"), &both).expect(422).names("make", "mail-take-one-way");
        syd.post(&format!("{path}/take"), &json!({ "as": Uuid::from_u128(9) })).expect(422).names("as", "reference-unknown");
        let taken = syd.post(&format!("{path}/take"), &json!({ "as": House::ROB })).expect(200).json;
        assert_eq!((&taken["state"], &taken["taken_as"]), (&json!("waiting"), &json!(House::ROB)));
        syd.post(&format!("{path}/take"), &json!({})).refused(409, "mail-not-parked");
        syd.get("/mails?state=ill").refused(400, "parameter-wrong");
        syd.get("/mails/00000000-0000-0000-0000-000000000009").refused(404, "mail-not-found");
    }

    fn the_page_shows_what_waits_for_a_decision(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let (one, two, three) = (parked(&office, 1, office.desk.tenant), parked(&office, 2, office.desk.tenant), parked(&office, 3, office.desk.tenant));
        let shown = text(&page(&syd, "/admin/mails").expect(200));
        for words in ["nina.new@example.org", "Who are you?", "nobody here has that address", "value=\"Nina New\"", "href=\"/admin/mails\""] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        send(&syd, &format!("/admin/mails/{one}"), &[("do", "make"), ("title", "Nina New")]).expect(303);
        send(&syd, &format!("/admin/mails/{two}"), &[("do", "take"), ("as", "rob@example.org")]).expect(303);
        send(&syd, &format!("/admin/mails/{three}"), &[("do", "discard")]).expect(422);
        send(&syd, &format!("/admin/mails/{three}"), &[("do", "discard"), ("sure", "yes")]).expect(303);
        let waiting = office.bearer(House::SYD).get("/mails?state=waiting").expect(200).json;
        assert_eq!(waiting["mails"].as_array().unwrap().len(), 2);
        assert_eq!(office.desk.as_system().list("person", "email:nina.new@example.org").len(), 1);
        office.give_login(House::ADA, "ada");
        page(&office.browser("ada"), "/admin/mails").expect(403);
    }

    fn its_sender_becomes_a_person(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = format!("/mails/{}/take", parked(&office, 1, office.desk.tenant));
        let taken = syd.post(&path, &json!({ "make": { "title": "Nina New" } })).expect(200).json;
        let person = syd.get(&format!("/person/{}", taken["taken_as"].as_str().unwrap())).expect(200).json;
        assert!(person.to_string().contains("nina.new@example.org"), "{person}");
        // The next one of hers finds her.
        let again = format!("/mails/{}/take", parked(&office, 2, office.desk.tenant));
        let second = syd.post(&again, &json!({ "make": { "title": "Nina again" } })).expect(200).json;
        assert_eq!(second["taken_as"], taken["taken_as"]);
    }

    fn who_decides_is_told_and_needs_the_right_to_act_for_others(database) {
        let office = Office::with(database, |it| it.opened_by_mail = Some("incident"));
        let (one, two, three) = (parked(&office, 1, office.desk.tenant), parked(&office, 2, office.desk.tenant), parked(&office, 3, office.desk.tenant));
        // Tina administers jobs and people, and makes no incidents.
        let (tina, syd) = (office.bearer(House::TINA), office.bearer(House::SYD));
        let take = |mail: Uuid| format!("/mails/{mail}/take");
        tina.post(&take(one), &json!({ "as": House::ROB })).refused(403, "mail-take-for-others");
        assert_eq!(tina.get(&format!("/mails/{one}")).expect(200).json["state"], "parked");
        let told = tina.post(&take(one), &json!({})).expect(200).json;
        assert_eq!((&told["taken_by"], &told["taken_as"]), (&json!(House::TINA), &json!(null)));
        let told = tina.post(&take(two), &json!({ "make": { "title": "Nina New" } })).expect(200).json;
        assert_eq!((&told["taken_by"], &told["state"]), (&json!(House::TINA), &json!("waiting")));
        // Whoever may comment and not create for others may not either.
        let roles = syd.get("/settings/roles").expect(200).json["value"].clone();
        let mut more = roles;
        for role in more.as_array_mut().unwrap().iter_mut().filter(|it| it["code"] == "tenant_administrator") {
            let grant = json!({ "types": ["incident"], "actions": ["create", "comment"], "read_fields": "all", "write_fields": { "only": ["title"] } });
            role["grants"].as_array_mut().unwrap().push(grant);
        }
        syd.put("/settings/roles", &json!({ "value": more })).expect(200);
        let tina = office.bearer(House::TINA);
        tina.post(&take(three), &json!({ "as": House::ROB })).refused(403, "mail-take-for-others");
        let told = syd.post(&take(three), &json!({ "as": House::ROB })).expect(200).json;
        let now = office.desk.now().to_string();
        assert_eq!((&told["taken_by"], &told["taken_as"], &told["decided_at"]), (&json!(House::SYD), &json!(House::ROB), &json!(now)));
        office.give_login(House::SYD, "syd");
        office.give_login(House::TINA, "tina");
        let shown = text(&page(&office.browser("syd"), "/admin/mails?state=waiting").expect(200));
        assert!(shown.contains("Syd System let it be taken in the name of Rob Requester") && shown.contains("Tina Tenant let it be taken"), "{shown}");
        parked(&office, 4, office.desk.tenant);
        for (login, may) in [("tina", false), ("syd", true)] {
            let shown = text(&page(&office.browser(login), "/admin/mails").expect(200));
            assert_eq!(shown.contains("name=\"as\""), may, "{login}: {shown}");
            assert!(shown.contains("value=\"take\"") && shown.contains("value=\"make\""), "{login}: {shown}");
        }
        let tina = office.browser("tina");
        let four = Uuid::from_u128(4);
        let refused = send(&tina, &format!("/admin/mails/{four}"), &[("do", "take"), ("as", "rob@example.org")]).expect(403);
        assert!(text(&refused).contains("needs the rights to make for others"), "{}", text(&refused));
    }

    fn whoever_has_sent_it_is_nobody_else(database) {
        let office = Office::with(database, |it| it.opened_by_mail = Some("incident"));
        let (tina, path) = (office.bearer(House::TINA), |it: Uuid| format!("/mails/{it}/take"));
        let robs = parked_of(&office, 1, office.desk.tenant, "rob@example.org");
        // It came from Rob: in his name it is taken as it came, in another one by who may act for others.
        tina.post(&path(robs), &json!({ "as": House::RITA })).refused(403, "mail-take-for-others");
        let told = tina.post(&path(robs), &json!({ "as": House::ROB })).expect(200).json;
        assert_eq!((&told["taken_by"], &told["taken_as"]), (&json!(House::TINA), &json!(House::ROB)));
        // Whoever may not make people makes none of a sender either.
        let ben = parked(&office, 2, office.desk.tenant);
        let ada = office.bearer(House::ADA);
        ada.post(&path(ben), &json!({ "make": { "title": "Nina" } })).refused(403, "forbidden-area");
        assert_eq!(office.desk.as_system().list("person", "email:nina.new@example.org").len(), 0);
    }

    fn its_sender_is_somebody_who_is_known_by_a_further_address(database) {
        let office = Office::on(database);
        office.desk.as_administrator().update(House::ROB, &[("further_emails", "[\"rob@home.example\"]")]);
        let mail = parked_of(&office, 1, office.desk.tenant, "Rob@Home.example");
        let made = json!({ "make": { "title": "Rob again" } });
        let taken = office.bearer(House::SYD).post(&format!("/mails/{mail}/take"), &made).expect(200).json;
        assert_eq!(taken["taken_as"], json!(House::ROB));
        assert!(office.desk.as_system().list("person", "").iter().all(|it| it.title() != Some("Rob again")));
    }

    fn whoever_left_is_not_made_anew_and_nobody_acts_in_their_name(database) {
        let office = Office::on(database);
        office.desk.as_administrator().act(House::ROB, "leave", &[]);
        let path = format!("/mails/{}/take", parked_of(&office, 1, office.desk.tenant, "rob@example.org"));
        let syd = office.bearer(House::SYD);
        let people = office.desk.as_system().list("person", "").len();
        let refused = syd.post(&path, &json!({ "make": { "title": "Rob" } })).expect(422);
        let refused = refused.names("make", "mail-person-has-left");
        assert!(refused.json.to_string().contains("Rob Requester has left"), "{}", refused.json);
        syd.post(&path, &json!({ "as": House::ROB })).expect(422).names("as", "mail-person-has-left");
        assert_eq!(office.desk.as_system().list("person", "").len(), people);
        syd.post(&path, &json!({ "as": House::RITA })).expect(200);
    }

    fn a_mail_is_thrown_away_once_or_more(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let path = format!("/mails/{}", parked(&office, 1, office.desk.tenant));
        syd.delete(&path).expect(204);
        syd.delete(&path).expect(204);
        assert_eq!(syd.get(&path).expect(200).json["state"], "discarded");
        syd.post(&format!("{path}/take"), &json!({})).refused(409, "mail-not-parked");
    }

    fn mails_are_for_those_who_administer_jobs_and_of_their_own_tenant(database) {
        let office = Office::on(database);
        let id = parked(&office, 1, office.desk.tenant);
        let foreign = parked(&office, 2, Uuid::from_u128(77));
        let ada = office.bearer(House::ADA);
        ada.get("/mails").refused(403, "forbidden-area");
        ada.get(&format!("/mails/{id}")).refused(403, "forbidden-area");
        ada.post(&format!("/mails/{id}/take"), &json!({})).refused(403, "forbidden-area");
        ada.delete(&format!("/mails/{id}")).refused(403, "forbidden-area");
        let syd = office.bearer(House::SYD);
        syd.get(&format!("/mails/{foreign}")).refused(404, "mail-not-found");
        syd.delete(&format!("/mails/{foreign}")).refused(404, "mail-not-found");
    }
}
