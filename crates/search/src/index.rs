//! The index in the database: one entry per record, written in the transaction of the record itself.
//!
//! SQLite keeps the words in an FTS5 table without content, whose tokenizer takes our words as they are;
//! PostgreSQL in a `tsvector` that we write ourselves. On SQLite an entry's number grows with the day on which
//! the record was opened, so that the index itself gives the newest first, also after an import of the past.

use base::{Timestamp, Uuid};
use store::{ColumnKind, Dialect, Migration, Sql};

use crate::document::Document;
use crate::question::Question;
use crate::run::Open;

/// The tables. `ascii` splits at blanks and changes nothing: our words have neither signs nor capitals.
pub const MIGRATION: Migration = Migration::new(
    2,
    "search",
    "CREATE TABLE search_layout (
        tenant {uuid} NOT NULL, record_type {text} NOT NULL, layout {integer} NOT NULL,
        PRIMARY KEY (tenant, record_type)){strict};",
)
.with_native(
    "CREATE TABLE search_entry (
        id INTEGER PRIMARY KEY, record BLOB NOT NULL, tenant BLOB NOT NULL, record_type TEXT NOT NULL,
        layout INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT;
     CREATE UNIQUE INDEX search_entry_record ON search_entry (record);
     CREATE VIRTUAL TABLE search_text USING fts5(
        title, text, content='', contentless_delete=1, tokenize='ascii');",
    "CREATE TABLE search_entry (
        record UUID NOT NULL PRIMARY KEY, tenant UUID NOT NULL, record_type TEXT COLLATE \"C\" NOT NULL,
        layout BIGINT NOT NULL, digest BIGINT NOT NULL, opened_at BIGINT NOT NULL, words TSVECTOR NOT NULL);
     CREATE INDEX search_entry_words ON search_entry USING gin (words);
     CREATE INDEX search_entry_opened ON search_entry (opened_at DESC, record DESC);",
);

/// Entries of one day on SQLite: 16 million.
const DAY_BITS: u32 = 24;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Weights of words in titles and in other text.
const RANK_FTS5: &str = "CAST(bm25(search_text, 8.0, 1.0) * -1000000 AS INTEGER)";

/// What the index knows of a record besides its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The record.
    pub record: Uuid,
    /// Its tenant.
    pub tenant: Uuid,
    /// Name of its type.
    pub record_type: &'a str,
    /// How its text is parted into classes.
    pub layout: i64,
    /// When it was opened; never changes.
    pub opened_at: Timestamp,
}

/// The statements that put a record into the index, or put it there anew.
#[must_use]
pub fn put(dialect: Dialect, entry: &Entry<'_>, document: &Document) -> Vec<Sql> {
    let opened = entry.opened_at.micros();
    let mut sql = Sql::new("INSERT INTO search_entry (record, tenant, record_type, layout, digest");
    let values = |sql: &mut Sql| {
        sql.arg(entry.record)
            .push(", ")
            .arg(entry.tenant)
            .push(", ");
        sql.arg(entry.record_type).push(", ").arg(entry.layout);
        sql.push(", ").arg(document.digest());
    };
    let again =
        " ON CONFLICT (record) DO UPDATE SET layout = excluded.layout, digest = excluded.digest";
    match dialect {
        Dialect::Sqlite => {
            let day = opened.div_euclid(MICROS_PER_DAY).max(0) << DAY_BITS;
            sql.push(", id) VALUES (");
            values(&mut sql);
            sql.push(", COALESCE((SELECT MAX(id) + 1 FROM search_entry WHERE id >= ")
                .arg(day)
                .push(" AND id < ")
                .arg(day + (1 << DAY_BITS))
                .push("), ")
                .arg(day)
                .push("))")
                .push(again);
            let (title, text) = document.to_columns();
            // Not from a SELECT, which would begin a savepoint of its own.
            let words = Sql::new(
                "INSERT OR REPLACE INTO search_text (rowid, title, text) \
                 VALUES ((SELECT id FROM search_entry WHERE record = ?), ?, ?)",
            );
            let words = words.bind(entry.record).bind(title).bind(text);
            vec![sql.late(), words.late()]
        }
        Dialect::Postgres => {
            sql.push(", opened_at, words) VALUES (");
            values(&mut sql);
            sql.push(", ").arg(opened).push(", CAST(");
            sql.typed_arg(ColumnKind::Text, document.to_vector());
            sql.push(" AS tsvector))").push(again);
            sql.push(", words = excluded.words");
            vec![sql]
        }
    }
}

/// The statements that take a record out of the index.
#[must_use]
pub fn remove(dialect: Dialect, record: Uuid) -> Vec<Sql> {
    let entry = Sql::new("DELETE FROM search_entry WHERE record = ?").bind(record);
    let words =
        "DELETE FROM search_text WHERE rowid = (SELECT id FROM search_entry WHERE record = ?)";
    match dialect {
        Dialect::Sqlite => vec![Sql::new(words).bind(record).late(), entry.late()],
        Dialect::Postgres => vec![entry],
    }
}

/// Which rows may be found.
#[derive(Clone, Debug)]
pub struct Rows {
    /// `WITH …`, where the condition needs it.
    pub with: Sql,
    /// `… AS r`: where the condition's columns are.
    pub table: Sql,
    /// What holds for the rows.
    pub condition: Sql,
    /// Whether the condition names few rows, which are better looked up first.
    pub are_few: bool,
}

