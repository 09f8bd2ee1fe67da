//! Roles in rows, who may use a type, and where those belong who only ask for work.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::administration::{form_of, saved};
use crate::html::{page, send, text};
use crate::office::{Client, Office};

const SETTING: &str = "/admin/settings/roles";

both_databases! {
    fn a_role_is_a_page_of_grants_in_rows(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let all = text(&page(&syd, "/admin/roles").expect(200));
        assert!(all.contains("href=\"/admin/roles/agent\">Agent</a>"), "{all}");
        let path = "/admin/roles/agent";
        let shown = text(&page(&syd, path).expect(200));
        assert!(shown.contains("not confidential or they are named in it"), "{shown}");
        assert!(shown.contains("People (not confidential): See the history, Read; reads all fields, writes no fields"), "{shown}");
        let unchanged = preview(&syd, path, &[]);
        assert!(unchanged.contains("Nothing differs from what is in force."), "{unchanged}");
        let next = shown.matches("class=\"card padded grant\"").count() - 1;
        let name = |part: &str| format!("g.{next}.{part}");
        let (of, action, rows) = (name("type"), name("action"), name("rows"));
        let told = preview(&syd, path, &[(&of, "location"), (&action, "create"), (&action, "update"), (&rows, "")]);
        let place = format!("Agent, grant {}", next + 1);
        assert!(told.contains(&place) && told.contains("Locations (all records): Create, Change"), "{told}");
        assert!(told.contains("The role agent differs for"), "{told}");
        let made = json!({ "title": "Attic" });
        office.bearer(House::ADA).post("/location", &made).expect(403);
        saved(&syd, SETTING, &told);
        office.bearer(House::ADA).post("/location", &made).expect(201);
        let history = text(&page(&syd, SETTING).expect(200));
        let (_, changes) = history.split_once("setting-history").unwrap();
        assert!(changes.contains("set for the first time") && changes.contains(&place), "{changes}");
        let first = preview(&syd, path, &[("g.0.gone", "true")]);
        let (shown, _) = first.split_once("setting-history").unwrap();
        assert_eq!(shown.matches("<ins>").count(), 1, "the other grants only moved: {shown}");
        let gone = preview(&syd, path, &[(&name("gone"), "true")]);
        saved(&syd, SETTING, &gone);
        office.bearer(House::ADA).post("/location", &made).expect(403);
        let stored = api.get("/settings/roles").expect(200).json["value"].as_array().unwrap().len();
        assert_eq!(stored, 13, "the other roles stay as they were");
    }

    fn what_cannot_be_a_grant_is_told_and_stays_in_the_form(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        office.give_login(House::ADA, "ada");
        let syd = office.browser("syd");
        let form = [("g.0.here", "true"), ("g.0.type", "team"), ("g.0.action", "read"), ("g.0.rows", "+"), ("g.0.typed", "colour = red"), ("g.0.read", "all"), ("g.0.write", "none")];
        let wrong = text(&send(&syd, "/admin/roles/helper", &form).expect(422));
        assert!(wrong.contains("has no field colour") && wrong.contains("value=\"colour = red\""), "{wrong}");
        // A tick that is taken away does not open everything.
        let none: Vec<_> = form.into_iter().filter(|it| it.0 != "g.0.type" && it.0 != "g.0.rows").collect();
        let wrong = text(&send(&syd, "/admin/roles/helper", &none).expect(422));
        assert!(wrong.contains("Tick the types that a grant is for, or all types."), "{wrong}");
        let all = [&none[..], &[("g.0.all", "true")]].concat();
        let told = text(&send(&syd, "/admin/roles/helper", &all).expect(200));
        assert!(told.contains("All types (all records): Read"), "{told}");
        text(&send(&syd, "/admin/roles/Not%20A%20Code", &form).expect(422));
        page(&syd, "/admin/roles/nobody").expect(404);
        page(&office.browser("ada"), "/admin/roles").expect(403);
        let mut form = form;
        form[4].1 = "team = my_teams";
        let told = text(&send(&syd, "/admin/roles/helper", &form).expect(200));
        assert!(told.contains("Teams (Team is one of theirs): Read; reads all fields, writes no fields"), "{told}");
        saved(&syd, SETTING, &told);
        let shown = text(&page(&syd, "/role_assignment/new").expect(200));
        assert!(shown.contains("<option value=\"helper\">Helper</option>"), "{shown}");
        // What was added goes again when nobody has it; what came with the house stays.
        assert!(!text(&page(&syd, "/admin/roles/agent").expect(200)).contains("value=\"remove\""));
        assert!(text(&page(&syd, "/admin/roles/helper").expect(200)).contains("value=\"remove\""));
        let given = office.desk.as_administrator().create("role_assignment", &[("person", "Ada"), ("role", "helper")]);
        let told = text(&send(&syd, "/admin/roles/helper", &[("do", "remove")]).expect(200));
        assert!(told.contains("cannot go: Ada"), "{told}");
        office.bearer(House::SYD).delete(&format!("/role_assignment/{given}")).expect(204);
        let told = text(&send(&syd, "/admin/roles/helper", &[("do", "remove")]).expect(200));
        assert!(told.contains("The role helper goes; nobody has it."), "{told}");
        saved(&syd, SETTING, &told);
        page(&syd, "/admin/roles/helper").expect(404);
        let told = text(&send(&syd, "/admin/roles/helper", &form).expect(200));
        saved(&syd, SETTING, &told);
        let begun = text(&page(&syd, "/admin/roles/new?code=second&copy=helper").expect(200));
        assert!(begun.contains("action=\"/admin/roles/second\"") && begun.contains("Teams (Team is one of theirs)"), "{begun}");
    }

    fn whoever_is_ticked_may_use_a_new_type(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        assert!(text(&page(&syd, "/admin/types/new").expect(200)).contains("name=\"may-work\" value=\"agent\""));
        let form = [
            ("label", "Loan laptop"), ("plural", "Loan laptops"), ("name", "loan_laptop"), ("prefix", "LOA"), ("journal", "true"),
            ("states", "in: In: new\nout: Out: active"), ("steps", "lend: Lend: in > out"), ("may-work", "agent"), ("may-read", "requester"),
        ];
        send(&syd, "/admin/types/new", &form).expect(303);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let made = ada.post("/loan_laptop", &json!({ "title": "X1" })).expect(201);
        ada.post(&format!("/loan_laptop/{}/actions/lend", made.id()), &json!({})).expect(200);
        rita.get(&format!("/loan_laptop/{}", made.id())).expect(200);
        rita.post("/loan_laptop", &json!({ "title": "X2" })).expect(403);
        let shown = text(&page(&syd, "/admin/types/loan_laptop").expect(200));
        assert!(shown.contains("Who may work on it") && shown.contains("href=\"/admin/roles/requester\">Requester</a>"), "{shown}");
    }

    fn two_who_change_roles_at_once_lose_nothing(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let (syd, api) = (office.browser("syd"), office.bearer(House::SYD));
        let mut roles = api.get("/settings/roles").expect(200).json["value"].clone();
        let grants = json!([{ "types": ["team"], "actions": ["read"], "read_fields": "all", "write_fields": "none" }]);
        roles.as_array_mut().unwrap().push(json!({ "code": "helper_one", "grants": grants }));
        api.put("/settings/roles", &json!({ "value": roles })).expect(200);
        let told = preview(&syd, "/admin/roles/agent", &[("g.0.gone", "true")]);
        // Another process stores a change of which this one knows nothing yet.
        office.desk.tamper("UPDATE setting SET value = REPLACE(value, 'helper_one', 'helper_two') WHERE key = 'roles'");
        office.desk.tamper("UPDATE meta SET number = number + 1 WHERE name = 'version'");
        let stored = || {
            office.desk.engine.reload(office.desk.tenant).unwrap();
            api.get("/settings/roles").expect(200).json["value"].to_string()
        };
        let hidden = crate::administration::hidden_fields(&told, "save");
        let pairs: Vec<(&str, &str)> = hidden.iter().map(|it| (it.0.as_str(), it.1.as_str())).chain([("do", "save")]).collect();
        let stale = text(&send(&syd, SETTING, &pairs).expect(422));
        assert!(stale.contains("Somebody changed it meanwhile"), "{stale}");
        assert!(stored().contains("helper_two"), "what the other one stored is there");
        office.desk.tamper("UPDATE setting SET value = REPLACE(value, 'helper_two', 'helper_three') WHERE key = 'roles'");
        office.desk.tamper("UPDATE meta SET number = number + 1 WHERE name = 'version'");
        let form = [("label", "Loan laptop"), ("plural", "Loan laptops"), ("name", "loan_laptop"), ("may-work", "agent")];
        send(&syd, "/admin/types/new", &form).expect(303);
        assert!(stored().contains("helper_three") && stored().contains("loan_laptop"), "{}", stored());
        office.bearer(House::ADA).post("/loan_laptop", &json!({ "title": "X1" })).expect(201);
    }

    fn who_is_meant_is_proposed_and_reasons_are_told_in_words(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let asked = text(&page(&syd, "/admin/explain?person=Agent&type=incident").expect(200));
        assert!(asked.contains("Who is meant?"), "{asked}");
        let href = format!("/admin/explain?person={}&amp;type=incident&amp;record=", House::ADA);
        assert!(asked.contains(&format!("href=\"{href}\">Ada Agent</a>")), "{asked}");
        let told = text(&page(&syd, &href.replace("&amp;", "&")).expect(200));
        assert!(told.contains("<b>Agent</b> · not confidential or they are named in it"), "{told}");
        assert!(told.contains("<code>not access &gt;= 2 or reader = me</code>"), "{told}");
    }

    fn a_colour_that_is_refused_leaves_the_form_as_it_was_typed(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let refused = text(&send(&syd, "/admin/branding", &[("product", "Acme help"), ("accent", "#ffee88")]).expect(422));
        assert!(refused.contains("value=\"Acme help\"") && refused.contains("value=\"#ffee88\""), "{refused}");
        assert!(refused.contains("too light") && !refused.contains("Make this change"), "{refused}");
        let matrix = "/admin/settings/incident.reopen_days";
        let refused = text(&send(&syd, matrix, &[("v", "-3"), ("do", "preview")]).expect(422));
        assert!(!refused.contains("Make this change"), "{refused}");
    }

    fn whoever_only_asks_is_led_from_the_desk_to_the_portal(database) {
        let office = Office::on(database);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let made = office.desk.as_person(House::RITA).create("incident", &[("title", "No mail"), ("requester", &House::RITA.to_string())]);
        let leads = [
            ("/person".to_owned(), "/portal".to_owned()),
            ("/records".to_owned(), "/portal".to_owned()),
            ("/knowledge_article?q=".to_owned(), "/portal".to_owned()),
            ("/incident/new".to_owned(), "/portal/new/incident".to_owned()),
            (format!("/incident/{made}"), format!("/portal/incident/{made}")),
        ];
        for (from, to) in leads {
            assert_eq!(page(&rita, &from).expect(303).header("location"), to, "{from}");
        }
        page(&rita, "/account").expect(200);
        let api = office.bearer(House::RITA);
        let seen = api.get(&format!("/person/{}", House::ADA)).expect(200).json;
        assert_eq!(seen["title"], "Ada Agent");
        assert!(seen.get("phone").is_none() && seen.get("location").is_none(), "{seen}");
        api.get("/person?filter=phone%3A1").refused(403, "read-forbidden-field");
        page(&rita, "/portal/new/incident").expect(200);
    }
}

/// The preview of the form of a page with these fields besides.
fn preview(client: &Client<'_>, path: &str, also: &[(&str, &str)]) -> String {
    let form = form_of(&text(&page(client, path).expect(200)), "form role");
    let replaced = |name: &str| also.iter().any(|it| it.0 == name);
    let kept = form.iter().filter(|it| !replaced(&it.0));
    let mut pairs: Vec<(&str, &str)> = kept.map(|it| (it.0.as_str(), it.1.as_str())).collect();
    pairs.extend_from_slice(also);
    text(&send(client, path, &pairs).expect(200))
}
