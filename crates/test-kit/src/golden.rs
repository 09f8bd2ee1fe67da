//! Golden files: texts that people read and approve.

use std::path::Path;

/// Holds a text against a golden file of the crate under test; `UPDATE_GOLDEN=1` writes it anew.
#[track_caller]
pub fn golden(folder: &str, name: &str, text: &str) {
    let path = Path::new(folder).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("the folder can be made");
        std::fs::write(&path, text).expect("the golden file can be written");
        return;
    }
    let approved = std::fs::read_to_string(&path).unwrap_or_default();
    let first = approved
        .lines()
        .zip(text.lines())
        .position(|(approved, found)| approved != found);
    let line = first.unwrap_or_else(|| approved.lines().count().min(text.lines().count()));
    assert!(
        approved == text,
        "{} differs from line {}:\n  approved: {}\n  found:    {}\nRead the difference and run again with UPDATE_GOLDEN=1 to approve it.",
        path.display(),
        line + 1,
        approved.lines().nth(line).unwrap_or("(end)"),
        text.lines().nth(line).unwrap_or("(end)"),
    );
}
