//! Tenants: walls between customers of one installation. Today there is one, made at the first start.
//!
//! A tenant is known by the id of its root organisation, so that its tree and its wall are one thing.

use std::sync::Arc;

use base::{Result, Uuid};
use dictionary::{Value, spine};
use store::{ColumnKind, Sql, TableDef, Tx};

use super::{define, required};
use crate::{Change, Engine, Surface};

/// Name of the type whose records form the tree of a tenant.
const ORGANISATION: &str = "organisation";

pub(super) fn table() -> TableDef {
    let columns = vec![
        required("id", ColumnKind::Uuid),
        required("created_at", ColumnKind::Integer),
    ];
    define("tenant", &["id"], columns, Vec::new())
}

/// The only tenant, made with its root organisation of that name where there is none yet. Blocks.
///
/// # Errors
/// A failure of the store, or a refusal where no type `organisation` is declared as expected.
pub fn default_tenant(engine: &Arc<Engine>, name: &str) -> Result<Uuid> {
    let proposed = engine.ids().next(engine.now());
    let ctx = engine.system_ctx(proposed, Surface::Command);
    if let Some(found) = engine.read_blocking(&ctx, |reading| first(reading.tx))? {
        return Ok(found);
    }
    let name = name.to_owned();
    engine.write_blocking(&ctx, move |unit| {
        // Another process may have been faster; only one row is ever the first.
        if let Some(found) = first(unit.tx)? {
            return Ok(found);
        }
        let sql = Sql::new("INSERT INTO tenant (id, created_at) VALUES (?, ?)");
        unit.tx
            .execute(&sql.bind(proposed).bind(unit.ctx.now.micros()))?;
        let has_organisations = unit
            .ctx
            .snapshot
            .dictionary
            .record_type(ORGANISATION)
            .is_some();
        if has_organisations {
            let mut root = Change::create(ORGANISATION);
            root.record = Some(proposed);
            unit.apply(root.with_value(spine::TITLE, Value::Text(name.clone())))?;
        }
        Ok(proposed)
    })
}

/// All tenants, the first one first.
///
/// # Errors
/// A failure of the store.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Uuid>> {
    let rows = tx.query(&Sql::new("SELECT id FROM tenant ORDER BY created_at, id"))?;
    rows.iter().map(|row| Ok(row.need_uuid(0)?)).collect()
}

fn first(tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
    let row = tx.query_optional(&Sql::new(
        "SELECT id FROM tenant ORDER BY created_at, id LIMIT 1",
    ))?;
    Ok(row.map(|it| it.need_uuid(0)).transpose()?)
}
