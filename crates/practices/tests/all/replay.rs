//! Facts of the past: stored as they were, counted by the same rules, nothing refused and nothing caused.

use base::Uuid;
use engine::{Change, Outcome};
use test_kit::{Desk, House, both_databases};

/// Replays rows of an event log as an importer does: what each event says the record was.
fn replayed(desk: &Desk, rows: &[(&str, &[(&str, &str)])]) -> (Uuid, Vec<Outcome>) {
    let importer = desk.as_administrator();
    let mut record = None;
    let mut outcomes = Vec::new();
    for (at, fields) in rows {
        let change = record.map_or_else(
            || Change::create("incident"),
            |it| Change::update("incident", it),
        );
        let outcome = importer.replay(at, change, fields);
        record = Some(outcome.record);
        outcomes.push(outcome);
    }
    (record.expect("a log has rows"), outcomes)
}

both_databases! {
    fn a_log_is_counted_as_its_source_counted(database) {
        let desk = Desk::on(database);
        let (id, outcomes) = replayed(&desk, &[
            ("2016-03-01T08:00:00Z", &[("title", "Old"), ("state", "resolved"), ("team", "Network"), ("impact", "2"), ("urgency", "2")]),
            ("2016-03-01T09:00:00Z", &[("state", "resolved"), ("team", "")]),
            ("2016-03-01T10:00:00Z", &[("state", "in_progress"), ("team", "")]),
            ("2016-03-02T10:00:00Z", &[("state", "in_progress"), ("team", "Service desk")]),
            ("2016-03-03T10:00:00Z", &[("state", "resolved")]),
            ("2016-03-04T10:00:00Z", &[("state", "resolved"), ("assignee", "Ada")]),
            ("2016-03-09T10:00:00Z", &[("state", "closed")]),
            ("2016-03-10T10:00:00Z", &[("state", "in_progress")]),
            ("2016-03-11T10:00:00Z", &[("state", "resolved")]),
            ("2016-03-16T10:00:00Z", &[("state", "closed")]),
            ("2016-03-17T10:00:00Z", &[("state", "closed")]),
        ]);
        desk.expect(id, &[
            ("state", "closed"), ("reassignment_count", "2"), ("reopen_count", "2"), ("assignee_change_count", "1"),
            ("priority", "3"), ("opened_at", "2016-03-01T08:00:00Z"), ("first_resolved_at", "2016-03-01T08:00:00Z"),
            ("resolved_at", "2016-03-11T10:00:00Z"), ("closed_at", "2016-03-17T10:00:00Z"), ("open", "false"),
            ("resolved_by", ""), ("closed_by", ""), ("opened_by", ""),
        ]);
        assert!(!outcomes[0].reports.is_empty() || outcomes[0].changed, "what the log lacks is told");
        let history = desk.history(id);
        assert!(history.iter().all(|it| it.mode == "replay"));
        assert_eq!(history[4].effective_at.to_string(), "2016-03-03T10:00:00Z");
    }

    fn the_last_row_in_the_resolved_state_counts(database) {
        let desk = Desk::on(database);
        let (id, _) = replayed(&desk, &[
            ("2016-03-01T08:00:00Z", &[("title", "Old"), ("state", "resolved")]),
            ("2016-03-02T08:00:00Z", &[("state", "resolved")]),
        ]);
        desk.expect(id, &[("resolved_at", "2016-03-02T08:00:00Z"), ("first_resolved_at", "2016-03-01T08:00:00Z")]);
    }

    fn what_the_source_gives_wins(database) {
        let desk = Desk::on(database);
        let (id, _) = replayed(&desk, &[
            ("2016-03-01T08:00:00Z", &[
                ("title", "Old"), ("impact", "3"), ("urgency", "3"), ("priority", "4"), ("opened_by", "Noah"),
                ("opened_at", "2016-02-29T08:00:00Z"), ("reassignment_count", "7"),
            ]),
            ("2016-03-02T08:00:00Z", &[("resolved_by", "Noah"), ("state", "resolved"), ("resolved_at", "2016-03-01T23:00:00Z")]),
        ]);
        desk.expect(id, &[
            ("opened_by", "Noah"), ("opened_at", "2016-02-29T08:00:00Z"), ("reassignment_count", "7"), ("resolved_by", "Noah"),
            ("resolved_at", "2016-03-01T23:00:00Z"),
        ]);
    }

    fn unknown_states_are_kept_and_reported(database) {
        let desk = Desk::on(database);
        let (id, outcomes) = replayed(&desk, &[
            ("2016-03-01T08:00:00Z", &[("title", "Old"), ("state", "-100"), ("hold_reason", "moon")]),
            ("2016-03-02T08:00:00Z", &[("state", "resolved")]),
        ]);
        let keys: Vec<_> = outcomes[0].reports.iter().map(|it| it.key).collect();
        assert!(keys.contains(&"imported-choice"), "{keys:?}");
        assert_eq!(desk.history(id)[0].fields["state"].after, "-100");
    }

    fn nothing_reacts_to_the_past(database) {
        let desk = Desk::on(database);
        let parent = desk.create("incident", &[("title", "Parent")]);
        let child = desk.create("incident", &[("title", "Child"), ("parent", &parent.to_string())]);
        let change = Change::update("incident", parent);
        desk.as_administrator().replay("2016-03-01T08:00:00Z", change, &[("state", "resolved")]);
        desk.expect(child, &[("state", "new")]);
    }

    fn only_importers_replay(database) {
        let desk = Desk::on(database);
        let mut change = Change::create("incident");
        change.mode = engine::Mode::Replay { effective_at: desk.now() };
        for person in [House::ADA, House::RITA, House::OTTO] {
            assert!(desk.as_person(person).apply(change.clone()).is_err());
        }
    }
}
