//! Requests: orders of people, from the portal to the day on which they close by themselves.

use engine::Surface;
use serde_json::json;
use test_kit::{Desk, House, both_databases, problems};

use crate::incident::refused;

const ORDER: [(&str, &str); 4] = [
    ("title", "A second screen"),
    ("affected", "Rob"),
    ("justification", "Tables do not fit"),
    ("needed_by", "2026-02-01"),
];

const FULFILMENT: [(&str, &str); 2] = [
    ("resolution_code", "fulfilled"),
    ("close_notes", "It stands on the desk"),
];

both_databases! {
    fn a_requester_orders_for_somebody(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("request", &ORDER);
        desk.expect(id, &[
            ("number", "REQ0000001"), ("state", "new"), ("open", "true"), ("requester", "Rita"), ("affected", "Rob"),
            ("opened_by", "Rita"), ("channel", "portal"), ("organisation", "Acme"), ("impact", "3"), ("urgency", "3"),
            ("priority", "5"), ("justification", "Tables do not fit"), ("needed_by", "2026-02-01"),
        ]);
        // Rob is to have it, so he reads it; a stranger does not.
        assert_eq!(desk.as_person(House::ROB).get(id).id(), id);
        let stranger = desk.as_person(House::KIM).try_get(id);
        assert_eq!(problems(&stranger.expect_err("it is not theirs")), "not found: record-not-found");
        let graver = desk.as_requester().try_create("request", &[("title", "x"), ("impact", "1")]);
        assert_eq!(problems(&graver.expect_err("requesters choose no impact")), "impact: refused-unknown-field");
    }

    fn it_goes_from_new_to_closed(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("request", &ORDER);
        desk.act(id, "start", &[]);
        desk.act(id, "hold", &[("hold_reason", "requester"), ("comment", "Which size?")]);
        desk.as_requester().comment(id, "27 inches");
        desk.expect(id, &[("state", "in_progress"), ("hold_reason", "")]);
        refused(&desk.as_agent(), id, "fulfil", &[], "resolution_code: refused-required; close_notes: refused-required");
        desk.act(id, "fulfil", &FULFILMENT);
        desk.expect(id, &[
            ("state", "fulfilled"), ("open", "false"), ("resolved_by", "Ada"), ("resolved_at", "2026-01-05T09:00:00Z"),
        ]);
        desk.as_requester().act(id, "reopen", &[]);
        desk.expect(id, &[("state", "in_progress"), ("reopen_count", "1"), ("resolution_code", "")]);
        desk.act(id, "fulfil", &FULFILMENT);
        desk.set("request.auto_close_days", json!(3));
        let sweep = practices::sweeps().into_iter().find(|it| it.name == "request_auto_close").expect("there is one");
        let due = || {
            let ctx = desk.engine.system_ctx(desk.tenant, Surface::Job);
            desk.as_system().find("request", (sweep.due)(&ctx)).expect("readable").len()
        };
        desk.wait_days(2);
        assert_eq!(due(), 0);
        desk.wait_days(1);
        assert_eq!(due(), 1);
        desk.as_system().apply((sweep.change)(id)).expect("it closes");
        desk.expect(id, &[("state", "closed"), ("closed_by", "")]);
    }

    fn its_settings_are_its_own(database) {
        let desk = Desk::on(database);
        desk.set("request.routing", json!([{ "service": House::MAIL, "team": House::NETWORK }]));
        let fields = [("title", "A mailbox"), ("service", "Mail")];
        let (order, fault) = (desk.create("request", &fields), desk.create("incident", &fields));
        desk.expect(order, &[("team", "Network")]);
        desk.expect(fault, &[("team", "Service desk")]);
    }

    fn open_tasks_keep_it_open(database) {
        let desk = Desk::on(database);
        let id = desk.create("request", &ORDER);
        let task = desk.create("task", &[("title", "Buy one"), ("parent", &id.to_string())]);
        refused(&desk.as_agent(), id, "fulfil", &FULFILMENT, "ticket-has-open-tasks");
        desk.act(task, "complete", &[]);
        desk.act(id, "fulfil", &FULFILMENT);
        desk.expect(id, &[("state", "fulfilled")]);
    }
}
