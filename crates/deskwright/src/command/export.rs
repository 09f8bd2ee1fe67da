//! `deskwright export`: records as CSV, JSON Lines or a workbook that `deskwright import` reads back.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use base::Message;
use clap::{Args, ValueEnum};
use engine::system::{actor, credential};
use engine::{Ctx, Surface};

use super::import::in_words;
use crate::config::Config;
use crate::house::House;

/// Arguments of the command.
#[derive(Args)]
pub struct Export {
    /// Name of the type, for example incident
    #[arg(
        value_name = "TYPE",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    record_type: Option<String>,
    /// All records of all types, whole, as lines of JSON
    #[arg(long, conflicts_with_all = ["filter", "format"])]
    all: bool,
    /// The form of the file: csv and xlsx have the fields; jsonl the whole record, with comments, links, followers and
    /// history. Without it, what the name of the file ends with, or csv
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Which records, as one would type it into the search bar: 'state:open priority<=2'
    #[arg(long, default_value = "", hide_default_value = true)]
    filter: String,
    /// Only what this person may export; without it everything, as the system
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// Where to; without it the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the content of the records' files into this folder, each named by its SHA-256
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Csv,
    Jsonl,
    Xlsx,
}

impl Export {
    /// The form that was asked for, or that the name of the file tells.
    fn form(&self) -> Form {
        let ending = self.out.as_ref().and_then(|it| it.extension());
        let told = || Form::from_str(ending?.to_str()?, true).ok();
        self.format.or_else(told).unwrap_or(Form::Csv)
    }
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(config: &Config, asked: &Export) -> Result<ExitCode> {
    let house = House::existing_for_long_work(config)?;
    let ctx = exporter(&house, asked.login.as_deref())?;
    let format = match asked.form() {
        Form::Csv => flow::Format::Csv,
        Form::Jsonl => flow::Format::Jsonl,
        Form::Xlsx => flow::Format::Xlsx,
    };
    require_type(&ctx, asked.record_type.as_deref())?;
    let export = match &asked.record_type {
        Some(name) => flow::Export::new(&ctx, name, &asked.filter, format),
        None => flow::Export::everything(&ctx),
    };
    let export = export.map_err(|error| in_words(&error))?;
    let mut out: Box<dyn Write + Send> = match &asked.out {
        Some(path) => {
            let file = File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let exported = export
        .run(&house.engine, &ctx, &mut out)
        .map_err(|error| in_words(&error))?;
    drop(out);
    eprintln!(
        "{} records in {:.1} s.",
        exported.records,
        std::time::Duration::from_millis(exported.milliseconds).as_secs_f64()
    );
    if exported.definitions > 0 {
        let own = exported.definitions;
        eprintln!("Before them stand {own} definitions of types, fields and settings of your own.");
    }
    if exported.cut > 0 {
        let cut = exported.cut;
        eprintln!("{cut} texts are longer than a cell takes and were cut; csv has them whole.");
    }
    if let Some(folder) = &asked.files {
        let missing = super::files::put_out(config, &ctx, &exported.files, folder)?;
        eprintln!("{} files.", exported.files.len() - missing.len());
        for digest in missing {
            eprintln!("The content of {digest} is missing; deskwright verify says where.");
        }
    } else if !exported.files.is_empty() {
        eprintln!("Without --files FOLDER the content of their files stayed behind.");
    }
    if !exported.left_out.is_empty() {
        eprintln!(
            "Left out, since they may not export them: {}.",
            exported.left_out.join(", ")
        );
    }
    house.engine.store().shutdown();
    Ok(ExitCode::SUCCESS)
}

/// Refuses a type that is not there, with the one that was perhaps meant.
fn require_type(ctx: &Ctx, asked: Option<&str>) -> Result<()> {
    let Some(name) = asked.filter(|it| ctx.record_type(it).is_none()) else {
        return Ok(());
    };
    let types = ctx.snapshot.dictionary.types();
    let rated = types.map(|it| (strsim::jaro_winkler(name, &it.name), &it.name));
    let best = rated.max_by(|left, right| left.0.total_cmp(&right.0));
    let message = match best.filter(|it| it.0 >= 0.8) {
        Some((_, meant)) => Message::new("type-unknown-meant").with("meant", meant),
        None => Message::new("type-unknown"),
    };
    bail!(
        "{}",
        web::say(
            &ui::message::Language::default(),
            &message.with("type", name)
        )
    )
}

/// The system, or the person with that login and nobody's rights but theirs.
pub(super) fn exporter(house: &House, login: Option<&str>) -> Result<Ctx> {
    let system = house.engine.system_ctx(house.tenant, Surface::Command);
    let Some(login) = login else {
        return Ok(system);
    };
    let asked = login.to_owned();
    let found = house
        .engine
        .read_blocking(&system, move |reading| {
            let open = credential::find(reading.tx, &asked)?;
            match open.filter(|it| it.disabled_at.is_none()) {
                Some(credential) => actor::load(reading, credential.person),
                None => Ok(None),
            }
        })
        .map_err(|error| in_words(&error))?;
    let (actor, _) = found.with_context(|| format!("Nobody can sign in as {login}."))?;
    Ok(Ctx { actor, ..system })
}
