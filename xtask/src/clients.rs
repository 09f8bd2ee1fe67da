//! Clients generated from the OpenAPI document of a freshly started demo, which must compile and do the main job.
//!
//! The test itself is JavaScript in `clients`; here it gets its packages and the program under test.

use anyhow::{Context as _, Result, bail};

use crate::counts::Counts;
use crate::test::Length;
use crate::{process, tools};

const FOLDER: &str = "clients";
const REQUIREMENTS: &str = "clients/python/requirements.txt";

/// Generates both clients and runs them, and holds the answers of some operations, or of all, against the document. The
/// program was built by the browser walk before.
pub fn check(length: Length) -> Result<Counts> {
    println!("── generated clients");
    let mut npm = process::command(
        "npm",
        &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    );
    let folder = crate::root().join(FOLDER);
    if !process::succeeds(npm.current_dir(folder.join("typescript")))? {
        bail!("npm could not install the packages of {FOLDER}/typescript");
    }
    let programs = provide_python()?;
    let mut node = process::command("node", &[]);
    node.current_dir(&folder)
        .env(
            "DESKWRIGHT_BINARY",
            crate::target().join("debug/deskwright"),
        )
        .env("DESKWRIGHT_TEST_PYTHON", programs)
        .args(["--test", "--test-reporter=tap", "clients.test.mjs"]);
    if length == Length::Long {
        node.env("DESKWRIGHT_TEST_ALL_OPERATIONS", "1");
    }
    Ok(Counts::of(&process::watch(&mut node)?))
}

/// Builds the program and checks all that it serves.
pub fn run() -> Result<bool> {
    tools::provide()?;
    if !process::succeeds(&mut process::cargo(&["build", "-p", "deskwright"]))? {
        return Ok(false);
    }
    let counts = check(Length::Long)?;
    println!("generated clients: {counts}");
    Ok(counts.failed == 0)
}

/// A virtual environment below the builds with exactly what the requirements name; made anew when they change.
fn provide_python() -> Result<std::path::PathBuf> {
    let place = crate::target().join("clients-python");
    let programs = place.join("bin");
    let list = crate::root().join(REQUIREMENTS);
    let wanted = std::fs::read_to_string(&list).context("the requirements cannot be read")?;
    // Written last, so that what was interrupted is made again.
    let mark = place.join("requirements.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|it| it == wanted) {
        return Ok(programs);
    }
    let mut make = process::command("python3", &["-m", "venv", "--clear"]);
    let mut install = process::command(programs.join("python"), &["-m", "pip"]);
    install.args(["install", "--quiet", "--disable-pip-version-check", "-r"]);
    for command in [make.arg(&place), install.arg(&list)] {
        if !process::succeeds(command)? {
            bail!(
                "the packages of {REQUIREMENTS} could not be installed; the command was:\n\n    {}\n",
                process::show(command)
            );
        }
    }
    std::fs::write(mark, wanted).context("the virtual environment cannot be written to")?;
    Ok(programs)
}
