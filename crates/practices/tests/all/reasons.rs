//! Each value that a rule set is recorded with its reason, and reasons that lie in a setting name whose it is.

use std::collections::BTreeSet;

use base::Uuid;
use engine::{Comment, Surface};
use serde_json::{Value as Json, json};
use test_kit::{Desk, House, both_databases};

/// What rules set of a record, each held against having a reason.
fn reasons(desk: &Desk, record: Uuid) -> Vec<(String, Json)> {
    let mut all = Vec::new();
    for entry in desk.history(record) {
        let trace = entry.rule_trace.unwrap_or_default();
        for step in trace.as_array().into_iter().flatten() {
            let field = step["field"].as_str().expect("a field").to_owned();
            let key = step["why"]["key"].as_str().unwrap_or_default();
            assert!(
                key.starts_with("why-"),
                "{field} was set without a reason: {step}"
            );
            all.push((field, step["why"].clone()));
        }
    }
    all
}

fn reason_of(desk: &Desk, record: Uuid, field: &str) -> Json {
    let mut all = reasons(desk, record);
    all.retain(|it| it.0 == field);
    all.pop().map(|it| it.1).unwrap_or_default()
}

both_databases! {
    fn a_whole_life_has_its_reasons(database) {
        let desk = Desk::on(database);
        let resolution = [("resolution_code", "solution_provided"), ("close_notes", "Restarted it")];
        let agent = desk.as_agent().through(Surface::Page);
        let parent = agent.create("incident", &[("title", "Mail is down"), ("requester", "Rob")]);
        let id = agent.create("incident", &[
            ("title", "Mail is slow"), ("requester", "Rita"), ("channel", "phone"), ("parent", &parent.to_string()),
            ("service", "Mail"), ("category", "Hardware"),
        ]);
        agent.act(id, "start", &[]);
        agent.assign(id, &[("team", "Network")]);
        let max = desk.as_person(House::MAX);
        max.assign(id, &[("team", "Service desk"), ("assignee", "Ada")]);
        max.assign(id, &[("team", "Network")]);
        max.act(id, "hold", &[("hold_reason", "vendor")]);
        desk.as_requester().comment(id, "Any news?");
        max.act(id, "resume", &[]);
        max.update(id, &[("priority_override", "1"), ("override_reason", "The board waits")]);
        max.update(id, &[("priority_override", "")]);
        max.assign(id, &[("team", "Service desk")]);
        let worked = Comment { minutes_worked: Some(15), ..Comment::public("Looking") };
        max.try_comment(id, worked).expect("it is said");
        max.act(id, "resolve", &resolution);
        desk.as_requester().act(id, "reopen", &[("comment", "It is not")]);
        max.act(id, "resolve", &resolution);
        desk.as_requester().act(id, "close", &[]);
        desk.as_lead().act(id, "reopen_closed", &[("comment", "A slip")]);
        let mut seen: BTreeSet<String> = reasons(&desk, id).into_iter().map(|it| it.0).collect();
        seen.extend(reasons(&desk, parent).into_iter().map(|it| it.0));
        for field in [
            "state", "open", "priority", "impact", "urgency", "affected", "opened_by", "organisation", "opened_at", "access",
            "reassignment_count", "assignee_change_count", "assignee", "answered", "hold_reason", "override_by",
            "override_reason", "time_worked", "resolved_at", "resolved_by", "first_resolved_at", "first_responded_at",
            "first_contact_resolution", "reopen_count", "close_notes", "resolution_code", "closed_at", "closed_by", "parent",
        ] {
            assert!(seen.contains(field), "no rule set {field}: {seen:?}");
        }
    }

    fn other_types_have_theirs(database) {
        let desk = Desk::on(database);
        let task = desk.create("task", &[("title", "Look")]);
        desk.act(task, "start", &[]);
        let author = desk.as_author();
        let article = author.create("knowledge_article", &[("title", "How"), ("body", "So")]);
        author.act(article, "submit", &[]);
        desk.as_publisher().act(article, "publish", &[]);
        author.act(article, "revise", &[]);
        let call = desk.create("interaction", &[("title", "A call"), ("person", "Rita"), ("channel", "phone")]);
        let view = desk.create("saved_view", &[("title", "Mine"), ("listed_type", "incident")]);
        let admin = desk.as_administrator();
        let role = admin.create("role_assignment", &[("person", "Rob"), ("role", "agent")]);
        let below = admin.create("organisation", &[("title", "Acme Berlin"), ("parent", "Acme")]);
        admin.act(House::ROB, "leave", &[]);
        admin.act(House::ROB, "return", &[]);
        for record in [task, article, call, view, role, below, House::ROB] {
            assert!(!reasons(&desk, record).is_empty(), "{record}");
        }
    }

    fn the_reason_of_a_priority_names_whose_matrix_it_is(database) {
        let desk = Desk::on(database);
        let matrix = json!({ "1-1": 1, "1-2": 1, "1-3": 1, "2-1": 2, "2-2": 2, "2-3": 2, "3-1": 3, "3-2": 3, "3-3": 3 });
        let made = |title: &str, requester: &str| desk.create("incident", &[("title", title), ("requester", requester)]);
        let whose = |record: Uuid| {
            let why = reason_of(&desk, record, "priority");
            assert_eq!(why["key"], "why-priority-matrix");
            (why["args"]["from"].clone(), why["args"]["whose"].clone())
        };
        assert_eq!(whose(made("a", "Rita")).0, "default");
        desk.set("incident.priority_matrix", matrix.clone());
        assert_eq!(whose(made("b", "Rita")).0, "tenant");
        desk.set_for(House::ACME, "incident.priority_matrix", matrix);
        assert_eq!(whose(made("c", "Rita")), (json!("organisation"), json!(House::ACME)));
        let set = json!([{ "team": House::NETWORK }]);
        desk.set_for(House::ACME, "incident.routing", set);
        let why = reason_of(&desk, made("d", "Rita"), "team");
        assert_eq!((&why["args"]["from"], &why["args"]["whose"]), (&json!("organisation"), &json!(House::ACME)));
    }
}
