//! Recomputing the whole history, because somebody asked for it and a request would be too short.

use engine::history::verify::verify as recompute;
use engine::{Surface, job};
use serde_json::json;

use crate::handler::{Failure, Run};

/// Attempts before it is given up.
pub(crate) const ATTEMPTS: i64 = 3;
/// Most damages that are kept one by one; the count names all.
const MOST_KEPT: usize = 100;

/// Verifies and keeps what was found with the job.
pub(crate) async fn verify(run: Run) -> Result<(), Failure> {
    let ctx = run.engine.system_ctx(run.job.tenant, Surface::Job);
    let verdict = recompute(&run.engine, &ctx).await?;
    let kept = verdict.damage.iter().take(MOST_KEPT);
    let result = json!({
        "intact": verdict.damage.is_empty(),
        "rows": verdict.rows,
        "records": verdict.records,
        "blocks": verdict.blocks,
        "unsealed": verdict.unsealed,
        "damages": verdict.damages,
        "damage": kept.map(ToString::to_string).collect::<Vec<_>>(),
    });
    if !verdict.damage.is_empty() {
        tracing::error!(damages = verdict.damages, "the history is damaged");
    }
    let id = run.job.id;
    let keep = run.engine.store();
    keep.write(move |tx| job::keep_result(tx, id, &result))
        .await?;
    Ok(())
}
