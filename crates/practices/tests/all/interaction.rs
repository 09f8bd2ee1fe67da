//! Interactions: calls and walk-ups that are solved at once, become a ticket or are added to one.

use std::time::Duration;

use base::Uuid;
use engine::read::{Aggregation, Measure, Measured};
use engine::{Change, Surface, TimelineItem};
use test_kit::{Desk, House, both_databases, problems};

use crate::incident::{logged, refused};

/// A call that Ada took from Rita.
#[track_caller]
fn called(desk: &Desk) -> Uuid {
    desk.create(
        "interaction",
        &[
            ("title", "Outlook asks for a password"),
            ("person", "Rita"),
            ("channel", "phone"),
            ("notes", "Since this morning"),
            ("service", "Mail"),
        ],
    )
}

/// The ticket that an interaction names.
#[track_caller]
fn ticket_of(desk: &Desk, interaction: Uuid) -> Uuid {
    let found = desk.get(interaction).value("ticket").as_reference();
    found.expect("it names its ticket")
}

/// What was said in a record, as the agent Ada reads it.
fn said(desk: &Desk, record_type: &'static str, record: Uuid) -> Vec<String> {
    let ctx = desk.as_agent().ctx;
    let read = move |reading: &mut engine::Reading<'_, '_>| {
        let of = reading.ctx.record_type(record_type).expect("declared");
        reading.timeline(&of, record)
    };
    let story = desk.engine.read_blocking(&ctx, read).expect("readable");
    let words = story.entries.into_iter().filter_map(|it| match it.item {
        TimelineItem::Comment {
            text, visibility, ..
        } => Some(format!("{}: {text}", visibility.code())),
        _ => None,
    });
    words.collect()
}

/// Kinds and other ends of the links of a record.
fn links(desk: &Desk, record_type: &'static str, record: Uuid) -> Vec<(String, Uuid)> {
    let ctx = desk.as_agent().ctx;
    let read = move |reading: &mut engine::Reading<'_, '_>| {
        let page = dictionary::Page::default();
        Ok(reading.links(record_type, &record.to_string(), &page)?.rows)
    };
    let rows = desk.engine.read_blocking(&ctx, read).expect("readable");
    rows.into_iter().map(|it| (it.kind, it.other)).collect()
}

