//! Two at once: what must hold over several records holds whoever is faster.

use std::sync::Barrier;

use base::Uuid;
use test_kit::{Database, Desk, House};

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
                    assert!(error.refusal().is_some(), "{}", test_kit::problems(&error));
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
