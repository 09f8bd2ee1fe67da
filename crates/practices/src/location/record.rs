//! What a location is.

use base::Uuid;
use dictionary::{Kind, Layout, TypeDef, fields};

use crate::declare::{choose_default, named, owned, section};

fields! {
    /// The location that it is part of.
    PARENT: Uuid = "parent", Kind::reference("location"), |it| it.indexed = true;
    /// How large a place it is.
    KIND: String = "kind", Kind::Choice, |it| choose_default(it, "location", &KINDS, "building");
    /// Street, town, country.
    ADDRESS: String = "address", Kind::LongText;
    /// IANA time zone, for example `Europe/Berlin`.
    ZONE: String = "zone", Kind::Text { max: 60 };
    /// A short code that other systems know it by.
    CODE: String = "code", Kind::Text { max: 40 }, |it| it.unique = true;
}

/// Kinds of locations, from large to small.
pub const KINDS: [&str; 5] = ["country", "campus", "building", "floor", "room"];

/// The type.
pub fn declare() -> TypeDef {
    TypeDef::new("location")
        .adjust("title", named)
        .with_fields(declarations())
        .with_layout(Layout {
            list: owned(&["title", "kind", "parent", "code"]),
            form: vec![section(
                "general",
                &["title", "kind", "parent", "code", "zone", "address"],
            )],
            create: owned(&["title", "kind", "parent", "code", "zone", "address"]),
        })
}
