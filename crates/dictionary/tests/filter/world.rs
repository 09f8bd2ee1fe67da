//! A small dictionary with a field of every kind.

use std::sync::LazyLock;

use dictionary::filter::{Scope, parse, to_text};
use dictionary::{
    ChoiceDef, Dictionary, FieldDef, Filter, Kind, Label, Lifecycle, Phase, StateDef, TypeDef,
    spine,
};

pub static WORLD: LazyLock<Dictionary> = LazyLock::new(|| {
    let people = TypeDef::new("person").with_fields(vec![
        FieldDef::new("email", Kind::Email),
        FieldDef::new("department", Kind::reference("department")),
        FieldDef::new("manager", Kind::reference("person")),
        FieldDef::new("birthday", Kind::Date),
    ]);
    Dictionary::new([
        TypeDef::new("organisation"),
        TypeDef::new("department").with_spine(&[spine::ORGANISATION]),
        TypeDef::new("team"),
        people,
        incident(),
        TypeDef::new("task")
            .numbered("TASK", 7)
            .with_lifecycle(lifecycle(&[
                ("open", Phase::New),
                ("in_progress", Phase::Active),
                ("paused", Phase::Active),
                ("done", Phase::Closed),
            ])),
    ])
    .unwrap()
});

fn incident() -> TypeDef {
    let mut impact = FieldDef::new("impact", Kind::Choice);
    impact.choices = ["high", "medium", "low", "on hold"].map(choice).to_vec();
    let mut tags = FieldDef::new("tags", Kind::MultiChoice);
    tags.choices = ["vip", "network", "Überfall"].map(choice).to_vec();
    TypeDef::new("incident")
        .numbered("INC", 7)
        .with_lifecycle(lifecycle(&[
            ("new", Phase::New),
            ("in_progress", Phase::Active),
            ("waiting", Phase::OnHold),
            ("paused", Phase::OnHold),
            ("resolved", Phase::Resolved),
            ("closed", Phase::Closed),
        ]))
        .with_spine(&[
            spine::PRIORITY,
            spine::ASSIGNEE,
            spine::TEAM,
            spine::REQUESTER,
            spine::DUE_AT,
            spine::OPENED_AT,
        ])
        .with_fields(vec![
            impact,
            tags,
            FieldDef::new("description", Kind::LongText),
            FieldDef::new("hours", Kind::Decimal { scale: 2 }),
            FieldDef::new("cost", Kind::Money),
            FieldDef::new("vip", Kind::Boolean),
            FieldDef::new("day", Kind::Date),
            FieldDef::new("worked", Kind::Duration),
            FieldDef::new("parent", Kind::Reference { to: None }),
            FieldDef::new(
                "followers",
                Kind::References {
                    to: Some("person".to_owned()),
                },
            ),
            FieldDef::new("link", Kind::Url),
            FieldDef::new("extra", Kind::Json),
        ])
}

fn lifecycle(states: &[(&str, Phase)]) -> Lifecycle {
    let states = states
        .iter()
        .map(|(code, phase)| StateDef::new(code, Label::built_in(*code), *phase));
    let states: Vec<_> = states.collect();
    Lifecycle {
        initial: states[0].code.clone(),
        states,
        transitions: Vec::new(),
    }
}

fn choice(code: &str) -> ChoiceDef {
    ChoiceDef {
        code: code.to_owned(),
        label: Label::custom(code),
        when: Vec::new(),
        active: true,
    }
}

pub fn incidents() -> Scope<'static> {
    Scope::new(&WORLD, WORLD.record_type("incident").unwrap())
}

pub fn bound(text: &str) -> Filter {
    parse(text, &incidents()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The text means the same as the canonical text.
#[track_caller]
pub fn check(text: &str, canonical: &str) {
    assert_eq!(to_text(&bound(text)), canonical, "{text}");
    assert_eq!(bound(canonical), bound(text), "{text}");
}
