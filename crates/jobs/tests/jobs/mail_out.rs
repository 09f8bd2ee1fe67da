//! What people get by mail, sent through a real mail server.

use std::time::Duration;

use base::{Result, Stopwatch, Uuid};
use dictionary::Value;
use engine::job::{self, Job, JobState, NewJob};
use engine::{Change, Comment, outbox};
use jobs::{Config, MailOut, Runner, mail_out};
use mail::{Account, Login, Secret, Sender, Tls};
use mail_parser::{Message, MessageParser};
use serde_json::Value as Json;
use test_kit::{Desk, Encrypted, House, MailServer, both_databases};

use crate::block_on;

pub(crate) fn account(server: &MailServer) -> Account {
    Account {
        host: "localhost".to_owned(),
        port: server.port,
        tls: Tls::StartTls,
        login: Some(Login {
            name: MailServer::LOGIN.to_owned(),
            password: Secret::new(MailServer::PASSWORD),
        }),
        authority: Some(server.certificate.clone()),
    }
}

/// A runner that sends mails through that account.
pub(crate) fn config(account: &Account) -> Config {
    let sender = Sender::new(
        account,
        "desk@house.example",
        "House desk",
        Some("help@house.example"),
    );
    let (handlers, subscription) = mail_out(MailOut {
        sender: sender.unwrap(),
        pages: "https://desk.example".to_owned(),
        product: "House desk".to_owned(),
        answers_are_read: true,
    });
    Config {
        handlers,
        subscriptions: vec![subscription],
        ..Config::default()
    }
}

/// Runs all that is due. Transactions of the cluster's other databases may hold back what is new.
pub(crate) fn drain(desk: &Desk, config: &Config) {
    let waiting = Stopwatch::start();
    while waiting.elapsed() < Duration::from_secs(60) {
        let runner = Runner::new(&desk.engine, config.clone());
        block_on(runner.drain()).unwrap();
        let left: Result<i64> = desk.engine.store().read_blocking(outbox::waiting);
        if left.unwrap() == 0 {
            // What was delivered last made jobs.
            block_on(runner.drain()).unwrap();
            return;
        }
    }
    panic!("the events were never handed out");
}

pub(crate) fn jobs_in(desk: &Desk, state: JobState) -> Vec<Job> {
    let tenant = desk.tenant;
    let jobs: Result<Vec<Job>> = desk
        .engine
        .store()
        .read_blocking(move |tx| job::list(tx, tenant, state, None, 100));
    let of_mail = |it: &Job| it.kind.starts_with("mail.");
    jobs.unwrap().into_iter().filter(of_mail).collect()
}

/// Sends all that is to be told and gives what arrived.
fn told(desk: &Desk) -> Vec<Mail> {
    let server = MailServer::start(Encrypted::WhenAsked);
    drain(desk, &config(&account(&server)));
    assert_eq!(jobs_in(desk, JobState::Dead), []);
    assert_eq!(jobs_in(desk, JobState::Waiting), []);
    server.mails().into_iter().map(Mail).collect()
}

/// Forgets what happened so far.
fn begin(desk: &Desk) {
    drain(desk, &Config::default());
}

struct Mail(String);

impl Mail {
    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(self.0.as_bytes()).unwrap()
    }

    fn header(&self, name: &str) -> String {
        let head = self.0.split("\n\n").next().unwrap_or_default();
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let line = head
            .lines()
            .find_map(|it| it.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }

    fn to(&self) -> String {
        self.header("Envelope-to")
    }

    fn text(&self) -> String {
        self.parsed().body_text(0).unwrap().into_owned()
    }

    fn html(&self) -> String {
        self.parsed().body_html(0).unwrap().into_owned()
    }
}

fn recipients(mails: &[Mail]) -> Vec<String> {
    let mut all: Vec<String> = mails.iter().map(Mail::to).collect();
    all.sort();
    all
}

/// A fault of Rita's that Ada works on.
pub(crate) fn reported(desk: &Desk) -> Uuid {
    let fields = [("title", "No mail"), ("can_work", "no")];
    let record = desk.as_requester().create("incident", &fields);
    desk.as_agent()
        .assign(record, &[("team", "Service desk"), ("assignee", "Ada")]);
    begin(desk);
    record
}

pub(crate) fn number(desk: &Desk, record: Uuid) -> String {
    desk.get(record).number().unwrap().to_owned()
}

