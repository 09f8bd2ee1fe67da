//! What every installation needs done again and again: sealing the history, taking away what is over.

use std::sync::Arc;

use base::Result;
use engine::history::seal;
use engine::{Engine, job, outbox, system};

use crate::handler::{Failure, Run};

/// Kind of the job that cleans up.
pub(crate) const KIND: &str = "housekeeping";
/// How often it cleans up, in microseconds.
pub(crate) const EVERY: i64 = 3_600_000_000;

/// Takes away ended sessions, used links, remembered answers, delivered events and ended jobs.
pub(crate) async fn clean_up(run: Run, kept: i64) -> Result<(), Failure> {
    let now = run.now;
    let gone = run.engine.store().write(move |tx| -> Result<u64> {
        let oldest = now.plus_micros(-kept);
        Ok(system::sweep(tx, now)? + job::sweep(tx, oldest)? + outbox::sweep(tx, oldest)?)
    });
    let gone = gone.await?;
    if gone > 0 {
        tracing::info!(rows = gone, "took away what is over");
    }
    Ok(())
}

/// Seals what was committed since the last block, block by block. Several processes may do so at once: one
/// of them writes a block, the others find its place taken and come again.
pub(crate) async fn seal_history(engine: &Arc<Engine>) -> Result<()> {
    while engine.store().read(seal::is_due).await? {
        let now = engine.now();
        if engine
            .store()
            .write(move |tx| seal::seal(tx, now))
            .await?
            .is_none()
        {
            break;
        }
    }
    Ok(())
}
