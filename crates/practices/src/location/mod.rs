//! Locations: campuses, buildings, floors and rooms, as one tree.

pub mod record;
mod rules;

use engine::{Guard, Practice};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        guards: &[Guard {
            name: "location_tree",
            run: rules::no_cycle,
        }],
        ..Practice::new("location", record::declare)
    }
}
