//! Where the pages lead: the rail, the lists beside it, and the views that every type has.

use std::sync::Arc;

use dictionary::{Phase, TypeDef, spine};
use engine::Ctx;
use ui::field::PERSON;
use ui::label;
use ui::message::Language;
use ui::page::{Hint, Place, Section};
use ui::text;

/// Types of which somebody may read records, work first, then texts, then all that these refer to.
pub(super) fn readable_types(ctx: &Ctx) -> [Vec<&Arc<TypeDef>>; 3] {
    let mut groups = [Vec::new(), Vec::new(), Vec::new()];
    for of in ctx
        .snapshot
        .dictionary
        .types()
        .filter(|it| ctx.may_somewhere(&it.name, "read"))
    {
        groups[group_of(of)].push(of);
    }
    groups
}

fn group_of(of: &TypeDef) -> usize {
    if of.field(spine::ASSIGNEE).is_some() {
        0
    } else if is_text(of) {
        1
    } else {
        2
    }
}

/// Whether records of a type are there to be read: numbered, talked about, and nobody's work.
pub(super) fn is_text(of: &TypeDef) -> bool {
    of.journal && of.number.is_some() && of.field(spine::ASSIGNEE).is_none()
}

/// The icon of a type, from what its records have.
pub(super) fn type_icon(of: &TypeDef) -> &'static str {
    match group_of(of) {
        _ if of.name == PERSON => "user",
        0 if of.field(spine::REQUESTER).is_some() => "bolt",
        0 => "check",
        1 => "book",
        _ if of.field("parent").is_some() => "network",
        _ => "box",
    }
}

/// A view of a type that everybody has: its key, its words and its filter.
pub(super) fn views(language: &Language, of: &TypeDef) -> Vec<(&'static str, String, String)> {
    let Some(lifecycle) = &of.lifecycle else {
        return vec![("all", text!(language, "view-all"), String::new())];
    };
    let open = if lifecycle.state("open").is_some() {
        "phase:open"
    } else {
        "state:open"
    };
    let done = lifecycle
        .states
        .iter()
        .find(|it| it.phase == Phase::Resolved);
    if let Some(done) = done.filter(|_| is_text(of)) {
        // Texts are read once they are done.
        return vec![
            (
                "done",
                label::label(language, &done.label),
                "phase:resolved".to_owned(),
            ),
            ("open", text!(language, "view-open"), open.to_owned()),
            ("all", text!(language, "view-all"), String::new()),
        ];
    }
    let mut views = vec![("open", text!(language, "view-open"), open.to_owned())];
    if of.field(spine::ASSIGNEE).is_some() {
        views.push((
            "mine",
            text!(language, "view-mine"),
            format!("assignee:me {open}"),
        ));
    }
    if of.field(spine::TEAM).is_some() && of.field(spine::ASSIGNEE).is_some() {
        views.push((
            "team",
            text!(language, "view-team"),
            format!("team:my_teams {open}"),
        ));
    }
    if of.field(spine::ASSIGNEE).is_some() {
        views.push((
            "nobody",
            text!(language, "view-nobody"),
            format!("assignee:empty {open}"),
        ));
    }
    if lifecycle.states.iter().any(|it| it.phase == Phase::OnHold) {
        views.push((
            "hold",
            text!(language, "view-hold"),
            "phase:on_hold".to_owned(),
        ));
    }
    views.push(("all", text!(language, "view-all"), String::new()));
    views
}

fn view_icon(key: &str) -> &'static str {
    match key {
        "mine" => "user",
        "team" => "users",
        "nobody" => "help",
        "hold" => "pause",
        "all" => "database",
        _ => "list",
    }
}

/// The address of a list with a filter.
pub(super) fn list_href(of: &str, filter: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    format!("/{of}?q={query}")
}

pub(super) fn areas(ctx: &Ctx, language: &Language) -> Vec<Place> {
    let place = |key: &str, words: String, icon: &'static str, href: &str, letter: char| Place {
        key: key.to_owned(),
        label: words,
        icon,
        href: href.to_owned(),
        key_after_g: Some(letter),
        ..Place::default()
    };
    let mut areas = vec![place(
        "desk",
        text!(language, "place-desk"),
        "desk",
        "/",
        'd',
    )];
    for of in &readable_types(ctx)[1] {
        let words = label::said(language, &label::key(&["area", &of.name]));
        let words = words.unwrap_or_else(|| label::label(language, &of.plural));
        areas.push(Place {
            key_after_g: None,
            ..place(
                &of.name,
                words,
                type_icon(of),
                &format!("/{}", of.name),
                ' ',
            )
        });
    }
    areas.push(place(
        "portal",
        text!(language, "place-portal"),
        "globe",
        "/portal",
        'p',
    ));
    if crate::administration::administers(ctx) {
        areas.push(place(
            "admin",
            text!(language, "place-admin"),
            "settings",
            "/admin",
            'a',
        ));
    }
    areas
}

pub(super) fn sections(
    ctx: &Ctx,
    language: &Language,
    of: Option<&TypeDef>,
    saved: &[Place],
) -> Vec<Section> {
    let place =
        |key: String, words: String, icon: &'static str, href: String, letter: Option<char>| {
            Place {
                key,
                label: words,
                icon,
                href,
                key_after_g: letter,
                ..Place::default()
            }
        };
    let across = |key: &str, words: String, icon: &'static str, filter: &str, letter: char| {
        place(
            format!("records/{key}"),
            words,
            icon,
            list_href("records", filter),
            Some(letter),
        )
    };
    let mut sections = vec![Section {
        title: text!(language, "nav-my-work"),
        places: vec![
            across(
                "mine",
                text!(language, "view-mine"),
                "user",
                super::home::MINE,
                'm',
            ),
            across(
                "team",
                text!(language, "view-team"),
                "users",
                super::home::TEAM,
                't',
            ),
            across(
                "nobody",
                text!(language, "view-nobody"),
                "help",
                super::home::NOBODY,
                'u',
            ),
        ],
    }];
    if let Some(of) = of {
        let places = views(language, of).into_iter().map(|(key, words, filter)| {
            place(
                format!("{}/{key}", of.name),
                words,
                view_icon(key),
                list_href(&of.name, &filter),
                None,
            )
        });
        sections.push(Section {
            title: label::label(language, &of.plural),
            places: places.chain(saved.iter().cloned()).collect(),
        });
    } else if let Some(first) = sections.first_mut() {
        first.places.extend(saved.iter().cloned());
    }
    let titles = [
        text!(language, "nav-work"),
        text!(language, "nav-texts"),
        text!(language, "nav-data"),
    ];
    for (title, types) in titles.into_iter().zip(readable_types(ctx)) {
        let places = types.into_iter().map(|it| {
            let words = label::label(language, &it.plural);
            place(
                it.name.clone(),
                words,
                type_icon(it),
                format!("/{}", it.name),
                None,
            )
        });
        let places: Vec<Place> = places.collect();
        if !places.is_empty() {
            sections.push(Section { title, places });
        }
    }
    sections
}

pub(super) fn usual_hints(language: &Language) -> Vec<Hint> {
    vec![
        Hint {
            keys: &["C"],
            label: text!(language, "keys-create"),
        },
        Hint {
            keys: &["/"],
            label: text!(language, "keys-filter"),
        },
        Hint {
            keys: &["G", "H"],
            label: text!(language, "keys-go-home"),
        },
    ]
}
