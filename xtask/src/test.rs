//! `cargo xtask test`: every check of the house, in one order, ending with one line of counts.
//!
//! Each step runs even if an earlier one failed, so one run tells everything. What cannot run is
//! named, never silently left out.

use anyhow::Result;

use crate::counts::Counts;
use crate::postgres::{Cluster, Durability};
use crate::real_data::Missing;
use crate::{browser, clients, process, tools};

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// What must be green before anything is merged.
    Usual,
    /// Also what takes hours: faults, millions, whole files, fuzz.
    Long,
}

/// Runs the house rules alone: quick, and needs nothing installed.
pub fn tidy() -> Result<bool> {
    let ran = process::watch(&mut process::cargo(&["test", "--quiet", "-p", "xtask"]))?;
    Ok(ran.succeeded)
}

/// Runs everything. False if anything failed.
pub fn run(length: Length) -> Result<bool> {
    tools::provide()?;
    let mut report = Report::default();
    report.check("format", &["fmt", "--all", "--check"])?;
    let lint = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ];
    report.check("clippy", &lint)?;
    report.dependencies()?;
    {
        let cluster = Cluster::start(Durability::None)?;
        report.tests(&cluster)?;
        report.doc_tests(&cluster)?;
        let walk = browser::walk(&cluster)?;
        report.add("browser walk", walk);
        let generated = clients::check(length)?;
        report.add("generated clients", generated);
    }
    match length {
        Length::Usual => {
            report.not_run("faults, millions, whole files and fuzz (cargo xtask test --long)")
        }
        Length::Long => {
            let cluster = Cluster::start(Durability::Full)?;
            report.long_tests(&cluster)?;
        }
    }
    Ok(report.close())
}

#[derive(Default)]
struct Report {
    total: Counts,
    failed_steps: Vec<String>,
    not_run: Vec<String>,
    without_data: Missing,
}

impl Report {
    fn check(&mut self, name: &str, arguments: &[&str]) -> Result<()> {
        println!("── {name}");
        let ran = process::watch(&mut process::cargo(arguments))?;
        self.add(name, Counts::one(ran.succeeded));
        Ok(())
    }

    /// Licences, sources and bans of what we depend on.
    fn dependencies(&mut self) -> Result<()> {
        if tools::has_cargo("deny") {
            return self.check(
                "dependencies",
                &["deny", "check", "licenses", "bans", "sources"],
            );
        }
        self.not_run("cargo deny (install it with: cargo install cargo-deny --locked)");
        Ok(())
    }

    fn tests(&mut self, cluster: &Cluster) -> Result<()> {
        println!("── tests, on SQLite and on {}", cluster.url());
        let nextest = ["nextest", "run", "--workspace", "--no-fail-fast"];
        let plain = [
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
            "--quiet",
        ];
        let with_nextest = tools::has_cargo("nextest");
        let chosen = if with_nextest {
            &nextest[..]
        } else {
            &plain[..]
        };
        self.without_data = Missing::find(with_nextest)?;
        let mut command = process::cargo(chosen);
        command.args(self.without_data.arguments(with_nextest));
        cluster.lend_to(&mut command);
        let ran = process::watch(&mut command)?;
        let mut counts = Counts::of(&ran);
        // Nextest counts what we left out; the last line names it instead.
        let left_out = u64::try_from(self.without_data.tests.len()).unwrap_or(u64::MAX);
        counts.skipped = counts.skipped.saturating_sub(left_out);
        self.add("tests", counts);
        Ok(())
    }

    fn doc_tests(&mut self, cluster: &Cluster) -> Result<()> {
        println!("── examples in the documentation");
        let mut command = process::cargo(&["test", "--workspace", "--doc", "--quiet"]);
        cluster.lend_to(&mut command);
        let ran = process::watch(&mut command)?;
        self.add("documentation examples", Counts::of(&ran));
        Ok(())
    }

    fn long_tests(&mut self, cluster: &Cluster) -> Result<()> {
        println!("── whole files of real data");
        let mut command = process::cargo(&["test", "-p", "flow", "--test", "flow", "--quiet"]);
        command.arg("real_files");
        command.args(self.without_data.arguments(false));
        command.env("DESKWRIGHT_TEST_WHOLE_FILES", "1");
        cluster.lend_to(&mut command);
        let ran = process::watch(&mut command)?;
        self.add("whole files", Counts::of(&ran));
        println!("── long suites");
        let build = ["build", "--profile", "fast", "-p", "deskwright"];
        if !process::succeeds(&mut process::cargo(&build))? {
            self.add("long suites", Counts::one(false));
            return Ok(());
        }
        let mut command = process::cargo(&[
            "test",
            "--profile",
            "fast",
            "-p",
            "bench",
            "--features",
            "long",
            "--no-fail-fast",
            "--",
            "--test-threads=1",
        ]);
        cluster.lend_to(&mut command);
        let ran = process::watch(&mut command)?;
        self.add("long suites", Counts::of(&ran));
        Ok(())
    }

    fn add(&mut self, step: &str, counts: Counts) {
        println!("{step}: {counts}\n");
        self.total += counts;
        if counts.failed > 0 {
            self.failed_steps.push(step.to_owned());
        }
    }

    fn not_run(&mut self, what: &str) {
        self.not_run.push(what.to_owned());
    }

    fn close(self) -> bool {
        for what in &self.not_run {
            println!("not run: {what}");
        }
        for step in &self.failed_steps {
            println!("failed: {step}");
        }
        println!("{}", self.summary());
        self.total.failed == 0
    }

    /// The last line: how many, and which tests did not run for want of their data.
    fn summary(&self) -> String {
        let told = self.without_data.told();
        let told = told.map_or_else(String::new, |it| format!(", {it}"));
        format!("{}{told}", self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_names_what_had_no_data_to_run_on() {
        let mut report = Report {
            total: Counts::one(true),
            ..Report::default()
        };
        assert_eq!(report.summary(), "1 passed, 0 failed");
        let test = "uci::a_year::real_data::no_such_folder::sqlite";
        report.without_data = Missing::among([test].into_iter(), std::path::Path::new("/nowhere"));
        assert_eq!(
            report.summary(),
            "1 passed, 0 failed, 1 not run without ../shared/data/no_such_folder: uci::a_year::sqlite"
        );
    }
}
