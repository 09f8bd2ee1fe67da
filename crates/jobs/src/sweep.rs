//! What time does to records: closing by itself, resuming, ending. A sweep asks the reader for what is due
//! and sends each change through the door as the system.

use std::sync::Arc;

use base::{Error, Result, Uuid};
use dictionary::{Filter, Page, Query};
use engine::{Change, Ctx, Engine, Surface, system};

use crate::handler::{Failure, Run};

/// Records of one page.
const PAGE: usize = 200;

/// Which records are due, and the change that each of them gets.
#[derive(Clone, Copy)]
pub struct Sweep {
    /// Name of its job and for the log.
    pub name: &'static str,
    /// Name of the type.
    pub record_type: &'static str,
    /// Which records are due now.
    pub due: fn(&Ctx) -> Filter,
    /// The change for one of them.
    pub change: fn(Uuid) -> Change,
}

/// Runs a sweep over all tenants.
pub(crate) async fn run(run: Run, sweep: Sweep) -> Result<(), Failure> {
    let engine = run.engine;
    let tenants = engine.store().read(system::tenant::all).await?;
    for tenant in tenants {
        sweep_tenant(&engine, tenant, sweep).await?;
    }
    Ok(())
}

async fn sweep_tenant(engine: &Arc<Engine>, tenant: Uuid, sweep: Sweep) -> Result<()> {
    // What is due is asked once: a later instant would be another question, whose list does not go on here.
    let due = (sweep.due)(&engine.system_ctx(tenant, Surface::Job));
    let mut after = None;
    loop {
        let ctx = engine.system_ctx(tenant, Surface::Job);
        let query = Query {
            record_type: Some(sweep.record_type.to_owned()),
            filter: due.clone(),
            columns: vec!["title".to_owned()],
            page: Page {
                limit: Some(PAGE),
                after: after.take(),
            },
            ..Query::default()
        };
        let page = engine
            .read(&ctx, move |reading| reading.list(&query))
            .await?;
        for row in &page.rows {
            match engine.apply(&ctx, (sweep.change)(row.id())).await {
                Ok(_) => {}
                // Somebody was faster, or a rule objects: the others still get their turn.
                Err(Error::Refused(refused)) => {
                    tracing::info!(sweep = sweep.name, record = %row.id(), %refused, "a record was left as it is");
                }
                Err(failed) => return Err(failed),
            }
        }
        if page.next.is_none() {
            return Ok(());
        }
        after = page.next;
    }
}
