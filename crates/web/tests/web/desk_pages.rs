//! What the pages of the desk do for whoever works there all day: long stories, sessions that end, ways back.

use std::time::Duration;

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Office, PASSWORD};

both_databases! {
    fn a_form_that_comes_after_the_session_ended_leads_back_to_its_page(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.desk.as_person(House::ADA).create("incident", &[("title", "Mail"), ("requester", "Rita")]);
        let ada = office.browser("ada");
        let csrf = ada.header("x-csrf-token").unwrap();
        office.desk.wait(Duration::from_secs(13 * 3_600));
        let post = |referer: &str| {
            let body = format!("body=Try+again&visibility=public&csrf={csrf}").into_bytes();
            let sent = Some("application/x-www-form-urlencoded");
            ada.raw("POST", "/incident/INC0000001/comment", sent, body, &[("referer", referer)]).expect(303)
        };
        let sent_away = post("http://desk.example.org/incident/INC0000001?tab=all").header("location").to_owned();
        assert_eq!(sent_away, "/sign-in?next=%2Fincident%2FINC0000001%3Ftab%3Dall&ended=1");
        let shown = text(&page(&office.client(), &sent_away).expect(200));
        assert!(shown.contains("Your session ended. Sign in to go on where you were."), "{shown}");
        assert!(shown.contains(r#"name="next" value="/incident/INC0000001?tab=all""#), "{shown}");
        assert_eq!(post("https://evil.example/incident").header("location"), "/sign-in?ended=1");
        // Whoever only comes by is told nothing about a session.
        assert!(!text(&page(&office.client(), "/sign-in").expect(200)).contains("session ended"));
        let fields = [("login", "ada"), ("password", PASSWORD), ("next", "/incident"), ("ended", "typed")];
        let back = send(&office.client(), "/sign-in", &fields).expect(303);
        let cookies: Vec<&str> = back.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
        assert!(cookies.iter().any(|it| it.contains("key=notice-typed-back")), "{cookies:?}");
    }

    fn a_long_story_shows_its_end_and_leads_to_its_beginning(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada_acts = office.desk.as_person(House::ADA);
        let id = ada_acts.create("incident", &[("title", "Mail"), ("requester", "Rita"), ("impact", "1"), ("urgency", "1")]);
        let bearer = office.bearer(House::ADA);
        for number in 1..=45 {
            let body = json!({ "text": format!("Word number {number}."), "visibility": if number == 2 { "private" } else { "public" } });
            bearer.post(&format!("/incident/{id}/comments"), &body).expect(201);
        }
        let ada = office.browser("ada");
        let told = |path: &str| text(&page(&ada, path).expect(200));
        let has = |shown: &str, number: usize| shown.contains(&format!("Word number {number}."));
        let shown = told("/incident/INC0000001");
        assert!(has(&shown, 45) && has(&shown, 17) && !has(&shown, 5), "{shown}");
        // Why the priority is what it is was said long ago, and is still known.
        assert!(shown.contains(r#"class="why""#), "{shown}");
        let from = shown.split("&amp;from=").nth(1).expect("a way to what came before").split('#').next().unwrap();
        let all = told(&format!("/incident/INC0000001?tab=all&from={from}"));
        assert!(has(&all, 45) && has(&all, 1) && !all.contains("&amp;from="), "{all}");
        let notes = told("/incident/INC0000001?tab=notes");
        assert!(has(&notes, 2) && !has(&notes, 45), "{notes}");
        let words = told("/incident/INC0000001?tab=conversation");
        assert!(has(&words, 45) && has(&words, 16) && !has(&words, 15), "{words}");
        // The requester reads in the portal, and finds the newest at once as well.
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let shown = text(&page(&rita, "/portal/incident/INC0000001").expect(200));
        assert!(has(&shown, 45) && !has(&shown, 5) && shown.contains("Show earlier"), "{shown}");
        let shown = text(&page(&rita, "/portal/incident/INC0000001?from=1").expect(200));
        assert!(has(&shown, 45) && has(&shown, 1) && !has(&shown, 2), "{shown}");
    }

    fn a_story_comes_in_pages_that_put_together_are_the_story(database) {
        let office = Office::on(database);
        let id = office.desk.as_person(House::ADA).create("incident", &[("title", "Mail"), ("requester", "Rita")]);
        let ada = office.bearer(House::ADA);
        for number in 1..=5 {
            ada.post(&format!("/incident/{id}/comments"), &json!({ "text": format!("Word {number}") })).expect(201);
        }
        let whole = ada.get(&format!("/incident/{id}/timeline")).expect(200).json;
        let whole_entries = whole["entries"].as_array().unwrap().clone();
        assert!(whole["next"].is_null() && whole_entries.len() > 5, "{whole}");
        let (mut together, mut after) = (Vec::new(), String::new());
        for _ in 0..20 {
            let part = ada.get(&format!("/incident/{id}/timeline?limit=2&after={after}")).expect(200).json;
            let entries = part["entries"].as_array().unwrap();
            assert!(!entries.is_empty() && entries.len() <= 2, "{part}");
            together.extend(entries.clone());
            let Some(next) = part["next"].as_str() else { break };
            next.clone_into(&mut after);
        }
        assert_eq!(together, whole_entries);
        ada.get(&format!("/incident/{id}/timeline?after=nowhere")).refused(400, "parameter-wrong");
    }
}
