//! What flows from a parent incident to its children, and what never does.

use base::{Error, Refused, Uuid};
use engine::{Change, Comment};
use serde_json::json;
use test_kit::{Acting, Desk, House, both_databases, problems};

const RESOLUTION: [(&str, &str); 2] = [
    ("resolution_code", "workaround_provided"),
    ("close_notes", "Use the other door"),
];

/// A parent and that many children, all new.
fn family<const N: usize>(desk: &Desk) -> (Uuid, [Uuid; N]) {
    let parent = desk.create("incident", &[("title", "Mail is down")]);
    let children = [(); N].map(|()| {
        desk.create(
            "incident",
            &[
                ("title", "No mail"),
                ("requester", "Rita"),
                ("parent", &parent.to_string()),
            ],
        )
    });
    (parent, children)
}

#[track_caller]
fn parent_refused(who: &Acting<'_>, child: Uuid, parent: Uuid, wanted: &str) {
    let answer = who.try_update(child, &[("parent", &parent.to_string())]);
    assert_eq!(problems(&answer.expect_err("no such family")), wanted);
}

both_databases! {
    fn work_begins_on_children_too(database) {
        let desk = Desk::on(database);
        let (parent, [new, waiting, done]) = family(&desk);
        desk.act(waiting, "hold", &[("hold_reason", "requester"), ("comment", "Which one?")]);
        desk.act(done, "resolve", &RESOLUTION);
        desk.act(parent, "start", &[]);
        desk.expect(new, &[("state", "in_progress")]);
        desk.expect(waiting, &[("state", "on_hold")]);
        desk.expect(done, &[("state", "resolved")]);
        let caused = desk.history(new).pop().expect("the child changed");
        assert_eq!((caused.on_behalf_of, caused.surface.as_str()), (Some(House::ADA), "reaction"));
        assert_eq!(caused.cause, desk.history(parent).last().map(|it| it.change_id));
    }

    fn holding_flows_for_others_not_for_the_requester(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        desk.act(parent, "hold", &[("hold_reason", "requester"), ("comment", "Which one?")]);
        desk.expect(child, &[("state", "new")]);
        desk.act(parent, "resume", &[]);
        desk.expect(child, &[("state", "in_progress")]);
        desk.act(parent, "hold", &[("hold_reason", "vendor")]);
        desk.expect(child, &[("state", "on_hold"), ("hold_reason", "vendor")]);
        desk.act(parent, "resume", &[]);
        desk.expect(child, &[("state", "in_progress")]);
    }

    fn a_resolution_flows_with_code_and_notes(database) {
        let desk = Desk::on(database);
        let (parent, [child, cancelled]) = family(&desk);
        desk.act(cancelled, "cancel", &[]);
        desk.act(parent, "resolve", &RESOLUTION);
        desk.expect(child, &[
            ("state", "resolved"), ("resolution_code", "workaround_provided"), ("close_notes", "Use the other door"),
            ("resolved_by", "Ada"),
        ]);
        desk.expect(cancelled, &[("state", "cancelled")]);
        desk.act(parent, "close", &[]);
        desk.expect(child, &[("state", "resolved")]);
    }

    fn closing_cancelling_and_priority_stay(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        desk.update(parent, &[("impact", "1"), ("urgency", "1")]);
        desk.act(parent, "cancel", &[]);
        desk.expect(child, &[("state", "new"), ("priority", "5")]);
    }

    fn marked_public_comments_flow(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        let agent = desk.as_agent();
        let version = desk.field(child, "version");
        agent.comment(parent, "For the parent alone");
        let to_children = |comment| Comment { to_children: true, ..comment };
        agent.try_comment(parent, to_children(Comment::private("Between us"))).expect("a note is taken");
        assert_eq!(desk.field(child, "version"), version);
        agent.try_comment(parent, to_children(Comment::public("Mail is back at noon"))).expect("a comment is taken");
        let last = desk.history(child).pop().expect("the child was told");
        assert_eq!((last.action.as_str(), last.surface.as_str()), ("comment", "reaction"));
    }

    fn who_reports_speaks_to_no_children(database) {
        let desk = Desk::on(database);
        let parent = desk.create("incident", &[("title", "Mail is down"), ("requester", "Rita")]);
        let child = desk.create("incident", &[("title", "x"), ("requester", "Rob"), ("parent", &parent.to_string())]);
        let version = desk.field(child, "version");
        let rita = desk.as_requester();
        let everybody = Comment { to_children: true, ..Comment::public("Send me your passwords") };
        let refused = rita.try_comment(parent, everybody.clone()).expect_err("not hers to say");
        assert!(matches!(refused, Error::Refused(Refused::Forbidden(_))), "{}", problems(&refused));
        let cancel = Change::transition("incident", parent, "cancel").with_comment(everybody);
        let refused = rita.apply(cancel).expect_err("nor along with what she may do");
        assert!(matches!(refused, Error::Refused(Refused::Forbidden(_))), "{}", problems(&refused));
        desk.expect(child, &[("version", &version)]);
        desk.expect(parent, &[("state", "new")]);
        rita.comment(parent, "Any news?");
        desk.expect(child, &[("version", &version)]);
    }

    fn a_reopened_child_detaches(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        desk.act(parent, "resolve", &RESOLUTION);
        desk.as_requester().act(child, "reopen", &[]);
        desk.expect(child, &[("parent", ""), ("state", "in_progress")]);
        desk.act(parent, "reopen", &[]);
        desk.expect(child, &[("reopen_count", "1")]);
    }

    fn a_parent_reopens_no_child(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        desk.act(parent, "resolve", &RESOLUTION);
        desk.act(parent, "reopen", &[]);
        desk.expect(child, &[("state", "resolved"), ("parent", &parent.to_string())]);
    }

    fn families_have_two_generations(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        let other = desk.create("incident", &[("title", "x")]);
        let agent = desk.as_agent();
        parent_refused(&agent, parent, parent, "parent: tree-cycle");
        parent_refused(&agent, parent, other, "parent: parent-has-children");
        parent_refused(&agent, other, child, "parent: parent-is-child");
        parent_refused(&agent, parent, child, "parent: parent-has-children");
    }

    fn what_flows_is_data(database) {
        let desk = Desk::on(database);
        let nothing = json!({ "in_progress": false, "on_hold": [], "resolved": false, "comments": false });
        desk.set("incident.cascade", nothing);
        let (parent, [child]) = family(&desk);
        desk.act(parent, "start", &[]);
        desk.act(parent, "resolve", &RESOLUTION);
        desk.expect(child, &[("state", "new")]);
    }

    fn the_flow_ignores_rights_on_children(database) {
        let desk = Desk::on(database);
        let (parent, [child]) = family(&desk);
        desk.as_system().update(child, &[("access", "2")]);
        assert!(desk.as_lead().try_get(child).is_err(), "Lea may not see it");
        desk.as_lead().act(parent, "resolve", &RESOLUTION);
        desk.expect(child, &[("state", "resolved")]);
    }
}
