//! Counting tests in what the runners print: nextest, cargo test and node's test runner.
//!
//! A runner that failed without saying how many counts as one failure, so nothing is lost.

use std::fmt;
use std::ops::AddAssign;

use crate::process::Ran;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Content.
    pub passed: u64,
    /// Not content, timed out or not even built.
    pub failed: u64,
    /// Not run although they exist.
    pub skipped: u64,
}

impl Counts {
    /// One check that has no parts.
    pub const fn one(passed: bool) -> Self {
        Self {
            passed: passed as u64,
            failed: !passed as u64,
            skipped: 0,
        }
    }

    /// What a runner's output says.
    pub fn of(ran: &Ran) -> Self {
        let mut counts = Self::default();
        for line in plain(&ran.output).lines() {
            counts += of_line(line.trim_end());
        }
        if !ran.succeeded && counts.failed == 0 {
            counts.failed = 1;
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

fn of_line(line: &str) -> Counts {
    // Indented, it is what nextest shows of a test that failed, and is counted already.
    if line.starts_with("test result: ") {
        return Counts {
            passed: before(line, " passed"),
            failed: before(line, " failed"),
            skipped: before(line, " ignored"),
        };
    }
    if line.trim_start().starts_with("Summary [") {
        return Counts {
            passed: before(line, " passed"),
            failed: before(line, " failed")
                + before(line, " exec failed")
                + before(line, " timed out"),
            skipped: before(line, " skipped"),
        };
    }
    let tap = |word: &str| line.strip_prefix(word).and_then(|count| count.parse().ok());
    Counts {
        passed: tap("# pass ").unwrap_or(0),
        failed: tap("# fail ").unwrap_or(0) + tap("# cancelled ").unwrap_or(0),
        skipped: tap("# skipped ").unwrap_or(0) + tap("# todo ").unwrap_or(0),
    }
}

/// The number that stands right before a word.
fn before(line: &str, word: &str) -> u64 {
    line.find(word).map_or(0, |end| {
        let digits = line[..end]
            .rsplit(|letter: char| !letter.is_ascii_digit())
            .next();
        digits.and_then(|count| count.parse().ok()).unwrap_or(0)
    })
}

/// Text without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, succeeded: bool, expected: &str) {
        let ran = Ran {
            succeeded,
            output: output.to_owned(),
        };
        assert_eq!(Counts::of(&ran).to_string(), expected);
    }

    #[test]
    fn every_runner_is_counted() {
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out\n\
             test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out",
            false,
            "13 passed, 2 failed, 1 skipped",
        );
        check(
            "     Summary [   8.005s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 4 skipped",
            false,
            "6 passed, 3 failed, 4 skipped",
        );
        check(
            "# tests 5\n# pass 4\n# fail 1\n# cancelled 0\n# skipped 0",
            false,
            "4 passed, 1 failed",
        );
    }

    #[test]
    fn colours_do_not_hide_a_count() {
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m",
            true,
            "3 passed, 0 failed",
        );
    }

    #[test]
    fn what_a_failed_test_printed_is_not_counted() {
        check(
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored\n     Summary [ 2.1s] 2 tests run: 1 passed, 1 failed, 0 skipped",
            false,
            "1 passed, 1 failed",
        );
    }

    #[test]
    fn a_build_that_fails_is_a_failure() {
        check(
            "error: could not compile `engine`",
            false,
            "0 passed, 1 failed",
        );
    }
}
