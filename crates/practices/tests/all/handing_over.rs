//! Golden cases of handing over: the right on the row before, a target one may choose, not the row after.

use std::fmt::Write;

use base::Uuid;
use test_kit::{Acting, Desk, House, both_databases, golden, problems};

struct Story<'d> {
    desk: &'d Desk,
    text: String,
}

impl Story<'_> {
    fn tell(&mut self, what: &str, who: &Acting<'_>, record: Uuid, to: &[(&str, &str)]) {
        let before = self.desk.field(record, "version");
        let answer = match who.try_assign(record, to) {
            Ok(done) if done.still_visible => "done".to_owned(),
            Ok(_) => "done, and no longer sees it".to_owned(),
            Err(error) => {
                assert_eq!(
                    self.desk.field(record, "version"),
                    before,
                    "a refusal writes nothing"
                );
                format!("refused: {}", problems(&error))
            }
        };
        let seen = who.try_get(record).is_ok();
        assert_eq!(
            seen,
            !(answer.contains("no longer") || answer.contains("not found")),
            "the answer told the truth: {what}"
        );
        writeln!(self.text, "{what}: {answer}").expect("text grows");
    }
}

fn incident(desk: &Desk, fields: &[(&str, &str)]) -> Uuid {
    desk.as_system().create(
        "incident",
        &[&[("title", "x"), ("requester", "Rita")], fields].concat(),
    )
}

both_databases! {
    fn handing_over_is_as_approved(database) {
        let desk = Desk::on(database);
        let mut story = Story { desk: &desk, text: String::new() };
        let (ada, sam, lea, rita) = (desk.as_agent(), desk.as_person(House::SAM), desk.as_lead(), desk.as_requester());

        let plain = incident(&desk, &[("team", "Service desk")]);
        story.tell("an agent hands to another team", &ada, plain, &[("team", "Network")]);
        story.tell("an agent hands to a person of that team", &ada, plain, &[("assignee", "Noah")]);
        story.tell("an agent hands to nobody", &ada, plain, &[("team", ""), ("assignee", "")]);
        story.tell("an agent hands to somebody who has left", &ada, plain, &[("assignee", "Lou")]);
        story.tell("an agent hands to a team that does not exist", &ada, plain, &[("team", &Uuid::from_u128(1).to_string())]);
        story.tell("an agent hands to another customer", &ada, plain, &[("organisation", "Globex")]);
        story.tell("a requester hands over", &rita, plain, &[("team", "Network")]);
        story.tell("an auditor hands over", &desk.as_auditor(), plain, &[("team", "Network")]);

        let theirs = incident(&desk, &[("team", "Supplier")]);
        story.tell("a supplier takes it", &sam, theirs, &[("assignee", "Sam")]);
        story.tell("a supplier hands back to the service desk", &sam, theirs, &[("team", "Service desk")]);
        story.tell("a supplier hands over what another team has", &sam, theirs, &[("team", "Supplier")]);

        let secret = incident(&desk, &[("team", "Service desk"), ("access", "2")]);
        story.tell("an agent hands over a confidential one", &ada, secret, &[("team", "Network")]);
        story.tell("a lead hands a confidential one to another team", &lea, secret, &[("team", "Network")]);

        let admin = desk.as_administrator();
        admin.create("role_assignment", &[("person", "Rob"), ("role", "agent"), ("organisation", "Globex")]);
        let rob = desk.as_person(House::ROB);
        let ours = desk.as_system().create("incident", &[("title", "x"), ("requester", "Robot"), ("organisation", "Globex")]);
        story.tell("an agent of one customer hands to the provider's team", &rob, ours, &[("team", "Network")]);
        story.tell("an agent of one customer hands to another customer", &rob, ours, &[("organisation", "Acme")]);
        story.tell("the same agent wants it back", &rob, ours, &[("organisation", "Globex")]);

        golden(env!("CARGO_MANIFEST_DIR"), "handing_over.txt", &story.text);
    }

    fn an_update_that_hands_over_needs_the_right_to(database) {
        let desk = Desk::on(database);
        let id = desk.as_requester().create("incident", &[("title", "x")]);
        let answer = desk.as_requester().try_update(id, &[("team", "Network")]);
        assert!(problems(&answer.expect_err("not theirs to give")).starts_with("forbidden"));
    }
}
