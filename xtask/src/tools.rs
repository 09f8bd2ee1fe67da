//! The tools that tests need: found, installed from Debian's packages where we may, else named with
//! the exact command that installs them.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::process;

/// Programs by which Chromium goes.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome-stable"];

/// The mail server to which tests send mails; it runs for them alone, without root.
const MAIL_SERVER: &str = "/usr/sbin/exim4";

/// The server of mailboxes from which tests take mails; it too.
const MAILBOX_SERVER: &str = "/usr/sbin/dovecot";

/// Oldest Node that builds the pages and runs the walk.
const NODE: u32 = 20;

/// Makes sure that everything `cargo xtask test` runs is there.
pub fn provide() -> Result<()> {
    provide_components()?;
    install_packages()?;
    check_node(&process::says("node", &["--version"]).unwrap_or_default())
}

/// Installs what is missing from Debian's packages, or says how.
fn install_packages() -> Result<()> {
    let mut missing = Vec::new();
    if postgres_programs().is_none() {
        missing.push("postgresql");
    }
    if browser().is_none() {
        missing.push("chromium");
    }
    if !Path::new(MAIL_SERVER).exists() {
        missing.push("exim4-daemon-light");
    }
    if !Path::new(MAILBOX_SERVER).exists() {
        missing.push("dovecot-imapd");
    }
    if !process::answers("openssl", &["version"]) {
        missing.push("openssl");
    }
    if !process::answers("node", &["--version"]) {
        missing.push("nodejs");
    }
    if !process::answers("npm", &["--version"]) {
        missing.push("npm");
    }
    if !process::answers("python3", &["-c", "import venv, ensurepip"]) {
        missing.push("python3-venv");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!(
        "apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    if !is_root() || !process::answers("apt-get", &["--version"]) {
        bail!(
            "these tools are missing: {}\nOn Debian install them with:\n\n    sudo {install}\n",
            missing.join(", ")
        );
    }
    println!("installing {}", missing.join(", "));
    // A stale index names packages that the mirrors no longer have.
    let script = format!("apt-get update -q && {install}");
    let mut apt = process::command("sh", &["-c", &script]);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    if !process::succeeds(&mut apt)? {
        bail!(
            "could not install {}; the command was:\n\n    {install}\n",
            missing.join(", ")
        );
    }
    Ok(())
}

/// Debian's package may be older than what the pages need.
fn check_node(version: &str) -> Result<()> {
    let major = version.trim_start_matches('v').split('.').next();
    match major.and_then(|it| it.parse::<u32>().ok()) {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!(
            "Node {NODE} or newer is needed, and `node --version` says {version:?}: install one from https://nodejs.org/en/download"
        ),
    }
}

/// Rust's own format and lint programs, which minimal installations lack.
fn provide_components() -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::cargo(&[probe, "--version"])
            .output()
            .is_ok_and(|ran| ran.status.success())
        {
            continue;
        }
        let mut add = process::command("rustup", &["component", "add", component]);
        if !process::answers("rustup", &["--version"]) || !process::succeeds(&mut add)? {
            bail!(
                "cargo {probe} is missing; install it with:\n\n    rustup component add {component}\n"
            );
        }
    }
    Ok(())
}

/// The folder with initdb and pg_ctl, newest first.
pub fn postgres_programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    let version = |folder: &PathBuf| -> u32 {
        let name = folder
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default();
        name.to_string_lossy().parse().unwrap_or(0)
    };
    folders.sort_by_key(version);
    folders.reverse();
    folders.extend(process::says("pg_config", &["--bindir"]).map(PathBuf::from));
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// The browser's program.
pub fn browser() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("DESKWRIGHT_CHROMIUM") {
        return Some(named.into());
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&paths).collect();
    BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.exists())
}

/// Whether we may install packages and must hand over to others what root must not run.
pub fn is_root() -> bool {
    process::says("id", &["-u"]).as_deref() == Some("0")
}

/// Whether cargo has that command.
pub fn has_cargo(name: &str) -> bool {
    process::cargo(&[name, "--version"])
        .output()
        .is_ok_and(|ran| ran.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_refused_in_one_line_that_says_what_to_install() {
        for version in ["v20.0.0", "v24.5.1", "v100.0.0"] {
            assert!(check_node(version).is_ok(), "{version}");
        }
        for version in ["v18.19.0", "v8.0.0", "v0.10.48", "", "node"] {
            let refused = check_node(version).unwrap_err().to_string();
            assert!(
                refused.starts_with("Node 20 or newer is needed"),
                "{version}"
            );
            assert!(refused.contains("install one from") && !refused.contains('\n'));
        }
    }
}
