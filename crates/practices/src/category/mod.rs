//! Categories: a tree of what records are about, per record type.

pub mod record;
mod rules;

use engine::{Guard, Practice};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        guards: &[Guard {
            name: "category_tree",
            run: rules::no_cycle,
        }],
        ..Practice::new("category", record::declare)
    }
}
