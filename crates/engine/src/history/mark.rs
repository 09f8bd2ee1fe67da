//! Commit marks: numbers that say in which order changes were committed.
//!
//! On SQLite, whose writer is alone, a row's mark is its sequence number. On PostgreSQL it is the id of the
//! writing transaction and an offset, which is nothing until the database is restored into another cluster:
//! that one counts its transactions anew, and the marks must go on where they were. Marks are never
//! changed, since blocks are hashed over them.

use base::{Error, Result};
use store::{Dialect, Sql, Store, StoreError, Tx};

/// On PostgreSQL: all transactions with a mark below have ended.
pub(crate) const HORIZON: &str = "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) \
     + COALESCE((SELECT number FROM meta WHERE name = 'mark_offset'), 0)";

/// The highest mark that is known, and the one that the next transaction would get.
const HIGHEST_AND_NEXT: &str = "SELECT GREATEST((SELECT MAX(transaction_mark) FROM history), \
     (SELECT MAX(transaction_mark) FROM outbox), (SELECT MAX(to_mark) - 1 FROM history_block), \
     (SELECT number FROM meta WHERE name = 'outbox_mark'), 0), \
     CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT) \
     + COALESCE((SELECT number FROM meta WHERE name = 'mark_offset'), 0)";

/// Gives new rows marks with the offset. A default cannot look into a table, so the number is written into it.
const USE_OFFSET: &str = "DO 'DECLARE name text; BEGIN FOREACH name IN ARRAY ARRAY[''history'', ''outbox''] LOOP \
     EXECUTE format(''ALTER TABLE %I ALTER COLUMN transaction_mark SET DEFAULT (pg_current_xact_id()::text::bigint + %s)'', \
     name, (SELECT number FROM meta WHERE meta.name = ''mark_offset'')); END LOOP; END'";

/// The column with the mark of a row of the history.
pub(super) fn column(tx: &Tx<'_>) -> &'static str {
    match tx.dialect() {
        Dialect::Sqlite => "seq",
        Dialect::Postgres => "transaction_mark",
    }
}

/// Lets marks go on where they were, if the database knows marks that its cluster has not reached: it was
/// restored from another one. What is written would never be sealed or told otherwise.
pub(crate) fn follow_cluster(store: &Store) -> Result<()> {
    if store.dialect() == Dialect::Sqlite || store.read_blocking(missing)? == 0 {
        return Ok(());
    }
    let raised = store.write_blocking(|tx| -> Result<i64, StoreError> {
        // Of several processes that start at once, one does it.
        tx.query(&Sql::new(
            "SELECT number FROM meta WHERE name = 'version' FOR UPDATE",
        ))?;
        let missing = missing(tx)?;
        if missing > 0 {
            let raise = Sql::new(
                "INSERT INTO meta (name, number) VALUES ('mark_offset', ?) \
                 ON CONFLICT (name) DO UPDATE SET number = meta.number + excluded.number",
            );
            tx.execute(&raise.bind(missing))?;
            tx.execute(&Sql::new(USE_OFFSET))?;
        }
        Ok(missing)
    });
    let raised = raised.map_err(|error| {
        let what = "the database comes from another PostgreSQL cluster, and its commit marks could not be carried on";
        Error::failed(what, error)
    })?;
    tracing::warn!(
        raised,
        "the database comes from another PostgreSQL cluster; commit marks go on where they were"
    );
    Ok(())
}

/// By how much the marks of this cluster must be raised.
fn missing(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let row = tx.query_one(&Sql::new(HIGHEST_AND_NEXT))?;
    let (highest, next) = (row.need_integer(0)?, row.need_integer(1)?);
    Ok(highest.saturating_add(1).saturating_sub(next).max(0))
}
