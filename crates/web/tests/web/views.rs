//! Saved views: keeping a list, opening it, changing it, and who has it.

use serde_json::{Value as Json, json};
use test_kit::{Database, House, both_databases};

use crate::office::{Answer, Client, Office};

fn office(database: Database) -> Office {
    let office = Office::with(database, |it| it.saved_views = Some("saved_view"));
    for (login, person) in [
        ("ada", House::ADA),
        ("noah", House::NOAH),
        ("lea", House::LEA),
    ] {
        office.give_login(person, login);
    }
    for (number, urgency) in [(1, "1"), (2, "3"), (3, "1")] {
        let title = format!("Fault {number:03}");
        let all = [
            ("title", title.as_str()),
            ("requester", "Rita"),
            ("urgency", urgency),
        ];
        office.desk.create("incident", &all);
    }
    office
}

fn page(client: &Client<'_>, path: &str) -> String {
    let answer = client.raw("GET", path, None, Vec::new(), &[]).expect(200);
    String::from_utf8(answer.bytes).unwrap()
}

fn send(client: &Client<'_>, path: &str, form: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let token = client.header("x-csrf-token").unwrap();
    body.append_pair("csrf", &token);
    let kind = "application/x-www-form-urlencoded";
    client.raw("POST", path, Some(kind), body.finish().into_bytes(), &[])
}

/// Keeps a list, and gives the address of the view.
fn keep(client: &Client<'_>, form: &[(&str, &str)]) -> String {
    let kept = send(client, "/incident/views", form).expect(303);
    kept.header("location").to_owned()
}

