//! Replies that come after the end: they open another ticket, linked with the one that is over.

use base::Uuid;
use engine::{Action, Comment, TimelineItem};
use serde_json::json;
use test_kit::{Desk, House, both_databases, problems};

use crate::elsewhere::{links, links_seen_by};

/// A ticket for Rita that is over, with the steps that end it.
fn over(desk: &Desk, of: &str, steps: &[&str]) -> Uuid {
    let mut fields = vec![
        ("title", "Mail is slow"),
        ("requester", "Rita"),
        ("service", "Mail"),
    ];
    if of == "request" {
        fields.push(("justification", "I write a lot"));
    }
    let id = desk.create(of, &fields);
    for step in steps {
        let code = if of == "incident" {
            "solution_provided"
        } else {
            "fulfilled"
        };
        let resolution = [("resolution_code", code), ("close_notes", "Restarted it")];
        let ends = ["resolve", "fulfil"].contains(step);
        desk.as_agent()
            .act(id, step, if ends { &resolution } else { &[] });
    }
    id
}

/// The public words of a ticket, in their order.
fn said_in(desk: &Desk, record: Uuid) -> Vec<String> {
    let ctx = desk.as_agent().ctx;
    let read = desk.engine.read_blocking(&ctx, move |reading| {
        let of = reading.ctx.record_type("incident").expect("a type");
        Ok(reading.timeline(&of, record)?.entries)
    });
    let entries = read.expect("the story can be read").into_iter();
    let words = entries.filter_map(|it| match it.item {
        TimelineItem::Comment { text, .. } => Some(text),
        _ => None,
    });
    words.collect()
}

fn those_that_continue(desk: &Desk, of: &str, record: Uuid) -> Vec<Uuid> {
    let all = desk.as_system().list(of, &format!("continues = {record}"));
    all.iter().map(|it| it.id()).collect()
}

