//! Doing one act to many records, which somebody ordered and no request is long enough for.

use std::sync::Arc;

use flow::bulk::{Say, Worker};
use ui::label::say;
use ui::message::Language;

use crate::handler::{Failure, Run};

/// Goes on with the run until it is over.
pub(crate) async fn work(run: Run) -> Result<(), Failure> {
    let words: Say = Arc::new(|tag, message| say(&Language::from_tag(tag), message));
    let (engine, tenant, id) = (Arc::clone(&run.engine), run.job.tenant, run.job.id);
    // Units wait for the database and would hold up the other tasks of this thread.
    let work = tokio::task::spawn_blocking(move || -> base::Result<()> {
        match Worker::load(&engine, tenant, id, words)? {
            Some(worker) => worker.finish(),
            None => Ok(()),
        }
    });
    match work.await {
        Ok(done) => Ok(done?),
        Err(error) => Err(Failure::Retry(format!("the run panicked: {error}"))),
    }
}
