//! Tests on real data, which lies beside the repository on some machines and may not be part of it.
//!
//! The path of such a test names the folder that it needs, `…::real_data::<folder>::…` (test-kit's
//! `both_databases_on` makes it so). Where the folder is missing the test is left out and named; it
//! never looks as if it had passed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use serde_json::Value as Json;

use crate::process;

/// Where the data lies, from the root.
const PLACE: &str = "../shared/data";
const MARK: &str = "real_data";

/// What cannot run here.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The tests, without the part of their path that names the folder.
    pub tests: Vec<String>,
    /// The folders, in order.
    folders: BTreeSet<String>,
}

impl Missing {
    /// Asks the test programs for their tests and looks whether their folders are there.
    pub fn find(with_nextest: bool) -> Result<Self> {
        let tests = if with_nextest {
            names_of_nextest(&said(&[
                "nextest",
                "list",
                "--workspace",
                "--message-format",
                "json",
            ])?)
        } else {
            names_of_cargo(&said(&[
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--quiet",
                "--",
                "--list",
            ])?)
        };
        let place = crate::root().join(PLACE);
        Ok(Self::among(tests.iter().map(String::as_str), &place))
    }

    /// Those of these tests whose folders are not there.
    pub fn among<'t>(tests: impl Iterator<Item = &'t str>, place: &Path) -> Self {
        let mut missing = Self::default();
        for test in tests {
            let Some((name, rest)) = test.split_once(&format!("::{MARK}::")) else {
                continue;
            };
            let (folder, end) = rest.split_once("::").unwrap_or((rest, ""));
            if !place.join(folder).is_dir() {
                missing.tests.push(format!("{name}::{end}"));
                missing.folders.insert(folder.to_owned());
            }
        }
        missing
    }

    /// Arguments that leave these tests out.
    pub fn arguments(&self, with_nextest: bool) -> Vec<String> {
        let marked = self.folders.iter().map(|it| format!("::{MARK}::{it}::"));
        if self.folders.is_empty() {
            Vec::new()
        } else if with_nextest {
            let each: Vec<String> = marked.map(|it| format!("not test({it})")).collect();
            vec!["-E".to_owned(), each.join(" and ")]
        } else {
            let skipped = marked.flat_map(|it| ["--skip".to_owned(), it]);
            std::iter::once("--".to_owned()).chain(skipped).collect()
        }
    }

    /// Which tests did not run and why, for the last line; nothing where all did.
    pub fn told(&self) -> Option<String> {
        let folders: Vec<String> = self
            .folders
            .iter()
            .map(|it| format!("{PLACE}/{it}"))
            .collect();
        (!self.tests.is_empty()).then(|| {
            format!(
                "{} not run without {}: {}",
                self.tests.len(),
                folders.join(", "),
                self.tests.join(", ")
            )
        })
    }
}

/// What cargo says; nothing where it fails, since running the tests will fail in the same way and be shown.
fn said(arguments: &[&str]) -> Result<String> {
    let output = process::cargo(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn names_of_nextest(list: &str) -> Vec<String> {
    let list: Json = serde_json::from_str(list).unwrap_or_default();
    let suites = list["rust-suites"].as_object().into_iter().flatten();
    let cases = suites.flat_map(|(_, suite)| suite["testcases"].as_object().into_iter().flatten());
    cases.map(|(name, _)| name.clone()).collect()
}

fn names_of_cargo(list: &str) -> Vec<String> {
    let names = list.lines().filter_map(|it| it.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [&str; 3] = [
        "uci::a_year::real_data::uci_log::sqlite",
        "uci::a_year::real_data::uci_log::postgres",
        "importing::a_row_is_a_record::sqlite",
    ];

    #[test]
    fn every_test_whose_folder_is_missing_is_named_and_left_out() {
        let missing = Missing::among(HERE.into_iter(), Path::new("/nowhere"));
        assert_eq!(
            missing.told().as_deref(),
            Some(
                "2 not run without ../shared/data/uci_log: uci::a_year::sqlite, uci::a_year::postgres"
            )
        );
        assert_eq!(
            missing.arguments(true),
            ["-E", "not test(::real_data::uci_log::)"]
        );
        assert_eq!(
            missing.arguments(false),
            ["--", "--skip", "::real_data::uci_log::"]
        );
    }

    #[test]
    fn one_missing_folder_leaves_the_others_alone() {
        let place = std::env::temp_dir().join(format!("deskwright-data-{}", std::process::id()));
        std::fs::create_dir_all(place.join("uci_log")).unwrap();
        let more = HERE.into_iter().chain(["mail::reads::real_data::mail"]);
        let missing = Missing::among(more, &place);
        std::fs::remove_dir_all(&place).unwrap();
        assert_eq!(missing.tests, ["mail::reads::"]);
        let all = Missing::among(HERE[2..].iter().copied(), Path::new("/nowhere"));
        assert_eq!((all.told(), all.arguments(true)), (None, Vec::new()));
    }

    #[test]
    fn both_runners_are_understood() {
        let json = r#"{"rust-suites":{"flow":{"testcases":{"a::b":{"ignored":false}}},"web":{"testcases":{}}}}"#;
        assert_eq!(names_of_nextest(json), ["a::b"]);
        assert_eq!(
            names_of_cargo("a::b: test\n\n1 test, 0 benchmarks\n"),
            ["a::b"]
        );
    }
}
