//! `deskwright user`: people who can sign in, managed from the terminal of the server.

use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use base::Uuid;
use clap::{Args, Subcommand};
use engine::system::user::NewUser;
use engine::system::{credential, secret, session, user};
use engine::{Ctx, Surface, Unit};
use web::auth::{PasswordCost, hash_password};

use crate::config::Config;
use crate::house::House;

/// People who can sign in.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a person who can sign in, or let in one who is here by that e-mail address; without --password-stdin a
    /// password is made and printed
    Add {
        /// What they type to sign in, usually their e-mail address
        login: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// Their e-mail address; the login where it is one
        #[arg(long)]
        email: Option<String>,
        /// Code of a role for the whole tenant; may be repeated
        #[arg(long = "role", value_name = "CODE")]
        roles: Vec<String>,
        /// Read the password from the first line of the input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set another password and end all sessions
    Password {
        /// The login
        login: String,
        /// Read the password from the first line of the input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Close an account and end all its sessions
    Disable {
        /// The login
        login: String,
    },
    /// Open a closed account again
    Enable {
        /// The login
        login: String,
    },
    /// List all logins
    List,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: User) -> Result<ExitCode> {
    let house = match &asked.command {
        Command::Add { .. } => House::open(config)?,
        _ => House::existing(config)?,
    };
    match asked.command {
        Command::Add {
            login,
            name,
            email,
            roles,
            password_stdin,
        } => {
            let email = email.or_else(|| Some(login.clone()).filter(|it| it.contains('@')));
            let user = NewUser {
                login,
                name,
                email,
                password_hash: None,
                roles,
            };
            add(&house, user, password_stdin)?;
        }
        Command::Password {
            login,
            password_stdin,
        } => set_password(&house, &login, password_stdin)?,
        Command::Disable { login } => set_disabled(&house, &login, true)?,
        Command::Enable { login } => set_disabled(&house, &login, false)?,
        Command::List => list(&house)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn add(house: &House, mut new: NewUser, password_stdin: bool) -> Result<()> {
    let password = Password::get(house, password_stdin)?;
    new.password_hash = Some(password.hash(house)?);
    let login = new.login.clone();
    let (name, was_there) = write(house, move |unit| {
        let (person, was_there) = user::add_or_admit(unit, &new)?;
        let name = unit.value_of("person", person, dictionary::spine::TITLE)?;
        Ok((name.to_text(), was_there))
    })?;
    if was_there {
        println!("{name} was here already, without a login; nothing else about them was changed.");
    }
    println!("{login} can sign in.");
    password.print();
    Ok(())
}

fn set_password(house: &House, login: &str, password_stdin: bool) -> Result<()> {
    let person = find(house, login)?;
    let password = Password::get(house, password_stdin)?;
    let hash = password.hash(house)?;
    write(house, move |unit| {
        credential::set_password(unit.tx, person, &hash, unit.ctx.now)?;
        session::revoke_others(unit.tx, person, None)
    })?;
    println!("{login} has another password; all sessions are ended.");
    password.print();
    Ok(())
}

fn set_disabled(house: &House, login: &str, disabled: bool) -> Result<()> {
    let person = find(house, login)?;
    write(house, move |unit| {
        let at = disabled.then_some(unit.ctx.now);
        credential::set_disabled(unit.tx, person, at)?;
        session::revoke_others(unit.tx, person, None)
    })?;
    println!(
        "{login} {}.",
        if disabled {
            "can no longer sign in"
        } else {
            "can sign in again"
        }
    );
    Ok(())
}

fn list(house: &House) -> Result<()> {
    let tenant = house.tenant;
    let all = house.engine.read_blocking(&ctx(house), move |reading| {
        credential::all(reading.tx, tenant)
    })?;
    for credential in &all {
        let state = if credential.disabled_at.is_some() {
            "closed"
        } else {
            "open"
        };
        println!("{state:6}  {}  {}", credential.person, credential.login);
    }
    Ok(())
}

fn find(house: &House, login: &str) -> Result<Uuid> {
    let wanted = login.to_owned();
    let found = house.engine.read_blocking(&ctx(house), move |reading| {
        credential::find(reading.tx, &wanted)
    })?;
    found
        .map(|it| it.person)
        .with_context(|| format!("nobody signs in as {login:?}"))
}

fn ctx(house: &House) -> Ctx {
    house.engine.system_ctx(house.tenant, Surface::Command)
}

/// A refusal is said in words, as on the pages.
fn write<T: Send + 'static>(
    house: &House,
    body: impl Fn(&mut Unit<'_, '_>) -> base::Result<T> + Send + Sync + 'static,
) -> Result<T> {
    house
        .engine
        .write_blocking(&ctx(house), body)
        .map_err(|error| in_words(&error))
}

fn in_words(error: &base::Error) -> anyhow::Error {
    let language = ui::message::Language::default();
    match error.refusal() {
        Some(base::Refused::Invalid(problems)) => {
            let lines = problems.iter().map(|it| {
                let field = it.field.as_deref().unwrap_or("all");
                format!("{field}: {}", web::say(&language, &it.message))
            });
            anyhow::anyhow!("{}", lines.collect::<Vec<_>>().join("\n"))
        }
        _ => anyhow::anyhow!("{error}"),
    }
}

/// A password from the input, or one that was made here and is printed once.
struct Password {
    text: String,
    made: bool,
}

impl Password {
    fn get(house: &House, from_input: bool) -> Result<Self> {
        if !from_input {
            let text = secret::generate(house.engine.ids(), "")
                .chars()
                .take(20)
                .collect();
            return Ok(Self { text, made: true });
        }
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .context("the password cannot be read")?;
        let text = line.trim_end_matches(['\r', '\n']).to_owned();
        if text.is_empty() {
            bail!("the input holds no password");
        }
        Ok(Self { text, made: false })
    }

    fn hash(&self, house: &House) -> Result<String> {
        hash_password(&self.text, PasswordCost::default(), house.engine.ids())
            .map_err(|error| in_words(&error))
    }

    fn print(&self) {
        if self.made {
            println!("The password is {} and is not shown again.", self.text);
        }
    }
}
