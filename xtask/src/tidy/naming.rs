//! Practices are known to themselves alone: not to the engine, not to the pages, not to each other.

use super::{Source, refuse, sources};

/// Record types that the core must know by name, and why.
const KNOWN_TO_THE_CORE: [(&str, &str); 4] = [
    ("person", "actors are people"),
    (
        "organisation",
        "every record belongs to one, and tenants are its roots",
    ),
    ("team", "grants reach the records of a person's teams"),
    ("role_assignment", "the rights of an actor stand there"),
];

/// The folders of `crates/practices/src` that make a practice.
fn practices(sources: &[Source]) -> Vec<String> {
    let makes = sources
        .iter()
        .filter(|it| it.text.contains("Practice::new("));
    let inside = makes.filter_map(|it| it.path.strip_prefix("crates/practices/src/"));
    let mut folders: Vec<String> = inside
        .filter_map(|path| Some(path.split_once('/')?.0.to_owned()))
        .collect();
    folders.dedup();
    folders
}

/// Names of record types: every type definition in the practices says `TypeDef::new("name"`.
fn record_types(sources: &[Source]) -> Vec<String> {
    let mut names = practices(sources);
    for source in sources
        .iter()
        .filter(|it| it.krate == "practices" && it.is_product())
    {
        for (at, opening) in source.text.match_indices("TypeDef::new(") {
            let after = source.text[at + opening.len()..].trim_start();
            names.extend(
                after
                    .strip_prefix('"')
                    .and_then(|it| Some(it.split_once('"')?.0.to_owned())),
            );
        }
    }
    names.sort();
    names.dedup();
    names
}

fn namings(source: &Source, types: &[String]) -> Vec<String> {
    let known = |name: &str| KNOWN_TO_THE_CORE.iter().any(|(known, _)| *known == name);
    let named = source
        .lexed
        .strings
        .iter()
        .filter(|it| types.contains(&it.text) && !known(&it.text));
    named
        .map(|it| format!("{}:{} names {:?}", source.path, it.line, it.text))
        .collect()
}

fn meetings(source: &Source, practices: &[String]) -> Vec<String> {
    let path = source
        .path
        .strip_prefix("crates/practices/src/")
        .unwrap_or_default();
    let Some((own, _)) = path.split_once('/') else {
        return Vec::new();
    };
    let others = practices.iter().filter(|it| *it != own);
    let says = |it: &&String| {
        source.lexed.product.contains(&format!("crate::{it}::"))
            || source
                .lexed
                .product
                .contains(&format!("super::super::{it}::"))
    };
    others
        .filter(says)
        .map(|it| format!("{} uses the practice {it}", source.path))
        .collect()
}

#[test]
fn engine_and_pages_name_no_practice() {
    let sources = sources();
    let types = record_types(sources);
    assert!(
        !types.is_empty(),
        "no record type was found: the rule would hold of nothing"
    );
    let core = [
        "base",
        "dictionary",
        "store",
        "engine",
        "verifier",
        "flow",
        "ui",
        "jobs",
        "web",
    ];
    let product = sources
        .iter()
        .filter(|it| it.is_product() && core.contains(&it.krate.as_str()));
    let offences: Vec<String> = product.flat_map(|it| namings(it, &types)).collect();
    refuse(
        &offences,
        "let the practice declare what you need (a field flag, a layout, a setting) and read that.",
    );
}

#[test]
fn practices_do_not_name_each_other() {
    let sources = sources();
    let practices = practices(sources);
    let inside = sources
        .iter()
        .filter(|it| it.krate == "practices" && it.is_product());
    let offences: Vec<String> = inside.flat_map(|it| meetings(it, &practices)).collect();
    refuse(
        &offences,
        "meet through a reference, a link or a fact (`service.support_team`), never through code.",
    );
}

#[test]
fn what_is_forbidden_is_found() {
    let types = ["incident".to_owned(), "person".to_owned()];
    let source = Source::new(
        "crates/web/src/a.rs",
        "if name == \"incident\" { \"person\" }",
    );
    assert_eq!(namings(&source, &types).len(), 1);
    let source = Source::new(
        "crates/practices/src/task/a.rs",
        "use crate::incident::record;",
    );
    assert_eq!(meetings(&source, &types).len(), 1);
}
