//! Which columns a read fetches, and how a row of them becomes a [`Visible`].
//!
//! Where a field is open on some rows only, the row itself says through which grants it may be read: the
//! database answers each grant's filter, so that this can never differ from the filter that found the row.

use std::sync::Arc;

use base::{Error, Message, Refused, Result, Uuid};
use dictionary::filter::{ID, Scope, TYPE};
use dictionary::{FieldDef, Filter, TypeDef};
use store::{Row, Sql};

use super::compile::{Compiler, Table, column};
use super::rights::{Rights, TypeRights, forbidden_field};
use super::visible::Visible;
use crate::columns::{from_columns, value_columns, value_width};

/// The columns of one read, in the order: id, type (on the spine), grants, fields.
pub(super) struct Selection<'a> {
    scope: Scope<'a>,
    fields: Vec<&'a FieldDef>,
    /// Row filters whose answer decides about fields, each once.
    flags: Vec<Filter>,
    /// For each type that rows may have: the type, and for each field when it may be read.
    types: Vec<(Arc<TypeDef>, Vec<Open>)>,
}

/// When a field may be read on a row of a type.
enum Open {
    Always,
    Never,
    /// Where one of these row filters holds.
    Where(Vec<usize>),
}

impl<'a> Selection<'a> {
    /// The fields that a query names, or all that may be read somewhere.
    pub(super) fn new(scope: Scope<'a>, rights: &Rights<'_>, columns: &[String]) -> Result<Self> {
        let named = !columns.is_empty();
        let mut fields: Vec<&FieldDef> = Vec::new();
        for name in columns {
            let resolved = scope.resolve(&dictionary::filter::Path::new(name))?;
            if !resolved.hops.is_empty() {
                return Err(Refused::BadRequest(
                    Message::new("column-impossible").with("field", name),
                )
                .into());
            }
            // The id and the type come with every row.
            let wanted =
                !matches!(name.as_str(), ID | TYPE) && !fields.iter().any(|it| it.name == *name);
            fields.extend(Some(resolved.field).filter(|_| wanted));
        }
        if !named {
            fields = scope
                .record_type
                .fields
                .iter()
                .filter(|it| it.name != TYPE)
                .collect();
        }
        let mut this = Self {
            scope,
            fields,
            flags: Vec::new(),
            types: Vec::new(),
        };
        let dictionary = scope.dictionary;
        let types: Vec<&Arc<TypeDef>> = if scope.is_spine() {
            dictionary.types().collect()
        } else {
            dictionary
                .record_type(&scope.record_type.name)
                .into_iter()
                .collect()
        };
        for record_type in types {
            let rights = rights.on(&record_type.name);
            let open = this
                .fields
                .iter()
                .map(|field| open(&mut this.flags, &rights, record_type, field))
                .collect();
            this.types.push((Arc::clone(record_type), open));
        }
        this.leave_out(named)?;
        Ok(this)
    }

    /// Fields that may be read on no row: refused where they were named, else not fetched.
    fn leave_out(&mut self, named: bool) -> Result<()> {
        for position in (0..self.fields.len()).rev() {
            if self
                .types
                .iter()
                .any(|(_, open)| !matches!(open.get(position), Some(Open::Never) | None))
            {
                continue;
            }
            if named {
                return Err(forbidden_field(&self.fields[position].name));
            }
            self.fields.remove(position);
            for (_, open) in &mut self.types {
                open.remove(position);
            }
        }
        Ok(())
    }

    /// Appends the columns to a SELECT, beginning with the id.
    pub(super) fn select(&self, sql: &mut Sql, compiler: &Compiler<'_>) -> Result<()> {
        column(sql, ID);
        if self.scope.is_spine() {
            sql.push(", ");
            column(sql, "record_type");
        }
        for filter in &self.flags {
            sql.push(", CASE WHEN ").append(compiler.grant(
                filter,
                &self.scope,
                Table::of(&self.scope),
            )?);
            sql.push(" THEN 1 ELSE 0 END");
        }
        for field in &self.fields {
            for name in value_columns(field) {
                sql.push(", ");
                column(sql, &name);
            }
        }
        Ok(())
    }

    /// How many columns [`Selection::select`] fetches.
    pub(super) fn width(&self) -> usize {
        self.fields_at()
            + self
                .fields
                .iter()
                .map(|it| value_width(&it.kind))
                .sum::<usize>()
    }

    fn fields_at(&self) -> usize {
        1 + usize::from(self.scope.is_spine()) + self.flags.len()
    }

    /// The record in a row, without what may not be read on it.
    pub(super) fn visible(&self, row: &Row) -> Result<Visible> {
        let id: Uuid = row.need_uuid(0)?;
        let first_flag = self.fields_at() - self.flags.len();
        let name = if self.scope.is_spine() {
            row.need_text(1)?
        } else {
            &self.scope.record_type.name
        };
        let Some((record_type, open)) = self.types.iter().find(|(it, _)| it.name == name) else {
            return Err(Error::failed(
                "a record has a type that the dictionary does not know",
                name.to_owned(),
            ));
        };
        let mut values = Vec::with_capacity(self.fields.len());
        let mut at = self.fields_at();
        for (field, open) in self.fields.iter().zip(open) {
            let readable = match open {
                Open::Always => true,
                Open::Never => false,
                Open::Where(flags) => flags.iter().try_fold(false, |found, flag| {
                    Ok::<_, Error>(found || row.need_boolean(first_flag + flag)?)
                })?,
            };
            if let Some(index) = record_type.field_index(&field.name).filter(|_| readable) {
                values.push((index, from_columns(field, row, at)?));
            }
            at += value_width(&field.kind);
        }
        Ok(Visible {
            id,
            record_type: Arc::clone(record_type),
            values,
        })
    }
}

fn open(
    flags: &mut Vec<Filter>,
    rights: &TypeRights<'_>,
    record_type: &TypeDef,
    field: &FieldDef,
) -> Open {
    let Some(field) = record_type.field(&field.name) else {
        return Open::Never;
    };
    if rights.is_empty() || !rights.opens(field) {
        return Open::Never;
    }
    if rights.opens_everywhere(field) {
        return Open::Always;
    }
    let opening = rights
        .filters()
        .enumerate()
        .filter(|(position, _)| rights.filter_opens(*position, field));
    let positions = opening.map(|(_, filter)| {
        flags.iter().position(|it| it == filter).unwrap_or_else(|| {
            flags.push(filter.clone());
            flags.len() - 1
        })
    });
    Open::Where(positions.collect())
}
