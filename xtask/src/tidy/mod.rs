//! House rules as tests: what reviewers would otherwise have to remember.
//!
//! Each rule reads the sources, names every place that breaks it and says the mend. A rule must be
//! cheap, and it must be able to fail: its own tests feed it what it refuses.

mod data;
mod graph;
mod guide;
mod language;
mod lexer;
mod messages;
mod naming;
mod shape;
mod size;
mod sql;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lexer::Lexed;

/// One Rust file of ours.
struct Source {
    /// Path from the root, with `/`.
    path: String,
    /// Its crate: the folder under `crates`, or `xtask`, or `benches`.
    krate: String,
    /// The text as it stands.
    text: String,
    /// The text told apart into code, comments and strings.
    lexed: Lexed,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let mut parts = path.split('/');
        let first = parts.next().unwrap_or_default();
        let krate = if first == "crates" {
            parts.next().unwrap_or_default()
        } else {
            first
        };
        let lexed = Lexed::new(text);
        Self {
            path: path.to_owned(),
            krate: krate.to_owned(),
            text: text.to_owned(),
            lexed,
        }
    }

    /// Whether the whole file is about tests.
    fn is_test(&self) -> bool {
        let about_tests = |part: &str| {
            matches!(part, "tests" | "tests.rs" | "examples" | "test-kit")
                || part.ends_with("_tests.rs")
        };
        self.path.split('/').any(about_tests)
    }

    /// Whether it is part of the product: not a test, not a tool.
    fn is_product(&self) -> bool {
        !self.is_test() && self.path.starts_with("crates/") && self.path.contains("/src/")
    }
}

/// Every Rust file of the workspace, read once.
fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(read_sources)
}

fn read_sources() -> Vec<Source> {
    let root = crate::root();
    let mut found = Vec::new();
    for folder in ["benches", "crates", "xtask"] {
        files(&root.join(folder), "rs", &mut found);
    }
    let read = |path: PathBuf| Source::new(&short(&path), &std::fs::read_to_string(&path).unwrap());
    found.into_iter().map(read).collect()
}

/// Files with that extension below a folder, in order.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !matches!(&*name, "target" | "node_modules" | "dist" | ".git") {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

fn short(path: &Path) -> String {
    path.strip_prefix(crate::root())
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

/// Fails with every offence and the mend, if there is an offence.
#[track_caller]
fn refuse(offences: &[String], mend: &str) {
    assert!(
        offences.is_empty(),
        "\n  {}\n\nThe mend: {mend}\n",
        offences.join("\n  ")
    );
}

/// Every file must be read for a rule to mean anything.
#[test]
fn sources_are_found() {
    let sources = sources();
    for krate in [
        "base",
        "dictionary",
        "store",
        "engine",
        "practices",
        "web",
        "xtask",
    ] {
        assert!(
            sources.iter().any(|source| source.krate == krate),
            "no source of {krate} was found"
        );
    }
}
