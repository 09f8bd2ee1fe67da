//! The content of files, into a folder beside an export and out of it again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use blobs::Blobs;
use engine::Ctx;
use engine::system::attachment::BlobRef;
use engine::system::blob::{confirm, register};
use futures::StreamExt as _;

use crate::config::Config;
use crate::house::House;

/// Bytes that are read at once.
const PART: usize = 1024 * 1024;

/// Writes the content of these files into a folder, each named by its digest. Answers with the digests of those
/// whose content is missing.
///
/// # Errors
/// Where the folder cannot be written.
pub fn put_out(
    config: &Config,
    ctx: &Ctx,
    digests: &BTreeSet<String>,
    folder: &Path,
) -> Result<Vec<String>> {
    let blobs = Blobs::in_folder(&config.data)?;
    let unwritable = || format!("{} cannot be written", folder.display());
    std::fs::create_dir_all(folder).with_context(unwritable)?;
    let (runtime, mut missing) = (runtime()?, Vec::new());
    for digest in digests {
        let content = runtime.block_on(async {
            let Some(mut content) = blobs.whole(ctx.tenant, digest).await? else {
                return Ok(false);
            };
            let mut out = File::create(folder.join(digest)).with_context(unwritable)?;
            while let Some(part) = content.next().await {
                out.write_all(&part?).with_context(unwritable)?;
            }
            anyhow::Ok(true)
        });
        if !content? {
            missing.push(digest.clone());
        }
    }
    Ok(missing)
}

/// Takes the content of files in from a folder where each is named by its digest. Answers with how many there were.
///
/// # Errors
/// Where a file cannot be read or stored, or is not what its name says.
pub fn take_in(config: &Config, house: &House, ctx: &Ctx, folder: &Path) -> Result<usize> {
    let blobs = Blobs::in_folder(&config.data)?;
    let runtime = runtime()?;
    let unreadable = || format!("{} cannot be read", folder.display());
    let mut taken = 0;
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.len() != 64 || !name.bytes().all(|it| it.is_ascii_hexdigit()) {
            continue;
        }
        let received = runtime.block_on(receive(&blobs, house, ctx, &entry.path()))?;
        ensure!(
            received.sha256 == name,
            "the content of {} is not what its name says",
            entry.path().display()
        );
        let blob = BlobRef {
            id: base::Uuid::nil(),
            sha256: name.clone(),
            bytes: i64::try_from(received.bytes).unwrap_or(i64::MAX),
            media_type: String::new(),
            name: String::new(),
        };
        let now = house.engine.now();
        house.engine.write_blocking(ctx, move |unit| {
            register(unit.tx, unit.ctx.tenant, &blob, now)
        })?;
        runtime.block_on(blobs.keep(ctx.tenant, &received))?;
        house.engine.write_blocking(ctx, move |unit| {
            confirm(unit.tx, unit.ctx.tenant, &name, now)
        })?;
        taken += 1;
    }
    Ok(taken)
}

async fn receive(blobs: &Blobs, house: &House, ctx: &Ctx, path: &Path) -> Result<blobs::Received> {
    let unreadable = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(unreadable)?;
    let mut incoming = blobs.receive(house.engine.ids().next(ctx.now)).await?;
    let mut part = vec![0; PART];
    loop {
        let read = file.read(&mut part).with_context(unreadable)?;
        if read == 0 {
            return Ok(incoming.finish().await?);
        }
        incoming.write(&part[..read]).await?;
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .context("the threads for files cannot be made")
}
