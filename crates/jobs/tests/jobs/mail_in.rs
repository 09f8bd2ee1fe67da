//! What becomes of mails in a real mailbox.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base::{Result, Uuid};
use blobs::Blobs;
use engine::job::JobState;
use engine::system::attachment::Attachment;
use engine::system::mail::{self as incoming, Mail, MailState};
use engine::{TimelineItem, Visibility};
use flow::search::{Search as _, SearchQuery};
use jobs::{Config, MailIn, clean_up_files, mail_in};
use mail::{Account, Login, Mailbox, Secret, Tls};
use test_kit::{Desk, House, MailboxServer, both_databases};

use crate::mail_out::{drain, jobs_in, number, reported};

static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A folder of files that goes with the test.
pub(crate) struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("deskwright-mail-in-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A desk with a mailbox.
pub(crate) struct Post {
    pub(crate) server: MailboxServer,
    pub(crate) files: Files,
    pub(crate) unknown_as: Option<String>,
}

impl Post {
    pub(crate) fn new() -> Self {
        Self {
            server: MailboxServer::start(),
            files: Files::new(),
            unknown_as: None,
        }
    }

    fn config(&self, desk: &Desk) -> Config {
        let account = Account {
            host: "localhost".to_owned(),
            port: self.server.port,
            tls: Tls::StartTls,
            login: Some(Login {
                name: MailboxServer::LOGIN.to_owned(),
                password: Secret::new(MailboxServer::PASSWORD),
            }),
            authority: Some(self.server.certificate.clone()),
        };
        let mut handlers = mail_in(MailIn {
            mailbox: Mailbox::new(account, "INBOX").unwrap(),
            blobs: Blobs::in_folder(&self.files.0).unwrap(),
            tenant: desk.tenant,
            own_address: "desk@house.example".to_owned(),
            opens: "incident",
            unknown_as: self.unknown_as.clone(),
            every: Duration::from_secs(60),
        });
        handlers.push(clean_up_files(Blobs::in_folder(&self.files.0).unwrap()));
        Config {
            handlers,
            // The desk looks at all events in the end, so they are kept.
            kept: Duration::from_secs(365 * 86_400),
            ..Config::default()
        }
    }

    /// Takes what is in the mailbox, a minute later.
    pub(crate) fn take(&self, desk: &Desk) {
        desk.wait(Duration::from_secs(61));
        drain(desk, &self.config(desk));
    }
}

pub(crate) fn mail(from: &str, id: &str, subject: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: desk@house.example\nMessage-ID: <{id}@example.org>\nSubject: {subject}\n{more}\n{text}\n"
    )
}

/// A mail with files: each a type, a name where it has one, and its content.
pub(crate) fn with_files(
    from: &str,
    id: &str,
    more: &str,
    text: &str,
    files: &[(&str, &str, &[u8])],
) -> String {
    let mut body = format!("--part\nContent-Type: text/plain; charset=utf-8\n\n{text}\n");
    for (kind, name, content) in files {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("; name=\"{name}\"")
        };
        let hex: String = content.iter().map(|it| format!("={it:02X}")).collect();
        body += &format!(
            "--part\nContent-Type: {kind}{name}\nContent-Transfer-Encoding: quoted-printable\n\n{hex}\n"
        );
    }
    let more = format!("{more}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=part\n");
    mail(from, id, "Re: it", &more, &format!("{body}--part--"))
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n picture";

/// The mails in one state, the first that came first.
pub(crate) fn mails(desk: &Desk, state: MailState) -> Vec<Mail> {
    let tenant = desk.tenant;
    let found: Result<Vec<Mail>> = desk
        .engine
        .store()
        .read_blocking(move |tx| incoming::list(tx, tenant, state, None, 100));
    let mut found = found.unwrap();
    found.sort_by_key(|it| (it.received_at, it.uid));
    found
}

pub(crate) fn take_again(desk: &Desk, mail: &Mail, taken_as: Option<Uuid>) {
    let (mail, by) = (mail.clone(), (House::SYD, desk.now()));
    let begun: Result<bool> = desk
        .engine
        .store()
        .write_blocking(move |tx| incoming::take_again(tx, &mail, taken_as, by));
    assert!(begun.unwrap());
}

