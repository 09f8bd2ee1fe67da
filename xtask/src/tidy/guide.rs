//! The user guide: every practice has a chapter, every chapter is in the table of contents, and every
//! name of a test or a file that the documents give exists.

use std::path::PathBuf;

use super::{files, refuse, short, sources};

const BOOK: &str = "docs/guide";

fn read(path: &str) -> String {
    std::fs::read_to_string(crate::root().join(path)).unwrap()
}

#[test]
fn every_practice_has_its_chapter() {
    let contents = read("docs/guide/SUMMARY.md");
    let mut offences = Vec::new();
    for source in sources() {
        let inside = source.path.strip_prefix("crates/practices/src/");
        let Some((practice, "mod.rs")) = inside.and_then(|path| path.split_once('/')) else {
            continue;
        };
        let guide = format!("crates/practices/src/{practice}/guide.md");
        if !source.text.contains("Practice") || practice == "roles" {
            continue;
        }
        if !crate::root().join(&guide).exists() {
            offences.push(format!("{guide} is missing"));
        }
        let chapter = crate::root().join(format!("{BOOK}/practices/{practice}.md"));
        let includes = std::fs::read_to_string(&chapter).unwrap_or_default();
        if !includes.contains(&guide) || !contents.contains(&format!("practices/{practice}.md")) {
            offences.push(format!(
                "{BOOK}/practices/{practice}.md does not bring {guide} into the book"
            ));
        }
    }
    refuse(
        &offences,
        "write the practice's guide.md, include it from docs/guide/practices and name it in SUMMARY.md.",
    );
}

#[test]
fn every_chapter_is_in_the_contents() {
    let contents = read("docs/guide/SUMMARY.md");
    let mut chapters = Vec::new();
    files(&crate::root().join(BOOK), "md", &mut chapters);
    let inside = |path: &PathBuf| short(path).trim_start_matches("docs/guide/").to_owned();
    let missing = |name: &String| name != "SUMMARY.md" && !contents.contains(&format!("({name})"));
    let offences: Vec<String> = chapters.iter().map(inside).filter(missing).collect();
    refuse(
        &offences,
        "name the chapter in docs/guide/SUMMARY.md, or it is in no book.",
    );
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    let keys = read("crates/deskwright/src/config/keys.rs");
    let chapter = read("docs/guide/configuration.md");
    let names = keys
        .split("name: \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let missing = |name: &&str| !chapter.contains(&format!("| `{name}` |"));
    let offences: Vec<String> = names.filter(missing).map(str::to_owned).collect();
    refuse(
        &offences,
        "explain the key in docs/guide/configuration.md; `deskwright config` prints the words.",
    );
}

/// `Invariant:` lines of the architecture name the test that proves them.
#[test]
fn invariants_name_tests_that_exist() {
    let architecture = read("ARCHITECTURE.md");
    let lines = architecture
        .lines()
        .filter(|line| line.contains("Invariant:"));
    let mut offences = Vec::new();
    let mut seen = 0;
    for line in lines {
        seen += 1;
        let names: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let named = names.iter().filter(|name| is_test(name)).count();
        if named == 0 {
            offences.push(line.trim().to_owned());
        }
    }
    assert!(
        seen > 5,
        "ARCHITECTURE.md has no invariants: the rule would hold of nothing"
    );
    refuse(
        &offences,
        "end the line with the name of the test that proves it, in backticks.",
    );
}

fn is_test(name: &str) -> bool {
    // Plain tests, and those that a macro makes for each database.
    let (function, listed) = (format!("fn {name}("), format!("{name} =>"));
    sources()
        .iter()
        .any(|it| it.text.contains(&function) || it.text.contains(&listed))
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents = Vec::new();
    files(&crate::root().join("docs"), "md", &mut documents);
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ] {
        documents.push(crate::root().join(name));
    }
    let mut places: Vec<(PathBuf, PathBuf)> = documents
        .into_iter()
        .map(|path| (path.clone(), path))
        .collect();
    // A practice's chapter stands in the book where it is included.
    for source in sources().iter().filter(|it| it.path.ends_with("/mod.rs")) {
        let guide = crate::root().join(source.path.replace("mod.rs", "guide.md"));
        if guide.exists() {
            places.push((guide, crate::root().join(BOOK).join("practices/chapter.md")));
        }
    }
    let mut offences = Vec::new();
    for (path, place) in places {
        let text = std::fs::read_to_string(&path).unwrap();
        let targets = text.split("](").skip(1);
        for target in targets.filter_map(|rest| rest.split(')').next()) {
            if !leads_somewhere(&place, &text, target) {
                offences.push(format!("{} links to {target}", short(&path)));
            }
        }
    }
    refuse(
        &offences,
        "mend the link or write what it should have led to.",
    );
}

/// Whether a link of a document leads to a file that is there, and to a heading in it.
fn leads_somewhere(document: &std::path::Path, text: &str, target: &str) -> bool {
    if target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let there = document.parent().unwrap().join(file);
    if !file.is_empty() && !there.exists() {
        return false;
    }
    if anchor.is_empty() {
        return true;
    }
    match file.is_empty() {
        true => has_heading(text, anchor),
        false => std::fs::read_to_string(there).is_ok_and(|it| has_heading(&it, anchor)),
    }
}

/// Headings are called as mdBook calls them.
fn has_heading(text: &str, anchor: &str) -> bool {
    let name = |line: &str| -> String {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        kept.map(|it| if it == ' ' { '-' } else { it }).collect()
    };
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| name(line) == anchor)
}

#[test]
fn a_link_without_its_end_is_seen() {
    let document = crate::root().join("docs/guide/api.md");
    let text = "# The API\n\n## How often one may ask\n";
    for good in [
        "filters.md",
        "#how-often-one-may-ask",
        "filters.md#as-json",
        "https://a.example/#x",
    ] {
        assert!(leads_somewhere(&document, text, good), "{good}");
    }
    for bad in ["filter.md", "#how-often", "filters.md#as-xml"] {
        assert!(!leads_somewhere(&document, text, bad), "{bad}");
    }
}
