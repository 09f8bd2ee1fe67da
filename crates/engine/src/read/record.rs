//! One record, by id or by number in any spelling. A record that may not be read does not exist.

use base::{Message, Refused, Result, Uuid, text_key};
use dictionary::filter::Scope;
use store::Sql;

use super::Reader;
use super::compile::{column, companion};
use super::selection::Selection;
use super::source::Finder;
use super::titles;
use super::visible::{Titles, Visible};

impl Reader<'_, '_> {
    /// The record with that id or number, of one type or of any.
    pub(super) fn one(
        &mut self,
        record_type: Option<&str>,
        key: &str,
        columns: &[String],
    ) -> Result<(Visible, Titles)> {
        let snapshot = self.ctx.snapshot.clone();
        let dictionary = &snapshot.dictionary;
        let name = match record_type {
            Some(name) => name.to_owned(),
            None => self.type_of(&Scope::spine(dictionary), key)?,
        };
        let scope = super::scope(dictionary, Some(&name))?;
        let finder = Finder::new(self.ctx);
        if finder.rights.on(&name).is_empty() {
            return Err(not_found(key));
        }
        let selection = Selection::new(scope, &finder.rights, columns)?;
        let visible = finder.rights.rows(&scope, &[])?;
        let mut sql = Sql::new("SELECT ");
        selection.select(&mut sql, &finder.compiler())?;
        sql.push(" FROM ")
            .identifier(&scope.record_type.table)
            .push(" AS ")
            .identifier(super::compile::ROW);
        sql.push(" WHERE ").append(self.keyed(&scope, key));
        if !visible.is_always() {
            let table = super::compile::Table::of(&scope);
            sql.push(" AND ")
                .append(finder.compiler().grant(&visible, &scope, table)?);
        }
        let Some(row) = self.tx.query_optional(&sql)? else {
            return Err(not_found(key));
        };
        let visible = selection.visible(&row)?;
        let titles = titles::load(
            self.tx,
            self.ctx,
            &titles::referenced(std::slice::from_ref(&visible)),
            None,
        )?;
        Ok((visible, titles))
    }

    /// Which type the record has. Says nothing yet about whether it may be read.
    fn type_of(&mut self, scope: &Scope<'_>, key: &str) -> Result<String> {
        let mut sql = Sql::new("SELECT ");
        column(&mut sql, "record_type")
            .push(" FROM \"record\" AS ")
            .identifier(super::compile::ROW);
        sql.push(" WHERE ")
            .append(self.keyed(scope, key))
            .push(" LIMIT 1");
        let row = self
            .tx
            .query_optional(&sql)?
            .ok_or_else(|| not_found(key))?;
        Ok(row.need_text(0)?.to_owned())
    }

    /// The row with that id, or with that number as written or in its usual spelling.
    fn keyed(&self, scope: &Scope<'_>, key: &str) -> Sql {
        let mut sql = Sql::default();
        column(&mut sql, "tenant")
            .push(" = ")
            .arg(self.ctx.tenant)
            .push(" AND ");
        column(&mut sql, "deleted_at").push(" IS NULL AND ");
        if let Ok(id) = Uuid::try_parse(key.trim()) {
            column(&mut sql, "id").push(" = ").arg(id);
            return sql;
        }
        let usual = scope
            .number(scope.record_type, key)
            .unwrap_or_else(|| key.to_owned());
        companion(&mut sql, "number", "__key")
            .push(" IN (")
            .arg_list([text_key(key), text_key(&usual)])
            .push(")");
        sql
    }
}

fn not_found(key: &str) -> base::Error {
    Refused::NotFound(Message::new("record-not-found").with("record", key)).into()
}