both_databases! {
    fn a_call_is_solved_at_once(database) {
        let desk = Desk::on(database);
        let id = called(&desk);
        desk.expect(id, &[
            ("number", "INT0000001"), ("state", "open"), ("open", "true"), ("person", "Rita"), ("assignee", "Ada"),
            ("channel", "phone"), ("opened_at", "2026-01-05T09:00:00Z"), ("ended_at", ""), ("duration", ""),
            ("outcome", ""), ("organisation", "Acme"), ("access", "1"),
        ]);
        desk.wait(Duration::from_secs(250));
        desk.act(id, "solve", &[]);
        desk.expect(id, &[
            ("state", "closed"), ("open", "false"), ("outcome", "solved"), ("ended_at", "2026-01-05T09:04:10Z"),
            ("duration", "PT4M10S"), ("ticket", ""),
        ]);
        // A wrong outcome is taken back.
        desk.act(id, "reopen", &[]);
        desk.expect(id, &[("state", "open"), ("outcome", ""), ("ended_at", ""), ("duration", "")]);
        desk.act(id, "abandon", &[]);
        desk.expect(id, &[("state", "closed"), ("outcome", "abandoned")]);
    }

    fn a_call_is_logged_when_it_is_over(database) {
        let desk = Desk::on(database);
        let over = [
            ("title", "Where is the printer?"), ("channel", "walk_up"), ("notes", "Second floor"), ("outcome", "solved"),
            ("opened_at", "2026-01-05T08:50:00Z"), ("ended_at", "2026-01-05T08:53:30Z"),
        ];
        let id = desk.create("interaction", &over);
        desk.expect(id, &[("state", "closed"), ("duration", "PT3M30S"), ("person", ""), ("assignee", "Ada")]);
        desk.update(id, &[("ended_at", "2026-01-05T08:54:30Z")]);
        desk.expect(id, &[("duration", "PT4M30S")]);
    }

    fn each_outcome_has_what_it_needs(database) {
        let desk = Desk::on(database);
        let ada = desk.as_agent();
        let told = |fields: &[(&str, &str)]| problems(&ada.try_create("interaction", fields).expect_err("something is missing"));
        let with = |more: &[(&'static str, &'static str)]| [&[("title", "x")], more].concat();
        assert_eq!(told(&with(&[("outcome", "solved")])), "notes: interaction-solved-how");
        assert_eq!(told(&with(&[("outcome", "added_to_ticket")])), "ticket: interaction-which-ticket");
        assert_eq!(told(&with(&[("outcome", "became_incident")])), "person: interaction-for-whom");
        assert_eq!(told(&with(&[("ended_at", "2026-01-05T08:00:00Z")])), "ended_at: interaction-ends-before-it-begins");
        assert_eq!(told(&with(&[("opened_at", "2026-01-05T10:00:00Z")])), "opened_at: must-not-lie-ahead");
        assert_eq!(told(&with(&[("ended_at", "2026-01-05T10:00:00Z")])), "ended_at: must-not-lie-ahead");
        let id = desk.create("interaction", &[("title", "x")]);
        refused(&ada, id, "solve", &[], "notes: refused-required");
        refused(&ada, id, "open_incident", &[], "person: refused-required");
        refused(&ada, id, "add_to_ticket", &[], "ticket: refused-required");
        desk.expect(id, &[("state", "open"), ("version", "1")]);
    }

    fn a_call_becomes_an_incident_in_the_same_unit(database) {
        let desk = Desk::on(database);
        let id = called(&desk);
        desk.wait(Duration::from_secs(120));
        desk.act(id, "open_incident", &[]);
        let fault = ticket_of(&desk, id);
        desk.expect(id, &[("state", "closed"), ("outcome", "became_incident"), ("duration", "PT2M")]);
        desk.expect(fault, &[
            ("number", "INC0000001"), ("state", "new"), ("title", "Outlook asks for a password"),
            ("description", "Since this morning"), ("requester", "Rita"), ("affected", "Rita"), ("opened_by", "Ada"),
            ("channel", "phone"), ("service", "Mail"), ("opened_at", "2026-01-05T09:00:00Z"),
            ("first_responded_at", "2026-01-05T09:02:00Z"), ("organisation", "Acme"),
        ]);
        let unit = desk.history(id).last().map(|it| it.unit_id);
        assert!(desk.history(fault).iter().all(|it| Some(it.unit_id) == unit));
        assert_eq!(desk.history(fault)[0].on_behalf_of, Some(House::ADA));
        assert_eq!(links(&desk, "incident", fault), [("recorded_in".to_owned(), id)]);
        // Once it has a ticket, none is made any more.
        desk.act(id, "reopen", &[]);
        desk.act(id, "open_incident", &[]);
        assert_eq!(ticket_of(&desk, id), fault);
        assert_eq!(desk.as_agent().list("incident", "").len(), 1);
        desk.act(id, "reopen", &[]);
        refused(&desk.as_agent(), id, "open_request", &[], "ticket: interaction-other-type");
    }

    fn a_program_logs_a_call_that_became_a_request(database) {
        let desk = Desk::on(database);
        let switchboard = desk.as_agent().through(Surface::Api);
        let id = switchboard.create("interaction", &[
            ("title", "A second screen"), ("person", "Rob"), ("channel", "other"), ("outcome", "became_request"),
        ]);
        let order = ticket_of(&desk, id);
        // Tickets know no such channel, so how it came is left to them.
        desk.expect(order, &[("number", "REQ0000001"), ("requester", "Rob"), ("opened_by", "Ada"), ("channel", "")]);
        desk.expect(id, &[("state", "closed"), ("outcome", "became_request")]);
    }

    fn a_ticket_that_cannot_be_made_leaves_the_call_as_it_was(database) {
        let desk = Desk::on(database);
        let id = called(&desk);
        desk.as_system().act(House::RITA, "leave", &[]);
        let answer = desk.as_agent().try_act(id, "open_incident", &[]);
        let told = problems(&answer.expect_err("nobody reports for who has left"));
        assert!(told.contains("requester-has-left"), "{told}");
        desk.expect(id, &[("state", "open"), ("outcome", ""), ("version", "1")]);
        assert!(desk.as_agent().list("incident", "").is_empty());
    }

    fn a_call_is_added_to_a_ticket(database) {
        let desk = Desk::on(database);
        let fault = desk.as_requester().create("incident", &[("title", "Mail is slow")]);
        let id = called(&desk);
        desk.wait(Duration::from_secs(60));
        desk.act(id, "add_to_ticket", &[("ticket", &fault.to_string())]);
        desk.expect(id, &[("state", "closed"), ("outcome", "added_to_ticket")]);
        assert_eq!(said(&desk, "incident", fault), ["private: Outlook asks for a password\n\nSince this morning"]);
        assert_eq!(links(&desk, "incident", fault), [("recorded_in".to_owned(), id)]);
        // Rita has spoken with somebody: that is an answer.
        desk.expect(fault, &[("first_responded_at", "2026-01-05T09:01:00Z"), ("state", "new")]);
        // A ticket that was named by mistake is another one.
        let other = logged(&desk);
        desk.update(id, &[("ticket", &other.to_string())]);
        assert_eq!(links(&desk, "incident", fault), []);
        assert_eq!(links(&desk, "incident", other), [("recorded_in".to_owned(), id)]);
        assert_eq!(said(&desk, "incident", other).len(), 1);
    }

    fn a_call_before_the_ticket_was_no_answer_to_it(database) {
        let desk = Desk::on(database);
        let fields = [("title", "Outlook asks"), ("person", "Rita"), ("channel", "phone"),
            ("opened_at", "2026-01-05T08:00:00Z"), ("ended_at", "2026-01-05T08:05:00Z")];
        let id = desk.as_agent().create("interaction", &fields);
        let fault = desk.as_requester().create("incident", &[("title", "Mail is slow")]);
        desk.act(id, "add_to_ticket", &[("ticket", &fault.to_string())]);
        desk.expect(id, &[("outcome", "added_to_ticket"), ("ended_at", "2026-01-05T08:05:00Z")]);
        desk.expect(fault, &[("first_responded_at", "")]);
    }

    fn adding_is_refused(database) {
        let desk = Desk::on(database);
        let ada = desk.as_agent();
        let id = called(&desk);
        let add = |ticket: &str, wanted: &str| refused(&ada, id, "add_to_ticket", &[("ticket", ticket)], wanted);
        add("Mail", "ticket: interaction-no-ticket");
        add(&id.to_string(), "ticket: interaction-no-ticket");
        add(&Uuid::from_u128(9).to_string(), "ticket: reference-unknown");
        let secret = desk.as_administrator().create("incident", &[("title", "x"), ("access", "2")]);
        add(&secret.to_string(), "ticket: reference-unknown");
        let gone = logged(&desk);
        desk.act(gone, "cancel", &[]);
        add(&gone.to_string(), "ticket: interaction-ticket-is-over");
    }

    fn a_call_about_something_confidential_is_confidential(database) {
        let desk = Desk::on(database);
        let id = called(&desk);
        desk.act(id, "open_incident", &[]);
        let fault = ticket_of(&desk, id);
        assert!(desk.as_lead().try_get(id).is_ok());
        desk.as_administrator().update(fault, &[("access", "2")]);
        desk.expect(id, &[("access", "2")]);
        assert!(desk.as_person(House::NOAH).try_get(id).is_err(), "it may tell what stands in the ticket");
        assert!(desk.as_agent().try_get(id).is_ok(), "she wrote it");
        desk.as_administrator().update(fault, &[("access", "0")]);
        desk.expect(id, &[("access", "1")]);
    }

    fn only_the_desk_sees_calls(database) {
        let desk = Desk::on(database);
        let id = called(&desk);
        for stranger in [House::RITA, House::ROB, House::KIM, House::SAM] {
            let who = desk.as_person(stranger);
            assert!(who.try_get(id).is_err(), "{stranger}");
            assert!(who.try_create("interaction", &[("title", "x")]).is_err(), "{stranger}");
            assert!(who.try_list("interaction", "").map_or(true, |it| it.is_empty()), "{stranger}");
        }
        assert!(desk.as_auditor().try_get(id).is_ok());
        assert!(desk.as_auditor().try_act(id, "solve", &[]).is_err());
    }

    fn a_past_that_tells_of_a_ticket_names_it(database) {
        let desk = Desk::on(database);
        let change = Change::create("interaction");
        let fields = [("title", "Old call"), ("person", "Rita"), ("outcome", "became_incident"), ("state", "closed")];
        let outcome = desk.as_system().replay("2025-12-01T10:00:00Z", change, &fields);
        assert!(outcome.reports.iter().any(|it| it.key == "interaction-which-ticket"), "{:?}", outcome.reports);
        desk.expect(outcome.record, &[("ticket", ""), ("ended_at", "2025-12-01T10:00:00Z"), ("opened_at", "2025-12-01T10:00:00Z")]);
        assert!(desk.as_agent().list("incident", "").is_empty(), "nothing is made of the past");
    }

    fn first_contact_resolution_is_a_share(database) {
        let desk = Desk::on(database);
        for step in ["solve", "solve", "open_incident", "abandon"] {
            let id = called(&desk);
            desk.act(id, step, &[]);
        }
        called(&desk);
        let ctx = desk.as_agent().ctx;
        let scope = |text: &str| {
            let dictionary = &ctx.snapshot.dictionary;
            let of = dictionary.record_type("interaction").expect("declared");
            dictionary::filter::parse(text, &dictionary::filter::Scope::new(dictionary, of)).expect("a filter")
        };
        let asked = Aggregation {
            record_type: Some("interaction".to_owned()),
            filter: scope("state:closed -outcome:abandoned"),
            measures: vec![Measure::Share(scope("outcome:solved"))],
            ..Aggregation::default()
        };
        let found = desk.engine.read_blocking(&ctx, move |reading| reading.aggregate(&asked)).expect("a share");
        assert_eq!(found.rows[0].values, [Measured::Share { part: 2, whole: 3 }]);
    }
}