fn ours(record: Uuid) -> String {
    format!(
        "In-Reply-To: <{}.{}@house.example>\n",
        record.simple(),
        record.simple()
    )
}

pub(crate) fn incidents(desk: &Desk) -> Vec<Uuid> {
    let rows = desk.as_system().list("incident", "");
    rows.iter().map(|it| it.id()).collect()
}

pub(crate) fn comments(desk: &Desk, record: Uuid) -> Vec<(Uuid, String)> {
    let ctx = desk.as_system().ctx;
    let read = desk.engine.read_blocking(&ctx, move |reading| {
        let of = reading.ctx.record_type("incident").unwrap();
        reading.timeline(&of, record)
    });
    let entries = read.unwrap().entries.into_iter();
    let told = entries.filter_map(|it| match it.item {
        TimelineItem::Comment {
            text,
            visibility: Visibility::Public,
            ..
        } => Some((it.actor, text)),
        _ => None,
    });
    told.collect()
}

/// The private notes of a record.
pub(crate) fn notes(desk: &Desk, record: Uuid) -> Vec<String> {
    let read = desk
        .engine
        .read_blocking(&desk.as_system().ctx, move |reading| {
            let of = reading.ctx.record_type("incident").unwrap();
            reading.timeline(&of, record)
        });
    let entries = read.unwrap().entries.into_iter();
    let told = entries.filter_map(|it| match it.item {
        TimelineItem::Comment {
            text,
            visibility: Visibility::Private,
            ..
        } => Some(text),
        _ => None,
    });
    told.collect()
}

pub(crate) fn files(desk: &Desk, record: Uuid) -> Vec<Attachment> {
    files_as(desk, &desk.as_system().ctx, record)
}

fn files_as(desk: &Desk, ctx: &engine::Ctx, record: Uuid) -> Vec<Attachment> {
    let read = desk.engine.read_blocking(ctx, move |reading| {
        let of = reading.ctx.record_type("incident").unwrap();
        reading.attachments(&of, record)
    });
    read.unwrap()
}

