//! Files that come with comments by the API, the room that all files have, and files of tickets that go on elsewhere.

use std::time::Duration;

use jobs::{Config, Runner};
use serde_json::json;
use test_kit::{House, both_databases};

use crate::files::{PNG, get, office as office_with_logins, send, text};
use crate::office::{Answer, Client, Office};

/// A file sent ahead, as the body of the request.
fn ahead(client: &Client<'_>, name: &str, content: &[u8]) -> Answer {
    let address = format!("/api/v1/uploads?name={name}");
    client.raw("POST", &address, None, content.to_vec(), &[])
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    let id = answer.json["uploads"][0]["id"].as_str();
    id.expect("an id").to_owned()
}

fn incident(client: &Client<'_>, title: &str) -> String {
    let fields = json!({ "title": title, "requester": House::RITA });
    let made = client.post("/incident", &fields).expect(201);
    format!("/incident/{}", made.text("number"))
}

/// Names of the files of a record, as somebody sees them.
fn names(client: &Client<'_>, path: &str) -> Vec<String> {
    let all = client.get(&format!("{path}/attachments")).expect(200);
    let all = all.json["attachments"].as_array().expect("a list").clone();
    let name = |it: &serde_json::Value| it["name"].as_str().expect("a name").to_owned();
    let mut names: Vec<String> = all.iter().map(name).collect();
    // At one instant, files of several requests have no order.
    names.sort_unstable();
    names
}