both_databases! {
    fn a_link_that_sets_a_password_is_mailed_and_only_its_digest_kept(database) {
        let desk = Desk::on(database);
        begin(&desk);
        let (tenant, now) = (desk.tenant, desk.engine.now());
        let order = |person: Uuid| NewJob {
            id: Uuid::from_u128(person.as_u128() + 1),
            tenant,
            kind: "mail.link".to_owned(),
            payload: serde_json::json!({ "person": person }),
            run_at: now,
            unique_key: None,
        };
        let (ada, lou) = (order(House::ADA), order(House::LOU));
        let made: Result<()> = desk.engine.store().write_blocking(move |tx| {
            job::enqueue(tx, &ada, now)?;
            // Who left gets none.
            job::enqueue(tx, &lou, now).map(|_| ())
        });
        made.unwrap();
        let mails = told(&desk);
        assert_eq!(mails.len(), 1);
        let mail = &mails[0];
        assert!(mail.to().contains("ada@example.org"), "{}", mail.0);
        let parsed = mail.parsed();
        let words = parsed.body_text(0).unwrap();
        let (_, token) = words.split_once("https://desk.example/set-password?token=").unwrap();
        let token = token.split_whitespace().next().unwrap().to_owned();
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        let hash = engine::system::secret::hash(&token);
        let whose: Result<Option<(Uuid, Uuid)>> = desk
            .engine
            .store()
            .read_blocking(move |tx| engine::system::invitation::whose(tx, &hash, now));
        assert_eq!(whose.unwrap(), Some((tenant, House::ADA)));
        for state in JobState::ALL {
            let jobs = jobs_in(&desk, state);
            assert!(jobs.iter().all(|it| !format!("{it:?}").contains(&token)), "no job holds it");
        }
    }

    fn an_answer_reaches_the_requester(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        let number = number(&desk, record);
        desk.as_agent().comment(record, "Please **restart** <your> laptop.");
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["rita@example.org"]);
        let mail = &mails[0];
        assert_eq!(mail.header("Subject"), format!("[{number}] No mail"));
        assert_eq!(mail.header("From"), "\"House desk\" <desk@house.example>");
        assert_eq!(mail.header("Reply-To"), "\"House desk\" <help@house.example>");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("X-Auto-Response-Suppress"), "All");
        let thread = format!("<{}@house.example>", record.simple());
        assert_eq!(mail.header("References"), thread);
        assert_eq!(mail.header("In-Reply-To"), thread);
        let text = mail.text();
        assert!(text.contains(&format!("Ada Agent wrote about {number}.")), "{text}");
        assert!(text.contains("Please **restart** <your> laptop."), "{text}");
        assert!(text.contains(&format!("https://desk.example/portal/incident/{number}")), "{text}");
        assert!(mail.html().contains("<strong>restart</strong>"), "{}", mail.html());
        // Nothing is left to be told.
        assert_eq!(told(&desk).len(), 0);
    }

    fn nobody_is_told_what_they_did(database) {
        let desk = Desk::on(database);
        begin(&desk);
        let fields = [("title", "No mail"), ("can_work", "no")];
        let record = desk.as_requester().create("incident", &fields);
        assert_eq!(recipients(&told(&desk)), [""; 0]);
        desk.as_agent().assign(record, &[("team", "Service desk"), ("assignee", "Ada")]);
        assert_eq!(recipients(&told(&desk)), [""; 0]);
        // Now it is the agent who is told.
        desk.as_requester().comment(record, "Since nine.");
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["ada@example.org"]);
        let link = format!("https://desk.example/incident/{}", number(&desk, record));
        assert!(mails[0].text().contains(&link), "{}", mails[0].text());
    }

    fn who_reports_for_somebody_has_them_told(database) {
        let desk = Desk::on(database);
        begin(&desk);
        let record = desk.as_agent().create("incident", &[("title", "No mail"), ("requester", "Rita")]);
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["rita@example.org"]);
        let text = mails[0].text();
        assert!(text.contains(&format!("Its number is {}.", number(&desk, record))), "{text}");
    }

    fn resolving_and_handing_over_are_told(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().assign(record, &[("team", "Network"), ("assignee", "Noah")]);
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["noah@example.org"]);
        assert!(mails[0].text().contains("Ada Agent has assigned"), "{}", mails[0].text());
        desk.as_person(House::NOAH).act(record, "resolve", &[
            ("resolution_code", "solution_provided"),
            ("close_notes", "The mailbox was full."),
        ]);
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["rita@example.org"]);
        let text = mails[0].text();
        assert!(text.contains("Noah Network has marked") && text.contains("The mailbox was full."), "{text}");
    }

    fn a_private_note_goes_to_nobody(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().note(record, "She calls every day.");
        assert_eq!(recipients(&told(&desk)), [""; 0]);
        // Also where it comes with something that is told.
        let change = Change::transition("incident", record, "resolve")
            .with_value("resolution_code", Value::Choice("solution_provided".to_owned()))
            .with_value("close_notes", Value::Text("Mended.".to_owned()))
            .with_comment(Comment::private("She calls every day."));
        desk.as_agent().apply(change).unwrap();
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["rita@example.org"]);
        assert!(!mails[0].0.contains("calls"), "{}", mails[0].0);
        assert!(!mails[0].text().contains("calls"), "{}", mails[0].text());
    }

    fn who_is_called_by_name_is_told_if_they_may_read_it(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        // By address, by what stands before its sign, and by name; Rita must not see the note that calls her.
        let notes = ["@noah can you look?", "Ask @Noah Network, please.", "(@NOAH@example.org)"];
        for note in notes {
            desk.as_agent().note(record, &format!("{note} @rita is waiting."));
            let mails = told(&desk);
            assert_eq!(recipients(&mails), ["noah@example.org"], "{note}");
            let text = mails[0].text();
            assert!(text.contains("Ada Agent has mentioned you in"), "{text}");
            assert!(text.contains("is waiting."), "{text}");
        }
        // Nobody is told of their own words, and nobody is guessed.
        desk.as_agent().note(record, "@ada @n @nobody and someone@noah");
        assert_eq!(recipients(&told(&desk)), [""; 0]);
        // Whoever may not read the record hears nothing of it.
        desk.as_system().update(record, &[("access", "2")]);
        desk.as_system().note(record, "@rita @noah");
        let told: Vec<String> = recipients(&told(&desk));
        assert!(!told.contains(&"rita@example.org".to_owned()), "{told:?}");
    }

    fn each_is_told_in_their_language(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_system().update(House::RITA, &[("language", "de")]);
        desk.as_agent().comment(record, "Bitte neu starten.");
        let mails = told(&desk);
        assert_eq!(recipients(&mails), ["rita@example.org"]);
        let text = mails[0].text();
        assert!(text.contains("Ada Agent hat zu") && text.contains("Bitte neu starten."), "{text}");
    }

    fn who_may_not_read_it_any_more_is_not_told(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().comment(record, "Between us.");
        desk.as_system().update(record, &[("access", "2")]);
        assert_eq!(recipients(&told(&desk)), [""; 0]);
    }

    fn a_server_that_is_away_is_tried_again_with_the_same_mail(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().comment(record, "Please restart.");
        let away = MailServer::start(Encrypted::WhenAsked);
        let nowhere = Account { port: 1, ..account(&away) };
        drain(&desk, &config(&nowhere));
        let waiting = jobs_in(&desk, JobState::Waiting);
        assert_eq!((waiting.len(), waiting[0].attempts), (1, 1));
        desk.wait(Duration::from_secs(10));
        let mails = told(&desk);
        assert_eq!(mails.len(), 1);
        // The event is looked at again, as after a crash between two steps.
        let sent = jobs_in(&desk, JobState::Done);
        let announced = sent.iter().find(|it| it.kind == "mail.announce").unwrap();
        again(&desk, announced.payload.clone());
        assert_eq!(told(&desk).len(), 0);
    }

    fn a_wrong_password_waits_for_who_mends_it(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().comment(record, "Please restart.");
        let server = MailServer::start(Encrypted::WhenAsked);
        let wrong = Login { name: "desk".to_owned(), password: Secret::new("hunter2") };
        drain(&desk, &config(&Account { login: Some(wrong), ..account(&server) }));
        let waiting = jobs_in(&desk, JobState::Waiting);
        let error = waiting[0].last_error.clone().unwrap();
        assert!(error.contains("535") && !error.contains("hunter2"), "{error}");
    }

    fn an_address_that_is_refused_is_shown_with_the_reason(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_system().update(House::RITA, &[("email", MailServer::UNKNOWN)]);
        desk.as_agent().comment(record, "Please restart.");
        let server = MailServer::start(Encrypted::WhenAsked);
        drain(&desk, &config(&account(&server)));
        let dead = jobs_in(&desk, JobState::Dead);
        let error = dead[0].last_error.clone().unwrap();
        assert!(error.contains("no such mailbox"), "{error}");
        assert_eq!(server.mails().len(), 0);
    }

    fn a_certificate_that_nobody_trusts_is_refused(database) {
        let desk = Desk::on(database);
        let record = reported(&desk);
        desk.as_agent().comment(record, "Please restart.");
        let server = MailServer::start(Encrypted::AtOnce);
        let implicit = Account { tls: Tls::Implicit, ..account(&server) };
        drain(&desk, &config(&Account { authority: None, ..implicit.clone() }));
        assert_eq!(jobs_in(&desk, JobState::Waiting).len(), 1);
        assert_eq!(server.mails().len(), 0);
        desk.wait(Duration::from_secs(10));
        drain(&desk, &config(&implicit));
        assert_eq!(server.mails().len(), 1);
    }
}

/// Makes a job of an event once more.
fn again(desk: &Desk, payload: Json) {
    let now = desk.now();
    let new = NewJob {
        id: Uuid::from_u128(77),
        tenant: desk.tenant,
        kind: "mail.announce".to_owned(),
        payload,
        run_at: now,
        unique_key: None,
    };
    let made: Result<bool> = desk
        .engine
        .store()
        .write_blocking(move |tx| job::enqueue(tx, &new, now));
    assert!(made.unwrap());
}
