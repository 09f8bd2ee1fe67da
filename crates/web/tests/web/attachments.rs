//! Files of records: who may add, see and take them away, what is taken, and what is left afterwards.

use std::time::Duration;

use axum::body::Body;
use base::{Error, Uuid};
use engine::Surface;
use engine::system::attachment::BlobRef;
use engine::system::blob::{condemn, dying, register};
use engine::{Action, Change};
use jobs::{Config, Runner, clean_up_files};
use serde_json::{Value as Json, json};
use test_kit::{House, both_databases};

use crate::office::{Answer, Client, Office};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the picture itself";

both_databases! {
    fn a_file_is_added_listed_fetched_and_taken_away_with_history(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let made = add(&ada, &path, "photo.png", "image/png", PNG).expect(201);
        let file = &made.json["attachments"][0];
        assert_eq!((&file["name"], &file["media_type"]), (&json!("photo.png"), &json!("image/png")));
        assert_eq!((&file["bytes"], &file["by"]["title"]), (&json!(PNG.len()), &json!("Ada Agent")));
        assert_eq!(ada.get(&format!("{path}/attachments")).expect(200).json, made.json);
        let address = format!("{path}/attachments/{}", file["id"].as_str().unwrap());
        let whole = ada.get(&address).expect(200);
        assert_eq!(whole.bytes, PNG);
        assert!(whole.header("content-disposition").starts_with("inline; filename=\"photo.png\""));
        assert_eq!(whole.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(whole.header("x-content-type-options"), "nosniff");
        ada.raw("DELETE", &format!("/api/v1{address}"), None, Vec::new(), &[]).expect(204);
        ada.get(&address).refused(404, "attachment-unknown");
        ada.delete(&address).refused(404, "attachment-unknown");
        let story = ada.get(&format!("{path}/timeline")).expect(200).json;
        let told: Vec<&Json> = story["entries"].as_array().unwrap().iter()
            .filter(|it| it["fields"].get("@attachment").is_some()).collect();
        assert_eq!(told.len(), 2, "{story}");
        assert_eq!(told[0]["fields"]["@attachment"]["after"][0]["sha256"], file["sha256"]);
        assert_eq!(told[1]["fields"]["@attachment"]["before"][0]["name"], "photo.png");
    }

    fn files_come_in_parts_and_only_when_they_are_new(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let id = id_of(&add(&ada, &path, "words.txt", "text/plain", b"0123456789").expect(201));
        let address = format!("{path}/attachments/{id}");
        let part = |range: &str| ada.get_with(&address, &[("range", range)]);
        for (range, bytes, told) in [
            ("bytes=2-4", &b"234"[..], "bytes 2-4/10"),
            ("bytes=7-", b"789", "bytes 7-9/10"),
            ("bytes=-2", b"89", "bytes 8-9/10"),
            ("bytes=8-99", b"89", "bytes 8-9/10"),
        ] {
            let answer = part(range).expect(206);
            assert_eq!((answer.bytes.as_slice(), answer.header("content-range")), (bytes, told));
        }
        part("bytes=10-").refused(416, "range-beyond");
        assert_eq!(part("bytes=4-2").expect(200).bytes, b"0123456789");
        let etag = ada.get(&address).expect(200).header("etag").to_owned();
        ada.get_with(&address, &[("if-none-match", &etag)]).expect(304);
        let changed = ada.get_with(&address, &[("range", "bytes=0-1"), ("if-range", "\"other\"")]);
        assert_eq!(changed.expect(200).bytes.len(), 10);
        assert!(ada.get(&address).header("content-disposition").starts_with("attachment;"));
    }

    fn who_may_not_read_or_attach_learns_nothing(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let id = id_of(&add(&ada, &path, "a.txt", "", b"words").expect(201));
        let address = format!("{path}/attachments/{id}");
        let rita = office.bearer(House::RITA);
        assert_eq!(rita.get(&address).expect(200).bytes, b"words", "it is her record");
        rita.delete(&address).refused(403, "attachment-of-another");
        let own = id_of(&add(&rita, &path, "b.txt", "", b"mine").expect(201));
        rita.delete(&format!("{path}/attachments/{own}")).expect(204);
        let hidden = ada.post("/incident", &json!({ "title": "Not hers" })).expect(201);
        let hidden = format!("/incident/{}", hidden.id());
        let secret = id_of(&add(&ada, &hidden, "a.txt", "", b"words").expect(201));
        rita.get(&format!("{hidden}/attachments")).expect(404);
        rita.get(&format!("{hidden}/attachments/{secret}")).expect(404);
        rita.get(&format!("{path}/attachments/{secret}")).refused(404, "attachment-unknown");
        add(&rita, &hidden, "a.txt", "", b"words").expect(404);
        rita.delete(&format!("{hidden}/attachments/{secret}")).expect(404);
        add(&office.bearer(House::OTTO), &path, "a.txt", "", b"words").expect(403);
        office.client().get(&address).expect(401);
    }

    fn a_private_file_is_for_readers_of_notes(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let rita = office.bearer(House::RITA);
        let private = format!("{path}/attachments?name=a.txt&visibility=private");
        let body = || b"secret".to_vec();
        let made = ada.raw("POST", &format!("/api/v1{private}"), Some("text/plain"), body(), &[]).expect(201);
        assert_eq!(made.json["attachments"][0]["visibility"], "private");
        let address = format!("{path}/attachments/{}", id_of(&made));
        rita.raw("POST", &format!("/api/v1{private}"), Some("text/plain"), body(), &[]).expect(403);
        rita.get(&address).refused(404, "attachment-unknown");
        rita.delete(&address).refused(404, "attachment-unknown");
        assert_eq!(rita.get(&format!("{path}/attachments")).expect(200).json["attachments"], json!([]));
        let story = rita.get(&format!("{path}/timeline")).expect(200).json.to_string();
        assert!(!story.contains("a.txt"), "{story}");
        assert!(ada.get(&format!("{path}/timeline")).json.to_string().contains("a.txt"));
    }

    fn what_is_too_large_of_the_wrong_type_or_too_much_is_refused(database) {
        let office = Office::on(database);
        office.desk.set("attachments.limits", json!({ "bytes": 2048, "at_once": 2, "per_record": 3 }));
        let (ada, path) = desk(&office);
        add(&ada, &path, "a.txt", "", &[b'a'; 2049]).refused(413, "attachment-too-large-small");
        let chunked = office.runtime.block_on(office.send(streamed(&ada, &path, vec![Ok(&[b'a'; 1500]), Ok(&[b'a'; 1500])])));
        chunked.refused(413, "attachment-too-large-small");
        for (name, declared, content, code) in [
            ("a.pdf", "", PNG, "attachment-not-as-named"),
            ("a.png", "application/pdf", PNG, "attachment-not-as-declared"),
            ("a.png", "", &b"words"[..], "attachment-not-as-named"),
            ("tool.exe", "", b"MZ\x90\0\x03\0\0\0", "attachment-type-not-taken"),
            ("tool.ps1", "", b"Get-Item", "attachment-type-not-taken"),
            ("a.txt", "", b"", "attachment-empty"),
        ] {
            add(&ada, &path, name, declared, content).refused(422, "problem-fields").names("file", code);
        }
        add(&ada, &path, "..", "", b"words").names("name", "attachment-name-missing");
        let three = form(&[("a.txt", b"1"), ("b.txt", b"2"), ("c.txt", b"3")]);
        send_form(&ada, &path, three).names("file", "attachment-too-many-at-once");
        let two = send_form(&ada, &path, form(&[("a.txt", b"1"), ("b.txt", b"2")])).expect(201);
        assert_eq!(two.json["attachments"].as_array().unwrap().len(), 2);
        send_form(&ada, &path, form(&[("a.txt", b"1"), ("b.txt", b"2")])).names("file", "attachment-too-many");
        office.desk.set("attachments.types", json!({ "allow": ["image/*"] }));
        add(&ada, &path, "a.txt", "", b"words").names("file", "attachment-type-not-taken");
        assert_eq!(office.files.below("tmp"), Vec::<String>::new());
    }

    fn an_upload_that_breaks_off_leaves_nothing(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let broken = streamed(&ada, &path, vec![Ok(b"some"), Err(std::io::Error::other("gone"))]);
        office.runtime.block_on(office.send(broken)).refused(400, "body-broken-off");
        let mut half = form(&[("a.txt", b"words")]);
        half.truncate(half.len() - 20);
        send_form(&ada, &path, half).expect(400);
        for folder in ["tmp", "blobs"] {
            assert_eq!(office.files.below(folder), Vec::<String>::new());
        }
        assert_eq!(ada.get(&format!("{path}/attachments")).expect(200).json["attachments"], json!([]));
    }

    fn names_lead_nowhere_and_break_no_header(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        for (given, name, told) in [
            ("..%2F..%2Fetc%2Fpasswd.txt", "passwd.txt", "filename=\"passwd.txt\""),
            ("C:%5CWindows%5Ca.txt", "a.txt", "filename=\"a.txt\""),
            ("a%22%0D%0ASet-Cookie:%20x=1.txt", "a\"Set-Cookie: x=1.txt", "filename=\"a_Set-Cookie: x=1.txt\""),
            ("%C3%9Cber.txt", "Über.txt", "filename=\"_ber.txt\"; filename*=UTF-8''%C3%9Cber.txt"),
        ] {
            let address = format!("/api/v1{path}/attachments?name={given}");
            let made = ada.raw("POST", &address, None, b"words".to_vec(), &[]).expect(201);
            assert_eq!(made.json["attachments"][0]["name"], name);
            let fetched = ada.get(&format!("{path}/attachments/{}", id_of(&made))).expect(200);
            assert!(fetched.header("content-disposition").contains(told), "{:?}", fetched.headers);
            assert!(fetched.headers.get("set-cookie").is_none());
        }
        let digest = office.files.below("blobs");
        assert!(digest.len() == 1 && digest[0].len() == 64, "once, under its digest: {digest:?}");
    }

    fn a_file_is_stored_once_and_goes_a_day_after_its_mark(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let first = id_of(&add(&ada, &path, "a.txt", "", b"words").expect(201));
        let second = id_of(&add(&ada, &path, "b.txt", "", b"words").expect(201));
        assert_eq!(office.files.below("blobs").len(), 1);
        let runner = Runner::new(&office.desk.engine, clean_up(&office));
        let days = |days: u64| {
            office.desk.wait(Duration::from_secs(days * 86_400));
            office.runtime.block_on(runner.drain()).unwrap();
            office.files.below("blobs").len()
        };
        ada.delete(&format!("{path}/attachments/{first}")).expect(204);
        assert_eq!((days(9), days(2)), (1, 1), "the other one still refers to it");
        ada.delete(&format!("{path}/attachments/{second}")).expect(204);
        assert_eq!((days(6), days(2)), (1, 1), "marked");
        let again = id_of(&add(&ada, &path, "c.txt", "", b"words").expect(201));
        assert_eq!(days(2), 1, "wanted again");
        assert_eq!(ada.get(&format!("{path}/attachments/{again}")).expect(200).bytes, b"words");
        ada.delete(&format!("{path}/attachments/{again}")).expect(204);
        assert_eq!((days(8), days(2)), (1, 0), "marked, and gone");
        let back = id_of(&add(&ada, &path, "d.txt", "", b"words").expect(201));
        assert_eq!(ada.get(&format!("{path}/attachments/{back}")).expect(200).bytes, b"words");
    }

    fn what_cannot_be_stored_is_no_file_of_the_record(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let folder = office.files.0.join("blobs");
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::write(&folder, b"in the way").unwrap();
        add(&ada, &path, "a.txt", "", b"words").expect(500);
        assert_eq!(ada.get(&format!("{path}/attachments")).expect(200).json["attachments"], json!([]));
        std::fs::remove_file(&folder).unwrap();
        let id = id_of(&add(&ada, &path, "a.txt", "", b"words").expect(201));
        assert_eq!(ada.get(&format!("{path}/attachments/{id}")).expect(200).bytes, b"words");
    }

    fn a_deletion_that_broke_off_is_finished_before_the_same_content_comes_again(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let id = id_of(&add(&ada, &path, "a.txt", "", b"words").expect(201));
        ada.delete(&format!("{path}/attachments/{id}")).expect(204);
        for _ in 0..2 {
            office.desk.wait(Duration::from_secs(8 * 86_400));
            let now = office.desk.engine.now();
            let store = office.desk.engine.store();
            let claimed = office.runtime.block_on(store.write(move |tx| {
                condemn(tx, now)?;
                dying(tx, now)
            }));
            claimed.unwrap();
        }
        add(&ada, &path, "a.txt", "", b"words").expect(503);
        let runner = Runner::new(&office.desk.engine, clean_up(&office));
        office.runtime.block_on(runner.drain()).unwrap();
        assert_eq!(office.files.below("blobs"), Vec::<String>::new());
        let again = id_of(&add(&ada, &path, "a.txt", "", b"words").expect(201));
        assert_eq!(ada.get(&format!("{path}/attachments/{again}")).expect(200).bytes, b"words");
    }

    fn a_request_that_is_sent_again_adds_nothing(database) {
        let office = Office::on(database);
        let (ada, path) = desk(&office);
        let send = |content: &[u8]| {
            let address = format!("/api/v1{path}/attachments?name=a.txt");
            ada.raw("POST", &address, None, content.to_vec(), &[("idempotency-key", "once")])
        };
        let (first, second) = (send(b"words").expect(201), send(b"words").expect(201));
        assert_eq!(id_of(&first), id_of(&second));
        assert_eq!(ada.get(&format!("{path}/attachments")).json["attachments"].as_array().unwrap().len(), 1);
        send(b"other").expect(422);
    }

    fn a_change_cannot_refer_to_what_was_never_sent(database) {
        let office = Office::on(database);
        let (_, path) = desk(&office);
        let record: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        let ctx = office.desk.engine.system_ctx(office.desk.tenant, Surface::Command);
        let mut change = Change::of("incident", record, Action::Attach);
        change.files = vec![BlobRef {
            id: office.desk.engine.ids().next(ctx.now),
            sha256: "0".repeat(64),
            bytes: 1,
            media_type: "text/plain".to_owned(),
            name: "a.txt".to_owned(),
        }];
        let begun = change.files[0].clone();
        for _ in 0..2 {
            let applied = office.runtime.block_on(office.desk.engine.apply(&ctx, change.clone()));
            let Err(Error::Refused(refused)) = applied else { panic!("{applied:?}") };
            assert_eq!(refused.to_string(), "invalid: file: attachment-not-stored");
            // Nor to what was announced and never came: the server ended in between.
            let (tenant, now, begun) = (ctx.tenant, ctx.now, begun.clone());
            let announced = office.desk.engine.store().write(move |tx| register(tx, tenant, &begun, now));
            office.runtime.block_on(announced).unwrap();
        }
    }
}

fn clean_up(office: &Office) -> Config {
    Config {
        handlers: vec![clean_up_files(office.blobs.clone())],
        // What was announced stays, so that it can be held against the history afterwards.
        kept: Duration::from_secs(3_650 * 86_400),
        ..Config::default()
    }
}

fn desk(office: &Office) -> (Client<'_>, String) {
    let ada = office.bearer(House::ADA);
    let made = ada
        .post(
            "/incident",
            &json!({ "title": "No mail", "requester": House::RITA }),
        )
        .expect(201);
    let path = format!("/incident/{}", made.id());
    (ada, path)
}

fn add(client: &Client<'_>, path: &str, name: &str, declared: &str, content: &[u8]) -> Answer {
    let address = format!("/api/v1{path}/attachments?name={name}");
    let declared = Some(declared).filter(|it| !it.is_empty());
    client.raw("POST", &address, declared, content.to_vec(), &[])
}

fn streamed(
    client: &Client<'_>,
    path: &str,
    parts: Vec<Result<&'static [u8], std::io::Error>>,
) -> axum::extract::Request {
    let address = format!("/api/v1{path}/attachments?name=a.txt");
    let request = client.request("POST", &address, None, Vec::new(), &[]);
    request.map(|_| Body::from_stream(futures::stream::iter(parts)))
}

fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in files {
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

fn send_form(client: &Client<'_>, path: &str, body: Vec<u8>) -> Answer {
    let address = format!("/api/v1{path}/attachments");
    client.raw(
        "POST",
        &address,
        Some("multipart/form-data; boundary=edge"),
        body,
        &[],
    )
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    answer.json["attachments"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}
