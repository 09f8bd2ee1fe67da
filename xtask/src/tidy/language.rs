//! What the repository must never speak of: one developer's machine, and how the work was organised.

use std::path::PathBuf;

use super::{files, refuse, short};

/// Parts of paths that only exist on somebody's machine, written so that this file passes.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!("C:\\Us", "ers"),
];

fn texts() -> Vec<PathBuf> {
    let root = crate::root();
    let mut found = Vec::new();
    let folders = [
        ".cargo", ".ci", ".config", "benches", "crates", "docs", "frontend", "xtask",
    ];
    for extension in [
        "rs", "md", "toml", "ts", "mjs", "css", "ftl", "sql", "json", "sh",
    ] {
        for folder in folders {
            files(&root.join(folder), extension, &mut found);
        }
    }
    for entry in std::fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        let named = path
            .extension()
            .is_some_and(|it| it == "md" || it == "toml");
        if path.is_file() && named {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_text_knows_a_machine() {
    let mut offences = Vec::new();
    for path in texts() {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for (line, words) in (1..).zip(text.lines()) {
            for part in MACHINE_PATHS.iter().filter(|part| words.contains(**part)) {
                offences.push(format!("{}:{line} says {part}", short(&path)));
            }
        }
    }
    refuse(
        &offences,
        "name the path from the repository's root, or take it from the configuration.",
    );
}

/// Packages come from where the user's own configuration says, and the lock file must not say more.
#[test]
fn lock_files_name_no_private_registry() {
    let mut offences = Vec::new();
    for folder in ["frontend", "frontend/e2e"] {
        let path = crate::root().join(folder).join("package-lock.json");
        let lock = std::fs::read_to_string(&path).unwrap();
        for line in lock.lines().filter(|line| line.contains("\"resolved\"")) {
            if !line.contains("https://registry.npmjs.org/") {
                offences.push(format!("{}: {}", short(&path), line.trim()));
            }
        }
    }
    refuse(
        &offences,
        "make the lock file with `npm install --package-lock-only --omit-lockfile-registry-resolved`.",
    );
}
