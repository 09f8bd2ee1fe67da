//! What an organisation is.

use base::Uuid;
use dictionary::{Kind, Layout, Phase, TypeDef, WrittenBy, fields};

use crate::declare::{choose_default, lifecycle, named, owned, section};

fields! {
    /// The organisation it belongs to.
    PARENT: Uuid = "parent", Kind::reference("organisation"), |it| it.indexed = true;
    /// The tenant itself, a customer, or a department of either.
    KIND: String = "kind", Kind::Choice, |it| choose_default(it, "organisation", &KINDS, "department");
    /// A short code that other systems know it by.
    CODE: String = "code", Kind::Text { max: 40 }, |it| it.unique = true;
    /// Who answers for it.
    HEAD: Uuid = "head", Kind::reference("person");
    /// Where its costs are booked.
    COST_CENTRE: String = "cost_centre", Kind::Text { max: 40 };
    /// Anything worth knowing.
    DESCRIPTION: String = "description", Kind::LongText;
}

/// Kinds of organisations.
pub const KINDS: [&str; 3] = ["tenant_root", "customer", "department"];

/// The type.
pub fn declare() -> TypeDef {
    let lifecycle = lifecycle("organisation")
        .state("active", Phase::Active)
        .state("retired", Phase::Closed)
        .step("retire", &["active"], "retired")
        .step("reinstate", &["retired"], "active");
    TypeDef::new("organisation")
        .adjust("title", named)
        .with_lifecycle(lifecycle.done())
        .with_spine(&["access"])
        .adjust("organisation", |it| it.written_by = WrittenBy::Rules)
        .with_fields(declarations())
        .with_layout(Layout {
            list: owned(&["title", "kind", "parent", "code", "state"]),
            form: vec![
                section(
                    "general",
                    &["title", "kind", "parent", "code", "head", "cost_centre"],
                ),
                section("details", &["description"]),
            ],
            create: owned(&[
                "title",
                "kind",
                "parent",
                "code",
                "head",
                "cost_centre",
                "description",
            ]),
        })
}
