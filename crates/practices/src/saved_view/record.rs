//! What a saved view is: a list that somebody keeps under a name, for themselves, a team or everybody.

use dictionary::{Choice, ChoiceCode, Kind, Label, Layout, TypeDef, WrittenBy, fields};

use crate::declare::{choose_default, owned, section};

/// Name of the type.
pub const NAME: &str = "saved_view";

/// Marker of the choice set of audiences.
#[derive(Debug)]
pub struct Audiences;

impl Audiences {
    /// The team it names.
    pub const TEAM: ChoiceCode<Self> = ChoiceCode::new("team");
    /// Everybody at the desk.
    pub const SHARED: ChoiceCode<Self> = ChoiceCode::new("shared");
}

fields! {
    /// Name of the type of record that it lists; none where it lists all types.
    LISTED_TYPE: String = "listed_type", Kind::Text { max: 60 }, |it| it.indexed = true;
    /// The filter in the filter language. Who looks is `me`: the same view shows each their own.
    FILTER: String = "filter", Kind::LongText;
    /// The order: names of fields with commas between, a minus before what falls.
    SORT: String = "sort", Kind::Text { max: 255 };
    /// Names of the columns with commas between; none for the usual ones.
    COLUMNS: String = "columns", Kind::LongText;
    /// Name of the field by which the rows are put together.
    GROUP_BY: String = "group_by", Kind::Text { max: 60 };
    /// Who has it.
    AUDIENCE: Choice<Audiences> = "audience", Kind::Choice, |it| {
        choose_default(it, NAME, &["personal", "team", "shared"], "personal");
    };
}

/// The type.
pub fn declare() -> TypeDef {
    let about = ["title", "listed_type", "audience", "team", "requester"];
    let shows = ["filter", "sort", "columns", "group_by"];
    TypeDef::new(NAME)
        .with_spine(&["requester", "team", "access"])
        .adjust("access", |it| it.written_by = WrittenBy::Rules)
        .adjust("team", |it| it.written_by = WrittenBy::People)
        .adjust("requester", |it| {
            it.written_by = WrittenBy::Rules;
            it.label = Label::built_in("saved-view-owner");
        })
        .with_fields(declarations())
        .with_layout(Layout {
            list: owned(&["title", "listed_type", "audience", "team", "requester"]),
            form: vec![section("general", &about), section("shows", &shows)],
            create: owned(&[&about[..4], &shows[..]].concat()),
        })
}
