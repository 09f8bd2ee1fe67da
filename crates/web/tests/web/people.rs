//! People from a list: tried, taken over, and taken out.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use engine::Surface;
use serde_json::{Value as Json, json};
use test_kit::{Database, House, both_databases};

use crate::html::{page, send, text};
use crate::office::{Answer, Client, Office, PASSWORD};

const LIST: &str = "\u{feff}Name;E-Mail;Employee number;Manager;Shoe size\r\n\
    Berta Boss;berta@example.org;7;;44\r\n\
    Carl Clerk;carl@example.org;8;berta@example.org;41\r\n\
    Ada Agent;ADA@example.org;9;;\r\n\
    Nobody;no address;10;;\r\n\
    Dan Doe;dan@example.org;11;who@example.org;\r\n";

both_databases! {
    fn a_list_is_tried_then_taken_over_and_then_changes_nothing(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let before = office.desk.as_system().list("person", "").len();
        let tried = import(&syd, "?dry_run=true", LIST).expect(200).json;
        assert_eq!(tried["totals"], json!({ "created": 2, "changed": 1, "unchanged": 0, "left": 0, "refused": 2 }));
        assert_eq!(tried["ignored_columns"], json!(["Shoe size"]));
        assert_eq!(office.desk.as_system().list("person", "").len(), before, "nothing of a dry run stays");
        let done = import(&syd, "", LIST).expect(200).json;
        assert_eq!(done["totals"], tried["totals"], "what was told is what happens");
        let line = |at: usize| done["lines"][at].clone();
        assert_eq!((&line(3)["problems"][0]["field"], &line(3)["line"]), (&json!("email"), &json!(5)));
        assert_eq!(line(4)["problems"][0]["code"], "reference-not-found");
        let (berta, carl) = (line(0)["person"].clone(), line(1)["person"].clone());
        let carl = syd.get(&format!("/person/{}", carl.as_str().unwrap())).expect(200).json;
        assert_eq!(carl["manager"]["id"], berta, "the manager stands further up");
        assert_eq!(line(2)["person"], json!(House::ADA), "found by her address in any case");
        let again = import(&syd, "", LIST).expect(200).json;
        assert_eq!((&again["totals"]["unchanged"], &again["totals"]["created"]), (&json!(3), &json!(0)));
    }

    fn a_manager_may_stand_further_down(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let list = "name,email,manager\nCarl,carl@example.org,berta@example.org\nBerta,berta@example.org,\n";
        assert_eq!(import(&syd, "?dry_run=true", list).expect(200).json["totals"]["refused"], 0);
        let done = import(&syd, "", list).expect(200).json;
        let carl = syd.get(&format!("/person/{}", done["lines"][0]["person"].as_str().unwrap())).expect(200).json;
        assert_eq!(carl["manager"]["id"], done["lines"][1]["person"]);
    }

    fn whoever_is_marked_or_missing_leaves_with_their_account(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        office.give_login(House::NOAH, "noah");
        let (ada, syd) = (office.browser("ada"), office.bearer(House::SYD));
        let made = office.desk.as_person(House::ADA).create("incident", &[("title", "No mail"), ("requester", &House::RITA.to_string())]);
        office.desk.as_person(House::LEA).assign(made, &[("team", &House::SERVICE_DESK.to_string()), ("assignee", &House::ADA.to_string())]);
        import(&syd, "", "name,email,employee_number\nNoah Network,noah@example.org,21\nLea Lead,lea@example.org,22\n").expect(200);
        let list = "name,email,employee_number,left\nAda Agent,ada@example.org,20,yes\nLea Lead,lea@example.org,22,\n";
        let tried = import(&syd, "?dry_run=true&missing=left", list).expect(200).json;
        assert_eq!(tried["totals"]["left"], 2, "{tried}");
        ada.get("/me").expect(200);
        let done = import(&syd, "?missing=left", list).expect(200).json;
        let line = |name: &str| done["lines"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone();
        assert_eq!((&line("Ada Agent")["outcome"], &line("Ada Agent")["open_work"]), (&json!("left"), &json!(1)));
        assert_eq!((&line("Noah Network")["outcome"], &line("Noah Network")["line"]), (&json!("left"), &Json::Null));
        ada.get("/me").expect(401);
        office.client().sign_in("noah", PASSWORD).refused(401, "sign-in-wrong");
        assert_eq!(import(&syd, "?missing=left", list).expect(200).json["totals"]["left"], 0);
    }

    fn a_list_that_is_cut_off_takes_nobody_out_by_mistake(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let many: String = (0..30).map(|it| format!("Person {it},p{it}@example.org,{it}\n")).collect();
        import(&syd, "", &format!("name,email,employee_number\n{many}")).expect(200);
        let short = "name,email,employee_number\nPerson 1,p1@example.org,1\n";
        let left = || office.desk.as_system().list("person", "state:left").len();
        let before = left();
        import(&syd, "?missing=left", short).expect(422).names("many", "people-many-leave");
        assert_eq!(left(), before);
        let meant = import(&syd, "?missing=left&many=true", short).expect(200).json;
        assert_eq!(meant["totals"]["left"], 29);
    }

    fn whoever_a_line_finds_by_their_address_is_not_missing(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let first = "name,email,employee_number\nNoah Network,noah@example.org,21\nLea Lead,lea@example.org,22\nAda Agent,ada@example.org,20\nGone Girl,gone@example.org,30\n";
        import(&syd, "", first).expect(200);
        // New numbers for Noah and Ada; the line of Ada is refused, and still she is in the list.
        let list = "name,email,employee_number,manager\nNoah Network,noah@example.org,91,\nLea Lead,lea@example.org,22,\nAda Agent,ada@example.org,90,who@example.org\n";
        for query in ["?missing=left&dry_run=true", "?missing=left"] {
            let done = import(&syd, query, list).expect(200).json;
            assert_eq!(done["totals"], json!({ "created": 0, "changed": 1, "unchanged": 1, "left": 1, "refused": 1 }), "{done}");
            assert_eq!((&done["lines"][2]["person"], &done["lines"][2]["outcome"]), (&json!(House::ADA), &json!("refused")));
            assert_eq!((&done["lines"][3]["name"], &done["lines"][3]["outcome"]), (&json!("Gone Girl"), &json!("left")));
        }
        let noah = &office.desk.as_system().list("person", "email:noah@example.org")[0];
        assert_eq!((noah.value("employee_number").as_text(), noah.value("state").as_text()), (Some("91"), Some("active")));
    }

    fn new_numbers_for_all_take_nobody_out(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let numbered = |from: usize| -> String {
            let lines: String = (0..30).map(|it| format!("Person {it},p{it}@example.org,{}\n", from + it)).collect();
            format!("name,email,employee_number\n{lines}")
        };
        import(&syd, "", &numbered(100)).expect(200);
        let done = import(&syd, "?missing=left", &numbered(500)).expect(200).json;
        assert_eq!((&done["totals"]["left"], &done["totals"]["changed"]), (&json!(0), &json!(30)), "{done}");
    }

    fn a_parameter_that_is_neither_yes_nor_no_imports_nothing(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let before = office.desk.as_system().list("person", "").len();
        let list = "name,email\nBerta Boss,berta@example.org\n";
        let wrong = [
            ("dry_run", "?dry_run=1"), ("dry_run", "?dry_run"), ("dry_run", "?dry_run=True"),
            ("many", "?many=1"), ("many", "?dry_run=true&many=yes"), ("missing", "?missing=true"), ("missing", "?missing="),
        ];
        for (name, query) in wrong {
            let refused = import(&syd, query, list).refused(400, "parameter-wrong");
            assert!(refused.text("detail").contains(name), "{query}: {}", refused.json);
        }
        import(&syd, "?dry_run=true&dry_run=false", list).refused(400, "parameter-repeated");
        assert_eq!(office.desk.as_system().list("person", "").len(), before);
        let done = import(&syd, "?dry_run=false&many=false", list).expect(200).json;
        assert_eq!((&done["dry_run"], &done["totals"]["created"]), (&json!(false), &json!(1)));
    }

    fn contacts_outside_make_no_cut_off_list_look_whole(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let employees: String = (0..12).map(|it| format!("Person {it},p{it}@example.org,{it},employee\n")).collect();
        let contacts: String = (0..40).map(|it| format!("Contact {it},c{it}@example.com,,external_contact\n")).collect();
        let made = import(&syd, "", &format!("name,email,employee_number,kind\n{employees}{contacts}")).expect(200).json;
        assert_eq!(made["totals"]["created"], 52, "{made}");
        let whole: String = employees.lines().take(5).map(|it| format!("{it}\n")).collect();
        let short = format!("name,email,employee_number,kind\n{whole}");
        import(&syd, "?missing=left", &short).expect(422).names("many", "people-many-leave");
        let meant = import(&syd, "?missing=left&many=true", &short).expect(200).json;
        assert_eq!(meant["totals"]["left"], 7);
    }

    fn only_known_words_take_somebody_out(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let words = ["Ja", "x", "LEFT", "nein", "FALSCH", "", "maybe"];
        let made: String = (0..words.len()).map(|it| format!("Person {it},p{it}@example.org\n")).collect();
        import(&syd, "", &format!("name,email\n{made}")).expect(200);
        let marked: String = words.iter().enumerate().map(|(at, word)| format!("Person {at},p{at}@example.org,{word}\n")).collect();
        let list = format!("name,email,left\n{marked}Somebody New,new@example.org,who knows\n");
        let done = import(&syd, "", &list).expect(200).json;
        let outcomes: Vec<&str> = done["lines"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["left", "left", "left", "unchanged", "unchanged", "unchanged", "refused", "refused"], "{done}");
        let problem = &done["lines"][6]["problems"][0];
        assert_eq!((&problem["field"], &problem["code"]), (&json!("left"), &json!("people-left-unknown")));
        assert!(problem["detail"].as_str().unwrap().contains("maybe"), "{problem}");
        assert!(office.desk.as_system().list("person", "email:new@example.org").is_empty());
    }

    fn those_who_are_marked_count_as_well(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let list = |gone: usize| -> String {
            let lines: String = (0..30).map(|it| format!("Person {it},p{it}@example.org,{}\n", if it < gone { "yes" } else { "no" })).collect();
            format!("name,email,left\n{lines}")
        };
        import(&syd, "", &list(0)).expect(200);
        let few = import(&syd, "", &list(6)).expect(200).json;
        assert_eq!(few["totals"]["left"], 6, "six of all employees are less than one in five");
        import(&syd, "", &list(30)).expect(422).names("many", "people-many-leave");
        assert_eq!(import(&syd, "?dry_run=true", &list(30)).expect(200).json["totals"]["left"], 24);
        assert_eq!(import(&syd, "?many=true", &list(30)).expect(200).json["totals"]["left"], 24);
    }

    fn a_list_is_for_those_who_administer_users_and_touches_nobody_above_them(database) {
        let office = Office::on(database);
        let list = "name,email,left\nSyd System,syd@example.org,yes\nTina Tenant,tina@example.org,yes\n";
        import(&office.bearer(House::ADA), "", list).refused(403, "forbidden-area");
        let tina = office.bearer(House::TINA);
        let done = import(&tina, "", list).expect(200).json;
        assert_eq!(done["lines"][0]["problems"][0]["code"], "account-above-own");
        assert_eq!(done["lines"][1]["problems"][0]["code"], "people-not-oneself");
        import(&tina, "", "name\nSomebody\n").expect(422).names("csv", "people-need-key");
        import(&tina, "", "name,email\n").expect(422).names("csv", "people-none");
    }

    fn a_line_that_is_nobodys_is_refused_by_its_number(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let before = office.desk.as_system().list("person", "").len();
        let list = "name,email,employee_number\nNo Key,,\nShort Line,short@example.org\nLong Line,long@example.org,31,more\n\
            First,twice@example.org,32,\nSecond,TWICE@example.org,33\nThird,third@example.org,32\n";
        for query in ["?dry_run=true", "", ""] {
            let done = import(&syd, query, list).expect(200).json;
            let refused: Vec<_> = done["lines"].as_array().unwrap().iter().filter(|it| it["outcome"] == "refused").collect();
            let codes: Vec<_> = refused.iter().map(|it| (it["line"].as_u64().unwrap(), it["problems"][0]["code"].as_str().unwrap())).collect();
            assert_eq!(codes, [(2, "people-nobody"), (3, "people-cells"), (4, "people-cells"), (6, "people-twice"), (7, "people-twice")], "{done}");
        }
        assert_eq!(office.desk.as_system().list("person", "").len(), before + 1);
        let first = &office.desk.as_system().list("person", "email:twice@example.org")[0];
        assert_eq!(first.value("title").as_text(), Some("First"));
        import(&syd, "?missing=left", list).expect(422).names("csv", "people-missing-unknown");
    }

    fn a_quote_that_never_closes_refuses_the_list_with_its_line(database) {
        let office = Office::on(database);
        let syd = office.bearer(House::SYD);
        let before = office.desk.as_system().list("person", "").len();
        let lists = [
            (2, "name,email\n\"unclosed,b@x.example\n"),
            (4, "name,email\n\"A \"\"so\"\" called\nname\",a@x.example\n\"unclosed,b@x.example\n"),
            (2, "name,email\n\"unclosed,b@x.example\n\"Other\",o@x.example\n"),
        ];
        for (line, list) in lists {
            let refused = import(&syd, "", list).expect(422).names("csv", "people-quote-open");
            assert!(refused.json.to_string().contains(&format!("line {line} ")), "{}", refused.json);
        }
        assert_eq!(office.desk.as_system().list("person", "").len(), before);
        let fine = "name,email\n\"Doe, \"\"Jim\"\"\",jim@x.example\nO\"Hara,ohara@x.example\n";
        assert_eq!(import(&syd, "", fine).expect(200).json["totals"]["created"], 2);
    }

    fn the_page_speaks_of_the_columns_of_the_list(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let shown = |list: &str| text(&send(&syd, "/admin/people/import", &[("csv", list), ("do", "dry")]).expect(200));
        let german = shown("Vorname;Nachname;Mail\nJana;Huber;jana@example.org\n");
        assert!(german.contains("Jana Huber") && german.contains("Do this"), "{german}");
        let wrong = shown("Givenname;Nahme;Mail\nJana;Huber;no address\n");
        assert!(wrong.contains("Givenname: perhaps given_name is meant."), "{wrong}");
        assert!(wrong.contains("<code>Mail</code>") && !wrong.contains("<code>title</code>"), "{wrong}");
        assert!(wrong.contains("Nothing would change.") && !wrong.contains("Do this"), "{wrong}");
        let twice = text(&send(&syd, "/admin/people/import", &[("csv", "name,Full name,email\na,b,c@example.org\n")]).expect(422));
        assert!(twice.contains("says what another column says already"), "{twice}");
    }

    fn a_file_from_an_office_is_read_in_its_encoding(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        page(&syd, "/admin/people/import").expect(200);
        let boundary = "----boundary";
        let sent = |file: &[u8], deed: &str| {
            let mut body = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\r\n").into_bytes();
            body.extend_from_slice(file);
            body.extend_from_slice(format!("\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"do\"\r\n\r\n{deed}\r\n--{boundary}--\r\n").as_bytes());
            syd.raw("POST", "/admin/people/import", Some(&format!("multipart/form-data; boundary={boundary}")), body, &[])
        };
        let old = b"name;email\r\nJ\xfcrgen M\xfcller;juergen@example.org\r\n";
        let tried = text(&sent(old, "dry").expect(200));
        assert!(tried.contains("J\u{fc}rgen M\u{fc}ller") && tried.contains("read as windows-1252"), "{tried}");
        sent(old, "import").expect(200);
        let made = &office.desk.as_system().list("person", "email:juergen@example.org")[0];
        assert_eq!(made.value("title").as_text(), Some("J\u{fc}rgen M\u{fc}ller"));
        let workbook = text(&sent(b"PK\x03\x04\x14\0\x06\0", "dry").expect(422));
        assert!(workbook.contains("Save it as CSV"), "{workbook}");
        let plain = text(&sent("name;email\nJ\u{fc}rgen;j2@example.org\n".as_bytes(), "dry").expect(200));
        assert!(!plain.contains("read as"), "{plain}");
    }

    fn a_list_that_is_too_long_names_the_other_way_before_anything_is_done(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let known = office.desk.as_system().list("person", "").len();
        let lines = (0..20_001).map(|it| format!("P{it},p{it}@example.org\n"));
        let list = format!("name,email\n{}", lines.collect::<String>());
        let boundary = "----boundary";
        let kind = format!("multipart/form-data; boundary={boundary}");
        let sent = |list: &str| {
            let part = |name: &str, value: &str| format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            let body = format!("{}{}--{boundary}--\r\n", part("csv", list), part("do", "import"));
            syd.raw("POST", "/admin/people/import", Some(&kind), body.into_bytes(), &[])
        };
        let refused = text(&sent(&list).expect(422));
        assert!(refused.contains("nothing of it was taken over") && refused.contains("href=\"/admin/imports?type=person\""), "{}", &refused[..2_000]);
        assert!(text(&page(&syd, "/admin/imports?type=person").expect(200)).contains("<option value=\"person\" selected>"));
        // So large that it is not even read.
        let refused = text(&sent(&"x".repeat(5 * 1024 * 1024)).expect(413));
        assert!(refused.contains("nothing of it was read") && refused.contains("under Imports"), "{refused}");
        assert_eq!(office.desk.as_system().list("person", "").len(), known);
    }

    fn the_page_tries_a_list_and_takes_it_over(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        assert!(text(&page(&syd, "/admin/people/import").expect(200)).contains("multipart/form-data"));
        let tried = text(&send(&syd, "/admin/people/import", &[("csv", LIST), ("do", "dry")]).expect(200));
        assert!(tried.contains("What would happen") && tried.contains("Berta Boss"), "{tried}");
        let boundary = "----boundary";
        let part = |name: &str, value: &str| format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{}\r\n\r\n{value}\r\n", if name == "file" { "; filename=\"people.csv\"" } else { "" });
        let body = format!("{}{}{}--{boundary}--\r\n", part("csv", ""), part("file", LIST), part("do", "import"));
        let kind = format!("multipart/form-data; boundary={boundary}");
        let done = text(&syd.raw("POST", "/admin/people/import", Some(&kind), body.clone().into_bytes(), &[]).expect(200));
        assert!(done.contains("What has happened"), "{done}");
        assert_eq!(office.desk.as_system().list("person", "email:berta@example.org").len(), 1);
        syd.set("x-csrf-token", "forged");
        syd.raw("POST", "/admin/people/import", Some(&kind), body.into_bytes(), &[]).expect(403);
    }
}