both_databases! {
    fn a_mail_opens_a_record_of_its_sender(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("Rita <rita@example.org>", "1", "No mail", "", "Since nine.\n-- \nRita"));
        post.take(&desk);
        assert_eq!(jobs_in(&desk, JobState::Dead), []);
        let made = incidents(&desk);
        assert_eq!(made.len(), 1);
        desk.expect(made[0], &[
            ("title", "No mail"), ("description", "Since nine."), ("requester", "Rita"), ("channel", "email"),
        ]);
        let history = desk.history(made[0]);
        assert_eq!((history[0].actor, &*history[0].surface), (House::RITA, "mail"));
        // The mail as it came is for those who work on it.
        let files = files(&desk, made[0]);
        assert_eq!((files.len(), &*files[0].blob.name, files[0].visibility), (1, "mail.eml", Visibility::Private));
        // It stays in the mailbox and is not taken again, nor is a second copy of it.
        post.server.deliver(&mail("Rita <rita@example.org>", "1", "No mail", "Received: by x\n", "Since nine."));
        post.take(&desk);
        assert_eq!(incidents(&desk).len(), 1);
    }

    fn an_answer_becomes_a_comment(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        let post = Post::new();
        let ours = format!("In-Reply-To: <{}.{}@house.example>\n", record.simple(), record.simple());
        post.server.deliver(&mail("rita@example.org", "2", "AW: your mail", &ours, "It works.\n\nOn 5 Jan Ada wrote:\n> Please."));
        let by_number = format!("Re: [{}] No mail", number(&desk, record));
        post.server.deliver(&mail("ada@example.org", "3", &by_number, "", "Fine."));
        post.take(&desk);
        post.server.deliver(&mail("rita@example.org", "2", "AW: your mail", &ours, "It works."));
        post.take(&desk);
        assert_eq!(incidents(&desk), [record]);
        let told = comments(&desk, record);
        assert_eq!(told, [(House::RITA, "It works.".to_owned()), (House::ADA, "Fine.".to_owned())]);
    }

    fn a_late_answer_opens_another_record_with_the_mail(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.act(record, "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "Done")]);
        desk.as_requester().act(record, "close", &[]);
        let post = Post::new();
        let subject = format!("Re: [{}] No mail", number(&desk, record));
        post.server.deliver(&mail("rita@example.org", "20", &subject, "", "Gone again."));
        post.take(&desk);
        let made = incidents(&desk);
        assert_eq!(made.len(), 2);
        let other = made.into_iter().find(|it| *it != record).unwrap();
        desk.expect(other, &[
            ("continues", &record.to_string()), ("description", "Gone again."), ("requester", "Rita"), ("channel", "email"),
        ]);
        assert_eq!((files(&desk, record).len(), files(&desk, other).len()), (0, 1));
        // What she answers to the old one then is said in the new one.
        post.server.deliver(&mail("rita@example.org", "21", &subject, "", "Hello?"));
        post.take(&desk);
        assert_eq!(incidents(&desk).len(), 2);
        assert_eq!(comments(&desk, other), [(House::RITA, "Hello?".to_owned())]);
        assert_eq!(comments(&desk, record).len(), 1);
    }

    fn who_may_not_read_a_record_cannot_answer_it(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        let post = Post::new();
        let subject = format!("Re: [{}] No mail", number(&desk, record));
        post.server.deliver(&mail("rob@example.org", "4", &subject, "", "Let me in."));
        post.take(&desk);
        assert_eq!(comments(&desk, record), []);
        let made = incidents(&desk);
        assert_eq!(made.len(), 2);
        let other = made.into_iter().find(|it| *it != record).unwrap();
        desk.expect(other, &[("requester", "Rob")]);
    }

    fn what_a_program_wrote_makes_nothing(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("rita@example.org", "5", "Away", "Auto-Submitted: auto-replied\n", "I am away."));
        post.server.deliver(&mail("rita@example.org", "6", "News", "List-Id: <all>\n", "News."));
        post.take(&desk);
        assert_eq!(incidents(&desk).len(), 0);
        let kept = mails(&desk, MailState::Kept);
        let why: Vec<_> = kept.iter().filter_map(|it| it.reason.as_deref()).collect();
        assert_eq!(why, ["Auto-Submitted", "it came by a list"]);
    }

    fn a_mail_of_a_stranger_is_parked_until_they_are_known(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("new@example.org", "7", "Hello", "", "Who are you?"));
        post.take(&desk);
        assert_eq!(incidents(&desk).len(), 0);
        let parked = mails(&desk, MailState::Parked);
        assert!(parked[0].reason.as_ref().unwrap().contains("new@example.org"), "{parked:?}");
        assert_eq!((&*parked[0].subject, &*parked[0].excerpt), ("Hello", "Who are you?"));
        desk.as_system().update(House::ROB, &[("email", "new@example.org")]);
        take_again(&desk, &parked[0], None);
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("requester", "Rob")]);
        assert_eq!(mails(&desk, MailState::Taken).len(), 1);
    }

    fn a_parked_mail_is_taken_as_somebody(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("new@example.org", "7", "Hello", "", "Who are you?"));
        post.take(&desk);
        take_again(&desk, &mails(&desk, MailState::Parked)[0], Some(House::ROB));
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("requester", "Rob"), ("title", "Hello")]);
    }

    fn what_is_parked_or_kept_is_never_lost(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("new@example.org", "7", "Hello", "", "Who are you?"));
        post.server.deliver(&mail("rita@example.org", "5", "Away", "Auto-Submitted: auto-replied\n", "I am away."));
        post.take(&desk);
        let there = |mail: &Mail| {
            let blobs = Blobs::in_folder(&post.files.0).unwrap();
            crate::block_on(blobs.has(desk.tenant, &mail.sha256)).unwrap()
        };
        let (parked, kept) = (mails(&desk, MailState::Parked), mails(&desk, MailState::Kept));
        assert_eq!((parked.len(), kept.len()), (1, 1));
        for _ in 0..4 {
            desk.wait_days(9);
            drain(&desk, &post.config(&desk));
        }
        assert!(there(&parked[0]) && there(&kept[0]));
        take_again(&desk, &parked[0], Some(House::ROB));
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("requester", "Rob")]);
        // What somebody throws away goes in the end.
        let thrown = kept[0].clone();
        let done: Result<bool> = desk.engine.store()
            .write_blocking(move |tx| incoming::settle(tx, &thrown, MailState::Discarded, None));
        assert!(done.unwrap());
        for _ in 0..4 {
            desk.wait_days(9);
            drain(&desk, &post.config(&desk));
        }
        assert!(!there(&kept[0]));
    }

    fn mails_are_taken_in_the_order_in_which_they_came(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        let post = Post::new();
        for number in 1..=8 {
            let date = format!("{}Date: Mon, 5 Jan 2026 08:0{number}:00 +0000\n", ours(record));
            post.server.deliver(&mail("rita@example.org", &format!("o{number}"), "Re", &date, &format!("Word {number}")));
        }
        post.take(&desk);
        let said: Vec<String> = comments(&desk, record).into_iter().map(|it| it.1).collect();
        assert_eq!(said, (1..=8).map(|it| format!("Word {it}")).collect::<Vec<_>>());
        let last = desk.history(record).into_iter().rev().find(|it| it.action == "comment").unwrap();
        assert_eq!(last.reason.as_deref(), Some("Message-ID: <o8@example.org>, Date: 2026-01-05T08:08:00Z"));
        assert_eq!(mails(&desk, MailState::Taken)[0].sent_at.unwrap().to_string(), "2026-01-05T08:01:00Z");
    }

    fn an_answer_with_only_a_picture_is_an_answer(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.act(record, "hold", &[("hold_reason", "requester"), ("comment", "Which screen?")]);
        let post = Post::new();
        let quoted = "On Monday 5 Ada wrote:\n> Which screen?";
        post.server.deliver(&with_files("rita@example.org", "p", &ours(record), quoted, &[("image/png", "", PICTURE)]));
        post.server.deliver(&mail("rita@example.org", "q", "Re", &ours(record), "> Which screen?".trim_start_matches("> Which screen?")));
        post.take(&desk);
        assert_eq!(incidents(&desk), [record]);
        assert_eq!(comments(&desk, record).last(), Some(&(House::RITA, String::new())));
        desk.expect(record, &[("state", "in_progress")]);
        let seen = files_as(&desk, &desk.as_requester().ctx, record);
        assert_eq!((seen.len(), &*seen[0].blob.name, &*seen[0].blob.media_type), (1, "image-1.png", "image/png"));
        assert!(seen[0].journal_entry.is_some());
        assert_eq!(mails(&desk, MailState::Kept)[0].reason.as_deref(), Some("it says nothing"));
    }

    fn files_of_a_mail_are_files_of_what_it_becomes(database) {
        let desk = Desk::on(database);
        desk.set("attachments.limits", serde_json::json!({ "bytes": 2000, "at_once": 3, "per_record": 20 }));
        let post = Post::new();
        let large = [b'x'; 3000];
        post.server.deliver(&with_files("rita@example.org", "f", "", "See the files", &[
            ("application/pdf", "offer.pdf", b"%PDF-1.4 offer"),
            ("application/octet-stream", "run.exe", b"MZ\x90\x00 not for us"),
            ("text/plain", "large.txt", &large),
            ("image/jpeg", "fake.jpg", b"%PDF-1.4 not a picture"),
            ("image/png", "screen.png", PICTURE),
        ]));
        post.take(&desk);
        let made = incidents(&desk);
        assert_eq!(made.len(), 1, "{:?}", mails(&desk, MailState::Parked));
        let seen = files_as(&desk, &desk.as_requester().ctx, made[0]);
        let names: Vec<_> = seen.iter().map(|it| (&*it.blob.name, &*it.blob.media_type)).collect();
        assert_eq!(names, [("offer.pdf", "application/pdf"), ("screen.png", "image/png")]);
        let all: Vec<_> = files(&desk, made[0]).into_iter().map(|it| it.blob.name).collect();
        assert!(all.contains(&"mail.eml".to_owned()), "{all:?}");
        let note = notes(&desk, made[0]).concat();
        for name in ["run.exe", "large.txt", "fake.jpg"] {
            assert!(note.contains(name), "{note}");
        }
        let query = SearchQuery { text: "offer".to_owned(), ..SearchQuery::default() };
        let found = desk.engine.read_blocking(&desk.as_agent().ctx, move |it| it.search(&query)).unwrap();
        assert_eq!(found.hits.len(), 1);
    }

    fn who_writes_again_to_their_own_mail_stays_on_the_record(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("rita@example.org", "first", "No mail", "", "Since nine."));
        post.server.deliver(&mail("rita@example.org", "second", "No mail", "References: <first@example.org>\n", "Since eight!"));
        post.server.deliver(&mail("rita@example.org", "first", "No mail", "Received: by y\n", "Since nine."));
        post.server.deliver(&mail("rob@example.org", "third", "No mail", "In-Reply-To: <first@example.org>\n", "Mine too."));
        post.take(&desk);
        post.server.deliver(&mail("rita@example.org", "fourth", "Other words", "In-Reply-To: <second@example.org>\n", "And again."));
        post.server.deliver(&mail("rita@example.org", "second", "No mail", "References: <first@example.org>\n", "Since eight!"));
        post.take(&desk);
        // Rob may not read what Rita wrote, so his is another matter.
        let made = incidents(&desk);
        assert_eq!(made.len(), 2);
        let rita = made.iter().find(|it| desk.get(**it).value("requester").as_reference() == Some(House::RITA)).copied().unwrap();
        let said: Vec<String> = comments(&desk, rita).into_iter().map(|it| it.1).collect();
        assert_eq!(said, ["Since eight!", "And again."]);
        assert_eq!(mails(&desk, MailState::Taken).len(), 4);
    }

    fn a_mail_without_subject_and_text_is_taken(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("rita@example.org", "n", "", "", ""));
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("title", "Mail without a subject"), ("requester", "Rita")]);
    }

    fn who_asked_takes_it_up_again_by_mail(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().try_do(record, engine::Action::Follow(House::ROB)).unwrap();
        let solution = [("resolution_code", "solution_provided"), ("close_notes", "Restarted")];
        desk.act(record, "resolve", &solution);
        let post = Post::new();
        post.server.deliver(&mail("rob@example.org", "r1", "Re", &ours(record), "Thanks."));
        post.take(&desk);
        desk.expect(record, &[("state", "resolved")]);
        post.server.deliver(&mail("rita@example.org", "r2", "Re", &ours(record), "Not yet."));
        post.take(&desk);
        desk.expect(record, &[("state", "in_progress"), ("reopen_count", "1")]);
        let said: Vec<String> = comments(&desk, record).into_iter().map(|it| it.1).collect();
        assert_eq!(said, ["Thanks.", "Not yet."]);
        assert_eq!(incidents(&desk), [record]);
    }

    fn any_address_of_a_person_is_theirs(database) {
        let desk = Desk::on(database);
        desk.as_administrator().update(House::ROB, &[("further_emails", "[\"rob@home.example\"]")]);
        let post = Post::new();
        post.server.deliver(&mail("Rob <Rob@Home.example>", "30", "No mail", "", "Since nine."));
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("requester", "Rob")]);
    }

    fn strangers_may_be_taken_for_somebody(database) {
        let desk = Desk::on(database);
        let post = Post { unknown_as: Some("rita@example.org".to_owned()), ..Post::new() };
        post.server.deliver(&mail("new@example.org", "8", "Hello", "", "Who are you?"));
        post.take(&desk);
        desk.expect(incidents(&desk)[0], &[("requester", "Rita"), ("title", "Hello")]);
    }
}
