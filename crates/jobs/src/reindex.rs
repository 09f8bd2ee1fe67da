//! Keeping the index of the search as it should be: after an upgrade that prepares text in another way, after a
//! change of what roles may read, and in a database that never had one.

use std::sync::Arc;

use flow::Reindexer;

use crate::handler::{Failure, Run};

/// Kind of the job.
pub(crate) const KIND: &str = "search-index";
/// How often it looks, in microseconds. Until it has, what is outdated is not found.
pub(crate) const EVERY: i64 = 30_000_000;

/// Brings into the index what is not in it as it should be, in small units.
pub(crate) async fn reindex(run: Run, reindexer: Arc<Reindexer>) -> Result<(), Failure> {
    let done = reindexer.run(&run.engine).await?;
    if done > 0 {
        tracing::info!(records = done, "brought the index of the search up to date");
    }
    Ok(())
}
