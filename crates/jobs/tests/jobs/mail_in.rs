//! What becomes of mails in a real mailbox.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base::{Result, Uuid};
use blobs::Blobs;
use engine::job::{self, JobState};
use engine::system::attachment::Attachment;
use engine::{TimelineItem, Visibility};
use jobs::{Config, MailIn, mail_in};
use mail::{Account, Login, Mailbox, Secret, Tls};
use test_kit::{Desk, House, MailboxServer, both_databases};

use crate::mail_out::{drain, jobs_in, number, reported};

static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A folder of files that goes with the test.
struct Files(PathBuf);

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
struct Post {
    server: MailboxServer,
    files: Files,
    unknown_as: Option<String>,
}

impl Post {
    fn new() -> Self {
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
        let handlers = mail_in(MailIn {
            mailbox: Mailbox::new(account, "INBOX").unwrap(),
            blobs: Blobs::in_folder(&self.files.0).unwrap(),
            tenant: desk.tenant,
            own_address: "desk@house.example".to_owned(),
            opens: "incident",
            unknown_as: self.unknown_as.clone(),
            every: Duration::from_secs(60),
        });
        Config {
            handlers,
            ..Config::default()
        }
    }

    /// Takes what is in the mailbox, a minute later.
    fn take(&self, desk: &Desk) {
        desk.wait(Duration::from_secs(61));
        drain(desk, &self.config(desk));
    }
}

fn mail(from: &str, id: &str, subject: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: desk@house.example\nMessage-ID: <{id}@example.org>\nSubject: {subject}\n{more}\n{text}\n"
    )
}

fn incidents(desk: &Desk) -> Vec<Uuid> {
    let rows = desk.as_system().list("incident", "");
    rows.iter().map(|it| it.id()).collect()
}

fn comments(desk: &Desk, record: Uuid) -> Vec<(Uuid, String)> {
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

fn files(desk: &Desk, record: Uuid) -> Vec<Attachment> {
    let ctx = desk.as_system().ctx;
    let read = desk.engine.read_blocking(&ctx, move |reading| {
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
        let done = jobs_in(&desk, JobState::Done);
        let why = done.iter().filter_map(|it| it.result.clone()).map(|it| it["not_taken"].to_string());
        let mut why: Vec<String> = why.collect();
        why.sort();
        assert_eq!(why, ["\"Auto-Submitted\"", "\"it came by a list\""]);
    }

    fn a_mail_of_a_stranger_is_parked_until_they_are_known(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("new@example.org", "7", "Hello", "", "Who are you?"));
        post.take(&desk);
        assert_eq!(incidents(&desk).len(), 0);
        let dead = jobs_in(&desk, JobState::Dead);
        assert!(dead[0].last_error.as_ref().unwrap().contains("new@example.org"), "{dead:?}");
        desk.as_system().update(House::ROB, &[("email", "new@example.org")]);
        let (id, now) = (dead[0].id, desk.now());
        let begun: Result<bool> = desk.engine.store().write_blocking(move |tx| job::retry(tx, id, now));
        assert!(begun.unwrap());
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
