//! Which rows a read looks at: the filter, the rights, and the plan that finds them.
//!
//! Two plans (measured at a million rows). *Broad* puts the rights into the condition, and an index in the
//! order of the list finds the rows. *Narrow* first collects the ids that somebody with few rows may see.

use std::collections::BTreeSet;

use base::{Result, Uuid};
use dictionary::filter::{Asker, ID, Scope};
use dictionary::{FieldDef, Filter, Kind, Operand, Operator, Term, Test, spine};
use store::{Dialect, Sql, Tx};

use super::compile::{Compiler, Found, ROW, Table, column, known};
use super::rights::{READ, Rights};
use crate::Ctx;
use crate::permission::is_of_list;
use crate::schema::has_index;

/// Above this many rows of one branch the narrow plan is no gain.
const NARROW: i64 = 1_000;
/// Up to this many records of a walk are named one by one.
const FEW: i64 = 256;
/// Most walks that are looked up beforehand; further ones are part of the statement.
const MAX_WALKS: usize = 4;

/// The rows of one read, as parts of a statement.
pub(super) struct Source<'a> {
    table: Table<'a>,
    with: Option<Sql>,
    condition: Sql,
    by_key: bool,
}

impl Source<'_> {
    /// Whether the condition itself names few rows, and not only says which of many are meant.
    pub(super) fn names_few(&self) -> bool {
        self.by_key
    }

    /// The table, as the condition calls it.
    pub(super) fn table(&self) -> Sql {
        let mut sql = Sql::default();
        sql.identifier(self.table.name())
            .push(" AS ")
            .identifier(ROW);
        sql
    }

    /// What holds for the rows.
    pub(super) fn holds(&self) -> Sql {
        self.condition.clone()
    }

    /// `WITH …` where the plan needs it.
    pub(super) fn with(&self) -> Sql {
        self.with.clone().unwrap_or_default()
    }

    /// Leaves out the rows for which that does not hold.
    pub(super) fn narrow(&mut self, condition: Sql) {
        self.condition.push(" AND ").append(condition);
    }

    /// `FROM … AS r`.
    pub(super) fn from(&self) -> Sql {
        let mut sql = Sql::new(" FROM ");
        sql.append(self.table());
        sql
    }

    /// `WHERE …`, to which more may be added with AND.
    pub(super) fn condition(&self) -> Sql {
        let mut sql = Sql::new(" WHERE ");
        sql.append(self.condition.clone());
        sql
    }
}

