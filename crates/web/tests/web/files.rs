//! Files on pages, as a browser without script sends and fetches them.

use test_kit::{Database, House, both_databases};

use crate::office::{Answer, Client, Office};

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the picture itself";

both_databases! {
    fn a_requester_reports_with_a_photo_answers_with_a_file_and_takes_it_away(database) {
        let office = office(database);
        let rita = office.browser("rita");
        let shown = text(&get(&rita, "/portal/new/incident").expect(200));
        assert!(shown.contains(r#"enctype="multipart/form-data""#) && shown.contains("Up to 25 MB each"), "{shown}");
        let fields = [("title", "Screen flickers"), ("description", "See the photo.")];
        let made = send(&rita, "/portal/new/incident", &fields, &[("photo.png", PNG)]).expect(303);
        let ticket = made.header("location").to_owned();
        let shown = text(&get(&rita, &ticket).expect(200));
        let address = between(&shown, r#"<img src=""#, "\"").to_owned();
        assert_eq!(get(&rita, &address).expect(200).bytes, PNG);
        send(&rita, &format!("{ticket}/answer"), &[("body", "The log, too")], &[("log.txt", b"went wrong")]).expect(303);
        send(&rita, &format!("{ticket}/answer"), &[("body", "")], &[("again.txt", b"and again")]).expect(303);
        let shown = text(&get(&rita, &ticket).expect(200));
        assert!(shown.contains("Files (3)") && shown.contains("log.txt") && shown.contains("again.txt"), "{shown}");
        let gone = link_of(&shown, "Take log.txt away");
        let asked = text(&get(&rita, &gone).expect(200));
        assert!(asked.contains("Take log.txt away?") && asked.contains("Keep it"), "{asked}");
        send(&rita, &gone, &[], &[]).expect(415);
        let done = post(&rita, &gone).expect(303);
        assert!(done.header("set-cookie").starts_with("notice=key=notice-file-removed&name=log.txt"));
        let shown = text(&get(&rita, &ticket).expect(200));
        assert!(!shown.contains("log.txt") && shown.contains("Files (2)"), "{shown}");
    }

    fn agents_see_files_below_the_words_they_came_with_and_notes_keep_theirs(database) {
        let office = office(database);
        let (ada, rita) = (office.browser("ada"), office.browser("rita"));
        let made = send(&rita, "/portal/new/incident", &[("title", "Screen flickers")], &[("photo.png", PNG)]).expect(303);
        let ticket = made.header("location").to_owned();
        let record = ticket.trim_start_matches("/portal").to_owned();
        send(&ada, &format!("{record}/comment"), &[("visibility", "private"), ("body", "Odd")], &[("secret.txt", b"hush")]).expect(303);
        send(&ada, &format!("{record}/comment"), &[("visibility", "private"), ("body", "")], &[("silent.txt", b"hush!")]).expect(303);
        send(&ada, &format!("{record}/comment"), &[("visibility", "public"), ("body", "Try this")], &[("how.txt", b"so")]).expect(303);
        let shown = text(&get(&ada, &record).expect(200));
        let (_, note) = shown.split_once("Odd").unwrap();
        assert!(note.split_once("</article>").unwrap().0.contains("secret.txt"), "{shown}");
        assert!(shown.contains("<span class=\"name\">silent.txt"), "{shown}");
        let (before, _) = shown.split_once("secret.txt</span>").unwrap();
        let (_, secret) = before.rsplit_once(r#"class="file" href=""#).unwrap();
        let secret = secret.split_once('"').unwrap().0;
        assert_eq!(get(&ada, secret).expect(200).bytes, b"hush");
        let shown = text(&get(&rita, &ticket).expect(200));
        assert!(shown.contains("how.txt") && !shown.contains("secret.txt") && !shown.contains("silent.txt"), "{shown}");
        assert!(!shown.contains("Take how.txt away"), "it is not hers");
        get(&rita, secret).expect(404);
        get(&rita, &format!("/portal{secret}/remove")).expect(404);
        get(&office.client(), secret).expect(303);
    }

    fn what_is_refused_keeps_the_words_and_says_what_to_do(database) {
        let office = office(database);
        office.desk.set("attachments.limits", serde_json::json!({ "bytes": 2048, "at_once": 2 }));
        let rita = office.browser("rita");
        let made = send(&rita, "/portal/new/incident", &[("title", "Screen flickers")], &[]).expect(303);
        let answer = format!("{}/answer", made.header("location"));
        let large = vec![b'a'; 300_000];
        let large = ("large.txt", large.as_slice());
        let tool = ("tool.exe", &b"MZ\x90\0\x03\0\0\0"[..]);
        for (files, said) in [
            (vec![large], "large.txt is too large. A file may have 2 KB at most"),
            (vec![tool], "Put it into an archive"),
            (vec![("a.txt", &b"1"[..]), ("b.txt", b"2"), ("c.txt", b"3")], "Send at most 2"),
            (vec![("a.txt", b"1"), tool], "Choose your files again"),
        ] {
            let shown = text(&send(&rita, &answer, &[("body", "I wrote this.")], &files).expect(422));
            assert!(shown.contains(said) && shown.contains("\nI wrote this.</textarea>"), "{said}: {shown}");
        }
        let silent = text(&send(&rita, &answer, &[("body", "")], &[]).expect(422));
        assert!(silent.contains(r#"role="alert""#), "{silent}");
        for folder in ["tmp", "blobs"] {
            assert_eq!(office.files.below(folder), Vec::<String>::new());
        }
        let lost = send(&rita, "/portal/new/incident", &[("title", "")], &[("a.txt", b"1")]).expect(422);
        assert!(text(&lost).contains("Choose your files again"));
    }

    fn a_form_with_files_needs_the_pages_token_before_them(database) {
        let office = office(database);
        let rita = office.browser("rita");
        rita.set("x-csrf-token", "forged");
        send(&rita, "/portal/new/incident", &[("title", "Forged")], &[("a.txt", b"1")]).expect(403);
        send(&rita, "/portal/new/incident", &[("title", "Forged")], &[]).expect(403);
        assert!(office.desk.as_system().list("incident", "").is_empty());
        let shown = text(&get(&rita, "/portal/new/incident").expect(200));
        let token = between(&shown, r#"name="csrf" value=""#, "\"").to_owned();
        let bare = office.client().with("cookie", &rita.header("cookie").unwrap());
        send(&bare, "/portal/new/incident", &[("csrf", &token), ("title", "Real")], &[("a.txt", b"1")]).expect(303);
        let foreign = bare.with("sec-fetch-site", "cross-site");
        send(&foreign, "/portal/new/incident", &[("csrf", &token), ("title", "Far")], &[]).expect(403);
        assert_eq!(office.desk.as_system().list("incident", "").len(), 1);
    }

    fn the_script_goes_to_the_next_page_itself(database) {
        let office = office(database);
        let rita = office.browser("rita");
        rita.set("x-goes-itself", "1");
        let made = send(&rita, "/portal/new/incident", &[("title", "Screen")], &[("photo.png", PNG)]).expect(204);
        assert!(made.header("x-place").starts_with("/portal/incident/INC"));
        assert!(made.header("set-cookie").starts_with("notice="));
    }
}

pub fn office(database: Database) -> Office {
    let office = Office::on(database);
    office.give_login(House::ADA, "ada");
    office.give_login(House::RITA, "rita");
    office
}

pub fn get(client: &Client<'_>, path: &str) -> Answer {
    client.raw("GET", path, None, Vec::new(), &[])
}

fn post(client: &Client<'_>, path: &str) -> Answer {
    let form = Some("application/x-www-form-urlencoded");
    client.raw("POST", path, form, Vec::new(), &[])
}

pub fn send(
    client: &Client<'_>,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Answer {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend_from_slice(
            format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields.iter().filter(|it| it.0 != "body") {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    for (name, content) in files {
        part(format!("name=\"file\"; filename=\"{name}\""), content);
    }
    // On the page the words stand below the files.
    for (name, value) in fields.iter().filter(|it| it.0 == "body") {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    body.extend_from_slice(b"--edge--\r\n");
    let form = Some("multipart/form-data; boundary=edge");
    client.raw("POST", path, form, body, &[])
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

/// Where the link with that label leads.
#[track_caller]
fn link_of(shown: &str, label: &str) -> String {
    let (before, _) = shown
        .split_once(&format!("aria-label=\"{label}\""))
        .unwrap_or_else(|| panic!("no {label} in {shown}"));
    let (_, href) = before.rsplit_once("href=\"").unwrap();
    href.split_once('"').unwrap().0.to_owned()
}

#[track_caller]
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}
