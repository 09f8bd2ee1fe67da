//! Importing a file that somebody sent and ordered to be taken in.

use std::sync::Arc;

use blobs::Blobs;
use engine::system::import_run::{self, JOB};
use flow::bulk::Say;
use ui::label::say;
use ui::message::Language;

use crate::handler::{Failure, Handler, Run};

/// Attempts before an import is given up.
const ATTEMPTS: i64 = 5;

/// The handler of imports whose files lie in that store.
#[must_use]
pub fn imports(blobs: Blobs) -> Handler {
    Handler::new(JOB, move |run| work(run, blobs.clone())).with_attempts(ATTEMPTS)
}

async fn work(run: Run, blobs: Blobs) -> Result<(), Failure> {
    let (engine, tenant, id) = (run.engine, run.job.tenant, run.job.id);
    let found = engine
        .store()
        .read(move |tx| import_run::find(tx, tenant, id))
        .await?;
    let Some(ordered) = found.filter(|it| !it.state.is_over()) else {
        return Ok(());
    };
    let content = blobs.bytes(tenant, &ordered.sha256).await?;
    let words: Say = Arc::new(|tag, message| say(&Language::from_tag(tag), message));
    // Units wait for the database and would hold up the other tasks of this thread.
    let is_last = run.job.attempts >= ATTEMPTS;
    let work = move || match flow::import::work(&engine, &ordered, content, &words) {
        Err(error) if is_last => {
            flow::import::give_up(&engine, &ordered, error.to_string())?;
            Err(error)
        }
        done => done,
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(error) => Err(Failure::Retry(format!("the import panicked: {error}"))),
    }
}
