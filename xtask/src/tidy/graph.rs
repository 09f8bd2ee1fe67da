//! Who may see whom: the crates and the edges between them.

use std::collections::BTreeSet;

use super::{refuse, sources};

/// Each crate with the crates of ours that it may name, and those that only its tests may name.
/// Bottom first; a crate may only name crates above it in this list.
const GRAPH: &[(&str, &[&str], &[&str])] = &[
    ("base", &[], &[]),
    ("blobs", &["base"], &[]),
    ("dictionary", &["base"], &[]),
    ("store", &["base"], &[]),
    ("search", &["base", "dictionary", "store"], &[]),
    (
        "engine",
        &["base", "dictionary", "search", "store"],
        &["practices", "test-kit", "verifier"],
    ),
    (
        "verifier",
        &["base", "dictionary", "engine", "store"],
        &["practices", "test-kit"],
    ),
    (
        "flow",
        &["base", "dictionary", "engine", "search"],
        &["practices", "store", "test-kit", "verifier"],
    ),
    (
        "ui",
        &["base", "dictionary", "engine"],
        &["practices", "store", "test-kit"],
    ),
    (
        "mail",
        &["base", "dictionary", "engine", "ui"],
        &["practices"],
    ),
    (
        "practices",
        &["base", "dictionary", "engine", "ui"],
        &["flow", "store", "test-kit"],
    ),
    (
        "jobs",
        &[
            "base",
            "blobs",
            "dictionary",
            "engine",
            "flow",
            "mail",
            "ui",
            "verifier",
        ],
        &["practices", "store", "test-kit"],
    ),
    (
        "web",
        &["base", "blobs", "dictionary", "engine", "flow", "ui"],
        &["jobs", "practices", "store", "test-kit"],
    ),
    (
        "deskwright",
        &[
            "base",
            "blobs",
            "dictionary",
            "engine",
            "flow",
            "jobs",
            "mail",
            "practices",
            "store",
            "ui",
            "verifier",
            "web",
        ],
        &["test-kit"],
    ),
    (
        "test-kit",
        &[
            "base",
            "dictionary",
            "engine",
            "flow",
            "practices",
            "store",
            "ui",
            "verifier",
            "web",
        ],
        &[],
    ),
    (
        "bench",
        &["base", "dictionary", "engine", "flow", "practices", "store"],
        &["test-kit"],
    ),
    ("xtask", &[], &[]),
];

/// Libraries that only one crate may use: drivers, HTTP, HTML.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("axum", &["web"]),
    ("tower-http", &["web"]),
    ("tower", &["web"]),
    ("rusqlite", &["store", "bench"]),
    ("tokio-postgres", &["store", "bench"]),
    ("clap", &["deskwright"]),
    ("maud", &["ui", "web", "practices", "mail"]),
    ("lettre", &["mail"]),
    ("async-imap", &["mail"]),
    ("object_store", &["blobs"]),
];

struct Edge {
    from: String,
    to: String,
    development: bool,
}

fn edges() -> Vec<Edge> {
    let arguments = [
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ];
    let output = crate::process::cargo(&arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        for dependency in package["dependencies"].as_array().unwrap() {
            edges.push(Edge {
                from: text(&package["name"]),
                to: text(&dependency["name"]),
                development: dependency["kind"] == "dev",
            });
        }
    }
    edges
}

fn offences(edges: &[Edge]) -> Vec<String> {
    let ours: BTreeSet<&str> = GRAPH.iter().map(|row| row.0).collect();
    let mut offences = Vec::new();
    for Edge {
        from,
        to,
        development,
    } in edges
    {
        let Some((_, product, tests)) = GRAPH.iter().find(|row| row.0 == from) else {
            offences.push(format!("the crate {from} is not in the graph"));
            continue;
        };
        let may = product.contains(&to.as_str()) || (*development && tests.contains(&to.as_str()));
        if ours.contains(to.as_str()) && !may && from != to {
            offences.push(format!("{from} must not depend on {to}"));
        }
        if let Some((_, allowed)) = ONLY_IN.iter().find(|row| row.0 == to)
            && !allowed.contains(&from.as_str())
            && !development
        {
            offences.push(format!(
                "{from} must not use {to}; only {} may",
                allowed.join(", ")
            ));
        }
    }
    offences
}

#[test]
fn crates_see_only_whom_they_may() {
    refuse(
        &offences(&edges()),
        "move the code to the crate that may see both, or hand the value in from above. The graph is \
         GRAPH in xtask/src/tidy/graph.rs; a new edge needs a decision in docs/decisions.",
    );
}

#[test]
fn an_edge_against_the_graph_is_found() {
    let edge = |from: &str, to: &str, development| Edge {
        from: from.into(),
        to: to.into(),
        development,
    };
    assert_eq!(offences(&[edge("engine", "practices", false)]).len(), 1);
    assert_eq!(offences(&[edge("engine", "practices", true)]).len(), 0);
    assert_eq!(offences(&[edge("engine", "axum", false)]).len(), 1);
    assert_eq!(offences(&[edge("stranger", "base", false)]).len(), 1);
}

/// HTTP has its own words; below `web` nobody may speak them.
#[test]
fn nothing_below_web_knows_http() {
    const WORDS: [&str; 6] = [
        "StatusCode",
        "HeaderMap",
        "HeaderValue",
        "axum::",
        "http::",
        "Set-Cookie",
    ];
    let below = [
        "base",
        "dictionary",
        "store",
        "search",
        "engine",
        "verifier",
        "flow",
        "practices",
        "ui",
        "jobs",
        // Mails have headers of their own, so `mail` is held to its libraries alone.
    ];
    let mut offences = Vec::new();
    for source in sources()
        .iter()
        .filter(|it| it.is_product() && below.contains(&it.krate.as_str()))
    {
        for word in WORDS
            .iter()
            .filter(|word| source.lexed.product.contains(**word))
        {
            offences.push(format!("{} says {word}", source.path));
        }
    }
    refuse(
        &offences,
        "answer with a value (Refused, Failed, a record) and let crates/web put it into HTTP.",
    );
}

/// The history's hashes cover JSON with sorted keys and plain numbers (docs/decisions/0001). One
/// dependency that switches these features on would change them for everybody.
#[test]
fn json_is_written_as_the_history_needs_it() {
    let arguments = [
        "tree",
        "--workspace",
        "--offline",
        "-i",
        "serde_json",
        "-e",
        "features",
        "--prefix",
        "none",
    ];
    let output = crate::process::cargo(&arguments).output().unwrap();
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        tree.contains("serde_json feature"),
        "serde_json was not found: the rule would hold of nothing"
    );
    let changes_bytes = |line: &&str| {
        ["preserve_order", "arbitrary_precision"]
            .iter()
            .any(|feature| line.starts_with(&format!("serde_json feature \"{feature}\"")))
    };
    let offences: Vec<String> = tree
        .lines()
        .filter(changes_bytes)
        .map(str::to_owned)
        .collect();
    refuse(
        &offences,
        "find out with `cargo tree -e features -i serde_json` who asks for it, and do without.",
    );
}
