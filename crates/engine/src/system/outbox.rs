//! The outbox: what happened, written in the same transaction as the change, read by jobs afterwards.
//! At least once, in the order of commits; whoever reads it must not mind a repetition.
//!
//! Each reader keeps its own [`Position`]; rows stay until they are older than anybody reads back. A
//! position counts marks: on SQLite the row's number, on PostgreSQL the writing transaction first, since
//! numbers are not given in the order of commits there.

use base::{Result, Timestamp, Uuid};
use store::{Dialect, Sql, Tx};

use crate::history::mark::HORIZON;

/// The statement that announces a change. The topic is `<type>.<action>`.
#[must_use]
pub fn statement(
    tenant: Uuid,
    record_type: &str,
    record: Uuid,
    change_id: Uuid,
    action: &str,
    at: Timestamp,
) -> Sql {
    Sql::new("INSERT INTO outbox (tenant, topic, record, record_type, change_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(tenant)
        .bind(format!("{record_type}.{action}"))
        .bind(record)
        .bind(record_type)
        .bind(change_id)
        .bind(at.micros())
}

/// How far somebody has read: everything at or before it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Transaction that wrote the row; always 0 on SQLite.
    pub mark: i64,
    /// Number of the row.
    pub seq: i64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where it stands.
    pub position: Position,
    /// Tenant of the record.
    pub tenant: Uuid,
    /// `<type>.<action>`.
    pub topic: String,
    /// The record.
    pub record: Uuid,
    /// Name of its type.
    pub record_type: String,
    /// The change in the history.
    pub change_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// Events after a position, in the order of commits.
///
/// # Errors
/// A failure of the store.
pub fn after(tx: &mut Tx<'_>, position: Position, limit: i64) -> Result<Vec<Event>> {
    let columns =
        ", seq, tenant, topic, record, record_type, change_id, recorded_at FROM outbox WHERE ";
    let mut sql;
    match tx.dialect() {
        Dialect::Sqlite => {
            sql = Sql::new("SELECT 0");
            sql.push(columns)
                .push("seq > ")
                .arg(position.seq)
                .push(" ORDER BY seq LIMIT ");
        }
        Dialect::Postgres => {
            sql = Sql::new("SELECT transaction_mark");
            sql.push(columns);
            sql.push("(transaction_mark > ").arg(position.mark);
            sql.push(" OR (transaction_mark = ")
                .arg(position.mark)
                .push(" AND seq > ")
                .arg(position.seq);
            // Transactions that still run may put rows before those of others that have ended.
            sql.push(")) AND transaction_mark < ").push(HORIZON);
            sql.push(" ORDER BY transaction_mark, seq LIMIT ");
        }
    }
    sql.arg(limit);
    let rows = tx.query(&sql)?;
    rows.iter()
        .map(|row| {
            Ok(Event {
                position: Position {
                    mark: row.need_integer(0)?,
                    seq: row.need_integer(1)?,
                },
                tenant: row.need_uuid(2)?,
                topic: row.need_text(3)?.to_owned(),
                record: row.need_uuid(4)?,
                record_type: row.need_text(5)?.to_owned(),
                change_id: row.need_uuid(6)?,
                recorded_at: Timestamp::from_micros(row.need_integer(7)?),
            })
        })
        .collect()
}

/// Names under which the delivery's position is kept.
const KEPT: [&str; 2] = ["outbox_mark", "outbox_seq"];

/// Up to where jobs were made of events, locked until the transaction ends; nothing where another process
/// is at it.
///
/// # Errors
/// A failure of the store.
pub fn lock_delivered(tx: &mut Tx<'_>) -> Result<Option<Position>> {
    let [mark, seq] = KEPT;
    let first = |name: &str| {
        Sql::new("INSERT INTO meta (name, number) VALUES (?, 0) ON CONFLICT (name) DO NOTHING")
            .bind(name)
    };
    let mut select = Sql::new("SELECT number FROM meta WHERE name = ");
    select.arg(mark).push(tx.dialect().skip_locked());
    let mut locked = tx.query_optional(&select)?;
    if locked.is_none() && number(tx, mark)?.is_none() {
        tx.batch(&[first(mark), first(seq)])?;
        locked = tx.query_optional(&select)?;
    }
    let Some(row) = locked else { return Ok(None) };
    Ok(Some(Position {
        mark: row.need_integer(0)?,
        seq: number(tx, seq)?.unwrap_or_default(),
    }))
}

/// Up to where jobs were made of events.
///
/// # Errors
/// A failure of the store.
pub fn delivered(tx: &mut Tx<'_>) -> Result<Position> {
    let [mark, seq] = KEPT;
    Ok(Position {
        mark: number(tx, mark)?.unwrap_or_default(),
        seq: number(tx, seq)?.unwrap_or_default(),
    })
}

/// Remembers up to where jobs were made of events.
///
/// # Errors
/// A failure of the store.
pub fn set_delivered(tx: &mut Tx<'_>, position: Position) -> Result<()> {
    let [mark, seq] = KEPT;
    let set = |name: &str, number: i64| {
        Sql::new("UPDATE meta SET number = ? WHERE name = ?")
            .bind(number)
            .bind(name)
    };
    tx.batch(&[set(mark, position.mark), set(seq, position.seq)])?;
    Ok(())
}

/// How many events no job was made of yet.
///
/// # Errors
/// A failure of the store.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64> {
    let delivered = delivered(tx)?;
    let mut sql = Sql::new("SELECT COUNT(*) FROM outbox WHERE ");
    match tx.dialect() {
        Dialect::Sqlite => sql.push("seq > ").arg(delivered.seq),
        Dialect::Postgres => {
            sql.push("transaction_mark > ").arg(delivered.mark);
            sql.push(" OR (transaction_mark = ")
                .arg(delivered.mark)
                .push(" AND seq > ")
                .arg(delivered.seq)
                .push(")")
        }
    };
    Ok(tx.query_one(&sql)?.need_integer(0)?)
}

/// Takes away events that jobs were made of and that are older than anybody reads back.
///
/// # Errors
/// A failure of the store.
pub fn sweep(tx: &mut Tx<'_>, older_than: Timestamp) -> Result<u64> {
    let delivered = delivered(tx)?;
    let mut sql = Sql::new("DELETE FROM outbox WHERE recorded_at < ");
    sql.arg(older_than.micros());
    match tx.dialect() {
        Dialect::Sqlite => sql.push(" AND seq <= ").arg(delivered.seq),
        Dialect::Postgres => sql.push(" AND transaction_mark < ").arg(delivered.mark),
    };
    Ok(tx.execute(&sql)?)
}

fn number(tx: &mut Tx<'_>, name: &str) -> Result<Option<i64>> {
    let row = tx.query_optional(&Sql::new("SELECT number FROM meta WHERE name = ?").bind(name))?;
    Ok(row.map(|it| it.need_integer(0)).transpose()?)
}
