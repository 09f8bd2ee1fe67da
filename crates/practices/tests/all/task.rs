//! Tasks: child work of any record.

use serde_json::json;
use test_kit::{Desk, both_databases};

use crate::incident::{logged, refused};

const RESOLUTION: [(&str, &str); 2] = [
    ("resolution_code", "solution_provided"),
    ("close_notes", "Restarted it"),
];

both_databases! {
    fn a_task_belongs_where_its_parent_does(database) {
        let desk = Desk::on(database);
        let incident = logged(&desk);
        desk.as_system().update(incident, &[("access", "1")]);
        let task = desk.create("task", &[("title", "Fetch a part"), ("parent", &incident.to_string())]);
        desk.expect(task, &[("organisation", "Acme"), ("access", "1"), ("state", "open"), ("number", "TASK0000001")]);
    }

    fn open_tasks_stop_a_resolution(database) {
        let desk = Desk::on(database);
        let incident = logged(&desk);
        let task = desk.create("task", &[("title", "Fetch a part"), ("parent", &incident.to_string())]);
        refused(&desk.as_agent(), incident, "resolve", &RESOLUTION, "ticket-has-open-tasks");
        desk.act(task, "complete", &[]);
        desk.expect(task, &[("state", "closed_complete"), ("closed_by", "Ada"), ("open", "false")]);
        desk.act(incident, "resolve", &RESOLUTION);
    }

    fn open_tasks_end_where_wanted(database) {
        let desk = Desk::on(database);
        desk.set("incident.open_tasks", json!("close_incomplete"));
        let incident = logged(&desk);
        let task = desk.create("task", &[("title", "Fetch a part"), ("parent", &incident.to_string())]);
        desk.act(incident, "resolve", &RESOLUTION);
        desk.expect(task, &[("state", "closed_incomplete")]);
    }

    fn cancelling_ends_tasks(database) {
        let desk = Desk::on(database);
        let incident = logged(&desk);
        let task = desk.create("task", &[("title", "Fetch a part"), ("parent", &incident.to_string())]);
        desk.act(incident, "cancel", &[]);
        desk.expect(task, &[("state", "closed_incomplete")]);
    }

    fn tasks_wait_for_each_other(database) {
        let desk = Desk::on(database);
        let first = desk.create("task", &[("title", "Order")]);
        let then = desk.create("task", &[("title", "Install"), ("depends_on", &first.to_string())]);
        refused(&desk.as_agent(), then, "start", &[], "depends_on: task-waits-for-others");
        refused(&desk.as_agent(), then, "complete", &[], "depends_on: task-waits-for-others");
        desk.act(first, "skip", &[]);
        desk.act(then, "start", &[]);
        desk.expect(then, &[("state", "in_progress"), ("started_at", "2026-01-05T09:00:00Z")]);
    }

    fn tasks_may_have_tasks_but_no_circles(database) {
        let desk = Desk::on(database);
        let outer = desk.create("task", &[("title", "Move")]);
        let inner = desk.create("task", &[("title", "Pack"), ("parent", &outer.to_string())]);
        let answer = desk.as_agent().try_update(outer, &[("parent", &inner.to_string())]);
        assert_eq!(test_kit::problems(&answer.expect_err("no circle")), "parent: tree-cycle");
    }
}
