//! Tickets that go on elsewhere: turned into another type, merged, split.

use base::Uuid;
use engine::{Action, Change, Comment};
use test_kit::{Acting, Desk, House, both_databases, problems};

use crate::incident::{logged, refused};

/// Merges one ticket into another one.
#[track_caller]
fn merge(who: &Acting<'_>, source: Uuid, target: Uuid) {
    who.act(source, "merge", &[("merged_into", &target.to_string())]);
}

#[track_caller]
fn merge_refused(who: &Acting<'_>, source: Uuid, target: Uuid, wanted: &str) {
    refused(
        who,
        source,
        "merge",
        &[("merged_into", &target.to_string())],
        wanted,
    );
}

/// The other ends of the links of a record, with their kinds.
pub fn links(desk: &Desk, record_type: &'static str, record: Uuid) -> Vec<(String, Uuid, bool)> {
    links_seen_by(desk, &desk.as_administrator(), record_type, record)
}

/// Those of them that somebody sees.
pub fn links_seen_by(
    desk: &Desk,
    who: &Acting<'_>,
    record_type: &'static str,
    record: Uuid,
) -> Vec<(String, Uuid, bool)> {
    let ctx = who.ctx.clone();
    let read = move |reading: &mut engine::Reading<'_, '_>| {
        let found = reading.links(
            record_type,
            &record.to_string(),
            &dictionary::Page::default(),
        )?;
        Ok(found
            .rows
            .into_iter()
            .map(|it| (it.kind, it.other, it.outgoing))
            .collect())
    };
    desk.engine
        .read_blocking(&ctx, read)
        .expect("links can be read")
}

fn followers(desk: &Desk, record_type: &'static str, record: Uuid) -> Vec<Uuid> {
    let ctx = desk.as_administrator().ctx;
    let read = move |reading: &mut engine::Reading<'_, '_>| {
        Ok(reading
            .followers(
                record_type,
                &record.to_string(),
                &dictionary::Page::default(),
            )?
            .rows)
    };
    desk.engine
        .read_blocking(&ctx, read)
        .expect("followers can be read")
}