both_databases! {
    fn only_so_many_files_of_a_person_wait(database) {
        let office = Office::on(database);
        office.desk.set("attachments.limits", json!({ "waiting": 2, "waiting_bytes": 1000 }));
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let first = ahead(&ada, "a.log", b"a").expect(201);
        ahead(&ada, "b.log", &[b'b'; 600]).expect(201);
        let full = ahead(&ada, "c.log", b"c").refused(409, "upload-too-many-waiting");
        assert!(full.text("detail").contains("at most 2") && full.text("detail").contains("attachments.limits"), "{}", full.json);
        ahead(&rita, "a.log", b"a").expect(201);
        // What was used makes room, and then the bytes are counted.
        let path = incident(&ada, "No mail");
        let said = json!({ "text": "See this", "attachments": [id_of(&first)] });
        ada.post(&format!("{path}/comments"), &said).expect(201);
        ahead(&ada, "c.log", &[b'c'; 600]).refused(409, "upload-too-many-waiting");
        ahead(&ada, "c.log", &[b'c'; 300]).expect(201);
    }

    fn a_comment_carries_files_and_they_are_seen_as_it_is(database) {
        let office = Office::on(database);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let path = incident(&ada, "No mail");
        let (photo, log) = (ahead(&ada, "photo.png", PNG).expect(201), ahead(&ada, "trace.log", b"went wrong").expect(201));
        assert_eq!(photo.json["uploads"][0]["media_type"], "image/png");
        let said = json!({ "text": "See the photo", "attachments": [id_of(&photo)] });
        let said = ada.post(&format!("{path}/comments"), &said).expect(201);
        let noted = json!({ "text": "Odd", "visibility": "private", "attachments": [id_of(&log)] });
        ada.post(&format!("{path}/comments"), &noted).expect(201);
        assert_eq!(names(&ada, &path), ["photo.png", "trace.log"]);
        assert_eq!(names(&rita, &path), ["photo.png"]);
        let listed = ada.get(&format!("{path}/attachments")).expect(200);
        for file in listed.json["attachments"].as_array().expect("a list") {
            let is_note = file["id"] == json!(id_of(&log));
            assert_eq!(file["visibility"], if is_note { "private" } else { "public" });
            assert!(file["comment"].is_string(), "{file}");
        }
        assert_eq!(ada.get(&format!("{path}/attachments/{}", id_of(&photo))).expect(200).bytes, PNG);
        assert!(said.json["version"].is_i64(), "{}", said.json);
        // With a step as well.
        let pdf = ahead(&ada, "order.pdf", b"%PDF-1.7 paper").expect(201);
        let hold = json!({ "fields": { "hold_reason": "vendor" }, "comment": { "text": "Ordered", "attachments": [id_of(&pdf)] } });
        ada.post(&format!("{path}/actions/hold"), &hold).expect(200);
        assert_eq!(names(&rita, &path), ["order.pdf", "photo.png"]);
    }

    fn what_was_sent_ahead_is_used_once_by_who_sent_it_within_a_day(database) {
        let office = Office::on(database);
        let (ada, rita) = (office.bearer(House::ADA), office.bearer(House::RITA));
        let path = incident(&ada, "No mail");
        let comments = format!("{path}/comments");
        let say = |who: &Client<'_>, file: &str| who.post(&comments, &json!({ "text": "x", "attachments": [file] }));
        let file = id_of(&ahead(&ada, "a.txt", b"words").expect(201));
        say(&rita, &file).expect(422).names("attachments", "upload-unknown");
        // What is refused leaves it to be used.
        ada.post(&comments, &json!({ "text": " " })).expect(422).names("text", "refused-required");
        // A file alone is an answer.
        let wordless = json!({ "text": " ", "attachments": [file] });
        ada.post(&comments, &wordless).expect(201);
        say(&ada, &file).expect(422).names("attachments", "upload-unknown");
        let late = id_of(&ahead(&ada, "b.txt", b"later").expect(201));
        office.desk.wait(Duration::from_secs(86_401));
        say(&ada, &late).expect(422).names("attachments", "upload-unknown");
        say(&ada, "a.txt").expect(422);
        assert_eq!(names(&ada, &path), ["a.txt"]);
        // Sent again with its key, a comment is the same comment.
        let third = id_of(&ahead(&ada, "c.txt", b"third").expect(201));
        let body = serde_json::to_vec(&json!({ "text": "once", "attachments": [third] })).expect("JSON");
        let again = || {
            let json = Some("application/json");
            ada.raw("POST", &format!("/api/v1{comments}"), json, body.clone(), &[("idempotency-key", "k")])
        };
        assert_eq!(again().expect(201).json["version"], again().expect(201).json["version"]);
        assert_eq!(names(&ada, &path), ["a.txt", "c.txt"]);
    }

    fn files_sent_ahead_are_checked_like_all_others(database) {
        let office = Office::on(database);
        office.desk.set("attachments.limits", json!({ "bytes": 2048 }));
        let ada = office.bearer(House::ADA);
        let exe = &b"MZ\x90\0\x03\0\0\0"[..];
        for (name, content, code) in [
            ("a.pdf", PNG, "attachment-not-as-named"),
            ("photo.png", &b"words"[..], "attachment-not-as-named"),
            ("tool.exe", exe, "attachment-type-not-taken"),
            // What is shown as gpj.exe is no picture.
            ("photo%E2%80%AEgpj.exe", exe, "attachment-type-not-taken"),
            ("a.txt", b"", "attachment-empty"),
        ] {
            ahead(&ada, name, content).refused(422, "problem-fields").names("file", code);
        }
        let address = "/api/v1/uploads?name=a.png";
        let declared = ada.raw("POST", address, Some("application/pdf"), PNG.to_vec(), &[]);
        declared.names("file", "attachment-not-as-declared");
        ahead(&ada, "large.txt", &[b'a'; 2049]).refused(413, "attachment-too-large-small");
        for nameless in ["", "..", "%2F", "%E2%80%AE"] {
            ahead(&ada, nameless, b"words").names("name", "attachment-name-missing");
        }
        for (given, kept) in [
            ("..%2F..%2Fetc%2Fpasswd.txt", "passwd.txt"),
            ("a%0D%0Ab%07.txt", "ab.txt"),
            ("evil%E2%80%AEtxt.csv", "eviltxt.csv"),
        ] {
            let taken = ahead(&ada, given, b"a;b\n").expect(201);
            assert_eq!(taken.json["uploads"][0]["name"], kept, "{given}");
        }
        office.bearer(House::STAN).raw("POST", address, None, PNG.to_vec(), &[]).expect(403);
        assert_eq!(office.files.below("tmp"), Vec::<String>::new());
    }

    fn pages_check_the_same(database) {
        let office = office_with_logins(database);
        let rita = office.browser("rita");
        let made = send(&rita, "/portal/new/incident", &[("title", "Screen flickers")], &[]).expect(303);
        let answer = format!("{}/answer", made.header("location"));
        for (name, content, said) in [
            ("a.pdf", PNG, "The content of a.pdf is image/png"),
            ("photo.png", &b"words"[..], "its name says image/png"),
            ("a.txt", b"", "a.txt is empty"),
            ("photo\u{202e}gpj.exe", b"MZ\x90\0\x03\0\0\0", "Put it into an archive"),
        ] {
            let shown = text(&send(&rita, &answer, &[("body", "I wrote this.")], &[(name, content)]).expect(422));
            assert!(shown.contains(said) && shown.contains("I wrote this.</textarea>"), "{said}: {shown}");
        }
        send(&rita, &answer, &[("body", "Here")], &[("evil\u{202e}txt.csv", b"a;b\n")]).expect(303);
        let shown = text(&get(&rita, made.header("location")).expect(200));
        assert!(shown.contains("eviltxt.csv") && !shown.contains('\u{202e}'), "{shown}");
    }

    fn all_files_together_have_their_room(database) {
        let office = office_with_logins(database);
        office.desk.set("attachments.limits", json!({ "bytes_in_all": 3 * 1024 * 1024 }));
        let (ada, rita) = (office.bearer(House::ADA), office.browser("rita"));
        let path = incident(&ada, "No mail");
        let add = |name: &str, letter: u8| {
            let address = format!("/api/v1{path}/attachments?name={name}");
            ada.raw("POST", &address, None, vec![letter; 2 * 1024 * 1024], &[])
        };
        add("a.txt", b'a').expect(201);
        let full = add("b.txt", b'b').refused(413, "attachment-no-room");
        assert!(full.json.to_string().contains("attachments.limits.bytes_in_all"), "{}", full.json);
        ahead(&ada, "b.txt", &[b'b'; 2 * 1024 * 1024]).refused(413, "attachment-no-room");
        // The same content takes no further room.
        add("again.txt", b'a').expect(201);
        let answer = format!("/portal{path}/answer");
        let large = vec![b'b'; 2 * 1024 * 1024];
        let shown = text(&send(&rita, &answer, &[("body", "I wrote this.")], &[("b.txt", &large)]).expect(422));
        assert!(shown.contains("finds no room") && shown.contains("attachments.limits.bytes_in_all"), "{shown}");
        assert!(shown.contains("I wrote this.</textarea>"), "{shown}");
        assert_eq!(office.files.below("blobs").len(), 1);
        assert_eq!(office.files.below("tmp"), Vec::<String>::new());
        // Room comes back with the setting, and where content goes.
        office.desk.set("attachments.limits", json!({}));
        add("b.txt", b'b').expect(201);
    }

    fn files_without_words_go_along_where_a_ticket_goes_on(database) {
        let office = office_with_logins(database);
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        let made = send(&rita, "/portal/new/incident", &[("title", "A screen")], &[("photo.png", PNG)]).expect(303);
        let ticket = made.header("location").to_owned();
        let fault = ticket.trim_start_matches("/portal").to_owned();
        send(&rita, &format!("{ticket}/answer"), &[("body", "")], &[("log.txt", b"went wrong")]).expect(303);
        send(&ada, &format!("{fault}/comment"), &[("visibility", "private"), ("body", "")], &[("secret.txt", b"hush")]).expect(303);
        let program = office.bearer(House::ADA);
        let order = program.post(&format!("{fault}/actions/convert"), &json!({})).expect(200).json["converted_into"]["id"].clone();
        let other = program.post("/request", &json!({ "title": "Screens", "requester": House::ROB })).expect(201);
        let merge = json!({ "fields": { "merged_into": other.id() } });
        program.post(&format!("/request/{}/actions/merge", order.as_str().expect("an id")), &merge).expect(200);
        let there = format!("/request/{}", other.text("number"));
        let shown = text(&get(&ada, &there).expect(200));
        for name in ["photo.png", "log.txt", "secret.txt"] {
            assert!(shown.contains(&format!("{name}</span>")), "{name}: {shown}");
        }
        let (_, after) = shown.split_once("log.txt</span>").expect("shown");
        assert!(!after.is_empty());
        let history = text(&get(&ada, &format!("{there}?tab=history")).expect(200));
        assert!(!history.contains("added the file"), "the history there tells of it: {history}");
        // Rita follows now; notes and their files stay hidden from her.
        let shown = text(&get(&rita, &format!("/portal{there}")).expect(200));
        assert!(shown.contains("photo.png") && shown.contains("log.txt") && !shown.contains("secret.txt"), "{shown}");
        let story = program.get(&format!("{there}/timeline")).expect(200);
        let entries = story.json["entries"].as_array().expect("a list").clone();
        let of_origin = entries.iter().filter(|it| !it["origin"].is_null());
        let name = |it: &serde_json::Value| {
            let alone = it["fields"]["@attachment"]["after"][0]["name"].as_str();
            alone.or(it["comment"]["files"][0]["name"].as_str()).unwrap_or_default().to_owned()
        };
        let told: Vec<_> = of_origin.map(name).collect();
        assert_eq!(told, ["photo.png", "log.txt", "secret.txt"]);
        // Programs find the same files as people, each with where it is from; who only follows sees no secret.
        let listed = |who: &Client<'_>| {
            let found = who.get(&format!("{there}/attachments")).expect(200);
            let files = found.json["attachments"].as_array().expect("a list").clone();
            assert!(files.iter().all(|it| !it["origin"]["type"].is_null()), "{files:?}");
            files.iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(listed(&program), ["log.txt", "photo.png", "secret.txt"].map(str::to_owned).into());
        let requester = office.bearer(House::RITA);
        assert_eq!(listed(&requester), ["log.txt", "photo.png"].map(str::to_owned).into());
        let alone = requester.post("/incident", &json!({ "title": "Another" })).expect(201);
        let path = format!("/incident/{}", alone.text("number"));
        let address = format!("/api/v1{path}/attachments?name=silent.txt");
        requester.raw("POST", &address, None, b"hush".to_vec(), &[]).expect(201);
        let story = requester.get(&format!("{path}/timeline")).expect(200).json;
        assert_eq!(name(&story["entries"][0]), "silent.txt", "{story}");
    }

    fn every_merged_ticket_is_told_however_many(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let target = incident(&ada, "Mail is down");
        for index in 0..53 {
            let source = incident(&ada, &format!("Mail {index}"));
            ada.post(&format!("{source}/comments"), &json!({ "text": format!("Word {index}") })).expect(201);
            let id = ada.get(&target).expect(200).id();
            ada.post(&format!("{source}/actions/merge"), &json!({ "fields": { "merged_into": id } })).expect(200);
        }
        let story = ada.get(&format!("{target}/timeline")).expect(200).json.to_string();
        for index in 0..53 {
            assert!(story.contains(&format!("\"Word {index}\"")), "{index}");
        }
    }

    fn what_is_forgotten_goes(database) {
        let office = Office::on(database);
        let ada = office.bearer(House::ADA);
        let file = id_of(&ahead(&ada, "a.txt", b"words").expect(201));
        let runner = Runner::new(&office.desk.engine, Config {
            handlers: vec![jobs::clean_up_files(office.blobs.clone())],
            // What was announced stays, so that it can be held against the history afterwards.
            kept: Duration::from_secs(3_650 * 86_400),
            ..Config::default()
        });
        for days in [2, 6, 2, 2] {
            office.desk.wait(Duration::from_secs(days * 86_400));
            office.runtime.block_on(runner.drain()).expect("the jobs run");
        }
        assert_eq!(office.files.below("blobs"), Vec::<String>::new());
        let path = incident(&ada, "No mail");
        let said = json!({ "text": "x", "attachments": [file] });
        ada.post(&format!("{path}/comments"), &said).expect(422).names("attachments", "upload-unknown");
    }
}
