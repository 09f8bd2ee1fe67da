//! Running other programs: shown to the person as they run, and read by us where we count.
//!
//! Programs run in our own process group, so Ctrl-C reaches them all.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

/// What a program said and whether it was content.
pub struct Ran {
    /// Whether it ended with status 0.
    pub succeeded: bool,
    /// Both its streams, as printed.
    pub output: String,
}

/// A command in the repository's root.
pub fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(crate::root());
    command
}

/// Cargo, the one that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    command(
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        arguments,
    )
}

/// Runs a command, prints what it says line by line and keeps it.
pub fn watch(command: &mut Command) -> Result<Ran> {
    let (reader, writer) = std::io::pipe().context("no pipe")?;
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let shown = show(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("no pipe")?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("could not start `{shown}`"))?;
    // Our copy of the pipe's end must be closed, or reading would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .context("could not read a program's output")?
        > 0
    {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        std::io::stdout().flush().ok();
        output.push_str(&text);
        line.clear();
    }
    let status = child
        .wait()
        .with_context(|| format!("could not wait for `{shown}`"))?;
    Ok(Ran {
        succeeded: status.success(),
        output,
    })
}

/// Runs a command with our own streams.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    let shown = show(command);
    let status = command
        .status()
        .with_context(|| format!("could not start `{shown}`"))?;
    Ok(status.success())
}

/// Whether a program answers at all; nothing is shown.
pub fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The words that a program prints, without the line's end; none if it fails.
pub fn says(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command as a person would type it.
pub fn show(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command.get_args().fold(name, |line, argument| {
        format!("{line} {}", argument.to_string_lossy())
    })
}
