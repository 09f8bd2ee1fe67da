//! Following the chain of blocks: each root recomputed from the rows under it.

use base::Result;
use store::{Sql, Tx};

use crate::{Damage, Verdict};
use engine::history::GENESIS;
use engine::history::seal::{Block, any_before, block_hash, leaves, merkle_root, unsealed};

/// Blocks of one part; each has some ten thousand rows at most.
const PART: i64 = 20;

/// How far the chain was followed.
#[derive(Clone)]
pub(super) struct Chain {
    height: i64,
    mark: i64,
    hash: Vec<u8>,
    pub is_done: bool,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            height: 0,
            mark: 0,
            hash: GENESIS.to_vec(),
            is_done: false,
        }
    }
}

/// Follows the chain for some blocks, and at its end counts what no block covers.
pub(super) fn follow(tx: &mut Tx<'_>, from: &Chain) -> Result<(Verdict, Chain)> {
    let sql = Sql::new(
        "SELECT height, from_mark, to_mark, rows, root, previous, hash FROM history_block \
         WHERE height > ? ORDER BY height LIMIT ?",
    );
    let rows = tx.query(&sql.bind(from.height).bind(PART))?;
    let (mut verdict, mut chain) = (Verdict::default(), from.clone());
    if chain.height == 0 && any_before(tx, chain.mark)? {
        let what = "rows lie before it, where no block covers them";
        verdict.tell(None, Damage::Block { height: 1, what });
    }
    for row in &rows {
        let height = row.need_integer(0)?;
        let (from, to, count) = (
            row.need_integer(1)?,
            row.need_integer(2)?,
            row.need_integer(3)?,
        );
        let (root, previous) = (row.need_bytes(4)?, row.need_bytes(5)?);
        let leaves = leaves(tx, from, to)?;
        for (fits, what) in [
            (
                height == chain.height + 1 && from == chain.mark && previous == chain.hash,
                "it does not follow its predecessor",
            ),
            (
                i64::try_from(leaves.len()) == Ok(count) && merkle_root(&leaves) == *root,
                "rows under it were changed, added or removed",
            ),
            (
                block_hash(height, from, to, count, root, previous) == *row.need_bytes(6)?,
                "its hash does not fit its content",
            ),
        ] {
            if !fits {
                verdict.tell(None, Damage::Block { height, what });
            }
        }
        verdict.blocks += 1;
        chain = Chain {
            height,
            mark: to,
            hash: row.need_bytes(6)?.to_vec(),
            is_done: false,
        };
    }
    chain.is_done = i64::try_from(rows.len()).is_ok_and(|found| found < PART);
    if chain.is_done {
        verdict.unsealed = unsealed(tx, chain.mark)?;
        verdict.seal = (chain.height > 0).then(|| Block {
            height: chain.height,
            to_mark: chain.mark,
            hash: chain.hash.clone(),
        });
    }
    Ok((verdict, chain))
}
