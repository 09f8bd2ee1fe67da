//! People, organisations, role assignments.

use test_kit::{Desk, House, both_databases, problems};

both_databases! {
    fn a_person_is_called_by_their_names(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let id = admin.create("person", &[("given_name", "Zoë"), ("family_name", "Žižek")]);
        desk.expect(id, &[("title", "Zoë Žižek"), ("kind", "employee"), ("state", "active")]);
        admin.update(id, &[("family_name", "Smith")]);
        desk.expect(id, &[("title", "Zoë Smith")]);
        admin.update(id, &[("title", "Dr Zoë Smith")]);
        desk.expect(id, &[("title", "Dr Zoë Smith")]);
    }

    fn an_address_is_one_persons(database) {
        let desk = Desk::on(database);
        let answer = desk.as_administrator().try_create("person", &[("title", "Another Rita"), ("email", "RITA@example.org")]);
        assert!(problems(&answer.expect_err("the address is taken")).contains("email"));
    }

    fn any_address_is_one_persons(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let known = |address: &str| {
            let address = address.to_owned();
            let read = desk.engine.read_blocking(&admin.ctx, move |it| it.person_of_address(&address));
            read.expect("people can be read")
        };
        admin.update(House::RITA, &[("further_emails", "[\"Rita.R@Example.NET\", \"rita@example.org\"]")]);
        assert_eq!((known("rita.r@example.net"), known("RITA@example.org")), (Some(House::RITA), Some(House::RITA)));
        let refused = |fields: &[(&str, &str)], wanted: &str| {
            let answer = admin.try_update(House::ROB, fields);
            assert_eq!(problems(&answer.expect_err("it is taken")), wanted);
        };
        refused(&[("email", "RITA.r@example.net")], "email: refused-not-unique");
        refused(&[("further_emails", "[\"rita.R@example.net\"]")], "further_emails: address-taken");
        refused(&[("further_emails", "[\"RITA@example.org\"]")], "further_emails: address-taken");
        refused(&[("further_emails", "[\"nonsense\"]")], "further_emails: expected-email");
        desk.expect(House::ROB, &[("email", "rob@example.org"), ("further_emails", "")]);
        // Whoever is deleted is known by none, and comes back only while the addresses are free.
        let other = admin.create("person", &[("title", "Other"), ("further_emails", "[\"o@example.net\"]")]);
        admin.try_do(other, engine::Action::Delete).expect("deleted");
        assert_eq!(known("o@example.net"), None);
        admin.update(House::ROB, &[("further_emails", "[\"o@example.net\"]")]);
        let answer = admin.try_do(other, engine::Action::Restore);
        assert_eq!(problems(&answer.expect_err("it is taken")), "further_emails: address-taken");
        admin.update(House::ROB, &[("further_emails", "")]);
        admin.try_do(other, engine::Action::Restore).expect("it is free");
        assert_eq!(known("o@example.net"), Some(other));
        // Phones may be shared, and are found however they are written.
        admin.update(House::RITA, &[("phone", "+49 (0)30 123-45")]);
        admin.update(House::ROB, &[("further_phones", "[\"0049 30 12345\"]")]);
        let read = desk.engine.read_blocking(&admin.ctx, |it| it.people_of_phone("+493012345"));
        let mut both = vec![House::RITA, House::ROB];
        both.sort_unstable();
        assert_eq!(read.expect("people can be read"), both);
    }

    fn who_was_stored_before_addresses_were_noted_is_known_after_the_next_start(database) {
        let desk = Desk::on(database);
        desk.as_administrator().update(House::RITA, &[("further_emails", "[\"r@example.net\"]")]);
        // As an older program left it.
        desk.tamper("DELETE FROM person_address");
        desk.tamper("DELETE FROM meta WHERE name = 'key_version'");
        desk.start_again();
        let ctx = desk.as_administrator().ctx;
        for address in ["r@example.net", "rita@example.org"] {
            let read = desk.engine.read_blocking(&ctx, move |it| it.person_of_address(address));
            assert_eq!(read.expect("people can be read"), Some(House::RITA));
        }
    }

    fn the_first_address_of_somebody_wins_at_the_next_start(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator().ctx;
        let known = |address: &'static str| {
            let read = desk.engine.read_blocking(&admin, move |it| it.person_of_address(address));
            read.expect("people can be read")
        };
        // Both had it before addresses were noted: Rita, who was there first, as a further one.
        desk.tamper("UPDATE person SET further_emails = '[\"rob@example.org\", \"r@example.net\"]' WHERE email__key = 'rita@example.org'");
        desk.tamper("DELETE FROM meta WHERE name = 'key_version'");
        desk.start_again();
        assert_eq!(known("rob@example.org"), Some(House::ROB));
        assert_eq!((known("rita@example.org"), known("r@example.net")), (Some(House::RITA), Some(House::RITA)));
        let damage = desk.damage();
        let told = damage.iter().filter(|it| it.contains("known as somebody else's"));
        let told: Vec<&String> = told.collect();
        let rita = House::RITA.to_string();
        assert!(told.len() == 1 && told[0].contains(&rita) && told[0].contains("further_emails"), "{damage:?}");
        desk.tamper("UPDATE person SET further_emails = NULL WHERE email__key = 'rita@example.org'");
    }

    fn two_texts_that_became_one_do_not_hold_up_the_start(database) {
        let desk = Desk::on(database);
        // Another version told them apart.
        desk.tamper("UPDATE person SET email = 'RITA@example.org', email__key = 'as it was' WHERE email__key = 'rob@example.org'");
        desk.tamper("UPDATE person SET title__key = 'old' WHERE email__key = 'as it was'");
        desk.tamper("DELETE FROM meta WHERE name = 'key_version'");
        desk.start_again();
        let keys = desk.as_administrator().list("person", "email:rita@example.org");
        assert_eq!(keys.iter().map(|it| it.id()).collect::<Vec<_>>(), [House::RITA], "the later one keeps its key");
        assert_eq!(desk.as_administrator().list("person", "title:\"Rob Requester\"").len(), 1, "its other keys are made anew");
        desk.tamper("UPDATE person SET email = 'rob@example.org', email__key = 'rob@example.org' WHERE email__key = 'as it was'");
        desk.tamper("DELETE FROM meta WHERE name = 'key_version'");
        desk.start_again();
    }

    fn further_addresses_are_not_for_those_below_to_change(database) {
        let desk = Desk::on(database);
        let answer = desk.as_person(House::TINA).try_update(House::SYD, &[("further_emails", "[\"tina2@example.org\"]")]);
        assert_eq!(problems(&answer.expect_err("mails from there are taken for his")), "forbidden: account-above-own");
    }

    fn leaving_and_coming_back(database) {
        let desk = Desk::on(database);
        desk.as_administrator().act(House::ROB, "leave", &[]);
        desk.expect(House::ROB, &[("state", "left"), ("employed_to", "2026-01-05"), ("open", "false")]);
        desk.as_administrator().act(House::ROB, "return", &[]);
        desk.expect(House::ROB, &[("state", "active"), ("employed_to", "")]);
    }

    fn odd_people_are_refused(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let refused = |fields: &[(&str, &str)], wanted: &str| {
            let answer = admin.try_update(House::RITA, fields);
            assert_eq!(problems(&answer.expect_err("this is odd")), wanted);
        };
        refused(&[("substitute", "Rita")], "substitute: person-not-themselves");
        refused(&[("further_emails", "{\"a\": 1}")], "further_emails: expected-list-of-texts");
        refused(&[("zone", "Mars; DROP")], "zone: expected-zone");
        refused(
            &[("absent_from", "2026-02-02T00:00:00Z"), ("absent_to", "2026-02-01T00:00:00Z")],
            "absent_to: period-ends-before-it-begins",
        );
        refused(
            &[("employed_from", "2026-02-02"), ("employed_to", "2026-02-01")], "employed_to: period-ends-before-it-begins",
        );
    }

    fn trees_have_no_circles(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let below = admin.create("organisation", &[("title", "Acme Berlin"), ("parent", "Acme")]);
        desk.expect(below, &[("organisation", &below.to_string())]);
        for (record, parent) in [(House::ACME, below), (House::ACME, House::ACME)] {
            let answer = admin.try_update(record, &[("parent", &parent.to_string())]);
            assert!(problems(&answer.expect_err("a circle")).contains("parent: tree-cycle"));
        }
        let answer = admin.try_update(House::HARDWARE, &[("parent", "Laptop")]);
        assert_eq!(problems(&answer.expect_err("a circle")), "parent: tree-cycle");
    }

    fn a_role_holds_where_and_when_it_says(database) {
        let desk = Desk::on(database);
        let admin = desk.as_administrator();
        let given = [("person", "Rob"), ("role", "agent"), ("organisation", "Globex"), ("valid_to", "2026-01-06")];
        let id = admin.create("role_assignment", &given);
        desk.expect(id, &[("title", "Rob Requester: agent")]);
        let everywhere = admin.create("role_assignment", &[("person", "Rob"), ("role", "auditor")]);
        desk.expect(everywhere, &[("organisation", "")]);
        let acme = desk.create("incident", &[("title", "x"), ("requester", "Rita")]);
        let globex = desk.create("incident", &[("title", "y"), ("requester", "Rob")]);
        let rob = desk.as_person(House::ROB);
        rob.note(globex, "I work on ours");
        let answer = rob.try_comment(acme, engine::Comment::private("and not on theirs"));
        assert!(answer.is_err());
        desk.wait_days(2);
        let answer = desk.as_person(House::ROB).try_comment(globex, engine::Comment::private("no more"));
        assert!(answer.is_err(), "the role has ended");
        let answer = admin.try_create("role_assignment", &[("person", "Rob"), ("role", "king")]);
        assert_eq!(problems(&answer.expect_err("no such role")), "role: role-unknown");
    }

    fn nobody_gives_themselves_the_highest_role(database) {
        let desk = Desk::on(database);
        let tina = desk.as_person(House::TINA);
        let answer = tina.try_create("role_assignment", &[("person", "Tina"), ("role", "system_administrator")]);
        assert_eq!(problems(&answer.expect_err("above her own")), "role: role-above-own");
        let lower = tina.create("role_assignment", &[("person", "Rob"), ("role", "agent")]);
        assert!(tina.try_update(lower, &[("role", "system_administrator")]).is_err());
        desk.as_administrator().create("role_assignment", &[("person", "Tina"), ("role", "system_administrator")]);
    }
}
