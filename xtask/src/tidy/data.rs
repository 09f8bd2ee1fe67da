//! Tests reach the real data beside the repository through the test-kit alone, so that those whose data
//! is missing are named and never look as if they had passed.

use super::{Source, refuse, sources};

const PLACE: &str = concat!("shared", "/data");

fn own_ways(source: &Source) -> Vec<String> {
    let strings = source.lexed.strings.iter();
    strings
        .filter(|it| it.text.contains(PLACE))
        .map(|it| format!("{}:{} looks for {}", source.path, it.line, it.text))
        .collect()
}

#[test]
fn real_data_is_reached_in_one_way() {
    let others = sources()
        .iter()
        .filter(|it| it.krate != "test-kit" && it.krate != "xtask");
    let offences: Vec<String> = others.flat_map(own_ways).collect();
    refuse(
        &offences,
        "declare the test with test_kit::both_databases_on, which names the folder it needs.",
    );
}

#[test]
fn another_way_is_seen() {
    let text = format!("fn f() {{ open(\"../../../{PLACE}/mail\"); }}");
    let source = Source::new("crates/flow/tests/flow/mail.rs", &text);
    assert_eq!(own_ways(&source).len(), 1);
}
