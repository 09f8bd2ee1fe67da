//! Reading and planning rows: which record, which event of it, in the order of the file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{Message, Problem, Result};
use sha2::{Digest, Sha256};

use crate::plan::{Plan, PlannedRow};
use crate::report::{Rejected, Tally};
use crate::source::Rows;

/// Hands out planned rows.
pub(super) struct Reader {
    plan: Arc<Plan>,
    rows: Box<dyn Rows>,
    /// Counts of what rows said.
    pub tally: Tally,
    /// Rows read so far, good and bad.
    pub read: u64,
    /// Rows of types that are to be defined first.
    pub awaited: u64,
    current: Option<String>,
    position: i64,
    /// Digests of the keys whose rows are over, to notice a log that is not in order.
    closed: HashSet<u64>,
    /// The lines of keys in a file that has one row per record, by digest.
    lines: HashMap<u64, u64>,
}

impl Reader {
    pub(super) fn new(plan: Arc<Plan>, rows: Box<dyn Rows>) -> Self {
        Self {
            plan,
            rows,
            tally: Tally::default(),
            read: 0,
            awaited: 0,
            current: None,
            position: 0,
            closed: HashSet::new(),
            lines: HashMap::new(),
        }
    }

    /// Links to other rows that could not be led to their records, and files that are no rows.
    pub(super) fn aside(&self) -> (u64, u64) {
        (self.rows.unsettled_links(), self.rows.left_out())
    }

    /// The next row, or a line that cannot become one; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Result<PlannedRow, Rejected>>> {
        let row = loop {
            match self.rows.next_row()? {
                None => return Ok(None),
                Some(Ok(row)) if self.plan.is_definition(&row) => {
                    // Those at the beginning were taken before; one that comes later was not, and somebody must hear of it.
                    if self.read + self.awaited > 0 {
                        self.read += 1;
                        let reason = Message::new("row-definition-late");
                        return Ok(Some(Err(rejected(row.line, None, reason))));
                    }
                }
                Some(Ok(row)) if self.plan.is_awaited(&row) => self.awaited += 1,
                Some(row) => break row,
            }
        };
        self.read += 1;
        let row = match row {
            Ok(row) => row,
            Err(bad) => return Ok(Some(Err(rejected(bad.line, None, bad.reason)))),
        };
        let mut planned = match self.plan.plan_row(&row, &mut self.tally) {
            Ok(planned) => planned,
            Err(problem) => {
                let key = self.plan.key_text(&row);
                // The event was there even if it cannot be told; the ones after it keep their places.
                if let Some(key) = key.clone().filter(|_| self.plan.has_events()) {
                    let _ = self.place(&key);
                }
                return Ok(Some(Err(Rejected {
                    line: row.line,
                    key,
                    problems: vec![problem],
                })));
            }
        };
        if self.plan.has_events() {
            match self.place(&planned.key) {
                Some(position) => planned.position = position,
                None => {
                    let reason = Message::new("row-key-apart").with("key", &planned.key);
                    return Ok(Some(Err(rejected(planned.line, Some(planned.key), reason))));
                }
            }
        } else if let Some(first) = self.first_line(&planned.key, planned.line) {
            // Both rows would be right, the later one by chance, and each run would change the record twice.
            let reason = Message::new("row-key-twice")
                .with("key", &planned.key)
                .with("line", first);
            return Ok(Some(Err(rejected(planned.line, Some(planned.key), reason))));
        }
        Ok(Some(Ok(planned)))
    }

    /// Columns that no field uses and nobody left out on purpose; those of one type only with its name.
    pub(super) fn unused_columns(&self) -> Vec<String> {
        let mut unused = self.rows.other_columns();
        unused.retain(|it| !self.plan.ignored.contains(it));
        let of_types = self.tally.foreign.iter();
        unused.extend(of_types.map(|(record_type, column)| format!("{record_type}.{column}")));
        unused
    }

    /// The line where a key stood first, if this is another one.
    fn first_line(&mut self, key: &str, line: u64) -> Option<u64> {
        if self.plan.is_of_export() {
            return None;
        }
        let first = *self.lines.entry(digest(key)).or_insert(line);
        (first != line).then_some(first)
    }

    /// Which event of its record the row is; nothing where the record's rows were over already.
    fn place(&mut self, key: &str) -> Option<i64> {
        if self.current.as_deref() == Some(key) {
            self.position += 1;
            return Some(self.position);
        }
        if let Some(last) = &self.current {
            self.closed.insert(digest(last));
        }
        if self.closed.contains(&digest(key)) {
            return None;
        }
        self.current = Some(key.to_owned());
        self.position = 1;
        Some(1)
    }
}

/// The same in every release of the program, so that a resumed import sends a key to the same writer.
pub(super) fn digest(key: &str) -> u64 {
    let bytes: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    u64::from_be_bytes([
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
    ])
}

fn rejected(line: u64, key: Option<String>, reason: Message) -> Rejected {
    Rejected {
        line,
        key,
        problems: vec![Problem {
            field: None,
            message: reason,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A release that computed another number would hand the rows of an interrupted import to other writers, and
    /// pass over what those never stored.
    #[test]
    fn a_key_goes_to_the_same_writer_in_every_release() {
        assert_eq!(digest("INC0000045"), 0x654a_90a3_57c8_b5a9);
        assert_eq!(digest(""), 0xe3b0_c442_98fc_1c14);
        assert_eq!(digest("Ünï\u{1f}7"), 0xd058_7885_6714_80b1);
    }
}
