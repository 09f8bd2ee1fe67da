//! Who may set what, and where.

use base::{Error, Refused, Result, Uuid};
use serde_json::json;
use test_kit::{Desk, House, both_databases};

const KEY: &str = "incident.open_tasks";

#[track_caller]
fn forbidden(answer: Result<()>) {
    let refused = answer.expect_err("there is no right to");
    assert!(
        matches!(refused, Error::Refused(Refused::Forbidden(_))),
        "{refused:?}"
    );
}

fn set_by(desk: &Desk, person: Uuid, organisation: Option<Uuid>) -> Result<()> {
    let value = json!("close_incomplete");
    desk.as_person(person).try_set(organisation, KEY, value)
}

both_databases! {
    fn a_manager_within_an_organisation_sets_nothing_for_others(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let below = admin.create("organisation", &[("title", "Acme Berlin"), ("parent", "Acme")]);
        let given = [("person", "Rob"), ("role", "practice_manager"), ("organisation", "Acme")];
        admin.create("role_assignment", &given);
        for elsewhere in [None, Some(House::GLOBEX)] {
            forbidden(set_by(&desk, House::ROB, elsewhere));
        }
        for own in [House::ACME, below] {
            set_by(&desk, House::ROB, Some(own)).expect("it is his to set");
        }
        let settings = desk.engine.snapshot().settings.clone();
        let ending = |organisation| settings.find(desk.tenant, organisation, KEY).expect("it is declared").0.clone();
        assert_eq!(ending(Some(House::ACME)), json!("close_incomplete"));
        assert_eq!(ending(Some(House::GLOBEX)), json!("refuse"));
        assert_eq!(ending(None), json!("refuse"));
    }

    fn a_manager_of_the_tenant_sets_for_all(database) {
        let desk = Desk::on(database);
        for place in [None, Some(House::GLOBEX)] {
            set_by(&desk, House::MAX, place).expect("it is his to set");
            forbidden(set_by(&desk, House::ADA, place));
        }
    }
}
