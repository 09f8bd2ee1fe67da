//! A bound filter as an SQL predicate that answers exactly what the evaluation in memory answers.
//!
//! SQL has three truth values, filters have two. Negation is therefore pushed down to the tests, where it
//! says what becomes of a missing value; no `NOT` ever stands around something that may be unknown.
//! Walked references become id sets (`requester IN (SELECT id …)`), never a subquery per row.

use base::{Error, Result, Uuid};
use dictionary::filter::{Asker, Hop, ID, Scope, TYPE};
use dictionary::{FieldDef, Filter, Kind, Operand, Operator, Term, Test, TypeDef, Value};
use store::Sql;

use super::compare::{compare, one_of};
use crate::permission::{NAMED, is_of_list};
use crate::schema::has_index;

/// Alias of the table that a predicate is about.
pub(super) const ROW: &str = "r";

/// What a predicate may see of the records that it walks to.
pub(super) trait Walk {
    /// Filter over the spine that holds for the rows of the type whose field may be read.
    fn rows_with(&self, scope: &Scope<'_>, field: &FieldDef) -> Result<Filter>;
}

/// Turns filters into predicates.
pub(super) struct Compiler<'a> {
    pub(super) asker: &'a Asker,
    pub(super) tenant: Uuid,
    /// What walks may see; nothing where the system asks.
    pub(super) walk: Option<&'a dyn Walk>,
    /// Tests that walk to few records, with the ids that were found.
    pub(super) found: &'a [Found],
}

/// A test that walks, and the records to which its first reference may lead.
pub(super) struct Found {
    pub(super) test: Test,
    pub(super) ids: Vec<Uuid>,
}

/// The table that the rows of a predicate come from.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    /// The type, or the spine as a type.
    pub(super) record_type: &'a TypeDef,
    /// Whether it is the spine.
    pub(super) is_spine: bool,
}

impl<'a> Table<'a> {
    pub(super) fn of(scope: &Scope<'a>) -> Self {
        Self {
            record_type: scope.record_type,
            is_spine: scope.is_spine(),
        }
    }

    pub(super) fn name(&self) -> &'a str {
        if self.is_spine {
            "record"
        } else {
            &self.record_type.table
        }
    }
}

