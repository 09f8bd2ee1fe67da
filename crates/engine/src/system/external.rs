//! What imports remember: under which key a source knows a record, how far its log was replayed, and how
//! far a file was read.
//!
//! Ordinary tables beside the records, written in the transaction of the rows they speak of. Nothing here
//! asks for permission or writes a record.

use std::collections::{BTreeSet, HashMap, HashSet};

use base::{Result, Timestamp, Uuid, text_key};
use dictionary::TypeDef;
use store::{Dialect, Row, Sql, SqlValue};

use crate::unit::Unit;

/// Most values in one statement; longer lists are asked in parts.
const PART: usize = 500;

/// A record as a source knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalKey {
    /// Name of the source.
    pub source: String,
    /// Name of the type.
    pub record_type: String,
    /// Key in the source, unique within source and type.
    pub key: String,
    /// The record.
    pub record: Uuid,
    /// How many events of the record's log were replayed.
    pub position: i64,
}

impl Unit<'_, '_> {
    /// Records that a source knows by these keys, with the number of events replayed; others are left out.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn external_keys(
        &mut self,
        source: &str,
        record_type: &str,
        keys: &[&str],
    ) -> Result<HashMap<String, (Uuid, i64)>> {
        let sql = Sql::new(
            "SELECT key, record, position FROM external_key \
             WHERE tenant = ? AND source = ? AND record_type = ? AND key IN (",
        );
        let sql = sql.bind(self.ctx.tenant).bind(source).bind(record_type);
        let rows = self.in_parts(&sql, keys, ")")?;
        let known = |row: &Row| {
            let known = (row.need_uuid(1)?, row.need_integer(2)?);
            Ok((row.need_text(0)?.to_owned(), known))
        };
        rows.iter().map(known).collect()
    }

    /// Remembers keys, or how far the logs of known ones were replayed.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn remember_external_keys(&mut self, keys: &[ExternalKey]) -> Result<()> {
        let statements: Vec<Sql> = keys
            .iter()
            .map(|it| {
                let sql = Sql::new(
                    "INSERT INTO external_key (tenant, source, record_type, key, record, position) VALUES (?, ?, ?, ?, ?, ?) \
                     ON CONFLICT (tenant, source, record_type, key) DO UPDATE SET position = excluded.position, record = excluded.record",
                );
                sql.bind(self.ctx.tenant)
                    .bind(it.source.as_str())
                    .bind(it.record_type.as_str())
                    .bind(it.key.as_str())
                    .bind(it.record)
                    .bind(it.position)
            })
            .collect();
        self.tx.batch(&statements)?;
        Ok(())
    }

    /// Records of a type whose text field holds one of these texts, by the key of the text. Of several
    /// the one that was made first counts.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn records_by_text(
        &mut self,
        record_type: &TypeDef,
        field: &str,
        texts: &[&str],
    ) -> Result<HashMap<String, Uuid>> {
        let mut found = HashMap::with_capacity(texts.len());
        let Some(field) = record_type
            .field(field)
            .filter(|it| it.kind.is_keyed_text())
        else {
            return Ok(found);
        };
        let column = format!("{}__key", field.column);
        let keys: Vec<String> = texts.iter().map(|it| text_key(it)).collect();
        let mut sql = Sql::new("SELECT id, ");
        sql.identifier(&column)
            .push(" FROM ")
            .identifier(&record_type.table);
        sql.push(" WHERE tenant = ")
            .arg(self.ctx.tenant)
            .push(" AND deleted_at IS NULL AND ")
            .identifier(&column)
            .push(" IN (");
        for row in self.in_parts(&sql, &keys, ") ORDER BY id")? {
            found
                .entry(row.need_text(1)?.to_owned())
                .or_insert(row.need_uuid(0)?);
        }
        Ok(found)
    }

    /// Those of the ids that are records of this tenant, deleted ones among them: changing those is refused, row
    /// by row.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn existing_records(&mut self, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
        let sql = Sql::new("SELECT id FROM record WHERE tenant = ? AND id IN (");
        let rows = self.in_parts(&sql.bind(self.ctx.tenant), ids, ")")?;
        rows.iter().map(|it| Ok(it.need_uuid(0)?)).collect()
    }

    /// Those of the ids that are entries of the journal, with their records.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn journal_entries(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
        let sql = Sql::new("SELECT id, record FROM journal WHERE id IN (");
        let rows = self.in_parts(&sql, ids, ")")?;
        let entry = |row: &Row| Ok((row.need_uuid(0)?, row.need_uuid(1)?));
        rows.iter().map(entry).collect()
    }

    /// Locks many records at once, in the order of their ids; what follows in this unit needs no further lock.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn lock_records(&mut self, ids: impl IntoIterator<Item = Uuid>) -> Result<()> {
        let wanted: BTreeSet<Uuid> = ids
            .into_iter()
            .filter(|it| !self.memory.locked.contains(it))
            .collect();
        if self.tx.dialect() == Dialect::Sqlite || wanted.is_empty() {
            return Ok(());
        }
        let all: Vec<Uuid> = wanted.iter().copied().collect();
        let sql = Sql::new("SELECT id FROM record WHERE id IN (");
        self.in_parts(&sql, &all, ") ORDER BY id FOR UPDATE")?;
        self.memory.locked.extend(wanted);
        Ok(())
    }

    /// The rows of a statement that ends in a list, whose members are asked for in parts.
    fn in_parts<V: Clone + Into<SqlValue>>(
        &mut self,
        start: &Sql,
        members: &[V],
        end: &'static str,
    ) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for part in members.chunks(PART) {
            let mut sql = start.clone();
            sql.arg_list(padded(part)).push(end);
            rows.extend(self.tx.query(&sql)?);
        }
        Ok(rows)
    }

    /// The same file may be imported into several tenants.
    fn own(&self, digest: &str) -> String {
        format!("{}:{digest}", self.ctx.tenant)
    }

    /// The line up to which a file was imported, by its digest.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn import_checkpoint(&mut self, digest: &str) -> Result<Option<u64>> {
        let sql =
            Sql::new("SELECT line FROM import_checkpoint WHERE digest = ?").bind(self.own(digest));
        let Some(row) = self.tx.query_optional(&sql)? else {
            return Ok(None);
        };
        Ok(Some(
            u64::try_from(row.need_integer(0)?).unwrap_or_default(),
        ))
    }

    /// Remembers up to which line a file was imported.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn set_import_checkpoint(&mut self, digest: &str, line: u64, now: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "INSERT INTO import_checkpoint (digest, line, changed_at) VALUES (?, ?, ?) \
             ON CONFLICT (digest) DO UPDATE SET line = excluded.line, changed_at = excluded.changed_at",
        );
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        self.tx
            .execute(&sql.bind(self.own(digest)).bind(line).bind(now.micros()))?;
        Ok(())
    }
}

/// The values, filled up with the last one to one of a few lengths, so that few statements are prepared.
fn padded<V: Clone + Into<SqlValue>>(values: &[V]) -> Vec<V> {
    let length = [1, 10, 50, 200]
        .into_iter()
        .find(|it| *it >= values.len())
        .unwrap_or(PART);
    let mut all = values.to_vec();
    if let Some(last) = values.last() {
        all.resize(length.max(values.len()), last.clone());
    }
    all
}
