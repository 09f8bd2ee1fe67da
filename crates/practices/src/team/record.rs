//! What a team is.

use base::Uuid;
use dictionary::{Kind, Layout, Phase, TypeDef, fields};

use crate::declare::{lifecycle, named, owned, section};

fields! {
    /// Who leads it.
    LEAD: Uuid = "lead", Kind::reference("person"), |it| it.indexed = true;
    /// Who stands in for the lead.
    DEPUTY: Uuid = "deputy", Kind::reference("person");
    /// Where the team reads mail.
    EMAIL: String = "email", Kind::Email, |it| it.unique = true;
    /// What the team does, for those who hand work to it.
    DESCRIPTION: String = "description", Kind::LongText;
}

/// The type.
pub fn declare() -> TypeDef {
    let lifecycle = lifecycle("team")
        .state("active", Phase::Active)
        .state("retired", Phase::Closed)
        .step("retire", &["active"], "retired")
        .step("reinstate", &["retired"], "active");
    TypeDef::new("team")
        .adjust("title", named)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["access"])
        .with_fields(declarations())
        .with_readers(&["lead", "deputy"])
        .with_layout(Layout {
            list: owned(&["title", "lead", "email", "organisation", "state"]),
            form: vec![section(
                "general",
                &[
                    "title",
                    "lead",
                    "deputy",
                    "email",
                    "organisation",
                    "description",
                ],
            )],
            create: owned(&[
                "title",
                "lead",
                "deputy",
                "email",
                "organisation",
                "description",
            ]),
        })
}
