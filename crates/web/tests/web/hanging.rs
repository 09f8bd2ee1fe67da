//! What hangs on a record is told before it goes out of use.

use serde_json::json;
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::Office;

both_databases! {
    fn a_team_with_open_work_is_retired_only_knowingly(database) {
        let office = Office::on(database);
        let network = House::NETWORK.to_string();
        for number in 0..3 {
            let title = format!("Fault {number}");
            office.desk.as_system().create("incident", &[("title", &title), ("team", &network)]);
        }
        office.desk.as_system().create("task", &[("title", "Errand"), ("team", &network)]);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let team = format!("/team/{network}");
        let step = format!("{team}/step/retire");
        let asked = text(&page(&syd, &step).expect(200));
        assert!(asked.contains("is still needed") && asked.contains("Incidents: 3") && asked.contains("Tasks: 1"), "{asked}");
        let list = asked.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.starts_with("/incident?q=team"));
        let list = text(&page(&syd, &list.expect("a way to the incidents").replace("&amp;", "&")).expect(200));
        assert!(list.contains("Fault 0") && list.contains("Fault 2"), "{list}");

        // The button on the record's page sends the step at once: it is held up, and nothing is changed.
        let held = text(&send(&syd, &step, &[]).expect(409));
        assert!(held.contains("is still needed") && held.contains("name=\"hanging-known\""), "{held}");
        let api = office.bearer(House::SYD);
        assert_eq!(api.get(&format!("{team}?fields=state")).json["state"], "active");
        send(&syd, &step, &[("hanging-known", "1")]).expect(303);
        assert_eq!(api.get(&format!("{team}?fields=state")).json["state"], "retired");

        // What nothing open names goes out of use at once, also where much that is over names it.
        let desk = office.desk.as_system();
        let team = desk.create("team", &[("title", "Night shift")]);
        let done = desk.create("task", &[("title", "Errand"), ("team", &team.to_string())]);
        desk.act(done, "complete", &[]);
        send(&syd, &format!("/team/{team}/step/retire"), &[]).expect(303);
    }

    fn what_names_a_record_is_told_by_the_api_as_far_as_one_may_read_it(database) {
        let office = Office::on(database);
        let fault = office.desk.create("incident", &[("title", "Mine"), ("requester", "Rita")]);
        let rita = House::RITA;
        let syd = office.bearer(House::SYD);
        let told = syd.get(&format!("/person/{rita}/uses")).expect(200).json;
        let of_incidents: Vec<_> = told["uses"].as_array().unwrap().iter().filter(|it| it["type"] == "incident").collect();
        let asked = of_incidents.iter().find(|it| it["field"] == "requester").unwrap_or_else(|| panic!("{told}"));
        assert_eq!((&asked["count"], &asked["more"]), (&json!(1), &json!(false)), "{told}");
        let filter: String = url::form_urlencoded::byte_serialize(asked["filter"].as_str().unwrap().as_bytes()).collect();
        let found = syd.get(&format!("/incident?filter={filter}&fields=title")).expect(200).json;
        assert_eq!(found["records"][0]["title"], "Mine", "{found}");
        // Rob may read people, but not what Rita asked for.
        let told = office.bearer(House::ROB).get(&format!("/person/{rita}/uses")).expect(200).json;
        assert!(told["uses"].as_array().unwrap().iter().all(|it| it["type"] != "incident"), "{told}");
        syd.get(&format!("/person/{fault}/uses")).expect(404);
        syd.get(&format!("/person/{rita}/uses?all=1")).refused(400, "parameter-none");
        office.desk.as_system().act(fault, "cancel", &[]);
        let told = syd.get(&format!("/person/{rita}/uses")).expect(200).json;
        assert!(told["uses"].as_array().unwrap().iter().all(|it| it["type"] != "incident"), "only what is open: {told}");
    }

    fn an_act_over_many_tells_what_hangs_on_them(database) {
        let office = Office::on(database);
        let desk = office.desk.as_system();
        let (network, desk_team) = (House::NETWORK.to_string(), House::SERVICE_DESK.to_string());
        for team in [&network, &network, &desk_team] {
            desk.create("incident", &[("title", "Fault"), ("team", team)]);
        }
        let spare = desk.create("team", &[("title", "Night shift")]).to_string();
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let preview = |act: &str, ids: &[&String]| {
            let mut form: Vec<(&str, &str)> = ids.iter().map(|it| ("id", it.as_str())).collect();
            form.extend([("bulk-act", act), ("bulk-step", "retire"), ("bulk-reason", "Merged"), ("bulk-preview", "1")]);
            text(&send(&syd, "/team/bulk", &form).expect(200))
        };
        for act in ["transition", "delete"] {
            let told = preview(act, &[&network, &desk_team, &spare]);
            assert!(told.contains("Some of these are still needed") && told.contains("Incidents: 3"), "{act}: {told}");
            let list = told.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.starts_with("/incident?q=team"));
            let list = text(&page(&syd, &list.expect("a way to the incidents").replace("&amp;", "&")).expect(200));
            assert_eq!(list.matches("name=\"id\"").count(), 3, "{list}");
            assert!(!preview(act, &[&spare]).contains("still needed"), "{act}");
        }
        // As many as are looked at, of which people name several in one field.
        let mut all: Vec<String> = (0..200).map(|number| desk.create("team", &[("title", &format!("Shift {number}"))]).to_string()).collect();
        all[199] = network.clone();
        let told = preview("transition", &all.iter().collect::<Vec<_>>());
        assert!(told.contains("Incidents: 2"), "{told}");
    }

    fn a_deletion_tells_what_hangs_on_it(database) {
        let office = Office::on(database);
        let hardware = House::HARDWARE.to_string();
        office.desk.as_system().create("incident", &[("title", "Fault"), ("category", &hardware)]);
        office.give_login(House::SYD, "syd");
        let asked = text(&page(&office.browser("syd"), &format!("/category/{hardware}/delete")).expect(200));
        assert!(asked.contains("is still needed") && asked.contains("Incidents: 1"), "{asked}");
    }
}
