//! The order of a list and the condition for the rows after a given one.
//!
//! Missing values come last in both directions, which is always spelled out; the id is the final key. The
//! condition is an expanded chain of ORs: a comparison of whole rows loses every row with a missing value.

use base::{Message, Refused, Result};
use dictionary::filter::{ID, Scope};
use dictionary::{Dictionary, Direction, FieldDef, Kind, Phase, Sort, spine};
use store::{ColumnKind, Sql, SqlValue, Tx};

use super::compile::Walk;
use super::compile::{Compiler, ROW, Table, column};

/// Most keys of one order.
pub(super) const MAX_SORTS: usize = 5;

/// References are sorted by the title of their target only up to this many targets.
const MAX_SORTED_TARGETS: i64 = 50_000;

/// Aliases of the targets by whose title a list is sorted.
const TARGETS: [&str; MAX_SORTS] = ["s0", "s1", "s2", "s3", "s4"];

/// One column of an order.
pub(super) struct Key {
    by: Sql,
    nullable: bool,
    descending: bool,
}

/// The order of a list.
#[derive(Default)]
pub(super) struct Order {
    pub(super) keys: Vec<Key>,
    joins: Sql,
}

/// The sorts of a query, not too many of them.
pub(super) fn sorts(asked: &[Sort]) -> Result<&[Sort]> {
    if asked.len() > MAX_SORTS {
        return Err(
            Refused::BadRequest(Message::new("sort-too-many").with("most", MAX_SORTS)).into(),
        );
    }
    Ok(asked)
}

/// The field of a sort, if lists can be sorted by it.
pub(super) fn sort_field<'a>(scope: &Scope<'a>, sort: &Sort) -> Result<&'a FieldDef> {
    let path = dictionary::filter::Path::new(&sort.field);
    let resolved = scope.resolve(&path)?;
    if !resolved.hops.is_empty() || !resolved.field.kind.is_sortable() {
        return Err(Refused::BadRequest(
            Message::new("sort-impossible").with("field", &sort.field),
        )
        .into());
    }
    Ok(resolved.field)
}

impl Order {
    /// The order of these sorts, and then newest first, as the indexes go. Creation tells nothing that
    /// the id, which holds its time, does not tell as well.
    pub(super) fn new(
        tx: &mut Tx<'_>,
        scope: &Scope<'_>,
        compiler: &Compiler<'_>,
        walk: &dyn Walk,
        sorts: &[Sort],
    ) -> Result<Self> {
        let mut this = Self::default();
        let mut descending = false;
        for (index, sort) in sorts.iter().enumerate() {
            let field = sort_field(scope, sort)?;
            descending = sort.direction == Direction::Descending;
            let target = scope.target(field).filter(|_| field.name != ID);
            if let Some(target) = target {
                let target = Scope::new(scope.dictionary, target);
                this.join(tx, field, &target, compiler, walk, TARGETS[index])?;
                this.put(TARGETS[index], "title", (true, descending));
                continue;
            }
            if scope.is_spine() && field.name == spine::STATE {
                this.keys.push(Key {
                    by: phases(scope.dictionary),
                    nullable: true,
                    descending,
                });
                continue;
            }
            let nullable = !matches!(
                field.name.as_str(),
                ID | spine::CREATED_AT | spine::UPDATED_AT | spine::VERSION
            );
            for column in sort_columns(field) {
                this.put(ROW, &column, (nullable, descending));
            }
        }
        let timed = |it: &Sort| {
            matches!(
                it.field.as_str(),
                ID | spine::CREATED_AT | spine::UPDATED_AT
            )
        };
        if !sorts.iter().any(timed) {
            descending = true;
            this.put(ROW, spine::CREATED_AT, (false, descending));
        }
        this.put(ROW, ID, (false, descending));
        Ok(this)
    }

    fn put(&mut self, alias: &str, column: &str, (nullable, descending): (bool, bool)) {
        let mut by = Sql::default();
        by.identifier(alias).push(".").identifier(column);
        self.keys.push(Key {
            by,
            nullable,
            descending,
        });
    }

