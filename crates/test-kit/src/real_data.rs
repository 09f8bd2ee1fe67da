//! Where the real data lies that some tests read. It is no part of the repository.

use std::path::{Path, PathBuf};

/// The folder of real data with that name.
///
/// # Panics
/// Where it is missing: a test that cannot run must not look as if it had passed.
#[must_use]
pub fn real_data(folder: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = place.join(folder);
    assert!(
        path.is_dir(),
        "../shared/data/{folder} is missing; cargo xtask test leaves this test out and says so"
    );
    path
}

#[cfg(test)]
mod tests {
    #[test]
    #[should_panic(expected = "../shared/data/no_such_folder is missing")]
    fn a_missing_folder_fails_the_test() {
        drop(super::real_data("no_such_folder"));
    }
}
