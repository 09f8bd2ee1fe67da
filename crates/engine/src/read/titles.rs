//! What the records are called that a page refers to: one query per page, over the spine.

use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Result, Uuid};
use dictionary::filter::Scope;
use dictionary::{FieldDef, Filter, Value, spine};
use store::{Row, Sql, Tx};

use super::compile::{ROW, Table, column, known};
use super::rights::Rights;
use super::source::Finder;
use super::visible::{Title, Titles, Visible};
use crate::{Ctx, RoleInForce};

/// Most ids in one statement; a page of 200 rows seldom refers to more.
const CHUNK: usize = 512;

/// All ids that these records refer to.
pub(super) fn referenced(rows: &[Visible]) -> BTreeSet<Uuid> {
    let values = rows
        .iter()
        .flat_map(|row| row.values.iter().map(|(_, value)| value));
    values
        .flat_map(|value| match value {
            Value::Reference(id) => std::slice::from_ref(id),
            Value::References(ids) => ids.as_slice(),
            _ => &[],
        })
        .copied()
        .collect()
}

/// The titles of those of the records that the actor may read.
pub(super) fn load(tx: &mut Tx<'_>, ctx: &Ctx, ids: &BTreeSet<Uuid>) -> Result<Titles> {
    let mut titles = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(Titles::default());
    }
    let readable = readable(ctx)?;
    let all: Vec<Uuid> = ids.iter().copied().collect();
    for chunk in all.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT ");
        for name in ["record_type", spine::NUMBER, spine::TITLE, "id"] {
            column(&mut sql, name).push(if name == "id" { " FROM " } else { ", " });
        }
        sql.push("\"record\" AS ")
            .identifier(ROW)
            .push(" WHERE ")
            .append(readable.clone());
        sql.push(" AND ");
        column(&mut sql, "id")
            .push(" IN (")
            .append(known(chunk))
            .push(")");
        for row in tx.query(&sql)? {
            titles.insert(row.need_uuid(3)?, Title::read(&row, 0)?);
        }
    }
    Ok(Titles(titles))
}

/// Holds for the rows of the spine whose title the actor may read: the one place that says so in SQL.
fn readable(ctx: &Ctx) -> Result<Sql> {
    let (scope, finder) = (Scope::spine(&ctx.snapshot.dictionary), Finder::new(ctx));
    let rows = ctx.snapshot.readable.rows(&scope, &finder.rights)?;
    let mut sql = Sql::default();
    column(&mut sql, "tenant").push(" = ").arg(ctx.tenant);
    if !rows.is_always() {
        sql.push(" AND ")
            .append(finder.compiler().grant(&rows, &scope, Table::of(&scope))?);
    }
    Ok(sql)
}

/// Which rows of the spine have titles that somebody may read. It follows from the roles in force and what
/// the token allows, is long to find, and is asked several times for every page.
#[derive(Debug, Default)]
pub(crate) struct Readable(Mutex<HashMap<Asking, Arc<Filter>>>);

/// Tenant, roles in force, scopes of the token, whether it is the system.
type Asking = (Uuid, Vec<RoleInForce>, Option<Vec<String>>, bool);

impl Readable {
    /// Most answers that are kept; then all are forgotten.
    const MOST: usize = 256;

    fn rows(&self, scope: &Scope<'_>, rights: &Rights<'_>) -> Result<Arc<Filter>> {
        let actor = &rights.ctx.actor;
        let asking = (
            rights.ctx.tenant,
            actor.roles.clone(),
            actor.scopes.clone(),
            actor.system,
        );
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = known.get(&asking) {
            return Ok(Arc::clone(rows));
        }
        let shown: Vec<&FieldDef> = [spine::TITLE, spine::NUMBER]
            .iter()
            .filter_map(|name| scope.record_type.field(name))
            .collect();
        let rows = Arc::new(rights.rows(scope, &shown)?);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(asking, Arc::clone(&rows));
        Ok(rows)
    }
}

impl Clone for Readable {
    /// Another world has other types: what was found does not hold there.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Ctx {
    /// Holds for the rows of the spine, under the alias `r`, whose title the actor may read; not for deleted
    /// records.
    pub(crate) fn readable_titles(&self) -> Result<Sql> {
        let mut sql = readable(self)?;
        sql.push(" AND ");
        column(&mut sql, "deleted_at").push(" IS NULL");
        Ok(sql)
    }
}

impl Title {
    /// From a row with type, number and title, beginning there.
    pub(crate) fn read(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            record_type: row.need_text(at)?.to_owned(),
            number: row.text(at + 1)?.map(str::to_owned),
            title: row.text(at + 2)?.unwrap_or_default().to_owned(),
        })
    }
}

impl FromIterator<(Uuid, Title)> for Titles {
    fn from_iter<I: IntoIterator<Item = (Uuid, Title)>>(titles: I) -> Self {
        Self(titles.into_iter().collect())
    }
}
