//! Takes blobs away that nothing refers to any more: marked first, a day later deleted.

use blobs::Blobs;
use engine::system::blob::{condemn, dying, forget, is_dying};

use crate::handler::{Failure, Handler, Run};

/// Kind of the job.
const KIND: &str = "files.clean-up";
/// How often, in microseconds.
const EVERY: i64 = 3_600_000_000;

/// The handler that cleans up in that store.
#[must_use]
pub fn clean_up_files(blobs: Blobs) -> Handler {
    Handler::new(KIND, move |run| clean_up(run, blobs.clone())).every_micros(EVERY)
}

async fn clean_up(run: Run, blobs: Blobs) -> Result<(), Failure> {
    let now = run.now;
    let stale = blobs.clean_up(now).await?;
    let store = run.engine.store();
    let marked = store.write(move |tx| condemn(tx, now)).await?;
    let ends = store.write(move |tx| dying(tx, now)).await?;
    let gone = ends.len();
    for (tenant, sha256) in ends {
        let name = sha256.clone();
        let is_dying = store.write(move |tx| is_dying(tx, tenant, &name, now));
        if !is_dying.await? {
            continue;
        }
        blobs.delete(tenant, &sha256).await?;
        // Until here an upload of the same content waits: it must not find what is about to go.
        store.write(move |tx| forget(tx, tenant, &sha256)).await?;
    }
    if stale + marked > 0 || gone > 0 {
        tracing::info!(stale, marked, gone, "cleaned up files");
    }
    Ok(())
}
