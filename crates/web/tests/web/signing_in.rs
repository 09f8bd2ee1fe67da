//! Signing in and out, sessions, forged requests, guessing of passwords, the first administrator.

use std::time::Duration;

use serde_json::json;
use test_kit::{House, both_databases};

use crate::office::{Office, PASSWORD};

const NEW_PASSWORD: &str = "a much better one";

both_databases! {
    fn signing_in_sets_a_cookie_that_scripts_cannot_read(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "Ada@Example.org");
        let answer = office.client().sign_in("ada@example.ORG", PASSWORD).expect(200);
        let cookie = answer.header("set-cookie").to_owned();
        for part in ["deskwright=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
            assert!(cookie.contains(part), "no {part} in {cookie}");
        }
        let ada = office.browser("ada@example.org");
        let me = ada.get("/me").expect(200);
        assert_eq!(me.json["name"], "Ada Agent");
        assert_eq!(me.json["csrf"].as_str(), ada.header("x-csrf-token").as_deref());
    }

    fn behind_https_the_cookie_is_bound_to_the_host(database) {
        let office = Office::with(database, |it| it.public_url = "https://desk.example.org/".parse().unwrap());
        office.give_login(House::ADA, "ada");
        let answer = office.client().sign_in("ada", PASSWORD).expect(200);
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-deskwright=") && cookie.ends_with("; Secure"), "{cookie}");
        assert!(answer.header("strict-transport-security").contains("max-age=31536000"));
    }

    fn each_sign_in_makes_a_new_session_and_signing_out_ends_it(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let (first, second) = (office.browser("ada"), office.browser("ada"));
        assert_ne!(first.header("cookie"), second.header("cookie"));
        first.post("/sign-out", &json!({})).expect(204);
        first.get("/me").refused(401, "session-ended");
        second.get("/me").expect(200);
    }

    fn signing_in_again_ends_the_session_that_the_browser_held(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let before = office.browser("ada");
        let old = before.header("cookie").unwrap();
        let answer = before.sign_in("ada", PASSWORD).expect(200);
        assert_ne!(answer.header("set-cookie").split(';').next().unwrap(), old);
        before.get("/me").refused(401, "session-ended");
    }

    fn sessions_are_listed_and_ended_one_by_one(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::NOAH, "noah");
        let (here, elsewhere, noah) = (office.browser("ada"), office.browser("ada"), office.browser("noah"));
        let sessions = here.get("/sessions").expect(200).json["sessions"].as_array().unwrap().clone();
        assert_eq!(sessions.len(), 2);
        let other = sessions.iter().find(|it| it["this"] == false).unwrap()["id"].as_str().unwrap().to_owned();
        noah.delete(&format!("/sessions/{other}")).refused(404, "session-not-found");
        here.delete(&format!("/sessions/{other}")).expect(204);
        elsewhere.get("/me").refused(401, "session-ended");
        here.get("/me").expect(200);
    }

    fn a_session_ends_when_it_is_not_used_and_after_a_week_in_any_case(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let idle = office.browser("ada");
        office.desk.wait(Duration::from_secs(12 * 3_600));
        idle.get("/me").refused(401, "session-ended");
        let busy = office.browser("ada");
        for _ in 0..(7 * 24 / 11) {
            office.desk.wait(Duration::from_secs(11 * 3_600));
            busy.get("/me").expect(200);
        }
        office.desk.wait(Duration::from_secs(11 * 3_600));
        busy.get("/me").refused(401, "session-ended");
    }

    fn unknown_logins_and_wrong_passwords_are_answered_alike(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let wrong = office.client().sign_in("ada", "wrong password").refused(401, "sign-in-wrong");
        let unknown = office.client().sign_in("nobody", PASSWORD).refused(401, "sign-in-wrong");
        assert_eq!(wrong.json["detail"], unknown.json["detail"]);
        assert!(wrong.headers.get("set-cookie").is_none());
    }

    fn guessing_is_slowed_down_for_the_account_and_forgiven_to_its_owner(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::NOAH, "noah");
        for _ in 0..6 {
            office.client().sign_in("ada", "wrong password").expect(401);
        }
        let blocked = office.client().sign_in("ADA", PASSWORD).expect(429);
        let wait: u64 = blocked.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&wait));
        office.client().sign_in("noah", PASSWORD).expect(200);
        office.desk.wait(Duration::from_secs(wait));
        office.client().sign_in("ada", PASSWORD).expect(200);
        office.client().sign_in("ada", "wrong password").expect(401);
    }

    fn guessing_of_many_accounts_is_slowed_down_for_the_address(database) {
        let office = Office::on(database);
        let answers = (0..60).map(|number| office.client().sign_in(&format!("guess{number}"), PASSWORD).status);
        assert!(answers.filter(|it| it.as_u16() == 429).count() >= 5);
    }

    fn guesses_at_the_same_time_do_not_slip_through(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let client = office.client();
        let body = json!({ "login": "ada", "password": "wrong password" }).to_string().into_bytes();
        let request = || client.request("POST", "/api/v1/sign-in", Some("application/json"), body.clone(), &[]);
        let requests: Vec<_> = (0..20).map(|_| request()).collect();
        let answers = office.runtime.block_on(async {
            futures::future::join_all(requests.into_iter().map(|it| office.send(it))).await
        });
        let tried = answers.iter().filter(|it| it.status.as_u16() == 401).count();
        assert!(tried <= 6, "{tried} guesses were looked at");
    }

    fn a_session_changes_nothing_without_its_token(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let body = json!({ "title": "Slow", "requester": House::RITA });
        ada.post("/incident", &body).expect(201);
        let token = ada.header("x-csrf-token").unwrap();
        ada.set("x-csrf-token", "forged");
        ada.post("/incident", &body).refused(403, "csrf-wrong");
        let bare = office.client().with("cookie", &ada.header("cookie").unwrap());
        bare.post("/incident", &body).refused(403, "csrf-missing");
        bare.get("/incident").expect(200);
        // A token of another session of the same person is no token of this one.
        let other = office.browser("ada");
        other.set("x-csrf-token", &token);
        other.post("/incident", &body).refused(403, "csrf-wrong");
    }

    fn requests_from_other_sites_are_refused(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let body = json!({ "title": "Slow", "requester": House::RITA });
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example.com")] {
            ada.post_with("/incident", &body, &[(name, value)]).refused(403, "request-from-elsewhere");
            let typed = json!({ "login": "ada", "password": PASSWORD });
            office.client().post_with("/sign-in", &typed, &[(name, value)]).refused(403, "request-from-elsewhere");
        }
        ada.post_with("/incident", &body, &[("origin", "http://desk.example.org")]).expect(201);
    }

    fn a_forged_cookie_is_nobody(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let cookie = ada.header("cookie").unwrap();
        let forged = ["deskwright=", "deskwright=AAAA", "deskwright=\u{1f600}", "deskwright='; DROP TABLE session; --"];
        for forged in forged.iter().map(|it| (*it).to_owned()).chain([format!("{cookie}x"), cookie.replace('=', "=x")]) {
            office.client().with("cookie", &forged).get("/me").expect(401);
        }
        office.client().get("/me").refused(401, "nobody-signed-in");
        assert_eq!(office.client().get("/me").header("www-authenticate"), "Bearer");
    }

    fn another_password_ends_the_other_sessions(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let (here, elsewhere) = (office.browser("ada"), office.browser("ada"));
        let change = |present: &str, new: &str| json!({ "present": present, "new": new });
        here.post("/me/password", &change("wrong password", NEW_PASSWORD)).expect(422).names("present", "password-wrong");
        here.post("/me/password", &change(PASSWORD, "short")).expect(422).names("password", "password-too-short");
        here.post("/me/password", &change(PASSWORD, NEW_PASSWORD)).expect(204);
        here.get("/me").expect(200);
        elsewhere.get("/me").expect(401);
        office.client().sign_in("ada", PASSWORD).expect(401);
        office.client().sign_in("ada", NEW_PASSWORD).expect(200);
    }

    fn who_left_is_signed_out_and_cannot_come_back(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let ada = office.browser("ada");
        let syd = office.bearer(House::SYD);
        syd.post(&format!("/person/{}/actions/leave", House::ADA), &json!({})).expect(200);
        ada.get("/me").expect(401);
    }

    fn a_role_that_is_given_or_taken_counts_at_once(database) {
        let office = Office::on(database);
        let (stan, syd) = (office.bearer(House::STAN), office.bearer(House::SYD));
        stan.get("/incident").expect(403);
        let given = syd.post("/role_assignment", &json!({ "person": House::STAN, "role": "agent" })).expect(201);
        stan.get("/incident").expect(200);
        syd.delete(&format!("/role_assignment/{}", given.id())).expect(204);
        stan.get("/incident").expect(403);
    }

    fn the_first_administrator_is_made_once_by_a_link(database) {
        let office = Office::on(database);
        let invited = office.runtime.block_on(web::auth::invite_first_administrator(&office.state));
        let link = invited.unwrap().expect("nobody can sign in yet");
        assert!(link.starts_with("http://desk.example.org/first-administrator?token="), "{link}");
        let token = link.split_once("token=").unwrap().1.to_owned();
        let typed = |password: &str| {
            json!({ "token": token, "name": "Lena First", "email": "lena@example.com", "password": password })
        };
        let client = office.client();
        client.post("/first-administrator", &typed("short")).expect(422).names("password", "password-too-short");
        let nonsense = json!({ "token": token, "name": "Lena", "email": "nonsense", "password": PASSWORD });
        client.post("/first-administrator", &nonsense).expect(422).names("email", "expected-email");
        client.post("/first-administrator", &typed(PASSWORD)).expect(201);
        client.post("/first-administrator", &typed(PASSWORD)).refused(404, "link-used-or-old");
        let lena = office.browser("lena@example.com");
        assert_eq!(lena.get("/me").json["roles"][0]["role"], "system_administrator");
        let invited = office.runtime.block_on(web::auth::invite_first_administrator(&office.state));
        assert_eq!(invited.unwrap(), None, "somebody can sign in");
    }

    fn the_link_ends_when_there_is_an_administrator_by_another_way(database) {
        let office = Office::on(database);
        let invited = office.runtime.block_on(web::auth::invite_first_administrator(&office.state));
        let link = invited.unwrap().unwrap();
        let token = link.split_once("token=").unwrap().1;
        let is_invited = || office.runtime.block_on(web::auth::is_invited(&office.state, token)).unwrap();
        office.give_login(House::ADA, "ada");
        assert!(is_invited(), "an agent is no administrator");
        office.give_login(House::SYD, "syd");
        assert!(!is_invited());
        let body = json!({ "token": token, "name": "L", "email": "lena@example.com", "password": PASSWORD });
        office.client().post("/first-administrator", &body).refused(404, "link-used-or-old");
    }

    fn a_link_that_is_too_old_or_replaced_is_useless(database) {
        let office = Office::on(database);
        let invite = || office.runtime.block_on(web::auth::invite_first_administrator(&office.state)).unwrap().unwrap();
        let use_link = |link: &str| {
            let token = link.split_once("token=").unwrap().1;
            let body = json!({ "token": token, "name": "L", "email": "lena@example.com", "password": PASSWORD });
            office.client().post("/first-administrator", &body)
        };
        let (replaced, old) = (invite(), invite());
        use_link(&replaced).refused(404, "link-used-or-old");
        office.desk.wait_days(2);
        use_link(&old).refused(404, "link-used-or-old");
    }
}
