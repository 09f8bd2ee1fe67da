//! What of which rows may be looked into by a search: the rights of who asks, as classes of text by filter.
//!
//! The crate `search` does the looking. What stands here tells it what is open, and must tell it of nothing else.

use base::Result;
use dictionary::{Filter, TypeDef, filter::parse};
use search::index::Rows;
use search::layout::Layout;
use search::run::{Ground, Readable};
use store::{BatchResult, Dialect, Sql};

use super::rights::{READ, Rights};
use super::source::Finder;
use crate::{Ctx, Reading};

impl Ctx {
    /// How the text of a type is parted in the index of this tenant.
    #[must_use]
    pub fn search_layout(&self, record_type: &TypeDef) -> Layout {
        let roles = &self.snapshot.roles;
        let one_by_one = roles.open_single_fields(self.tenant, &record_type.name);
        search::record::layout(self.tenant, record_type, one_by_one)
    }

    fn readable(&self, record_type: &TypeDef) -> Readable {
        let layout = self.search_layout(record_type);
        if self.actor.system {
            let grants = vec![(Filter::default(), layout.classes())];
            let notes = vec![Filter::default()];
            return Readable {
                layout,
                grants,
                notes,
            };
        }
        let rights = Rights {
            ctx: self,
            action: READ,
        };
        let rights = rights.on(&record_type.name);
        let opened = |(at, rows): (usize, &Filter)| {
            let field = |name: &str| record_type.field(name);
            let opens = |it: &str| field(it).is_some_and(|it| rights.filter_opens(at, it));
            (rows.clone(), layout.open(&opens))
        };
        let grants = rights.filters().enumerate().map(opened).collect();
        let notes = self.grants(&record_type.name, "read_notes");
        let notes = notes.into_iter().map(|it| it.rows().normalised()).collect();
        Readable {
            layout,
            grants,
            notes,
        }
    }
}

impl Ground for Reading<'_, '_> {
    fn readable(&self, types: &[String]) -> Vec<Readable> {
        let all = self.ctx.snapshot.dictionary.types();
        let wanted = all.filter(|it| types.is_empty() || types.contains(&it.name));
        wanted.map(|it| self.ctx.readable(it)).collect()
    }

    fn rows(&mut self, only: Option<&str>, filter: &str, among: Filter) -> Result<Rows> {
        let scope = super::scope(&self.ctx.snapshot.dictionary, only)?;
        let filter = parse(filter, &scope)?;
        let source = Finder::new(self.ctx).find(self.tx, scope, &filter, &[], among)?;
        Ok(Rows {
            with: source.with(),
            table: source.table(),
            condition: source.holds(),
            are_few: source.names_few(),
        })
    }

    fn dialect(&self) -> Dialect {
        self.tx.dialect()
    }

    fn batch(&mut self, statements: &[Sql]) -> Result<Vec<BatchResult>> {
        Ok(self.tx.batch(statements)?)
    }
}
