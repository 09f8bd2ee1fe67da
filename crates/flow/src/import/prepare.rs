//! What a mapping wants to be there before the first row: settings and custom fields.

use std::sync::Arc;

use base::{Error, Result};
use engine::{Ctx, Engine};

use crate::mapping::Mapping;
use crate::plan::Plan;

/// A plan, and what was changed for it.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// Custom fields that were added, or would be.
    pub added_fields: Vec<String>,
    /// Settings that were set, or would be.
    pub set: Vec<String>,
}

/// Sets the mapping's settings, adds its custom fields, and checks it against the dictionary.
///
/// A dry run changes nothing: fields that are not there yet are left out of its plan.
///
/// # Errors
/// A refusal with everything that does not fit.
pub fn prepare(
    engine: &Arc<Engine>,
    ctx: &Ctx,
    mapping: &Mapping,
    dry_run: bool,
) -> Result<Prepared> {
    let mut mapping = mapping.clone();
    let snapshot = engine.reload(ctx.tenant)?;
    let known = |field: &str| {
        snapshot
            .dictionary
            .record_type(&mapping.record_type)
            .is_some_and(|it| it.field(field).is_some())
    };
    let wanted: Vec<_> = mapping
        .custom_fields
        .iter()
        .filter(|it| !known(&it.name))
        .cloned()
        .collect();
    let added_fields: Vec<String> = wanted.iter().map(|it| it.name.clone()).collect();
    let differs = |(key, value): &(&String, &serde_json::Value)| {
        snapshot
            .settings
            .find(ctx.tenant, None, key)
            .is_none_or(|(in_force, _)| in_force != *value)
    };
    let set: Vec<String> = mapping
        .settings
        .iter()
        .filter(differs)
        .map(|(key, _)| key.clone())
        .collect();
    if dry_run {
        mapping
            .fields
            .retain(|it| !added_fields.contains(&it.field));
    } else {
        for key in &set {
            let value = mapping.settings.get(key).cloned();
            wait(engine.put_setting(ctx, None, key, value))?;
        }
        for field in wanted {
            engine.add_field(ctx, &mapping.record_type, field)?;
        }
    }
    let plan = Plan::new(&mapping, &engine.reload(ctx.tenant)?.dictionary)?;
    Ok(Prepared {
        plan,
        added_fields,
        set,
    })
}

/// Waits on this thread, which is one that may wait.
pub(super) fn wait<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .map_err(|error| Error::failed("no runtime could be started", error))?
        .block_on(future)
}