impl Compiler<'_> {
    /// The predicate of a person's filter over the table of its scope.
    pub(super) fn filter(&self, filter: &Filter, scope: &Scope<'_>) -> Result<Sql> {
        self.condition(filter, scope, Table::of(scope), false)
    }

    /// The predicate of a grant's filter, which is written over the spine, for rows of that table.
    pub(super) fn grant(
        &self,
        filter: &Filter,
        scope: &Scope<'_>,
        table: Table<'_>,
    ) -> Result<Sql> {
        let trusted = Compiler {
            asker: self.asker,
            tenant: self.tenant,
            walk: None,
            found: &[],
        };
        trusted.condition(filter, &Scope::spine(scope.dictionary), table, false)
    }

    fn condition(
        &self,
        filter: &Filter,
        scope: &Scope<'_>,
        table: Table<'_>,
        negated: bool,
    ) -> Result<Sql> {
        match filter {
            Filter::Not(part) => self.condition(part, scope, table, !negated),
            Filter::All(parts) => self.group(parts, scope, table, (!negated, negated)),
            Filter::Any(parts) => self.group(parts, scope, table, (negated, negated)),
            Filter::Test(test) => self.test(test, scope, table, negated),
        }
    }

    fn group(
        &self,
        parts: &[Filter],
        scope: &Scope<'_>,
        table: Table<'_>,
        (all, negated): (bool, bool),
    ) -> Result<Sql> {
        if parts.is_empty() {
            return Ok(constant(all));
        }
        let mut sql = Sql::new("(");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                sql.push(if all { " AND " } else { " OR " });
            }
            sql.append(self.condition(part, scope, table, negated)?);
        }
        sql.push(")");
        Ok(sql)
    }

    fn test(&self, test: &Test, scope: &Scope<'_>, table: Table<'_>, negated: bool) -> Result<Sql> {
        if let [name] = test.path.0.as_slice() {
            // People's filters were checked against the spine, which has no such field; only grants have it.
            if is_of_list(name) && scope.is_spine() {
                return self.reader(test, negated);
            }
            if name == TYPE && scope.is_spine() && !table.is_spine {
                return Ok(constant(self.is_type(test, table.record_type) != negated));
            }
        }
        let resolved = scope.resolve(&test.path)?;
        let (wanted, negated) = positive(test, negated);
        let Some(first) = resolved.hops.first() else {
            let listed =
                wanted.and_then(|it| self.listed(resolved.record_type, resolved.field, it));
            return Ok(match listed {
                Some(records) => membership(ID, records, negated),
                None => self.own(resolved.field, wanted, negated),
            });
        };
        let inner = match self.found.iter().find(|it| it.test == *test) {
            Some(found) if found.ids.is_empty() => return Ok(constant(negated)),
            Some(found) => known(&found.ids),
            None => self.reached(test, scope)?,
        };
        Ok(membership(&first.field.column, inner, negated))
    }

    /// The statement that finds to which records the first reference of a walk may lead.
    pub(super) fn reached(&self, test: &Test, scope: &Scope<'_>) -> Result<Sql> {
        let resolved = scope.resolve(&test.path)?;
        let rest = resolved.hops.get(1..).unwrap_or_default();
        let (wanted, _) = positive(test, false);
        self.walked(rest, resolved.record_type, resolved.field, wanted, scope)
    }

    /// The ids of the records that the first reference may lead to.
    fn walked(
        &self,
        hops: &[Hop<'_>],
        last: &TypeDef,
        field: &FieldDef,
        wanted: Option<&Test>,
        scope: &Scope<'_>,
    ) -> Result<Sql> {
        let (target, asked) = hops
            .first()
            .map_or((last, field), |hop| (hop.record_type, hop.field));
        let target_scope = Scope::new(scope.dictionary, target);
        let table = Table::of(&target_scope);
        let mut sql = Sql::new("SELECT ");
        column(&mut sql, ID)
            .push(" FROM ")
            .identifier(table.name())
            .push(" AS ")
            .identifier(ROW);
        sql.push(" WHERE ");
        column(&mut sql, "tenant")
            .push(" = ")
            .arg(self.tenant)
            .push(" AND ");
        match hops.split_first() {
            None => sql.append(self.own(field, wanted, false)),
            Some((hop, rest)) => {
                let inner = self.walked(rest, last, field, wanted, scope)?;
                sql.append(membership(&hop.field.column, inner, false))
            }
        };
        if let Some(walk) = self.walk {
            let rows = walk.rows_with(&target_scope, asked)?;
            if !rows.is_always() {
                sql.push(" AND ").append(self.grant(&rows, scope, table)?);
            }
        }
        Ok(sql)
    }

    /// A test of a column of the row itself; no test means "has a value".
    fn own(&self, field: &FieldDef, wanted: Option<&Test>, negated: bool) -> Sql {
        let Some(test) = wanted else {
            let mut sql = Sql::default();
            column(&mut sql, &field.column).push(if negated { " IS NULL" } else { " IS NOT NULL" });
            return sql;
        };
        let Some(positive) = self.comparison(field, test) else {
            return constant(negated);
        };
        if !negated {
            return positive;
        }
        let mut sql = Sql::new("(");
        column(&mut sql, &field.column).push(" IS NULL OR NOT ");
        sql.append(positive).push(")");
        sql
    }

    /// The comparison as true or unknown; nothing where no value can pass it.
    fn comparison(&self, field: &FieldDef, test: &Test) -> Option<Sql> {
        let values = |term: &Term| self.asker.values(term, &field.kind);
        match (&test.operand, test.operator) {
            (Operand::Range(from, until), _) => {
                let (from, until) = (values(from).pop()?, values(until).pop()?);
                let mut sql = Sql::new("(");
                sql.append(compare(field, Operator::GreaterOrEqual, &from));
                sql.push(" AND ")
                    .append(compare(field, Operator::LessOrEqual, &until))
                    .push(")");
                Some(sql)
            }
            (Operand::Many(terms), _) => one_of(field, terms.iter().flat_map(values).collect()),
            (Operand::One(term), Operator::Equal) => one_of(field, values(term)),
            (Operand::One(term), operator) => {
                let all: Vec<Sql> = values(term)
                    .iter()
                    .map(|it| compare(field, operator, it))
                    .collect();
                (!all.is_empty()).then(|| joined(all, " OR "))
            }
            (Operand::None, _) => None,
        }
    }

    /// Whether the actor, or a team of the actor's, is on the record's list of readers.
    fn reader(&self, test: &Test, negated: bool) -> Result<Sql> {
        let Some(inner) = self.read_by(test) else {
            return Ok(constant(negated != (test.operator == Operator::Empty)));
        };
        if test.operator == Operator::Empty {
            return Err(Error::failed(
                "a row filter asks whether there are no readers",
                "not supported",
            ));
        }
        Ok(membership(ID, inner, negated))
    }

    /// Finds the records on whose list of readers they are whom the test names, if it names anybody.
    pub(super) fn read_by(&self, test: &Test) -> Option<Sql> {
        let terms = test.operand.terms();
        let ids: Vec<Value> = terms
            .iter()
            .flat_map(|it| self.asker.values(it, &Kind::Reference { to: None }))
            .collect();
        let mut sql = Sql::new(
            "SELECT DISTINCT \"record\" AS \"id\" FROM \"record_reader\" WHERE \"reader\" IN (",
        );
        sql.arg_list(ids.iter().filter_map(Value::as_reference))
            .push(")");
        if test.path.0 == [NAMED] {
            sql.push(" AND \"source\" <> 'follower'");
        }
        (!ids.is_empty()).then_some(sql)
    }

    /// The records that name somebody in a field that puts people on the list of readers and has no index: the
    /// list finds them.
    fn listed(&self, record_type: &TypeDef, field: &FieldDef, test: &Test) -> Option<Sql> {
        let lists = record_type.readers.contains(&field.name) && !has_index(record_type, field);
        let (Operand::One(term), Operator::Equal, true) = (&test.operand, test.operator, lists)
        else {
            return None;
        };
        let reader = self.asker.values(term, &field.kind).pop()?.as_reference()?;
        let mut records = Sql::new(
            "SELECT \"record\" FROM \"record_reader\" WHERE \"reader\" = ? AND \"source\" = ? AND \"record_type\" = ?",
        );
        records = records.bind(reader).bind(field.name.as_str());
        Some(records.bind(record_type.name.as_str()))
    }

    fn is_type(&self, test: &Test, record_type: &TypeDef) -> bool {
        let is = |term: &&Term| matches!(term, Term::Value(Value::Choice(name)) if *name == record_type.name);
        test.operator != Operator::Empty && test.operand.terms().iter().any(is)
    }
}

