//! What the records are called that a page refers to: one query per page, over the spine.

use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Result, Uuid};
use dictionary::filter::Scope;
use dictionary::filter::Term;
use dictionary::{FieldDef, Value, spine};
use store::{Row, Sql, Tx};

use super::compile::{ROW, Table, column};
use super::counts::State;
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

/// The titles of those of the records that the actor may read. With the state that the transaction sees, what was
/// found in it before is not looked up again.
pub(super) fn load(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &BTreeSet<Uuid>,
    state: Option<&State>,
) -> Result<Titles> {
    let mut titles = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(Titles::default());
    }
    let viewer = Viewer::of(ctx);
    let known = &ctx.snapshot.readable;
    let missing = match state {
        Some(state) => known.take(&viewer, state, ids, &mut titles),
        None => ids.iter().copied().collect(),
    };
    if missing.is_empty() {
        return Ok(Titles(titles));
    }
    let readable = known.condition(ctx, &viewer)?;
    let mut found: HashMap<Uuid, Title> = HashMap::with_capacity(missing.len());
    for chunk in missing.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT ");
        for name in ["record_type", spine::NUMBER, spine::TITLE, "id"] {
            column(&mut sql, name).push(if name == "id" { " FROM " } else { ", " });
        }
        sql.push("\"record\" AS ")
            .identifier(ROW)
            .push(" WHERE ")
            .append(Sql::clone(&readable));
        sql.push(" AND ");
        column(&mut sql, "id")
            .push(" IN (")
            .append(super::compile::known(chunk))
            .push(")");
        for row in tx.query(&sql)? {
            found.insert(row.need_uuid(3)?, Title::read(&row, 0)?);
        }
    }
    if let Some(state) = state {
        known.keep(viewer, state, &missing, &found);
    }
    titles.extend(found);
    Ok(Titles(titles))
}

/// Who reads, and all that what they may read follows from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Viewer {
    tenant: Uuid,
    person: Uuid,
    organisation: Option<Uuid>,
    teams: Vec<Uuid>,
    roles: Vec<RoleInForce>,
    scopes: Option<Vec<String>>,
    system: bool,
}

impl Viewer {
    fn of(ctx: &Ctx) -> Self {
        let actor = &ctx.actor;
        Self {
            tenant: ctx.tenant,
            person: actor.person,
            organisation: actor.organisation,
            teams: actor.teams.clone(),
            roles: actor.roles.clone(),
            scopes: actor.scopes.clone(),
            system: actor.system,
        }
    }
}

/// Which rows of the spine have titles that somebody may read, and the titles they were shown: both are asked
/// several times for every page.
#[derive(Debug, Default)]
pub(crate) struct Readable(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    conditions: HashMap<Viewer, Arc<Sql>>,
    /// Titles in that state of the database; nothing stands for a record that may not be read.
    titles: HashMap<Viewer, HashMap<Uuid, Option<Title>>>,
    state: Option<State>,
    kept: usize,
}

impl Readable {
    /// Most conditions that are kept; then all are forgotten.
    const CONDITIONS: usize = 1_024;
    /// Most titles that are kept, some 200 bytes each; then all are forgotten.
    const TITLES: usize = 20_000;

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds for the rows whose title the viewer may read: the one place that says so in SQL.
    fn condition(&self, ctx: &Ctx, viewer: &Viewer) -> Result<Arc<Sql>> {
        if let Some(condition) = self.known().conditions.get(viewer) {
            return Ok(Arc::clone(condition));
        }
        let (scope, finder) = (Scope::spine(&ctx.snapshot.dictionary), Finder::new(ctx));
        let shown: Vec<&FieldDef> = [spine::TITLE, spine::NUMBER]
            .iter()
            .filter_map(|name| scope.record_type.field(name))
            .collect();
        let rows = finder.rights.rows(&scope, &shown)?;
        let mut sql = Sql::default();
        column(&mut sql, "tenant").push(" = ").arg(ctx.tenant);
        if !rows.is_always() {
            let compiler = finder.compiler();
            sql.push(" AND ")
                .append(compiler.grant(&rows, &scope, Table::of(&scope))?);
        }
        let condition = Arc::new(sql);
        let moves = |it: &&Term| matches!(it, Term::Now { .. } | Term::Start { .. } | Term::Day(_));
        let mut tests = rows.tests().into_iter();
        if !tests.any(|it| it.operand.terms().into_iter().any(|it| moves(&it))) {
            let mut known = self.known();
            if known.conditions.len() >= Self::CONDITIONS {
                known.conditions.clear();
            }
            known
                .conditions
                .insert(viewer.clone(), Arc::clone(&condition));
        }
        Ok(condition)
    }

    /// Adds the titles that are known in the state, and tells of which records nothing is known.
    fn take(
        &self,
        viewer: &Viewer,
        state: &State,
        ids: &BTreeSet<Uuid>,
        titles: &mut HashMap<Uuid, Title>,
    ) -> Vec<Uuid> {
        let known = self.known();
        let kept = known.titles.get(viewer);
        let kept = kept.filter(|_| known.state.as_ref() == Some(state));
        let mut missing = Vec::new();
        for id in ids {
            match kept.and_then(|it| it.get(id)) {
                Some(Some(title)) => _ = titles.insert(*id, title.clone()),
                Some(None) => {}
                None => missing.push(*id),
            }
        }
        missing
    }

    fn keep(&self, viewer: Viewer, state: &State, ids: &[Uuid], found: &HashMap<Uuid, Title>) {
        let mut known = self.known();
        // A condition that moves with time says something else in the same state.
        if !known.conditions.contains_key(&viewer) {
            return;
        }
        if known.state.as_ref() != Some(state) || known.kept + ids.len() > Self::TITLES {
            known.titles.clear();
            known.kept = 0;
            known.state = Some(state.clone());
        }
        known.kept += ids.len();
        let of_viewer = known.titles.entry(viewer).or_default();
        of_viewer.extend(ids.iter().map(|id| (*id, found.get(id).cloned())));
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
        let condition = self.snapshot.readable.condition(self, &Viewer::of(self))?;
        let mut sql = Sql::clone(&condition);
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
