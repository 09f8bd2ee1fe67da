//! Two at once: what must hold over several records holds whoever is faster.

use std::sync::Barrier;

use base::Uuid;
use dictionary::Value;
use engine::Change;
use test_kit::{Database, Desk, House, problems};

const ROUNDS: usize = 25;

/// Lets two people change the parents of two records at the same time, each the other's.
fn cross(desk: &Desk, pair: [Uuid; 2]) {
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        for (child, parent) in [(pair[0], pair[1]), (pair[1], pair[0])] {
            let barrier = &barrier;
            scope.spawn(move || {
                let someone = desk.as_person(House::SYD);
                barrier.wait();
                let answer = someone.try_update(child, &[("parent", &parent.to_string())]);
                if let Err(error) = answer {
                    assert!(error.refusal().is_some(), "{}", problems(&error));
                }
            });
        }
    });
    let parents = pair.map(|it| desk.field(it, "parent"));
    let set = parents.iter().filter(|it| !it.is_empty()).count();
    assert_eq!(
        set, 1,
        "one of two is faster, and the other one is told: {parents:?}"
    );
}

#[test]
fn two_incidents_do_not_become_each_others_parents() {
    let desk = Desk::on(Database::Postgres);
    for _ in 0..ROUNDS {
        cross(
            &desk,
            [(); 2].map(|()| desk.create("incident", &[("title", "x")])),
        );
    }
}

#[test]
fn two_organisations_do_not_stand_above_each_other() {
    let desk = Desk::on(Database::Postgres);
    for _ in 0..ROUNDS {
        let syd = desk.as_administrator();
        cross(
            &desk,
            [(); 2].map(|()| syd.create("organisation", &[("title", "x")])),
        );
    }
}

const RESOLUTION: [(&str, &str); 2] = [
    ("resolution_code", "solution_provided"),
    ("close_notes", "Restarted it"),
];

fn serving(record_type: &str, parent: Uuid) -> Change {
    Change::create(record_type)
        .with_value("title", Value::Text("Fetch a part".to_owned()))
        .with_value("parent", Value::Reference(parent))
}

#[test]
fn an_incident_is_not_resolved_past_a_task_that_is_being_made() {
    let desk = Desk::on(Database::Postgres);
    let incident = desk.create("incident", &[("title", "x")]);
    let (made, resolved) = desk.overlap(&desk.as_agent(), serving("task", incident), || {
        desk.as_lead().try_act(incident, "resolve", &RESOLUTION)
    });
    made.expect("the task was first");
    let refusal = problems(&resolved.expect_err("there is an open task"));
    assert_eq!(refusal, "ticket-has-open-tasks");
    desk.expect(incident, &[("state", "new")]);
}

#[test]
fn an_incident_is_not_resolved_past_a_task_that_is_being_reopened() {
    let desk = Desk::on(Database::Postgres);
    let incident = desk.create("incident", &[("title", "x")]);
    let given = [("title", "y"), ("parent", &*incident.to_string())];
    let task = desk.create("task", &given);
    desk.act(task, "complete", &[]);
    let reopen = Change::transition("task", task, "reopen");
    let (reopened, resolved) = desk.overlap(&desk.as_agent(), reopen, || {
        desk.as_lead().try_act(incident, "resolve", &RESOLUTION)
    });
    reopened.expect("the task was first");
    let refusal = problems(&resolved.expect_err("there is an open task"));
    assert_eq!(refusal, "ticket-has-open-tasks");
}

#[test]
fn cancelling_takes_a_task_along_that_is_being_made() {
    let desk = Desk::on(Database::Postgres);
    let incident = desk.create("incident", &[("title", "x")]);
    let (made, ()) = desk.overlap(&desk.as_agent(), serving("task", incident), || {
        desk.as_lead().act(incident, "cancel", &[]);
    });
    let task = made.expect("the task was first").record;
    desk.expect(task, &[("state", "closed_incomplete")]);
}

#[test]
fn a_resolution_reaches_a_child_that_is_being_made() {
    let desk = Desk::on(Database::Postgres);
    let parent = desk.create("incident", &[("title", "x")]);
    let (made, ()) = desk.overlap(&desk.as_agent(), serving("incident", parent), || {
        desk.as_lead().act(parent, "resolve", &RESOLUTION);
    });
    let child = made.expect("the child was first").record;
    desk.expect(child, &[("state", "resolved")]);
}

#[test]
fn a_resolution_passes_by_a_child_that_is_being_resolved() {
    let desk = Desk::on(Database::Postgres);
    // Locks are taken in the order of ids: the parent is locked first in one family, last in the other.
    for parent_first in [true, false] {
        let mut pair = [(); 2].map(|()| desk.create("incident", &[("title", "x")]));
        pair.sort_unstable();
        let [first, last] = pair;
        let (parent, child) = if parent_first {
            (first, last)
        } else {
            (last, first)
        };
        desk.update(child, &[("parent", &parent.to_string())]);
        let alone = Change::transition("incident", child, "resolve")
            .with_value(
                "resolution_code",
                Value::Choice("workaround_provided".to_owned()),
            )
            .with_value("close_notes", Value::Text("Used the other door".to_owned()));
        let (made, ()) = desk.overlap(&desk.as_agent(), alone, || {
            desk.as_lead().act(parent, "resolve", &RESOLUTION);
        });
        made.expect("the child was first");
        desk.expect(
            child,
            &[
                ("state", "resolved"),
                ("close_notes", "Used the other door"),
            ],
        );
        desk.expect(parent, &[("state", "resolved")]);
    }
}

#[test]
fn a_task_waits_for_one_that_is_being_reopened() {
    let desk = Desk::on(Database::Postgres);
    let first = desk.create("task", &[("title", "Order")]);
    let given = [("title", "Install"), ("depends_on", &*first.to_string())];
    let then = desk.create("task", &given);
    desk.act(first, "complete", &[]);
    let reopen = Change::transition("task", first, "reopen");
    let (reopened, begun) = desk.overlap(&desk.as_agent(), reopen, || {
        desk.as_lead().try_act(then, "start", &[])
    });
    reopened.expect("the first was faster");
    let refusal = problems(&begun.expect_err("it waits for the first"));
    assert_eq!(refusal, "depends_on: task-waits-for-others");
}

#[test]
fn two_people_do_not_get_the_same_further_address() {
    let desk = Desk::on(Database::Postgres);
    for round in 0..ROUNDS {
        let address = format!("[\"both{round}@example.net\"]");
        let barrier = Barrier::new(2);
        let got = std::thread::scope(|scope| {
            let claims = [House::RITA, House::ROB].map(|person| {
                let (desk, barrier, address) = (&desk, &barrier, &address);
                scope.spawn(move || {
                    let syd = desk.as_administrator();
                    barrier.wait();
                    syd.try_update(person, &[("further_emails", address)])
                })
            });
            claims.map(|it| it.join().expect("it ends"))
        });
        let refused = got.iter().filter_map(|it| it.as_ref().err());
        let refused: Vec<String> = refused.map(problems).collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(
            refused[0].contains("further_emails: address-taken"),
            "{refused:?}"
        );
    }
}
