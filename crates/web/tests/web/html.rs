//! The pages as people meet them: what they read, what they send, and what comes back. Without script.

use serde_json::json;
use test_kit::{Database, House, both_databases};

use crate::office::{Answer, Client, Office, PASSWORD};

both_databases! {
    fn whoever_is_not_signed_in_signs_in_and_comes_back(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let stranger = office.client();
        let sent_away = page(&stranger, "/incident?q=vpn");
        assert_eq!((sent_away.status.as_u16(), sent_away.header("location")), (303, "/sign-in?next=%2Fincident%3Fq%3Dvpn"));
        let shown = text(&page(&stranger, "/sign-in?next=%2Fincident%3Fq%3Dvpn").expect(200));
        assert!(shown.contains(r#"name="next" value="/incident?q=vpn""#), "{shown}");
        let wrong = send(&stranger, "/sign-in", &[("login", "ada"), ("password", "no"), ("next", "/incident?q=vpn")]);
        let shown = text(&wrong.expect(401));
        assert!(shown.contains("Login or password is wrong.") && shown.contains(r#"value="ada""#), "{shown}");
        assert!(!shown.contains(r#"value="no""#), "a password is never sent back");
        let right = send(&stranger, "/sign-in", &[("login", "ada"), ("password", PASSWORD), ("next", "/incident?q=vpn")]);
        assert_eq!((right.status.as_u16(), right.header("location")), (303, "/incident?q=vpn"));
        let elsewhere = send(&stranger, "/sign-in", &[("login", "ada"), ("password", PASSWORD), ("next", "//evil.example")]);
        assert_eq!(elsewhere.header("location"), "/");
    }

    fn who_answers_late_is_led_to_the_record_that_it_opened(database) {
        let office = office_of_ada(database);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let fault = office.desk.as_person(House::RITA).create("incident", &[("title", "A screen")]);
        let number = office.desk.field(fault, "number");
        office.desk.act(fault, "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "Done")]);
        let place = format!("/portal/incident/{number}");
        let shown = text(&page(&rita, &place).expect(200));
        assert!(!shown.contains("Your answer opens a new one"), "{shown}");
        office.desk.as_person(House::RITA).act(fault, "close", &[]);
        let shown = text(&page(&rita, &place).expect(200));
        assert!(shown.contains("Your answer opens a new one that is linked with it."), "{shown}");
        let led = send(&rita, &format!("{place}/answer"), &[("body", "Dark again")]).expect(303);
        let there = led.header("location").to_owned();
        assert!(there.starts_with("/portal/incident/INC") && there != place, "{there}");
        assert!(led.header("set-cookie").contains("notice-continued"));
        let shown = text(&page(&rita, &there).expect(200));
        assert!(shown.contains("Dark again") && shown.contains("A screen"), "{shown}");
        let shown = text(&page(&rita, &place).expect(200));
        assert!(shown.contains(&format!("href=\"{there}\"")) && !shown.contains("name=\"body\""), "{shown}");
    }

    fn whoever_opens_a_converted_record_is_led_to_where_it_goes_on(database) {
        let office = office_of_ada(database);
        office.give_login(House::RITA, "rita");
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        let fault = office.desk.as_person(House::RITA).create("incident", &[("title", "A screen")]);
        office.desk.as_person(House::RITA).comment(fault, "27 inches");
        let number = office.desk.field(fault, "number");
        let shown = text(&page(&ada, &format!("/incident/{number}")).expect(200));
        for button in ["step/convert", "step/merge"] {
            assert!(shown.contains(button), "{button}: {shown}");
        }
        // Merging asks for what it needs; elsewhere nobody is asked for it.
        let edited = text(&page(&ada, &format!("/incident/{number}/edit")).expect(200));
        assert!(shown.contains("name=\"merged_into\"") && !edited.contains("name=\"merged_into\""), "{edited}");
        send(&ada, &format!("/incident/{number}/step/convert"), &[]).expect(303);
        for (who, below) in [(&ada, ""), (&rita, "/portal")] {
            let led = page(who, &format!("{below}/incident/{number}")).expect(303);
            assert!(led.header("location").starts_with(&format!("{below}/request/REQ")), "{}", led.header("location"));
            let there = text(&page(who, led.header("location")).expect(200));
            assert!(led.header("set-cookie").contains("notice-goes-on"));
            assert!(there.contains("27 inches") && there.contains(&format!("said in {number}")), "{there}");
        }
        let there = page(&ada, &format!("/incident/{number}")).expect(303);
        let there = text(&page(&ada, there.header("location")).expect(200));
        assert!(there.contains(&format!("/incident/{number}?stay=1")), "there is a way back: {there}");
        let stayed = text(&page(&ada, &format!("/incident/{number}?stay=1")).expect(200));
        assert!(stayed.contains("27 inches") && !stayed.contains("said in"), "{stayed}");
    }

    fn tasks_are_added_where_they_are_needed(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let fault = office.desk.as_person(House::RITA).create("incident", &[("title", "No mail")]);
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("action=\"/incident/INC0000001/child/task\"") && !shown.contains("/child/incident"), "{shown}");
        let add = |title| send(&ada, "/incident/INC0000001/child/task", &[("title", title)]);
        let done = add("Restart the relay").expect(303);
        assert_eq!(done.header("location"), "/incident/INC0000001");
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("/task/TASK0000001") && shown.contains("Restart the relay"), "{shown}");
        add(" ").expect(422);
        send(&ada, "/incident/INC0000001/child/team", &[("title", "x")]).expect(403);
        assert_eq!(office.desk.as_administrator().list("task", "").len(), 1);
        // What is over needs no more work.
        office.desk.as_person(House::ADA).act(fault, "cancel", &[]);
        assert!(!text(&page(&ada, "/incident/INC0000001").expect(200)).contains("/child/task"));
    }

    fn what_was_said_is_split_off(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let fault = office.desk.as_person(House::RITA).create("incident", &[("title", "No mail")]);
        office.desk.as_person(House::RITA).comment(fault, "And my phone is dead");
        office.desk.as_person(House::ADA).note(fault, "Rita again");
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        let href = shown.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.contains("split_from="));
        let href = href.expect("the comment can be split off").replace("&amp;", "&");
        assert_eq!(shown.matches("new?split_from=").count(), 1, "notes stay private: {shown}");
        let form = text(&page(&ada, &href).expect(200));
        assert!(form.contains("And my phone is dead") && form.contains("value=\"INC0000001\""), "{form}");
        assert!(form.contains(&format!("value=\"{}\" selected", House::RITA)), "{form}");
        let values = [("title", "No phone"), ("description", "And my phone is dead"), ("split_from", "INC0000001")];
        let done = send(&ada, "/incident/new", &values).expect(303);
        assert_eq!(done.header("location"), "/incident/INC0000002");
        let split = text(&page(&ada, "/incident/INC0000002").expect(200));
        assert!(split.contains("Rita Requester") && split.contains("/incident/INC0000001"), "{split}");
        // Whoever is not asked to split sees no such question.
        assert!(!text(&page(&ada, "/incident/new").expect(200)).contains("split_from"));
    }

    fn a_form_without_the_pages_token_changes_nothing(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        ada.set("x-csrf-token", "forged");
        let refused = send(&ada, "/incident/new", &[("title", "Forged")]).expect(403);
        assert!(text(&refused).contains("Load it again"), "{}", text(&refused));
        assert!(office.desk.as_system().list("incident", "").is_empty());
        let shown = text(&page(&ada, "/incident/new").expect(200));
        let token = between(&shown, r#"name="csrf" value=""#, "\"");
        let bare = office.client().with("cookie", &ada.header("cookie").unwrap());
        send(&bare, "/incident/new", &[("csrf", token), ("title", "Real")]).expect(303);
        assert_eq!(office.desk.as_system().list("incident", "").len(), 1);
    }

    fn what_was_typed_stays_when_it_is_refused_and_the_problem_stands_at_its_field(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let form = [("title", ""), ("description", "It <b>smells</b>."), ("impact", "9")];
        let shown = text(&send(&ada, "/incident/new", &form).expect(422));
        assert!(shown.contains(r##"<a href="#title">"##) && shown.contains(r#"aria-invalid="true""#), "{shown}");
        assert!(shown.contains("It &lt;b&gt;smells&lt;/b&gt;."), "{shown}");
        let saved = send(&ada, "/incident/new", &[("title", "Fan"), ("requester", "rita@example.org")]).expect(303);
        let shown = text(&page(&ada, saved.header("location")).expect(200));
        assert!(shown.contains("<h1>Fan</h1>") && shown.contains("Rita Requester"), "{shown}");
    }

    fn a_list_filters_sorts_and_pages(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        for number in 1..=52 {
            office.desk.as_person(House::ADA).create("incident", &[("title", &format!("Printer {number:02}"))]);
        }
        let first = text(&page(&ada, "/incident?q=printer&sort=title").expect(200));
        assert!(first.contains("<b>52</b>in view") && first.contains("1–50 of 52"), "{first}");
        assert!(first.contains(r#"aria-sort="ascending""#) && first.contains("Printer 50") && !first.contains("Printer 51"));
        let next = link(&first, r#"rel="next" href=""#);
        let second = text(&page(&ada, &next).expect(200));
        assert!(second.contains("Printer 51") && second.contains("51–52 of 52") && !second.contains(r#"rel="next""#), "{second}");
        let back = link(&second, r#"rel="prev" href=""#);
        assert!(text(&page(&ada, &back).expect(200)).contains("Printer 01"));
        let columns = text(&page(&ada, "/incident?q=printer&column=title&column=channel").expect(200));
        assert!(columns.contains("Channel") && !columns.contains("col-priority"), "{columns}");
    }

    fn a_filter_that_cannot_be_read_says_where_and_what_is_meant(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let shown = text(&page(&ada, "/incident?q=state:open+prority%3C3").expect(400));
        assert!(shown.contains("state:open <mark>prority</mark>&lt;3"), "{shown}");
        assert!(shown.contains("/incident?q=state%3Aopen+priority%3C3"), "{shown}");
        let none = text(&page(&ada, "/incident?q=").expect(200));
        assert!(none.contains("No incidents yet") && none.contains("/incident/new"), "{none}");
        office.desk.as_person(House::ADA).create("incident", &[("title", "Mail"), ("requester", "Rita")]);
        let nothing = text(&page(&ada, "/incident?q=title:zebra").expect(200));
        assert!(nothing.contains("Nothing in incidents matches") && nothing.contains("Clear the filter"), "{nothing}");
    }

    fn a_step_asks_for_what_it_needs(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let record = office.desk.as_person(House::ADA).create("incident", &[("title", "Fan"), ("requester", "Rita")]);
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains(r#"popovertarget="step-resolve""#) && shown.contains(r#"formaction="/incident/INC0000001/step/start""#), "{shown}");
        let refused = text(&send(&ada, "/incident/INC0000001/step/resolve", &[("close_notes", "Swapped it.")]).expect(422));
        assert!(refused.contains("Swapped it.") && refused.contains(r##"href="#resolution_code""##), "{refused}");
        let form = [("resolution_code", "solution_provided"), ("close_notes", "Swapped it."), ("comment", "Try again.")];
        send(&ada, "/incident/INC0000001/step/resolve", &form).expect(303);
        assert_eq!(office.desk.as_system().get(record).value("state").as_text(), Some("resolved"));
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("Try again.") && shown.contains("Swapped it."), "{shown}");
        let again = send(&ada, "/incident/INC0000001/step/resolve", &form).expect(409);
        assert!(text(&again).contains("somebody was faster"), "{}", text(&again));
    }

    fn a_change_that_came_too_late_keeps_what_was_typed_and_shows_what_changed(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let record = office.desk.as_person(House::ADA).create("incident", &[("title", "Fan")]);
        let version = office.desk.as_system().get(record).version().unwrap().to_string();
        office.desk.as_person(House::NOAH).update(record, &[("impact", "1")]);
        let form = [("version", version.as_str()), ("title", "Fan in rack 3")];
        let shown = text(&send(&ada, "/incident/INC0000001/edit", &form).expect(409));
        assert!(shown.contains("was changed meanwhile") && shown.contains("Noah Network"), "{shown}");
        assert!(shown.contains(r#"value="Fan in rack 3""#), "{shown}");
        let mut again = fields_of(&text(&page(&ada, "/incident/INC0000001/edit").expect(200)));
        let sent_again = between(&shown, r#"name="version" value=""#, "\"");
        assert!(again.contains(&("version".to_owned(), sent_again.to_owned())), "the form is ready for the version of now");
        again.iter_mut().filter(|(name, _)| name == "title").for_each(|it| it.1 = "Fan in rack 3".to_owned());
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        send(&ada, "/incident/INC0000001/edit", &again).expect(303);
        assert_eq!(office.desk.as_system().get(record).title(), Some("Fan in rack 3"));
    }

    fn only_what_was_touched_is_changed(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let fields = [("title", "Fan"), ("description", "one\n\ntwo"), ("opened_at", "2026-01-04T10:00:17Z"), ("channel", "phone")];
        let record = office.desk.as_person(House::ADA).create("incident", &fields);
        let shown = text(&page(&ada, "/incident/INC0000001/edit").expect(200));
        let mut form = fields_of(&shown);
        form.retain(|(name, _)| name != "csrf");
        for (name, value) in &mut form {
            // As browsers send text areas.
            *value = value.replace('\n', "\r\n");
            if name == "title" {
                *value = "Fan, loud".to_owned();
            }
        }
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        send(&ada, "/incident/INC0000001/edit", &pairs).expect(303);
        let after = office.desk.as_system().get(record);
        assert_eq!(after.title(), Some("Fan, loud"));
        let ctx = office.desk.as_system().ctx;
        let of = after.record_type().clone();
        let told = office.desk.engine.read_blocking(&ctx, move |reading| reading.timeline(&of, record)).unwrap();
        let last = told.entries.last().unwrap();
        let engine::TimelineItem::Change { fields, .. } = &last.item else { panic!("the last thing is a change") };
        let names: Vec<&String> = fields.keys().filter(|it| !matches!(it.as_str(), "version" | "updated_at")).collect();
        assert_eq!(names, ["title"]);
    }

    fn handing_it_out_of_sight_says_so(database) {
        let office = Office::on(database);
        office.give_login(House::SAM, "sam");
        let fields = [("title", "Line is down"), ("team", "Supplier")];
        office.desk.as_person(House::ADA).create("incident", &fields);
        let sam = office.browser("sam");
        page(&sam, "/incident/INC0000001").expect(200);
        let done = send(&sam, "/incident/INC0000001/assign", &[("team", &House::NETWORK.to_string())]).expect(303);
        assert_eq!(done.header("location"), "/incident");
        assert!(done.header("set-cookie").contains("notice-handed-over"));
        let gone = text(&page(&sam, "/incident/INC0000001").expect(404));
        assert!(gone.contains("To the first page"), "{gone}");
    }

    fn following_linking_deleting_and_restoring(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        let one = office.desk.as_person(House::ADA).create("incident", &[("title", "One")]);
        office.desk.as_person(House::ADA).create("incident", &[("title", "Two")]);
        send(&ada, "/incident/INC0000001/follow", &[("person", "Noah Network")]).expect(303);
        send(&ada, "/incident/INC0000001/link", &[("kind", "caused_by"), ("to", "inc-2")]).expect(303);
        let shown = text(&page(&ada, "/incident/INC0000001").expect(200));
        assert!(shown.contains("caused by") && shown.contains("/incident/INC0000002") && shown.contains("Noah Network"), "{shown}");
        let other = text(&page(&ada, "/incident/INC0000002").expect(200));
        assert!(other.contains("cause of"), "{other}");
        let unknown = send(&ada, "/incident/INC0000001/link", &[("kind", "related"), ("to", "nothing")]).expect(422);
        assert!(text(&unknown).contains("Nothing is called"), "{}", text(&unknown));
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let done = send(&syd, "/incident/INC0000001/delete", &[("reason", "Test")]).expect(303);
        assert_eq!(done.header("location"), "/incident");
        page(&ada, "/incident/INC0000001").expect(404);
        send(&syd, &format!("/incident/{one}/restore"), &[]).expect(303);
        page(&ada, "/incident/INC0000001").expect(200);
    }

    fn a_requester_reports_answers_and_confirms(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        assert_eq!(page(&rita, "/").expect(303).header("location"), "/portal");
        let start = text(&page(&rita, "/portal").expect(200));
        assert!(start.contains("What do you need?") && start.contains("Something is broken"), "{start}");
        let form = text(&page(&rita, "/portal/new/incident").expect(200));
        assert!(form.contains("Can you still work?") && !form.contains(r#"name="impact""#), "{form}");
        let report = [("title", "No mail"), ("description", "Since **nine**."), ("can_work", "no"), ("how_many_affected", "my_team")];
        let done = send(&rita, "/portal/new/incident", &report).expect(303);
        assert_eq!(done.header("location"), "/portal/incident/INC0000001");
        let ticket = text(&page(&rita, "/portal/incident/INC0000001").expect(200));
        assert!(ticket.contains("<strong>nine</strong>") && ticket.contains(r#"aria-current="step""#), "{ticket}");
        let hold = [("hold_reason", "requester"), ("comment", "Which phone?")];
        send(&ada, "/incident/INC0000001/step/hold", &hold).expect(303);
        let note = [("visibility", "private"), ("body", "Probably the old app.")];
        send(&ada, "/incident/INC0000001/comment", &note).expect(303);
        let asked = text(&page(&rita, "/portal/incident/INC0000001").expect(200));
        assert!(asked.contains("We need your answer") && asked.contains("Which phone?"), "{asked}");
        assert!(!asked.contains("old app"), "private notes stay private: {asked}");
        send(&rita, "/portal/incident/INC0000001/answer", &[("body", "")]).expect(422);
        send(&rita, "/portal/incident/INC0000001/answer", &[("body", "The black one.")]).expect(303);
        assert!(!text(&page(&rita, "/portal/incident/INC0000001").expect(200)).contains("We need your answer"));
        let solve = [("resolution_code", "solution_provided"), ("close_notes", "New app.")];
        send(&ada, "/incident/INC0000001/step/resolve", &solve).expect(303);
        let solved = text(&page(&rita, "/portal/incident/INC0000001").expect(200));
        assert!(solved.contains("It works again") && solved.contains("It is not solved"), "{solved}");
        send(&rita, "/portal/incident/INC0000001/step/reopen", &[("comment", " ")]).expect(422);
        send(&rita, "/portal/incident/INC0000001/step/reopen", &[("comment", "It still closes.")]).expect(303);
        send(&ada, "/incident/INC0000001/step/resolve", &solve).expect(303);
        send(&rita, "/portal/incident/INC0000001/step/close", &[]).expect(303);
        let over = text(&page(&rita, "/portal/requests").expect(200));
        assert!(over.contains("Earlier") && over.contains("No mail") && over.contains("Repair"), "{over}");
    }

    fn a_requester_turns_the_pages_of_what_was_asked(database) {
        let office = Office::on(database);
        office.give_login(House::RITA, "rita");
        let rita = office.desk.as_person(House::RITA);
        let mut asked: Vec<String> = Vec::new();
        for index in 0..34 {
            let of = if index % 3 == 0 { "request" } else { "incident" };
            let title = format!("Matter {index} of Rita");
            rita.create(of, &[("title", title.as_str())]);
            asked.push(title);
        }
        let browser = office.browser("rita");
        let (mut seen, mut address) = (Vec::new(), Some("/portal/requests".to_owned()));
        while let Some(path) = address {
            let shown = text(&page(&browser, &path).expect(200));
            let titles = shown.split("<b>Matter ").skip(1).filter_map(|it| it.split_once("</b>"));
            seen.extend(titles.map(|it| format!("Matter {}", it.0)));
            let next = shown.split(r#"rel="next" href=""#).nth(1);
            address = next.and_then(|it| it.split_once('"')).map(|it| it.0.replace("&amp;", "&"));
            assert!(seen.len() <= asked.len(), "{path}");
        }
        // All of one instant: where nothing else orders them, still none is lost between two pages.
        seen.sort_unstable();
        asked.sort_unstable();
        assert_eq!(seen, asked);
    }

    fn one_requester_sees_nothing_of_another(database) {
        let office = Office::on(database);
        office.give_login(House::ROB, "rob");
        office.desk.as_person(House::RITA).create("incident", &[("title", "Secret of Rita")]);
        let rob = office.browser("rob");
        for path in ["/portal/incident/INC0000001", "/portal/incident/INC0000001?tab=all"] {
            assert!(!text(&page(&rob, path).expect(404)).contains("Secret"), "{path}");
        }
        for path in ["/portal", "/portal/requests", "/search?q=Secret", "/incident?q=", "/records?q=Secret"] {
            assert!(!text(&page(&rob, path)).contains("Secret of Rita"), "{path}");
        }
        send(&rob, "/portal/incident/INC0000001/answer", &[("body", "hello")]).expect(404);
        page(&rob, "/admin").expect(403);
        page(&rob, "/role_assignment").expect(404);
    }

    fn a_field_that_is_added_stands_on_forms_records_and_lists(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let bad = [("label", "Rack"), ("name", "Rack!"), ("kind", "text")];
        let refused = text(&send(&syd, "/admin/types/incident", &bad).expect(422));
        assert!(refused.contains(r#"value="Rack!""#), "{refused}");
        let form = [("label", "Rack"), ("name", "rack"), ("kind", "choice"), ("choices", "a: Left rack\nb: Right rack")];
        send(&syd, "/admin/types/incident", &form).expect(303);
        assert!(text(&page(&syd, "/admin/types/incident").expect(200)).contains("Left rack"));
        assert!(text(&page(&syd, "/incident/new").expect(200)).contains("Right rack"));
        send(&syd, "/incident/new", &[("title", "Fan"), ("rack", "b")]).expect(303);
        assert!(text(&page(&syd, "/incident/INC0000001").expect(200)).contains("Right rack"));
        assert!(text(&page(&syd, "/incident?q=rack:b&column=title&column=rack").expect(200)).contains("Right rack"));
    }

    fn people_keep_their_own_settings(database) {
        let office = Office::on(database);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let wrong = send(&rita, "/account", &[("zone", "Mars/Base"), ("theme", "dark")]).expect(422);
        assert!(text(&wrong).contains("There is no time zone Mars/Base"), "{}", text(&wrong));
        let saved = send(&rita, "/account", &[("zone", "Europe/Berlin"), ("theme", "dark")]).expect(303);
        let cookies: Vec<&str> = saved.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
        assert!(cookies.iter().any(|it| it.starts_with("theme=dark")), "{cookies:?}");
        let shown = text(&page(&rita, "/account").expect(200));
        assert!(shown.contains(r#"value="Europe/Berlin" maxlength"#) && shown.contains(r#"<option value="Pacific/Auckland">"#), "{shown}");
        assert!(shown.contains(r#"<option value="de">Deutsch</option>"#), "{shown}");
        let made = send(&rita, "/account/tokens", &[("name", "script"), ("scope", "*:read"), ("days", "30")]).expect(200);
        let secret = between(&text(&made), "<code>dw_", "</code>").to_owned();
        let program = office.client().with("authorization", &format!("Bearer dw_{secret}"));
        assert_eq!(program.get("/me").expect(200).json["name"], json!("Rita Requester"));
        let again = text(&page(&rita, "/account").expect(200));
        assert!(again.contains("script") && !again.contains(&secret), "the secret is shown once");
        let short = send(&rita, "/account/password", &[("present", PASSWORD), ("new", "short")]).expect(422);
        assert!(text(&short).contains("A password has at least"), "{}", text(&short));
    }

    fn pages_are_whole_and_hold_to_the_policy(database) {
        let office = office_of_ada(database);
        let ada = office.browser("ada");
        office.desk.as_person(House::ADA).create("incident", &[("title", "<script>alert(1)</script>"), ("requester", "Rita")]);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let paths = [
            "/", "/incident", "/incident/INC0000001", "/incident/INC0000001?tab=history", "/incident/INC0000001/edit",
            "/incident/INC0000001/assign", "/incident/INC0000001/step/resolve", "/incident/new", "/new", "/account", "/records?q=",
            "/portal", "/portal/requests", "/portal/new/incident", "/portal/incident/INC0000001", "/portal/search?q=x",
            "/search", "/search?q=script", "/incident/INC0000001/similar",
        ];
        let types = ["article_feedback", "category", "interaction", "knowledge_article", "location", "organisation", "person", "role_assignment", "service", "task", "team"];
        let of_types = types.iter().flat_map(|it| [format!("/{it}?q="), format!("/{it}/new"), format!("/admin/types/{it}")]);
        let all = paths.iter().map(|it| (*it).to_owned()).chain(of_types).chain(["/admin", "/admin/types", "/admin/people", "/admin/people/import", "/admin/types/new", "/admin/types/incident/shape", "/admin/types/incident/fields/channel", "/admin/explain", "/admin/jobs", "/admin/settings", "/admin/settings/incident.routing", "/admin/settings/incident.hold_reasons", "/admin/settings/roles"].map(str::to_owned));
        for path in all {
            let shown = text(&page(if path.starts_with("/admin") || types.iter().any(|it| path.starts_with(&format!("/{it}"))) { &syd } else { &ada }, &path).expect(200));
            assert_eq!(shown.matches("<h1").count(), 1, "{path}");
            for bad in [" style=", "<style", " onclick", "javascript:", "<script>alert"] {
                assert!(!shown.contains(bad), "{path} holds {bad}");
            }
            let posts = shown.matches(r#"method="post""#).count();
            assert_eq!(shown.matches(r#"name="csrf""#).count(), posts, "{path}: every form carries the token");
            let mut ids: Vec<&str> = shown.split(" id=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
            ids.sort_unstable();
            let twice: Vec<_> = ids.windows(2).filter(|it| it[0] == it[1]).collect();
            assert!(twice.is_empty(), "{path} has these ids twice: {twice:?}");
        }
    }
}

pub fn office_of_ada(database: Database) -> Office {
    let office = Office::on(database);
    office.give_login(House::ADA, "ada");
    office
}

pub fn page(client: &Client<'_>, path: &str) -> Answer {
    client.raw("GET", path, None, Vec::new(), &[])
}

pub fn send(client: &Client<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    client.raw(
        "POST",
        path,
        Some("application/x-www-form-urlencoded"),
        body.into_bytes(),
        &[],
    )
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

#[track_caller]
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

#[track_caller]
fn link(text: &str, before: &str) -> String {
    between(text, before, "\"").replace("&amp;", "&")
}

/// What a browser would send of the page's main form, as it is.
fn fields_of(page: &str) -> Vec<(String, String)> {
    let form = between(page, "data-guard", "</form>");
    let decoded = |it: &str| {
        it.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        Some(decoded(
            tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0,
        ))
    };
    let mut fields = Vec::new();
    for tag in form.split("<input").skip(1) {
        let tag = tag.split_once('>').unwrap().0;
        let box_off = tag.contains(r#"type="checkbox""#) && !tag.contains(" checked");
        if let Some(name) = attribute(tag, "name").filter(|_| !box_off) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for part in form.split("<textarea").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let body = rest.split_once("</textarea>").unwrap().0;
        fields.push((
            attribute(tag, "name").unwrap(),
            decoded(body.strip_prefix('\n').unwrap_or(body)),
        ));
    }
    for part in form.split("<select").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let options = rest.split_once("</select>").unwrap().0;
        let chosen = options
            .split("<option")
            .skip(1)
            .find(|it| it.split_once('>').unwrap().0.contains(" selected"));
        let value = chosen
            .and_then(|it| attribute(it.split_once('>').unwrap().0, "value"))
            .unwrap_or_default();
        fields.push((attribute(tag, "name").unwrap(), value));
    }
    fields
}