/// "Is empty" is the opposite of "has a value", also at the end of a walk.
fn positive(test: &Test, negated: bool) -> (Option<&Test>, bool) {
    match test.operator {
        Operator::Empty => (None, !negated),
        _ => (Some(test), negated),
    }
}

/// The ids, the last repeated up to a power of two: few lengths make few statements to prepare. Without ids
/// one that no record has, since a list may not be empty.
pub(super) fn known(ids: &[Uuid]) -> Sql {
    let mut sql = Sql::default();
    let last = ids.last().copied().unwrap_or_default();
    let padded = (0..ids.len().next_power_of_two()).map(|at| ids.get(at).copied().unwrap_or(last));
    sql.arg_list(padded);
    sql
}

/// Whether the reference is one of the ids; a missing reference is none of them.
fn membership(reference: &str, ids: Sql, negated: bool) -> Sql {
    let mut sql = Sql::new(if negated { "(" } else { "" });
    if negated && reference != ID {
        column(&mut sql, reference).push(" IS NULL OR ");
    }
    column(&mut sql, reference).push(if negated { " NOT IN (" } else { " IN (" });
    sql.append(ids).push(if negated { "))" } else { ")" });
    sql
}

/// Appends the column of the row.
pub(super) fn column<'a>(sql: &'a mut Sql, name: &str) -> &'a mut Sql {
    sql.identifier(ROW).push(".").identifier(name)
}

/// Appends a companion column of the row, such as the key of a text.
pub(super) fn companion<'a>(sql: &'a mut Sql, name: &str, suffix: &str) -> &'a mut Sql {
    column(sql, &format!("{name}{suffix}"))
}

pub(super) fn constant(holds: bool) -> Sql {
    Sql::new(if holds { "1 = 1" } else { "1 = 0" })
}

pub(super) fn joined(parts: Vec<Sql>, between: &'static str) -> Sql {
    let mut sql = Sql::new("(");
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            sql.push(between);
        }
        sql.append(part);
    }
    sql.push(")");
    sql
}