both_databases! {
    fn a_late_reply_opens_another_ticket_linked_with_the_one_that_is_over(database) {
        let desk = Desk::on(database);
        for (of, ends) in [("incident", "resolve"), ("request", "fulfil")] {
            let id = over(&desk, of, &[ends, "close"]);
            let version = desk.field(id, "version");
            desk.as_requester().comment(id, "It is slow again");
            let [other] = those_that_continue(&desk, of, id)[..] else { panic!("one ticket goes on") };
            desk.expect(other, &[
                ("state", "new"), ("title", "Mail is slow"), ("description", "It is slow again"), ("requester", "Rita"),
                ("affected", "Rita"), ("opened_by", "Rita"), ("service", "Mail"), ("organisation", "Acme"),
                ("channel", "portal"), ("reopen_count", "0"),
            ]);
            desk.expect(id, &[("state", "closed"), ("reopen_count", "0")]);
            assert!(links(&desk, if of == "incident" { "incident" } else { "request" }, id)
                .contains(&("continued_in".to_owned(), other, true)));
            // Both stories tell it, in the name of who replied.
            let story = |record: Uuid| {
                let ctx = desk.as_agent().ctx;
                let of = of.to_owned();
                let read = desk.engine.read_blocking(&ctx, move |reading| {
                    let of = reading.ctx.record_type(&of).expect("a type");
                    Ok(reading.timeline(&of, record)?.entries)
                });
                read.expect("the story can be read")
            };
            let changed = |record: Uuid, name: &str| {
                story(record).into_iter().any(|it| {
                    let TimelineItem::Change { fields, .. } = &it.item else { return false };
                    fields.contains_key(name) && it.on_behalf_of == Some(House::RITA)
                })
            };
            assert!(changed(id, "@link") && changed(other, "continues"), "after version {version}");
            // Whoever answers the old one once more goes on in the new one, as long as it is open.
            desk.as_requester().comment(id, "Hello?");
            assert_eq!(those_that_continue(&desk, of, id), [other]);
            let told = story(other).into_iter().any(|it| {
                matches!(it.item, TimelineItem::Comment { text, .. } if text == "Hello?")
            });
            assert!(told, "the answer is told there too");
            desk.act(other, "cancel", &[]);
            desk.as_requester().comment(id, "And again");
            assert_eq!(those_that_continue(&desk, of, id).len(), 2);
        }
    }

    fn within_the_time_for_reopening_nothing_is_opened(database) {
        let desk = Desk::on(database);
        let id = over(&desk, "incident", &["resolve"]);
        desk.wait_days(6);
        desk.as_requester().comment(id, "Thank you");
        assert!(those_that_continue(&desk, "incident", id).is_empty());
        desk.wait_days(2);
        desk.as_agent().comment(id, "Did it help?");
        assert!(those_that_continue(&desk, "incident", id).is_empty(), "only who asked opens another one");
        desk.as_requester().comment(id, "No, it is slow again");
        assert_eq!(those_that_continue(&desk, "incident", id).len(), 1);
        let open = over(&desk, "incident", &["start"]);
        desk.as_requester().comment(open, "Any news?");
        assert!(those_that_continue(&desk, "incident", open).is_empty());
    }

    fn always_to_be_reopened_is_never_late_until_it_is_closed(database) {
        let desk = Desk::on(database);
        desk.set("incident.reopen_days", json!(0));
        let id = over(&desk, "incident", &["resolve"]);
        desk.wait_days(400);
        desk.as_requester().comment(id, "Thank you");
        assert!(those_that_continue(&desk, "incident", id).is_empty());
        let cancelled = over(&desk, "incident", &["cancel"]);
        desk.as_requester().comment(cancelled, "I do need it");
        assert_eq!(those_that_continue(&desk, "incident", cancelled).len(), 1);
    }

    fn what_is_out_of_use_by_now_does_not_come_along(database) {
        let desk = Desk::on(database);
        let id = over(&desk, "incident", &["resolve", "close"]);
        desk.as_administrator().act(House::MAIL, "retire", &[]);
        desk.as_requester().comment(id, "It is slow again");
        let [other] = those_that_continue(&desk, "incident", id)[..] else { panic!("one ticket goes on") };
        desk.expect(other, &[("service", ""), ("requester", "Rita"), ("title", "Mail is slow")]);
    }

    fn what_went_on_elsewhere_is_not_continued(database) {
        let desk = Desk::on(database);
        let target = over(&desk, "incident", &[]);
        let id = over(&desk, "incident", &[]);
        desk.as_lead().act(id, "merge", &[("merged_into", &target.to_string())]);
        desk.as_requester().comment(id, "And the printer");
        assert!(those_that_continue(&desk, "incident", id).is_empty());
        let answer = desk.as_agent().try_update(target, &[("continues", &id.to_string())]);
        assert!(answer.is_err(), "people do not write it");
    }

    fn who_asked_reads_what_the_new_one_continues(database) {
        let desk = Desk::on(database);
        let id = over(&desk, "incident", &["resolve", "close"]);
        desk.as_requester().comment(id, "It is slow again");
        let [other] = those_that_continue(&desk, "incident", id)[..] else { panic!("one ticket goes on") };
        let rita = desk.as_requester();
        assert_eq!(rita.get(other).value("continues").as_reference(), Some(id));
        assert_eq!(links_seen_by(&desk, &rita, "incident", id), [("continued_in".to_owned(), other, true)]);
        assert_eq!(links_seen_by(&desk, &rita, "incident", other), [("continued_in".to_owned(), id, false)]);
    }

    fn a_late_reply_without_words_is_refused_with_words(database) {
        let desk = Desk::on(database);
        let id = over(&desk, "incident", &["resolve", "close"]);
        for nothing in ["", " \n\t ", "\u{200b}"] {
            let refused = desk.as_requester().try_comment(id, Comment::public(nothing));
            assert_eq!(problems(&refused.expect_err("nothing is said")), "comment: refused-required", "{nothing:?}");
        }
        assert!(those_that_continue(&desk, "incident", id).is_empty());
    }

    fn who_asked_in_a_merged_ticket_replies_late_as_well(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob"), ("service", "Wireless")]);
        let source = over(&desk, "incident", &[]);
        desk.as_agent().act(source, "merge", &[("merged_into", &target.to_string())]);
        let resolution = [("resolution_code", "solution_provided"), ("close_notes", "Restarted it")];
        desk.act(target, "resolve", &resolution);
        let rita = desk.as_requester();
        rita.comment(source, "Thank you");
        assert!(those_that_continue(&desk, "incident", target).is_empty(), "Rob may still take it up again");
        desk.act(target, "close", &[]);
        let said = rita.try_comment(source, Comment::public("It is slow again")).expect("Rita replies");
        assert_eq!(said.record, target);
        let [hers] = those_that_continue(&desk, "incident", target)[..] else { panic!("one ticket goes on") };
        // It is about what she asked, not about what Rob did.
        desk.expect(hers, &[
            ("state", "new"), ("title", "Mail is slow"), ("description", "It is slow again"), ("requester", "Rita"),
            ("affected", "Rita"), ("service", "Mail"), ("organisation", "Acme"), ("opened_by", "Rita"),
        ]);
        assert_eq!(rita.get(hers).value("continues").as_reference(), Some(target));
        assert!(links_seen_by(&desk, &rita, "incident", hers).contains(&("continued_in".to_owned(), target, false)));
        desk.expect(target, &[("state", "closed")]);
        // Each goes on in their own.
        let rob = desk.as_person(House::ROB);
        rob.comment(target, "Down once more");
        let all = those_that_continue(&desk, "incident", target);
        let [_, his] = all[..] else { panic!("two go on: {all:?}") };
        desk.expect(his, &[("requester", "Rob"), ("title", "Mail is down"), ("description", "Down once more")]);
        rita.comment(source, "Hello?");
        rita.comment(target, "Anybody?");
        rob.comment(target, "And now?");
        assert_eq!(those_that_continue(&desk, "incident", target), [hers, his]);
        assert_eq!((said_in(&desk, hers), said_in(&desk, his)), (vec!["Hello?".to_owned(), "Anybody?".to_owned()], vec!["And now?".to_owned()]));
        assert!(rob.try_get(hers).is_err() && rita.try_get(his).is_err());
        // Whoever only follows opens nothing.
        desk.as_agent().try_do(target, Action::Follow(House::STAN)).expect("Ada lets Stan follow");
        desk.as_agent().comment(target, "It is looked after");
        assert_eq!(those_that_continue(&desk, "incident", target).len(), 2);
    }

    fn a_chain_of_merges_is_followed_to_who_asked(database) {
        let desk = Desk::on(database);
        let (first, second) = (over(&desk, "incident", &[]), desk.create("incident", &[("title", "x"), ("requester", "Ada")]));
        let last = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        for (from, to) in [(first, second), (second, last)] {
            desk.as_agent().act(from, "merge", &[("merged_into", &to.to_string())]);
        }
        let hold = [("hold_reason", "requester"), ("comment", "Since when?")];
        desk.act(last, "hold", &hold);
        desk.as_requester().comment(first, "Since nine");
        desk.expect(last, &[("state", "in_progress")]);
        desk.act(last, "cancel", &[]);
        let said = desk.as_requester().try_comment(first, Comment::public("I do need it")).expect("Rita replies");
        assert_eq!(said.record, last);
        let [other] = those_that_continue(&desk, "incident", last)[..] else { panic!("one ticket goes on") };
        desk.expect(other, &[("requester", "Rita"), ("title", "Mail is slow")]);
    }

    fn a_reply_to_what_was_merged_into_a_deleted_one_is_not_lost(database) {
        let desk = Desk::on(database);
        let (source, target) = (over(&desk, "incident", &[]), over(&desk, "incident", &[]));
        desk.as_agent().act(source, "merge", &[("merged_into", &target.to_string())]);
        desk.as_administrator().try_do(target, Action::Delete).expect("Syd deletes it");
        let said = desk.as_requester().try_comment(source, Comment::public("And now?")).expect("Rita may still say it");
        assert_eq!(said.record, source);
        let [other] = those_that_continue(&desk, "incident", source)[..] else { panic!("one ticket goes on") };
        desk.expect(other, &[("description", "And now?"), ("requester", "Rita"), ("state", "new")]);
    }

    fn who_may_not_speak_where_their_ticket_goes_on_is_heard_too(database) {
        let desk = Desk::on(database);
        let (source, target) = (over(&desk, "incident", &[]), desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]));
        desk.as_agent().act(source, "merge", &[("merged_into", &target.to_string())]);
        desk.as_requester().try_do(target, Action::Unfollow(House::RITA)).expect("Rita follows it no more");
        desk.as_requester().comment(source, "Any news?");
        assert!(those_that_continue(&desk, "incident", source).is_empty(), "it is at work");
        desk.act(target, "cancel", &[]);
        desk.as_requester().comment(source, "I do need it");
        let [other] = those_that_continue(&desk, "incident", source)[..] else { panic!("one ticket goes on") };
        desk.expect(other, &[("description", "I do need it"), ("requester", "Rita")]);
    }
}
