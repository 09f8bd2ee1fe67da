//! Incidents: who is who, priority, hold, resolution, reopening, routing, major.

use engine::Surface;
use serde_json::json;
use test_kit::{Acting, Desk, House, both_databases, problems};

/// Tries a transition and holds the problems against what they shall be.
#[track_caller]
pub fn refused(
    who: &Acting<'_>,
    record: base::Uuid,
    act: &str,
    fields: &[(&str, &str)],
    wanted: &str,
) {
    let answer = who.try_act(record, act, fields);
    assert_eq!(problems(&answer.expect_err("this is refused")), wanted);
}

#[track_caller]
fn update_refused(who: &Acting<'_>, record: base::Uuid, fields: &[(&str, &str)], wanted: &str) {
    let answer = who.try_update(record, fields);
    assert_eq!(problems(&answer.expect_err("this is refused")), wanted);
}

/// An incident that Ada logged for Rita.
#[track_caller]
pub fn logged(desk: &Desk) -> base::Uuid {
    desk.create(
        "incident",
        &[("title", "Mail is slow"), ("requester", "Rita")],
    )
}

const RESOLUTION: [(&str, &str); 2] = [
    ("resolution_code", "solution_provided"),
    ("close_notes", "Restarted it"),
];

both_databases! {
    fn who_follows_reads_and_comments_and_ends_nothing(database) {
        let desk = Desk::on(database);
        let fault = desk.create("incident", &[("title", "VPN is down"), ("requester", "Rob"), ("affected", "Rob")]);
        desk.as_agent().try_do(fault, engine::Action::Follow(House::RITA)).expect("Ada lets Rita follow");
        let rita = desk.as_requester();
        rita.try_comment(fault, engine::Comment::public("Mine too")).expect("who follows may answer");
        let forbidden = |step: &str| format!("forbidden: forbidden-action(action: transition:{step}, type: incident)");
        refused(&rita, fault, "cancel", &[], &forbidden("cancel"));
        desk.act(fault, "resolve", &[("resolution_code", "solution_provided"), ("close_notes", "x")]);
        refused(&rita, fault, "close", &[], &forbidden("close"));
        refused(&rita, fault, "reopen", &[], &forbidden("reopen"));
        // Whom it concerns may, whether they asked or have it, and also where they follow it.
        desk.as_person(House::ROB).act(fault, "reopen", &[]);
        desk.as_agent().update(fault, &[("affected", "Rita")]);
        rita.act(fault, "cancel", &[]);
    }

    fn a_requester_reports(database) {
        let desk = Desk::on(database);
        let report = [("title", "No mail"), ("how_many_affected", "my_team"), ("can_work", "no")];
        let id = desk.as_requester().create("incident", &report);
        desk.expect(id, &[
            ("state", "new"), ("open", "true"), ("requester", "Rita"), ("affected", "Rita"), ("opened_by", "Rita"),
            ("channel", "portal"), ("organisation", "Acme"), ("impact", "2"), ("urgency", "1"), ("priority", "2"),
            ("opened_at", "2026-01-05T09:00:00Z"), ("number", "INC0000001"), ("access", "0"), ("major", "none"),
            ("reassignment_count", "0"), ("reopen_count", "0"), ("first_responded_at", ""),
        ]);
    }

    fn a_requester_chooses_no_impact(database) {
        let desk = Desk::on(database);
        let answer = desk.as_requester().try_create("incident", &[("title", "No mail"), ("impact", "1"), ("urgency", "1")]);
        assert_eq!(
            problems(&answer.expect_err("callers answer plain questions")),
            "impact: refused-unknown-field; urgency: refused-unknown-field",
        );
    }

    fn an_agent_logs_a_call(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "No mail"), ("requester", "Rita"), ("service", "Mail")]);
        desk.expect(id, &[
            ("channel", "phone"), ("opened_by", "Ada"), ("affected", "Rita"), ("organisation", "Acme"),
            ("team", "Service desk"), ("impact", "3"), ("urgency", "3"), ("priority", "5"),
            ("first_responded_at", "2026-01-05T09:00:00Z"),
        ]);
        let sent = desk.as_person(House::ROBOT).through(Surface::Api).create("incident", &[("title", "Disk full")]);
        desk.expect(sent, &[("channel", "api"), ("first_responded_at", "")]);
    }

    fn priority_follows_the_matrix(database) {
        let desk = Desk::on(database);
        let mut found = String::new();
        for (impact, urgency) in (1..=3).flat_map(|it| (1..=3).map(move |urgency| (it, urgency))) {
            let fields = [("title", "x"), ("impact", &impact.to_string()), ("urgency", &urgency.to_string())];
            let id = desk.create("incident", &fields);
            found.push_str(&format!("{impact}-{urgency}={} ", desk.field(id, "priority")));
        }
        assert_eq!(found.trim(), "1-1=1 1-2=2 1-3=3 2-1=2 2-2=3 2-3=4 3-1=3 3-2=4 3-3=5");
    }

    fn priority_cannot_be_typed(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        update_refused(&desk.as_agent(), id, &[("priority", "1")], "priority: refused-read-only");
        update_refused(&desk.as_agent(), id, &[("impact", "4")], "impact: outside-the-matrix; impact: refused-choice");
    }

    fn the_matrix_is_data_of_an_organisation(database) {
        let desk = Desk::on(database);
        let two_steps = json!({ "1-1": 1, "1-2": 2, "2-1": 3, "2-2": 4 });
        desk.set_for(House::ACME, "incident.priority_matrix", two_steps);
        let acme = desk.create("incident", &[("title", "x"), ("requester", "Rita")]);
        desk.expect(acme, &[("impact", "2"), ("urgency", "2"), ("priority", "4")]);
        let globex = desk.create("incident", &[("title", "x"), ("requester", "Rob")]);
        desk.expect(globex, &[("priority", "5")]);
    }

    fn a_broken_matrix_is_refused(database) {
        let desk = Desk::on(database);
        let settings = desk.engine.snapshot().settings.clone();
        for (broken, why) in [
            (json!({ "1-1": 1 }), "2 to 5 steps"),
            (json!({ "1-1": 1, "1-2": 2, "2-1": 3 }), "the pair 2-2 is missing"),
            (json!({ "1-1": 9, "1-2": 2, "2-1": 3, "2-2": 4 }), "must be 1 to 5"),
            (json!({ "high": 1 }), "is no pair"),
            (json!({ "0-1": 1, "1-1": 1, "1-2": 2, "2-1": 3, "2-2": 4 }), "count from 1"),
        ] {
            let answer = settings.check("incident.priority_matrix", &broken).err().expect("this is no matrix").to_string();
            assert!(answer.contains(why), "{answer} should say {why}");
        }
    }

    fn an_override_has_a_reason_and_an_end(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        update_refused(&desk.as_agent(), id, &[("priority_override", "1")], "override_reason: override-needs-reason");
        let until = [("priority_override", "1"), ("override_reason", "Board meeting"), ("override_until", "2026-01-05T12:00:00Z")];
        desk.update(id, &until);
        desk.expect(id, &[("priority", "1"), ("override_by", "Ada")]);
        let trace = desk.history(id).last().and_then(|it| it.rule_trace.clone()).expect("rules left a trace").to_string();
        assert!(trace.contains("why-priority-override") && trace.contains("Ada Agent"), "{trace}");
        desk.update(id, &[("impact", "1"), ("urgency", "2")]);
        desk.expect(id, &[("priority", "1")]);
        desk.wait_days(1);
        desk.update(id, &[("title", "Mail is slower")]);
        desk.expect(id, &[("priority", "2"), ("priority_override", ""), ("override_reason", ""), ("override_by", "")]);
    }

    fn a_vip_is_more_urgent_only_where_wanted(database) {
        let desk = Desk::on(database);
        desk.as_administrator().update(House::RITA, &[("vip", "true")]);
        desk.expect(logged(&desk), &[("urgency", "3")]);
        desk.set("incident.vip_raises_urgency", json!(true));
        desk.expect(logged(&desk), &[("urgency", "2"), ("priority", "4")]);
    }

    fn routing_asks_rules_then_category_then_service(database) {
        let desk = Desk::on(database);
        let team_of = |fields: &[(&str, &str)]| {
            let id = desk.create("incident", &[&[("title", "x")], fields].concat());
            desk.field(id, "team")
        };
        assert_eq!(team_of(&[]), "");
        assert_eq!(team_of(&[("service", "Wireless")]), House::NETWORK.to_string());
        assert_eq!(team_of(&[("service", "Mail"), ("category", "Networking")]), House::NETWORK.to_string());
        desk.set("incident.routing", json!([{ "service": House::MAIL, "category": House::NETWORKING, "team": House::SUPPLIER }]));
        assert_eq!(team_of(&[("service", "Mail"), ("category", "Networking")]), House::SUPPLIER.to_string());
        assert_eq!(team_of(&[("service", "Mail")]), House::SERVICE_DESK.to_string());
        assert_eq!(team_of(&[("service", "Mail"), ("team", "Network")]), House::NETWORK.to_string());
    }

    fn routing_leaves_a_team_alone(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("service", "Mail")]);
        desk.update(id, &[("service", "Wireless")]);
        desk.expect(id, &[("team", "Service desk")]);
    }

    fn a_subcategory_brings_its_category(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("subcategory", "Laptop")]);
        desk.expect(id, &[("category", "Hardware")]);
        desk.update(id, &[("category", "Networking")]);
        desk.expect(id, &[("subcategory", "")]);
        update_refused(
            &desk.as_agent(), id, &[("category", "Networking"), ("subcategory", "Laptop")], "subcategory: subcategory-elsewhere",
        );
    }

    fn a_category_out_of_use_stays_where_it_is(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("category", "Hardware")]);
        desk.as_administrator().update(House::HARDWARE, &[("active", "false")]);
        desk.update(id, &[("title", "y")]);
        let answer = desk.as_agent().try_create("incident", &[("title", "x"), ("category", "Hardware")]);
        assert_eq!(problems(&answer.expect_err("out of use")), "category: category-not-in-use");
    }

    fn who_left_cannot_be_chosen(database) {
        let desk = Desk::on(database);
        let answer = desk.as_agent().try_create("incident", &[("title", "x"), ("requester", "Lou"), ("assignee", "Lou")]);
        assert_eq!(
            problems(&answer.expect_err("Lou has left")), "requester: requester-has-left; assignee: assignee-has-left",
        );
    }

    fn holding_asks_what_its_reason_asks(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        let agent = desk.as_agent();
        refused(&agent, id, "hold", &[], "hold_reason: hold-needs-reason");
        refused(&agent, id, "hold", &[("hold_reason", "requester")], "comment: hold-needs-comment");
        refused(&agent, id, "hold", &[("hold_reason", "scheduled")], "hold_until: hold-needs-until");
        let past = [("hold_reason", "scheduled"), ("hold_until", "2026-01-05T08:00:00Z")];
        refused(&agent, id, "hold", &past, "hold_until: must-lie-ahead");
        agent.act(id, "hold", &[("hold_reason", "scheduled"), ("hold_until", "2026-01-06T08:00:00Z")]);
        desk.expect(id, &[("state", "on_hold"), ("open", "true")]);
        agent.act(id, "resume", &[]);
        desk.expect(id, &[("state", "in_progress"), ("hold_reason", ""), ("hold_until", "")]);
    }

    fn hold_reasons_are_data(database) {
        let desk = Desk::on(database);
        desk.set("incident.hold_reasons", json!({ "vendor": { "needs": ["vendor_reference"] } }));
        let id = logged(&desk);
        refused(&desk.as_agent(), id, "hold", &[("hold_reason", "vendor")], "vendor_reference: hold-needs-field");
        desk.act(id, "hold", &[("hold_reason", "vendor"), ("vendor_reference", "SR-7")]);
    }

    fn a_hold_reason_may_ask_for_a_link(database) {
        let desk = Desk::on(database);
        desk.set("incident.hold_reasons", json!({ "problem": { "links": ["caused_by", "solved_by"] } }));
        let id = logged(&desk);
        let hold = [("hold_reason", "problem")];
        refused(&desk.as_agent(), id, "hold", &hold, "hold_reason: hold-needs-link");
        let link = |kind: &str| engine::Action::Link { kind: kind.to_owned(), to: logged(&desk), primary: false };
        desk.as_agent().try_do(id, link("related")).expect("it is linked");
        refused(&desk.as_agent(), id, "hold", &hold, "hold_reason: hold-needs-link");
        desk.as_agent().try_do(id, link("caused_by")).expect("it is linked");
        desk.act(id, "hold", &hold);
        desk.act(id, "resume", &[]);
        desk.act(id, "hold", &[("hold_reason", "change")]);
    }

    fn the_requesters_reply_resumes(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.act(id, "hold", &[("hold_reason", "requester"), ("comment", "Which printer?")]);
        desk.as_agent().comment(id, "Still waiting");
        desk.expect(id, &[("state", "on_hold")]);
        desk.as_requester().comment(id, "The blue one");
        desk.expect(id, &[("state", "in_progress"), ("hold_reason", ""), ("answered", "")]);
    }

    fn a_reply_under_another_reason_marks(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.act(id, "hold", &[("hold_reason", "vendor")]);
        desk.expect(id, &[("answered", "false")]);
        desk.as_requester().comment(id, "Any news?");
        desk.expect(id, &[("state", "on_hold"), ("answered", "true")]);
    }

    fn resolving_needs_code_and_notes(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        refused(&desk.as_agent(), id, "resolve", &[], "resolution_code: refused-required; close_notes: refused-required");
        desk.act(id, "resolve", &RESOLUTION);
        desk.expect(id, &[
            ("state", "resolved"), ("open", "false"), ("resolved_by", "Ada"), ("resolved_at", "2026-01-05T09:00:00Z"),
            ("first_resolved_at", "2026-01-05T09:00:00Z"), ("closed_at", ""),
        ]);
        desk.as_requester().act(id, "close", &[]);
        desk.expect(id, &[("state", "closed"), ("closed_by", "Rita"), ("closed_at", "2026-01-05T09:00:00Z")]);
    }

    fn reopening_takes_the_resolution_away(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.act(id, "resolve", &RESOLUTION);
        desk.wait_days(1);
        desk.as_requester().act(id, "reopen", &[("comment", "It is slow again")]);
        desk.expect(id, &[
            ("state", "in_progress"), ("reopen_count", "1"), ("resolved_at", ""), ("resolved_by", ""), ("resolution_code", ""),
            ("close_notes", ""), ("first_resolved_at", "2026-01-05T09:00:00Z"), ("first_contact_resolution", "false"),
        ]);
        desk.act(id, "resolve", &RESOLUTION);
        desk.expect(id, &[("resolved_at", "2026-01-06T09:00:00Z"), ("first_resolved_at", "2026-01-05T09:00:00Z")]);
    }

    fn reopening_ends_after_some_days(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        desk.act(id, "resolve", &RESOLUTION);
        desk.wait_days(8);
        refused(&desk.as_requester(), id, "reopen", &[], "reopen-too-late");
        desk.set("incident.reopen_days", json!(0));
        desk.as_requester().act(id, "reopen", &[]);
    }

    fn only_a_lead_reopens_closed_ones(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("requester", "Rita"), ("service", "Mail")]);
        desk.act(id, "resolve", &RESOLUTION);
        desk.act(id, "close", &[]);
        refused(
            &desk.as_requester(), id, "reopen_closed", &[],
            "forbidden: forbidden-action(action: transition:reopen_closed, type: incident)",
        );
        refused(&desk.as_lead(), id, "reopen_closed", &[], "comment: refused-required");
        desk.as_lead().act(id, "reopen_closed", &[("comment", "It came back")]);
        desk.expect(id, &[("state", "in_progress"), ("reopen_count", "1"), ("closed_at", ""), ("closed_by", "")]);
    }

    fn a_transition_starts_where_it_may(database) {
        let desk = Desk::on(database);
        let id = logged(&desk);
        refused(&desk.as_agent(), id, "close", &[], "transition-not-from-here");
        refused(&desk.as_agent(), id, "reopen", &[], "transition-not-from-here");
        desk.act(id, "cancel", &[]);
        refused(&desk.as_agent(), id, "start", &[], "transition-not-from-here");
        desk.expect(id, &[("state", "cancelled"), ("open", "false"), ("closed_by", "Ada"), ("resolved_at", "")]);
    }

    fn major_is_proposed_accepted_demoted(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("service", "Mail")]);
        update_refused(&desk.as_agent(), id, &[("major", "accepted")], "major: major-needs-approver");
        desk.update(id, &[("major", "proposed")]);
        desk.as_lead().update(id, &[("major", "accepted")]);
        update_refused(&desk.as_lead(), id, &[("major", "none")], "major: major-step");
        desk.as_lead().update(id, &[("major", "demoted")]);
    }

    fn it_closes_by_itself(database) {
        let desk = Desk::on(database);
        let sweep = practices::sweeps().into_iter().find(|it| it.name == "incident_auto_close").expect("there is one");
        let system = desk.as_system();
        let due = || system.find("incident", (sweep.due)(&desk.engine.system_ctx(desk.tenant, Surface::Job))).expect("readable");
        let (plain, major) = (logged(&desk), logged(&desk));
        let slow = desk.create("incident", &[("title", "x"), ("requester", "Rob")]);
        desk.set_for(House::GLOBEX, "incident.auto_close_days", json!(30));
        desk.as_person(House::MAX).update(major, &[("major", "accepted")]);
        for id in [plain, major, slow] {
            desk.act(id, "resolve", &RESOLUTION);
        }
        desk.wait_days(6);
        assert!(due().is_empty());
        desk.wait_days(1);
        assert_eq!(due().iter().map(|it| it.id()).collect::<Vec<_>>(), [plain]);
        system.apply((sweep.change)(plain)).expect("it closes");
        desk.expect(plain, &[("state", "closed"), ("closed_by", "")]);
        desk.wait_days(23);
        assert_eq!(due().iter().map(|it| it.id()).collect::<Vec<_>>(), [slow]);
    }

    fn holds_and_overrides_end_by_themselves(database) {
        let desk = Desk::on(database);
        let (held, raised) = (logged(&desk), logged(&desk));
        desk.act(held, "hold", &[("hold_reason", "scheduled"), ("hold_until", "2026-01-06T08:00:00Z")]);
        let until = [("priority_override", "1"), ("override_reason", "x"), ("override_until", "2026-01-06T09:00:00Z")];
        desk.update(raised, &until);
        let due = |name: &str| {
            let sweep = practices::sweeps().into_iter().find(|it| it.name == name).expect("there is such a sweep");
            let ctx = desk.engine.system_ctx(desk.tenant, Surface::Job);
            let found = desk.as_system().find(sweep.record_type, (sweep.due)(&ctx)).expect("readable");
            for record in &found {
                desk.as_system().apply((sweep.change)(record.id())).expect("the door takes it");
            }
            found.iter().map(|it| it.id()).collect::<Vec<_>>()
        };
        assert_eq!((due("incident_hold_over"), due("incident_override_over")), (vec![], vec![]));
        desk.wait_days(2);
        assert_eq!((due("incident_hold_over"), due("incident_override_over")), (vec![held], vec![raised]));
        desk.expect(held, &[("state", "in_progress"), ("hold_reason", "")]);
        desk.expect(raised, &[("priority", "5"), ("priority_override", "")]);
        assert_eq!((due("incident_hold_over"), due("incident_override_over")), (vec![], vec![]));
    }

    fn confidential_ones_are_for_those_they_name(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("incident", &[("title", "x")]);
        desk.as_person(House::MAX).update(id, &[("access", "2")]);
        for person in [House::RITA, House::ADA, House::OTTO, House::TINA, House::ROBOT] {
            assert!(desk.as_person(person).try_get(id).is_err());
            assert!(desk.as_person(person).list("incident", "").is_empty());
        }
        desk.as_person(House::MAX).try_do(id, engine::Action::Follow(House::ADA)).expect("Ada is named");
        assert_eq!(desk.as_agent().list("incident", "").len(), 1);
        desk.as_person(House::MAX).update(id, &[("access", "1")]);
        assert!(desk.as_requester().try_get(id).is_ok(), "who opened an internal one still reads it");
        assert!(desk.as_auditor().try_get(id).is_ok());
    }

    fn requesters_see_no_internal_fields(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("incident", &[("title", "x")]);
        let seen = desk.as_requester().get(id);
        for hidden in ["reassignment_count", "time_worked", "major", "access", "priority_override", "vendor_reference"] {
            assert!(seen.get(hidden).is_none(), "{hidden} is for those who work on it");
        }
        for shown in ["number", "state", "priority", "team", "resolution_code"] {
            assert!(seen.get(shown).is_some(), "{shown} is for everybody who reads it");
        }
        let answer = desk.as_requester().try_list("incident", "time_worked > 0");
        assert!(answer.is_err(), "what one cannot read one cannot filter by");
        assert!(desk.as_person(House::ROB).list("incident", "").is_empty(), "others see nothing of it");
    }

    fn it_was_reported_before_it_is_stored(database) {
        let desk = Desk::on(database);
        let id = desk.create("incident", &[("title", "x"), ("opened_at", "2026-01-05T08:15:00Z")]);
        desk.expect(id, &[("opened_at", "2026-01-05T08:15:00Z"), ("created_at", "2026-01-05T09:00:00Z")]);
        let answer = desk.as_agent().try_create("incident", &[("title", "x"), ("opened_at", "2026-01-05T09:15:00Z")]);
        assert_eq!(problems(&answer.expect_err("not yet")), "opened_at: must-not-lie-ahead");
        update_refused(&desk.as_agent(), id, &[("opened_at", "2026-01-05T08:00:00Z")], "opened_at: refused-read-only");
    }
}