#[test]
fn a_list_may_take_longer_than_other_requests() {
    let office = Office::with(Database::Sqlite, |it| {
        it.request_limit = Duration::from_millis(50);
    });
    let syd = office.bearer(House::SYD);
    // The import waits for the only writer, which waits for longer than a request may.
    let (begin, begun) = mpsc::channel::<()>();
    let (finish, finished) = mpsc::channel::<()>();
    let finished = Mutex::new(finished);
    let engine = &office.desk.engine;
    let ctx = engine.system_ctx(office.desk.tenant, Surface::Command);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            engine.write_blocking(&ctx, move |_| {
                begin.send(()).unwrap();
                let _ = finished
                    .lock()
                    .unwrap()
                    .recv_timeout(Duration::from_millis(400));
                Ok(())
            })
        });
        begun.recv().unwrap();
        let done = import(&syd, "", "name,email\nBerta Boss,berta@example.org\n").expect(200);
        assert_eq!(done.json["totals"]["created"], 1);
        writer.join().unwrap().unwrap();
    });
    drop(finish);
}

fn import(client: &Client<'_>, query: &str, list: &str) -> Answer {
    let path = format!("/api/v1/people/import{query}");
    client.raw(
        "POST",
        &path,
        Some("text/csv"),
        list.as_bytes().to_vec(),
        &[],
    )
}
