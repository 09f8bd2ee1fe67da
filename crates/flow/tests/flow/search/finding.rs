//! Words, phrases, numbers and filters in one box.

use engine::Action;
use flow::search::{Place, Rank, SearchPage, SearchQuery};
use test_kit::{Desk, both_databases};

use super::{found, search, typed};

both_databases! {
    fn a_record_of_very_many_words_can_still_be_talked_about(database) {
        let desk = Desk::on(database);
        let record = desk.create("incident", &[("title", "A monitor talks")]);
        for part in 0..4 {
            let words: String = (0..40_000).map(|it| format!("{:05x} ", part * 40_000 + it)).collect();
            desk.as_agent().comment(record, &words);
        }
        desk.as_agent().comment(record, "It is quiet now.");
        assert_eq!(found(&desk, &desk.as_agent().ctx, "00abc"), ["A monitor talks"]);
    }

    fn what_is_typed_is_found(database) {
        let desk = Desk::on(database);
        let system = desk.as_system().ctx;
        let vpn = desk.create("incident", &[("title", "VPN is down"), ("description", "Error 619 on the client")]);
        desk.create("incident", &[("title", "Printer jam"), ("description", "Der Drucker in Zürich klemmt")]);
        desk.create("incident", &[("title", "Mouse broken"), ("description", "see INC0000001")]);
        let check = |text: &str, expected: &[&str]| {
            let mut found = found(&desk, &system, text);
            found.sort();
            assert_eq!(found, expected, "{text}");
        };
        check("vpn", &["VPN is down"]);
        check("VPN client", &["VPN is down"]);
        check("vpn printer", &[]);
        check("vpn or printer", &["Printer jam", "VPN is down"]);
        check("zurich", &["Printer jam"]);
        check("\"error 619\"", &["VPN is down"]);
        check("\"619 error\"", &[]);
        check("down -vpn", &[]);
        check("-vpn type:incident", &["Mouse broken", "Printer jam"]);
        check("state:new jam", &["Printer jam"]);
        check("state:new", &["Mouse broken", "Printer jam", "VPN is down"]);
        check("inc-1", &["Mouse broken", "VPN is down"]);
        check("inc 1", &["VPN is down"]);
        check("INC0000001 down", &["VPN is down"]);
        check("prin*", &["Printer jam"]);
        check("rita", &["Rita Requester", "Rita Requester: requester"]);
        check("??", &[]);
        assert_eq!(found(&desk, &system, "inc1"), ["VPN is down", "Mouse broken"]);
        desk.as_agent().note(vpn, "Firewall blocks it");
        check("firewall", &["VPN is down"]);
        desk.as_system().try_do(vpn, Action::Delete).unwrap();
        check("firewall", &[]);
        desk.as_system().try_do(vpn, Action::Restore).unwrap();
        check("firewall 619", &["VPN is down"]);
        let page = search(&desk, &system, typed("firewall"));
        assert_eq!(page.rank, Rank::Best);
        assert_eq!(snippet(&page), (Place::Note, "[Firewall] blocks it".to_owned()));
    }

    fn open_means_the_phase_also_where_a_type_has_a_state_of_that_name(database) {
        let desk = Desk::on(database);
        let system = desk.as_system().ctx;
        desk.create("incident", &[("title", "VPN is down")]);
        desk.create("task", &[("title", "Look at the VPN")]);
        let over = desk.create("incident", &[("title", "VPN was slow")]);
        desk.act(over, "cancel", &[]);
        for text in ["vpn state:open", "state:open vpn", "vpn state:OPEN"] {
            let mut all = found(&desk, &system, text);
            all.sort();
            assert_eq!(all, ["Look at the VPN", "VPN is down"], "{text}");
        }
        assert_eq!(found(&desk, &system, "vpn state=open"), ["Look at the VPN"]);
        let tasks = SearchQuery { types: vec!["task".to_owned()], ..typed("vpn state:open") };
        assert_eq!(search(&desk, &system, tasks).hits.len(), 1);
    }

    fn a_field_of_some_types_asks_for_a_type(database) {
        let desk = Desk::on(database);
        let agent = desk.as_agent().ctx;
        let page = search(&desk, &agent, typed("location:Rotterdam vpn"));
        assert_eq!((page.hits.len(), page.needs_type), (0, vec!["location".to_owned()]));
        let one = SearchQuery { types: vec!["incident".to_owned()], ..typed("location:Rotterdam vpn") };
        assert!(search(&desk, &agent, one).needs_type.is_empty());
        assert!(search(&desk, &agent, typed("rotterdam: vpn state:open")).needs_type.is_empty());
    }

    fn a_word_is_found_while_it_is_typed(database) {
        let desk = Desk::on(database);
        desk.create("incident", &[("title", "Printer jam")]);
        for (text, hits) in [("pr", 1), ("p", 0), ("prin", 1), ("jam pri", 1), ("pri jam", 0), ("pri ", 0)] {
            let query = SearchQuery { while_typing: true, ..typed(text) };
            assert_eq!(search(&desk, &desk.as_agent().ctx, query).hits.len(), hits, "{text}");
        }
    }
}

/// The first hit's snippet, marks in brackets.
fn snippet(page: &SearchPage) -> (Place, String) {
    let snippet = page.hits[0].snippet.as_ref().unwrap();
    let told = snippet.pieces.iter().map(|it| {
        if it.is_marked {
            format!("[{}]", it.text)
        } else {
            it.text.clone()
        }
    });
    (snippet.place.clone(), told.collect())
}
