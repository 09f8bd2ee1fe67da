//! What the pages of the desk do for whoever works there all day: long stories, sessions that end, ways back.

use std::time::Duration;

use serde_json::json;
use test_kit::{House, both_databases};

use crate::articles::published;
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

    fn what_no_team_has_is_seen_and_a_route_for_all_the_rest_is_asked_for(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::SYD, "syd");
        let (ada, syd) = (office.browser("ada"), office.browser("syd"));
        assert!(!text(&page(&ada, "/").expect(200)).contains("Of no team"));
        let stands = || {
            let items = office.bearer(House::SYD).get("/set-up").expect(200).json;
            let all = items["items"].as_array().unwrap_or_else(|| panic!("{items}")).clone();
            all.into_iter().find(|it| it["key"] == "routing-incident").unwrap()["state"].clone()
        };
        assert_eq!(stands(), json!("missing"));
        assert!(text(&page(&syd, "/").expect(200)).contains("of the set-up"));
        office.desk.as_requester().create("incident", &[("title", "It is dark")]);
        let home = text(&page(&ada, "/").expect(200));
        assert!(home.contains("Of no team") && home.contains("It is dark"), "{home}");
        let of_network = json!({ "value": [{ "team": House::NETWORK, "location": House::HEADQUARTERS }] });
        office.bearer(House::SYD).put("/settings/incident.routing", &of_network).expect(200);
        assert_eq!(stands(), json!("missing"), "a route with a condition leaves the rest");
        let rest = json!({ "value": [{ "team": House::NETWORK }] });
        office.bearer(House::SYD).put("/settings/incident.routing", &rest).expect(200);
        assert_eq!(stands(), json!("done"));
    }

    fn categories_and_what_lies_below_them_are_two_menus(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let system = office.desk.as_system();
        let above = system.create("category", &[("title", "Machines")]);
        let below = system.create("category", &[("title", "Drum printer"), ("parent", &above.to_string())]);
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/incident/new").expect(200));
        let menu = |name: &str| {
            let (_, rest) = shown.split_once(&format!("<select class=\"input\" id=\"{name}\"")).unwrap_or_else(|| panic!("{shown}"));
            rest.split_once("</select>").unwrap().0.to_owned()
        };
        let (category, subcategory) = (menu("category"), menu("subcategory"));
        assert!(category.contains("Machines") && !category.contains("Drum printer"), "{category}");
        assert!(subcategory.contains(r#"<optgroup label="Machines">"#), "{subcategory}");
        assert!(subcategory.contains(&format!(r#"value="{below}">Drum printer<"#)), "{subcategory}");
        assert!(!subcategory.contains(&above.to_string()), "{subcategory}");
        send(&ada, "/incident/new", &[("title", "Squeaks"), ("subcategory", &below.to_string())]).expect(303);
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("Machines") && shown.contains("Drum printer"), "{shown}");
    }

    fn what_is_called_alike_helps_before_what_only_mentions_it(database) {
        let office = Office::on(database);
        published(&office.desk, "Reset it yourself", "You are asked for the code again");
        published(&office.desk, "Tax code of an invoice", "The code stands on the invoice again");
        published(&office.desk, "Connect to VPN from home", "Choose the profile");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let found = text(&page(&rita, "/portal/alike?text=VPN+asks+for+the+code+again").expect(200));
        let at = |title: &str| found.find(title);
        assert!(at("Connect to VPN").is_some(), "{found}");
        assert!(at("Reset it yourself").is_none_or(|it| it > at("Connect to VPN").unwrap()), "{found}");
        let form = text(&page(&rita, "/portal/new/incident").expect(200));
        let (title, help, more) = (form.find(r#"name="title""#), form.find("id=\"may-help\""), form.find("<textarea"));
        assert!(title < help && help < more, "{form}");
    }

    fn a_house_without_records_says_so_and_leads_on(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/incident").expect(200));
        assert!(shown.contains("No incidents yet") && shown.contains("New incident"), "{shown}");
        office.desk.as_person(House::ADA).create("incident", &[("title", "Mail"), ("requester", "Rita")]);
        let shown = text(&page(&ada, "/incident?q=phase:closed").expect(200));
        assert!(shown.contains("Nothing in incidents matches") && !shown.contains("No incidents yet"), "{shown}");
        office.give_login(House::RITA, "rita");
        let shown = text(&page(&office.browser("rita"), "/portal/search?type=knowledge_article").expect(200));
        assert!(shown.contains("There is nothing to read here yet") && !shown.contains("“”"), "{shown}");
    }

    fn a_step_is_told_by_the_state_it_led_to_and_turning_into_another_record_asks_first(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.desk.as_person(House::ADA).create("incident", &[("title", "Mail"), ("requester", "Rita")]);
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("A new request is made of what stands here, and this incident ends"), "{shown}");
        assert!(!shown.contains("formaction=\"/incident/INC0000001/step/convert"), "{shown}");
        let csrf = ada.header("x-csrf-token").unwrap();
        let sent = send(&ada, "/incident/INC0000001/step/start", &[("csrf", &csrf)]).expect(303);
        let told = sent.headers.get_all("set-cookie").iter().find_map(|it| it.to_str().ok().filter(|it| it.starts_with("notice="))).unwrap().split(';').next().unwrap().to_owned();
        let cookie = format!("{}; {told}", ada.header("cookie").unwrap());
        let shown = text(&page(&office.client().with("cookie", &cookie), "/incident/INC0000001").expect(200));
        assert!(shown.contains("INC0000001 is now “In progress”."), "{shown}");
        // The sheet of keys names what the foot of the page names.
        for key in ["resolve", "assign", "edit"] {
            let sheet = shown.split_once("key-sheet\" class").unwrap().1;
            assert!(sheet.contains(&format!("<dd>{key}")), "{key}: {sheet}");
        }
        assert!(text(&page(&ada, "/incident/INC0000001/assign").expect(200)).contains("data-begin"));
    }

    fn who_may_not_administer_and_whose_link_is_old_are_told_what_to_do(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let told = text(&page(&office.browser("ada"), "/admin").expect(403));
        assert!(told.contains("Only administrators come here.") && !told.contains('*'), "{told}");
        let told = text(&page(&office.client(), "/set-password?token=nothing").expect(404));
        assert!(told.contains("Ask an administrator for a new one.") && !told.contains("Start the server"), "{told}");
    }
}
