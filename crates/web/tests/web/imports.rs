//! Imports of files: sent, tried, done by a job, stopped, and read about afterwards.

use base::Uuid;
use engine::system::bulk::RunState;
use engine::system::{credential, import_run};
use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Answer, Client, Office};

const LIST: &str = "Code;Name;Kind of place;Within\n\
                    L-1;Hall 7;;Bergen\n\
                    L-2;Gate 9;;nowhere\n\
                    L-3;;;Bergen\n";

/// Does all jobs that are due.
fn work(office: &Office) {
    let config = ::jobs::Config {
        handlers: vec![::jobs::imports(office.blobs.clone())],
        kept: std::time::Duration::from_secs(1_000 * 86_400),
        ..::jobs::Config::default()
    };
    let runner = ::jobs::Runner::new(&office.desk.engine, config);
    office.runtime.block_on(runner.drain()).unwrap();
}

fn sent(client: &Client<'_>, name: &str, content: &str) -> String {
    let path = format!("/api/v1/uploads?name={name}");
    let answer = client.raw(
        "POST",
        &path,
        Some("text/csv"),
        content.as_bytes().to_vec(),
        &[],
    );
    answer.expect(201).json["uploads"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn mapping(missing: &str) -> Json {
    json!({
        "source": "places", "record_type": "location", "key": "Code", "file": { "delimiter": ";" },
        "ignore": ["Kind of place"],
        "field": [
            { "field": "title", "column": "Name" },
            { "field": "parent", "column": "Within", "lookup": { "by": "title", "otherwise": missing } },
        ],
    })
}

fn count(office: &Office, filter: &str) -> usize {
    count_of(office, "location", filter)
}

fn count_of(office: &Office, of: &str, filter: &str) -> usize {
    office.desk.as_system().list(of, filter).len()
}

fn one(client: &Client<'_>, begun: &Answer) -> Json {
    client
        .get(&format!("/imports/{}", begun.json["id"].as_str().unwrap()))
        .expect(200)
        .json
}

both_databases! {
    fn a_file_is_tried_and_imported(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        syd.post("/location", &json!({ "title": "Bergen" })).expect(201);
        let file = sent(&syd, "places.csv", LIST);

        let told = syd.get(&format!("/imports/columns?upload={file}&type=location")).expect(200).json;
        let names: Vec<&str> = told["columns"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Code", "Name", "Kind of place", "Within"]);
        assert_eq!(told["columns"][0]["samples"], json!(["L-1", "L-2", "L-3"]));
        assert_eq!((&told["mapping"]["file"]["delimiter"], &told["mapping"]["field"][1]["field"]), (&json!(";"), &json!("title")));

        let order = json!({ "upload": file, "mapping": mapping("reject"), "dry_run": true });
        let begun = syd.post("/imports", &order).expect(202);
        assert_eq!((&begun.json["state"], begun.header("location").contains("/api/v1/imports/")), (&json!("waiting"), true));
        work(&office);
        let tried = one(&syd, &begun);
        assert_eq!((&tried["state"], &tried["done"], &tried["report"]["created"]), (&json!("done"), &json!(3), &json!(1)), "{tried}");
        let lines: Vec<u64> = tried["report"]["rejected"].as_array().unwrap().iter().map(|it| it["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(count(&office, "title:\"Hall 7\""), 0);

        // The file is used; its import has it still.
        syd.post("/imports", &order).expect(422).names("attachments", "upload-unknown");
        let again = json!({ "import": tried["id"], "mapping": mapping("create_not") });
        syd.post("/imports", &again).refused(400, "mapping-unreadable");
        let real = syd.post("/imports", &json!({ "import": tried["id"], "mapping": mapping("empty") })).expect(202);
        work(&office);
        let done = one(&syd, &real);
        assert_eq!((&done["report"]["created"], &done["report"]["references_empty"], &done["rejected"]), (&json!(2), &json!(1), &json!(1)), "{done}");
        assert_eq!((count(&office, "title:\"Hall 7\" parent.title:Bergen"), count(&office, "title:\"Gate 9\" parent:empty")), (1, 1));

        // Once more, nothing changes; and what was changed by hand is set again.
        let hall = office.desk.as_system().list("location", "title:\"Hall 7\"").remove(0);
        syd.patch(&format!("/location/{}", hall.id()), &json!({ "title": "Hall seven" })).expect(200);
        let third = syd.post("/imports", &json!({ "import": real.json["id"] })).expect(202);
        work(&office);
        let report = one(&syd, &third)["report"].clone();
        assert_eq!((&report["created"], &report["updated"], &report["unchanged"]), (&json!(0), &json!(1), &json!(1)), "{report}");
        assert_eq!(count(&office, "title:\"Hall 7\""), 1);
        let all = syd.get("/imports?limit=2").expect(200).json;
        let rest = syd.get(&format!("/imports?after={}", all["next"].as_str().unwrap())).expect(200).json;
        let ids = |page: &Json| page["imports"].as_array().unwrap().iter().map(|it| it["id"].to_string()).collect::<Vec<_>>();
        let mut listed = [ids(&all), ids(&rest)].concat();
        let mut made: Vec<String> = [&tried, &real.json, &third.json].iter().map(|it| it["id"].to_string()).collect();
        listed.sort();
        made.sort();
        assert_eq!((ids(&all).len(), listed, &rest["next"]), (2, made, &json!(null)));
    }

    fn what_does_not_fit_is_said(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        syd.post("/imports", &json!({ "mapping": mapping("reject") })).expect(422).names("upload", "import-one-file");
        let file = sent(&syd, "places.csv", LIST);
        syd.post("/imports", &json!({ "upload": file })).expect(422).names("mapping", "refused-required");
        let wrong = json!({ "source": "x", "record_type": "spaceship", "key": "Code", "field": [] });
        let begun = syd.post("/imports", &json!({ "upload": file, "mapping": wrong })).expect(202);
        work(&office);
        let ended = one(&syd, &begun);
        assert_eq!((&ended["state"], &ended["report"]), (&json!("stopped"), &json!(null)));
        assert!(ended["problem"].as_str().unwrap().contains("spaceship"), "{ended}");
        // What is no file of that form is said, by the page as well.
        let broken = sent(&syd, "places.csv.zst", "no Zstandard");
        syd.get(&format!("/imports/columns?upload={broken}")).refused(400, "import-file-unreadable");
        let many = "x,".repeat(20_000);
        let wide = sent(&syd, "wide.csv", &many);
        assert_eq!(syd.get(&format!("/imports/columns?upload={wide}")).expect(200).json["columns"][1]["name"], "x (2)");
        syd.get("/imports/00000000-0000-0000-0000-000000000009").refused(404, "import-not-found");
        syd.get("/imports?limit=0").refused(400, "parameter-wrong");
    }

    fn choices_are_meant_by_name_and_by_code(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let file = sent(&syd, "faults.csv", "Ticket,Title,Caller,Urgency\n1,Broken,Rita Requester,High\n2,Slow,Rita Requester,3\n");
        let told = syd.get(&format!("/imports/columns?upload={file}&type=incident")).expect(200).json;
        let mapping = &told["mapping"];
        assert_eq!(mapping["field"].as_array().unwrap().len(), 3, "{mapping}");
        let begun = syd.post("/imports", &json!({ "upload": file, "mapping": told["mapping"] })).expect(202);
        work(&office);
        let done = one(&syd, &begun);
        assert_eq!((&done["report"]["created"], &done["rejected"]), (&json!(2), &json!(0)), "{done}");
        let list = |filter: &str| office.desk.as_system().list("incident", filter).len();
        assert_eq!((list("title:Broken urgency:1"), list("title:Slow urgency:3")), (1, 1));
        // What an export of ours defines before its records is no column and no row.
        let own = "{\"@defines\":\"field\",\"@of\":\"incident\",\"@definition\":{}}\n".repeat(6);
        let file = sent(&syd, "own.jsonl", &format!("{own}{{\"title\":\"Broken\"}}\n"));
        let told = syd.get(&format!("/imports/columns?upload={file}&type=incident")).expect(200).json;
        assert_eq!((told["columns"].as_array().unwrap().len(), &told["columns"][0]["name"]), (1, &json!("title")), "{told}");
        // A mapping that says more than columns is not shown as columns, which would lose it.
        office.give_login(House::SYD, "syd");
        let page_of = |id: &Json| text(&page(&office.browser("syd"), &format!("/admin/imports/new?import={}", id.as_str().unwrap())).expect(200));
        assert!(page_of(&done["id"]).contains("name=\"to-0\""));
        let mut more = told["mapping"].clone();
        more["field"][0]["cut_to"] = json!(10);
        let other = syd.post("/imports", &json!({ "import": done["id"], "mapping": more, "dry_run": true })).expect(202);
        assert!(!page_of(&other.json["id"]).contains("name=\"to-0\""));
    }

    fn two_columns_become_one_field_in_the_page(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        // As the sample of Snipe-IT has it.
        let list = "\u{feff}First Name,Last Name,Email,Username,Activated,Location\n\
                    Reagen,Tenant,rtenant0@example.org,rtenant0,true,\"Braun, Ullrich and O'Hara\"\n\
                    Kenneth,,klefeuvre1@example.org,klefeuvre1,false,Mueller LLC\n";
        let file = sent(&office.bearer(House::SYD), "users-sample.csv", list);
        let map = text(&page(&syd, &format!("/admin/imports/new?upload={file}&type=person")).expect(200));
        for words in ["value=\"given_name\" selected", "value=\"family_name\" selected", "name=\"then-0\"", "and then"] {
            assert!(map.contains(words), "{words}: {map}");
        }
        let form = [
            ("upload", file.as_str()), ("type", "person"), ("key", "3"), ("source", "snipe-it"), ("missing", "empty"),
            ("to-0", "title"), ("then-0", "1"), ("to-2", "email"),
        ];
        let tried = send(&syd, "/admin/imports/new", &form).expect(303).header("location").to_owned();
        work(&office);
        let shown = text(&page(&syd, &tried).expect(200));
        assert!(shown.contains("<b>2</b>new") && shown.contains("<b>0</b>rejected"), "{shown}");
        assert!(shown.contains("{First Name} {Last Name}") && !shown.contains("Columns that become nothing: Last Name"), "{shown}");
        // The button of that page imports.
        let done = send(&syd, &tried, &[("do", "import")]).expect(303).header("location").to_owned();
        work(&office);
        assert!(text(&page(&syd, &done).expect(200)).contains("<b>2</b>new"));
        let named = |filter: &str| count_of(&office, "person", filter);
        assert_eq!((named("title:\"Reagen Tenant\" email:rtenant0@example.org"), named("title:Kenneth")), (1, 1));
        // What was joined is there again, column by column.
        let id = done.rsplit('/').next().unwrap();
        let map = text(&page(&syd, &format!("/admin/imports/new?import={id}")).expect(200));
        let (_, first) = map.split_once("name=\"then-0\"").unwrap();
        assert!(first.split("</select>").next().unwrap().contains("<option value=\"1\" selected>Last Name"), "{map}");
        // Types without a field for each part get the name whole.
        let file = sent(&office.bearer(House::SYD), "places.csv", "First Name,Surname\nHall,Seven\n");
        let map = text(&page(&syd, &format!("/admin/imports/new?upload={file}&type=location")).expect(200));
        assert!(map.contains("value=\"title\" selected") && map.contains("<option value=\"1\" selected>Surname"), "{map}");
    }

    fn it_is_stopped_before_it_begins(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let file = sent(&syd, "places.csv", LIST);
        let begun = syd.post("/imports", &json!({ "upload": file, "mapping": mapping("empty") })).expect(202);
        let path = format!("/imports/{}/cancel", begun.json["id"].as_str().unwrap());
        assert_eq!(syd.post(&path, &json!({})).expect(200).json["state"], "cancelled");
        work(&office);
        assert_eq!((one(&syd, &begun)["state"].clone(), count(&office, "title:\"Gate 9\"")), (json!("cancelled"), 0));
    }

    fn it_has_the_rights_of_whoever_ordered_it_and_only_administrators_order_any(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        ada.get("/imports").refused(403, "forbidden-area");
        ada.post("/imports", &json!({ "upload": Uuid::from_u128(1), "mapping": {} })).refused(403, "forbidden-area");
        ada.get(&format!("/imports/columns?upload={}", Uuid::from_u128(1))).refused(403, "forbidden-area");
        office.give_login(House::ADA, "ada");
        page(&office.browser("ada"), "/admin/imports").expect(403);
        // Somebody who may import, and loses their account before the job runs.
        let syd = office.bearer(House::SYD);
        let file = sent(&syd, "places.csv", LIST);
        let begun = syd.post("/imports", &json!({ "upload": file, "mapping": mapping("empty") })).expect(202);
        office.give_login(House::SYD, "syd");
        let now = office.desk.now();
        let close = move |unit: &mut engine::Unit<'_, '_>| credential::set_disabled(unit.tx, House::SYD, Some(now));
        office.desk.engine.write_blocking(&office.desk.as_system().ctx, close).unwrap();
        work(&office);
        let (id, tenant) = (begun.json["id"].as_str().unwrap().parse().unwrap(), office.desk.tenant);
        let look = move |reading: &mut engine::Reading<'_, '_>| import_run::find(reading.tx, tenant, id);
        let ended = office.desk.engine.read_blocking(&office.desk.as_system().ctx, look).unwrap().unwrap();
        assert_eq!((ended.state, count(&office, "title:\"Gate 9\"")), (RunState::Stopped, 0));
        assert!(ended.problem.unwrap().contains("may not import"));
    }

    fn pages_lead_from_the_file_to_its_records(database) {
        let office = Office::on(database);
        office.bearer(House::SYD).post("/location", &json!({ "title": "Bergen" })).expect(201);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let shown = text(&page(&syd, "/admin/imports").expect(200));
        assert!(shown.contains("Nothing was imported here yet.") && shown.contains("Locations"), "{shown}");
        let file = sent(&office.bearer(House::SYD), "places.csv", LIST);
        let address = format!("/admin/imports/new?upload={file}&type=location");
        let map = text(&page(&syd, &address).expect(200));
        for words in ["Kind of place", "L-1 · L-2 · L-3", "value=\"title\" selected", "value=\"places\"", "&quot;delimiter&quot;: &quot;;&quot;"] {
            assert!(map.contains(words), "{words}: {map}");
        }
        let nothing = [("upload", file.as_str()), ("type", "location"), ("key", "0"), ("source", "places")];
        assert!(text(&send(&syd, "/admin/imports/new", &nothing).expect(422)).contains("at least one column"));
        let form = [&nothing[..], &[("to-1", "title"), ("to-3", "parent"), ("missing", "empty")]].concat();
        let tried = send(&syd, "/admin/imports/new", &form).expect(303).header("location").to_owned();
        assert!(text(&page(&syd, &tried).expect(200)).contains("hx-trigger"), "it is at work");
        work(&office);
        let shown = text(&page(&syd, &tried).expect(200));
        for words in ["This would happen", "<b>2</b>new", "<b>1</b>rejected", "Import now", "1 name of a record was left out"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert_eq!(count(&office, "title:\"Gate 9\""), 0);
        let done = send(&syd, &tried, &[("do", "import")]).expect(303).header("location").to_owned();
        work(&office);
        let shown = text(&page(&syd, &done).expect(200));
        assert!(shown.contains("Import of places.csv") && !shown.contains("This would happen"), "{shown}");
        assert_eq!(count(&office, "title:\"Gate 9\""), 1);
        // What was chosen before is there again.
        let id = done.rsplit('/').next().unwrap();
        let map = text(&page(&syd, &format!("/admin/imports/new?import={id}")).expect(200));
        assert!(map.contains("value=\"empty\" selected") && map.contains("value=\"parent\" selected"), "{map}");
        let all = text(&page(&syd, "/admin/imports").expect(200));
        assert!(all.contains("Trial of places.csv") && all.contains("Import of places.csv"), "{all}");
    }
}
