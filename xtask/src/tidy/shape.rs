//! The shape of a file: it says what it is for, and nothing is left half done.

use super::{Source, refuse, sources};

/// Marks of work that was put off, written so that this file does not accuse itself.
const PUT_OFF: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ign", "ore"),
];

fn without_purpose(source: &Source) -> Option<String> {
    let first = source
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let said = first.strip_prefix("//!").map(str::trim).unwrap_or_default();
    let name = source
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs");
    let empty = said.split_whitespace().count() < 3 || said == name || said == source.krate;
    empty.then(|| source.path.clone())
}

#[test]
fn every_file_says_what_it_is_for() {
    let offences: Vec<String> = sources().iter().filter_map(without_purpose).collect();
    refuse(
        &offences,
        "open the file with `//!` and a sentence: what it is for, and what it must never do.",
    );
}

#[test]
fn nothing_is_put_off() {
    let mut offences = Vec::new();
    for source in sources() {
        for (line, text) in (1..).zip(source.text.lines()) {
            for mark in PUT_OFF.iter().filter(|mark| text.contains(**mark)) {
                offences.push(format!("{}:{line} has {mark}", source.path));
            }
        }
    }
    refuse(
        &offences,
        "do it now, or leave it out and write down in an issue what is missing.",
    );
}

#[test]
fn lints_are_expected_with_a_reason() {
    let mut offences = Vec::new();
    for source in sources() {
        for (line, text) in (1..).zip(source.lexed.code.lines()) {
            // Macros may need one, since what they make differs; they owe the reason all the same.
            let allows = text.contains("#[allow(") || text.contains("#![allow(");
            if allows && !text.contains("reason =") {
                offences.push(format!("{}:{line}", source.path));
            }
        }
    }
    refuse(
        &offences,
        "write #[expect(lint, reason = \"…\")]: it fails once the reason is gone.",
    );
}

#[test]
fn what_is_forbidden_is_found() {
    assert!(without_purpose(&Source::new("crates/a/src/b.rs", "//! b\nfn x() {}")).is_some());
    assert!(without_purpose(&Source::new("crates/a/src/b.rs", "fn x() {}")).is_some());
    assert!(without_purpose(&Source::new("crates/a/src/b.rs", "//! Things to hold.\n")).is_none());
}
