//! What stands around the pages: places, sections, hints.

use ui::message::Language;
use ui::page::{Fixture, Hint, PageContext, Place, Section, Voice};

/// The frame of an agent's page.
pub fn agent(title: &str) -> PageContext {
    let place = |key: &str, label: &str, icon: &'static str, count: Option<u64>, hot: bool| Place {
        key: key.into(),
        label: label.into(),
        icon,
        href: "list.html".into(),
        count,
        hot,
        key_after_g: None,
    };
    let areas = vec![
        place("desk", "Desk", "desk", None, false),
        place("changes", "Changes", "calendar", None, false),
        place("cmdb", "CMDB", "network", None, false),
        place("know", "Know", "book", None, false),
        place("reports", "Reports", "chart", None, false),
        place("admin", "Admin", "settings", None, false),
    ];
    let sections = vec![
        Section {
            title: "My work".into(),
            places: vec![
                place("mine", "Assigned to me", "user", Some(9), false),
                place("follow", "Following", "eye", Some(14), false),
                place("reply", "My reply is due", "reply", Some(3), true),
                place("approve", "To approve", "check", Some(2), false),
            ],
        },
        Section {
            title: "Queues".into(),
            places: vec![
                place("network", "Network", "network", Some(50), false),
                place("desk-queue", "Service desk", "desk", Some(87), false),
                place("workplace", "Workplace", "laptop", Some(41), false),
                place("servers", "Servers and storage", "server", Some(22), false),
                place("nobody", "Assigned to nobody", "help", Some(17), true),
            ],
        },
        Section {
            title: "Practices".into(),
            places: vec![
                place("incidents", "Incidents", "bolt", Some(184), false),
                place("requests", "Requests", "hand", Some(96), false),
                place("problems", "Problems", "bug", Some(11), false),
                place("changes", "Changes", "swap", Some(28), false),
                place("assets", "Assets", "box", None, false),
            ],
        },
    ];
    PageContext {
        title: title.into(),
        csrf: "token".into(),
        reader: Some("Jonas Weber".into()),
        active_area: "desk".into(),
        fixture: Fixture::new(
            &Language::default(),
            (&areas, "desk"),
            (&sections, "network"),
        )
        .into(),
        hints: hints(&[
            (&["J", "K"], "move"),
            (&["X"], "select"),
            (&["Enter"], "open"),
            (&["/"], "filter"),
        ]),
        ..PageContext::default()
    }
}

/// Keys that a page names.
pub fn hints(all: &[(&'static [&'static str], &str)]) -> Vec<Hint> {
    all.iter()
        .map(|(keys, label)| Hint {
            keys,
            label: (*label).into(),
        })
        .collect()
}

/// The frame of a requester's page.
pub fn portal_context(title: &str) -> PageContext {
    let place = |key: &str, label: &str, icon: &'static str, count: Option<u64>| Place {
        key: key.into(),
        label: label.into(),
        icon,
        href: "portal.html".into(),
        count,
        ..Place::default()
    };
    PageContext {
        title: title.into(),
        voice: Voice::Portal,
        product: "Halvorsen Marine".into(),
        reader: Some("Ingrid Solheim".into()),
        areas: vec![
            place("home", "Home", "desk", None),
            place("requests", "My requests", "list", Some(1)),
            place("articles", "Articles", "book", None),
            place("services", "Services", "shield", None),
        ],
        active_area: "home".into(),
        ..PageContext::default()
    }
}
