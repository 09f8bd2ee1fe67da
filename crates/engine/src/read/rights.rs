//! What the actor may read: which rows, which fields of which rows, and which fields may be asked about.
//!
//! A field that is opened only on some rows can only be asked about on those: a filter, order or group by it
//! leaves all other rows out, since the answer would otherwise tell what may not be read.

use base::{Error, Message, Refused, Result};
use dictionary::filter::{Scope, TYPE};
use dictionary::{FieldDef, Filter, Operand, Operator, Sort, Term, Test, TypeDef, Value, filter::Path};

use super::compile::Walk;
use crate::{Ctx, GrantInForce};

/// The action that every read needs.
const READ: &str = "read";

/// The rights of one request.
#[derive(Clone, Copy)]
pub(super) struct Rights<'a> {
    pub(super) ctx: &'a Ctx,
}

/// The grants of an actor on one type, reduced to what differs.
pub(super) struct TypeRights<'a> {
    /// Each row filter once, with the grants that have it.
    branches: Vec<(Filter, Vec<GrantInForce<'a>>)>,
    system: bool,
}

impl TypeRights<'_> {
    /// Row filters of the grants that open all these fields; each field may be opened by another grant.
    fn rows(&self, fields: &[&FieldDef]) -> Filter {
        let mut all = vec![self.any(|_| true)];
        all.extend(fields.iter().map(|field| self.any(|grant| grant.grant.read_fields.has(field))));
        all.dedup();
        Filter::All(all).normalised()
    }

    fn any(&self, counts: impl Fn(&GrantInForce<'_>) -> bool) -> Filter {
        if self.system {
            return Filter::default();
        }
        let opening = self.branches.iter().filter(|(_, grants)| grants.iter().any(&counts));
        let filters: Vec<Filter> = opening.map(|(rows, _)| rows.clone()).collect();
        if filters.iter().any(Filter::is_always) { Filter::default() } else { Filter::Any(filters) }
    }

    /// Whether some grant opens the field on some rows.
    pub(super) fn opens(&self, field: &FieldDef) -> bool {
        self.system || self.branches.iter().any(|(_, grants)| grants.iter().any(|it| it.grant.read_fields.has(field)))
    }

    /// Whether the field may be read on every row that may be read.
    pub(super) fn opens_everywhere(&self, field: &FieldDef) -> bool {
        let opens = |grants: &[GrantInForce<'_>]| grants.iter().any(|it| it.grant.read_fields.has(field));
        self.system
            || self.branches.iter().any(|(rows, grants)| rows.is_always() && opens(grants))
            || self.branches.iter().all(|(_, grants)| opens(grants))
    }

    /// Each distinct row filter with whether its grants open the field.
    pub(super) fn branches<'s>(&'s self) -> impl Iterator<Item = (&'s Filter, impl Fn(&FieldDef) -> bool + 's)> {
        self.branches.iter().map(|(rows, grants)| {
            (rows, move |field: &FieldDef| grants.iter().any(|it| it.grant.read_fields.has(field)))
        })
    }
}

impl<'a> Rights<'a> {
    /// The rights on one type.
    pub(super) fn on(&self, record_type: &'a str) -> TypeRights<'a> {
        let mut branches: Vec<(Filter, Vec<GrantInForce<'a>>)> = Vec::new();
        for grant in self.ctx.grants(record_type, READ) {
            let rows = grant.rows().normalised();
            match branches.iter_mut().find(|(other, _)| *other == rows) {
                Some((_, grants)) => grants.push(grant),
                None => branches.push((rows, vec![grant])),
            }
        }
        TypeRights { branches, system: self.ctx.actor.system }
    }

    /// Filter over the spine for the rows of a type, or of the spine, on which these fields may be read.
    ///
    /// Refused where a field may be read on no row, or the actor may read nothing of the type.
    pub(super) fn rows(&self, record_type: &TypeDef, fields: &[&FieldDef]) -> Result<Filter> {
        if self.ctx.actor.system {
            return Ok(Filter::default());
        }
        if std::ptr::eq(record_type, Scope::spine_type()) {
            return Ok(self.spine_rows(fields));
        }
        let declared = self.ctx.snapshot.dictionary.record_type(&record_type.name).map(|it| &**it);
        let rights = self.on(&declared.unwrap_or(record_type).name.clone().leak_free(self.ctx));
        self.checked_rows(&rights, record_type, fields)
    }

    fn checked_rows(&self, rights: &TypeRights<'_>, record_type: &TypeDef, fields: &[&FieldDef]) -> Result<Filter> {
        if rights.branches.is_empty() {
            return Err(forbidden_type(&record_type.name));
        }
        match fields.iter().find(|field| field.name != "id" && !rights.opens(field)) {
            Some(field) => Err(forbidden_field(&field.name)),
            None => Ok(rights.rows(fields)),
        }
    }
}
