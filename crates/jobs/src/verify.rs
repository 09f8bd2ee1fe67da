//! Recomputing the whole history, because somebody asked for it and a request would be too short.

use engine::{Surface, job};
use serde_json::json;
use verifier::verify_for_tenant;

use crate::handler::{Failure, Run};

/// Attempts before it is given up.
pub(crate) const ATTEMPTS: i64 = 3;
/// Most damages that are kept one by one; the count names all.
const MOST_KEPT: usize = 100;

/// Verifies and keeps what was found with the job.
pub(crate) async fn verify(run: Run) -> Result<(), Failure> {
    let ctx = run.engine.system_ctx(run.job.tenant, Surface::Job);
    let verdict = verify_for_tenant(&run.engine, &ctx).await?;
    let kept = verdict.damage.iter().take(MOST_KEPT);
    let result = json!({
        "intact": verdict.damages == 0,
        "rows": verdict.rows,
        "records": verdict.records,
        "blocks": verdict.blocks,
        "unsealed": verdict.unsealed,
        "erased": verdict.erased,
        "seal": verdict.seal.as_ref().map(ToString::to_string),
        "damages": verdict.damages,
        "damage": kept.map(ToString::to_string).collect::<Vec<_>>(),
    });
    if verdict.damages > 0 {
        tracing::error!(damages = verdict.damages, "the history is damaged");
    }
    let id = run.job.id;
    let keep = run.engine.store();
    keep.write(move |tx| job::keep_result(tx, id, &result))
        .await?;
    Ok(())
}
