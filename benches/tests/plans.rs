//! The plans that SQLite makes for what each role asks, kept beside this file: SQLite chooses by the indexes alone,
//! so that these hold for a million records too. On PostgreSQL, which chooses by what is in the tables, the long
//! suite looks at them in a database of a million.

use bench::{fill, plans};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/plans.txt");

#[test]
fn sqlite_finds_everything_as_it_was_agreed() {
    let folder = std::env::temp_dir().join(format!("deskwright-plans-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let engine = fill::open(&format!("sqlite:{}/plans.sqlite3", folder.display())).unwrap();
    let world = fill::fill(&engine, 300).unwrap();
    let found = plans::plans(&engine, &world).unwrap();
    engine.store().shutdown();
    std::fs::remove_dir_all(&folder).unwrap();
    let walks = plans::walks(&found);
    assert!(
        walks.is_empty(),
        "a large table is read from end to end: {walks:#?}"
    );
    let found = found.join("\n") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(KEPT, &found).unwrap();
    }
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    assert!(
        found == kept,
        "the plans are others than those in {KEPT}; look at them, and run again with UPDATE_GOLDEN=1:\n{found}"
    );
}
