//! What the records are called that a page refers to: one query per page, over the spine.

use std::collections::{BTreeSet, HashMap};

use base::{Result, Uuid};
use dictionary::filter::Scope;
use dictionary::{FieldDef, Value, spine};
use store::{Sql, Tx};

use super::compile::{ROW, Table, column, known};
use super::source::Finder;
use super::visible::{Title, Titles, Visible};

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
pub(super) fn load(tx: &mut Tx<'_>, finder: &Finder<'_>, ids: &BTreeSet<Uuid>) -> Result<Titles> {
    let mut titles = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(Titles::default());
    }
    let scope = Scope::spine(&finder.ctx.snapshot.dictionary);
    let shown: Vec<&FieldDef> = [spine::TITLE, spine::NUMBER]
        .iter()
        .filter_map(|name| scope.record_type.field(name))
        .collect();
    let rows = finder.rights.rows(&scope, &shown)?;
    let all: Vec<Uuid> = ids.iter().copied().collect();
    for chunk in all.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT ");
        for (index, name) in ["id", "record_type", spine::NUMBER, spine::TITLE]
            .iter()
            .enumerate()
        {
            sql.push(if index > 0 { ", " } else { "" });
            column(&mut sql, name);
        }
        sql.push(" FROM \"record\" AS ")
            .identifier(ROW)
            .push(" WHERE ");
        column(&mut sql, "tenant")
            .push(" = ")
            .arg(finder.ctx.tenant)
            .push(" AND ");
        column(&mut sql, "id")
            .push(" IN (")
            .append(known(chunk))
            .push(")");
        if !rows.is_always() {
            sql.push(" AND ")
                .append(finder.compiler().grant(&rows, &scope, Table::of(&scope))?);
        }
        for row in tx.query(&sql)? {
            let title = Title {
                record_type: row.need_text(1)?.to_owned(),
                number: row.text(2)?.map(str::to_owned),
                title: row.text(3)?.unwrap_or_default().to_owned(),
            };
            titles.insert(row.need_uuid(0)?, title);
        }
    }
    Ok(Titles(titles))
}
