//! What a category is.

use base::Uuid;
use dictionary::{Kind, Layout, TypeDef, Value, fields};

use crate::declare::{owned, section};

fields! {
    /// The wider category.
    PARENT: Uuid = "parent", Kind::reference("category"), |it| it.indexed = true;
    /// Name of the record type it is for; empty means all.
    APPLIES_TO: String = "applies_to", Kind::Text { max: 40 };
    /// Who takes records of this category.
    DEFAULT_TEAM: Uuid = "default_team", Kind::reference("team");
    /// Whether new records may use it.
    ACTIVE: bool = "active", Kind::Boolean, |it| it.default = Some(Value::Boolean(true));
    /// What belongs here.
    DESCRIPTION: String = "description", Kind::LongText;
}

/// The type.
pub fn declare() -> TypeDef {
    let all = [
        "title",
        "parent",
        "applies_to",
        "default_team",
        "active",
        "description",
    ];
    TypeDef::new("category")
        .with_fields(declarations())
        .with_layout(Layout {
            list: owned(&all[..5]),
            form: vec![section("general", &all)],
            create: owned(&all),
        })
}