both_databases! {
    fn an_incident_becomes_a_request(database) {
        let desk = Desk::on(database);
        let fault = desk.as_requester().create("incident", &[("title", "A screen, please"), ("description", "Mine is small")]);
        desk.as_agent().try_do(fault, Action::Follow(House::NOAH)).expect("Ada lets Noah follow");
        let task = desk.create("task", &[("title", "Look for one"), ("parent", &fault.to_string())]);
        desk.wait_days(2);
        desk.act(fault, "convert", &[]);
        desk.expect(fault, &[("state", "cancelled"), ("open", "false"), ("closed_by", "Ada")]);
        let order = desk.get(fault).value("converted_into").as_reference().expect("it goes on");
        desk.expect(order, &[
            ("state", "new"), ("title", "A screen, please"), ("description", "Mine is small"),
            ("requester", "Rita"), ("affected", "Rita"), ("opened_by", "Rita"), ("channel", "portal"),
            ("opened_at", "2026-01-05T09:00:00Z"), ("organisation", "Acme"), ("priority", "5"),
        ]);
        assert_eq!(followers(&desk, "request", order), [House::NOAH]);
        assert_eq!(links(&desk, "incident", fault), [("converted_into".to_owned(), order, true)]);
        desk.expect(task, &[("state", "open")]);
        assert_eq!(desk.get(task).value("parent").as_reference(), Some(order));
        // One unit, done by the system for Ada.
        let (ended, begun) = (desk.history(fault), desk.history(order));
        let convert = ended.iter().find(|it| it.action == "convert").expect("it is in the history");
        assert_eq!((convert.unit_id, Some(convert.change_id)), (begun[0].unit_id, begun[0].cause));
        assert_eq!(begun[0].on_behalf_of, Some(House::ADA));
        // And back again, as a new incident.
        desk.act(order, "convert", &[]);
        let again = desk.get(order).value("converted_into").as_reference().expect("it goes on");
        desk.expect(again, &[("state", "new"), ("requester", "Rita"), ("opened_at", "2026-01-05T09:00:00Z")]);
    }

    fn converting_is_refused(database) {
        let desk = Desk::on(database);
        let fault = logged(&desk);
        refused(&desk.as_requester(), fault, "convert", &[], "forbidden: forbidden-action(action: transition:convert, type: incident)");
        desk.act(fault, "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "x")]);
        refused(&desk.as_agent(), fault, "convert", &[], "transition-not-from-here");
        let answer = desk.as_agent().try_update(fault, &[("converted_into", &fault.to_string())]);
        assert_eq!(problems(&answer.expect_err("rules say where it goes on")), "converted_into: refused-read-only");
    }

    fn one_is_merged_into_another(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let source = logged(&desk);
        desk.as_agent().try_do(source, Action::Follow(House::NOAH)).expect("Ada lets Noah follow");
        let task = desk.create("task", &[("title", "Look"), ("parent", &source.to_string())]);
        let stranger = desk.as_requester().try_get(target);
        assert_eq!(problems(&stranger.expect_err("it is Rob's")), "not found: record-not-found");
        merge(&desk.as_agent(), source, target);
        desk.expect(source, &[("state", "cancelled")]);
        desk.expect(target, &[("state", "new"), ("requester", "Rob")]);
        assert_eq!(followers(&desk, "incident", target), [House::RITA, House::NOAH]);
        // Rita asked too, so she reads and follows where it goes on.
        assert_eq!(desk.as_requester().get(target).id(), target);
        assert_eq!(links(&desk, "incident", target), [("merged_into".to_owned(), source, false)]);
        assert_eq!(desk.get(task).value("parent").as_reference(), Some(target));
        let unit = desk.history(source).last().map(|it| it.unit_id);
        assert_eq!(desk.history(target).last().map(|it| it.unit_id), unit);
    }

    fn a_tenant_with_kinds_of_links_of_its_own_has_those_of_rules_too(database) {
        let desk = Desk::on(database);
        desk.set("links.kinds", serde_json::json!(["affects"]));
        let (source, target) = (logged(&desk), logged(&desk));
        merge(&desk.as_agent(), source, target);
        assert_eq!(links(&desk, "incident", source), [("merged_into".to_owned(), target, true)]);
        desk.act(target, "convert", &[]);
        let related = Action::Link { kind: "related".to_owned(), to: source, primary: false };
        desk.as_agent().try_do(target, related).expect_err("its own list has no such kind");
    }

    fn links_that_tell_of_a_merge_are_not_made_or_taken_by_hand(database) {
        let desk = Desk::on(database);
        let (source, target, other) = (logged(&desk), logged(&desk), logged(&desk));
        merge(&desk.as_agent(), source, target);
        let kind = || "merged_into".to_owned();
        let by_hand = Action::Link { kind: kind(), to: target, primary: false };
        let refused = desk.as_agent().try_do(other, by_hand).expect_err("nothing was merged");
        assert_eq!(problems(&refused), "kind: link-kind-of-rules");
        let taken = Action::Unlink { kind: kind(), to: target };
        let refused = desk.as_agent().try_do(source, taken).expect_err("it was merged");
        assert_eq!(problems(&refused), "kind: link-kind-of-rules");
        assert_eq!(links(&desk, "incident", source), [("merged_into".to_owned(), target, true)]);
    }

    fn merging_is_refused(database) {
        let desk = Desk::on(database);
        let (one, two, three) = (logged(&desk), logged(&desk), logged(&desk));
        let ada = desk.as_agent();
        refused(&ada, one, "merge", &[], "merged_into: refused-required");
        merge_refused(&ada, one, one, "merged_into: merge-into-itself");
        merge_refused(&ada, one, Uuid::from_u128(9), "merged_into: reference-unknown");
        merge_refused(&desk.as_requester(), one, two, "forbidden: forbidden-action(action: transition:merge, type: incident)");
        let answer = ada.try_update(one, &[("merged_into", &two.to_string())]);
        assert_eq!(problems(&answer.expect_err("merging brings more along")), "merged_into: refused-read-only");
        // Never into what is over, nor into what was merged itself.
        desk.act(three, "cancel", &[]);
        merge_refused(&ada, one, three, "merged_into: merge-into-closed");
        merge(&ada, one, two);
        let four = logged(&desk);
        merge_refused(&ada, four, one, "merged_into: merge-into-gone");
        refused(&ada, one, "merge", &[("merged_into", &four.to_string())], "transition-not-from-here");
        // Into another type leads only converting.
        let order = desk.create("request", &[("title", "x")]);
        merge_refused(&ada, four, order, "merged_into: reference-unknown");
        // A confidential one is not there for who may not read it.
        let secret = desk.as_administrator().create("incident", &[("title", "x"), ("access", "2")]);
        merge_refused(&ada, four, secret, "merged_into: reference-unknown");
    }

    fn an_answer_to_what_was_merged_goes_where_it_goes_on(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let source = logged(&desk);
        let hold = [("hold_reason", "requester"), ("comment", "Since when?")];
        merge(&desk.as_agent(), source, target);
        desk.act(target, "hold", &hold);
        let said = desk.as_requester().try_comment(source, Comment::public("Since nine")).expect("Rita answers");
        assert_eq!(said.record, target);
        desk.expect(target, &[("state", "in_progress")]);
        assert!(desk.history(source).iter().all(|it| it.action != "comment"));
        // Somebody else's word resumes nothing.
        desk.act(target, "hold", &hold);
        desk.as_agent().try_do(target, Action::Follow(House::NOAH)).expect("Ada lets Noah follow");
        desk.as_person(House::NOAH).comment(target, "I follow it");
        desk.expect(target, &[("state", "on_hold"), ("answered", "false")]);
        // Under another reason it is marked.
        desk.act(target, "resume", &[]);
        desk.act(target, "hold", &[("hold_reason", "vendor")]);
        desk.as_requester().comment(target, "Still");
        desk.expect(target, &[("state", "on_hold"), ("answered", "true")]);
        // What was turned into another one likewise.
        let order = logged(&desk);
        desk.act(order, "convert", &[]);
        let there = desk.get(order).value("converted_into").as_reference().expect("it goes on");
        let said = desk.as_requester().try_comment(order, Comment::public("Please")).expect("Rita answers");
        assert_eq!(said.record, there);
    }

    fn what_was_answered_stays_answered_when_it_is_turned_into_another(database) {
        let desk = Desk::on(database);
        let call = desk.create("incident", &[("title", "A screen"), ("requester", "Rita"), ("channel", "phone")]);
        let first = desk.get(call).value("first_responded_at").as_instant();
        assert!(first.is_some());
        desk.wait_days(1);
        desk.act(call, "convert", &[]);
        let order = desk.get(call).value("converted_into").as_reference().expect("it goes on");
        assert_eq!(desk.get(order).value("first_responded_at").as_instant(), first);
        assert_eq!(desk.get(order).value("opened_at"), desk.get(call).value("opened_at"));
    }

    fn children_go_along(database) {
        let desk = Desk::on(database);
        let (parent, target) = (logged(&desk), logged(&desk));
        let below = |above: Uuid| desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("parent", &above.to_string())]);
        let (one, over) = (below(parent), below(parent));
        desk.act(over, "cancel", &[]);
        merge(&desk.as_agent(), parent, target);
        let above = |child: Uuid| desk.get(child).value("parent").as_reference();
        assert_eq!((above(one), above(over)), (Some(target), Some(parent)));
        // There is one level: below a child goes to its parent.
        let (other, grand) = (logged(&desk), logged(&desk));
        let (two, three) = (below(other), below(grand));
        merge(&desk.as_agent(), other, three);
        assert_eq!(above(two), Some(grand));
        // Into one of its own.
        let own = below(target);
        merge(&desk.as_agent(), target, own);
        assert_eq!((above(own), above(one)), (None, Some(own)));
        desk.act(own, "convert", &[]);
        let order = desk.get(own).value("converted_into").as_reference().expect("it goes on");
        assert_eq!(above(one), None);
        assert!(links(&desk, "incident", one).contains(&("related".to_owned(), order, true)));
    }

    fn a_merge_is_taken_back_as_one_unit(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let (source, other) = (logged(&desk), logged(&desk));
        let child = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("parent", &source.to_string())]);
        let task = desk.create("task", &[("title", "Look"), ("parent", &source.to_string())]);
        desk.act(source, "hold", &[("hold_reason", "requester"), ("comment", "Since when?")]);
        let ada = desk.as_agent();
        ada.try_do(source, Action::Follow(House::NOAH)).expect("Ada lets Noah follow");
        refused(&ada, source, "unmerge", &[], "transition-not-from-here; unmerge-not-merged");
        merge(&ada, source, target);
        desk.act(task, "complete", &[]);
        ada.act(source, "unmerge", &[]);
        desk.expect(source, &[("state", "on_hold"), ("hold_reason", "requester"), ("open", "true"), ("merged_into", ""), ("closed_at", "")]);
        let above = |it: Uuid| desk.get(it).value("parent").as_reference();
        assert_eq!((above(child), above(task)), (Some(source), Some(source)));
        assert!(followers(&desk, "incident", target).is_empty());
        assert_eq!(followers(&desk, "incident", source), [House::NOAH]);
        assert!(links(&desk, "incident", source).is_empty());
        let unit = desk.history(source).last().map(|it| it.unit_id);
        for touched in [target, child, task] {
            assert_eq!(desk.history(touched).last().map(|it| it.unit_id), unit, "{touched}");
        }
        // Whom another merge brought stays, and it can be done again.
        merge(&ada, source, target);
        merge(&ada, other, target);
        ada.act(source, "unmerge", &[]);
        assert_eq!(followers(&desk, "incident", target), [House::RITA]);
    }

    fn two_merges_are_taken_back_in_either_order(database) {
        for first in [0, 1] {
            let desk = Desk::on(database);
            let ada = desk.as_agent();
            let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
            let sources = [logged(&desk), logged(&desk)];
            let below = sources.map(|above| {
                let above = above.to_string();
                let child = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("parent", &above)]);
                [child, desk.create("task", &[("title", "Look"), ("parent", &above)])]
            });
            let above = |it: Uuid| desk.get(it).value("parent").as_reference();
            for source in sources {
                merge(&ada, source, target);
            }
            assert!(below.iter().flatten().all(|it| above(*it) == Some(target)));
            let (one, other) = (first, 1 - first);
            ada.act(sources[one], "unmerge", &[]);
            desk.expect(sources[one], &[("state", "new"), ("merged_into", "")]);
            desk.expect(sources[other], &[("state", "cancelled"), ("merged_into", &target.to_string())]);
            assert_eq!(below[one].map(above), [Some(sources[one]); 2]);
            assert_eq!(below[other].map(above), [Some(target); 2]);
            assert_eq!(followers(&desk, "incident", target), [House::RITA], "the other one still brings her");
            ada.act(sources[other], "unmerge", &[]);
            desk.expect(sources[other], &[("state", "new"), ("merged_into", "")]);
            assert_eq!(below[other].map(above), [Some(sources[other]); 2]);
            assert!(followers(&desk, "incident", target).is_empty());
            assert!(links(&desk, "incident", target).is_empty());
        }
    }

    fn words_end_somewhere_where_records_lead_to_each_other(database) {
        let desk = Desk::on(database);
        let (one, two) = (logged(&desk), logged(&desk));
        for (from, to) in [(one, two), (two, one)] {
            let gone = [("state", "cancelled"), ("merged_into", &*to.to_string())];
            desk.as_administrator().replay("2026-01-05T09:00:00Z", Change::update("incident", from), &gone);
        }
        let said = desk.as_requester().try_comment(one, Comment::public("Which one?")).expect("Rita may say it");
        assert!([one, two].contains(&said.record));
        let told = [one, two].map(|it| desk.history(it).iter().filter(|it| it.action == "comment").count());
        assert_eq!(told.iter().sum::<usize>(), 1, "it is said once");
        assert_eq!(desk.as_system().list("incident", "").len(), 2, "nothing else is opened");
    }

    fn who_asked_reads_where_their_ticket_goes_on(database) {
        let desk = Desk::on(database);
        let target = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let source = logged(&desk);
        merge(&desk.as_agent(), source, target);
        let rita = desk.as_requester();
        assert_eq!(rita.get(source).value("merged_into").as_reference(), Some(target));
        assert_eq!(links_seen_by(&desk, &rita, "incident", source), [("merged_into".to_owned(), target, true)]);
        assert_eq!(rita.get(target).value("title").to_text(), "Mail is down");
    }

    fn taking_a_merge_back_is_refused(database) {
        let desk = Desk::on(database);
        let (source, target, third) = (logged(&desk), logged(&desk), logged(&desk));
        let ada = desk.as_agent();
        let ended = logged(&desk);
        desk.act(ended, "cancel", &[]);
        refused(&ada, ended, "unmerge", &[], "unmerge-not-merged");
        merge(&ada, source, target);
        refused(&desk.as_requester(), source, "unmerge", &[], "forbidden: forbidden-action(action: transition:unmerge, type: incident)");
        merge(&ada, target, third);
        refused(&ada, source, "unmerge", &[], "unmerge-from-gone");
        ada.act(target, "unmerge", &[]);
        desk.act(target, "cancel", &[]);
        refused(&ada, source, "unmerge", &[], "unmerge-from-closed");
        desk.expect(source, &[("state", "cancelled")]);
    }

    fn a_comment_is_split_off(database) {
        let desk = Desk::on(database);
        let source = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("service", "Mail"), ("access", "1")]);
        let fields = [("title", "Another thing"), ("description", "My phone too"), ("split_from", &*source.to_string())];
        let split = desk.create("incident", &fields);
        desk.expect(split, &[
            ("requester", "Rita"), ("affected", "Rita"), ("service", "Mail"), ("organisation", "Acme"), ("access", "1"),
        ]);
        assert_eq!(links(&desk, "incident", split), [("split_from".to_owned(), source, true)]);
        assert_eq!(desk.history(split).iter().map(|it| it.unit_id).collect::<std::collections::BTreeSet<_>>().len(), 1);
        let order = desk.create("request", &fields);
        desk.expect(order, &[("requester", "Rita"), ("opened_by", "Ada")]);
        let answer = desk.as_agent().try_update(split, &[("split_from", "")]);
        assert_eq!(problems(&answer.expect_err("it stays where it is from")), "split_from: refused-read-only");
        desk.as_agent().try_comment(split, Comment::public("Done")).expect("it is like any other");
    }

    fn splitting_is_refused(database) {
        let desk = Desk::on(database);
        let own = desk.as_requester().create("incident", &[("title", "x")]);
        let answer = desk.as_requester().try_create("incident", &[("title", "y"), ("split_from", &own.to_string())]);
        assert_eq!(problems(&answer.expect_err("requesters write no such field")), "split_from: refused-unknown-field");
        let secret = desk.as_administrator().create("incident", &[("title", "x"), ("access", "2")]);
        let answer = desk.as_agent().try_create("incident", &[("title", "y"), ("split_from", &secret.to_string())]);
        assert_eq!(problems(&answer.expect_err("it is not there for Ada")), "split_from: reference-unknown");
    }
}
