//! Accounts of people: links that set a password, closing and leaving, and what somebody may do and why.

use std::time::Duration;

use engine::job::{self, Job, JobState};
use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Office, PASSWORD};

both_databases! {
    fn a_link_lets_somebody_in_once(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let account = format!("/people/{}/account", House::ADA);
        assert_eq!(syd.get(&account).expect(200).json["sign_in"], "none");
        let made = syd.post(&format!("/people/{}/link", House::ADA), &json!({})).expect(201).json;
        let url = made["url"].as_str().unwrap().to_owned();
        let path = url.strip_prefix("http://desk.example.org").unwrap().to_owned();
        let token = path.split_once("token=").unwrap().1.to_owned();
        let stranger = office.client();
        let shown = text(&page(&stranger, &path).expect(200));
        assert!(shown.contains("You sign in as ada@example.org."), "{shown}");
        let short = text(&send(&stranger, "/set-password", &[("token", &token), ("password", "short")]).expect(422));
        assert!(short.contains("aria-invalid=\"true\"") && !short.contains("value=\"short\""), "{short}");
        let done = send(&stranger, "/set-password", &[("token", &token), ("password", PASSWORD)]).expect(303);
        assert!(done.header("set-cookie").contains("HttpOnly"), "they are signed in");
        page(&stranger, &path).expect(404);
        send(&stranger, "/set-password", &[("token", &token), ("password", "another long one")]).expect(404);
        office.browser("ADA@example.org").get("/me").expect(200);
        assert_eq!(syd.get(&account).expect(200).json["sign_in"], "open");
    }

    fn a_link_for_a_new_password_ends_sessions_and_earlier_links(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let before = office.browser("ada");
        let syd = office.bearer(House::SYD);
        let make = || {
            let made = syd.post(&format!("/people/{}/link", House::ADA), &json!({})).expect(201).json;
            made["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
        };
        let (first, second) = (make(), make());
        let anybody = office.client();
        let set = |token: &str, password: &str| anybody.post("/set-password", &json!({ "token": token, "password": password }));
        set(&first, "a much better one").refused(404, "password-link-useless");
        before.get("/me").expect(200);
        assert_eq!(set(&second, "a much better one").expect(200).json["login"], "ada");
        before.get("/me").refused(401, "session-ended");
        office.client().sign_in("ada", PASSWORD).expect(401);
        office.client().sign_in("ada", "a much better one").expect(200);
        let third = make();
        office.desk.wait(Duration::from_secs(3 * 24 * 3_600));
        set(&third, PASSWORD).refused(404, "password-link-useless");
    }

    fn only_those_who_administer_users_make_links_and_not_above_themselves(database) {
        let office = Office::on(database);
        let (ada, tina) = (office.bearer(House::ADA), office.bearer(House::TINA));
        let link = |person| format!("/people/{person}/link");
        ada.post(&link(House::RITA), &json!({})).refused(403, "forbidden-area");
        ada.get(&format!("/people/{}/account", House::RITA)).refused(403, "forbidden-area");
        tina.post(&link(House::RITA), &json!({})).expect(201);
        tina.post(&link(House::SYD), &json!({})).refused(403, "account-above-own");
        office.give_login(House::SYD, "syd");
        tina.patch(&format!("/people/{}/account", House::SYD), &json!({ "open": false })).refused(403, "account-above-own");
        office.bearer(House::SYD).post(&link(House::LOU), &json!({})).refused(404, "record-unknown");
    }

    fn the_address_that_links_go_to_is_not_for_those_below_to_change(database) {
        let office = Office::on(database);
        let person = |id| format!("/person/{id}");
        let address = |of: &str| json!({ "email": of });
        let (syd, tina) = (office.bearer(House::SYD), office.bearer(House::TINA));
        // Without a login the first invitation would go there.
        tina.patch(&person(House::SYD), &address("tina+syd@example.org")).refused(403, "account-above-own");
        for (id, login) in [(House::SYD, "syd"), (House::RITA, "rita"), (House::TINA, "tina")] {
            office.give_login(id, login);
        }
        tina.patch(&person(House::SYD), &address("tina+syd@example.org")).refused(403, "account-above-own");
        assert_eq!(syd.get(&person(House::SYD)).expect(200).json["email"], "syd@example.org");
        tina.patch(&person(House::SYD), &json!({ "phone": "7" })).expect(200);
        tina.patch(&person(House::RITA), &address("rita.new@example.org")).expect(200);
        syd.patch(&person(House::SYD), &address("syd.new@example.org")).expect(200);
        office.browser("tina").patch(&person(House::TINA), &address("tina.new@example.org")).expect(200);
        // A token wins no more than it may: who takes over the address takes over the account.
        let narrow = office.bearer_with(House::SYD, &["*:read", "*:write"]);
        narrow.patch(&person(House::SYD), &address("thief@example.org")).refused(403, "forbidden-area");
        narrow.patch(&person(House::STAN), &address("stan@example.org")).expect(200);
        // Neither the end of the role nor leaving makes them less: they may come back.
        let roles = office.desk.as_system().list("role_assignment", "role = \"system_administrator\"");
        office.desk.as_system().update(roles[0].id(), &[("valid_to", "2020-01-01")]);
        tina.patch(&person(House::SYD), &address("tina+syd@example.org")).refused(403, "account-above-own");
        office.desk.as_system().act(House::SYD, "leave", &[]);
        tina.patch(&person(House::SYD), &address("tina+syd@example.org")).refused(403, "account-above-own");
        tina.patch(&format!("/people/{}/account", House::SYD), &json!({ "open": true })).refused(403, "account-above-own");
    }

    fn another_address_ends_the_links_that_wait(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let token = || {
            let made = syd.post(&format!("/people/{}/link", House::ADA), &json!({})).expect(201).json;
            made["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
        };
        let use_up = |token: &str| office.client().post("/set-password", &json!({ "token": token, "password": PASSWORD }));
        let person = format!("/person/{}", House::ADA);
        let before = token();
        syd.patch(&person, &json!({ "email": "ada.new@example.org" })).expect(200);
        use_up(&before).refused(404, "password-link-useless");
        let after = token();
        syd.patch(&person, &json!({ "phone": "7" })).expect(200);
        assert_eq!(use_up(&after).expect(200).json["login"], "ada.new@example.org");
    }

    fn nobody_below_makes_a_system_administrator_leave_and_the_last_one_stays(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, tina) = (office.bearer(House::SYD), office.bearer(House::TINA));
        let person = |id| format!("/person/{id}");
        let leave = |id| format!("/person/{id}/actions/leave");
        tina.post(&leave(House::SYD), &json!({})).refused(403, "account-above-own");
        tina.delete(&person(House::SYD)).refused(403, "account-above-own");
        syd.post(&leave(House::SYD), &json!({})).refused(409, "account-last-administrator");
        syd.delete(&person(House::SYD)).refused(409, "account-last-administrator");
        let still = syd.get(&format!("/people/{}/account", House::SYD)).expect(200).json;
        assert_eq!(still["sign_in"], "open", "nothing of it was done");
        tina.post(&leave(House::RITA), &json!({})).expect(200);
        // Where another one can sign in, the first may go.
        office.give_login(House::MAX, "max");
        office.desk.as_administrator().create("role_assignment", &[("person", "Max"), ("role", "system_administrator")]);
        syd.post(&leave(House::SYD), &json!({})).expect(200);
        syd.get("/me").expect(401);
        tina.post(&leave(House::MAX), &json!({})).refused(403, "account-above-own");
    }

    fn closing_an_account_ends_everything_at_once(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        office.give_login(House::ADA, "ada");
        let (ada, program, syd) = (office.browser("ada"), office.bearer(House::ADA), office.bearer(House::SYD));
        let link = syd.post(&format!("/people/{}/link", House::ADA), &json!({})).expect(201).json["url"].as_str().unwrap().to_owned();
        let path = format!("/people/{}/account", House::ADA);
        let open = syd.get(&path).expect(200).json;
        assert_eq!((open["sessions"].as_array().unwrap().len(), open["tokens"].as_array().unwrap().len()), (1, 1));
        let closed = syd.patch(&path, &json!({ "open": false })).expect(200).json;
        assert_eq!((&closed["sign_in"], &closed["sessions"], &closed["tokens"]), (&json!("closed"), &json!([]), &json!([])));
        ada.get("/me").refused(401, "session-ended");
        program.get("/me").expect(401);
        office.client().sign_in("ada", PASSWORD).refused(401, "sign-in-wrong");
        office.client().post("/set-password", &json!({ "token": link.split_once("token=").unwrap().1, "password": PASSWORD })).expect(404);
        syd.patch(&path, &json!({ "open": true })).expect(200);
        office.client().sign_in("ada", PASSWORD).expect(200);
        // The last who administers the system stays.
        let own = format!("/people/{}/account", House::SYD);
        syd.patch(&own, &json!({ "open": false })).refused(409, "account-last-administrator");
        assert_eq!(syd.get(&own).expect(200).json["sign_in"], "open", "nothing of it was done");
    }

    fn whoever_leaves_is_out_in_the_same_step(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let (ada, program) = (office.browser("ada"), office.bearer(House::ADA));
        let made = office.desk.as_person(House::ADA).create("incident", &[("title", "No mail"), ("requester", &House::RITA.to_string())]);
        office.desk.as_person(House::LEA).assign(made, &[("team", &House::SERVICE_DESK.to_string()), ("assignee", &House::ADA.to_string())]);
        office.desk.as_administrator().act(House::ADA, "leave", &[]);
        let account = office.bearer(House::SYD).get(&format!("/people/{}/account", House::ADA)).expect(200).json;
        assert_eq!((&account["sign_in"], &account["sessions"], &account["tokens"]), (&json!("left"), &json!([]), &json!([])));
        assert_eq!(account["open_work"], 1, "it is listed for handing over");
        program.get("/me").expect(401);
        ada.get("/me").expect(401);
        office.desk.as_administrator().act(House::ADA, "return", &[]);
        let back = office.bearer(House::SYD).get(&format!("/people/{}/account", House::ADA)).expect(200).json;
        assert_eq!(back["sign_in"], "closed", "coming back opens nothing");
    }

    fn what_somebody_may_do_is_explained(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let own = office.desk.as_person(House::RITA).create("incident", &[("title", "Mine")]);
        let other = office.desk.as_person(House::ROB).create("incident", &[("title", "Not mine")]);
        let about = |record| syd.get(&format!("/people/{}/rights?type=incident&record={record}", House::RITA)).expect(200).json;
        let (mine, not_mine) = (about(own), about(other));
        assert_eq!(mine["roles"], json!([{ "role": "requester", "organisations": [] }]));
        assert_eq!(action(&mine, "read")["allowed"], true);
        assert_eq!(action(&mine, "read")["why"][0]["holds"], true);
        assert_eq!(action(&not_mine, "read")["allowed"], false);
        let why = &action(&not_mine, "read")["why"][0];
        assert_eq!((&why["role"], &why["holds"]), (&json!("requester"), &json!(false)));
        assert_eq!((&action(&mine, "assign")["allowed"], &action(&mine, "assign")["why"]), (&json!(false), &json!([])));
        assert!(action(&mine, "transition:reopen")["but"].is_string(), "it is not resolved: {mine}");
        let field = |all: &Json, name: &str| all["fields"].as_array().unwrap().iter().find(|it| it["field"] == name).unwrap().clone();
        assert_eq!((&field(&mine, "title")["read"], &field(&mine, "title")["write"]), (&json!(["requester"]), &json!([])));
        assert_eq!(field(&mine, "override_reason")["read"], json!([]), "internal fields are closed");
        // What is told agrees with what happens.
        let rita = office.bearer(House::RITA);
        rita.get(&format!("/incident/{own}")).expect(200);
        rita.get(&format!("/incident/{other}")).expect(404);
        // Others are explained by administrators only, oneself by oneself.
        rita.get(&format!("/people/{}/rights?type=incident", House::RITA)).expect(200);
        rita.get(&format!("/people/{}/rights?type=incident", House::ADA)).refused(403, "forbidden-area");
        rita.get(&format!("/people/{}/rights?type=incident&record={other}", House::RITA)).expect(404);
    }

    fn whoever_forgot_their_password_is_answered_alike_and_only_known_ones_get_a_mail(database) {
        let office = Office::with(database, |it| it.sends_mail = true);
        office.give_login(House::ADA, "ada");
        let stranger = office.client();
        assert!(text(&page(&stranger, "/sign-in").expect(200)).contains("href=\"/forgot-password\""));
        let ask = |login: &str| text(&send(&stranger, "/forgot-password", &[("login", login)]).expect(200));
        assert_eq!(ask("ADA"), ask("nobody"));
        assert_eq!(ask("ada"), ask("nobody"), "one that waits is enough");
        let jobs = links_ordered(&office);
        assert_eq!(jobs, [json!({ "person": House::ADA })]);
        for _ in 0..2 {
            send(&stranger, "/forgot-password", &[("login", "nobody")]);
        }
        send(&stranger, "/forgot-password", &[("login", "nobody")]).expect(429);
        // Closed accounts get none, and neither does anybody where no mails are sent.
        office.give_login(House::NOAH, "noah");
        office.bearer(House::SYD).patch(&format!("/people/{}/account", House::NOAH), &json!({ "open": false })).expect(200);
        ask("noah");
        assert_eq!(links_ordered(&office).len(), 1);
        let quiet = Office::on(database);
        quiet.give_login(House::ADA, "ada");
        assert!(!text(&page(&quiet.client(), "/sign-in").expect(200)).contains("/forgot-password"));
        send(&quiet.client(), "/forgot-password", &[("login", "ada")]).expect(200);
        assert_eq!(links_ordered(&quiet), Vec::<Json>::new());
    }

    fn an_administrator_mails_a_link_where_mails_are_sent(database) {
        let office = Office::with(database, |it| it.sends_mail = true);
        office.give_login(House::SYD, "syd");
        office.give_login(House::TINA, "tina");
        let tina = office.browser("tina");
        let path = |person| format!("/admin/people/{person}");
        assert!(text(&page(&tina, &path(House::ADA)).expect(200)).contains("Mail them the link"));
        send(&tina, &path(House::ADA), &[("do", "mail")]).expect(303);
        send(&tina, &path(House::SYD), &[("do", "mail")]).expect(403);
        assert_eq!(links_ordered(&office), [json!({ "person": House::ADA })]);
    }

    fn the_pages_of_accounts_do_the_same(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        office.give_login(House::ADA, "ada");
        let (syd, ada) = (office.browser("syd"), office.browser("ada"));
        let list = text(&page(&syd, "/admin/people?q=ada").expect(200));
        assert!(list.contains("Ada Agent") && list.contains("can sign in") && !list.contains("Noah Network"), "{list}");
        let path = format!("/admin/people/{}", House::ADA);
        assert!(text(&page(&syd, &path).expect(200)).contains("End all sessions"));
        let made = text(&send(&syd, &path, &[("do", "link")]).expect(200));
        assert!(made.contains("http://desk.example.org/set-password?token="), "{made}");
        send(&syd, &path, &[("do", "end-sessions")]).expect(303);
        ada.get("/me").refused(401, "session-ended");
        send(&syd, &path, &[("do", "close")]).expect(303);
        assert!(text(&page(&syd, &path).expect(200)).contains("Open the account"));
        let explained = text(&page(&syd, "/admin/explain?person=ada@example.org&type=incident").expect(200));
        assert!(explained.contains("Roles in force today") && explained.contains("<code>assign</code>"), "{explained}");
        office.give_login(House::NOAH, "noah");
        let noah = office.browser("noah");
        for closed in ["/admin/people", &path, "/admin/explain?person=syd", "/admin/jobs"] {
            page(&noah, closed).expect(403);
        }
    }

    fn dead_jobs_are_tried_again_or_dropped_by_pages(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let first = crate::jobs::with_dead(&office, 1, office.desk.tenant, json!({ "record": 7 }));
        let second = crate::jobs::with_dead(&office, 2, office.desk.tenant, json!({}));
        let shown = text(&page(&syd, "/admin/jobs").expect(200));
        assert!(shown.contains("the mail server is away"), "{shown}");
        send(&syd, &format!("/admin/jobs/{first}"), &[("do", "retry")]).expect(303);
        send(&syd, &format!("/admin/jobs/{second}"), &[("do", "discard")]).expect(303);
        let shown = text(&page(&syd, "/admin/jobs").expect(200));
        assert!(shown.contains("There is none."), "{shown}");
        send(&syd, &format!("/admin/jobs/{second}"), &[("do", "discard")]).expect(409);
    }
}

/// What waits to be mailed.
fn links_ordered(office: &Office) -> Vec<Json> {
    let tenant = office.desk.tenant;
    let jobs: base::Result<Vec<Job>> = office
        .desk
        .engine
        .store()
        .read_blocking(move |tx| job::list(tx, tenant, JobState::Waiting, None, 100));
    let links = jobs
        .unwrap()
        .into_iter()
        .filter(|it| it.kind == "mail.link");
    links.map(|it| it.payload).collect()
}

fn action<'j>(explained: &'j Json, name: &str) -> &'j Json {
    let actions = explained["actions"].as_array().unwrap();
    actions
        .iter()
        .find(|it| it["action"] == name)
        .unwrap_or_else(|| panic!("no {name} in {explained}"))
}
