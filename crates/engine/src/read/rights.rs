//! What the actor may read: which rows, which fields of which rows, and which fields may be asked about.
//!
//! A field that is opened only on some rows can only be asked about on those: a filter, order or group by it
//! leaves all other rows out, since the answer would otherwise tell what may not be read.

use base::{Error, Message, Refused, Result};
use dictionary::filter::{ID, Scope, TYPE};
use dictionary::{FieldDef, Filter, Operand, Operator, Term, Test, Value, filter::Path};

use super::compile::Walk;
use crate::{Ctx, GrantInForce};

/// The action that every read needs.
pub(super) const READ: &str = "read";

/// The rights of one request.
#[derive(Clone, Copy)]
pub(super) struct Rights<'a> {
    pub(super) ctx: &'a Ctx,
    /// The action whose grants count.
    pub(super) action: &'static str,
}

/// The grants of an actor on one type: each row filter once, with the grants that have it.
pub(super) struct TypeRights<'a> {
    branches: Vec<(Filter, Vec<GrantInForce<'a>>)>,
    system: bool,
}

impl TypeRights<'_> {
    /// Filter for the rows that may be read and on which each of these fields may be read.
    fn rows(&self, fields: &[&FieldDef]) -> Filter {
        let mut all = vec![self.any(|_| true)];
        for field in fields {
            let rows = self.any(|grant| opens(grant, field));
            if !all.contains(&rows) {
                all.push(rows);
            }
        }
        Filter::All(all).normalised()
    }

    fn any(&self, counts: impl Fn(&GrantInForce<'_>) -> bool) -> Filter {
        let counting = self
            .branches
            .iter()
            .filter(|(_, grants)| grants.iter().any(&counts));
        let filters: Vec<Filter> = counting.map(|(rows, _)| rows.clone()).collect();
        if self.system || filters.iter().any(Filter::is_always) {
            Filter::default()
        } else {
            Filter::Any(filters)
        }
    }

    /// Whether some grant opens the field on some rows.
    pub(super) fn opens(&self, field: &FieldDef) -> bool {
        self.system
            || is_always_open(field)
            || self.branches.iter().any(|it| branch_opens(it, field))
    }

    /// Whether the field may be read on every row that may be read.
    pub(super) fn opens_everywhere(&self, field: &FieldDef) -> bool {
        self.system
            || is_always_open(field)
            || self
                .branches
                .iter()
                .any(|it| it.0.is_always() && branch_opens(it, field))
            || self.branches.iter().all(|it| branch_opens(it, field))
    }

    /// Whether the actor may read nothing of the type.
    pub(super) fn is_empty(&self) -> bool {
        !self.system && self.branches.is_empty()
    }

    /// Row filters of the grants, in a fixed order.
    pub(super) fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.branches.iter().map(|(rows, _)| rows)
    }

    /// Whether the grants with the row filter at that position open the field.
    pub(super) fn filter_opens(&self, position: usize, field: &FieldDef) -> bool {
        self.branches
            .get(position)
            .is_some_and(|it| branch_opens(it, field))
    }
}

fn branch_opens(branch: &(Filter, Vec<GrantInForce<'_>>), field: &FieldDef) -> bool {
    branch.1.iter().any(|grant| opens(grant, field))
}

fn opens(grant: &GrantInForce<'_>, field: &FieldDef) -> bool {
    is_always_open(field) || grant.grant.read_fields.has(field)
}

/// Which record it is and of which type is known to whoever may read the row.
fn is_always_open(field: &FieldDef) -> bool {
    field.name == ID || field.name == TYPE
}

impl<'a> Rights<'a> {
    /// The rights on one type.
    pub(super) fn on<'s>(&'s self, record_type: &'s str) -> TypeRights<'s> {
        let mut branches: Vec<(Filter, Vec<GrantInForce<'s>>)> = Vec::new();
        for grant in self.ctx.grants(record_type, self.action) {
            let rows = grant.rows().normalised();
            match branches.iter_mut().find(|(other, _)| *other == rows) {
                Some((_, grants)) => grants.push(grant),
                None => branches.push((rows, vec![grant])),
            }
        }
        TypeRights {
            branches,
            system: self.ctx.actor.system,
        }
    }

    /// Filter over the spine for the rows of a type, or of the spine, on which these fields may be read.
    ///
    /// Refused where a field may be read on no row, or the actor may read nothing of the type.
    pub(super) fn rows(&self, scope: &Scope<'_>, fields: &[&FieldDef]) -> Result<Filter> {
        if self.ctx.actor.system {
            return Ok(Filter::default());
        }
        if scope.is_spine() {
            return Ok(self.spine_rows(scope, fields));
        }
        let rights = self.on(&scope.record_type.name);
        if rights.is_empty() {
            return Err(forbidden_type(&scope.record_type.name));
        }
        match fields.iter().find(|field| !rights.opens(field)) {
            Some(field) => Err(forbidden_field(&field.name)),
            None => Ok(rights.rows(fields)),
        }
    }

    /// Across types: each type's rows, types with the same rows together.
    fn spine_rows(&self, scope: &Scope<'_>, fields: &[&FieldDef]) -> Filter {
        let mut groups: Vec<(Filter, Vec<&str>)> = Vec::new();
        let mut complete = true;
        for record_type in scope.dictionary.types() {
            let rights = self.on(&record_type.name);
            let shown: Vec<&FieldDef> = fields
                .iter()
                .map(|it| record_type.field(&it.name).unwrap_or(it))
                .collect();
            if rights.is_empty() || shown.iter().any(|it| !rights.opens(it)) {
                complete = false;
                continue;
            }
            let rows = rights.rows(&shown);
            match groups.iter_mut().find(|(other, _)| *other == rows) {
                Some((_, names)) => names.push(&record_type.name),
                None => groups.push((rows, vec![&record_type.name])),
            }
        }
        let whole = complete && groups.len() == 1;
        let of_types = groups.into_iter().map(|(rows, names)| {
            if whole {
                rows
            } else {
                Filter::All(vec![is_one_of(&names), rows])
            }
        });
        Filter::Any(of_types.collect()).normalised()
    }
}

impl Walk for Rights<'_> {
    fn rows_with(&self, scope: &Scope<'_>, field: &FieldDef) -> Result<Filter> {
        self.rows(scope, &[field])
    }
}

fn is_one_of(names: &[&str]) -> Filter {
    let terms = names
        .iter()
        .map(|name| Term::Value(Value::Choice((*name).to_owned())))
        .collect();
    Filter::Test(Test {
        path: Path::new(TYPE),
        operator: Operator::In,
        operand: Operand::Many(terms),
    })
}

pub(super) fn forbidden_type(name: &str) -> Error {
    Refused::Forbidden(Message::new("read-forbidden-type").with("type", name)).into()
}

/// An unreadable field is told apart from an unknown one: its name is in the public description anyway.
pub(super) fn forbidden_field(name: &str) -> Error {
    Refused::Forbidden(Message::new("read-forbidden-field").with("field", name)).into()
}
