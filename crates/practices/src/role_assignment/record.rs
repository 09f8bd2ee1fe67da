//! What a role assignment is. Its organisation is the scope of the role, with all below it; without one
//! the role holds in the whole tenant.

use base::{Date, Uuid};
use dictionary::{Kind, Label, Layout, TypeDef, WrittenBy, fields};

use crate::declare::{owned, section};

fields! {
    /// Who has the role.
    PERSON: Uuid = "person", Kind::reference("person"), |it| { it.required = true; it.indexed = true; };
    /// Code of the role.
    ROLE: String = "role", Kind::Text { max: 60 }, |it| { it.required = true; it.indexed = true; };
    /// First day.
    VALID_FROM: Date = "valid_from", Kind::Date;
    /// Last day.
    VALID_TO: Date = "valid_to", Kind::Date;
}

/// The type.
pub fn declare() -> TypeDef {
    let all = ["person", "role", "organisation", "valid_from", "valid_to"];
    TypeDef::new("role_assignment")
        .adjust("title", |it| it.written_by = WrittenBy::Rules)
        .adjust("organisation", |it| {
            it.written_by = WrittenBy::People;
            it.label = Label::built_in("role-assignment-organisation");
        })
        .with_fields(declarations())
        .with_layout(Layout {
            list: owned(&all),
            form: vec![section("general", &all)],
            create: owned(&all),
        })
}
