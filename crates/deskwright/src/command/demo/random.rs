//! Chance that comes out the same every time: the demo is told from one seed.

use base::{Ids as _, SeededIds};

/// A seeded source of chance; never for secrets.
pub struct Random(SeededIds);

impl Random {
    /// Chance from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(SeededIds::new(seed))
    }

    /// A number from 0 to below `end`; 0 where there is none.
    pub fn below(&self, end: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        let end = u64::try_from(end.max(1)).unwrap_or(1);
        usize::try_from(u64::from_le_bytes(bytes) % end).unwrap_or_default()
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from + 1).unwrap_or(1);
        from + i64::try_from(self.below(width)).unwrap_or_default()
    }

    /// True in that many of a hundred cases.
    pub fn percent(&self, cases: usize) -> bool {
        self.below(100) < cases
    }

    /// One of these.
    pub fn of<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}
