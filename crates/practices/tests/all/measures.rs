//! Measures of incidents: counters of hand-overs, first response, first contact, time worked.

use base::{Error, Refused};
use dictionary::Value;
use engine::{Change, Comment};
use test_kit::{Desk, both_databases, problems};

use crate::incident::logged;

const RESOLUTION: [(&str, &str); 2] = [
    ("resolution_code", "solution_provided"),
    ("close_notes", "Restarted it"),
];

both_databases! {
    fn team_changes_count_and_assignees_apart(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("team", "Service desk"), ("assignee", "Ada")]);
        desk.expect(id, &[("reassignment_count", "0"), ("assignee_change_count", "0")]);
        desk.as_agent().assign(id, &[("assignee", "Lea")]);
        desk.expect(id, &[("reassignment_count", "0"), ("assignee_change_count", "1")]);
        desk.as_agent().assign(id, &[("team", "Network")]);
        // Lea is not of the network team and lets go.
        desk.expect(id, &[("assignee", ""), ("reassignment_count", "1"), ("assignee_change_count", "2")]);
        desk.as_agent().assign(id, &[("team", ""), ("assignee", "Noah")]);
        desk.expect(id, &[("reassignment_count", "2"), ("assignee_change_count", "3")]);
        desk.as_agent().assign(id, &[("team", "Network")]);
        desk.expect(id, &[("assignee", "Noah"), ("reassignment_count", "3"), ("assignee_change_count", "3")]);
    }

    fn the_first_team_counts_after_creation(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.as_agent().assign(id, &[("team", "Network")]);
        desk.expect(id, &[("reassignment_count", "1")]);
    }

    fn first_response_is_a_public_word_of_somebody_else(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("incident", &[("title", "x")]);
        desk.wait_days(1);
        desk.as_requester().comment(id, "Hello?");
        desk.as_agent().note(id, "Looks like the old fault");
        desk.as_system().comment(id, "We received your report");
        desk.as_person(test_kit::House::ROBOT).comment(id, "Correlated");
        desk.expect(id, &[("first_responded_at", "")]);
        desk.wait_days(1);
        desk.as_agent().comment(id, "We are on it");
        desk.wait_days(1);
        desk.as_agent().comment(id, "Nearly there");
        desk.expect(id, &[("first_responded_at", "2026-01-07T09:00:00Z")]);
    }

    fn first_contact_is_resolved_by_who_logged_it(database) {
        let desk = Desk::on(database);
        let first = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("team", "Service desk")]);
        desk.act(first, "resolve", &RESOLUTION);
        desk.expect(first, &[("first_contact_resolution", "true")]);
        let handed = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("team", "Service desk")]);
        desk.as_agent().assign(handed, &[("team", "Network")]);
        desk.act(handed, "resolve", &RESOLUTION);
        desk.expect(handed, &[("first_contact_resolution", "false")]);
        let by_other = logged(&desk);
        desk.as_lead().act(by_other, "resolve", &RESOLUTION);
        desk.expect(by_other, &[("first_contact_resolution", "false")]);
    }

    fn minutes_add_up(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        let worked = |minutes| Comment { minutes_worked: Some(minutes), ..Comment::private("Worked") };
        desk.as_agent().try_comment(id, worked(30)).expect("minutes are taken");
        desk.as_agent().try_comment(id, worked(12)).expect("minutes are taken");
        desk.expect(id, &[("time_worked", "42")]);
        let answer = desk.as_agent().try_comment(id, worked(-1));
        assert_eq!(problems(&answer.expect_err("nobody works backwards")), "minutes_worked: minutes-out-of-range");
    }

    fn who_reports_reports_no_minutes(database) {
        let desk = Desk::on(database);
        let rita = desk.as_requester();
        let id = rita.create("incident", &[("title", "x")]);
        let worked = Comment { minutes_worked: Some(480), ..Comment::public("A whole day") };
        let refused = rita.try_comment(id, worked.clone()).expect_err("she works on nothing");
        assert!(matches!(refused, Error::Refused(Refused::Forbidden(_))), "{}", problems(&refused));
        let new = Change::create("incident").with_value("title", Value::Text("y".to_owned()));
        let refused = rita.apply(new.with_comment(worked)).expect_err("nor at once");
        assert!(matches!(refused, Error::Refused(Refused::Forbidden(_))), "{}", problems(&refused));
        desk.expect(id, &[("time_worked", "0"), ("version", "1")]);
    }

    fn who_asks_for_somebody_else_answers_nobody(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("incident", &[("title", "x"), ("affected", "Rob")]);
        desk.as_requester().comment(id, "He is still waiting");
        desk.as_person(test_kit::House::ROB).comment(id, "I am");
        desk.expect(id, &[("first_responded_at", "")]);
    }

    fn what_was_reopened_is_not_first_contact(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.act(id, "resolve", &RESOLUTION);
        desk.as_requester().act(id, "reopen", &[]);
        desk.act(id, "resolve", &RESOLUTION);
        desk.expect(id, &[("first_contact_resolution", "false"), ("resolved_by", "Ada")]);
    }
}
