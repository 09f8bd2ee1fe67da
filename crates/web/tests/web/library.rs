//! The articles in the portal, to look around in.

use test_kit::{House, both_databases};

use crate::articles::published;
use crate::html::{page, send, text};
use crate::office::Office;

const PLACE: &str = "/portal/knowledge_article";

/// Where the words stand in the page.
fn at(page: &str, words: &str) -> usize {
    page.find(words)
        .unwrap_or_else(|| panic!("{words} is missing: {page}"))
}

both_databases! {
    fn articles_are_there_to_look_around_in(database) {
        let office = Office::on(database);
        let desk = &office.desk;
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let empty = text(&page(&rita, PLACE).expect(200));
        assert!(empty.contains("There is nothing to read here yet"), "{empty}");
        assert!(text(&page(&rita, "/portal").expect(200)).contains(&format!("href=\"{PLACE}\"")), "the card leads there");

        let drum = published(desk, "Clean the drum", "Wipe it");
        desk.as_publisher().update(drum, &[("category", &House::HARDWARE.to_string())]);
        desk.clock.advance(std::time::Duration::from_secs(60));
        published(desk, "Connect to VPN", "Press the button");
        desk.as_author().create("knowledge_article", &[("title", "Not ready"), ("body", "Nothing")]);
        let gone = published(desk, "Old fax", "Feed it");
        desk.as_publisher().act(gone, "retire", &[]);

        let newest = text(&page(&rita, PLACE).expect(200));
        assert!(at(&newest, "Connect to VPN") < at(&newest, "Clean the drum"), "{newest}");
        assert!(!newest.contains("Not ready") && !newest.contains("Old fax"), "{newest}");
        assert!(newest.contains("Hardware") && newest.contains("KB000000"), "{newest}");
        let about = text(&page(&rita, &format!("{PLACE}?about={}", House::HARDWARE)).expect(200));
        assert!(about.contains("Clean the drum") && !about.contains("Connect to VPN"), "{about}");
        let other = text(&page(&rita, &format!("{PLACE}?about={drum}")).expect(200));
        assert!(other.contains("None of these yet") && other.contains("See all"), "{other}");

        let unused = text(&page(&rita, &format!("{PLACE}?order=helped")).expect(200));
        assert!(unused.contains("None of these yet"), "{unused}");
        send(&rita, &format!("{PLACE}/{drum}/feedback"), &[("answer", "solved")]).expect(303);
        office.give_login(House::ROB, "rob");
        let helped = text(&page(&office.browser("rob"), &format!("{PLACE}?order=helped")).expect(200));
        assert!(helped.contains("Clean the drum") && !helped.contains("Connect to VPN"), "what helped one may help another: {helped}");

        // Whoever writes sees there what readers see.
        office.give_login(House::KIM, "kim");
        let written = text(&page(&office.browser("kim"), PLACE).expect(200));
        assert!(!written.contains("Not ready") && written.contains("Connect to VPN"), "{written}");
    }

    fn many_articles_come_in_pages(database) {
        let office = Office::on(database);
        for number in 0..27 {
            published(&office.desk, &format!("Hint {number:02}"), "Read it");
        }
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let first = text(&page(&rita, PLACE).expect(200));
        assert_eq!(first.matches("Hint ").count(), 25, "{first}");
        let next = first.split("href=\"").filter_map(|it| it.split('"').next()).find(|it| it.contains("after="));
        let second = text(&page(&rita, &next.unwrap().replace("&amp;", "&")).expect(200));
        assert_eq!(second.matches("Hint ").count(), 2, "{second}");
        assert!(second.contains(&format!("href=\"{PLACE}\"")), "a way back to the first page");
        page(&rita, &format!("{PLACE}?after=nonsense")).expect(303);
    }

    fn what_helped_most_is_looked_for_among_what_one_may_read(database) {
        let office = Office::on(database);
        let desk = &office.desk;
        let said = |article: base::Uuid, person| {
            desk.as_person(person).create("article_feedback", &[("about", &article.to_string()), ("answer", "solved")]);
        };
        // More that agents alone may read than rights are looked at in one go, and each of them helped more.
        for number in 0..203 {
            let inside = published(desk, &format!("Inside {number}"), "For us");
            desk.as_publisher().update(inside, &[("audience", "agents")]);
            said(inside, House::ADA);
            said(inside, House::NOAH);
        }
        let (once, twice) = (published(desk, "Once", "Read it"), published(desk, "Twice", "Read it"));
        for (article, person) in [(once, House::ADA), (twice, House::ADA), (twice, House::NOAH)] {
            said(article, person);
        }
        office.give_login(House::RITA, "rita");
        let shown = text(&page(&office.browser("rita"), &format!("{PLACE}?order=helped")).expect(200));
        assert!(at(&shown, "Twice") < at(&shown, "Once"), "{shown}");
        assert!(!shown.contains("Inside"), "{shown}");
        office.give_login(House::ADA, "ada");
        let shown = text(&page(&office.browser("ada"), &format!("{PLACE}?order=helped")).expect(200));
        assert_eq!(shown.matches("Inside ").count() + shown.matches("Twice").count(), 25, "{shown}");
    }

    fn only_texts_have_such_a_page(database) {
        let office = Office::on(database);
        office.give_login(House::RITA, "rita");
        let rita = office.browser("rita");
        let asked = page(&rita, "/portal/incident").expect(303);
        assert_eq!(asked.header("location"), "/portal/requests");
        page(&rita, "/portal/team").expect(404);
        page(&rita, "/portal/nothing").expect(404);
    }
}
