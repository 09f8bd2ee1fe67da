//! Saved views: lists that people keep under a name.

pub mod record;
mod rules;

use engine::{Practice, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        rules: &[
            Rule {
                name: "saved_view_owner",
                run: rules::owner,
            },
            Rule {
                name: "saved_view_audience",
                run: rules::audience,
            },
            Rule {
                name: "saved_view_can_be_shown",
                run: rules::can_be_shown,
            },
        ],
        ..Practice::new(record::NAME, record::declare)
    }
}
