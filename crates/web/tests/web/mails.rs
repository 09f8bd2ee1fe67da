//! Mails that came in, for those who decide what becomes of them.

use base::{Result, Uuid};
use engine::system::mail::{self, Mail, MailState};
use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::Office;

/// A mail that is parked since nobody knows its sender.
fn parked(office: &Office, number: u128, tenant: Uuid) -> Uuid {
    let now = office.desk.engine.now();
    let mail = Mail {
        id: Uuid::from_u128(number),
        tenant,
        message_id: Some(format!("{number}@example.org")),
        sender: "nina.new@example.org".to_owned(),
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
