//! The engine's tables, and the tables that follow from the dictionary.
//!
//! What only adds is described as tables and applied at start; everything else is a numbered
//! migration that is never edited once released.

mod engine_tables;
mod notation;
mod record_tables;
mod snapshot;

use base::{Error, Ids, Result};
use dictionary::Dictionary;
use store::{Migration, Sql, Store, TableDef, Tx};

pub use record_tables::stored_fields;
pub use record_tables::type_table;
pub(crate) use record_tables::{has_index, unique_index};
pub(crate) use snapshot::load_worlds;

use crate::history::mark::follow_cluster;
use crate::system;

/// The type whose tree decides which settings and role scopes apply.
pub(crate) const ORGANISATION: &str = "organisation";
/// Its field that names the organisation above.
pub(crate) const PARENT: &str = "parent";

/// Numbered steps. Released steps are never edited.
pub const MIGRATIONS: &[Migration] = &[HISTORY, search::index::MIGRATION, SPINE_BY_TIME];

/// Lists across types go by time alone; the index by type and time is of no more use.
const SPINE_BY_TIME: Migration = Migration::new(
    3,
    "spine by time",
    "DROP INDEX IF EXISTS record_type_created;",
);

const HISTORY: Migration = Migration::new(
    1,
    "history, journal, outbox",
    "CREATE TABLE history (
        seq {identity}, tenant {uuid} NOT NULL, record {uuid} NOT NULL, record_type {text} NOT NULL,
        version {integer} NOT NULL, change_id {uuid} NOT NULL, unit_id {uuid} NOT NULL, cause {uuid},
        actor {uuid} NOT NULL, on_behalf_of {uuid}, surface {text} NOT NULL, action {text} NOT NULL,
        mode {text} NOT NULL, reason {text}, recorded_at {integer} NOT NULL, effective_at {integer} NOT NULL,
        rule_trace {text}, format {integer} NOT NULL,
        previous {bytes} NOT NULL, hash {bytes} NOT NULL){strict};
     CREATE UNIQUE INDEX history_record ON history (record, version);
     CREATE UNIQUE INDEX history_change ON history (change_id);
     CREATE INDEX history_unit ON history (unit_id);
     CREATE TABLE outbox (
        seq {identity}, tenant {uuid} NOT NULL, topic {text} NOT NULL, record {uuid} NOT NULL,
        record_type {text} NOT NULL, change_id {uuid} NOT NULL, recorded_at {integer} NOT NULL){strict};",
)
.with_native(
    "",
    // Rows of transactions that are still open have a mark at or above the oldest running one.
    "ALTER TABLE history ADD COLUMN transaction_mark BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
     CREATE INDEX history_mark ON history (transaction_mark, seq);
     ALTER TABLE outbox ADD COLUMN transaction_mark BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
     CREATE INDEX outbox_mark ON outbox (transaction_mark, seq);",
);

/// Brings engine tables and built-in types up to date and returns the key that seals cursors.
pub fn prepare(store: &Store, built_in: &Dictionary, ids: &dyn Ids) -> Result<[u8; 32]> {
    let failed = |error| Error::failed("the database could not be prepared", error);
    store.migrate(MIGRATIONS).map_err(failed)?;
    let mut tables = engine_tables::all();
    tables.extend(system::tables());
    tables.push(record_tables::spine_table());
    store.apply_tables(&tables).map_err(failed)?;
    apply_dictionary(store, built_in)?;
    let mut fresh = [0; 32];
    ids.fill(&mut fresh);
    let key = store.write_blocking(move |tx| first_meta(tx, fresh))?;
    follow_cluster(store)?;
    Ok(key)
}

/// Adds tables, columns, indexes and number sequences that the dictionary needs.
pub fn apply_dictionary(store: &Store, dictionary: &Dictionary) -> Result<()> {
    let tables: Vec<TableDef> = dictionary.types().map(|it| type_table(it)).collect();
    store
        .apply_tables(&tables)
        .map_err(|error| Error::failed("the tables of the types could not be made", error))?;
    let numbered: Vec<String> = dictionary
        .types()
        .filter(|it| it.number.is_some())
        .map(|it| it.name.clone())
        .collect();
    store.write_blocking(move |tx| {
        for name in &numbered {
            tx.ensure_sequence(name)?;
        }
        Ok(())
    })
}

fn first_meta(tx: &mut Tx<'_>, fresh_key: [u8; 32]) -> Result<[u8; 32]> {
    tx.batch(&[
        Sql::new(
            "INSERT INTO meta (name, number) VALUES ('version', 1) ON CONFLICT (name) DO NOTHING",
        ),
        Sql::new(
            "INSERT INTO meta (name, bytes) VALUES ('seal_key', ?) ON CONFLICT (name) DO NOTHING",
        )
        .bind(fresh_key.to_vec()),
    ])?;
    let row = tx.query_one(&Sql::new("SELECT bytes FROM meta WHERE name = 'seal_key'"))?;
    let mut key = [0; 32];
    let stored = row.need_bytes(0)?;
    if stored.len() != key.len() {
        return Err(Error::failed(
            "the key that seals cursors is damaged",
            "wrong length",
        ));
    }
    key.copy_from_slice(stored);
    Ok(key)
}
