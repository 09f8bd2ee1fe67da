//! The sealer: binds all records' chains into one global chain of blocks, so that deleted tails and
//! whole records are noticed. Runs as a job, never inside the door, where it would be a global lock.
//!
//! Blocks cover marks `[from, to)`. On SQLite the mark is the row's sequence number, since its writer
//! is alone; on PostgreSQL it is the id of the writing transaction, since sequence order is not commit
//! order: every transaction below the oldest running one has ended.

use base::{Result, Timestamp};
use sha2::{Digest, Sha256};
use store::{Dialect, Sql, Tx};

use super::{GENESIS, mark};

/// Most rows of one block; more rows wait for the next run.
pub const MAX_ROWS: i64 = 10_000;

/// The newest block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Position, from 1.
    pub height: i64,
    /// First mark that is not covered.
    pub to_mark: i64,
    /// Hash of the block.
    pub hash: Vec<u8>,
}

/// As people keep it: the height, a colon, and the hash in hexadecimal digits.
impl std::fmt::Display for Block {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}", self.height, hex::encode(&self.hash))
    }
}

/// Whether the block of that height has that hash, in hexadecimal digits as it is printed. It proves something only where the chain verifies.
///
/// # Errors
/// A failure of the store.
pub fn is_part(tx: &mut Tx<'_>, height: i64, hash: &str) -> Result<bool> {
    let sql = Sql::new("SELECT hash FROM history_block WHERE height = ?");
    let found = tx.query_optional(&sql.bind(height))?;
    Ok(found.is_some_and(|it| it.need_bytes(0).is_ok_and(|it| hex::encode(it) == hash)))
}

/// Seals what was committed since the last block; `None` where there is nothing new.
pub fn seal(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Block>> {
    // Two sealers would write the same height; the second one fails on the primary key and tries later.
    let last = newest(tx)?;
    let from = last.as_ref().map_or(0, |it| it.to_mark);
    let Some(limit) = covered_to(tx, from)? else {
        return Ok(None);
    };
    let leaves = leaves(tx, from, limit)?;
    if leaves.is_empty() {
        return Ok(None);
    }
    let root = merkle_root(&leaves);
    let previous = last
        .as_ref()
        .map_or_else(|| GENESIS.to_vec(), |it| it.hash.clone());
    let height = last.map_or(0, |it| it.height) + 1;
    let rows = i64::try_from(leaves.len()).unwrap_or(i64::MAX);
    let hash = block_hash(height, from, limit, rows, &root, &previous);
    let insert = Sql::new(
        "INSERT INTO history_block (height, from_mark, to_mark, rows, root, previous, hash, sealed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    let values = insert
        .bind(height)
        .bind(from)
        .bind(limit)
        .bind(rows)
        .bind(root.to_vec())
        .bind(previous);
    tx.execute(&values.bind(hash.to_vec()).bind(now.micros()))?;
    Ok(Some(Block {
        height,
        to_mark: limit,
        hash: hash.to_vec(),
    }))
}

/// Whether anything was committed since the last block, without writing.
///
/// # Errors
/// A failure of the store.
pub fn is_due(tx: &mut Tx<'_>) -> Result<bool> {
    let from = newest(tx)?.map_or(0, |it| it.to_mark);
    Ok(covered_to(tx, from)?.is_some())
}

/// Hash of a block over its place, its root and its predecessor.
#[must_use]
pub fn block_hash(
    height: i64,
    from: i64,
    to: i64,
    rows: i64,
    root: &[u8],
    previous: &[u8],
) -> [u8; 32] {
    let mut hash = Sha256::new();
    for number in [height, from, to, rows] {
        hash.update(number.to_be_bytes());
    }
    hash.chain_update(root)
        .chain_update(previous)
        .finalize()
        .into()
}

/// Hashes of the rows with marks `[from, to)` in the order of the block.
pub fn leaves(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<[u8; 32]>> {
    let mark = mark::column(tx);
    let mut sql = Sql::new("SELECT hash FROM history WHERE ");
    sql.push(mark).push(" >= ").arg(from);
    sql.push(" AND ").push(mark).push(" < ").arg(to);
    sql.push(" ORDER BY ").push(mark).push(", seq");
    let mut leaves = Vec::new();
    for row in tx.query(&sql)? {
        let mut leaf = [0; 32];
        let stored = row.need_bytes(0)?;
        // A hash of another length is damage; a leaf of zeros makes the verifier say so.
        if stored.len() == leaf.len() {
            leaf.copy_from_slice(stored);
        }
        leaves.push(leaf);
    }
    Ok(leaves)
}

/// How many rows no block covers yet, where the newest one ends at that mark.
pub fn unsealed(tx: &mut Tx<'_>, mark_of_end: i64) -> Result<u64> {
    let mut sql = Sql::new("SELECT count(*) FROM history WHERE ");
    sql.push(mark::column(tx)).push(" >= ").arg(mark_of_end);
    Ok(u64::try_from(tx.query_one(&sql)?.need_integer(0)?).unwrap_or_default())
}

/// Whether rows lie before that mark, where the first block begins: none would ever cover them.
pub fn any_before(tx: &mut Tx<'_>, mark_of_begin: i64) -> Result<bool> {
    let mut sql = Sql::new("SELECT 1 FROM history WHERE ");
    sql.push(mark::column(tx))
        .push(" < ")
        .arg(mark_of_begin)
        .push(" LIMIT 1");
    Ok(tx.query_optional(&sql)?.is_some())
}

/// The mark up to which everything is committed, bounded so that a block stays small.
fn covered_to(tx: &mut Tx<'_>, from: i64) -> Result<Option<i64>> {
    let mark = mark::column(tx);
    let mut sql = Sql::new("SELECT MAX(mark) + 1 FROM (SELECT ");
    sql.push(mark).push(" AS mark FROM history WHERE ");
    sql.push(mark).push(" >= ").arg(from);
    if tx.dialect() == Dialect::Postgres {
        // A transaction's rows are never split between blocks, so the bound may be exceeded by one transaction.
        sql.push(" AND transaction_mark < ").push(mark::HORIZON);
    }
    sql.push(" ORDER BY ").push(mark).push(", seq LIMIT ");
    sql.arg(MAX_ROWS).push(") AS part");
    Ok(tx.query_one(&sql)?.integer(0)?)
}

fn newest(tx: &mut Tx<'_>) -> Result<Option<Block>> {
    let sql =
        Sql::new("SELECT height, to_mark, hash FROM history_block ORDER BY height DESC LIMIT 1");
    let Some(row) = tx.query_optional(&sql)? else {
        return Ok(None);
    };
    Ok(Some(Block {
        height: row.need_integer(0)?,
        to_mark: row.need_integer(1)?,
        hash: row.need_bytes(2)?.to_vec(),
    }))
}

/// Merkle root as RFC 6962 section 2.1 builds it: leaves and nodes have different prefixes.
#[must_use]
pub fn merkle_root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::new()
            .chain_update([0])
            .chain_update(leaf)
            .finalize()
            .into(),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            let mut node = Sha256::new();
            node.update([1]);
            node.update(merkle_root(left));
            node.update(merkle_root(right));
            node.finalize().into()
        }
    }
}