both_databases! {
    fn a_list_is_kept_and_opened_as_it_was(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let form = [("title", "Loud ones"), ("for", "personal"), ("q", "urgency:1"), ("sort", "-title"), ("column", "title"), ("column", "urgency")];
        let address = keep(&ada, &form);
        let shown = page(&ada, &address);
        assert!(shown.contains("<h1>Loud ones</h1>"), "{shown}");
        let (third, first) = (shown.find("Fault 003").unwrap(), shown.find("Fault 001").unwrap());
        assert!(third < first && !shown.contains("Fault 002"), "{shown}");
        assert!(!shown.contains("(changed)"), "nothing was changed yet");
        let list = page(&ada, "/incident");
        assert!(list.contains(&format!("href=\"{address}\"")), "the list leads to its views");
        let file = ada.raw("GET", &format!("{}&format=csv", address.replace("/incident?", "/incident/export?")), None, Vec::new(), &[]).expect(200);
        let file = String::from_utf8(file.bytes).unwrap();
        assert_eq!(file.lines().count(), 3, "{file}");
    }

    fn what_is_changed_in_an_open_view_is_saved_to_it_or_not(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let address = keep(&ada, &[("title", "All of it"), ("for", "personal")]);
        let changed = page(&ada, &format!("{address}&q=urgency%3A3"));
        assert!(changed.contains("All of it (changed)") && changed.contains("Save changes to All of it"), "{changed}");
        assert!(changed.contains("Fault 002") && !changed.contains("Fault 001"));
        let id = address.rsplit('=').next().unwrap();
        let action = format!("/incident/views/{id}");
        let form = [("version", "1"), ("title", "All of it"), ("q", "urgency:3"), ("group", "urgency")];
        send(&ada, &action, &form).expect(303);
        let kept = page(&ada, &address);
        assert!(kept.contains("Fault 002") && !kept.contains("Fault 001") && !kept.contains("(changed)"), "{kept}");
        send(&ada, &action, &form).expect(409);
    }

    fn rows_are_put_together_with_how_many_there_are_of_each(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let shown = page(&ada, "/incident?q=&group=urgency&sort=-title&column=title");
        let order: Vec<usize> = ["tr class=\"group\"", "Fault 003", "Fault 001", "Fault 002"]
            .iter()
            .map(|it| shown.find(it).unwrap())
            .collect();
        assert!(order.is_sorted(), "{order:?} {shown}");
        assert_eq!(shown.matches("tr class=\"group\"").count(), 2, "{shown}");
        assert!(shown.contains("<b>2</b>") && shown.contains("<b>1</b>"), "{shown}");
        assert_eq!(page(&ada, "/incident?group=description").matches("tr class=\"group\"").count(), 0);
    }

    fn a_view_is_for_its_owner_a_team_or_everybody(database) {
        let office = office(database);
        let (ada, noah, lea) = (office.browser("ada"), office.browser("noah"), office.browser("lea"));
        let own = keep(&ada, &[("title", "Private matters"), ("for", "personal")]);
        let desk = House::SERVICE_DESK.to_string();
        let team = keep(&ada, &[("title", "Desk matters"), ("for", &desk)]);
        let all = keep(&lea, &[("title", "House matters"), ("for", "shared")]);
        for (address, reader, may) in [
            (&own, &noah, false), (&own, &lea, false), (&own, &ada, true),
            (&team, &noah, false), (&team, &lea, true),
            (&all, &noah, true), (&all, &ada, true),
        ] {
            let status = if may { 200 } else { 404 };
            reader.raw("GET", address, None, Vec::new(), &[]).expect(status);
        }
        let list = page(&noah, "/incident");
        assert!(list.contains("House matters") && !list.contains("Private matters") && !list.contains("Desk matters"), "{list}");
        send(&ada, "/incident/views", &[("title", "Not hers to give"), ("for", "shared")]).expect(403);
        assert!(!page(&ada, "/incident").contains("value=\"shared\""), "what is refused is not offered");
        let network = House::NETWORK.to_string();
        send(&ada, "/incident/views", &[("title", "Of another team"), ("for", &network)]).expect(403);
        let id = all.rsplit('=').next().unwrap();
        send(&noah, &format!("/incident/views/{id}"), &[("version", "1"), ("q", "")]).expect(403);
        let api = office.bearer(House::NOAH).get("/saved_view").expect(200);
        let titles: Vec<&str> = api.json["records"].as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["House matters"]);
        office.bearer(House::RITA).get("/saved_view").expect(403);
    }

    fn a_view_beyond_those_in_the_menu_is_opened(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let desk = office.desk.as_person(House::ADA);
        for number in 0..100 {
            let title = format!("View {number:03}");
            desk.create("saved_view", &[("title", &title), ("listed_type", "incident")]);
        }
        let address = keep(&ada, &[("title", "Zebra"), ("for", "personal"), ("q", "urgency:3")]);
        let shown = page(&ada, &address);
        assert!(shown.contains("<h1>Zebra</h1>") && shown.contains("Fault 002") && !shown.contains("Fault 001"), "{shown}");
        ada.raw("GET", &address.replace("/incident", "/task"), None, Vec::new(), &[]).expect(404);
    }

    fn the_menu_counts_each_view_for_who_looks(database) {
        let office = office(database);
        let ada = office.browser("ada");
        let loud = keep(&ada, &[("title", "Loud ones"), ("for", "personal"), ("q", "urgency:1")]);
        keep(&ada, &[("title", "Quiet ones"), ("for", "personal"), ("q", "urgency:3")]);
        let list = page(&ada, "/incident");
        assert!(list.contains("hx-get=\"/incident/views/counts\"") && list.contains("id=\"views-list\""), "{list}");
        let id = loud.rsplit('=').next().unwrap();
        let counted = page(&ada, &format!("/incident/views/counts?view={id}"));
        assert!(counted.starts_with("<ul") && counted.contains(&format!("href=\"{loud}\" aria-current=\"true\"")), "{counted}");
        let after = |title: &str| counted.split_once(title).unwrap().1.split_once("</a>").unwrap().0.to_owned();
        assert!(after("Loud ones").contains(">2<") && after("Quiet ones").contains(">1<"), "{counted}");
        let form = [("title", "My work"), ("for", "personal"), ("q", "assignee:me")];
        send(&ada, "/records/views", &form).expect(303);
        assert!(page(&ada, "/records/views/counts").contains("My work"));
        ada.raw("GET", "/nothing/views/counts", None, Vec::new(), &[]).expect(404);
    }

    fn a_view_is_gone_with_the_right_to_read_it(database) {
        let office = office(database);
        let (ada, lea) = (office.browser("ada"), office.browser("lea"));
        keep(&lea, &[("title", "House matters"), ("for", "shared")]);
        assert!(page(&ada, "/incident").contains("House matters"));
        let syd = office.bearer(House::SYD);
        let setting = syd.get("/settings/roles").expect(200);
        let mut roles = setting.json["value"].clone();
        let agent = roles.as_array_mut().unwrap().iter_mut().find(|it| it["code"] == "agent").unwrap();
        // Own views stay, so that the desk still asks for views; those of others go.
        let of_others = |it: &Json| it["types"] == json!(["saved_view"]) && it["actions"] == json!(["read"]);
        let grants = agent["grants"].as_array_mut().unwrap();
        let before = grants.len();
        grants.retain(|it| !of_others(it));
        assert_eq!(grants.len(), before - 1);
        syd.put("/settings/roles", &json!({ "value": roles })).expect(200);
        assert!(!page(&ada, "/incident").contains("House matters"));
    }

    fn a_view_that_could_not_be_shown_is_refused(database) {
        let office = office(database);
        let ada = office.bearer(House::ADA);
        let body = |name: &str, value: &str| {
            let mut all = json!({ "title": "A view", "listed_type": "incident" });
            all[name] = json!(value);
            all
        };
        ada.post("/saved_view", &body("filter", "colour:red")).refused(422, "problem-fields").names("filter", "filter-unknown-field");
        ada.post("/saved_view", &body("sort", "-title,colour")).refused(422, "problem-fields").names("sort", "saved-view-field-unknown");
        ada.post("/saved_view", &body("listed_type", "incidents")).refused(422, "problem-fields").names("listed_type", "type-unknown");
        ada.post("/saved_view", &body("audience", "team")).refused(422, "problem-fields").names("team", "saved-view-team-missing");
        ada.post("/saved_view", &body("group_by", "urgency")).expect(201);
    }
}