    /// Titles of the targets that may be read; a target that may not be read sorts as if there were none.
    fn join(
        &mut self,
        tx: &mut Tx<'_>,
        field: &FieldDef,
        target: &Scope<'_>,
        compiler: &Compiler<'_>,
        walk: &dyn Walk,
        alias: &'static str,
    ) -> Result<()> {
        let table = Table::of(target);
        let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
        count
            .identifier(table.name())
            .push(" AS ")
            .identifier(ROW)
            .push(" WHERE ");
        column(&mut count, "tenant")
            .push(" = ")
            .arg(compiler.tenant);
        count
            .push(" LIMIT ")
            .arg(MAX_SORTED_TARGETS + 1)
            .push(") AS \"targets\"");
        if tx.query_one(&count)?.need_integer(0)? > MAX_SORTED_TARGETS {
            return Err(Refused::BadRequest(
                Message::new("sort-impossible").with("field", &field.name),
            )
            .into());
        }
        let titles = target
            .resolve(&dictionary::filter::Path::new(spine::TITLE))?
            .field;
        let rows = walk.rows_with(target, titles)?;
        self.joins.push(" LEFT JOIN (SELECT ");
        column(&mut self.joins, "id").push(", ");
        column(&mut self.joins, "title__key").push(" AS \"title\" FROM ");
        self.joins
            .identifier(table.name())
            .push(" AS ")
            .identifier(ROW)
            .push(" WHERE ");
        column(&mut self.joins, "tenant")
            .push(" = ")
            .arg(compiler.tenant);
        if !rows.is_always() {
            self.joins
                .push(" AND ")
                .append(compiler.grant(&rows, target, table)?);
        }
        self.joins
            .push(") AS ")
            .identifier(alias)
            .push(" ON ")
            .identifier(alias)
            .push(".\"id\" = ");
        column(&mut self.joins, &field.column);
        Ok(())
    }

    /// `LEFT JOIN …` for the references in the order.
    pub(super) fn joins(&self) -> Sql {
        self.joins.clone()
    }

    /// `ORDER BY …`.
    pub(super) fn clause(&self) -> Sql {
        let mut sql = Sql::new(" ORDER BY ");
        for (index, key) in self.keys.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            if key.nullable {
                sql.push("(");
                key.write(&mut sql);
                sql.push(" IS NULL), ");
            }
            key.write(&mut sql);
            sql.push(if key.descending { " DESC" } else { " ASC" });
        }
        sql
    }

    /// Appends the values of the keys, without the id, to a SELECT.
    pub(super) fn select(&self, sql: &mut Sql) {
        for key in &self.keys[..self.keys.len() - 1] {
            sql.push(", ");
            key.write(sql);
        }
    }

    /// The condition for the rows after the one with these values; the id is the last of them.
    pub(super) fn after(&self, values: &[SqlValue]) -> Sql {
        let mut sql = Sql::new("(");
        // The bound on the first key alone is what lets an index begin in the right place.
        if let (Some(first), Some(value)) = (self.keys.first(), values.first())
            && !first.nullable
        {
            first.write(&mut sql);
            sql.push(if first.descending { " <= " } else { " >= " })
                .arg(value)
                .push(" AND (");
        } else {
            sql.push("(");
        }
        let mut chained = false;
        for (position, (key, value)) in self.keys.iter().zip(values).enumerate() {
            if *value == SqlValue::Null {
                // Missing values are last: nothing of this key comes after.
                continue;
            }
            sql.push(if chained { " OR (" } else { "(" });
            chained = true;
            for (earlier, value) in self.keys.iter().zip(values).take(position) {
                earlier.write(&mut sql);
                match value {
                    SqlValue::Null => sql.push(" IS NULL AND "),
                    value => sql.push(" = ").arg(value).push(" AND "),
                };
            }
            sql.push("(");
            key.write(&mut sql);
            sql.push(if key.descending { " < " } else { " > " })
                .arg(value);
            if key.nullable {
                sql.push(" OR ");
                key.write(&mut sql);
                sql.push(" IS NULL");
            }
            sql.push("))");
        }
        sql.push("))");
        sql
    }
}

impl Key {
    fn write(&self, sql: &mut Sql) {
        sql.append(self.by.clone());
    }
}

/// How far the work on records of whatever type is: states have a common order only by their phases.
fn phases(dictionary: &Dictionary) -> Sql {
    let mut sql = Sql::new("CASE");
    for (rank, phase) in (0_i64..).zip(Phase::ALL) {
        sql.push(" WHEN r.record_type || '.' || r.state IN (''");
        for of in dictionary.types() {
            let states = of.lifecycle.iter().flat_map(|it| &it.states);
            for state in states.filter(|it| it.phase == phase) {
                sql.push(", ").arg(format!("{}.{}", of.name, state.code));
            }
        }
        sql.push(") THEN ").typed_arg(ColumnKind::Integer, rank);
    }
    // Codes that nobody declared count as active, as everywhere.
    sql.push(" WHEN r.state IS NOT NULL THEN ");
    sql.typed_arg(ColumnKind::Integer, 1_i64).push(" END");
    sql
}

/// The columns that hold a field's order.
fn sort_columns(field: &FieldDef) -> Vec<String> {
    let name = &field.column;
    match &field.kind {
        Kind::Text { .. } | Kind::Email | Kind::Url => vec![format!("{name}__key")],
        // The type of a record on the spine is no choice that anybody ordered.
        Kind::Choice if field.name == dictionary::filter::TYPE => vec![name.clone()],
        Kind::Choice => vec![format!("{name}__pos")],
        Kind::Money => vec![format!("{name}__currency"), name.clone()],
        _ => vec![name.clone()],
    }
}
