//! Feedback on articles: whether they solved something, and what readers say of them.

pub mod record;
mod rules;
mod sweeps;

use engine::{Practice, Rule};

use crate::Sweep;

/// The practice.
pub fn practice() -> Practice {
    Practice {
        needs: &["about.number", "about.access", "about.published_revision"],
        rules: &[
            Rule {
                name: "feedback_person",
                run: rules::person,
            },
            Rule {
                name: "feedback_title",
                run: rules::title,
            },
            Rule {
                name: "feedback_revision",
                run: rules::revision,
            },
            Rule {
                name: "feedback_once",
                run: rules::once,
            },
            Rule {
                name: "feedback_access",
                run: rules::classify,
            },
        ],
        ..Practice::new("article_feedback", record::declare)
    }
}

/// What time does to feedback.
pub const fn sweeps() -> [Sweep; 1] {
    [sweeps::RECLASSIFY]
}
