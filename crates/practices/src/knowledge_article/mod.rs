//! Knowledge articles: what somebody found out once and others need again.

mod reactions;
pub mod record;
mod rules;
pub mod settings;

use engine::{Practice, Reaction, Rule};

/// The practice.
pub fn practice() -> Practice {
    Practice {
        rules: &[
            Rule {
                name: "article_author",
                run: rules::author,
            },
            Rule {
                name: "article_revision",
                run: rules::revision,
            },
            Rule {
                name: "article_review_notes",
                run: rules::review_notes,
            },
            Rule {
                name: "article_not_own",
                run: rules::not_own_article,
            },
            Rule {
                name: "article_publication",
                run: rules::publication,
            },
            Rule {
                name: "article_audience",
                run: rules::classify,
            },
        ],
        reactions: &[Reaction {
            name: "article_reclassify_words",
            run: reactions::reclassify_what_is_said,
        }],
        settings: settings::ALL,
        ..Practice::new("knowledge_article", record::declare)
    }
}
