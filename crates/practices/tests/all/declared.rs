//! What is declared is complete: labels, messages, guides, layouts, roles.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dictionary::{Dictionary, Kind, TypeDef, WrittenBy};

/// The English words, one file per room.
const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/messages/en");

pub fn types() -> Vec<TypeDef> {
    practices::all().iter().map(|it| (it.declare)()).collect()
}

fn catalogue() -> BTreeSet<String> {
    let is_key = |line: &&str| line.starts_with(|it: char| it.is_ascii_lowercase());
    let rooms = fs::read_dir(CATALOGUE).expect("the words are there");
    let words: String = rooms
        .map(|it| fs::read_to_string(it.expect("a room").path()).expect("a text"))
        .collect();
    words
        .lines()
        .filter(is_key)
        .filter_map(|line| line.split_once('='))
        .map(|it| it.0.trim().to_owned())
        .collect()
}

fn label_keys(it: &TypeDef) -> Vec<String> {
    let fields = it.fields.iter().flat_map(|field| {
        let choices = field.choices.iter().map(|it| &it.label);
        [&field.label].into_iter().chain(&field.help).chain(choices)
    });
    let transitions = it
        .lifecycle
        .iter()
        .flat_map(|it| it.transitions.iter().map(|it| &it.label));
    let sections = it.layout.form.iter().map(|it| &it.label);
    [&it.label, &it.plural]
        .into_iter()
        .chain(fields)
        .chain(transitions)
        .chain(sections)
        .map(|it| it.key.clone())
        .collect()
}

/// Keys of all messages that the practices' sources name.
fn message_keys(folder: &Path, keys: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("sources can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            message_keys(&path, keys);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("sources can be read");
            let quoted = text.split('"').skip(1).step_by(2);
            let is_key = |it: &&str| {
                it.contains('-')
                    && it.len() > 1
                    && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-')
            };
            keys.extend(quoted.filter(is_key).map(str::to_owned));
        }
    }
}

#[test]
fn every_word_is_in_the_catalogue() {
    let known = catalogue();
    let mut used: BTreeSet<String> = types().iter().flat_map(label_keys).collect();
    message_keys(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut used,
    );
    let missing: Vec<_> = used
        .iter()
        .filter(|it| !known.contains(it.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "{} keys are missing in messages/en:\n{missing:#?}",
        missing.len()
    );
}

#[test]
fn practices_stand_in_alphabetical_order() {
    let names: Vec<_> = practices::all().iter().map(|it| it.record_type).collect();
    assert!(names.is_sorted(), "{names:?}");
    for practice in practices::all() {
        assert_eq!((practice.declare)().name, practice.record_type);
    }
    Dictionary::new(types()).expect("declarations name only what exists");
}

#[test]
fn each_guide_mentions_each_state_and_transition() {
    let guides = practices::guides();
    for record_type in types() {
        let guide = guides.iter().find(|it| it.0 == record_type.name);
        let guide = guide
            .unwrap_or_else(|| panic!("{} has no guide", record_type.name))
            .1
            .to_lowercase();
        let states = record_type
            .lifecycle
            .iter()
            .flat_map(|it| it.states.iter().map(|it| &it.code));
        let steps = record_type
            .lifecycle
            .iter()
            .flat_map(|it| it.transitions.iter().map(|it| &it.name));
        for code in states.chain(steps) {
            let words = format!("**{}**", code.replace('_', " "));
            assert!(
                guide.contains(&words),
                "the guide of {} does not mention {words}",
                record_type.name
            );
        }
    }
}

#[test]
fn what_people_write_stands_on_the_form() {
    for record_type in types() {
        let form: BTreeSet<&String> = record_type
            .layout
            .form
            .iter()
            .flat_map(|it| &it.fields)
            .collect();
        for field in record_type
            .fields
            .iter()
            .filter(|it| it.written_by == WrittenBy::People)
        {
            let hidden =
                ["access", "due_at", "opened_at", "organisation"].contains(&field.name.as_str());
            assert!(
                hidden || form.contains(&field.name),
                "{}.{} is on no form",
                record_type.name,
                field.name
            );
        }
        assert!(
            !record_type.layout.list.is_empty(),
            "{} has no list",
            record_type.name
        );
    }
}

#[test]
fn needs_lead_somewhere() {
    let dictionary = Dictionary::new(types()).expect("declarations fit");
    for practice in practices::all() {
        for path in practice.needs {
            let mut record_type = dictionary.record_type(practice.record_type).cloned();
            for name in path.split('.') {
                // Behind a reference to any type nothing can be known beforehand.
                let Some(current) = record_type else { break };
                let field = current
                    .field(name)
                    .unwrap_or_else(|| panic!("{}: {path} leads nowhere", practice.record_type));
                record_type = match &field.kind {
                    Kind::Reference { to: Some(to) } => dictionary.record_type(to).cloned(),
                    _ => None,
                };
            }
        }
    }
}

#[test]
fn default_settings_can_be_read() {
    for practice in practices::all() {
        for setting in practice.settings {
            let read = (setting.read)(&(setting.default)());
            assert!(read.is_ok(), "{}: {:?}", setting.key, read.err());
        }
    }
}

#[test]
fn roles_have_row_filters_that_stay_on_the_spine() {
    let spine = engine::spine_type();
    for role in practices::default_roles() {
        for grant in &role.grants {
            for test in grant.rows.tests() {
                let [name] = test.path.0.as_slice() else {
                    panic!("{}: {} leads off the spine", role.code, test.path)
                };
                assert!(
                    spine.field(name).is_some(),
                    "{}: {name} is not on the spine",
                    role.code
                );
            }
        }
    }
}
