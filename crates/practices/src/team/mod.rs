//! Teams: who works on things together. Members name their teams on their own record.

pub mod record;

use engine::Practice;

/// The practice.
pub fn practice() -> Practice {
    Practice::new("team", record::declare)
}
