//! The verifier: recomputes every hash, holds what is stored now against the history, and says what does not fit.
//!
//! It goes over the records in parts, each in a transaction of its own, so that neither its memory nor its
//! statements grow with the database.

mod beside;
mod blocks;
mod rows;
mod walk;

use std::sync::Arc;

use base::{Result, Uuid};
use engine::history::seal::Block;
use engine::{Ctx, Engine};
use store::Sql;

/// Most damages that are told one by one; the others are counted.
pub const MOST_TOLD: usize = 1_000;
/// What begins a condition.
const WHERE: &str = " WHERE ";
/// Records of one part.
const PART: i64 = 500;

/// What the verifier found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows whose hash was recomputed.
    pub rows: u64,
    /// Records whose chain was walked.
    pub records: u64,
    /// Blocks recomputed.
    pub blocks: u64,
    /// Rows younger than the last block, not yet sealed.
    pub unsealed: u64,
    /// Changed fields of which only the digest is left: nothing can be held against them.
    pub erased: u64,
    /// The newest block. Kept elsewhere, it shows that nobody wrote the whole chain anew.
    pub seal: Option<Block>,
    /// What does not fit, up to [`MOST_TOLD`], and of no other tenant where it is for one.
    pub damage: Vec<Damage>,
    /// How much does not fit in all; nothing means intact.
    pub damages: usize,
    /// The tenant that it is for; nothing means whoever has the whole house.
    reader: Option<Uuid>,
}

impl Verdict {
    /// Counts a damage, and names it where the reader may know of it. Blocks are nobody's own.
    fn tell(&mut self, tenant: Option<Uuid>, damage: Damage) {
        self.damages += 1;
        let is_foreign = self
            .reader
            .is_some_and(|it| tenant.is_some_and(|of| of != it));
        if !is_foreign && self.damage.len() < MOST_TOLD {
            self.damage.push(damage);
        }
    }

    fn extend(&mut self, part: Self) {
        self.rows += part.rows;
        self.records += part.records;
        self.blocks += part.blocks;
        self.unsealed += part.unsealed;
        self.erased += part.erased;
        self.seal = part.seal.or(self.seal.take());
        self.damages += part.damages;
        let space = MOST_TOLD.saturating_sub(self.damage.len());
        self.damage.extend(part.damage.into_iter().take(space));
    }
}

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// A row's hash, place or predecessor is wrong.
    Row {
        /// The record.
        record: Uuid,
        /// Version of the row.
        version: i64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A record as it is stored now does not follow from its history.
    Head {
        /// The record.
        record: Uuid,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A field as it is stored now does not follow from the history.
    Field {
        /// The record.
        record: Uuid,
        /// Name of the field.
        field: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A block's root, hash or predecessor is wrong: rows were changed, added or removed.
    Block {
        /// Height of the block.
        height: i64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl std::fmt::Display for Damage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Row {
                record,
                version,
                what,
            } => write!(out, "record {record}, version {version}: {what}"),
            Self::Head { record, what } => write!(out, "record {record}: {what}"),
            Self::Field {
                record,
                field,
                what,
            } => write!(out, "record {record}, field {field}: {what}"),
            Self::Block { height, what } => write!(out, "block {height}: {what}"),
        }
    }
}

/// Records whose ids lie above the first and up to the last; no last one means all that follow.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    above: Option<Uuid>,
    up_to: Option<Uuid>,
}

impl Range {
    /// Adds the condition that a column of ids lies in the range, after a word. The name is ours, never input.
    fn restrict(self, sql: &mut Sql, mut word: &'static str, column: &'static str) {
        for (end, comparison) in [(self.above, " > "), (self.up_to, " <= ")] {
            if let Some(end) = end {
                sql.push(word).push(column).push(comparison).arg(end);
                word = " AND ";
            }
        }
    }
}

/// Recomputes and compares everything, and names no record of another tenant than the context's.
///
/// # Errors
/// A failure of the store.
pub async fn verify_for_tenant(engine: &Arc<Engine>, ctx: &Ctx) -> Result<Verdict> {
    recompute(engine, ctx, Some(ctx.tenant)).await
}

/// Recomputes and compares everything, for threads that may wait and for whoever has the whole house.
///
/// # Errors
/// As [`verify_for_tenant`].
pub fn verify_blocking(engine: &Arc<Engine>, ctx: &Ctx) -> Result<Verdict> {
    store::block_on(recompute(engine, ctx, None))
}

async fn recompute(engine: &Arc<Engine>, ctx: &Ctx, reader: Option<Uuid>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut above = None;
    loop {
        let part = engine.read_long(ctx, move |reading| {
            let range = next_range(reading.tx, above)?;
            let empty = Verdict {
                reader,
                ..Verdict::default()
            };
            let walked = walk::walk(reading.tx, range, empty)?;
            let worlds = reading.engine.worlds();
            let verdict = rows::compare(reading.tx, &worlds, range, walked)?;
            Ok((verdict, range.up_to))
        });
        let (part, end) = part.await?;
        verdict.extend(part);
        above = end;
        if end.is_none() {
            break;
        }
    }
    let mut chain = blocks::Chain::default();
    while !chain.is_done {
        let next = engine.read_long(ctx, move |reading| blocks::follow(reading.tx, &chain));
        let (part, after) = next.await?;
        verdict.extend(part);
        chain = after;
    }
    Ok(verdict)
}

fn next_range(tx: &mut store::Tx<'_>, above: Option<Uuid>) -> Result<Range> {
    let open = Range { above, up_to: None };
    let mut sql = Sql::new("SELECT record FROM history");
    open.restrict(&mut sql, WHERE, "record");
    sql.push(" GROUP BY record ORDER BY record LIMIT 1 OFFSET ?");
    // A damaged id ends no part, so the part goes on to the next one.
    for offset in PART - 1.. {
        let Some(last) = tx.query_optional(&sql.clone().bind(offset))? else {
            break;
        };
        if let Ok(up_to) = last.need_uuid(0) {
            return Ok(Range {
                above,
                up_to: Some(up_to),
            });
        }
    }
    Ok(open)
}