/// What finds the rows for a filter, given the fields that the read asks about besides.
pub(super) struct Finder<'a> {
    pub(super) ctx: &'a Ctx,
    asker: Asker,
    pub(super) rights: Rights<'a>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(ctx: &'a Ctx) -> Self {
        let (asker, action) = (ctx.asker(), READ);
        let rights = Rights { ctx, action };
        Self { ctx, asker, rights }
    }

    pub(super) fn compiler(&self) -> Compiler<'_> {
        Compiler {
            asker: &self.asker,
            tenant: self.ctx.tenant,
            walk: Some(&self.rights),
            found: &[],
        }
    }

    /// The rows among those for which the filter holds and on which all the fields asked about may be read.
    /// Who names rows that may be read by all means, and asks about nothing, need not be held to it again.
    pub(super) fn find<'s>(
        &self,
        tx: &mut Tx<'_>,
        scope: Scope<'s>,
        filter: &Filter,
        asked: &[&FieldDef],
        among: Filter,
    ) -> Result<Source<'s>> {
        dictionary::filter::check(filter, &scope)?;
        let mut asked = asked.to_vec();
        for test in filter.tests() {
            let resolved = scope.resolve(&test.path)?;
            asked.push(resolved.hops.first().map_or(resolved.field, |it| it.field));
        }
        let visible = if asked.is_empty() && !among.is_always() {
            among
        } else {
            self.rights.rows(&scope, &asked)?.and(among)
        };
        let table = Table::of(&scope);
        let parts = match visible {
            Filter::All(parts) => parts,
            other => vec![other],
        };
        let named = alternatives(filter, &scope);
        let mut by_key = named.is_some() || names_few(filter, &scope);
        let mut with = None;
        let mut rights = Sql::default();
        for part in parts {
            let narrow = if by_key {
                None
            } else {
                self.narrow(tx, &part, &scope, table)?
            };
            let may = self.compiler().grant(&part, &scope, table)?;
            rights.push(" AND ");
            let Some(narrow) = narrow else {
                rights.append(may);
                continue;
            };
            by_key = true;
            // Only held to, lest SQLite looks for the rows with it.
            rights.push("(").append(may).push(") IS TRUE AND ");
            column(&mut rights, "id").push(" IN (");
            match narrow {
                Narrow::Ids(ids) => rights.append(known(&ids)),
                Narrow::Visible(rows) => {
                    with = Some(rows);
                    rights.push("SELECT \"id\" FROM \"visible\"")
                }
            }
            .push(")");
        }
        let mut condition = if by_key {
            self.live_by_key()
        } else {
            self.live()
        };
        if !filter.is_always() {
            let found = self.walk(tx, filter, &scope)?;
            let compiler = Compiler {
                found: &found,
                ..self.compiler()
            };
            if let Some(ways) = named {
                let named = self.named(tx.dialect(), ways, &compiler, &scope)?;
                condition.push(" AND ").append(named);
            }
            if named.is_none_or(|ways| !matches!(filter, Filter::Any(it) if it == ways)) {
                condition
                    .push(" AND ")
                    .append(compiler.filter(filter, &scope)?);
            }
        }
        condition.append(rights);
        Ok(Source {
            table,
            with,
            condition,
            by_key,
        })
    }

    /// Rows for which one of the ways holds, each of which finds them by an index.
    fn named(
        &self,
        dialect: Dialect,
        ways: &[Filter],
        compiler: &Compiler<'_>,
        scope: &Scope<'_>,
    ) -> Result<Sql> {
        let mut sql = Sql::new("(");
        match dialect {
            // It would walk the whole table for an OR of fields and a list, and for what it takes to be many ids; an
            // array it looks up.
            Dialect::Postgres => {
                let (table, live) = (Table::of(scope), self.live_by_key());
                let found = ways
                    .iter()
                    .map(|way| Ok(ids(table, &live, &compiler.filter(way, scope)?)));
                column(&mut sql, "id")
                    .push(" = ANY(ARRAY(")
                    .append(union(found.collect::<Result<_>>()?))
                    .push("))");
            }
            // It looks through several indexes that leave out deleted rows only where each way says so itself.
            Dialect::Sqlite => {
                for (index, way) in ways.iter().enumerate() {
                    sql.push(if index > 0 { " OR (" } else { "(" });
                    sql.append(compiler.filter(way, scope)?).push(" AND ");
                    column(&mut sql, "deleted_at").push(" IS NULL)");
                }
            }
        }
        sql.push(")");
        Ok(sql)
    }

    /// Walks the tests that lead to few records: with the ids at hand the database can choose an index.
    fn walk(&self, tx: &mut Tx<'_>, filter: &Filter, scope: &Scope<'_>) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        for test in filter.tests() {
            let walks = test.path.0.len() > 1 && all.iter().all(|it: &Found| it.test != *test);
            if !walks || all.len() == MAX_WALKS {
                continue;
            }
            let mut sql = self.compiler().reached(test, scope)?;
            sql.push(" LIMIT ").arg(FEW + 1);
            let rows = tx.query(&sql)?;
            if i64::try_from(rows.len()).is_ok_and(|found| found <= FEW) {
                let ids = rows.iter().map(|row| row.need_uuid(0));
                let ids = ids.collect::<Result<Vec<_>, _>>()?;
                let test = test.clone();
                all.push(Found { test, ids });
            }
        }
        Ok(all)
    }

    /// Rows of the tenant that are not deleted.
    fn live(&self) -> Sql {
        let mut sql = Sql::default();
        column(&mut sql, "tenant")
            .push(" = ")
            .arg(self.ctx.tenant)
            .push(" AND ");
        column(&mut sql, "deleted_at").push(" IS NULL");
        sql
    }

    /// The same where few ids or an index of few rows are at hand: the tenant's rows must not be walked
    /// through an index of it. SQLite, which keeps no statistics here, would take either.
    fn live_by_key(&self) -> Sql {
        let mut sql = Sql::new("(");
        column(&mut sql, "tenant")
            .push(" = ")
            .arg(self.ctx.tenant)
            .push(") IS TRUE AND ");
        column(&mut sql, "deleted_at").push(" IS NULL");
        sql
    }

    /// Ids among which are those that the branches of the rights give, if each is personal and gives few. The rows
    /// are held to the rights again when they are read: whoever is on a list of readers is found without them.
    fn narrow(
        &self,
        tx: &mut Tx<'_>,
        part: &Filter,
        scope: &Scope<'_>,
        table: Table<'_>,
    ) -> Result<Option<Narrow>> {
        let branches = match part {
            Filter::Any(branches) => branches.iter().collect(),
            other => vec![other],
        };
        if branches.is_empty() || !branches.iter().all(|it| is_personal(it)) {
            return Ok(None);
        }
        let compiler = self.compiler();
        let ids = branches.into_iter().map(|it| {
            if let Some(mut read) = names_reader(it).and_then(|test| compiler.read_by(test)) {
                if !scope.is_spine() {
                    let name = scope.record_type.name.as_str();
                    read.push(" AND \"record_type\" = ").arg(name);
                }
                return Ok(read);
            }
            let rows = compiler.grant(it, scope, table)?;
            Ok(ids(table, &self.live_by_key(), &rows))
        });
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let probes = ids.iter().map(|it| {
            let mut probe = Sql::new("SELECT \"id\" FROM (");
            probe.append(it.clone()).push(" LIMIT ").arg(NARROW + 1);
            probe.push(") AS \"few\"");
            probe
        });
        let probe = union(probes.collect());
        let found = tx.query(&probe)?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) > NARROW {
            return Ok(None);
        }
        let few = found.iter().map(|it| it.need_uuid(0));
        let few: BTreeSet<Uuid> = few.collect::<Result<_, _>>()?;
        if i64::try_from(few.len()).is_ok_and(|it| it <= FEW) {
            return Ok(Some(Narrow::Ids(few.into_iter().collect())));
        }
        let mut with = Sql::new("WITH \"visible\" AS");
        with.push(tx.dialect().materialized())
            .push("(")
            .append(union(ids))
            .push(") ");
        Ok(Some(Narrow::Visible(with)))
    }
}

