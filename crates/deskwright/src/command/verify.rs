//! `deskwright verify`: recomputes the whole history, compares it with what is stored, the content of files
//! included, and says what does not fit.

use std::process::ExitCode;

use anyhow::Result;
use blobs::{Blobs, Fault};
use clap::Args;
use engine::history::seal;
use engine::system::attachment::linked;
use engine::{Ctx, Surface};

use crate::config::Config;
use crate::house::House;

/// Files that are looked up at once.
const PART: i64 = 500;

/// What may be asked besides.
#[derive(Args)]
pub struct Verify {
    /// A seal that was kept elsewhere: say whether it is still part of the chain
    #[arg(long, value_name = "HEIGHT:HASH", value_parser = kept)]
    seal: Option<Kept>,
}

/// A seal as this command printed it once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    height: i64,
    hash: String,
}

/// Verifies and prints. Fails where anything does not fit.
///
/// # Errors
/// Where the database cannot be read.
pub fn run(config: &Config, asked: Verify) -> Result<ExitCode> {
    let house = House::existing_for_long_work(config)?;
    let ctx = house.engine.system_ctx(house.tenant, Surface::Command);
    let verdict = verifier::verify_blocking(&house.engine, &ctx)?;
    println!(
        "{} changes of {} records and {} blocks were recomputed; {} changes are not sealed yet.",
        verdict.rows, verdict.records, verdict.blocks, verdict.unsealed
    );
    if verdict.erased > 0 {
        println!(
            "{} values were erased; nothing can be held against them.",
            verdict.erased
        );
    }
    if let Some(newest) = &verdict.seal {
        println!("The newest seal is {newest}; keep it elsewhere.");
    }
    for damage in &verdict.damage {
        println!("{damage}");
    }
    let untold = verdict.damages - verdict.damage.len();
    if untold > 0 {
        println!("… and {untold} more");
    }
    let (files, broken) = files(config, &house, &ctx)?;
    println!("{files} files were read.");
    let mut code = if broken == 0 {
        ExitCode::SUCCESS
    } else {
        println!("Of {broken} files the content is lost; bring it back from a backup.");
        ExitCode::FAILURE
    };
    if let Some(Kept { height, hash }) = asked.seal {
        let is_part = house.engine.read_blocking(&ctx, move |reading| {
            seal::is_part(reading.tx, height, &hash)
        });
        if is_part? {
            println!("The kept seal of height {height} is part of the chain.");
        } else {
            println!(
                "The kept seal of height {height} is no part of the chain: it was written anew or cut."
            );
            code = ExitCode::FAILURE;
        }
    }
    if verdict.damages == 0 {
        println!("The history is whole.");
        return Ok(code);
    }
    println!("The history is damaged in {} places.", verdict.damages);
    Ok(ExitCode::FAILURE)
}

/// Reads the content of every file, each blob once, and names the files whose content is not what it was.
/// Answers with how many there are, and how many of them are broken.
fn files(config: &Config, house: &House, ctx: &Ctx) -> Result<(usize, usize)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let blobs = Blobs::in_folder(&config.data)?;
    let (mut all, mut broken) = (0, 0);
    let (mut after, mut last) = (None, None);
    loop {
        let from = after.clone();
        let part = house
            .engine
            .read_blocking(ctx, move |reading| linked(reading.tx, from.clone(), PART))?;
        let Some(end) = part.last() else {
            return Ok((all, broken));
        };
        after = Some(end.key.clone());
        all += part.len();
        for file in part {
            let (tenant, sha256, _) = file.key;
            let blob = (tenant, sha256);
            let fault = match last.take() {
                Some((same, fault)) if same == blob => fault,
                _ => runtime.block_on(blobs.fault(blob.0, &blob.1))?,
            };
            last = Some((blob, fault));
            if let Some(fault) = fault {
                broken += 1;
                let what = match fault {
                    Fault::Missing => "missing",
                    Fault::Altered => "not what was stored",
                };
                println!(
                    "record {}, file {}: its content is {what}",
                    file.record, file.name
                );
            }
        }
    }
}

fn kept(text: &str) -> Result<Kept, String> {
    let parts = text.split_once(':').and_then(|(height, hash)| {
        let height = height.parse().ok().filter(|it| *it > 0)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|it| it.is_ascii_hexdigit());
        let hash = hash.to_ascii_lowercase();
        is_hash.then_some(Kept { height, hash })
    });
    parts.ok_or_else(|| "a seal is a height, a colon and 64 hexadecimal digits".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_seal_is_read_as_it_was_printed() {
        let printed = seal::Block {
            height: 12,
            to_mark: 900,
            hash: vec![0xab; 32],
        };
        let expected = Kept {
            height: 12,
            hash: "ab".repeat(32),
        };
        assert_eq!(kept(&printed.to_string()), Ok(expected));
        for wrong in ["", "12", "12:", "12:abcd", "0:", "x:y"] {
            assert!(kept(wrong).is_err(), "{wrong:?} was taken");
        }
    }
}
