//! The table for people and the file for programs.

use std::path::Path;

use anyhow::{Context as _, Result};
use bench::load::Measured;
use serde_json::json;

use crate::options::Options;

/// One row of the table.
pub struct Line {
    /// What was asked.
    pub what: String,
    /// By whom.
    pub who: &'static str,
    /// How it went.
    pub measured: Measured,
}

/// Everything that was found.
pub struct Report {
    name: String,
    facts: Vec<(String, String)>,
    lines: Vec<Line>,
}

impl Report {
    /// An empty report.
    pub fn new(options: &Options) -> Self {
        let name = format!("{}-{}", options.database_name(), options.records);
        Self {
            name,
            facts: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Notes a single figure.
    pub fn fact(&mut self, name: &str, value: String) {
        println!("{name}: {value}");
        self.facts.push((name.to_owned(), value));
    }

    /// Notes a measurement.
    pub fn line(&mut self, line: Line) {
        println!("{}", row(&line));
        self.lines.push(line);
    }

    /// Prints the table and writes `NAME.json` and `NAME.md`.
    pub fn finish(&self, folder: &Path) -> Result<()> {
        let mut table = format!("## {}\n\n| | |\n|---|---|\n", self.name);
        for (name, value) in &self.facts {
            table.push_str(&format!("| {name} | {value} |\n"));
        }
        table.push_str("\n| what | as | connections | per second | p50 ms | p99 ms |\n|---|---|---:|---:|---:|---:|\n");
        for line in &self.lines {
            table.push_str(&row(line));
            table.push('\n');
        }
        println!("\n{table}");
        let lines: Vec<serde_json::Value> = self.lines.iter().map(as_json).collect();
        let facts: serde_json::Map<String, serde_json::Value> = self
            .facts
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let whole = json!({ "name": self.name, "facts": facts, "lines": lines });
        std::fs::create_dir_all(folder).context("the folder for reports could not be made")?;
        let write = |extension: &str, text: String| {
            std::fs::write(folder.join(format!("{}.{extension}", self.name)), text)
        };
        write("json", format!("{whole:#}\n")).context("the report could not be written")?;
        write("md", table).context("the report could not be written")
    }
}

fn row(line: &Line) -> String {
    let Measured {
        connections,
        per_second,
        p50,
        p99,
        ..
    } = line.measured;
    format!(
        "| {} | {} | {connections} | {per_second:.0} | {p50:.2} | {p99:.2} |",
        line.what, line.who
    )
}

fn as_json(line: &Line) -> serde_json::Value {
    json!({
        "what": line.what,
        "as": line.who,
        "connections": line.measured.connections,
        "requests": line.measured.requests,
        "per_second": line.measured.per_second,
        "p50_ms": line.measured.p50,
        "p99_ms": line.measured.p99,
    })
}

/// A size that people can read.
pub fn bytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / 1_048_576.0)
}
