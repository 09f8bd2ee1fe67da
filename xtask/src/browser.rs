//! The browser walk and the pictures: real Chromium against a freshly started demo.
//!
//! The walk itself is JavaScript in `frontend/e2e`; here it gets its packages, the program under
//! test and the browser.

use anyhow::{Context as _, Result, bail};

use crate::counts::Counts;
use crate::postgres::Cluster;
use crate::{process, tools};

const FOLDER: &str = "frontend/e2e";

/// Builds the program and walks through it as a requester and as an agent.
pub fn walk(cluster: &Cluster) -> Result<Counts> {
    println!("── browser walk");
    // The tests were built just before; asking for them again lets the program share every library
    // with them, since features of development dependencies count in both.
    let Some(mut node) = prepare(&["build", "--workspace", "--bins", "--tests"])? else {
        return Ok(Counts::one(false));
    };
    cluster.lend_to(&mut node);
    node.args([
        "--test",
        "--test-reporter=tap",
        "--test-concurrency=1",
        "walk.test.mjs",
    ]);
    Ok(Counts::of(&process::watch(&mut node)?))
}

/// Writes a picture of each main page into `target/screenshots`.
pub fn screenshots() -> Result<bool> {
    let Some(mut node) = prepare(&["build", "-p", "deskwright"])? else {
        return Ok(false);
    };
    let folder = crate::target().join("screenshots");
    node.arg("screenshots.mjs").arg(&folder);
    let ran = process::watch(&mut node)?;
    println!("pictures are in {}", folder.display());
    Ok(ran.succeeded)
}

/// Node in the walk's folder, told where program and browser are. None if the build failed.
fn prepare(build: &[&str]) -> Result<Option<std::process::Command>> {
    let browser = tools::browser().context("Chromium was not found")?;
    let mut npm = process::command(
        "npm",
        &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    );
    if !process::succeeds(npm.current_dir(crate::root().join(FOLDER)))? {
        bail!("npm could not install the packages of {FOLDER}");
    }
    if !process::succeeds(&mut process::cargo(build))? {
        return Ok(None);
    }
    let mut node = process::command("node", &[]);
    node.current_dir(crate::root().join(FOLDER))
        .env(
            "DESKWRIGHT_BINARY",
            crate::target().join("debug/deskwright"),
        )
        .env("DESKWRIGHT_CHROMIUM", browser);
    Ok(Some(node))
}
