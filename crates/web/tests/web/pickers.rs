//! What the menus of forms offer, and what fields and places are called.

use test_kit::{House, both_databases};

use crate::html::{page, text};
use crate::office::Office;

/// The menu of that name, with its options.
fn menu<'p>(shown: &'p str, name: &str) -> &'p str {
    let (_, rest) = shown
        .split_once(&format!("name=\"{name}\""))
        .unwrap_or_else(|| panic!("no menu {name}: {shown}"));
    rest.split("</select>").next().unwrap()
}

both_databases! {
    fn nothing_lies_below_itself(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let (hardware, laptop) = (House::HARDWARE.to_string(), House::LAPTOP.to_string());
        let deeper = office.desk.as_system().create("category", &[("title", "Battery"), ("parent", &laptop)]).to_string();
        let other = House::NETWORKING.to_string();
        let offered = |of: &str| {
            let shown = text(&page(&syd, &format!("/category/{of}/edit")).expect(200));
            let parents = menu(&shown, "parent");
            [&hardware, &laptop, &deeper, &other].map(|it| parents.contains(it.as_str()))
        };
        assert_eq!(offered(&hardware), [false, false, false, true], "neither itself nor what lies below");
        assert_eq!(offered(&laptop), [true, false, false, true]);
        assert_eq!(offered(&deeper), [true, true, false, true]);
    }

    fn a_subcategory_says_what_decides_it(database) {
        let office = Office::on(database);
        office.give_login(House::ADA, "ada");
        let shown = text(&page(&office.browser("ada"), "/incident/new").expect(200));
        let below = menu(&shown, "subcategory");
        assert!(below.contains("data-follows=\"category\"") && below.contains("<optgroup label=\"Hardware\">"), "{below}");
        assert!(!menu(&shown, "category").contains("data-follows"), "{shown}");
    }

    fn people_have_names_and_no_bell_leads_nowhere(database) {
        let office = Office::on(database);
        office.give_login(House::SYD, "syd");
        let syd = office.browser("syd");
        let form = text(&page(&syd, "/person/new").expect(200));
        assert!(form.contains("<label for=\"title\">Name") && !form.contains("<label for=\"title\">Title"), "{form}");
        let shown = text(&page(&syd, "/").expect(200));
        assert!(!shown.contains("Notifications") && shown.contains("/records?q=assignee%3Ame+open%3Atrue"), "{shown}");
        page(&syd, "/notifications").expect(404);
    }
}
