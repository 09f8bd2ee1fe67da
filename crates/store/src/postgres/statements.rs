//! The prepared statements of one connection, found by their neutral text.
//!
//! Bounded, since filters make ever new texts; what has not been used for long is dropped.

use std::collections::HashMap;
use tokio_postgres::Statement;

const CAPACITY: usize = 512;

/// A cache of prepared statements.
#[derive(Default)]
pub(super) struct Statements {
    prepared: HashMap<String, Prepared>,
    uses: u64,
}

struct Prepared {
    statement: Statement,
    last_use: u64,
}

impl Statements {
    pub fn contains(&self, text: &str) -> bool {
        self.prepared.contains_key(text)
    }

    pub fn get(&mut self, text: &str) -> Option<Statement> {
        self.uses += 1;
        let prepared = self.prepared.get_mut(text)?;
        prepared.last_use = self.uses;
        Some(prepared.statement.clone())
    }

    pub fn insert(&mut self, text: &str, statement: Statement) {
        self.uses += 1;
        if self.prepared.len() >= CAPACITY {
            self.drop_oldest_quarter();
        }
        let last_use = self.uses;
        self.prepared.insert(
            text.to_owned(),
            Prepared {
                statement,
                last_use,
            },
        );
    }

    pub fn clear(&mut self) {
        self.prepared.clear();
    }

    /// Many at once, so that the search for the oldest is paid seldom.
    fn drop_oldest_quarter(&mut self) {
        let mut uses: Vec<u64> = self
            .prepared
            .values()
            .map(|prepared| prepared.last_use)
            .collect();
        let (_, limit, _) = uses.select_nth_unstable(CAPACITY / 4);
        let limit = *limit;
        self.prepared
            .retain(|_, prepared| prepared.last_use > limit);
    }
}
