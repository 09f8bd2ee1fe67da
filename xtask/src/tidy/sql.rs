//! SQL stands in `store`, `search`, `engine` and `verifier` alone, and never folds case by itself.

use super::{Source, refuse, sources};

/// Crates that may write SQL. A verifier that asked the reader would believe whom it checks, and the
/// measurements compare us with bare statements.
const MAY: [&str; 5] = ["store", "search", "engine", "verifier", "bench"];

/// Beginnings of statements, with the word that makes them SQL and not English.
const STATEMENTS: [(&str, &str); 9] = [
    ("SELECT ", ""),
    ("INSERT INTO ", ""),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE", ""),
    ("CREATE INDEX", ""),
    ("ALTER TABLE", ""),
    ("WITH ", " AS ("),
    ("PRAGMA ", ""),
];

/// Databases differ in what they fold, so text is compared by the key that Rust computed.
const FOLDING: [&str; 4] = ["lower(", "upper(", "ILIKE", "NOCASE"];

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    STATEMENTS
        .iter()
        .any(|(start, needs)| text.starts_with(start) && text.contains(needs))
}

fn strangers(source: &Source) -> Vec<String> {
    let statements = source
        .lexed
        .strings
        .iter()
        .filter(|literal| is_statement(&literal.text));
    statements
        .map(|literal| format!("{}:{} {:.60}", source.path, literal.line, literal.text))
        .collect()
}

fn foldings(source: &Source) -> Vec<String> {
    let mut offences = Vec::new();
    for literal in &source.lexed.strings {
        for word in FOLDING.iter().filter(|word| literal.text.contains(**word)) {
            offences.push(format!("{}:{} says {word}", source.path, literal.line));
        }
    }
    offences
}

#[test]
fn sql_stands_where_it_may() {
    let sources = sources();
    let product = sources
        .iter()
        .filter(|it| !it.is_test() && it.krate != "xtask");
    let outside = product.filter(|it| !MAY.contains(&it.krate.as_str()) && it.krate != "benches");
    let offences: Vec<String> = outside.flat_map(strangers).collect();
    refuse(
        &offences,
        "ask the engine's reader, or give it the question that you need.",
    );
}

#[test]
fn no_database_folds_case() {
    let sources = sources();
    let product = sources.iter().filter(|it| it.is_product());
    let offences: Vec<String> = product.flat_map(foldings).collect();
    refuse(
        &offences,
        "compare the companion column `<field>__key` with base::text_key(value): SQLite, PostgreSQL and \
         Rust fold case differently.",
    );
}

#[test]
fn what_is_forbidden_is_found() {
    let source = Source::new(
        "crates/web/src/a.rs",
        "let a = \"SELECT 1 WHERE lower(x) = y\"; let b = \"UPDATE everything\";",
    );
    assert_eq!(strangers(&source).len(), 1);
    assert_eq!(foldings(&source).len(), 1);
}