impl Open {
    /// One of these parts of rows, and in documents of which layouts.
    fn condition(&self, with_layouts: bool) -> Sql {
        let mut sql = Sql::new("(");
        for (index, part) in self.parts.iter().enumerate() {
            sql.push(if index > 0 { " OR (" } else { "(" });
            sql.append(part.rows.condition.clone());
            if with_layouts {
                sql.push(" AND e.layout IN (")
                    .arg_list(part.layout_ids.iter().copied())
                    .push(")");
            }
            sql.push(")");
        }
        sql.push(")");
        sql
    }
}

/// The statement for the newest of these rows that a question finds, as the database wants it: record, type,
/// place, rank.
#[must_use]
pub(crate) fn find(
    dialect: Dialect,
    open: &Open,
    question: &Question<'_>,
    after: Option<Uuid>,
    most: usize,
) -> Sql {
    let Some(first) = open.parts.first() else {
        return Sql::new("SELECT 1 WHERE 1 = 0");
    };
    let mut sql = first.rows.with.clone();
    match dialect {
        Dialect::Sqlite => {
            let words = question.words_for_fts5();
            // Every document has the word of its layout, which makes it slow to look for and to rank by.
            let condition = open.condition(words.is_some() || open.parts.len() > 1);
            sql.push("SELECT e.record, e.record_type, e.id, ")
                .push(RANK_FTS5);
            let table = first.rows.table.clone();
            if first.rows.are_few || words.is_none() {
                sql.push(" FROM ").append(table);
                sql.push(" JOIN search_entry AS e ON e.record = r.id JOIN search_text ON search_text.rowid = e.id");
            } else {
                // In this order: the words find fewer rows than the rights.
                sql.push(" FROM search_text CROSS JOIN search_entry AS e ON e.id = search_text.rowid CROSS JOIN ");
                sql.append(table).push(" ON r.id = e.record");
            }
            sql.push(" WHERE ")
                .append(condition)
                .push(" AND search_text MATCH ")
                .arg(words.unwrap_or_else(|| question.to(dialect)));
            if let Some(record) = after {
                sql.push(" AND search_text.rowid < (SELECT id FROM search_entry WHERE record = ")
                    .arg(record)
                    .push(")");
            }
            sql.push(" ORDER BY search_text.rowid DESC LIMIT ");
        }
        Dialect::Postgres => {
            let asked = |sql: &mut Sql| {
                sql.push("CAST(")
                    .typed_arg(ColumnKind::Text, question.to(dialect))
                    .push(" AS tsquery)");
            };
            sql.push("SELECT e.record, e.record_type, e.opened_at, CAST(ts_rank(e.words, ");
            asked(&mut sql);
            sql.push(", 1) * 1000000 AS BIGINT) FROM ");
            sql.append(first.rows.table.clone())
                .push(" JOIN search_entry AS e ON e.record = r.id WHERE ");
            let several = open.parts.len() > 1;
            sql.append(open.condition(several)).push(" AND e.words @@ ");
            asked(&mut sql);
            if let Some(record) = after {
                sql.push(" AND (e.opened_at, e.record) < (SELECT opened_at, record FROM search_entry WHERE record = ")
                    .arg(record)
                    .push(")");
            }
            sql.push(" ORDER BY e.opened_at DESC, e.record DESC LIMIT ");
        }
    }
    sql.arg(i64::try_from(most).unwrap_or(i64::MAX));
    sql
}

/// The statement for the number of documents that a question finds, as far as that many.
#[must_use]
pub fn frequency(dialect: Dialect, question: &str, most: i64) -> Sql {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT ");
    match dialect {
        Dialect::Sqlite => sql
            .push("rowid FROM search_text WHERE search_text MATCH ")
            .arg(question),
        Dialect::Postgres => sql
            .push("record FROM search_entry WHERE words @@ CAST(")
            .typed_arg(ColumnKind::Text, question)
            .push(" AS tsquery)"),
    };
    sql.push(" LIMIT ").arg(most).push(") AS found");
    sql
}

/// The statement for what the index is known to hold completely: type and layout.
#[must_use]
pub fn layouts(tenant: Uuid) -> Sql {
    Sql::new("SELECT record_type, layout FROM search_layout WHERE tenant = ?").bind(tenant)
}

/// The statement that notes that all records of a type are in the index with that layout.
#[must_use]
pub fn set_layout(tenant: Uuid, record_type: &str, layout: i64) -> Sql {
    let sql = Sql::new(
        "INSERT INTO search_layout (tenant, record_type, layout) VALUES (?, ?, ?) \
         ON CONFLICT (tenant, record_type) DO UPDATE SET layout = excluded.layout",
    );
    sql.bind(tenant).bind(record_type).bind(layout)
}

/// The statement for records of a table that are not in the index with that layout, in the order of their ids
/// after that one.
#[must_use]
pub fn outdated(tenant: Uuid, table: &str, layout: i64, after: Option<Uuid>, most: i64) -> Sql {
    let mut sql = Sql::new("SELECT r.id FROM ");
    sql.identifier(table)
        .push(" AS r LEFT JOIN search_entry AS e ON e.record = r.id AND e.layout = ")
        .arg(layout)
        .push(" WHERE e.record IS NULL AND r.deleted_at IS NULL AND r.tenant = ")
        .arg(tenant);
    if let Some(after) = after {
        sql.push(" AND r.id > ").arg(after);
    }
    sql.push(" ORDER BY r.id LIMIT ").arg(most);
    sql
}

/// The statements that empty the index, so that it is built anew.
#[must_use]
pub fn clear(dialect: Dialect) -> Vec<Sql> {
    let mut all = vec![
        Sql::new("DELETE FROM search_layout"),
        Sql::new("DELETE FROM search_entry"),
    ];
    if dialect == Dialect::Sqlite {
        all.push(Sql::new(
            "INSERT INTO search_text (search_text) VALUES ('delete-all')",
        ));
    }
    all
}
