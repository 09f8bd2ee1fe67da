//! What imports remember: under which key a source knows a record, how far its log was replayed, and how
//! far a file was read.
//!
//! Ordinary tables beside the records, written in the transaction of the rows they speak of. Nothing here
//! asks for permission or writes a record.

use std::collections::{BTreeSet, HashMap, HashSet};

use base::{Result, Timestamp, Uuid, text_key};
use dictionary::TypeDef;
use store::{Dialect, Sql, SqlValue};

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
        let mut found = HashMap::with_capacity(keys.len());
        for part in keys.chunks(PART) {
            let mut sql =
                Sql::new("SELECT key, record, position FROM external_key WHERE tenant = ");
            sql.arg(self.ctx.tenant)
                .push(" AND source = ")
                .arg(source)
                .push(" AND record_type = ")
                .arg(record_type);
            sql.push(" AND key IN (").arg_list(padded(part)).push(")");
            for row in self.tx.query(&sql)? {
                found.insert(
                    row.need_text(0)?.to_owned(),
                    (row.need_uuid(1)?, row.need_integer(2)?),
                );
            }
        }
        Ok(found)
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
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        for part in keys.chunks(PART) {
            let mut sql = Sql::new("SELECT id, ");
            sql.identifier(&column)
                .push(" FROM ")
                .identifier(&record_type.table);
            sql.push(" WHERE tenant = ")
                .arg(self.ctx.tenant)
                .push(" AND deleted_at IS NULL AND ")
                .identifier(&column);
            sql.push(" IN (")
                .arg_list(padded(part))
                .push(") ORDER BY id");
            for row in self.tx.query(&sql)? {
                found
                    .entry(row.need_text(1)?.to_owned())
                    .or_insert(row.need_uuid(0)?);
            }
        }
        Ok(found)
    }

    /// Those of the ids that are records of this tenant, deleted ones among them: changing those is refused, row
    /// by row.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn existing_records(&mut self, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
        let mut found = HashSet::with_capacity(ids.len());
        for part in ids.chunks(PART) {
            let mut sql = Sql::new("SELECT id FROM record WHERE tenant = ");
            sql.arg(self.ctx.tenant)
                .push(" AND id IN (")
                .arg_list(padded(part))
                .push(")");
            for row in self.tx.query(&sql)? {
                found.insert(row.need_uuid(0)?);
            }
        }
        Ok(found)
    }

    /// Those of the ids that are entries of the journal, with their records.
    ///
    /// # Errors
    /// A failure of the store.
    pub fn journal_entries(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
        let mut found = HashMap::new();
        for part in ids.chunks(PART) {
            let mut sql = Sql::new("SELECT id, record FROM journal WHERE id IN (");
            sql.arg_list(padded(part)).push(")");
            for row in self.tx.query(&sql)? {
                found.insert(row.need_uuid(0)?, row.need_uuid(1)?);
            }
        }
        Ok(found)
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
        let wanted: Vec<Uuid> = wanted.into_iter().collect();
        for part in wanted.chunks(PART) {
            let mut sql = Sql::new("SELECT id FROM record WHERE id IN (");
            sql.arg_list(padded(part)).push(") ORDER BY id");
            sql.push(self.tx.dialect().for_update());
            self.tx.query(&sql)?;
            self.memory.locked.extend(part);
        }
        Ok(())
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
