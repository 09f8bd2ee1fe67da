//! Replies that come after the end: they open another ticket, linked with the one that is over.

use base::Uuid;
use engine::TimelineItem;
use serde_json::json;
use test_kit::{Desk, House, both_databases};

use crate::elsewhere::links;

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
}
