//! Properties: whatever people try, in whatever order, the invariants of an incident hold.

use base::Uuid;
use dictionary::{Phase, Value};
use engine::read::Visible;
use engine::{Action, Comment};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use test_kit::{Database, Desk, House};

#[derive(Clone, Debug)]
enum Step {
    Transition(usize, Vec<usize>),
    Update(usize),
    Comment(bool),
    Wait(u64),
    Delete,
}

/// Field values that people try, alone or together.
const FIELDS: [(&str, &str); 18] = [
    ("hold_reason", "vendor"),
    ("hold_reason", "requester"),
    ("hold_reason", "scheduled"),
    ("hold_until", "2026-01-20T00:00:00Z"),
    ("resolution_code", "known_error"),
    ("close_notes", "Known and gone"),
    ("comment", "For everybody"),
    ("team", "Network"),
    ("team", "Service desk"),
    ("team", ""),
    ("assignee", "Noah"),
    ("assignee", "Lou"),
    ("impact", "1"),
    ("urgency", "1"),
    ("impact", "9"),
    ("priority_override", "2"),
    ("override_reason", "Because"),
    ("subcategory", "Laptop"),
];

const TRANSITIONS: [&str; 9] = [
    "start",
    "hold",
    "resume",
    "resolve",
    "reopen",
    "close",
    "reopen_closed",
    "cancel",
    "no_such_thing",
];

const PEOPLE: [Uuid; 5] = [House::RITA, House::ADA, House::LEA, House::OTTO, House::SAM];

fn step() -> impl Strategy<Value = (usize, Step)> {
    let transition = (
        0..TRANSITIONS.len(),
        prop::collection::vec(0..FIELDS.len(), 0..4),
    )
        .prop_map(|(transition, fields)| Step::Transition(transition, fields));
    // Steps that get somewhere are proposed more often than chance would.
    let resolve = Just(Step::Transition(3, vec![4, 5]));
    let close = Just(Step::Transition(5, vec![]));
    let reopen = Just(Step::Transition(6, vec![6]));
    let hold = Just(Step::Transition(1, vec![0]));
    let update = (0..FIELDS.len()).prop_map(Step::Update);
    let comment = any::<bool>().prop_map(Step::Comment);
    let wait = (1_u64..10).prop_map(Step::Wait);
    let any = prop_oneof![
        5 => transition, 3 => resolve, 2 => close, 2 => reopen, 2 => hold, 3 => update, 2 => comment, 1 => wait, 1 => Just(Step::Delete)
    ];
    let who = prop_oneof![4 => Just(1_usize), 2 => Just(2_usize), 2 => Just(0_usize), 1 => 3..PEOPLE.len()];
    (who, any)
}

fn take(desk: &Desk, record: Uuid, who: Uuid, step: &Step) {
    let acting = desk.as_person(who);
    let fields = |picked: &[usize]| picked.iter().map(|it| FIELDS[*it]).collect::<Vec<_>>();
    // Refusals are as welcome as successes; what counts is what the record looks like afterwards.
    let answer = match step {
        Step::Transition(name, picked) => {
            acting.try_act(record, TRANSITIONS[*name], &fields(picked))
        }
        Step::Update(field) => acting.try_update(record, &fields(&[*field])),
        Step::Comment(public) => acting.try_comment(
            record,
            if *public {
                Comment::public("A word")
            } else {
                Comment::private("A note")
            },
        ),
        Step::Wait(days) => return desk.wait_days(*days),
        Step::Delete => acting
            .try_do(record, Action::Delete)
            .and_then(|_| desk.as_administrator().try_do(record, Action::Restore)),
    };
    if let Err(error) = answer {
        assert!(
            error.refusal().is_some(),
            "{step:?} failed: {}",
            test_kit::problems(&error)
        );
    }
}

fn number(record: &Visible, field: &str) -> i64 {
    record.value(field).as_integer().unwrap_or_default()
}

#[track_caller]
fn check(before: &Visible, after: &Visible) {
    let lifecycle = after
        .record_type()
        .lifecycle
        .clone()
        .expect("incidents have states");
    let phase_of = |it: &Visible| lifecycle.phase(it.value("state").as_text().unwrap_or_default());
    let (was, phase) = (phase_of(before), phase_of(after));
    let set = |field: &str| !after.value(field).is_null();
    assert_eq!(
        after.value("open"),
        &Value::Boolean(phase.is_open()),
        "open follows the phase"
    );
    assert_eq!(
        set("resolved_at"),
        matches!(phase, Phase::Resolved | Phase::Closed),
        "resolved_at in {phase:?}"
    );
    assert_eq!(
        set("closed_at"),
        matches!(phase, Phase::Closed | Phase::Cancelled),
        "closed_at in {phase:?}"
    );
    assert_eq!(
        set("hold_reason"),
        phase == Phase::OnHold,
        "hold_reason in {phase:?}"
    );
    if phase == Phase::Resolved {
        assert!(
            set("resolution_code") && set("close_notes"),
            "resolved with code and notes"
        );
    }
    for counter in [
        "reassignment_count",
        "assignee_change_count",
        "reopen_count",
        "version",
        "time_worked",
    ] {
        assert!(
            number(before, counter) <= number(after, counter),
            "{counter} never falls"
        );
    }
    let ended = |it: Phase| matches!(it, Phase::Resolved | Phase::Closed);
    let reopened = ended(was) && !ended(phase);
    assert_eq!(
        number(after, "reopen_count") - number(before, "reopen_count"),
        i64::from(reopened)
    );
    let handed_over = before.value("team") != after.value("team");
    assert_eq!(
        number(after, "reassignment_count") - number(before, "reassignment_count"),
        i64::from(handed_over)
    );
    for kept in [
        "first_resolved_at",
        "first_responded_at",
        "opened_at",
        "opened_by",
        "requester",
        "number",
    ] {
        let first = before.value(kept);
        assert!(
            first.is_null() || first == after.value(kept),
            "{kept} is kept"
        );
    }
    let (impact, urgency) = (number(after, "impact"), number(after, "urgency"));
    let of_matrix = [[1, 2, 3], [2, 3, 4], [3, 4, 5]][usize::try_from(impact - 1).expect("1 to 3")]
        [usize::try_from(urgency - 1).expect("1 to 3")];
    let priority = after
        .value("priority_override")
        .as_integer()
        .unwrap_or(of_matrix);
    assert_eq!(
        number(after, "priority"),
        priority,
        "priority is the override or the matrix"
    );
}

fn run(database: Database, cases: u32) {
    let desk = Desk::on(database);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let walk = prop::collection::vec(step(), 1..14);
    let outcome = runner.run(&walk, |steps| {
        let record = desk.create(
            "incident",
            &[("title", "x"), ("requester", "Rita"), ("service", "Mail")],
        );
        let mut before = desk.get(record);
        for (who, step) in &steps {
            take(&desk, record, PEOPLE[*who], step);
            let after = desk.get(record);
            check(&before, &after);
            before = after;
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn invariants_hold_whatever_people_try_sqlite() {
    run(Database::Sqlite, 60);
}

#[test]
fn invariants_hold_whatever_people_try_postgres() {
    run(Database::Postgres, 12);
}
