//! Mails that are taken in somebody else's name, more than once, late, or where the server ends in the midst.

use base::Uuid;
use engine::system::mail::MailState;
use test_kit::{Desk, House, both_databases};

use crate::mail_in::{
    Post, comments, files, incidents, mail, mails, notes, take_again, with_files,
};
use crate::mail_out::number;

/// Names of the files of a record.
fn names(desk: &Desk, record: Uuid) -> Vec<String> {
    let all = files(desk, record).into_iter();
    all.map(|it| it.blob.name).collect()
}

both_databases! {
    fn a_mail_that_was_taken_in_a_name_says_who_let_it(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("new@example.org", "7", "Hello", "", "Who are you?"));
        post.take(&desk);
        take_again(&desk, &mails(&desk, MailState::Parked)[0], Some(House::ROB));
        let decided = desk.now();
        post.take(&desk);
        let made = incidents(&desk)[0];
        desk.expect(made, &[("requester", "Rob")]);
        let first = &desk.history(made)[0];
        let why = "Message-ID: <7@example.org>, From: new@example.org, taken by Syd System in the name of Rob Requester";
        assert_eq!((first.actor, first.reason.as_deref()), (House::ROB, Some(why)));
        let taken = &mails(&desk, MailState::Taken)[0];
        assert_eq!((taken.taken_as, taken.taken_by, taken.decided_at), (Some(House::ROB), Some(House::SYD), Some(decided)));
        // An answer tells it too.
        let subject = format!("Re: [{}]", number(&desk, made));
        post.server.deliver(&mail("other@example.org", "8", &subject, "", "It is me."));
        post.take(&desk);
        take_again(&desk, &mails(&desk, MailState::Parked)[0], Some(House::ROB));
        post.take(&desk);
        assert_eq!(comments(&desk, made), [(House::ROB, "It is me.".to_owned())]);
        let said = desk.history(made).into_iter().rev().find(|it| it.action == "comment").unwrap();
        let why = "Message-ID: <8@example.org>, From: other@example.org, taken by Syd System in the name of Rob Requester";
        assert_eq!(said.reason.as_deref(), Some(why));
    }

    fn a_mail_of_a_stranger_that_is_taken_for_somebody_tells_its_address(database) {
        let desk = Desk::on(database);
        let post = Post { unknown_as: Some("rita@example.org".to_owned()), ..Post::new() };
        post.server.deliver(&mail("new@example.org", "8", "Hello", "", "Who are you?"));
        post.server.deliver(&mail("rob@example.org", "9", "No mail", "", "Since nine."));
        post.take(&desk);
        let why = |person: Uuid| {
            let made = incidents(&desk).into_iter().find(|it| desk.get(*it).value("requester").as_reference() == Some(person));
            desk.history(made.unwrap())[0].reason.clone().unwrap()
        };
        assert_eq!(why(House::RITA), "Message-ID: <8@example.org>, From: new@example.org");
        assert_eq!(why(House::ROB), "Message-ID: <9@example.org>");
    }

    fn another_mail_with_the_same_message_id_is_not_lost(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        let scan = |text: &str, more: &str| mail("rita@example.org", "scanner", "Scan", more, text);
        for text in ["Page one", "Page two", "Page one", "Page two"] {
            post.server.deliver(&scan(text, ""));
            post.take(&desk);
        }
        post.server.deliver(&scan("Page one", "Received: by x\n"));
        post.server.deliver(&scan("Page two", "Date: Mon, 5 Jan 2026 08:00:00 +0000\n"));
        // How it begins is not all that it says.
        let long = "word ".repeat(200);
        post.server.deliver(&scan(&long, ""));
        post.server.deliver(&scan(&format!("{long}and the end"), ""));
        let with = |content: &'static [u8]| with_files("rita@example.org", "scanner", "", "See it", &[("text/plain", "page.txt", content)]);
        post.server.deliver(&with(b"one"));
        post.server.deliver(&with(b"two"));
        post.server.deliver(&with(b"two"));
        post.take(&desk);
        let mut said: Vec<String> = incidents(&desk).into_iter().map(|it| desk.field(it, "description")).collect();
        said.sort();
        let long = long.trim().to_owned();
        let more = format!("{long} and the end");
        assert_eq!(said, ["Page one", "Page two", "Page two", "See it", "See it", &long, &more]);
        assert_eq!(mails(&desk, MailState::Taken).len(), 7);
        // What was thrown away is known by how it began.
        let stranger = |text: &str| mail("new@example.org", "fax", "Fax", "", text);
        post.server.deliver(&stranger("Page one"));
        post.take(&desk);
        assert_eq!(mails(&desk, MailState::Parked).len(), 1);
        desk.tamper("UPDATE incoming_mail SET sha256 = 'gone' WHERE state = 'parked'");
        post.server.deliver(&stranger("Page one"));
        post.server.deliver(&stranger("Page two"));
        post.take(&desk);
        assert_eq!(mails(&desk, MailState::Parked).len(), 2);
        desk.tamper("DELETE FROM incoming_mail WHERE sha256 = 'gone'");
    }

    fn a_mail_that_is_taken_twice_makes_one_ticket(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        post.server.deliver(&mail("rita@example.org", "1", "No mail", "", "Since nine."));
        post.take(&desk);
        let made = incidents(&desk);
        // As another runner sees it that began before the first one had ended.
        desk.tamper("UPDATE incoming_mail SET state = 'waiting', record = NULL, record_type = NULL");
        post.take(&desk);
        assert_eq!(incidents(&desk), made);
        assert_eq!(names(&desk, made[0]), ["mail.eml"]);
        assert!(comments(&desk, made[0]).is_empty());
        assert_eq!(mails(&desk, MailState::Taken)[0].record, Some(made[0]));
    }

    fn a_mail_and_what_is_kept_with_it_are_there_together_or_not_at_all(database) {
        let desk = Desk::on(database);
        let post = Post::new();
        let program: &[u8] = b"MZ\x90\x00 not for us";
        let run = [("application/octet-stream", "run.exe", program)];
        post.server.deliver(&with_files("rita@example.org", "c", "", "See it", &run));
        // Keeping the mail as it came fails, as it does where the server ends before.
        desk.tamper("ALTER TABLE attachment RENAME TO attachment_elsewhere");
        post.take(&desk);
        let there = (incidents(&desk).len(), mails(&desk, MailState::Waiting).len());
        desk.tamper("ALTER TABLE attachment_elsewhere RENAME TO attachment");
        assert_eq!(there, (0, 1), "neither is there, and its turn comes again");
        for _ in 0..3 {
            desk.wait_days(1);
            post.take(&desk);
        }
        let made = incidents(&desk);
        assert_eq!(made.len(), 1, "{:?}", mails(&desk, MailState::Parked));
        assert_eq!(names(&desk, made[0]), ["mail.eml"]);
        let told = notes(&desk, made[0]);
        assert!(told.len() == 1 && told[0].contains("run.exe"), "{told:?}");
    }

    fn a_late_answer_to_what_was_merged_goes_on_in_ones_own(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let source = desk.create("incident", &[("title", "Mail is slow"), ("requester", "Rita")]);
        desk.as_agent().act(source, "merge", &[("merged_into", &target.to_string())]);
        desk.act(target, "cancel", &[]);
        let post = Post::new();
        let about = |record| format!("Re: [{}]", number(&desk, record));
        post.server.deliver(&mail("rita@example.org", "1", &about(source), "", "It is slow again."));
        post.server.deliver(&mail("rob@example.org", "2", &about(target), "", "It is down again."));
        post.take(&desk);
        let by = |person: Uuid| {
            let all = incidents(&desk).into_iter().filter(|it| ![source, target].contains(it));
            let own: Vec<Uuid> = all.filter(|it| desk.get(*it).value("requester").as_reference() == Some(person)).collect();
            assert_eq!(own.len(), 1);
            own[0]
        };
        let (hers, his) = (by(House::RITA), by(House::ROB));
        desk.expect(hers, &[("title", "Mail is slow"), ("description", "It is slow again."), ("continues", &target.to_string())]);
        assert_eq!((names(&desk, hers), names(&desk, his)), (vec!["mail.eml".to_owned()], vec!["mail.eml".to_owned()]));
        for (at, about) in [(3, about(source)), (4, about(target))] {
            post.server.deliver(&mail("rita@example.org", &at.to_string(), &about, "", "Hello?"));
        }
        post.take(&desk);
        assert_eq!(comments(&desk, hers), [(House::RITA, "Hello?".to_owned()), (House::RITA, "Hello?".to_owned())]);
        assert_eq!((incidents(&desk).len(), comments(&desk, his).len()), (4, 0));
    }

    fn the_address_of_somebody_who_left_is_told_to_be_theirs(database) {
        let desk = Desk::on(database);
        desk.as_administrator().act(House::ROB, "leave", &[]);
        let post = Post::new();
        post.server.deliver(&mail("rob@example.org", "1", "Hello", "", "It is me."));
        post.take(&desk);
        let parked = &mails(&desk, MailState::Parked)[0];
        assert_eq!(parked.reason.as_deref(), Some("Rob Requester, whose address rob@example.org is, has left"));
    }
}
