//! What a service is.

use base::Uuid;
use dictionary::{Kind, Layout, Phase, TypeDef, fields};

use crate::declare::{choose_default, lifecycle, named, owned, section};

fields! {
    /// What it does for those who use it.
    DESCRIPTION: String = "description", Kind::LongText;
    /// Who answers for it to the business.
    OWNER: Uuid = "owner", Kind::reference("person"), |it| it.indexed = true;
    /// The team that takes what is reported about it.
    SUPPORT_TEAM: Uuid = "support_team", Kind::reference("team"), |it| it.indexed = true;
    /// How much the business suffers without it.
    CRITICALITY: String = "criticality", Kind::Choice, |it| choose_default(it, "service", &CRITICALITIES, "medium");
}

/// Steps of criticality, from the least to the most.
pub const CRITICALITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// The type.
pub fn declare() -> TypeDef {
    let lifecycle = lifecycle("service")
        .state("live", Phase::Active)
        .state("pipeline", Phase::New)
        .state("retired", Phase::Closed)
        .step("plan", &["live"], "pipeline")
        .step("launch", &["pipeline"], "live")
        .step("retire", &["pipeline", "live"], "retired")
        .step("reinstate", &["retired"], "live");
    TypeDef::new("service")
        .adjust("title", named)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["access"])
        .with_fields(declarations())
        .with_journal()
        .with_readers(&["owner"])
        .with_layout(Layout {
            list: owned(&["title", "criticality", "owner", "support_team", "state"]),
            form: vec![
                section(
                    "general",
                    &[
                        "title",
                        "criticality",
                        "owner",
                        "support_team",
                        "organisation",
                    ],
                ),
                section("details", &["description"]),
            ],
            create: owned(&[
                "title",
                "criticality",
                "owner",
                "support_team",
                "organisation",
                "description",
            ]),
        })
}