/// Finds the ids of the live rows for which the predicate holds.
fn ids(table: Table<'_>, live: &Sql, predicate: &Sql) -> Sql {
    let mut sql = Sql::new("SELECT ");
    column(&mut sql, "id")
        .push(" FROM ")
        .identifier(table.name())
        .push(" AS ")
        .identifier(ROW);
    sql.push(" WHERE ")
        .append(live.clone())
        .push(" AND ")
        .append(predicate.clone());
    sql
}

/// The rows of all of the statements.
fn union(statements: Vec<Sql>) -> Sql {
    let mut all = Sql::default();
    for (index, statement) in statements.into_iter().enumerate() {
        if index > 0 {
            all.push(" UNION ALL ");
        }
        all.append(statement);
    }
    all
}

/// The few rows that somebody may see.
enum Narrow {
    /// So few that each is named.
    Ids(Vec<Uuid>),
    /// `WITH "visible" AS …`
    Visible(Sql),
}

/// The ways of which one must hold, where each names the asker in a field that finds the rows. Of teams and other
/// records that many rows refer to, the order of the list finds the first rows sooner.
fn alternatives<'f>(filter: &'f Filter, scope: &Scope<'_>) -> Option<&'f [Filter]> {
    match filter {
        Filter::Any(ways) => {
            let names_me = |it: &Filter| {
                matches!(
                    it,
                    Filter::Test(Test {
                        operand: Operand::One(Term::Me),
                        ..
                    })
                )
            };
            let all = ways.iter().all(|it| names_me(it) && names_few(it, scope));
            (all && !ways.is_empty()).then_some(ways.as_slice())
        }
        Filter::All(parts) => parts.iter().find_map(|it| alternatives(it, scope)),
        Filter::Test(_) | Filter::Not(_) => None,
    }
}

/// Whether the filter names the rows, or one record to which they must refer by a field whose index finds them.
fn names_few(filter: &Filter, scope: &Scope<'_>) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().any(|it| names_few(it, scope)),
        Filter::Any(_) | Filter::Not(_) => false,
        Filter::Test(test) => {
            let [name] = test.path.0.as_slice() else {
                return false;
            };
            match test.operator {
                Operator::Equal | Operator::In if name == ID => return true,
                Operator::Equal => {}
                _ => return false,
            }
            let found = |field: &FieldDef| {
                let refers = matches!(field.kind, Kind::Reference { .. });
                let on_spine = scope.is_spine() && name == spine::TEAM;
                let listed = scope.record_type.readers.contains(name);
                refers && (on_spine || listed || has_index(scope.record_type, field))
            };
            scope.record_type.field(name).is_some_and(found)
        }
    }
}

/// What the rows must have on their list of readers.
fn names_reader(filter: &Filter) -> Option<&Test> {
    match filter {
        Filter::All(parts) => parts.iter().find_map(names_reader),
        Filter::Test(test) => {
            let named = matches!(test.operator, Operator::Equal | Operator::In);
            (named && is_of_list(&test.path.to_string())).then_some(test)
        }
        Filter::Any(_) | Filter::Not(_) => None,
    }
}

/// Whether the rows are those of a person or her teams, and so found through an index.
fn is_personal(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().any(is_personal),
        Filter::Any(parts) => !parts.is_empty() && parts.iter().all(is_personal),
        Filter::Not(_) => false,
        Filter::Test(test) => {
            let equality = matches!(test.operator, Operator::Equal | Operator::In);
            let name = test.path.to_string();
            let personal = is_of_list(&name)
                || [spine::ASSIGNEE, spine::REQUESTER, spine::TEAM].contains(&name.as_str());
            let me = test
                .operand
                .terms()
                .iter()
                .all(|it| matches!(it, Term::Me | Term::MyTeams));
            equality && personal && me
        }
    }
}
